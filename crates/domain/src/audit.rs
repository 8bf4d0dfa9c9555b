//! Audit entries: one per change of value, with the rule that decided (I6, DESIGN §6).

use serde::{Deserialize, Serialize};

use crate::actor::{Origin, Requester};
use crate::claim::{Address, ClaimFamily};
use crate::ids::{ChangeId, GroupId, UserId};

/// What happened, as a word that stays the same for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; each is documented by the rule that writes it")]
pub enum Event {
    UserCreated,
    UserUpdated,
    UserDeleted,
    UserDisabled,
    UserEnabled,
    UserLocked,
    UserUnlocked,
    ValueHeld,
    ValueWritten,
    ValueRemoved,
    ValueProven,
    VerifiedAsserted,
    VerifiedWithdrawn,
    ListsUpdated,
    ChangeCancelled,
    ChangeSuperseded,
    CodeResent,
    CodeWrong,
    CodeExhausted,
    NothingStarted,
    PasswordSet,
    SessionsEnded,
    SettingChanged,
    GrantChanged,
    ClientAdded,
    ClientRemoved,
    ClientChanged,
    GroupCreated,
    GroupUpdated,
    GroupDeleted,
    MembersChanged,
    MessageReplayed,
    MessageDropped,
    MessageTested,
}

/// The rule that decided: the rows of `verification.md` §2.2, and what stands beside them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "M1 … M11 are the specification's own names")]
pub enum Rule {
    M1SwitchedOff,
    M1PrivilegedSkip,
    M4Cleared,
    M5ListsOnly,
    M7AlreadyProven,
    M8AlreadyHeld,
    M10UnverifiedWrite,
    M11Held,
    Proof,
    Assertion,
    Created,
    Request,
    CancelLink,
    Security,
    Taken,
    CommandLine,
    Purge,
}

/// By which secret a value was proven.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A short code.
    Code,
    /// A link.
    Link,
}

/// One row of the trail, before it gets its id and time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// Why it was allowed, or what decided.
    pub rule: Rule,
    /// Whose profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<UserId>,
    /// Which group, where it concerns one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub group: Option<GroupId>,
    /// Which family, where it concerns one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub family: Option<ClaimFamily>,
    /// Which change, where it concerns one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub change: Option<ChangeId>,
    /// Who did it.
    pub by: Requester,
    /// From where.
    #[serde(default)]
    pub origin: Origin,
    /// The value, masked (SEC-63); a keyed digest of it is added when the row is minted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// The value itself, in memory only: a keyed digest of it is stored beside the masked one (SEC-63).
    #[serde(skip)]
    pub about: Option<Address>,
    /// How a value was proven, where it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub means: Option<Means>,
    /// Anything else worth a sentence: a reason given, a setting's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
}
