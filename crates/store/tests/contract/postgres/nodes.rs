//! Any number of nodes on one database answer as one (REL-16).

use std::collections::BTreeSet;

use countersign_domain::SignedDuration;
use countersign_domain::change::{ChallengeState, SharedBudget, Spend};
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::profile::Profile;
use countersign_store::{AdminWrite, Clock, Commit, CommitError, EndedSessions, Store};

use super::{connect, on_postgres};
use crate::builder::{email, profile};
use crate::session::{IDLE, opened};

/// I15, REL-16: which node is asked does not matter.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_together_take_no_more_than_a_shared_budget_holds() {
    on_postgres(async |house, database| {
        let nodes = [house.store.clone(), database.node(&house.clock).await];
        let budget = SharedBudget::GuessSource("192.0.2.1".to_owned());
        let spend = Spend::one(budget.clone(), 7, SignedDuration::from_mins(10)).unwrap();

        let tasks: Vec<_> = (0..40)
            .map(|number| {
                let node = nodes[number % 2].clone();
                let commit = Commit { spends: vec![spend.clone()], ..house.nothing() };
                tokio::spawn(async move { node.commit(commit).await })
            })
            .collect();
        let mut landed = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => landed += 1,
                Err(CommitError::Exhausted(spent)) => assert_eq!(spent, budget),
                Err(other) => panic!("{other:?}"),
            }
        }

        assert_eq!(landed, 7);
    })
    .await;
}

/// I4, SEC-9, REL-16: of guesses decided on the same count one lands, and every node sees it spent.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_never_count_one_attempt_twice() {
    on_postgres(async |house, database| {
        let nodes = [house.store.clone(), database.node(&house.clock).await];
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        for attempts_before in 0..5 {
            let tasks: Vec<_> = (0..10)
                .map(|number| {
                    let (node, commit) = (nodes[number % 2].clone(), house.guessing(&begun, attempts_before));
                    tokio::spawn(async move { node.commit(commit).await })
                })
                .collect();
            let mut landed = 0;
            for task in tasks {
                match task.await.unwrap() {
                    Ok(()) => landed += 1,
                    Err(CommitError::Conflict) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(landed, 1, "after {attempts_before}");
        }

        for node in &nodes {
            let seen = node.snapshot_of(&house.tenant, user).await.unwrap().unwrap();
            let challenge = &seen.pending(ClaimFamily::Email).unwrap().challenge;
            assert_eq!((challenge.attempts, challenge.state), (5, ChallengeState::Exhausted));
        }
        assert!(matches!(nodes[1].commit(house.redeeming(&begun)).await, Err(CommitError::Conflict)));
    })
    .await;
}

/// REL-6: two workers, one row; and one message of a user at a time, whichever node sends it.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_never_lease_the_same_message_nor_two_of_one_user() {
    on_postgres(async |house, database| {
        let nodes = [house.store.clone(), database.node(&house.clock).await];
        let mut users = BTreeSet::new();
        for number in 0..10 {
            let user = house.user(profile(&format!("user{number}"))).await;
            users.insert(user);
            let to = email(&format!("user{number}@example.com"));
            let messages = vec![house.notice(user, &to), house.notice(user, &to)];
            house.commit(Commit { outbox: messages, ..house.nothing() }).await.unwrap();
        }

        let tasks: Vec<_> = (0..8)
            .map(|number| {
                let node = nodes[number % 2].clone();
                tokio::spawn(
                    async move { node.lease(Channel::Email, 3, SignedDuration::from_secs(30)).await },
                )
            })
            .collect();
        let mut leased = Vec::new();
        for task in tasks {
            leased.extend(task.await.unwrap().unwrap());
        }

        let served: BTreeSet<_> = leased.iter().map(|message| message.user).collect();
        assert_eq!(leased.len(), 10);
        assert_eq!(served, users);
    })
    .await;
}

/// REL-16, I13: a session opened by one node is known to the other, and ended for both by either.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ended_by_one_node_is_ended_for_the_next_request_of_the_other() {
    on_postgres(async |house, database| {
        let other = database.node(&house.clock).await;
        let user = house.user(profile("bob")).await;
        let (signed_out, locked) = (opened(house, user).await, opened(house, user).await);
        let alive = async |node: &Store, hash| node.session(hash, IDLE).await.unwrap().is_some();
        for session in [&signed_out, &locked] {
            assert!(alive(&house.store, session.hash).await && alive(&other, session.hash).await);
        }

        let end = AdminWrite::EndSessions(EndedSessions::OfToken(signed_out.hash));
        other.commit(Commit { admin: vec![end], ..house.nothing() }).await.unwrap();
        assert!(!alive(&house.store, signed_out.hash).await && alive(&house.store, locked.hash).await);

        let seen = house.snapshot(user).await;
        let lock = Profile { locked: Some(true), ..seen.user.profile.clone() };
        house.commit(house.rewriting(&seen, lock)).await.unwrap();
        assert!(!alive(&other, locked.hash).await);
    })
    .await;
}

/// REL-13: the clock is the database's, whatever the node's own says.
#[tokio::test(flavor = "multi_thread")]
async fn time_is_the_databases() {
    on_postgres(async |_, database| {
        let node = Store::open_postgres(&database.address, Clock::Wall(|| panic!("asked"))).await.unwrap();
        let beside = connect(&database.address).await;
        let asked =
            || async { beside.query_one("SELECT cs_now() AS now", &[]).await.unwrap().get::<_, i64>("now") };

        let before = asked().await;
        let now = node.now().await.unwrap().as_microsecond();
        let after = asked().await;

        assert!((before..=after).contains(&now), "{before} {now} {after}");
    })
    .await;
}

/// REL-18: nodes that start together on an empty database migrate it once.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_bring_the_schema_forward_once() {
    on_postgres(async |house, database| {
        let beside = connect(&database.address).await;
        beside.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();

        let (one, other) = tokio::join!(database.node(&house.clock), database.node(&house.clock));

        let history = "SELECT count(*) - count(DISTINCT version) AS twice FROM refinery_schema_history";
        assert_eq!(beside.query_one(history, &[]).await.unwrap().get::<_, i64>("twice"), 0);
        assert_eq!(one.outbox_depth().await.unwrap(), other.outbox_depth().await.unwrap());
    })
    .await;
}
