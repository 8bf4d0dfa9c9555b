//! A user's claims: the guarded contact state, and everything else as plain data.

mod contacts;
mod rights;

pub use contacts::{Contacts, Entry, Held, Label};
pub use rights::{OWNER_WRITABLE, refused_attribute};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::claim::{ClaimFamily, PerFamily};

/// What is known about a user.
///
/// `contacts` is guarded: it changes only by a decision of [`crate::user_claim_update`]. `attributes` is plain data in
/// the canonical form of the `scim` crate; it never holds `emails`, `phoneNumbers` or a verification attribute.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Profile {
    /// Unique without regard to ASCII case (SCIM-41).
    pub user_name: String,
    /// `active` of RFC 7643 §4.1.1, as stated: a disabled user signs in nowhere (I13); one of whom nothing is said is active.
    pub active: Option<bool>,
    /// `accountLocked`, as stated: as disabled, by an administrator or by policy (I13); one of whom nothing is said is not.
    pub locked: Option<bool>,
    /// E-mail addresses and mobile numbers with their proofs.
    pub contacts: PerFamily<Contacts>,
    /// Every other attribute, canonical names, extensions as nested objects.
    pub attributes: Map<String, Value>,
}

impl Profile {
    /// The contact state of one family.
    pub const fn contacts(&self, family: ClaimFamily) -> &Contacts {
        self.contacts.of(family)
    }

    /// Whether he is enabled.
    pub fn is_active(&self) -> bool {
        self.active != Some(false)
    }

    /// Whether he is locked out.
    pub fn is_locked(&self) -> bool {
        self.locked == Some(true)
    }

    /// Whether this user may act at all.
    pub fn may_act(&self) -> bool {
        self.is_active() && !self.is_locked()
    }

    /// `userName` as compared: ASCII lower case.
    pub fn user_name_key(&self) -> String {
        self.user_name.to_ascii_lowercase()
    }

    /// The locale messages are written in: `locale`, else `preferredLanguage`.
    pub fn locale(&self) -> Option<&str> {
        ["locale", "preferredLanguage"].iter().find_map(|name| self.attributes.get(*name)?.as_str())
    }
}
