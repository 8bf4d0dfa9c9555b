//! The way to one destination: how many may be on it at once, and when to leave it alone (REL-9).
//!
//! ```text
//! open ── five unreached in a row ──▶ closed ── the pause is over ──▶ half open: one may try
//!   ▲                                   ▲                                  │
//!   └────────── somebody answered ──────┼──────────────────────────────────┤
//!                                       └────────── unreached ─────────────┘   (the pause doubles, up to a minute)
//! ```

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_domain::{SignedDuration, Timestamp};

/// How many messages may be on their way to one host (REL-9).
const IN_FLIGHT_MAX: usize = 5;
/// Failures in a row after which nobody tries for a while.
const UNREACHED_MAX: u32 = 5;
const PAUSE_SECONDS: i64 = 10;
const PAUSE_SECONDS_MAX: i64 = 60;

/// The gate before one destination.
#[derive(Debug)]
pub(super) struct Gate {
    destination: String,
    limit: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: usize,
    unreached: u32,
    closed_until: Option<Timestamp>,
}

/// Leave to send one message. Given back when it is dropped.
#[derive(Debug)]
pub(super) struct Pass(Arc<Gate>);

impl Gate {
    /// Before a host.
    pub(super) fn to(destination: String) -> Arc<Self> {
        Self::wide(destination, IN_FLIGHT_MAX)
    }

    /// Before something that bears more at once.
    pub(super) fn wide(destination: String, limit: usize) -> Arc<Self> {
        Arc::new(Self { destination, limit, state: Mutex::default() })
    }

    /// Whether it stands before this destination.
    pub(super) fn leads_to(&self, destination: &str) -> bool {
        self.destination == destination
    }

    /// How many more may pass now.
    pub(super) fn room(&self, now: Timestamp) -> usize {
        let state = self.state();
        let limit = match state.closed_until {
            Some(until) if now < until => 0,
            Some(_) => 1,
            None => self.limit,
        };
        limit.saturating_sub(state.in_flight)
    }

    /// Lets one pass, who asked for room before.
    pub(super) fn pass(self: &Arc<Self>) -> Pass {
        self.state().in_flight += 1;
        Pass(Arc::clone(self))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// Somebody is there, whatever he said.
    pub(super) fn answered(&self) {
        let mut state = self.0.state();
        (state.unreached, state.closed_until) = (0, None);
    }

    /// Nobody answered. Tells whether that closed the gate.
    pub(super) fn unreached(&self, now: Timestamp) -> bool {
        let mut state = self.0.state();
        if state.closed_until.is_some_and(|until| now < until) {
            return false; // left before the gate closed: the pause has begun already
        }
        state.unreached = state.unreached.saturating_add(1);
        let Some(again) = state.unreached.checked_sub(UNREACHED_MAX) else { return false };
        let seconds = PAUSE_SECONDS.saturating_mul(1 << again.min(6)).min(PAUSE_SECONDS_MAX);
        state.closed_until = now.checked_add(SignedDuration::from_secs(seconds)).ok();
        true
    }

    /// Where it leads.
    pub(super) fn destination(&self) -> &str {
        &self.0.destination
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.in_flight = state.in_flight.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    /// REL-9: five at once, and a place is free as soon as one is back.
    #[test]
    fn five_may_be_on_their_way() {
        let gate = Gate::to("mail.example:587".into());

        let mut passes: Vec<_> = (0..5).map(|_| gate.pass()).collect();

        assert_eq!(gate.room(at(0)), 0);
        passes.pop();
        assert_eq!(gate.room(at(0)), 1);
    }

    /// REL-9: a host that does not answer is left alone, then tried by one, ever more seldom; an answer opens it.
    #[test]
    fn a_dead_host_is_left_alone_and_then_tried_by_one() {
        let gate = Gate::to("mail.example:587".into());
        let failed = |seconds| gate.pass().unreached(at(seconds));

        let closed: Vec<_> = (0..5).map(failed).collect();

        assert_eq!(closed, [false, false, false, false, true]);
        assert_eq!([5, 13, 14].map(|seconds| gate.room(at(seconds))), [0, 0, 1]);
        let trying = gate.pass();
        assert_eq!(gate.room(at(14)), 0);
        assert!(trying.unreached(at(16)));
        drop(trying);
        assert_eq!([35, 36].map(|seconds| gate.room(at(seconds))), [0, 1]);
        gate.pass().answered();
        assert_eq!(gate.room(at(36)), 5);
        let pauses = (0..9).fold(at(36), |now, _| {
            gate.pass().unreached(now);
            gate.state().closed_until.unwrap_or(now)
        });
        assert_eq!(pauses, at(36 + 10 + 20 + 40 + 60 + 60), "the pause doubles up to a minute");
    }

    /// Those who were on their way when the gate closed do not lengthen the pause.
    #[test]
    fn late_failures_count_once() {
        let gate = Gate::to("mail.example:587".into());

        let closed: Vec<_> = (0..8).map(|_| gate.pass().unreached(at(0))).collect();

        assert_eq!(closed.iter().filter(|closed| **closed).count(), 1);
        assert_eq!(gate.room(at(10)), 1);
    }
}
