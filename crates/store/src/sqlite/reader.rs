//! Reads beside the writer: indexed ones on the calling thread, scans on a few threads of their own.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{connect, statement};
use crate::StoreError;

/// Scans at once: more would only take the disk and the processor from the short reads.
const SCANS: usize = 4;

/// Connections kept open for indexed reads; as many reads can run at once as there are threads that call.
const KEPT: usize = 32;

/// Steps of the database's machine between two looks at what a search has cost.
const STRIDE: std::ffi::c_int = 100_000;

/// Read connections, each with its prepared statements, lent to one read at a time.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    points: Mutex<Vec<Connection>>,
    scans: Mutex<Vec<Connection>>,
    scanning: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        let (points, scans) = (Mutex::default(), Mutex::default());
        Self { path, points, scans, scanning: Arc::new(Semaphore::new(SCANS)) }
    }

    /// An indexed read on the calling thread: a few microseconds, less than handing it over would take. Everything the
    /// closure reads, it reads at one moment.
    pub(super) fn point<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.lend(&self.points, |db| at_one_moment(db, read))
    }

    /// The same for a closure whose first statement stands open until it has read everything, or is the only one: what an
    /// open statement sees, all others of its connection see, and no transaction has to be begun and ended.
    pub(super) fn row<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.lend(&self.points, |db| (read(db), db.is_autocommit()))
    }

    /// A read that may touch many rows, on a thread that is not needed for anything else. It too is of one moment.
    pub(super) async fn scan<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.scan_watched(unwatched, read).await
    }

    /// A scan that ends after so many looks at what it has cost: `None` then.
    pub(super) async fn search<T: Send + 'static>(
        self: &Arc<Self>,
        looks: u32,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let spent = Arc::new(AtomicBool::new(false));
        let (over, looked) = (Arc::clone(&spent), AtomicU32::new(0));
        let look = move || {
            let is_over = looked.fetch_add(1, Ordering::Relaxed) >= looks;
            over.fetch_or(is_over, Ordering::Relaxed) || is_over
        };
        let watched = move |db: &mut Connection| db.progress_handler(STRIDE, Some(look));
        let answer = self.scan_watched(watched, read).await;
        if spent.load(Ordering::Relaxed) { Ok(None) } else { answer.map(Some) }
    }

    async fn scan_watched<T: Send + 'static>(
        self: &Arc<Self>,
        watch: impl FnOnce(&mut Connection) -> Result<(), rusqlite::Error> + Send + 'static,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.scanning).acquire_owned().await;
        let permit = permit.map_err(|error| StoreError::lasting("the reading threads are gone", error))?;
        let readers = Arc::clone(self);
        let scan = tokio::task::spawn_blocking(move || {
            let answer = readers.lend(&readers.scans, |db| match watch(db) {
                Ok(()) => at_one_moment(db, read),
                Err(error) => (Err(error.into()), false),
            });
            drop(permit);
            answer
        });
        scan.await.map_err(|error| StoreError::lasting("a reading thread ended early", error))?
    }

    /// Lends a connection to a read that says whether it can be lent again.
    fn lend<T>(
        &self,
        idle: &Mutex<Vec<Connection>>,
        read: impl FnOnce(&mut Connection) -> (Result<T, StoreError>, bool),
    ) -> Result<T, StoreError> {
        let lent = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut db = lent.map_or_else(|| connect::reader(&self.path), Ok)?;
        let (answer, is_idle) = read(&mut db);
        if is_idle {
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < KEPT {
                idle.push(db);
            }
        }
        answer
    }
}

/// Reads in a transaction. One that only read has nothing to keep; one that cannot even end takes its connection along.
fn at_one_moment<T>(
    db: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> (Result<T, StoreError>, bool) {
    let run = |sql: &str| db.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    if let Err(error) = run(statement::BEGIN_READING) {
        return (Err(error.into()), false);
    }
    let answer = read(db);
    (answer, run(statement::ROLLBACK).is_ok())
}

/// A scan that may take as long as it takes.
fn unwatched(db: &mut Connection) -> Result<(), rusqlite::Error> {
    db.progress_handler(0, None::<fn() -> bool>)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-41: a search that costs too much ends, and its connection goes on.
    #[tokio::test]
    async fn a_search_ends_when_it_has_cost_too_much() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        drop(connect::writer(&path).unwrap());
        let readers = Arc::new(Readers::new(path));
        let counting = |upto: i64| {
            move |db: &Connection| {
                let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                           SELECT count(*) FROM n";
                Ok(db.query_row(sql, [upto], |row| row.get::<_, i64>(0))?)
            }
        };

        assert_eq!(readers.search(3, counting(i64::from(u32::MAX))).await.unwrap(), None);
        assert_eq!(readers.search(3, counting(10)).await.unwrap(), Some(10));
        assert_eq!(readers.scan(counting(100_000)).await.unwrap(), 100_000);
    }
}
