//! What an answer leads to, and when the next try is (REL-7, REL-8).

use countersign_domain::claim::{Address, Channel};
use countersign_notify::worker::{Deliveries, Worker};
use countersign_store::TimelineWord;

use crate::house::{House, deliver, mobile};
use crate::sinks::http::Answer;

/// The waits between tries, in whole seconds, until the message has ended; and how it ended.
async fn waits(house: &House, worker: &Worker) -> (Vec<i64>, Deliveries) {
    let mut waits = Vec::new();
    loop {
        house.gateway.then(Answer::status(503));
        let delivered = deliver(worker).await;
        if house.queued().await == 0 {
            return (waits, delivered);
        }
        let due = house.store.next_due(Channel::Sms).await.unwrap().unwrap();
        let wait = house.now().duration_until(due);
        waits.push(wait.as_millis().checked_add(500).and_then(|ms| i64::try_from(ms / 1000).ok()).unwrap());
        house.clock.advance(wait);
    }
}

fn number() -> Address {
    mobile("+12025550123")
}

/// REL-8: a code is tried often, and not beyond its end.
#[tokio::test]
async fn a_secret_is_tried_until_its_code_expires() {
    let house = House::new().await;
    let begun = house.change(house.user("ann").await, &number(), None).await;

    let (waits, last) = waits(&house, &house.worker()).await;

    assert_eq!(waits, [2, 5, 15, 30, 60, 60, 60, 60]);
    assert_eq!(last, Deliveries { dropped: 1, ..Deliveries::default() });
    assert_eq!(house.gateway.requests.all().len(), 9);
    assert_eq!(house.timeline(&begun).await, [(TimelineWord::GivenUp, "expired; last: HTTP 503".to_owned())]);
}

/// REL-8: a notice is tried for days.
#[tokio::test]
async fn a_notice_is_tried_for_five_days() {
    let house = House::new().await;
    house.notice(house.user("ann").await, &number()).await;

    let (waits, last) = waits(&house, &house.worker()).await;

    assert_eq!(waits, [5, 300, 1800, 7200, 18_000, 36_000, 36_000, 86_400, 86_400, 86_400]);
    assert_eq!(last, Deliveries { dead: 1, ..Deliveries::default() });
    assert_eq!(house.gateway.requests.all().len(), 11);
}

/// REL-7: what each answer leads to, and what the timeline says.
#[tokio::test]
async fn the_answer_decides_what_follows() {
    let done = |count| Deliveries { handed_over: count, ..Deliveries::default() };
    let dead = || Deliveries { dead: 1, ..Deliveries::default() };
    let retried = || Deliveries { retried: 1, ..Deliveries::default() };
    let said = |word, detail: &str| vec![(word, detail.to_owned())];
    let table = [
        (202, done(1), said(TimelineWord::HandedOver, "HTTP 202")),
        (301, dead(), said(TimelineWord::Refused, "HTTP 301")),
        (400, dead(), said(TimelineWord::Refused, "HTTP 400")),
        (404, dead(), said(TimelineWord::Refused, "HTTP 404")),
        (408, retried(), vec![]),
        (429, retried(), vec![]),
        (500, retried(), vec![]),
    ];
    let house = House::new().await;
    let worker = house.worker();

    for (status, expected, timeline) in table {
        house.gateway.then(Answer::status(status));
        let user = house.user(&format!("user-{status}")).await;
        let begun = house.change(user, &number(), None).await;
        let delivered = deliver(&worker).await;

        assert_eq!((delivered, house.timeline(&begun).await), (expected, timeline), "{status}");
    }
}

/// REL-7: a provider's wish to wait is honoured.
#[tokio::test]
async fn retry_after_is_honoured() {
    let house = House::new().await;
    let worker = house.worker();
    house.gateway.then(Answer::Says(429, "Retry-After: 90\r\n", String::new()));
    house.change(house.user("ann").await, &number(), None).await;

    let first = deliver(&worker).await;
    house.pass(89);
    let early = deliver(&worker).await;
    house.pass(1);
    let wished = deliver(&worker).await;

    assert_eq!((first.retried, early.count(), wished.handed_over), (1, 0, 1));
}

/// REL-7: a mail server's "later" and "never".
#[tokio::test]
async fn smtp_replies_decide_what_follows() {
    let house = House::new().await;
    let worker = house.worker();
    let to = crate::house::email("ann@example.org");
    let begun = house.change(house.user("ann").await, &to, None).await;

    house.smtp.refuse("RCPT", "450 4.2.1 <ann@example.org> is busy");
    let later = deliver(&worker).await;
    house.smtp.refuse("RCPT", "550 5.1.1 <ann@example.org> unknown");
    house.pass(3);
    let never = deliver(&worker).await;

    assert_eq!((later.retried, never.dead), (1, 1));
    assert_eq!(
        house.timeline(&begun).await,
        [(TimelineWord::Refused, "SMTP 550 5.1.1 <•••> unknown".to_owned())]
    );
}
