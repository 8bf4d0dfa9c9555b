//! A message is sent again or taken out by hand (REL-10): only while that means something, and never twice.
//!
//! Both need `internal_config_mgt_update`.

use std::fmt;

use countersign_domain::audit::{Entry, Event, Rule};
use countersign_domain::change::Pending;
use countersign_domain::claim::Address;
use countersign_domain::message::{MessageState, Replay, ReplayRefusal, replay};
use countersign_domain::{ChangeId, MessageId, Refusal, Timestamp};
use countersign_store::{
    AdminWrite, Commit, CommitError, MessageKind, MessageQuery, MessageRecord, TimelineEvent, TimelineWord,
};

use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};
use crate::resend_code::ResendError;

/// What became of a message that was to be sent again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replayed {
    /// It is queued anew, under the same id.
    Requeued,
    /// A new secret of this change is on its way instead; the old one proves nothing any more.
    Resent(ChangeId),
    /// Nothing: the sentence says why.
    Refused(ReplayRefusal),
}

/// Why a message could not be sent again although it would mean something.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The rules of a resend say no: a budget is spent, the country is not served.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// What became of a message that was to be dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dropped {
    /// It will not be sent.
    Dropped,
    /// Nothing: the sentence says why.
    Refused(DropRefusal),
}

/// Why a message is not dropped. Displays as one sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DropRefusal {
    /// A worker has it.
    BeingSent,
    /// It has ended already, like this.
    Ended(MessageState),
}

impl fmt::Display for DropRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeingSent => f.write_str("It is being sent at this moment; look again in half a minute."),
            Self::Ended(state) => write!(f, "It has ended already: it is {}.", state.as_str()),
        }
    }
}

/// What became of the dead messages since a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReplayedSince {
    /// Queued anew.
    pub requeued: u64,
    /// For which a new secret is on its way.
    pub resent: u64,
    /// That cannot be sent again.
    pub refused: u64,
    /// Over a budget for now: the same call does them later.
    pub limited: u64,
    /// Whether there are more than one call takes; the same call goes on with them.
    pub more: bool,
}

/// How many messages one call by time takes: it is one request, and each is a commit.
const AT_ONCE_MAX: usize = 500;
/// How many are read at a time.
const PORTION: u64 = 100;

impl App {
    /// Sends a dead or dropped message again, as [`replay`] says; `None` for an unknown id.
    ///
    /// Needs `internal_config_mgt_update`; the resend it may come to is what `internal_user_code_mgt_create` allows.
    pub async fn replay_message(&self, cx: &Context, id: MessageId) -> Result<Option<Replayed>, ReplayError> {
        let mut tries = Tries::new(&self.entropy);
        loop {
            let Some(traced) = self.store.message(&cx.tenant, id).await.map_err(Failure::from)? else {
                return Ok(None);
            };
            let message = traced.message;
            let done = match replay(message.sendable()) {
                Replay::Refused(why) => return Ok(Some(Replayed::Refused(why))),
                Replay::Resend => self.resend_of(cx, &message).await?,
                Replay::Requeue => self.requeue(cx, &message).await?,
            };
            // Somebody was faster: what is true now may be something else.
            if done.is_some() || !tries.again().await {
                return done.map(Some).ok_or(ReplayError::Failure(Failure::Busy));
            }
        }
    }

