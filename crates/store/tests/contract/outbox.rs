//! The outbox: written with the change, leased by one worker at a time, settled once (DESIGN §2.2, REL-6).

use std::time::Duration;

use countersign_domain::change::{Cancelled, ChangeEnd};
use countersign_domain::claim::Channel;
use countersign_domain::{SignedDuration, UserId};
use countersign_store::{Leased, MessageKind, NewMessage, OutboxDepth, Settlement, TimelineWord};

use crate::builder::{email, minutes_later, mobile, profile};
use crate::database::{House, for_each_database};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

async fn put(house: &House, messages: Vec<NewMessage>) {
    let mut commit = house.nothing();
    commit.outbox = messages;
    house.commit(commit).await.unwrap();
}

async fn lease(house: &House, limit: usize) -> Vec<Leased> {
    house.store.lease(Channel::Email, limit, LEASE).await.unwrap()
}

async fn settle(house: &House, leased: &Leased, settlement: Settlement, word: Option<TimelineWord>) -> bool {
    house.store.settle(&leased.tenant, leased.id, leased.lease, settlement, word).await.unwrap()
}

async fn users(house: &House, count: usize) -> Vec<UserId> {
    let mut users = Vec::new();
    for number in 0..count {
        users.push(house.user(profile(&format!("user{number}"))).await);
    }
    users
}

fn delivered() -> Settlement {
    Settlement::Delivered { detail: "250 ok".to_owned() }
}

/// An outbox row carries everything needed to send it.
#[tokio::test(flavor = "multi_thread")]
async fn a_leased_message_is_what_was_committed() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let (begun, mut commit) = house.beginning(user, &email("Bob.New@Example.com"));
        let message = house.secret_message(&begun);
        commit.outbox.push(message.clone());
        house.commit(commit).await.unwrap();
        let created_at = house.now();
        house.clock.advance(SignedDuration::from_secs(1));

        let leased = lease(&house, 9).await;

        let expected = Leased {
            id: message.id,
            tenant: house.tenant.clone(),
            user,
            change: Some(begun.change),
            channel: Channel::Email,
            kind: MessageKind::Secret,
            template: message.template,
            locale: message.locale,
            to: email("Bob.New@Example.com"),
            values: message.values,
            sealed: Some(vec![1, 2, 3]),
            attempts: 0,
            created_at,
            stale: None,
            expires_at: Some(minutes_later(created_at, 10)),
            now: house.now(),
            lease: 1,
        };
        assert_eq!(leased, [expected]);
        assert_eq!(house.store.lease(Channel::Sms, 9, LEASE).await.unwrap(), []);
    })
    .await;
}

/// REL-6: one worker has it, until its lease is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_exclusive_until_it_ends() {
    for_each_database(async |house| {
        let people = users(&house, 20).await;
        put(&house, people.iter().map(|user| house.notice(*user, &email("a@example.com"))).collect()).await;

        let workers: Vec<_> = (0..8)
            .map(|_| {
                let store = house.store.clone();
                tokio::spawn(async move { store.lease(Channel::Email, 5, LEASE).await.unwrap() })
            })
            .collect();
        let mut had = Vec::new();
        for worker in workers {
            had.extend(worker.await.unwrap().into_iter().map(|leased| leased.id));
        }
        let all = had.len();
        had.sort();
        had.dedup();
        assert_eq!((all, had.len()), (20, 20));

        house.clock.advance(LEASE - SignedDuration::from_micros(1));
        assert_eq!(lease(&house, 50).await, []);
        house.clock.advance(SignedDuration::from_micros(1));
        assert_eq!(lease(&house, 50).await.len(), 20);
    })
    .await;
}

/// REL-6: whoever lost his lease does not speak for the message any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_under_a_lost_lease_is_ignored() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        put(&house, vec![house.notice(user, &email("a@example.com"))]).await;

        let lost = lease(&house, 1).await.remove(0);
        house.clock.advance(LEASE);
        let held = lease(&house, 1).await.remove(0);
        assert_eq!((held.id, held.lease), (lost.id, lost.lease + 1));

        let dead = Settlement::Dead { reason: "too late".to_owned() };
        assert!(!settle(&house, &lost, dead.clone(), None).await);
        assert!(settle(&house, &held, delivered(), None).await);
        assert!(!settle(&house, &held, dead, None).await);
        let depth = house.store.outbox_depth().await.unwrap();
        assert_eq!(depth, OutboxDepth { delivered: 1, ..OutboxDepth::default() });
    })
    .await;
}

