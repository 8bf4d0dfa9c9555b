//! Moving the write-ahead log into the database: what a write would otherwise wait for longest.
//!
//! Two strokes. A thread beside the writer moves the bulk while writes go on; what they added meanwhile is little, and the
//! writer moves that itself between two batches. Only then is the whole log moved and begun anew: without the second
//! stroke a log that is always written to would grow for ever (REL-2, checkpoint bounded).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use rusqlite::Connection;

use crate::StoreError;

/// Asks the thread beside the writer, and tells when it has moved what there was.
#[derive(Debug)]
pub(super) struct Checkpointer {
    asked: SyncSender<()>,
    bulk_moved: Arc<AtomicBool>,
}

impl Checkpointer {
    /// Starts the thread on its connection; it ends with the writer.
    pub(super) fn start(db: Connection) -> Result<Self, StoreError> {
        let (asked, asks) = sync_channel(1);
        let bulk_moved = Arc::new(AtomicBool::new(false));
        let moved = Arc::clone(&bulk_moved);
        std::thread::Builder::new()
            .name("sqlite-checkpoint".to_owned())
            .spawn(move || {
                while asks.recv().is_ok() {
                    run(&db);
                    moved.store(true, Ordering::Release);
                }
            })
            .map_err(|error| StoreError::lasting("the checkpointing thread cannot be started", error))?;
        Ok(Self { asked, bulk_moved })
    }

    /// Asks; if the last wish is still being granted, that one will do.
    pub(super) fn ask(&self) {
        self.asked.try_send(()).ok();
    }

    /// Whether the rest is for the writer to move now.
    pub(super) fn is_nearly_done(&self) -> bool {
        self.bulk_moved.swap(false, Ordering::Acquire)
    }
}

/// Moves what can be moved without anybody waiting.
pub(super) fn run(db: &Connection) {
    if let Err(error) = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(event = "checkpoint_failed", %error, "the write-ahead log could not be moved into the database");
    }
}
