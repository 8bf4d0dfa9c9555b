//! What only PostgreSQL has: several nodes, and a network that fails between a commit and its answer.

mod cut;
mod nodes;
mod server;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use countersign_store::{Clock, ManualClock, Store};
use tokio_postgres::{Client, NoTls};

use crate::database::House;

/// An empty, migrated database that is this case's alone.
///
/// Databases are kept and emptied, not made anew: dropping one makes the server write everything to disk, and costs more
/// than most cases. One that a case leaves behind can be looked at until the next case takes it.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    /// Where another node finds it.
    address: String,
    name: String,
    /// Holds the claim on the database until it is dropped.
    administrator: Client,
}

/// An empty database of its own on the server that `COUNTERSIGN_TEST_POSTGRES` names; `None` where it names none.
pub(crate) async fn fresh(clock: Clock) -> Option<Fresh> {
    let server = std::env::var("COUNTERSIGN_TEST_POSTGRES").ok()?;
    let administrator = connect(&server).await;
    let schema = schema();
    let mut number: i32 = 0;
    while !claimed(&administrator, schema, number).await {
        number += 1;
    }
    let name = format!("case_{:08x}_{number}", schema.cast_unsigned());
    if !exists(&administrator, &name).await {
        administrator.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    }
    let address = address_of(&server, &name);
    let store = Store::open_postgres(&address, clock).await.unwrap();
    empty(&connect(&address).await).await;
    Some(Fresh { store, address, name, administrator })
}

/// Which migrations made a database: one of another schema is not taken.
fn schema() -> i32 {
    let mut hasher = DefaultHasher::new();
    include_str!("../../migrations/postgres/V1__profile.sql").hash(&mut hasher);
    include_str!("../../migrations/postgres/V2__change.sql").hash(&mut hasher);
    include_str!("../../migrations/postgres/V3__outbox.sql").hash(&mut hasher);
    include_str!("../../migrations/postgres/V4__record.sql").hash(&mut hasher);
    include_str!("../../migrations/postgres/V5__search.sql").hash(&mut hasher);
    include_str!("../../migrations/postgres/V6__group.sql").hash(&mut hasher);
    include_str!("../../migrations/postgres/V7__session.sql").hash(&mut hasher);
    include_str!("../../migrations/postgres/V8__message.sql").hash(&mut hasher);
    (hasher.finish() >> 32) as i32
}

async fn claimed(administrator: &Client, schema: i32, number: i32) -> bool {
    administrator.query_one("SELECT pg_try_advisory_lock($1, $2)", &[&schema, &number]).await.unwrap().get(0)
}

async fn exists(administrator: &Client, name: &str) -> bool {
    administrator.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&name]).await.unwrap().is_some()
}

/// Throws out whoever the last case left connected, and everything it wrote; the trail's triggers are not asked.
async fn empty(database: &Client) {
    let emptying = "
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
        SET session_replication_role = replica;
        DO $$
        DECLARE name text;
        BEGIN
            FOR name IN SELECT tablename FROM pg_tables
                        WHERE schemaname = 'public' AND tablename <> 'refinery_schema_history'
            LOOP
                EXECUTE format('DELETE FROM %I', name);
            END LOOP;
        END
        $$";
    database.batch_execute(emptying).await.unwrap();
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
    /// The same database as another node sees it.
    async fn node(&self, clock: &ManualClock) -> Store {
        Store::open_postgres(&self.address, Clock::Manual(clock.clone())).await.unwrap()
    }

    /// Removes a database that emptying does not repair.
    async fn spoiled(&self) {
        self.administrator.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await.unwrap();
    }
}

/// Runs a case on PostgreSQL alone.
async fn on_postgres(case: impl AsyncFn(&House, &Fresh)) {
    let clock = crate::database::clock();
    match fresh(Clock::Manual(clock.clone())).await {
        Some(database) => case(&House::new(database.store.clone(), clock), &database).await,
        None => println!("skipped: PostgreSQL (COUNTERSIGN_TEST_POSTGRES is not set)"),
    }
}
