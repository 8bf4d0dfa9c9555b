//! The clock of a shared database: its own, the same for every node (REL-13).

use std::sync::atomic::{AtomicI64, Ordering};

use countersign_domain::Timestamp;

use super::row::{instant, micros};
use crate::Clock;

/// A clock this node never sees going back, not even when another server with a slower clock has taken over.
#[derive(Debug)]
pub(super) struct HeldClock {
    source: Clock,
    mark: AtomicI64,
}

impl HeldClock {
    pub(super) fn new(source: Clock) -> Self {
        Self { source, mark: AtomicI64::new(i64::MIN) }
    }

    /// A test's time, held; `None` when the database is to be asked.
    pub(super) fn manual(&self) -> Option<Timestamp> {
        match &self.source {
            Clock::Wall(_) => None,
            Clock::Manual(clock) => Some(self.mark(clock.now())),
        }
    }

    /// [`HeldClock::manual`] as a parameter: statements say `coalesce($n, cs_now())`.
    pub(super) fn manual_micros(&self) -> Option<i64> {
        self.manual().map(micros)
    }

    /// The time of a read whose row told the database's.
    pub(super) fn hold(&self, database: Timestamp) -> Timestamp {
        self.manual().unwrap_or_else(|| self.mark(database))
    }

    fn mark(&self, shown: Timestamp) -> Timestamp {
        let shown = micros(shown);
        let mark = self.mark.fetch_max(shown, Ordering::AcqRel);
        instant(mark.max(shown)).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::SignedDuration;

    use super::*;
    use crate::ManualClock;

    /// REL-13, I16.
    #[test]
    fn time_stands_still_while_the_source_is_behind() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let held = HeldClock::new(Clock::Manual(clock.clone()));
        clock.advance(SignedDuration::from_hours(2));
        let before = held.manual();

        clock.advance(SignedDuration::from_hours(-1));

        assert_eq!(held.manual(), before);
        assert!(before.is_some());
    }
}
