//! What a decision is made on: one consistent read of a user, taken by the store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::change::{Budget, Pending};
use crate::claim::{ClaimFamily, PerFamily};
use crate::ids::{TenantId, UserId};
use crate::profile::Profile;

/// A user as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct User {
    /// Whose house.
    pub tenant: TenantId,
    /// Immutable.
    pub id: UserId,
    /// The claims.
    pub profile: Profile,
    /// Guards commits; moves with every one on the user.
    pub revision: u64,
    /// The ETag; moves only when the representation changes (DESIGN §2.1).
    pub version: u64,
    /// When the user was created.
    pub created: Timestamp,
    /// When the representation last changed.
    pub last_modified: Timestamp,
}

/// One read of everything a decision about a user consults. `now` is the store's clock: one decision has one time.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot {
    /// The time of this decision (REL-13).
    pub now: Timestamp,
    /// The user.
    pub user: User,
    /// The pending change of each family, with its newest challenge.
    pub pending: PerFamily<Option<Pending>>,
    /// Per-user counters (security §8).
    pub budget: PerFamily<Budget>,
    /// Settings an administrator changed at runtime: property name → value, over the file's.
    pub overrides: BTreeMap<String, String>,
}

impl Snapshot {
    /// The change that waits for proof in `family`.
    pub const fn pending(&self, family: ClaimFamily) -> Option<&Pending> {
        self.pending.of(family).as_ref()
    }
}

/// Which families something concerns; for rules that speak of "all other challenges" (I12).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Families {
    /// One.
    One(ClaimFamily),
    /// Both.
    Both,
}

impl Families {
    /// Whether `family` is among them.
    pub fn include(self, family: ClaimFamily) -> bool {
        match self {
            Self::One(one) => one == family,
            Self::Both => true,
        }
    }
}
