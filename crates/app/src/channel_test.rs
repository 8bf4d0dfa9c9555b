//! *Send me a test* (pages.md §5): an ordinary message through an ordinary sender, to see whether a channel works.

use countersign_domain::audit::{Event, Rule};
use countersign_domain::claim::{Address, Channel, ClaimFamily};
use countersign_domain::{MessageId, Refusal};
use countersign_store::{Commit, CommitError};

use crate::app::App;
use crate::error::Failure;
use crate::mint::{Context, Telling, address_entry, audit_row};
use crate::profile_update::{exhausted, subject_key};
use crate::spending;

/// Why no test was sent.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// A program asked, or a user who is gone: a test greets the person who asked for it.
    #[error("a test message is asked for by a person who is signed in")]
    NoPerson,
    /// An address of the other channel.
    #[error("a test by {} goes to {}", .0.as_str(), wanted(*.0))]
    OtherChannel(Channel),
    /// A number that is not served, or a budget is spent.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

const fn wanted(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "an e-mail address",
        Channel::Sms => "a mobile number",
    }
}

impl App {
    /// The caller's own address of a channel, to offer as the receiver of a test.
    pub async fn own_address(&self, cx: &Context, channel: Channel) -> Result<Option<Address>, Failure> {
        let Some(user) = cx.actor.requester.subject.user() else { return Ok(None) };
        let seen = self.snapshot(cx, user).await?;
        let address = |seen: &countersign_domain::snapshot::Snapshot| {
            seen.user.profile.contacts(family_of(channel)).address().cloned()
        };
        Ok(seen.as_ref().and_then(address))
    }

    /// Queues a test message. It takes from the budgets of its destination as a code does, and from the caller's own;
    /// what becomes of it is [`App::message`] of the id.
    ///
    /// Needs `internal_config_mgt_update`.
    pub async fn send_test(
        &self,
        cx: &Context,
        channel: Channel,
        to: Address,
    ) -> Result<MessageId, TestError> {
        if to.family().channel() != channel {
            return Err(TestError::OtherChannel(channel));
        }
        let user = cx.actor.requester.subject.user().ok_or(TestError::NoPerson)?;
        let seen = self.snapshot(cx, user).await?.ok_or(TestError::NoPerson)?;
        let settings = self.settings(&seen.overrides);
        let to = served(to, &settings)?;
        let person = &seen.user;
        let telling = Telling {
            app: self,
            actor: &cx.actor,
            tenant: &person.tenant,
            user,
            profile: &person.profile,
            now: seen.now,
        };
        let message = telling.channel_test(&to);
        let id = message.id;
        let mut commit = Commit::new(self.operation(seen.now), cx.tenant.clone(), seen.now);
        commit.spends = spending::destination(&to, &settings, &self.keys.mac);
        let actor = subject_key(cx.actor.requester.subject);
        commit.spends.extend(spending::privileged_resend(&actor, &settings.limits));
        let mut row = address_entry(Event::MessageTested, Rule::Request, user, &cx.actor, &to);
        row.detail = Some(format!("{} {id}", message.template));
        commit.audit.push(audit_row(self, seen.now, row));
        commit.outbox.push(message);
        match self.store.commit(commit).await {
            Ok(()) => Ok(id),
            Err(CommitError::Exhausted(budget)) => Err(exhausted(&budget).into()),
            Err(CommitError::Fault(fault)) => Err(Failure::Store(fault).into()),
            Err(_) => Err(Failure::Busy.into()),
        }
    }
}

/// A number as its plan keys it; refused where no message may go (SEC-48).
fn served(
    to: Address,
    settings: &countersign_domain::user_claim_update::Settings,
) -> Result<Address, Refusal> {
    match to {
        Address::Mobile(number) => match settings.numbering.judge(&number) {
            Ok(number) => Ok(Address::Mobile(number)),
            Err(why) => Err(Refusal::Address { attribute: "phoneNumbers", why: why.into() }),
        },
        email @ Address::Email(_) => Ok(email),
    }
}

const fn family_of(channel: Channel) -> ClaimFamily {
    match channel {
        Channel::Email => ClaimFamily::Email,
        Channel::Sms => ClaimFamily::Mobile,
    }
}
