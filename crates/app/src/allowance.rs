//! How many verifications one request may start (SEC-43).

use std::sync::atomic::{AtomicU32, Ordering};

use countersign_domain::user_claim_update::Step;

/// A request's own budget of messages that carry a secret. Shared by everything the request does.
#[derive(Debug)]
pub struct Allowance(Option<AtomicU32>);

/// As many as the budgets of people, numbers and actors leave.
pub static UNLIMITED: Allowance = Allowance(None);

impl Allowance {
    /// At most `verifications`.
    pub const fn of(verifications: u32) -> Self {
        Self(Some(AtomicU32::new(verifications)))
    }

    /// Takes as many as are wanted, or none if so many are not left.
    pub(crate) fn take(&self, wanted: u32) -> bool {
        let less = |left: u32| left.checked_sub(wanted);
        self.0
            .as_ref()
            .is_none_or(|left| left.fetch_update(Ordering::AcqRel, Ordering::Acquire, less).is_ok())
    }

    /// Gives back what was taken for a commit that did not land.
    pub(crate) fn give_back(&self, taken: u32) {
        if let Some(left) = &self.0 {
            left.fetch_add(taken, Ordering::AcqRel);
        }
    }
}

/// How many messages with a secret these steps send.
pub(crate) fn verifications(steps: &[Step]) -> u32 {
    let sends = steps.iter().filter(|step| matches!(step, Step::Begin(_) | Step::Reissue(_)));
    u32::try_from(sends.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-43: all or none, and what did not happen is not counted.
    #[test]
    fn an_allowance_is_taken_whole_and_given_back() {
        let allowance = Allowance::of(3);

        assert!(allowance.take(2));
        assert!(!allowance.take(2));
        assert!(allowance.take(1));
        assert!(allowance.take(0));
        allowance.give_back(2);
        assert!(allowance.take(2));
        assert!(UNLIMITED.take(u32::MAX));
    }
}
