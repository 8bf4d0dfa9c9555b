//! What can go wrong, kept apart by what the caller can do about it.

use countersign_domain::change::SharedBudget;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::groups::RefusedMember;

/// Why a commit did not land. In every case nothing of it did.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody was faster: reload and decide again.
    #[error("the state the decision was made on has changed")]
    Conflict,
    /// A unique value belongs to another user.
    #[error("the value is taken")]
    Taken(TakenClaim),
    /// A member who cannot be one.
    #[error("a member is refused")]
    Member(RefusedMember),
    /// A shared budget is spent.
    #[error("a shared budget is spent")]
    Exhausted(SharedBudget),
    /// Not the caller's doing.
    #[error(transparent)]
    Fault(#[from] StoreError),
}

/// Which unique value was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TakenClaim {
    /// `userName`.
    UserName,
    /// A held or proven address of the family.
    Address(ClaimFamily),
    /// A group's `displayName`.
    GroupName,
    /// An id or a name of an administrative record (a client's id).
    Record,
}

/// Why a search was not answered.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// More resources would have to be looked at than one request may cost. A narrower question is answered.
    #[error("the search would have to look at too many resources")]
    TooMany,
    /// Not the caller's doing.
    #[error(transparent)]
    Fault(#[from] StoreError),
}

/// Why a database does not go with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyMismatch {
    /// It was written under another key: with this one no stored code could be redeemed and no message be opened.
    #[error("the database belongs to another key")]
    OtherKey,
    /// It could not be asked.
    #[error(transparent)]
    Fault(#[from] StoreError),
}

/// The database failed us: disk full, no primary, a corrupt row. Logged with its whole source chain, answered 503.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct StoreError {
    what: &'static str,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Whether trying later may help (disk full, no primary) or a person has to look (a corrupt row).
    pub passing: bool,
}

impl StoreError {
    /// A fault that may pass: the database is away, busy or full.
    pub fn passing(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { what, source: Some(source.into()), passing: true }
    }

    /// A fault that will not pass by itself.
    pub fn lasting(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { what, source: Some(source.into()), passing: false }
    }

    /// A fault without a cause of its own.
    pub fn plain(what: &'static str) -> Self {
        Self { what, source: None, passing: false }
    }
}