/// I9: each ending is final, and the depth tells them apart.
#[tokio::test(flavor = "multi_thread")]
async fn every_message_ends_delivered_dropped_or_dead() {
    for_each_database(async |house| {
        let people = users(&house, 3).await;
        put(&house, people.iter().map(|user| house.notice(*user, &email("a@example.com"))).collect()).await;

        let leased = lease(&house, 3).await;
        let endings = [
            delivered(),
            Settlement::Dropped { reason: "replaced".to_owned() },
            Settlement::Dead { reason: "550 no such user".to_owned() },
        ];
        for (message, ending) in leased.iter().zip(endings) {
            assert!(settle(&house, message, ending, None).await);
        }

        house.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(lease(&house, 9).await, []);
        assert_eq!(house.store.next_due(Channel::Email).await.unwrap(), None);
        let depth = house.store.outbox_depth().await.unwrap();
        assert_eq!(depth, OutboxDepth { queued: 0, delivered: 1, dropped: 1, dead: 1 });
    })
    .await;
}

/// REL-8: a retry counts and waits, a parked message only waits; both keep their secret.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_counts_as_a_try_and_a_parked_message_does_not() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        put(&house, vec![house.secret_message(&begun)]).await;

        let first = lease(&house, 1).await.remove(0);
        let due_at = house.now() + SignedDuration::from_secs(5);
        let retry = Settlement::Retry { due_at, detail: "451 later".to_owned() };
        assert!(settle(&house, &first, retry, Some(TimelineWord::Refused)).await);
        assert_eq!(lease(&house, 1).await, []);
        assert_eq!(house.store.next_due(Channel::Email).await.unwrap(), Some(due_at));

        house.clock.advance(SignedDuration::from_secs(5));
        let second = lease(&house, 1).await.remove(0);
        assert_eq!((second.attempts, second.sealed.as_deref()), (1, Some(&[1, 2, 3][..])));
        let parked = Settlement::Parked { due_at: house.now(), detail: "no sender".to_owned() };
        assert!(settle(&house, &second, parked, None).await);
        let third = lease(&house, 1).await.remove(0);
        assert_eq!((third.attempts, third.lease), (1, 3));

        let events = house.store.change(&house.tenant, begun.change).await.unwrap().unwrap().events;
        let last = events.last().unwrap();
        assert_eq!((last.event, last.detail.as_deref()), (TimelineWord::Refused, Some("451 later")));
        assert_eq!(events.len(), 2);
    })
    .await;
}

/// DESIGN §6: the timeline shows what became of the message.
#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_stands_in_the_timeline_of_its_change_if_that_is_still_there() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        put(&house, vec![house.secret_message(&begun)]).await;

        let leased = lease(&house, 1).await.remove(0);
        house.clock.advance(SignedDuration::from_secs(2));
        assert!(settle(&house, &leased, delivered(), Some(TimelineWord::HandedOver)).await);

        let events = house.store.change(&house.tenant, begun.change).await.unwrap().unwrap().events;
        let last = events.last().unwrap();
        assert_eq!((last.at, last.event), (house.now(), TimelineWord::HandedOver));
        assert_eq!(last.detail.as_deref(), Some("250 ok"));
    })
    .await;
}

/// I8: a secret is worthless once its challenge is not live, and the worker is told why.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_challenge_is_over_is_leased_as_stale() {
    for_each_database(async |house| {
        let people = users(&house, 5).await;
        let mut begun = Vec::new();
        for user in &people {
            let change = house.begun(*user, &email("new@example.com")).await;
            put(&house, vec![house.secret_message(&change)]).await;
            begun.push(change);
        }

        let (_, resend) = house.resending(&begun[0]);
        house.commit(resend).await.unwrap();
        house.commit(house.redeeming(&begun[1])).await.unwrap();
        for spent in 0..5 {
            house.commit(house.guessing(&begun[2], spent)).await.unwrap();
        }
        let cancelled = ChangeEnd::Cancelled { by: Cancelled::Request };
        house.commit(house.ending(&begun[3], cancelled)).await.unwrap();
        house.clock.advance(SignedDuration::from_mins(10));

        let mut stale: Vec<_> = lease(&house, 9).await.into_iter().map(|m| (m.user, m.stale)).collect();
        stale.sort();
        let mut expected: Vec<_> = people
            .into_iter()
            .zip([Some("replaced"), Some("consumed"), Some("exhausted"), Some("replaced"), Some("expired")])
            .collect();
        expected.sort();
        assert_eq!(stale, expected);
    })
    .await;
}