    /// Queues a message anew; `None`: it is not as it was read any more.
    async fn requeue(&self, cx: &Context, message: &MessageRecord) -> Result<Option<Replayed>, Failure> {
        let by = cx.actor.requester.display.clone();
        let write = AdminWrite::RequeueMessage { id: message.id, by };
        match self.intervene(cx, message, Event::MessageReplayed, write).await {
            Ok(()) => Ok(Some(Replayed::Requeued)),
            Err(CommitError::Conflict) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// The secret of `message` is erased; its change gets a new one, under the rules of every resend, if that secret is
    /// still the one that counts. `None`: it is not any more.
    async fn resend_of(
        &self,
        cx: &Context,
        message: &MessageRecord,
    ) -> Result<Option<Replayed>, ReplayError> {
        let (Some(change), Some(challenge)) = (message.change, message.challenge) else { return Ok(None) };
        let counts = |pending: &Pending| (pending.id, pending.challenge.id) == (change, challenge);
        match self.resend_where(cx, message.user, counts).await {
            Ok(()) => {}
            Err(ResendError::NothingPending) => return Ok(None),
            Err(ResendError::Refused(why)) => return Err(why.into()),
            Err(ResendError::Failure(failure)) => return Err(failure.into()),
        }
        let now = self.store.now().await.map_err(Failure::from)?;
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        commit.audit.push(audit_row(self, now, about(cx, message, Event::MessageReplayed)));
        self.commit_admin(commit).await?;
        Ok(Some(Replayed::Resent(change)))
    }

    /// Takes a queued message out; `None` for an unknown id.
    ///
    /// Needs `internal_config_mgt_update`.
    pub async fn drop_message(&self, cx: &Context, id: MessageId) -> Result<Option<Dropped>, Failure> {
        let mut tries = Tries::new(&self.entropy);
        loop {
            let Some(traced) = self.store.message(&cx.tenant, id).await? else { return Ok(None) };
            let message = traced.message;
            if message.state != MessageState::Queued {
                return Ok(Some(Dropped::Refused(DropRefusal::Ended(message.state))));
            }
            if message.is_leased(self.store.now().await?) {
                return Ok(Some(Dropped::Refused(DropRefusal::BeingSent)));
            }
            let by = cx.actor.requester.display.clone();
            let write = AdminWrite::DropMessage { id, by };
            match self.intervene(cx, &message, Event::MessageDropped, write).await {
                Ok(()) => return Ok(Some(Dropped::Dropped)),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Sends every dead message again that was written at `since` or later, oldest first, as far as that means something.
    ///
    /// Needs `internal_config_mgt_update`.
    pub async fn replay_since(&self, cx: &Context, since: Timestamp) -> Result<ReplayedSince, Failure> {
        let (dead, more) = self.dead_since(cx, since).await?;
        let mut counts = ReplayedSince { more, ..ReplayedSince::default() };
        for id in dead.into_iter().rev() {
            match self.replay_message(cx, id).await {
                Ok(Some(Replayed::Requeued)) => counts.requeued += 1,
                Ok(Some(Replayed::Resent(_))) => counts.resent += 1,
                Err(ReplayError::Refused(Refusal::TooManyRequests { .. })) => counts.limited += 1,
                Err(ReplayError::Failure(failure)) => return Err(failure),
                Ok(Some(Replayed::Refused(_)) | None) | Err(ReplayError::Refused(_)) => counts.refused += 1,
            }
        }
        Ok(counts)
    }

    /// Dead messages that can be sent again, newest first, and whether there are more.
    async fn dead_since(&self, cx: &Context, since: Timestamp) -> Result<(Vec<MessageId>, bool), Failure> {
        let (mut dead, mut before) = (Vec::new(), None);
        loop {
            let state = Some(MessageState::Dead);
            let query = MessageQuery { state, before, limit: PORTION, ..MessageQuery::default() };
            let page = self.store.messages(&cx.tenant, query).await?;
            for message in page.messages {
                if message.created_at < since {
                    return Ok((dead, false));
                }
                if dead.len() == AT_ONCE_MAX {
                    return Ok((dead, true));
                }
                dead.push(message.id);
            }
            match page.next {
                Some(next) => before = Some(next),
                None => return Ok((dead, false)),
            }
        }
    }

    async fn intervene(
        &self,
        cx: &Context,
        message: &MessageRecord,
        event: Event,
        write: AdminWrite,
    ) -> Result<(), CommitError> {
        let now = self.store.now().await?;
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        if let (AdminWrite::DropMessage { by, .. }, Some(change)) = (&write, message.change) {
            let event = match message.kind {
                MessageKind::Secret => TimelineWord::GivenUp,
                MessageKind::Notice => TimelineWord::NotTold,
            };
            let detail = Some(format!("dropped by {by}"));
            commit.events.push(TimelineEvent { change, at: now, event, detail });
        }
        commit.admin.push(write);
        commit.audit.push(audit_row(self, now, about(cx, message, event)));
        self.store.commit(commit).await
    }
}

/// What the trail says of it: which message, what it was, and where it went, masked.
fn about(cx: &Context, message: &MessageRecord, event: Event) -> Entry {
    let said = format!("{} {}", message.template, message.id);
    let reason = cx.actor.reason.as_deref().map(|reason| format!("; {reason}")).unwrap_or_default();
    Entry {
        family: message.to.as_ref().map(Address::family),
        change: message.change,
        value: message.to.as_ref().map(Address::masked),
        about: message.to.clone(),
        detail: Some(format!("{said}{reason}")),
        ..entry(event, Rule::Request, Some(message.user), &cx.actor)
    }
}

fn failed(error: CommitError) -> Failure {
    match error {
        CommitError::Fault(fault) => fault.into(),
        _ => Failure::Busy,
    }
}
