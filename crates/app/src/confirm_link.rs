//! The links in messages: look, confirm, cancel, send again (DESIGN §5, "Link pages"; SEC-23).

use countersign_domain::actor::{Actor, Origin, Persona, Requester, Subject};
use countersign_domain::change::{Cancelled, ChangeEnd, LinkToken, Presented, Scenario};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::cancel;
use countersign_domain::{ChangeId, Refusal, SignedDuration, TenantId, Timestamp};
use countersign_store::{ChangeQuery, ChangeRecord, Commit, CommitError, LinkPurpose, LinkRecord};

use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, Mint};
use crate::profile_update::exhausted;
use crate::resend_code::ResendError;
use crate::spending;
use crate::validate_code::CodeError;

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkOutcome {
    /// It can still do what it was sent for.
    Open(LinkView),
    /// It has just done it.
    Done(LinkView),
    /// The value was confirmed before.
    AlreadyDone(LinkView),
    /// A newer change, or a newer message for the same one, has taken its place.
    Replaced(LinkView),
    /// The change was called off.
    Cancelled(LinkView),
    /// Its time is over, or too many wrong codes used it up; a new one can be sent from here.
    Expired(LinkView),
    /// A new one has just been sent.
    SentAgain(LinkView),
    /// Another account holds the value.
    Taken(LinkView),
    /// No such link, as far as this caller may know.
    Unknown,
    /// Looked at or guessed too often.
    TooMany(SignedDuration),
}

/// What a link page shows: nothing that a stranger could use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkView {
    /// The change.
    pub change: ChangeId,
    /// Which family.
    pub family: ClaimFamily,
    /// The new value, masked with its domain in full.
    pub target: String,
    /// The account, masked.
    pub account: String,
    /// Until when the link proves.
    pub expires_at: Timestamp,
    /// Who asked, by persona.
    pub requested_by: Persona,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When the change ended, if it has.
    pub ended_at: Option<Timestamp>,
}

/// How many of a user's newest changes are looked through for the one that took another's place.
const FOLLOWED_MAX: u64 = 50;

/// What a link was sent for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Errand {
    Confirm,
    Cancel,
}

impl App {
    /// What a confirmation link can do now. Changes nothing but the counter of looks (SEC-23).
    pub async fn look_at_confirmation(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
    ) -> Result<LinkOutcome, Failure> {
        self.look(tenant, token, origin, Errand::Confirm).await
    }

    /// What a cancel link can do now.
    pub async fn look_at_cancellation(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
    ) -> Result<LinkOutcome, Failure> {
        self.look(tenant, token, origin, Errand::Cancel).await
    }

    /// What a confirmation link can do now, told to somebody whose look was counted before: takes from no budget.
    pub async fn look_again_at_confirmation(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
    ) -> Result<LinkOutcome, Failure> {
        self.after(tenant, token, Errand::Confirm).await
    }

    /// What a cancel link can do now, told to somebody whose look was counted before.
    pub async fn look_again_at_cancellation(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
    ) -> Result<LinkOutcome, Failure> {
        self.after(tenant, token, Errand::Cancel).await
    }

    /// The button of the confirmation page: the value takes effect.
    pub async fn confirm_by_link(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
    ) -> Result<LinkOutcome, Failure> {
        let found = self.find(tenant, token, Errand::Confirm).await?;
        let Some(link) = found else { return self.unknown(tenant, origin).await };
        let before = outcome(&link, self.store.now().await?, Errand::Confirm);
        let LinkOutcome::Open(view) = before else { return Ok(before) };
        let cx = holder_context(tenant, &link.change, origin);
        let presented = Presented::Link(token.clone());
        match self.validate_own_code(&cx, link.change.user, &presented).await {
            Ok(()) => Ok(LinkOutcome::Done(view)),
            Err(CodeError::Refused(Refusal::TooManyRequests { retry_after })) => {
                Ok(LinkOutcome::TooMany(retry_after))
            }
            Err(CodeError::Failure(failure)) => Err(failure),
            Err(_) => self.after(tenant, token, Errand::Confirm).await,
        }
    }

    /// "This wasn't me" on the confirmation page: who was asked to prove an address does not want the change.
    pub async fn decline_by_link(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
    ) -> Result<LinkOutcome, Failure> {
        self.stop(tenant, token, origin, Errand::Confirm).await
    }

    /// The button of the cancel page: the change is called off (SEC-18).
    pub async fn cancel_by_link(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
    ) -> Result<LinkOutcome, Failure> {
        self.stop(tenant, token, origin, Errand::Cancel).await
    }

