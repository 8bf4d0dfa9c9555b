//! Messages as an administrator sees them: pages of the outbox, one message with its tries, how much waits.

use countersign_domain::claim::{Address, Channel};
use countersign_domain::message::{Confidential, MessageState, Sendable};
use countersign_domain::{ChallengeId, ChangeId, MessageId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::MessageKind;

/// How many messages a search by text looks at before it answers with what it has found so far.
pub const MESSAGES_LOOKED_AT_MAX: u64 = 5_000;

/// How many tries of one message are read: the newest.
pub(crate) const ATTEMPTS_READ_MAX: i64 = 200;

/// Which messages are asked for; newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MessageQuery {
    /// In one state, or in any.
    pub state: Option<MessageState>,
    /// Of one channel, or of both.
    pub channel: Option<Channel>,
    /// Of one user, or of all.
    pub user: Option<UserId>,
    /// Whose recipient or user name has this in it, whatever the case of ASCII letters.
    pub text: Option<String>,
    /// Only messages with an id below this one (ids are time-ordered).
    pub before: Option<MessageId>,
    /// How many.
    pub limit: u64,
}

/// A message, whatever its state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageRecord {
    /// Stable over all tries.
    pub id: MessageId,
    /// Whom it concerns.
    pub user: UserId,
    /// His name; `None`: he was deleted.
    pub user_name: Option<String>,
    /// The change it belongs to.
    pub change: Option<ChangeId>,
    /// How it travels.
    pub channel: Channel,
    /// Secret or notice.
    pub kind: MessageKind,
    /// The template's name.
    pub template: String,
    /// Where it goes; `None`: erased after its end (SEC-63).
    pub to: Option<Address>,
    /// Where it is.
    pub state: MessageState,
    /// What the last try came to, or who took it out.
    pub reason: Option<String>,
    /// Tries since it was last queued.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next, while it is queued.
    pub due_at: Timestamp,
    /// Until when a worker has it.
    pub leased_until: Option<Timestamp>,
    /// The challenge whose secret it carried.
    pub challenge: Option<ChallengeId>,
    /// What of it must not be kept.
    pub confidential: Confidential,
    /// Whether its change still waits for proof; `None`: it belongs to none.
    pub change_waits: Option<bool>,
}

impl MessageRecord {
    /// The message as far as sending it again is concerned.
    pub const fn sendable(&self) -> Sendable {
        Sendable {
            state: self.state,
            confidential: self.confidential,
            change_waits: self.change_waits,
            has_user: self.user_name.is_some(),
            has_recipient: self.to.is_some(),
        }
    }

    /// Whether a worker has it at `now`.
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.state == MessageState::Queued && self.leased_until.is_some_and(|until| until > now)
    }
}

/// One page of messages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MessagePage {
    /// Those of this page, newest first.
    pub messages: Vec<MessageRecord>,
    /// Before which id the next page begins, if there may be one. A search by text may end a page early, even an empty
    /// one: what is older was not looked at yet.
    pub next: Option<MessageId>,
}

/// What one try came to, as the trace of a message keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The next hop has taken it.
    HandedOver,
    /// Not now; it is tried again.
    Retry,
    /// It waits for a sender; said once, however often that is looked at.
    Parked,
    /// It was not worth sending any more, or was taken out.
    Dropped,
    /// It was given up.
    Dead,
    /// It was queued anew.
    Replayed,
}

impl AttemptOutcome {
    /// The word in the database and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::Retry => "retry",
            Self::Parked => "parked",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
            Self::Replayed => "replayed",
        }
    }
}

/// One row of a message's trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageAttempt {
    /// From 1, over all times it was queued.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What it came to.
    pub outcome: AttemptOutcome,
    /// The status and what the provider said, or why nobody was asked; without secrets and full addresses.
    pub detail: String,
}

/// One message with its trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TracedMessage {
    /// The message.
    pub message: MessageRecord,
    /// Its tries, oldest first; of very many, the newest.
    pub attempts: Vec<MessageAttempt>,
}

/// How much waits, and how long already (REL-10).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OutboxLoad {
    /// How many messages there are of each state and channel; those without any are left out.
    pub depth: Vec<(MessageState, Channel, u64)>,
    /// Since when the oldest message that is due has been due; `None`: nothing is.
    pub due_since: Option<Timestamp>,
}

/// What stands behind the contract.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseInfo {
    /// `SQLite` or `PostgreSQL`.
    pub kind: &'static str,
    /// Its version.
    pub version: String,
}

/// The messages of one walk: those found, and the last one looked at if the walk ended before the index did.
pub(crate) struct Walked {
    pub(crate) found: Vec<MessageRecord>,
    pub(crate) cut_off: Option<MessageId>,
}

/// Which walks answer a query: one of a user, one of everything, or one for each state and channel.
pub(crate) enum Walks {
    OfUser(UserId),
    All,
    Listed(Vec<(MessageState, Channel)>),
}

impl MessageQuery {
    pub(crate) fn walks(&self) -> Walks {
        match (self.user, self.state, self.channel) {
            (Some(user), ..) => Walks::OfUser(user),
            (None, None, None) => Walks::All,
            (None, state, channel) => {
                let states =
                    MessageState::ALL.into_iter().filter(|one| state.is_none_or(|only| only == *one));
                let of = |state| Channel::ALL.into_iter().map(move |one| (state, one));
                let kept = |pair: &(MessageState, Channel)| channel.is_none_or(|only| only == pair.1);
                Walks::Listed(states.flat_map(of).filter(kept).collect())
            }
        }
    }

    /// The text as it is looked for: parts of it are not compared by a database's own idea of letters.
    pub(crate) fn folded_text(&self) -> Option<String> {
        let text = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_ascii_lowercase)
    }

    /// One more than asked for, to know whether there are others.
    pub(crate) fn read_limit(&self) -> u64 {
        self.limit.saturating_add(1)
    }

    /// Puts the walks together: newest first, nothing older than where a walk was cut off.
    pub(crate) fn page(&self, walks: Vec<Walked>) -> MessagePage {
        let floor = walks.iter().filter_map(|walk| walk.cut_off).max();
        let mut messages: Vec<MessageRecord> = walks.into_iter().flat_map(|walk| walk.found).collect();
        messages.retain(|message| floor.is_none_or(|floor| message.id >= floor));
        messages.sort_by_key(|message| std::cmp::Reverse(message.id));
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = messages.len() > limit;
        messages.truncate(limit);
        let next = if more { messages.last().map(|message| message.id) } else { floor };
        MessagePage { messages, next }
    }
}
