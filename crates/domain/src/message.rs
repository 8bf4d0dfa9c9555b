//! What must be told to whom: an intent, without text or transport; and whether it can be told again.

mod replay;

pub use replay::{Confidential, MessageState, Replay, ReplayRefusal, Sendable, replay};

use serde::{Deserialize, Serialize};

use crate::claim::Address;

/// A notice without a secret, owed because something was committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Where it goes: copied at decision time, since the profile moves on.
    pub to: Address,
    /// What it says.
    pub kind: NoticeKind,
    /// The value it is about; shown masked.
    pub about: Address,
}

/// What a notice tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// SEC-17: the value in force is another one now.
    Changed,
    /// SEC-17: the value in force was removed.
    Removed,
    /// SEC-17: a further address was added to the verified ones.
    Added,
    /// An administrator says that the value in force is the person's: no proof by the person himself (SEC-17).
    MarkedVerified,
    /// WSO2's notice to the existing address, verification on.
    ExistingEmailUpdate,
    /// WSO2's notice to the existing address, verification off.
    ExistingEmailUpdateWithoutVerification,
}
