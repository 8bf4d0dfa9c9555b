//! A migrated database for a unit test, on the server that `COUNTERSIGN_TEST_POSTGRES` names.

use std::sync::atomic::{AtomicU32, Ordering};

use countersign_domain::Timestamp;
use tokio_postgres::Client;

use super::PostgresStore;
use crate::{Clock, ManualClock};

/// Runs a test on a database of its own; says so when there is no server to run it on.
pub(super) async fn on_scratch(test: impl AsyncFn(&PostgresStore)) {
    on_address(async |address| {
        let clock = Clock::Manual(ManualClock::new(Timestamp::UNIX_EPOCH));
        test(&PostgresStore::open(&address, clock).await.unwrap()).await;
    })
    .await;
}

/// The same on an empty one, with two connections to it.
pub(super) async fn on_empty(test: impl AsyncFn(Client, Client)) {
    on_address(async |address| {
        let open = async || {
            let (client, connection) =
                tokio_postgres::connect(&address, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        };
        test(open().await, open().await).await;
    })
    .await;
}

async fn on_address(test: impl AsyncFn(String)) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("COUNTERSIGN_TEST_POSTGRES") else {
        println!("skipped: PostgreSQL (COUNTERSIGN_TEST_POSTGRES is not set)");
        return;
    };
    let name = format!("unit_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let (administrator, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    administrator.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let address = format!("{}/{name}", server.rsplit_once('/').unwrap().0);

    test(address).await;

    administrator.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}
