//! The bounded loop around "decide, commit if unchanged".

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher as _};

use countersign_domain::Entropy as _;
use tokio::sync::{Mutex, MutexGuard};

use crate::app::SharedEntropy;

/// How often a decision is made anew before the caller is told to come back (DESIGN §2.1).
const TRIES_MAX: u32 = 8;

/// Counts the tries of one use case.
pub(crate) struct Tries {
    left: u32,
    entropy: SharedEntropy,
}

impl Tries {
    pub(crate) fn new(entropy: &SharedEntropy) -> Self {
        Self { left: TRIES_MAX - 1, entropy: entropy.clone() }
    }

    /// Whether to try once more. Steps aside first, for a random number of turns: two that collided must not collide in
    /// step for ever.
    pub(crate) async fn again(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        for _ in 0..=self.entropy.clone().below(8) {
            tokio::task::yield_now().await;
        }
        true
    }
}

/// In-process fairness: never correctness, which is the commit's guard.
pub(crate) struct Turns {
    stripes: Vec<Mutex<()>>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        Self { stripes: (0..256).map(|_| Mutex::new(())).collect() }
    }

    /// Waits for the turn of this user, or of this credential, on this node.
    pub(crate) async fn of(&self, whose: impl Hash) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        whose.hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % self.stripes.len() as u64).unwrap_or(0);
        match self.stripes.get(index) {
            Some(stripe) => Some(stripe.lock().await),
            None => None,
        }
    }
}
