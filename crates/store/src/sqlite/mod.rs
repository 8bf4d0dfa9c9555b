//! The embedded database: one file, one writer, readers that never wait for it.

mod account;
mod audit;
mod change;
mod checkpoint;
mod clock;
mod commit;
mod connect;
mod fault;
mod group;
mod group_search;
mod invariant;
mod medium;
mod message;
mod migration;
mod outbox;
mod purge;
mod reader;
mod reindex;
mod row;
mod search;
mod session;
mod setting;
mod spend;
mod statement;
mod step;
mod token;
mod user;
mod writer;

use std::path::Path;
use std::sync::Arc;

use countersign_domain::Timestamp;
use tokio::sync::Notify;

use self::checkpoint::Checkpointer;
use self::clock::Marked;
use self::medium::Medium;
use self::reader::Readers;
use self::writer::Writer;
use crate::search::Marks;
use crate::{Clock, CommitError, StoreError};

/// A SQLite database that is open. Its writing thread ends with the last clone.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Arc<Readers>,
    clock: Arc<Marked>,
    woken: Arc<Notify>,
    marks: Arc<Marks>,
    medium: Medium,
}

impl SqliteStore {
    pub(crate) fn open(path: &Path, clock: Clock) -> Result<Self, StoreError> {
        let medium = Medium::of(path)?;
        let mut db = connect::writer(path)?;
        migration::bring_forward(&mut db)?;
        reindex::bring_forward(&db)?;
        let clock = Arc::new(Marked::open(clock, &db)?);
        let checkpoint = Checkpointer::start(connect::writer(path)?)?;
        let writer = Writer::start(db, Arc::clone(&clock), checkpoint)?;
        let readers = Arc::new(Readers::new(path.to_owned()));
        let (woken, marks) = (Arc::default(), Arc::default());
        Ok(Self { writer, readers, clock, woken, marks, medium })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn woken(&self) -> &Notify {
        &self.woken
    }

    /// Whoever serves looks the database over if the last one to write was cut short.
    pub(crate) fn look_over(&self) {
        self.medium.look_over();
    }

    pub(crate) async fn close(&self) {
        self.medium.merge_log().await;
    }
}

/// The fault of a write that guards nothing, claims nothing and takes from no budget.
fn not_refused(error: CommitError) -> StoreError {
    match error {
        CommitError::Fault(fault) => fault,
        refusal => StoreError::lasting("a write that nothing can refuse was refused", refusal),
    }
}
