//! The one writer: a thread that applies whatever is queued in one durable transaction (group commit).
//!
//! ```text
//! BEGIN IMMEDIATE ─▶ every job's work ─┬─ all landed ─▶ the clock's mark ─▶ COMMIT ─▶ answer all
//!                                      └─ one refused ─▶ ROLLBACK, and once more, each in a savepoint:
//!
//! BEGIN IMMEDIATE ─▶ for each job: SAVEPOINT job ─▶ work ─┬─ landed ─▶ RELEASE
//!                                                         └─ refused ─▶ ROLLBACK TO, RELEASE   (the others go on)
//!                 ─▶ the clock's mark ─▶ COMMIT ─▶ answer all
//! ```
//!
//! A savepoint makes SQLite keep a copy of every page a job touches, a tenth of what writing costs. Few jobs are refused
//! this late (somebody was faster), so it is kept only for a batch that has shown to have one: a job may run twice.
//!
//! Nobody is answered before the COMMIT. An error that ends the whole transaction (a full disk, an I/O error, no memory)
//! ends the batch: every job of it is a fault, because a SAVEPOINT opened afterwards would commit alone. Whoever waits
//! for an answer may go away; his job stays queued and lands (I7).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::checkpoint::{self, Checkpointer};
use super::clock::Marked;
use super::statement;
use crate::{CommitError, StoreError};

/// Jobs that may wait; more are told to come again (REL-17).
const QUEUE: usize = 4_096;

/// Jobs in one transaction.
const BATCH: usize = 64;

/// Row changes after which the log is worth moving into the database, on another thread.
const CHECKPOINT_AFTER: u64 = 2_000;

/// Hands jobs to the writer's thread, which ends with the last handle.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the thread on its connection.
    pub(super) fn start(
        db: Connection,
        clock: Arc<Marked>,
        checkpoint: Checkpointer,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(&db, &clock, jobs, &checkpoint))
            .map_err(|error| StoreError::lasting("the writing thread cannot be started", error))?;
        Ok(Self { queue })
    }

    /// Runs `work` in the next transaction and answers when that is durable. An `Err` undoes what `work` did and
    /// nothing else. It may run twice, the second time on what the first one found, too.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> Result<T, CommitError> + Send + 'static,
    ) -> Result<T, CommitError> {
        let (reply, answer) = oneshot::channel();
        let task = Task { work, outcome: None, reply };
        self.queue.try_send(Box::new(task)).map_err(|_| {
            CommitError::Fault(StoreError::passing(
                "too many writes are waiting",
                "the write queue is full or closed",
            ))
        })?;
        answer.await.unwrap_or_else(|_| Err(StoreError::plain("the writing thread ended").into()))
    }
}

/// A piece of work that answers once its batch is durable or lost.
trait Job: Send {
    /// Does the work; `false` if it has to be undone.
    fn run(&mut self, db: &Connection) -> bool;
    /// Answers: what the work came to, or the fault that took the whole batch along.
    fn answer(self: Box<Self>, lost: Option<StoreError>);
}

struct Task<T, W> {
    work: W,
    outcome: Option<Result<T, CommitError>>,
    reply: oneshot::Sender<Result<T, CommitError>>,
}

impl<T: Send, W: Fn(&Connection) -> Result<T, CommitError> + Send> Job for Task<T, W> {
    fn run(&mut self, db: &Connection) -> bool {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(db)))
            .unwrap_or_else(|_| Err(StoreError::plain("a write panicked and was undone").into()));
        let landed = outcome.is_ok();
        self.outcome = Some(outcome);
        landed
    }

    fn answer(self: Box<Self>, lost: Option<StoreError>) {
        let unreached = || Err(StoreError::plain("a write was never reached").into());
        let outcome = match lost {
            Some(fault) => Err(CommitError::Fault(fault)),
            None => self.outcome.unwrap_or_else(unreached),
        };
        // Nobody waits any more: the commit stands all the same.
        drop(self.reply.send(outcome));
    }
}

fn run(db: &Connection, clock: &Marked, mut jobs: mpsc::Receiver<Box<dyn Job>>, checkpoint: &Checkpointer) {
    let mut asked_at = db.total_changes();
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
        let lost = apply(db, clock, &mut batch).err().map(Arc::new);
        for job in batch.drain(..) {
            job.answer(lost.as_ref().map(share));
        }
        if checkpoint.is_nearly_done() {
            checkpoint::run(db);
        }
        if db.total_changes().saturating_sub(asked_at) > CHECKPOINT_AFTER {
            asked_at = db.total_changes();
            checkpoint.ask();
        }
    }
}

/// The same fault for every job of a batch.
fn share(fault: &Arc<StoreError>) -> StoreError {
    const WHAT: &str = "the transaction that several writes shared was lost";
    if fault.passing {
        StoreError::passing(WHAT, Arc::clone(fault))
    } else {
        StoreError::lasting(WHAT, Arc::clone(fault))
    }
}

/// Applies a batch; an error means that nothing of it landed.
fn apply(db: &Connection, clock: &Marked, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let all_landed = transaction(db, || {
        for job in batch.iter_mut() {
            if !job.run(db) {
                still_open(db)?;
                return Ok(false);
            }
        }
        clock.persist(db)?;
        Ok(true)
    })?;
    // A job that is alone has had its refusal.
    if all_landed || batch.len() == 1 {
        return Ok(());
    }
    transaction(db, || {
        batch.iter_mut().try_for_each(|job| step(db, job.as_mut()))?;
        clock.persist(db)?;
        Ok(true)
    })
    .map(drop)
}

/// A transaction that is kept if `work` says so. An error means that it is gone.
fn transaction(db: &Connection, work: impl FnOnce() -> Result<bool, StoreError>) -> Result<bool, StoreError> {
    execute(db, statement::BEGIN)?;
    let outcome = work().and_then(|is_kept| {
        execute(db, if is_kept { statement::COMMIT } else { statement::ROLLBACK })?;
        Ok(is_kept)
    });
    if outcome.is_err() && !db.is_autocommit() {
        // If even this fails the next BEGIN does too, and its batch is a fault in turn.
        drop(execute(db, statement::ROLLBACK));
    }
    outcome
}

/// One job in its savepoint. An error means that the transaction is gone.
fn step(db: &Connection, job: &mut dyn Job) -> Result<(), StoreError> {
    execute(db, statement::SAVEPOINT)?;
    if !job.run(db) {
        still_open(db)?;
        execute(db, statement::ROLLBACK_TO)?;
    }
    execute(db, statement::RELEASE)
}

/// Whether a refusal is only the job's own: SQLite may have ended everything under it.
fn still_open(db: &Connection) -> Result<(), StoreError> {
    if db.is_autocommit() {
        return Err(StoreError::passing(
            "SQLite ended the transaction",
            "the disk is full or does not answer, or memory ran out",
        ));
    }
    Ok(())
}

fn execute(db: &Connection, sql: &str) -> Result<(), StoreError> {
    db.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
#[path = "writer/tests.rs"]
mod tests;
