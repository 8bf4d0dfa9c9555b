//! Delivered once, as far as anybody can know; and recognisable where not (REL-6, I8, I9).

use std::sync::Arc;

use countersign_domain::SignedDuration;
use countersign_domain::claim::Channel;
use countersign_notify::worker::Deliveries;
use countersign_store::{Settlement, TimelineWord};

use crate::house::{CODE, House, VALIDITY, deliver, email, mobile};
use crate::sinks::http::Answer;

/// REL-6: a message is sent, recorded in the timeline, and not sent again.
#[tokio::test]
async fn a_message_is_handed_over_once_and_says_so() {
    let house = House::new().await;
    let worker = house.worker();
    let user = house.user("ann").await;
    let by_mail = house.change(user, &email("ann@example.org"), None).await;
    let by_sms = house.change(user, &mobile("+12025550123"), None).await;

    let first = deliver(&worker).await;
    let second = deliver(&worker).await;

    assert_eq!(first, Deliveries { handed_over: 2, ..Deliveries::default() });
    assert_eq!(second, Deliveries::default());
    let [mail] = house.smtp.mails.all().try_into().unwrap();
    assert_eq!(mail.header("message-id").unwrap(), format!("<{}@shop.example>", by_mail.message));
    assert_eq!(mail.to, ["ann@example.org"]);
    assert!(mail.text().contains(CODE) && mail.html().contains(CODE));
    let [request] = house.gateway.requests.all().try_into().unwrap();
    assert_eq!(request.header("idempotency-key"), Some(by_sms.message.to_string().as_str()));
    assert!(request.body.contains("+12025550123") && request.body.contains(CODE), "{}", request.body);
    assert_eq!(
        [house.timeline(&by_mail).await, house.timeline(&by_sms).await],
        [
            [(TimelineWord::HandedOver, "SMTP 250 queued as Q1".to_owned())],
            [(TimelineWord::HandedOver, r#"HTTP 200: {"ok":true}"#.to_owned())],
        ]
    );
}

/// REL-6: taken, but the answer was cut off: it goes out again with the same id, so that it can be recognised.
#[tokio::test]
async fn after_a_cut_answer_the_repeat_has_the_same_id() {
    let house = House::new().await;
    let worker = house.worker();
    let user = house.user("ann").await;
    house.change(user, &email("ann@example.org"), None).await;
    house.change(user, &mobile("+12025550123"), None).await;

    house.smtp.hang_up_after_mails();
    house.gateway.then(Answer::HangsUp);
    let cut = deliver(&worker).await;
    house.smtp.relent();
    house.pass(3);
    let again = deliver(&worker).await;

    assert_eq!((cut.retried, again.handed_over), (2, 2));
    let ids: Vec<_> = house.smtp.mails.all().iter().map(|mail| mail.header("message-id").unwrap()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids.first(), ids.last());
    let keys: Vec<_> = house
        .gateway
        .requests
        .all()
        .iter()
        .map(|request| request.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys.first(), keys.last());
}

/// REL-6: two workers at one row, one send.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_send_one_message_once() {
    let house = House::new().await;
    let workers = [house.worker(), house.worker()].map(Arc::new);
    for name in ["ann", "bo", "cy", "di", "ed", "flo"] {
        let user = house.user(name).await;
        house.change(user, &email(&format!("{name}@example.org")), None).await;
    }

    let both = workers.map(|worker| tokio::spawn(async move { deliver(&worker).await }));
    let mut handed_over = 0;
    for worker in both {
        handed_over += worker.await.unwrap().handed_over;
    }

    assert_eq!(handed_over, 6);
    let mut to: Vec<_> = house.smtp.mails.all().into_iter().flat_map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, ["ann", "bo", "cy", "di", "ed", "flo"].map(|name| format!("{name}@example.org")));
}

/// REL-6: what a worker had leased when it died goes out when the lease is over; its late word changes nothing.
#[tokio::test]
async fn the_message_of_a_dead_worker_goes_out_after_its_lease() {
    let house = House::new().await;
    let worker = house.worker();
    let user = house.user("ann").await;
    let begun = house.change(user, &email("ann@example.org"), None).await;
    let leased = house.store.lease(Channel::Email, 5, SignedDuration::from_secs(30)).await.unwrap();

    house.pass(29);
    let early = deliver(&worker).await;
    house.pass(1);
    let after = deliver(&worker).await;
    let late = Settlement::Dead { reason: "late".into() };
    let lease = leased.first().unwrap().lease;
    let heard = house.store.settle(&house.tenant, begun.message, lease, late, None).await.unwrap();

    assert_eq!((early.count(), after.handed_over, heard), (0, 1, false));
}

/// REL-6, I8: two changes in quick succession: only the secret that still proves something is sent.
#[tokio::test]
async fn the_message_of_a_superseded_change_is_dropped_unsent() {
    let house = House::new().await;
    let worker = house.worker();
    let user = house.user("ann").await;
    let first = house.change(user, &email("ann@example.org"), None).await;
    let second = house.change(user, &email("anne@example.org"), Some(&first)).await;

    let delivered = deliver(&worker).await;

    assert_eq!(delivered, Deliveries { handed_over: 1, dropped: 1, ..Deliveries::default() });
    assert_eq!(
        house.smtp.mails.all().into_iter().map(|mail| mail.to).collect::<Vec<_>>(),
        [["anne@example.org"]]
    );
    assert_eq!(house.timeline(&first).await, []);
    assert_eq!(house.timeline(&second).await.len(), 1);
}

/// I8: a code that expired before anybody could be asked is dropped, and the timeline says that it never left.
#[tokio::test]
async fn an_expired_code_is_never_sent() {
    let house = House::new().await;
    let worker = house.worker();
    let user = house.user("ann").await;
    let begun = house.change(user, &mobile("+12025550123"), None).await;

    house.pass(VALIDITY);
    let delivered = deliver(&worker).await;

    assert_eq!(delivered, Deliveries { dropped: 1, ..Deliveries::default() });
    assert_eq!(house.gateway.requests.all(), []);
    assert_eq!(house.timeline(&begun).await, [(TimelineWord::GivenUp, "expired".to_owned())]);
    assert_eq!(house.queued().await, 0);
}
