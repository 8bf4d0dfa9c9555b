//! Ids: one type each, so that a change's id cannot be handed to a function that wants a user's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an id that was read from the database or minted from entropy.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare id, for the storage drivers.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A user. Server-made, never reused (SCIM-7).
    UserId;
    /// A group. Server-made, never reused, and never a user's (SCIM-7).
    GroupId;
    /// Somebody in a group: the id of a user or of a group. Which of the two, the store knows.
    MemberId;
    /// A change of one claim family of one user.
    ChangeId;
    /// One issue of secrets for a change; a resend makes another.
    ChallengeId;
    /// A message in the outbox. Travels along with every try, so that a receiver can drop repeats (REL-6).
    MessageId;
    /// A row of the audit trail.
    AuditId;
    /// One attempt to commit: what an unknown outcome is settled by (REL-4).
    OperationId;
    /// An OAuth client.
    ClientId;
    /// A session of a browser: what lists name it by. Never what it is presented by, which is a secret (SEC-28).
    SessionId;
}

/// A tenant's domain, `carbon.super` unless the address says otherwise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(String);

impl TenantId {
    /// Takes a tenant domain as it is stored.
    pub fn new(domain: impl Into<String>) -> Self {
        Self(domain.into())
    }

    /// The only tenant of this release.
    pub fn carbon_super() -> Self {
        Self("carbon.super".to_owned())
    }

    /// The domain, as keys and wire formats spell it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
