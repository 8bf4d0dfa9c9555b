//! What stands behind a channel, and messages that wait for it (DESIGN §5, "Dev inbox" and "Publishers"; D-19).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use countersign_domain::claim::Channel;
use countersign_notify::inbox::{Inbox, InboxMessage};
use countersign_notify::worker::{Deliveries, Parts, SenderState, SenderStates, Worker};
use countersign_store::TimelineWord;

use crate::house::{CODE, House, deliver, email, mobile};

fn parked() -> Deliveries {
    Deliveries { parked: 1, ..Deliveries::default() }
}

fn handed_over(handed_over: usize) -> Deliveries {
    Deliveries { handed_over, ..Deliveries::default() }
}

async fn settle(worker: &Worker) {
    worker.look_at_publishers().await;
    worker.look_at_publishers().await;
}

/// DESIGN §5: without a sender the message waits and says so once; when a publisher file appears, it is sent.
#[tokio::test]
async fn a_parked_message_is_sent_when_a_publisher_file_appears() {
    let house = House::without_publisher().await;
    let worker = house.worker();
    let mut states = worker.states();
    let begun = house.change(house.user("ann").await, &mobile("+12025550123"), None).await;

    let first = deliver(&worker).await;
    house.pass(2);
    let second = deliver(&worker).await;
    let before = states.borrow_and_update().clone();
    house.publish_default();
    settle(&worker).await;
    house.pass(2);
    let third = deliver(&worker).await;

    assert_eq!([first, second, third], [parked(), parked(), handed_over(1)]);
    let email = SenderState::Ready(house.smtp.address.to_string());
    assert_eq!(before, SenderStates { email: email.clone(), sms: SenderState::Missing });
    assert!(states.has_changed().unwrap());
    assert_eq!(*states.borrow(), SenderStates { email, sms: SenderState::Ready("TextGateway".into()) });
    assert_eq!(
        house.timeline(&begun).await,
        [
            (TimelineWord::Queued, "no sender configured".to_owned()),
            (TimelineWord::HandedOver, r#"HTTP 200: {"ok":true}"#.to_owned())
        ]
    );
}

/// D-19: a file that cannot be used is said to be broken, with its place; messages wait.
#[tokio::test]
async fn a_broken_publisher_file_is_named() {
    let house = House::without_publisher().await;
    house.publish("<eventPublisher");
    let worker = house.worker();
    let begun = house.change(house.user("ann").await, &mobile("+12025550123"), None).await;

    let delivered = deliver(&worker).await;

    assert_eq!(delivered, parked());
    let state = worker.states().borrow().sms.clone();
    assert!(matches!(&state, SenderState::Broken(why) if why.starts_with("TextGateway.xml:1:")), "{state:?}");
    assert_eq!(
        house.timeline(&begun).await,
        [(TimelineWord::Queued, "the sender is not in working order".to_owned())]
    );
}

/// Keeps what the inbox is given.
fn inbox() -> (Arc<Mutex<Vec<InboxMessage>>>, Inbox) {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&kept);
    (kept, Inbox::new(move |message| keep.lock().unwrap().push(message), false))
}

/// DESIGN §5, dev inbox: without any sender a newcomer reads whole messages with their codes.
#[tokio::test]
async fn the_dev_inbox_shows_whole_messages() {
    let house = House::without_publisher().await;
    let (kept, inbox) = inbox();
    let worker = Worker::new(Parts { email: None, inbox: Some(inbox), ..house.parts() });
    let user = house.user("ann").await;
    let begun = house.change(user, &email("ann@example.org"), None).await;
    house.change(user, &mobile("+12025550123"), None).await;

    let delivered = deliver(&worker).await;

    assert_eq!(delivered, handed_over(2));
    assert_eq!(
        *worker.states().borrow(),
        SenderStates { email: SenderState::Inbox, sms: SenderState::Inbox }
    );
    let mut kept = kept.lock().unwrap().clone();
    kept.sort_by_key(|message| message.channel); // the channels do not wait for each other
    let shown: Vec<_> = kept
        .iter()
        .map(|message| (message.channel, message.to.as_str(), message.subject.as_deref(), message.at))
        .collect();
    assert_eq!(
        shown,
        [
            (Channel::Email, "ann@example.org", Some("Your code to confirm this address"), house.now()),
            (Channel::Sms, "+12025550123", None, house.now()),
        ]
    );
    assert!(kept.iter().all(|message| message.text.contains(CODE)));
    assert_eq!(kept.iter().map(|message| message.html.is_some()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(
        house.timeline(&begun).await,
        [(TimelineWord::HandedOver, "shown in the dev inbox".to_owned())]
    );
}

/// DESIGN §5, dev inbox: a real sender takes over, and the inbox is never switched on while running.
#[tokio::test]
async fn the_dev_inbox_gives_way_for_good() {
    let house = House::without_publisher().await;
    let (kept, inbox) = inbox();
    let worker = Worker::new(Parts { inbox: Some(inbox), ..house.parts() });
    let user = house.user("ann").await;

    house.publish_default();
    settle(&worker).await;
    house.notice(user, &mobile("+12025550123")).await;
    let by_gateway = deliver(&worker).await;
    std::fs::remove_file(house.publisher_file()).unwrap();
    worker.look_at_publishers().await;
    house.notice(user, &mobile("+12025550123")).await;
    let after = deliver(&worker).await;

    assert_eq!([by_gateway, after], [handed_over(1), parked()]);
    assert_eq!(worker.states().borrow().sms, SenderState::Missing);
    assert_eq!((house.gateway.requests.all().len(), kept.lock().unwrap().len()), (1, 0));
}

/// A configured sender leaves the inbox unused from the start.
#[tokio::test]
async fn a_channel_with_a_sender_has_no_inbox() {
    let house = House::new().await;
    let (kept, inbox) = inbox();
    let worker = Worker::new(Parts { inbox: Some(inbox), ..house.parts() });
    let user = house.user("ann").await;
    house.notice(user, &email("ann@example.org")).await;
    house.notice(user, &mobile("+12025550123")).await;

    let delivered = deliver(&worker).await;

    assert_eq!(delivered, handed_over(2));
    assert_eq!(kept.lock().unwrap().len(), 0);
}

/// I9: a panic in one delivery is a failed try of that message; the others go out, and it is tried again.
#[tokio::test]
async fn a_panic_is_contained_and_counts_as_a_try() {
    let house = House::without_publisher().await;
    let kept = Arc::new(Mutex::new(Vec::new()));
    let (keep, failing) = (Arc::clone(&kept), AtomicBool::new(true));
    let once = move |message: InboxMessage| {
        assert!(!failing.swap(false, Ordering::Relaxed), "an inbox that fails once");
        keep.lock().unwrap().push(message);
    };
    let inbox = Inbox::new(once, false);
    let worker = Worker::new(Parts { email: None, inbox: Some(inbox), ..house.parts() });
    for name in ["ann", "bo"] {
        house.notice(house.user(name).await, &email(&format!("{name}@example.org"))).await;
    }

    let first = deliver(&worker).await;
    house.pass(6);
    let second = deliver(&worker).await;

    assert_eq!(first, Deliveries { handed_over: 1, retried: 1, ..Deliveries::default() });
    assert_eq!(second, handed_over(1));
    assert_eq!(kept.lock().unwrap().len(), 2);
}
