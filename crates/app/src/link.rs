//! The links in messages: look, confirm, stop, send again (DESIGN §5, "Link pages"; SEC-23).

mod find;
mod outcome;

use countersign_domain::actor::{Actor, Origin, Persona, Requester, Subject, Surface};
use countersign_domain::change::{Cancelled, LinkToken, Presented};
use countersign_domain::{Refusal, TenantId, UserId};
use countersign_store::{ChangeRecord, Commit, CommitError, LinkRecord};

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;
use crate::profile_update::exhausted;
use crate::resend_code::ResendError;
use crate::spending;
use crate::validate_code::CodeError;
use outcome::outcome;

pub use outcome::{LinkCode, LinkOutcome, LinkView};

/// What a link was sent for (SEC-7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errand {
    /// To prove a value.
    Confirm,
    /// To call a change off.
    Cancel,
}

/// Somebody with a link.
#[derive(Clone, Debug)]
pub struct LinkVisit {
    /// Whose house.
    pub tenant: TenantId,
    /// What the page is for.
    pub errand: Errand,
    /// The token of the link.
    pub token: LinkToken,
    /// Who is signed in where the link is opened, if anybody.
    pub signed_in: Option<UserId>,
    /// From where.
    pub origin: Origin,
}

impl App {
    /// What the link can do now. Changes nothing but the counter of looks (SEC-23).
    pub async fn look_at_link(&self, visit: &LinkVisit) -> Result<LinkOutcome, Failure> {
        let Some(link) = self.find_link(visit).await? else { return self.unknown_link(visit).await };
        let settings = self.settings(&self.store.overrides(&visit.tenant).await?);
        let now = self.store.now().await?;
        let mut commit = Commit::new(self.operation(now), visit.tenant.clone(), now);
        commit.spends.extend(spending::landing(&visit.token.selector, &settings.limits));
        match self.store.commit(commit).await {
            Ok(()) => Ok(outcome(&link, now, visit, &settings)),
            Err(CommitError::Exhausted(budget)) => Ok(LinkOutcome::refused(&exhausted(&budget))),
            Err(CommitError::Fault(fault)) => Err(fault.into()),
            Err(CommitError::Conflict | CommitError::Taken(_) | CommitError::Member(_)) => Err(Failure::Busy),
        }
    }

    /// What the link can do now, told to somebody whose look was counted before: takes from no budget.
    pub async fn look_again_at_link(&self, visit: &LinkVisit) -> Result<LinkOutcome, Failure> {
        match self.find_link(visit).await? {
            Some(link) => self.standing(&link, visit).await,
            None => Ok(LinkOutcome::Unknown),
        }
    }

    /// The button of the confirmation page: the value takes effect. Where links need their owner, nobody else confirms.
    /// Where they need a code, `code` is what was typed; a wrong one is a committed attempt, none is no guess.
    pub async fn confirm_by_link(
        &self,
        visit: &LinkVisit,
        code: Option<&str>,
    ) -> Result<LinkOutcome, Failure> {
        let Some(link) = self.find_link(visit).await? else { return self.unknown_link(visit).await };
        let before = self.standing(&link, visit).await?;
        let LinkOutcome::Open(view) = before else { return Ok(before) };
        let (cx, user) = (holder_context(visit, &link.change), link.change.user);
        let tried = if view.code.is_some() {
            let typed = Presented::code(code.unwrap_or_default());
            if typed.secret().is_empty() {
                return Ok(LinkOutcome::CodeMissing(view));
            }
            self.validate_code_beside_link(&cx, user, &visit.token, &typed).await
        } else {
            self.validate_own_code(&cx, user, &Presented::Link(visit.token.clone())).await
        };
        match tried {
            Ok(()) => Ok(LinkOutcome::Done(view)),
            Err(CodeError::Refused(refusal @ Refusal::TooManyRequests { .. })) => {
                Ok(LinkOutcome::refused(&refusal))
            }
            Err(CodeError::Failure(failure)) => Err(failure),
            Err(_) => Ok(match self.look_again_at_link(visit).await? {
                LinkOutcome::Open(view) if view.code.is_some() => LinkOutcome::CodeWrong(view),
                ended => ended,
            }),
        }
    }

    /// The button of the cancel page, and "This wasn't me" on the confirmation page: the change is called off (SEC-18).
    /// Whoever was sent the link may, signed in or not.
    pub async fn stop_by_link(&self, visit: &LinkVisit) -> Result<LinkOutcome, Failure> {
        let Some(link) = self.find_link(visit).await? else { return self.unknown_link(visit).await };
        let before = self.standing(&link, visit).await?;
        let (LinkOutcome::Open(view)
        | LinkOutcome::Expired(view)
        | LinkOutcome::SignInFirst(view)
        | LinkOutcome::SomebodyElse(view)) = before
        else {
            return Ok(before);
        };
        let by = match visit.errand {
            Errand::Confirm => Cancelled::Declined,
            Errand::Cancel => Cancelled::CancelLink,
        };
        let stopped = self.call_off(&holder_context(visit, &link.change), &link.change, by).await?;
        if stopped { Ok(LinkOutcome::Done(view)) } else { self.look_again_at_link(visit).await }
    }

    /// "Send again" on the page of an expired link: a new one, to the same address.
    pub async fn resend_by_link(&self, visit: &LinkVisit) -> Result<LinkOutcome, Failure> {
        let Some(link) = self.find_link(visit).await? else { return self.unknown_link(visit).await };
        let before = self.standing(&link, visit).await?;
        let LinkOutcome::Expired(view) = before else { return Ok(before) };
        let cx = holder_context(visit, &link.change);
        let id = link.change.id;
        match self.resend_where(&cx, link.change.user, |pending| pending.id == id).await {
            Ok(()) => Ok(LinkOutcome::SentAgain(view)),
            Err(ResendError::NothingPending) => self.look_again_at_link(visit).await,
            Err(ResendError::Refused(refusal)) => Ok(LinkOutcome::refused(&refusal)),
            Err(ResendError::Failure(failure)) => Err(failure),
        }
    }

    /// Where a link stands now, by the settings in force.
    async fn standing(&self, link: &LinkRecord, visit: &LinkVisit) -> Result<LinkOutcome, Failure> {
        let settings = self.settings(&self.store.overrides(&visit.tenant).await?);
        Ok(outcome(link, self.store.now().await?, visit, &settings))
    }

    /// A link that is none still counts against whoever presented it.
    async fn unknown_link(&self, visit: &LinkVisit) -> Result<LinkOutcome, Failure> {
        let requester =
            Requester { persona: Persona::Owner, subject: Subject::Server, display: String::new() };
        match self.count_guess(&context(visit, requester)).await {
            Err(CodeError::Refused(refusal)) => Ok(LinkOutcome::refused(&refusal)),
            Err(CodeError::Failure(failure)) => Err(failure),
            Ok(()) | Err(_) => Ok(LinkOutcome::Unknown),
        }
    }
}

/// Whoever holds the link acts as the owner of the change's profile, with no other right.
fn holder_context(visit: &LinkVisit, change: &ChangeRecord) -> Context {
    let subject = Subject::User(change.user);
    context(visit, Requester { persona: Persona::Owner, subject, display: change.user_name.clone() })
}

fn context(visit: &LinkVisit, requester: Requester) -> Context {
    let origin = visit.origin.clone();
    let actor = Actor {
        requester,
        origin,
        may_assert: false,
        may_list: false,
        recent_auth: false,
        surface: Surface::Api,
        reason: None,
    };
    Context { tenant: visit.tenant.clone(), actor, trace_id: String::new() }
}
