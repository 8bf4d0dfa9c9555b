//! The store on PostgreSQL: any number of identical nodes on one database (DESIGN §2.3).
//!
//! Correctness rests on row locks, conditional updates and unique indexes at READ COMMITTED (REL-3). A commit is one
//! flight ([`flight`]); a read is one statement, so it sees one state of the database and holds nothing afterwards.

mod account;
mod audit;
mod change;
mod clock;
mod commit;
mod connect;
mod fault;
mod flight;
mod group;
mod group_search;
mod invariant;
mod message;
mod migration;
mod outbox;
mod purge;
mod reindex;
mod row;
#[cfg(test)]
mod scratch;
mod search;
mod session;
mod setting;
mod spend;
mod statement;
mod step;
mod token;
mod user;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use countersign_domain::Timestamp;
use deadpool_postgres::{Object, Pool};
use tokio::sync::{Notify, Semaphore};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use self::clock::HeldClock;
use self::connect::Connector;
use self::fault::{fault, is_demoted, pool_fault};
use crate::search::Marks;
use crate::{Clock, StoreError};

/// A database, and this node's connections to it. Cloning it is cheap; all clones are one.
#[derive(Clone)]
pub struct PostgresStore(Arc<Node>);

/// What the clones share.
pub struct Node {
    connector: Connector,
    pool: Pool,
    clock: HeldClock,
    woken: Notify,
    searching: Semaphore,
    marks: Marks,
}

impl PostgresStore {
    /// Connects, brings the schema forward, and refuses a newer one, or a server that answers before it has stored.
    pub(crate) async fn open(address: &str, clock: Clock) -> Result<Self, StoreError> {
        let connector = Connector::parse(address)?;
        let client = connector
            .open()
            .await
            .map_err(|error| fault("no connection to the PostgreSQL database", error))?;
        refuse_forgetful(&client).await?;
        migration::bring_forward(client).await?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pool = connector.pool(cores * 2)?;
        let (clock, woken) = (HeldClock::new(clock), Notify::new());
        let (searching, marks) = (Semaphore::new(cores), Marks::default());
        Ok(Self(Arc::new(Node { connector, pool, clock, woken, searching, marks })))
    }

    /// Woken when this node has committed a message; those of other nodes are found by asking.
    pub(crate) fn woken(&self) -> &Notify {
        &self.0.woken
    }

    /// The database's time, or the test's.
    pub(crate) async fn now(&self) -> Result<Timestamp, StoreError> {
        match self.clock.manual() {
            Some(now) => Ok(now),
            None => Ok(self.clock.hold(row::time(&self.one(statement::NOW, &[]).await?, "now")?)),
        }
    }

    async fn connection(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(pool_fault)
    }

    /// Runs one statement outside any transaction. One that met a dead connection runs once more on another: it is a
    /// read, or says the same twice.
    async fn rows(&self, sql: &str, told: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let mut error = match self.rows_once(sql, told).await? {
            Ok(rows) => return Ok(rows),
            Err(error) => error,
        };
        if error.is_closed() {
            match self.rows_once(sql, told).await? {
                Ok(rows) => return Ok(rows),
                Err(again) => error = again,
            }
        }
        self.forget_if_demoted(&error);
        Err(fault("the PostgreSQL database could not answer", error))
    }

    async fn rows_once(
        &self,
        sql: &str,
        told: &[&(dyn ToSql + Sync)],
    ) -> Result<Result<Vec<Row>, tokio_postgres::Error>, StoreError> {
        let connection = self.connection().await?;
        Ok(match connection.prepare_cached(sql).await {
            Ok(statement) => connection.query(&statement, told).await,
            Err(error) => Err(error),
        })
    }

    async fn row(&self, sql: &str, told: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, told).await?.into_iter().next())
    }

    async fn one(&self, sql: &str, told: &[&(dyn ToSql + Sync)]) -> Result<Row, StoreError> {
        self.row(sql, told).await?.ok_or_else(|| StoreError::plain("the PostgreSQL database gave no answer"))
    }

    /// Connections to a node that is no primary any more are of no use to anyone (REL-15).
    fn forget_if_demoted(&self, error: &tokio_postgres::Error) {
        if is_demoted(error) {
            self.pool.retain(|_, _| false);
        }
    }
}

impl Deref for PostgresStore {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.0
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresStore")
    }
}

/// I7: an answer must mean that the commit is stored. `local` and stronger are the operator's choice.
async fn refuse_forgetful(client: &tokio_postgres::Client) -> Result<(), StoreError> {
    let row = client
        .query_one("SELECT current_setting('synchronous_commit') AS durable", &[])
        .await
        .map_err(|error| fault("the PostgreSQL database does not answer", error))?;
    if row::cell::<&str>(&row, "durable")? == "off" {
        return Err(StoreError::plain(
            "synchronous_commit is off in the PostgreSQL database: a crash would lose commits",
        ));
    }
    Ok(())
}
