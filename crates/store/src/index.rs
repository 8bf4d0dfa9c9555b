//! What of a profile is unique and findable: derived from the profile, written as a difference.

use std::collections::BTreeSet;

use countersign_domain::claim::{Address, ClaimFamily};
use countersign_domain::profile::Profile;

/// One indexed value: attribute name and folded value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct IndexedValue {
    /// `email` or `mobile` in `held_value`; the SCIM attribute's name in `user_value`.
    pub name: &'static str,
    /// The value as compared.
    pub key: String,
}

impl IndexedValue {
    /// Whose claim it is, for a value of `held_value`.
    pub fn family(&self) -> Option<ClaimFamily> {
        ClaimFamily::ALL.into_iter().find(|family| family.as_str() == self.name)
    }
}

/// How the two index tables of a user change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IndexDiff {
    /// Freed from `held_value`.
    pub released: Vec<IndexedValue>,
    /// Claimed in `held_value`: `Taken` if another user holds it (I10). Empty while uniqueness is off.
    pub claimed: Vec<IndexedValue>,
    /// No longer findable in `user_value`.
    pub forgotten: Vec<IndexedValue>,
    /// Findable in `user_value`: `emails`, `phoneNumbers`, `externalId`.
    pub found: Vec<IndexedValue>,
}

impl IndexDiff {
    /// The difference from one profile to another; `None` stands for a user that is not there. While `unique` is off,
    /// values are released but none is claimed.
    pub fn between(before: Option<&Profile>, after: Option<&Profile>, unique: bool) -> Self {
        let (held_before, held_after) =
            (before.map(held).unwrap_or_default(), after.map(held).unwrap_or_default());
        let (seen_before, seen_after) =
            (before.map(seen).unwrap_or_default(), after.map(seen).unwrap_or_default());
        let minus = |a: &BTreeSet<IndexedValue>, b: &BTreeSet<IndexedValue>| {
            a.difference(b).cloned().collect::<Vec<_>>()
        };
        Self {
            released: minus(&held_before, &held_after),
            claimed: if unique { minus(&held_after, &held_before) } else { Vec::new() },
            forgotten: minus(&seen_before, &seen_after),
            found: minus(&seen_after, &seen_before),
        }
    }
}

/// P and L of both families (DESIGN §2.1, Uniqueness).
fn held(profile: &Profile) -> BTreeSet<IndexedValue> {
    let of = |family: ClaimFamily| {
        let contacts = profile.contacts(family);
        let addresses = contacts.address().into_iter().chain(&contacts.proven);
        addresses.map(move |address| IndexedValue { name: family.as_str(), key: address.key().to_owned() })
    };
    ClaimFamily::ALL.into_iter().flat_map(of).collect()
}

/// Every entry of `emails` and `phoneNumbers`, and `externalId`.
fn seen(profile: &Profile) -> BTreeSet<IndexedValue> {
    let of = |family: ClaimFamily| {
        let name = search_name(family);
        let entries = profile.contacts(family).entries();
        entries.into_iter().map(move |entry| IndexedValue { name, key: search_key(family, &entry.value) })
    };
    let external = profile.attributes.get("externalId").and_then(serde_json::Value::as_str);
    let external = external.map(|id| IndexedValue { name: "externalId", key: id.to_owned() });
    ClaimFamily::ALL.into_iter().flat_map(of).chain(external).collect()
}

const fn search_name(family: ClaimFamily) -> &'static str {
    match family {
        ClaimFamily::Email => "emails",
        ClaimFamily::Mobile => "phoneNumbers",
    }
}

/// A client's text as the index folds it: the address's key where it is one, ASCII lower case where it is not.
pub(crate) fn search_key(family: ClaimFamily, text: &str) -> String {
    Address::parse(family, text)
        .map_or_else(|_| text.to_ascii_lowercase(), |address| address.key().to_owned())
}
