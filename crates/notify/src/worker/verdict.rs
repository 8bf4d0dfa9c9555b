//! What a try comes to: the settlement of the message and the word in its timeline. Pure.
//!
//! | the try | settlement | timeline |
//! |---|---|---|
//! | its challenge is over | dropped | `given_up` when it expired unsent; otherwise the timeline knows |
//! | there is no sender | waits, no try counted | `queued`, once, with the reason |
//! | it cannot be opened or written | dead | `given_up` |
//! | taken by the next hop | delivered | `handed_over` |
//! | refused for good | dead | `refused` |
//! | not now, or unreached | tried again on the schedule (REL-8) | |
//! | not now, and too late for another try | secret: dropped, notice: dead | `given_up` |
//!
//! These words are about the message that asks for the proof. A notice says `told` or, where it did not get through,
//! `not_told`: it went to another address, and says nothing about the new one.

use std::time::Duration;

use countersign_domain::{SignedDuration, Timestamp};
use countersign_store::{Leased, MessageKind, Settlement, TimelineWord};

use crate::outcome::Outcome;
use crate::schedule::{Kind, honouring, next_attempt};

/// For how long a notice is worth sending (REL-8).
const NOTICE_WORTH: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How soon a parked message is looked at again: a tenth of its age, within these bounds. A newcomer who sets up a sender
/// waits seconds; what has waited for hours costs a write every half minute.
const PARKED_MIN: Duration = Duration::from_secs(2);
const PARKED_MAX: Duration = Duration::from_secs(30);

/// How far a try got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tried {
    /// Its challenge is over, for this reason (I8).
    Stale(&'static str),
    /// Nobody could be asked.
    NoSender(&'static str),
    /// It cannot be opened or written; nobody was asked.
    Unsendable(String),
    /// Somebody was asked.
    Sent(Outcome),
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) settlement: Settlement,
    pub(super) word: Option<TimelineWord>,
}

impl Tried {
    /// Decides. `jitter` is uniform in `0.0..=1.0`.
    pub(super) fn verdict(self, leased: &Leased, now: Timestamp, jitter: f64) -> Verdict {
        let Verdict { settlement, word } = self.settled(leased, now, jitter);
        let word = match leased.kind {
            MessageKind::Secret => word,
            MessageKind::Notice => word.and_then(of_notice),
        };
        Verdict { settlement, word }
    }

    fn settled(self, leased: &Leased, now: Timestamp, jitter: f64) -> Verdict {
        match self {
            Self::Stale(reason) => {
                let word = (reason == "expired").then_some(TimelineWord::GivenUp);
                Verdict { settlement: Settlement::Dropped { reason: reason.to_owned() }, word }
            }
            Self::NoSender(detail) => parked(leased, detail, now),
            Self::Unsendable(reason) => given_up(Settlement::Dead { reason }),
            Self::Sent(Outcome::HandedOver { detail }) => {
                Verdict { settlement: Settlement::Delivered { detail }, word: Some(TimelineWord::HandedOver) }
            }
            Self::Sent(Outcome::Dead { why }) => {
                Verdict { settlement: Settlement::Dead { reason: why }, word: Some(TimelineWord::Refused) }
            }
            Self::Sent(Outcome::Retry { why, after }) => again(leased, why, after, now, jitter),
            Self::Sent(Outcome::Unreached { why }) => again(leased, why, None, now, jitter),
        }
    }
}

/// What a timeline says of a notice, where it would say this of the message to the new value.
const fn of_notice(word: TimelineWord) -> Option<TimelineWord> {
    match word {
        TimelineWord::HandedOver => Some(TimelineWord::Told),
        TimelineWord::Refused | TimelineWord::GivenUp => Some(TimelineWord::NotTold),
        _ => None,
    }
}

fn given_up(settlement: Settlement) -> Verdict {
    Verdict { settlement, word: Some(TimelineWord::GivenUp) }
}

/// Until when there is a point in sending it.
fn worth_until(leased: &Leased) -> Timestamp {
    leased.expires_at.unwrap_or_else(|| later(leased.created_at, NOTICE_WORTH))
}

fn again(leased: &Leased, why: String, asked: Option<Duration>, now: Timestamp, jitter: f64) -> Verdict {
    let kind = match leased.kind {
        MessageKind::Secret => Kind::Secret,
        MessageKind::Notice => Kind::Notice,
    };
    let left = Duration::try_from(now.duration_until(worth_until(leased))).unwrap_or_default();
    let wait = next_attempt(kind, leased.attempts.saturating_add(1), jitter)
        .and_then(|wait| honouring(wait, asked, Some(left)));
    match (wait, kind) {
        (Some(wait), _) => {
            Verdict { settlement: Settlement::Retry { due_at: after(now, wait), detail: why }, word: None }
        }
        (None, Kind::Secret) => given_up(Settlement::Dropped { reason: format!("expired; last: {why}") }),
        (None, Kind::Notice) => given_up(Settlement::Dead { reason: why }),
    }
}

fn parked(leased: &Leased, detail: &str, now: Timestamp) -> Verdict {
    if now >= worth_until(leased) {
        return given_up(Settlement::Dead { reason: detail.to_owned() });
    }
    let age = Duration::try_from(leased.created_at.duration_until(now)).unwrap_or_default();
    let wait = (age / 10).clamp(PARKED_MIN, PARKED_MAX);
    let settlement = Settlement::Parked { due_at: after(now, wait), detail: detail.to_owned() };
    // said once: the first lease of a message is number one
    Verdict { settlement, word: (leased.lease <= 1).then_some(TimelineWord::Queued) }
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    later(now, SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
