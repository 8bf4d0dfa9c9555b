//! The store owns the clock: `now` comes with the snapshot.

use std::sync::{Arc, Mutex, PoisonError};

use countersign_domain::{SignedDuration, Timestamp};

/// Where a store takes the time from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's: SQLite asks this function and holds the result at its high-water mark; PostgreSQL asks the
    /// database instead (REL-13). The function is handed in, so that only the binary names the system clock.
    Wall(fn() -> Timestamp),
    /// A test's: both databases take it as it is.
    Manual(ManualClock),
}

/// A clock that moves when a test says so.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// Stands still at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// The time it shows.
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves it; backwards too, to show that the store does not follow.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }
}