/// REL-9: secrets go before notices, older before younger.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_leased_before_notices_that_are_older() {
    for_each_database(async |house| {
        let people = users(&house, 3).await;
        put(&house, vec![house.notice(people[0], &email("a@example.com"))]).await;
        house.clock.advance(SignedDuration::from_secs(1));
        for user in &people[1..] {
            let begun = house.begun(*user, &email("new@example.com")).await;
            put(&house, vec![house.secret_message(&begun)]).await;
            house.clock.advance(SignedDuration::from_secs(1));
        }

        let order: Vec<_> = lease(&house, 9).await.into_iter().map(|leased| leased.user).collect();

        assert_eq!(order, [people[1], people[2], people[0]]);
    })
    .await;
}

/// DESIGN §2.2: one lease per user and channel, so that the last code asked for is the last one received; a superseded
/// message gives way.
#[tokio::test(flavor = "multi_thread")]
async fn one_message_of_a_user_is_under_way_at_a_time_unless_it_is_superseded() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        put(&house, vec![house.secret_message(&begun), house.notice(user, &email("old@example.com"))]).await;
        put(&house, vec![house.notice(user, &mobile("+94771234567"))]).await;

        let first = lease(&house, 9).await;
        assert_eq!(first.iter().map(|leased| leased.kind).collect::<Vec<_>>(), [MessageKind::Secret]);
        assert_eq!(lease(&house, 9).await, []);
        assert_eq!(house.store.next_due(Channel::Email).await.unwrap(), Some(house.now() + LEASE));
        assert_eq!(house.store.lease(Channel::Sms, 9, LEASE).await.unwrap().len(), 1);

        let (resent, mut commit) = house.resending(&begun);
        commit.outbox.push(house.secret_message(&resent));
        house.commit(commit).await.unwrap();
        let second = lease(&house, 9).await;
        assert_eq!(
            second.iter().map(|leased| (leased.kind, leased.stale)).collect::<Vec<_>>(),
            [(MessageKind::Secret, None)]
        );

        assert!(settle(&house, &second[0], delivered(), None).await);
        let third = lease(&house, 9).await;
        assert_eq!(third.iter().map(|leased| leased.kind).collect::<Vec<_>>(), [MessageKind::Notice]);
    })
    .await;
}

/// The worker sleeps until something is due.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_due_time_is_when_a_message_can_be_leased() {
    for_each_database(async |house| {
        assert_eq!(house.store.next_due(Channel::Email).await.unwrap(), None);
        let people = users(&house, 2).await;
        put(&house, vec![house.notice(people[0], &email("a@example.com"))]).await;
        assert_eq!(house.store.next_due(Channel::Email).await.unwrap(), Some(house.now()));
        assert_eq!(house.store.next_due(Channel::Sms).await.unwrap(), None);

        lease(&house, 1).await;
        assert_eq!(house.store.next_due(Channel::Email).await.unwrap(), Some(house.now() + LEASE));
        house.clock.advance(SignedDuration::from_secs(1));
        put(&house, vec![house.notice(people[1], &email("b@example.com"))]).await;
        assert_eq!(house.store.next_due(Channel::Email).await.unwrap(), Some(house.now()));
    })
    .await;
}

/// Message hand-over within the second: the worker is woken, not polled.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_with_messages_wakes_the_worker_and_another_does_not() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let woken = || tokio::time::timeout(Duration::from_millis(50), house.store.woken().notified());
        assert!(woken().await.is_err());

        put(&house, vec![house.notice(user, &email("a@example.com"))]).await;

        assert!(woken().await.is_ok());
    })
    .await;
}