    /// "Send again" on the page of an expired link: a new one, to the same address.
    pub async fn resend_by_link(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
    ) -> Result<LinkOutcome, Failure> {
        let found = self.find(tenant, token, Errand::Confirm).await?;
        let Some(link) = found else { return self.unknown(tenant, origin).await };
        let before = outcome(&link, self.store.now().await?, Errand::Confirm);
        let LinkOutcome::Expired(view) = before else { return Ok(before) };
        let cx = holder_context(tenant, &link.change, origin);
        let id = link.change.id;
        match self.resend_where(&cx, link.change.user, |pending| pending.id == id).await {
            Ok(()) => Ok(LinkOutcome::SentAgain(view)),
            Err(ResendError::NothingPending) => self.after(tenant, token, Errand::Confirm).await,
            Err(ResendError::Refused(Refusal::TooManyRequests { retry_after })) => {
                Ok(LinkOutcome::TooMany(retry_after))
            }
            Err(ResendError::Refused(_)) => Ok(LinkOutcome::Unknown),
            Err(ResendError::Failure(failure)) => Err(failure),
        }
    }

    async fn stop(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
        errand: Errand,
    ) -> Result<LinkOutcome, Failure> {
        let Some(link) = self.find(tenant, token, errand).await? else {
            return self.unknown(tenant, origin).await;
        };
        let before = outcome(&link, self.store.now().await?, errand);
        let (LinkOutcome::Open(view) | LinkOutcome::Expired(view)) = before else { return Ok(before) };
        let cx = holder_context(tenant, &link.change, origin);
        let by = match errand {
            Errand::Confirm => Cancelled::Request,
            Errand::Cancel => Cancelled::CancelLink,
        };
        let stopped = self.call_off(&cx, &link.change, by).await?;
        if stopped { Ok(LinkOutcome::Done(view)) } else { self.after(tenant, token, errand).await }
    }

    /// Ends a pending change on request; `false` if it no longer waits.
    pub(crate) async fn call_off(
        &self,
        cx: &Context,
        change: &ChangeRecord,
        by: Cancelled,
    ) -> Result<bool, Failure> {
        let _turn = self.turns.of(change.user).await;
        let mut tries = Tries::new(&self.entropy);
        loop {
            let Some(seen) = self.snapshot(cx, change.user).await? else { return Ok(false) };
            let pending = seen.pending(change.value.family()).filter(|pending| pending.id == change.id);
            let Some(pending) = pending else { return Ok(false) };
            let settings = self.settings(&seen.overrides);
            let plan = cancel(&seen, pending, by, &cx.actor);
            let commit = Mint::new(self, &seen, &cx.actor, &settings).plan(&seen, plan);
            match self.store.commit(commit).await {
                Ok(()) => return Ok(true),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Fault(fault)) => return Err(fault.into()),
                Err(_) => return Err(Failure::Busy),
            }
        }
    }

    async fn look(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        origin: Origin,
        errand: Errand,
    ) -> Result<LinkOutcome, Failure> {
        let Some(link) = self.find(tenant, token, errand).await? else {
            return self.unknown(tenant, origin).await;
        };
        let settings = self.settings(&self.store.overrides(tenant).await?);
        let now = self.store.now().await?;
        let mut commit = Commit::new(self.operation(now), tenant.clone(), now);
        commit.spends.extend(spending::landing(&token.selector, &settings.limits));
        match self.store.commit(commit).await {
            Ok(()) => Ok(outcome(&link, now, errand)),
            Err(CommitError::Exhausted(budget)) => Ok(too_many(&exhausted(&budget))),
            Err(CommitError::Fault(fault)) => Err(fault.into()),
            Err(CommitError::Conflict | CommitError::Taken(_)) => Err(Failure::Busy),
        }
    }

    async fn after(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        errand: Errand,
    ) -> Result<LinkOutcome, Failure> {
        let now = self.store.now().await?;
        Ok(self
            .find(tenant, token, errand)
            .await?
            .map_or(LinkOutcome::Unknown, |link| outcome(&link, now, errand)))
    }

    /// The link, if the secret is its own: whoever presents it, also after its end, may be told the outcome by name.
    async fn find(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        errand: Errand,
    ) -> Result<Option<LinkRecord>, Failure> {
        let Some(link) = self.store.link(tenant, &token.selector).await? else { return Ok(None) };
        let (change, secret) = (&link.change, token.secret.as_bytes());
        let mac = &self.keys.mac;
        let fits = match (&link.purpose, errand) {
            (LinkPurpose::Confirm, Errand::Confirm) => {
                change.challenge.matches(&mac.candidates(&change.binding(), secret))
            }
            (LinkPurpose::Cancel(digest), Errand::Cancel) => {
                use subtle::ConstantTimeEq as _;
                let candidates = mac.cancel_candidates(change.id, secret);
                candidates.iter().any(|candidate| candidate.as_bytes().ct_eq(digest.as_bytes()).into())
            }
            (LinkPurpose::Confirm | LinkPurpose::Cancel(_), _) => false,
        };
        if !fits {
            return Ok(None);
        }
        match errand {
            Errand::Confirm => Ok(Some(link)),
            Errand::Cancel => {
                Ok(Some(LinkRecord { change: self.newest_of(tenant, link.change).await?, ..link }))
            }
        }
    }

    /// What a cancel link is about by now. Notices go out once an hour (SEC-18), so whoever asks again within it would
    /// leave the one link pointing at a change that is no more: the link follows to the change that took its place.
    async fn newest_of(&self, tenant: &TenantId, change: ChangeRecord) -> Result<ChangeRecord, Failure> {
        if !matches!(change.ended, Some((ChangeEnd::Superseded, _))) {
            return Ok(change);
        }
        let query = ChangeQuery { user: Some(change.user), state: None, before: None, limit: FOLLOWED_MAX };
        let later = self.store.changes(tenant, query).await?;
        let family = change.value.family();
        let newest = later.into_iter().find(|later| later.value.family() == family && later.id > change.id);
        Ok(newest.unwrap_or(change))
    }

    async fn unknown(&self, tenant: &TenantId, origin: Origin) -> Result<LinkOutcome, Failure> {
        let requester =
            Requester { persona: Persona::Owner, subject: Subject::Server, display: String::new() };
        let cx = context(tenant, requester, origin);
        match self.miss(&cx, false).await {
            Err(CodeError::Refused(refusal)) => Ok(too_many(&refusal)),
            Err(CodeError::Failure(failure)) => Err(failure),
            Ok(()) | Err(_) => Ok(LinkOutcome::Unknown),
        }
    }
}

