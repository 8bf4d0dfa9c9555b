//! The running worker: woken, never blocked by a dead provider, stopped in good order (REL-9, REL-12).

use std::sync::Arc;
use std::time::Duration;

use countersign_notify::worker::{Deliveries, Worker};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::house::{House, deliver, email, mobile};
use crate::sinks::http::Answer;

const SOON: Duration = Duration::from_secs(10);

fn running(worker: Worker) -> (watch::Sender<bool>, tokio::task::JoinHandle<()>) {
    let (stop, stopped) = watch::channel(false);
    (stop, tokio::spawn(async move { worker.run(stopped).await }))
}

/// REL-9: a mail server that takes connections and says nothing does not delay an SMS by a second.
#[tokio::test]
async fn a_black_hole_on_one_channel_does_not_delay_the_other() {
    let house = House::new().await;
    let hole = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let email_to_hole = Some(house.mail_server(hole.local_addr().unwrap().port()));
    let (_stop, worker) =
        running(Worker::new(countersign_notify::worker::Parts { email: email_to_hole, ..house.parts() }));
    for name in ["ann", "bo", "cy", "di", "ed", "flo"] {
        house.change(house.user(name).await, &email(&format!("{name}@example.org")), None).await;
    }
    timeout(SOON, hole.accept()).await.unwrap().unwrap();

    house.change(house.user("gil").await, &mobile("+12025550123"), None).await;
    let sent = timeout(Duration::from_secs(1), house.gateway.requests.wait_for(0)).await;

    assert!(sent.unwrap().body.contains("+12025550123"));
    worker.abort();
}

/// REL-9: five at most are on their way to one host; the sixth goes as soon as one is back.
#[tokio::test]
async fn five_at_most_are_on_their_way_to_a_host() {
    let house = House::new().await;
    let worker = Arc::new(house.worker());
    let permits = Arc::new(Semaphore::new(0));
    for number in 0..8 {
        house.gateway.then(Answer::Waits(Arc::clone(&permits)));
        house.notice(house.user(&format!("user-{number}")).await, &mobile("+12025550123")).await;
    }

    let delivering = tokio::spawn(async move { deliver(&worker).await });
    timeout(SOON, house.gateway.requests.wait_for(4)).await.unwrap();
    let at_once = house.gateway.requests.all().len();
    permits.add_permits(8);
    let delivered = delivering.await.unwrap();

    assert_eq!((at_once, delivered.handed_over), (5, 8));
}

/// REL-9: a host that nobody answers on is left alone after five failures, then tried by one.
#[tokio::test]
async fn a_dead_host_is_left_alone_for_a_while() {
    let house = House::new().await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let email = Some(house.mail_server(nobody.port()));
    let worker = Worker::new(countersign_notify::worker::Parts { email, ..house.parts() });
    for name in ["ann", "bo", "cy", "di", "ed"] {
        house
            .change(house.user(name).await, &crate::house::email(&format!("{name}@example.org")), None)
            .await;
    }

    let mut tried = Vec::new();
    for seconds in [0, 3, 7, 19, 1] {
        house.pass(seconds);
        tried.push(deliver(&worker).await);
    }

    let retried = |retried| Deliveries { retried, ..Deliveries::default() };
    assert_eq!(tried, [retried(5), retried(0), retried(1), retried(0), retried(1)]);
}

/// DESIGN §2.2: a commit wakes the running worker, also for the next message of a user whose first is done.
#[tokio::test]
async fn a_running_worker_delivers_what_is_committed() {
    let house = House::new().await;
    let (stop, worker) = running(house.worker());
    let user = house.user("ann").await;

    for number in 0..3 {
        house.notice(user, &mobile("+12025550123")).await;
        timeout(SOON, house.gateway.requests.wait_for(number)).await.unwrap();
    }
    stop.send(true).unwrap();
    timeout(SOON, worker).await.unwrap().unwrap();

    let depth = house.store.outbox_depth().await.unwrap();
    assert_eq!((depth.delivered, depth.queued), (3, 0));
}

/// REL-12: when the server stops, what is on its way is finished and recorded, and nothing more is begun.
#[tokio::test]
async fn a_stop_finishes_what_is_on_its_way_and_begins_nothing() {
    let house = House::new().await;
    let permits = Arc::new(Semaphore::new(0));
    house.gateway.then(Answer::Waits(Arc::clone(&permits)));
    let user = house.user("ann").await;
    house.notice(user, &mobile("+12025550123")).await;
    house.notice(user, &mobile("+12025550199")).await; // waits for the first: one at a time and user
    let (stop, worker) = running(house.worker());
    timeout(SOON, house.gateway.requests.wait_for(0)).await.unwrap();

    stop.send(true).unwrap();
    permits.add_permits(1);
    timeout(SOON, worker).await.unwrap().unwrap();

    let depth = house.store.outbox_depth().await.unwrap();
    assert_eq!((depth.delivered, depth.queued, house.gateway.requests.all().len()), (1, 1, 1));
}
