//! What of a profile is unique and findable: derived from the profile, written as a difference.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use countersign_domain::claim::ClaimFamily;
use countersign_domain::profile::Profile;
use countersign_scim::order::{UNASSIGNED, text_key};
use countersign_scim::schema::{AttributePath, Dialect, Kind, user};
use serde_json::Value;

/// Which set of attributes, folded in which way, the rows of `user_value` were written by. Raise it with every change
/// of [`countersign_scim::schema::Attribute::index`], of a fold or of a key: every user is then indexed anew at the next
/// start.
pub(crate) const GENERATION: i64 = 2;

/// The one key of `active`: few users are inactive, and only they have a row.
pub(crate) const INACTIVE: &str = "=false";

/// The name under which those are found whose address or number in force is not verified, and the one key of it. No filter
/// asks for it.
pub(crate) const UNVERIFIED: (&str, &str) = ("unverified", "=true");

/// The attributes whose values are indexed (SCIM-15: one table says so).
static INDEXED: LazyLock<Vec<AttributePath>> = LazyLock::new(|| user(Dialect::Strict).indexed().collect());

/// One indexed value: attribute name and key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct IndexedValue {
    /// `email` or `mobile` in `held_value`; the name of the SCIM attribute's index in `user_value`.
    pub name: &'static str,
    /// The value as compared; in `user_value` as [`countersign_scim::order`] makes keys.
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
    /// Findable in `user_value`: every indexed attribute has a row, also where it is unassigned.
    pub found: Vec<IndexedValue>,
}

impl IndexDiff {
    /// The difference from one profile to another; `None` stands for a user that is not there. While `unique` is off,
    /// values are released but none is claimed.
    pub fn between(before: Option<&Profile>, after: Option<&Profile>, unique: bool) -> Self {
        let (held_before, held_after) =
            (before.map(held).unwrap_or_default(), after.map(held).unwrap_or_default());
        let (seen_before, seen_after) =
            (before.map(found_values).unwrap_or_default(), after.map(found_values).unwrap_or_default());
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

/// What `user_value` holds of a user: a row for each value of an indexed attribute, one that says "unassigned" for each
/// attribute without.
pub(crate) fn found_values(profile: &Profile) -> BTreeSet<IndexedValue> {
    let unverified =
        is_unverified(profile).then(|| IndexedValue { name: UNVERIFIED.0, key: UNVERIFIED.1.to_owned() });
    INDEXED.iter().flat_map(|path| values_of(profile, path)).chain(unverified).collect()
}

/// Whether an address or number is in force without a proof.
fn is_unverified(profile: &Profile) -> bool {
    ClaimFamily::ALL.into_iter().any(|family| {
        let contacts = profile.contacts(family);
        contacts.held.is_some() && !contacts.verified
    })
}

fn values_of(profile: &Profile, path: &AttributePath) -> Vec<IndexedValue> {
    let Some(name) = path.leaf().index else { return Vec::new() };
    let key = |text: &str| IndexedValue { name, key: text_key(path.leaf().collation, text) };
    let values: Vec<IndexedValue> = match (path.extension(), path.attribute.name) {
        (None, "emails") => entries(profile, ClaimFamily::Email).iter().map(|text| key(text)).collect(),
        (None, "phoneNumbers") => {
            entries(profile, ClaimFamily::Mobile).iter().map(|text| key(text)).collect()
        }
        _ if path.leaf().kind == Kind::Boolean => {
            let inactive = IndexedValue { name, key: INACTIVE.to_owned() };
            return if profile.is_active() { Vec::new() } else { vec![inactive] };
        }
        _ => text_of(profile, path).map(key).into_iter().collect(),
    };
    if values.is_empty() { vec![IndexedValue { name, key: UNASSIGNED.to_owned() }] } else { values }
}

fn entries(profile: &Profile, family: ClaimFamily) -> Vec<String> {
    profile.contacts(family).entries().into_iter().map(|entry| entry.value).collect()
}

/// The text of a single-valued attribute among the plain ones.
fn text_of<'p>(profile: &'p Profile, path: &AttributePath) -> Option<&'p str> {
    let held = match path.extension() {
        Some(urn) => profile.attributes.get(urn)?.get(path.attribute.name)?,
        None => profile.attributes.get(path.attribute.name)?,
    };
    path.sub.map_or(Some(held), |sub| held.get(sub.name)).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// SCIM-15, SCIM-59. When this changes, [`GENERATION`] has to.
    #[test]
    fn the_indexed_attributes_are_these() {
        let names: BTreeMap<&str, String> =
            INDEXED.iter().filter_map(|path| Some((path.leaf().index?, path.to_string()))).collect();

        insta::assert_snapshot!(format!("{GENERATION}: {:?}", names.keys().collect::<Vec<_>>()), @r#"2: ["active", "department", "displayName", "emails", "employeeNumber", "externalId", "manager", "name.familyName", "name.givenName", "phoneNumbers", "title", "userType"]"#);
        assert_eq!(names.len(), INDEXED.len());
    }
}
