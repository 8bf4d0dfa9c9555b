//! What a request asks for, in the rules' own words: the surfaces translate into this and know nothing else.

use serde_json::{Map, Value};

use crate::claim::{Address, PerFamily};
use crate::profile::{Contacts, Entry, Held, Profile};

/// The profile as the caller wants it to be, and what he named to get there.
#[derive(Clone, PartialEq, Debug)]
pub struct Wanted {
    /// `userName`.
    pub user_name: String,
    /// Whether this surface lets `userName` change at all (DESIGN §5, `userName`).
    pub rename_allowed: bool,
    /// `active`, as stated.
    pub active: Option<bool>,
    /// `accountLocked`, as stated.
    pub locked: Option<bool>,
    /// Whether a new password comes with it. The password itself never gets here.
    pub password_set: bool,
    /// Every plain attribute.
    pub attributes: Map<String, Value>,
    /// The guarded part.
    pub contacts: PerFamily<WantedContacts>,
    /// Why a privileged caller writes (SEC-38), where the request says so; never stored with the profile.
    pub reason: Option<String>,
}

/// What is asked of one family.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WantedContacts {
    /// The entry that would be P.
    pub held: Option<Held>,
    /// The plain entries beside it.
    pub others: Vec<Entry>,
    /// Whether the request addressed the attribute itself: a PATCH operation or a page. A PUT that carries it along
    /// does not (D-6).
    pub named: bool,
    /// A', if the request carries it.
    pub all: Option<Vec<Address>>,
    /// L', if the request carries it.
    pub proven: Option<Vec<Address>>,
    /// `verifyEmail` / `verifyMobile`, if the request carries it; never stored (SCIM-120).
    pub verify: Option<bool>,
    /// `emailVerified` / `phoneVerified`, if the request carries it.
    pub asserts_verified: Option<bool>,
    /// Whether the members of L' were proven elsewhere, on the word of whoever moves them here: an import says so, no
    /// request over the network can.
    pub asserts_listed: bool,
    /// What it says about the pending attribute.
    pub pending: PendingWish,
}

/// What a request says about `pendingEmails` / `pendingMobileNumber` (D-12).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum PendingWish {
    /// Nothing: a PUT or PATCH without it cancels nothing.
    #[default]
    Unnamed,
    /// Removed, or set to an empty value: call the change off.
    Cleared,
    /// A value: an identical echo is ignored, anything else refused.
    Value(String),
}

impl Wanted {
    /// Exactly what is there already.
    pub fn echo(profile: &Profile) -> Self {
        Self {
            user_name: profile.user_name.clone(),
            rename_allowed: false,
            active: profile.active,
            locked: profile.locked,
            password_set: false,
            attributes: profile.attributes.clone(),
            contacts: PerFamily {
                email: WantedContacts::echo(&profile.contacts.email),
                mobile: WantedContacts::echo(&profile.contacts.mobile),
            },
            reason: None,
        }
    }

    /// The profile as it would be if nothing had to wait: for the rights check.
    pub(super) fn as_profile(&self, seen: &Profile) -> Profile {
        Profile {
            user_name: self.user_name.clone(),
            active: self.active,
            locked: self.locked,
            contacts: seen.contacts.clone(),
            attributes: self.attributes.clone(),
        }
    }
}

impl WantedContacts {
    /// Exactly what is there already, nothing named.
    pub fn echo(contacts: &Contacts) -> Self {
        Self { held: contacts.held.clone(), others: contacts.others.clone(), ..Self::default() }
    }
}
