//! A database for each case, and for each kind of database there is.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use countersign_domain::{Entropy, TenantId, Timestamp};
use countersign_store::{Clock, Commit, CommitError, ManualClock, Store};
use uuid::Uuid;

use crate::postgres;

/// When every case begins: with microseconds, so that a store that drops them is found out.
const START: &str = "2026-01-02T03:04:05.678901Z";

/// An empty store with a clock that stands still and randomness that repeats itself.
pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: ManualClock,
    pub(crate) tenant: TenantId,
    entropy: Mutex<Seeded>,
}

/// Runs a case on SQLite, and on PostgreSQL where there is one.
pub(crate) async fn for_each_database(case: impl AsyncFn(House)) {
    let folder = tempfile::tempdir().unwrap();
    case(House::sqlite(&folder.path().join("countersign.db"))).await;

    let clock = clock();
    match postgres::fresh(Clock::Manual(clock.clone())).await {
        Some(database) => case(House::new(database.store.clone(), clock)).await,
        None => println!("skipped: PostgreSQL (COUNTERSIGN_TEST_POSTGRES is not set)"),
    }
}

impl House {
    pub(crate) fn sqlite(path: &Path) -> Self {
        let clock = clock();
        Self::new(Store::open_sqlite(path, Clock::Manual(clock.clone())).unwrap(), clock)
    }

    pub(crate) fn new(store: Store, clock: ManualClock) -> Self {
        Self { store, clock, tenant: TenantId::carbon_super(), entropy: Mutex::new(Seeded(7)) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id.
    pub(crate) fn id(&self) -> Uuid {
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner).id(self.clock.now())
    }

    /// 32 fresh bytes.
    pub(crate) fn secret(&self) -> [u8; 32] {
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner).secret()
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.store.commit(commit).await
    }

    /// Commits all at once and tells how each ended, in the order given.
    pub(crate) async fn commit_together(&self, commits: Vec<Commit>) -> Vec<Result<(), CommitError>> {
        let tasks: Vec<_> = commits
            .into_iter()
            .map(|commit| {
                let store = self.store.clone();
                tokio::spawn(async move { store.commit(commit).await })
            })
            .collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        outcomes
    }
}

pub(crate) fn clock() -> ManualClock {
    ManualClock::new(START.parse().unwrap())
}

/// After `SplitMix64`: the same bytes in every run.
struct Seeded(u64);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed >> 56) as u8;
        }
    }
}
