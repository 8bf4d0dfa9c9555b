//! What the server does to us, and what we do not accept of it.

use std::time::Duration;

use countersign_domain::claim::ClaimFamily;
use countersign_store::{Clock, Store};

use super::{Fresh, connect, on_postgres};
use crate::builder::{email, holding, profile};

async fn refusal(database: &Fresh) -> String {
    let error =
        Store::open_postgres(&database.address, Clock::Manual(crate::database::clock())).await.err().unwrap();
    assert!(!error.passing, "a person has to look: {error}");
    error.to_string()
}

/// REL-18: an old binary does not touch what a newer one has written.
#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused() {
    on_postgres(async |_, database| {
        let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                     SELECT 999, 'newer', applied_on, checksum FROM refinery_schema_history LIMIT 1";
        connect(&database.address).await.batch_execute(newer).await.unwrap();

        let refused = refusal(database).await;
        database.spoiled().await;

        assert!(refused.contains("another version of Countersign"), "{refused}");
    })
    .await;
}

/// I7: an answer must mean that the commit is stored.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_answers_before_it_has_stored_is_refused() {
    on_postgres(async |_, database| {
        let name = database.address.rsplit_once('/').unwrap().1;
        let forgetful = format!("ALTER DATABASE {name} SET synchronous_commit = off");
        connect(&database.address).await.batch_execute(&forgetful).await.unwrap();

        let refused = refusal(database).await;
        database.spoiled().await;

        assert!(refused.contains("synchronous_commit"), "{refused}");
    })
    .await;
}

/// REL-15: a restart of the server between two requests is not noticed.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_while_idle_are_replaced() {
    on_postgres(async |house, database| {
        let user = house.user(profile("bob")).await;
        let beside = connect(&database.address).await;
        let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";

        beside.query(end, &[]).await.unwrap();
        let seen = house.snapshot(user).await;
        beside.query(end, &[]).await.unwrap();
        let outcome =
            house.commit(house.rewriting(&seen, holding(profile("bob"), email("bob@example.com")))).await;

        assert!(outcome.is_ok(), "{outcome:?}");
        assert_eq!(house.snapshot(user).await.user.revision, 2);
    })
    .await;
}

/// A cancelled request: its connection is closed, not handed to the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_commit_leaves_no_open_transaction_behind() {
    on_postgres(async |house, database| {
        let user = house.user(profile("bob")).await;
        let seen = house.snapshot(user).await;
        let blocker = connect(&database.address).await;
        blocker.batch_execute("BEGIN; SELECT 1 FROM users FOR UPDATE").await.unwrap();
        let watcher = connect(&database.address).await;
        let waiting = |condition: &'static str| {
            let watcher = &watcher;
            async move {
                let count = format!(
                    "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.01)
                     WHERE datname = current_database() AND pid <> pg_backend_pid()
                           AND application_name = 'countersign' AND {condition}"
                );
                watcher.query_one(&count, &[]).await.unwrap().get::<_, i64>(0)
            }
        };

        let commit = house.rewriting(&seen, holding(profile("bob"), email("bob@example.com")));
        tokio::select! {
            outcome = house.commit(commit) => panic!("it should have waited: {outcome:?}"),
            () = async { while waiting("wait_event_type = 'Lock'").await == 0 {} } => {}
        }
        // The connection that waits is nobody's any more: every one of the pool's answers.
        for _ in 0..16 {
            let read = house.store.snapshot_of(&house.tenant, user);
            tokio::time::timeout(Duration::from_secs(5), read).await.expect("it was handed on").unwrap();
        }
        blocker.batch_execute("ROLLBACK").await.unwrap();
        while waiting("state <> 'idle'").await > 0 {}

        // Whether it landed or not, it did so whole.
        let landed = house.snapshot(user).await.user.revision == 2;
        let holder =
            house.store.holder_of(&house.tenant, ClaimFamily::Email, "bob@example.com").await.unwrap();
        assert_eq!(holder, landed.then_some(user));
        for _ in 0..16 {
            let seen = house.snapshot(user).await;
            house.commit(house.rewriting(&seen, profile("bob"))).await.unwrap();
        }
        assert_eq!(waiting("state LIKE 'idle in transaction%'").await, 0);
    })
    .await;
}
