//! What only PostgreSQL has: several nodes, and a network that fails between a commit and its answer.

mod cut;
mod nodes;
mod server;

use std::sync::atomic::{AtomicU32, Ordering};

use countersign_store::{Clock, ManualClock, Store};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

use crate::database::House;

/// A migrated, empty database of its own, and a store on it.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    /// Where another node finds it.
    pub(crate) address: String,
    name: String,
}

/// An empty database of its own on the server that `COUNTERSIGN_TEST_POSTGRES` names; `None` where it names none.
pub(crate) async fn fresh(clock: Clock) -> Option<Fresh> {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("COUNTERSIGN_TEST_POSTGRES").ok()?;
    let template = TEMPLATE.get_or_init(|| template(&server)).await;
    let name = format!("{template}_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let administrator = connect(&server).await;
    administrator.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
    let address = address_of(&server, &name);
    let store = Store::open_postgres(&address, clock).await.unwrap();
    Some(Fresh { store, address, name })
}

/// Migrated once, copied for every case.
async fn template(server: &str) -> String {
    let name = format!("case_{}", std::process::id());
    let administrator = connect(server).await;
    administrator.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    administrator.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    Store::open_postgres(&address_of(server, &name), Clock::Manual(crate::database::clock())).await.unwrap();
    name
}

/// The address of another database on the same server.
fn address_of(server: &str, database: &str) -> String {
    let (authority, _) = server.rsplit_once('/').unwrap();
    format!("{authority}/{database}")
}

/// A connection beside the store's.
async fn connect(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

impl Fresh {
    /// Removes the database; whoever is still connected is thrown out. A case that failed leaves it to be looked at.
    pub(crate) async fn drop(self) {
        let server = std::env::var("COUNTERSIGN_TEST_POSTGRES").unwrap();
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        connect(&server).await.batch_execute(&statement).await.unwrap();
    }

    /// The same database as another node sees it.
    async fn node(&self, clock: &ManualClock) -> Store {
        Store::open_postgres(&self.address, Clock::Manual(clock.clone())).await.unwrap()
    }
}

/// Runs a case on PostgreSQL alone.
async fn on_postgres(case: impl AsyncFn(&House, &Fresh)) {
    let clock = crate::database::clock();
    match fresh(Clock::Manual(clock.clone())).await {
        Some(database) => {
            case(&House::new(database.store.clone(), clock), &database).await;
            database.drop().await;
        }
        None => println!("skipped: PostgreSQL (COUNTERSIGN_TEST_POSTGRES is not set)"),
    }
}
