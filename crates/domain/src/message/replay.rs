//! What sending a message again would come to (REL-10, SEC-55): its secret is erased when it ends.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a message is (I9): it waits, or it has ended in one of three ways.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Waits for its time, for a provider, or is being sent.
    Queued,
    /// The next hop has taken it.
    Delivered,
    /// Not worth sending any more, or taken out by somebody.
    Dropped,
    /// Given up.
    Dead,
}

impl MessageState {
    /// All, in the order every table lists them.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Delivered, Self::Dropped, Self::Dead];

    /// The word in the database and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delivered => "delivered",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }

    /// The state of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What of a message must not be kept once it has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confidential {
    /// Nothing: it can be sent again as it is.
    Nothing,
    /// A link that only this message held.
    Link,
    /// The code or link that proves a value; a new one can be issued.
    Secret {
        /// Whether no newer one was issued since.
        newest: bool,
    },
}

/// A message as far as sending it again is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sendable {
    /// Where it is.
    pub state: MessageState,
    /// What was erased with its end.
    pub confidential: Confidential,
    /// Whether its change still waits for proof; `None`: it belongs to none.
    pub change_waits: Option<bool>,
    /// Whether its user is still there.
    pub has_user: bool,
    /// Whether its recipient is still known: personal values are erased after a while (SEC-63).
    pub has_recipient: bool,
}

/// What sending a message again would do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replay {
    /// It is queued anew under its own id, so that a receiver can drop a repeat (REL-6).
    Requeue,
    /// Its secret is gone: a new one is issued for the change, and the old one proves nothing any more (SEC-12).
    Resend,
    /// Nothing: the sentence says why.
    Refused(ReplayRefusal),
}

/// Why a message is not sent again. Displays as one sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReplayRefusal {
    /// It has not ended.
    Queued,
    /// It arrived as far as anybody knows.
    Delivered,
    /// Nobody is told any more.
    UserDeleted,
    /// What it was about is over.
    ChangeEnded,
    /// A later message carries the secret that counts.
    Replaced,
    /// The link it carried is erased, and a new one is only made with a new request.
    LinkErased,
    /// Its text and recipient are erased.
    Erased,
}

impl fmt::Display for ReplayRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queued => "It is still queued and will be tried by itself.",
            Self::Delivered => "It was handed over; a person who did not get it can ask for a new code.",
            Self::UserDeleted => "Its user was deleted.",
            Self::ChangeEnded => "The change it was about has ended.",
            Self::Replaced => "A newer message carries the code or link that counts; send that one again.",
            Self::LinkErased => "The link it carried was erased when it ended and cannot be made again.",
            Self::Erased => "Its recipient and text were erased, as those of every old message are.",
        })
    }
}

/// Decides what sending it again would do.
pub const fn replay(message: Sendable) -> Replay {
    match message.state {
        MessageState::Queued => return Replay::Refused(ReplayRefusal::Queued),
        MessageState::Delivered => return Replay::Refused(ReplayRefusal::Delivered),
        MessageState::Dropped | MessageState::Dead => {}
    }
    if !message.has_user {
        return Replay::Refused(ReplayRefusal::UserDeleted);
    }
    if let Some(false) = message.change_waits {
        return Replay::Refused(ReplayRefusal::ChangeEnded);
    }
    match message.confidential {
        Confidential::Secret { newest: false } => Replay::Refused(ReplayRefusal::Replaced),
        Confidential::Secret { newest: true } => Replay::Resend,
        Confidential::Link => Replay::Refused(ReplayRefusal::LinkErased),
        Confidential::Nothing if !message.has_recipient => Replay::Refused(ReplayRefusal::Erased),
        Confidential::Nothing => Replay::Requeue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTICE: Sendable = Sendable {
        state: MessageState::Dead,
        confidential: Confidential::Nothing,
        change_waits: None,
        has_user: true,
        has_recipient: true,
    };
    const SECRET: Sendable = Sendable {
        confidential: Confidential::Secret { newest: true },
        change_waits: Some(true),
        has_recipient: false,
        ..NOTICE
    };

    /// REL-10, SEC-55: each row says what can still be done, and what cannot and why.
    #[test]
    fn a_message_is_sent_again_only_while_that_means_something() {
        use Replay::{Refused, Requeue, Resend};
        let link = Sendable { confidential: Confidential::Link, change_waits: Some(true), ..NOTICE };
        let older = Confidential::Secret { newest: false };
        let rows = [
            ("a dead notice", NOTICE, Requeue),
            ("a dropped notice", Sendable { state: MessageState::Dropped, ..NOTICE }, Requeue),
            ("of a waiting change", Sendable { change_waits: Some(true), ..NOTICE }, Requeue),
            ("a secret", SECRET, Resend),
            ("a dropped secret", Sendable { state: MessageState::Dropped, ..SECRET }, Resend),
            (
                "a queued one",
                Sendable { state: MessageState::Queued, ..NOTICE },
                Refused(ReplayRefusal::Queued),
            ),
            (
                "a delivered one",
                Sendable { state: MessageState::Delivered, ..SECRET },
                Refused(ReplayRefusal::Delivered),
            ),
            ("nobody's", Sendable { has_user: false, ..NOTICE }, Refused(ReplayRefusal::UserDeleted)),
            (
                "of a change that ended",
                Sendable { change_waits: Some(false), ..SECRET },
                Refused(ReplayRefusal::ChangeEnded),
            ),
            ("an older secret", Sendable { confidential: older, ..SECRET }, Refused(ReplayRefusal::Replaced)),
            ("a notice with a link", link, Refused(ReplayRefusal::LinkErased)),
            ("an erased notice", Sendable { has_recipient: false, ..NOTICE }, Refused(ReplayRefusal::Erased)),
        ];

        for (which, message, expected) in rows {
            assert_eq!(replay(message), expected, "{which}");
        }
    }

    #[test]
    fn a_state_is_read_back_from_its_word() {
        for state in MessageState::ALL {
            assert_eq!(MessageState::parse(state.as_str()), Some(state));
        }
        assert_eq!(MessageState::parse("lost"), None);
    }
}
