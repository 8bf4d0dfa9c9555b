//! The clock of an embedded database: the machine's, held at its high-water mark (REL-13, I16).

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use countersign_domain::Timestamp;
use rusqlite::Connection;

use super::row::{micros, time};
use super::statement;
use crate::{Clock, StoreError};

/// A step back up to here is what time synchronisation does; a larger one is reported.
const SLACK: i64 = 2_000_000;

/// A clock that never goes back, not even over a restart: the mark is written with every transaction.
#[derive(Debug)]
pub(super) struct Marked {
    source: Clock,
    mark: AtomicI64,
    frozen: AtomicBool,
}

impl Marked {
    /// Goes on from the mark the database holds.
    pub(super) fn open(source: Clock, db: &Connection) -> Result<Self, StoreError> {
        let mark: i64 = db.query_row(statement::CLOCK_MARK, [], |row| row.get(0))?;
        Ok(Self { source, mark: AtomicI64::new(mark), frozen: AtomicBool::new(false) })
    }

    /// The time, to the microsecond: what is stored is what was decided on.
    pub(super) fn now(&self) -> Timestamp {
        let shown = micros(match &self.source {
            Clock::Wall(now) => now(),
            Clock::Manual(clock) => clock.now(),
        });
        let mark = self.mark.fetch_max(shown, Ordering::AcqRel);
        let behind = mark.saturating_sub(shown) > SLACK;
        if behind != self.frozen.swap(behind, Ordering::Relaxed) {
            report(behind, mark.saturating_sub(shown));
        }
        time(mark.max(shown)).unwrap_or(Timestamp::MAX)
    }

    /// Writes the mark down, and takes over the one of another process if that is later.
    pub(super) fn persist(&self, db: &Connection) -> Result<(), StoreError> {
        let mark = micros(self.now());
        let kept: i64 = db.prepare_cached(statement::CLOCK_ADVANCE)?.query_row([mark], |row| row.get(0))?;
        self.mark.fetch_max(kept, Ordering::AcqRel);
        Ok(())
    }
}

fn report(frozen: bool, micros: i64) {
    if frozen {
        let seconds = micros / 1_000_000;
        tracing::error!(
            event = "clock_went_back",
            seconds,
            "the machine's clock went back; time stands still here until it has caught up"
        );
    } else {
        tracing::info!(event = "clock_caught_up", "the machine's clock has caught up; time goes on");
    }
}
