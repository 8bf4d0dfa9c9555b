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

impl Event {
    /// Every one, in the order they are declared in.
    pub const ALL: [Self; 34] = [
        Self::UserCreated,
        Self::UserUpdated,
        Self::UserDeleted,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::UserLocked,
        Self::UserUnlocked,
        Self::ValueHeld,
        Self::ValueWritten,
        Self::ValueRemoved,
        Self::ValueProven,
        Self::VerifiedAsserted,
        Self::VerifiedWithdrawn,
        Self::ListsUpdated,
        Self::ChangeCancelled,
        Self::ChangeSuperseded,
        Self::CodeResent,
        Self::CodeWrong,
        Self::CodeExhausted,
        Self::NothingStarted,
        Self::PasswordSet,
        Self::SessionsEnded,
        Self::SettingChanged,
        Self::GrantChanged,
        Self::ClientAdded,
        Self::ClientRemoved,
        Self::ClientChanged,
        Self::GroupCreated,
        Self::GroupUpdated,
        Self::GroupDeleted,
        Self::MembersChanged,
        Self::MessageReplayed,
        Self::MessageDropped,
        Self::MessageTested,
    ];

    /// The word in rows and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserCreated => "user_created",
            Self::UserUpdated => "user_updated",
            Self::UserDeleted => "user_deleted",
            Self::UserDisabled => "user_disabled",
            Self::UserEnabled => "user_enabled",
            Self::UserLocked => "user_locked",
            Self::UserUnlocked => "user_unlocked",
            Self::ValueHeld => "value_held",
            Self::ValueWritten => "value_written",
            Self::ValueRemoved => "value_removed",
            Self::ValueProven => "value_proven",
            Self::VerifiedAsserted => "verified_asserted",
            Self::VerifiedWithdrawn => "verified_withdrawn",
            Self::ListsUpdated => "lists_updated",
            Self::ChangeCancelled => "change_cancelled",
            Self::ChangeSuperseded => "change_superseded",
            Self::CodeResent => "code_resent",
            Self::CodeWrong => "code_wrong",
            Self::CodeExhausted => "code_exhausted",
            Self::NothingStarted => "nothing_started",
            Self::PasswordSet => "password_set",
            Self::SessionsEnded => "sessions_ended",
            Self::SettingChanged => "setting_changed",
            Self::GrantChanged => "grant_changed",
            Self::ClientAdded => "client_added",
            Self::ClientRemoved => "client_removed",
            Self::ClientChanged => "client_changed",
            Self::GroupCreated => "group_created",
            Self::GroupUpdated => "group_updated",
            Self::GroupDeleted => "group_deleted",
            Self::MembersChanged => "members_changed",
            Self::MessageReplayed => "message_replayed",
            Self::MessageDropped => "message_dropped",
            Self::MessageTested => "message_tested",
        }
    }
}

impl Rule {
    /// Every one, in the order they are declared in.
    pub const ALL: [Self; 17] = [
        Self::M1SwitchedOff,
        Self::M1PrivilegedSkip,
        Self::M4Cleared,
        Self::M5ListsOnly,
        Self::M7AlreadyProven,
        Self::M8AlreadyHeld,
        Self::M10UnverifiedWrite,
        Self::M11Held,
        Self::Proof,
        Self::Assertion,
        Self::Created,
        Self::Request,
        Self::CancelLink,
        Self::Security,
        Self::Taken,
        Self::CommandLine,
        Self::Purge,
    ];

    /// The word in rows and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::M1SwitchedOff => "m1_switched_off",
            Self::M1PrivilegedSkip => "m1_privileged_skip",
            Self::M4Cleared => "m4_cleared",
            Self::M5ListsOnly => "m5_lists_only",
            Self::M7AlreadyProven => "m7_already_proven",
            Self::M8AlreadyHeld => "m8_already_held",
            Self::M10UnverifiedWrite => "m10_unverified_write",
            Self::M11Held => "m11_held",
            Self::Proof => "proof",
            Self::Assertion => "assertion",
            Self::Created => "created",
            Self::Request => "request",
            Self::CancelLink => "cancel_link",
            Self::Security => "security",
            Self::Taken => "taken",
            Self::CommandLine => "command_line",
            Self::Purge => "purge",
        }
    }
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

impl Means {
    /// The word in rows and exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// I6: the words of the trail stay the same for ever, in rows, questions and exports alike.
    #[test]
    fn words_are_spelled_as_rows_spell_them() {
        for event in Event::ALL {
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
        }
        let (last_event, last_rule) = (Event::MessageTested as usize, Rule::Purge as usize);
        assert_eq!(
            (Event::ALL.len(), Rule::ALL.len()),
            (last_event + 1, last_rule + 1),
            "every one is in ALL"
        );
    }
}
