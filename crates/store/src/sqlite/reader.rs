//! Reads beside the writer: indexed ones on the calling thread, scans on a few threads of their own.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connect;
use crate::StoreError;

/// Scans at once: more would only take the disk and the processor from the short reads.
const SCANS: usize = 4;

/// Connections kept open for indexed reads; as many reads can run at once as there are threads that call.
const KEPT: usize = 32;

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
        self.read(&self.points, read)
    }

    /// A read that may touch many rows, on a thread that is not needed for anything else. It too is of one moment.
    pub(super) async fn scan<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.scanning).acquire_owned().await;
        let permit = permit.map_err(|error| StoreError::lasting("the reading threads are gone", error))?;
        let readers = Arc::clone(self);
        let scan = tokio::task::spawn_blocking(move || {
            let answer = readers.read(&readers.scans, read);
            drop(permit);
            answer
        });
        scan.await.map_err(|error| StoreError::lasting("a reading thread ended early", error))?
    }

    fn read<T>(
        &self,
        idle: &Mutex<Vec<Connection>>,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let lent = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let db = lent.map_or_else(|| connect::reader(&self.path), Ok)?;
        db.prepare_cached("BEGIN")?.execute([])?;
        let answer = read(&db);
        // A transaction that only read has nothing to keep; one that cannot even end takes its connection along.
        let ended = db.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([]));
        if ended.is_ok() {
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < KEPT {
                idle.push(db);
            }
        }
        answer
    }
}