/// Whoever holds the link acts as the owner of the change's profile, with no other right.
fn holder_context(tenant: &TenantId, change: &ChangeRecord, origin: Origin) -> Context {
    let subject = Subject::User(change.user);
    context(tenant, Requester { persona: Persona::Owner, subject, display: change.user_name.clone() }, origin)
}

fn context(tenant: &TenantId, requester: Requester, origin: Origin) -> Context {
    let actor =
        Actor { requester, origin, may_assert: false, may_list: false, recent_auth: false, reason: None };
    Context { tenant: tenant.clone(), actor, trace_id: String::new() }
}

fn too_many(refusal: &Refusal) -> LinkOutcome {
    match refusal {
        Refusal::TooManyRequests { retry_after } => LinkOutcome::TooMany(*retry_after),
        _ => LinkOutcome::Unknown,
    }
}

/// Where the link stands at `now`.
fn outcome(link: &LinkRecord, now: Timestamp, errand: Errand) -> LinkOutcome {
    let change = &link.change;
    let view = LinkView {
        change: change.id,
        family: change.value.family(),
        target: change.value.masked_with_domain(),
        account: masked_name(&change.user_name),
        expires_at: change.challenge.expires_at,
        requested_by: change.requester.persona,
        requested_at: change.requested_at,
        ended_at: change.ended.as_ref().map(|(_, at)| *at),
    };
    match (&change.ended, errand) {
        (Some((ChangeEnd::Proven, _)), _) => LinkOutcome::AlreadyDone(view),
        (Some((ChangeEnd::Superseded, _)), _) => LinkOutcome::Replaced(view),
        (Some((ChangeEnd::Cancelled { by: Cancelled::Taken }, _)), _) => LinkOutcome::Taken(view),
        (Some((ChangeEnd::Cancelled { .. }, _)), _) => LinkOutcome::Cancelled(view),
        (None, Errand::Confirm) if link.newest_challenge != change.challenge.id => {
            LinkOutcome::Replaced(view)
        }
        (None, Errand::Confirm) if !change.challenge.is_open(now) => LinkOutcome::Expired(view),
        (None, Errand::Confirm | Errand::Cancel) => LinkOutcome::Open(view),
    }
}

/// `b***`: enough for the account's owner.
fn masked_name(name: &str) -> String {
    let first: String = name.chars().take(1).collect();
    format!("{first}***")
}

/// The scenario a change runs under, for surfaces that show it.
pub(crate) fn scenario_of(change: &ChangeRecord) -> Scenario {
    Scenario::of(change.value.family(), change.purpose, change.challenge.form)
}
