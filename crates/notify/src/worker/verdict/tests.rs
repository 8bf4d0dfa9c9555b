use std::collections::BTreeMap;

use countersign_domain::claim::{Address, Channel, ClaimFamily};
use countersign_domain::{Entropy, MessageId, TenantId, UserId};

use super::*;

struct Counting(u8);

impl Entropy for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// Leased at second 0, for the first time; a secret is worth 300 seconds.
fn leased(kind: MessageKind) -> Leased {
    let mut entropy = Counting(0);
    Leased {
        id: MessageId::new(entropy.id(at(0))),
        tenant: TenantId::carbon_super(),
        user: UserId::new(entropy.id(at(0))),
        change: None,
        channel: Channel::Email,
        kind,
        template: "contactChanged".into(),
        locale: None,
        to: Address::parse(ClaimFamily::Email, "bo@example.org").unwrap(),
        values: BTreeMap::new(),
        sealed: None,
        attempts: 0,
        created_at: at(0),
        stale: None,
        expires_at: (kind == MessageKind::Secret).then(|| at(300)),
        now: at(0),
        lease: 1,
    }
}

fn retry(after: Option<u64>) -> Tried {
    Tried::Sent(Outcome::Retry { why: "busy".into(), after: after.map(Duration::from_secs) })
}

/// When it is tried again, in seconds, or how it ended.
fn next(tried: Tried, leased: &Leased, now: i64) -> Result<i64, Verdict> {
    let verdict = tried.verdict(leased, at(now), 0.5);
    match (&verdict.settlement, verdict.word) {
        (Settlement::Retry { due_at, detail }, None) if detail == "busy" => {
            Ok(due_at.as_second() - at(0).as_second())
        }
        _ => Err(verdict),
    }
}

fn ended(settlement: Settlement, word: impl Into<Option<TimelineWord>>) -> Verdict {
    Verdict { settlement, word: word.into() }
}

/// I9, DESIGN §6: every end with its reason, and the word the timeline says.
#[test]
fn every_end_has_its_reason_and_its_word() {
    let secret = leased(MessageKind::Secret);
    let text = |text: &str| text.to_owned();
    let verdict = |tried: Tried| tried.verdict(&secret, at(0), 0.5);

    assert_eq!(
        [
            verdict(Tried::Sent(Outcome::HandedOver { detail: text("HTTP 202") })),
            verdict(Tried::Sent(Outcome::Dead { why: text("SMTP 550") })),
            verdict(Tried::Unsendable(text("key changed"))),
            verdict(Tried::Stale("replaced")),
            verdict(Tried::Stale("expired")),
        ],
        [
            ended(Settlement::Delivered { detail: text("HTTP 202") }, TimelineWord::HandedOver),
            ended(Settlement::Dead { reason: text("SMTP 550") }, TimelineWord::Refused),
            ended(Settlement::Dead { reason: text("key changed") }, TimelineWord::GivenUp),
            ended(Settlement::Dropped { reason: text("replaced") }, None),
            ended(Settlement::Dropped { reason: text("expired") }, TimelineWord::GivenUp),
        ]
    );
}

/// REL-8: a try that failed leads to the next place of the schedule, counted from when it ended.
#[test]
fn a_failed_try_moves_on_in_the_schedule() {
    let secret = leased(MessageKind::Secret);
    let fifth = Leased { attempts: 4, ..secret.clone() };
    let unreached = Tried::Sent(Outcome::Unreached { why: "busy".into() });

    assert_eq!(next(retry(None), &secret, 1), Ok(3));
    assert_eq!(next(unreached, &secret, 20), Ok(22));
    assert_eq!(next(retry(None), &fifth, 60), Ok(120));
}

/// REL-7: a provider's wish is honoured, but a code that will have expired by then is not kept for it.
#[test]
fn a_wish_beyond_the_end_of_the_code_ends_the_message() {
    let secret = leased(MessageKind::Secret);

    let within = next(retry(Some(250)), &secret, 10);
    let beyond = next(retry(Some(291)), &secret, 10);
    let late = next(retry(None), &Leased { attempts: 9, ..secret.clone() }, 250);

    let dropped =
        || Err(ended(Settlement::Dropped { reason: "expired; last: busy".into() }, TimelineWord::GivenUp));
    assert_eq!([within, beyond, late], [Ok(260), dropped(), dropped()]);
}

/// REL-8: a notice ends after five days, whatever the provider wishes.
#[test]
fn a_notice_is_given_up_after_five_days() {
    let notice = leased(MessageKind::Notice);

    let last = next(retry(None), &Leased { attempts: 9, ..notice.clone() }, 270_000);
    let over = next(retry(None), &Leased { attempts: 10, ..notice.clone() }, 360_000);
    let wished = next(retry(Some(u64::MAX)), &notice, 0);

    let dead = || Err(ended(Settlement::Dead { reason: "busy".into() }, TimelineWord::NotTold));
    assert_eq!([last, over, wished], [Ok(356_400), dead(), dead()]);
}

/// DESIGN §5, "Dev inbox": without a sender a message waits, says so once, and is looked at ever more seldom.
#[test]
fn without_a_sender_a_message_waits_and_says_so_once() {
    let notice = leased(MessageKind::Notice);
    let parked = |leased: &Leased, now| Tried::NoSender("no sender configured").verdict(leased, at(now), 0.5);
    let waiting = |due| Settlement::Parked { due_at: at(due), detail: "no sender configured".into() };
    let again = Leased { lease: 2, ..notice.clone() };

    assert_eq!(parked(&leased(MessageKind::Secret), 0), ended(waiting(2), TimelineWord::Queued));
    assert_eq!(parked(&notice, 0), ended(waiting(2), None));
    assert_eq!(parked(&again, 100), ended(waiting(110), None));
    assert_eq!(parked(&again, 90_000), ended(waiting(90_030), None));
    assert_eq!(
        parked(&again, 5 * 86_400),
        ended(Settlement::Dead { reason: "no sender configured".into() }, TimelineWord::NotTold)
    );
}

/// pages §3.3: whether the new value was reached is told by the message to it, never by the notice to the old one.
#[test]
fn a_notice_says_nothing_about_the_new_value() {
    let handed = || Tried::Sent(Outcome::HandedOver { detail: "250".into() });
    let refused = || Tried::Sent(Outcome::Dead { why: "550".into() });
    let word = |tried: Tried, kind| tried.verdict(&leased(kind), at(0), 0.5).word;

    assert_eq!(word(handed(), MessageKind::Secret), Some(TimelineWord::HandedOver));
    assert_eq!(word(refused(), MessageKind::Secret), Some(TimelineWord::Refused));
    assert_eq!(word(handed(), MessageKind::Notice), Some(TimelineWord::Told));
    assert_eq!(word(refused(), MessageKind::Notice), Some(TimelineWord::NotTold));
}
