//! A stored user in the internal form.

use countersign_domain::{
    Timestamp, UserId,
    claim::{Address, ClaimFamily, PerFamily},
    groups::Membership,
    profile::{Contacts, Entry, Profile},
};
use serde_json::{Map, Value, json};

use super::names;
use crate::schema::SYSTEM_URN;

/// Everything an answer shows of a user.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stored<'u> {
    /// `id`.
    pub id: UserId,
    /// The claims.
    pub profile: &'u Profile,
    /// N of each family.
    pub pending: PerFamily<Option<&'u Address>>,
    /// The groups the user is in.
    pub groups: &'u [Membership],
    /// `meta.version`, and the `ETag`.
    pub version: u64,
    /// `meta.created`.
    pub created: Timestamp,
    /// `meta.lastModified`.
    pub last_modified: Timestamp,
}

/// The tag of a version, as `meta.version` and the `ETag` header have it (SCIM-32): weak, since two renderings of one
/// version differ by dialect and projection.
pub fn version_tag(version: u64) -> String {
    format!("W/\"{version}\"")
}

/// The user in the internal form, complete: addresses at their places, the lists, the flags, and what is pending.
///
/// `emailVerified` and `phoneVerified` are there, true or false, where there is an address they speak of;
/// `active` and `accountLocked` are there as they were stated.
pub fn resource_of(user: &Stored<'_>) -> Value {
    resource_with(user.profile.attributes.clone(), user)
}

/// The same of a user whose plain attributes were taken from his profile, so that nothing is copied for an answer.
pub fn resource_with(attributes: Map<String, Value>, user: &Stored<'_>) -> Value {
    let mut resource = attributes;
    resource.insert("id".into(), Value::from(user.id.to_string()));
    resource.insert("userName".into(), Value::from(user.profile.user_name.as_str()));
    resource.extend(user.profile.active.map(|active| ("active".to_owned(), Value::Bool(active))));
    let mut system = Map::new();
    for family in ClaimFamily::ALL {
        let contacts = user.profile.contacts(family);
        let entries = contacts.entries();
        if !entries.is_empty() {
            let entries: Vec<Value> = entries.into_iter().map(entry).collect();
            resource.insert(names(family).entries.into(), Value::Array(entries));
        }
        add_state(&mut system, family, contacts, *user.pending.of(family));
    }
    system.extend(user.profile.locked.map(|locked| ("accountLocked".to_owned(), Value::Bool(locked))));
    if !system.is_empty() {
        resource.insert(SYSTEM_URN.into(), Value::Object(system));
    }
    if !user.groups.is_empty() {
        resource.insert("groups".into(), user.groups.iter().map(membership).collect());
    }
    resource.insert("meta".into(), meta(user));
    Value::Object(resource)
}

fn membership(membership: &Membership) -> Value {
    json!({
        "value": membership.group.to_string(),
        "display": membership.name,
        "type": if membership.is_direct { "direct" } else { "indirect" },
    })
}

fn entry(entry: Entry) -> Value {
    let Entry { value, label } = entry;
    let mut parts = Map::new();
    parts.insert("value".into(), Value::String(value));
    parts.extend(label.kind.map(|kind| ("type".to_owned(), Value::String(kind))));
    parts.extend(label.display.map(|display| ("display".to_owned(), Value::String(display))));
    parts.extend(label.primary.map(|primary| ("primary".to_owned(), Value::Bool(primary))));
    Value::Object(parts)
}

/// The lists, the flag and N of one family.
fn add_state(
    system: &mut Map<String, Value>,
    family: ClaimFamily,
    contacts: &Contacts,
    pending: Option<&Address>,
) {
    let names = names(family);
    for (name, list) in [(names.all, &contacts.all), (names.proven, &contacts.proven)] {
        if !list.is_empty() {
            let members: Vec<&str> = list.iter().map(Address::as_str).collect();
            system.insert(name.into(), Value::from(members));
        }
    }
    if let Some(waits) = pending.map(Address::as_str) {
        let shown = match family {
            ClaimFamily::Email => json!([{"value": waits}]),
            ClaimFamily::Mobile => Value::from(waits),
        };
        system.insert(names.pending.into(), shown);
    }
    if contacts.held.is_some() {
        system.insert(names.verified.into(), Value::Bool(contacts.verified));
    }
}

fn meta(user: &Stored<'_>) -> Value {
    json!({
        "resourceType": "User",
        "created": instant(user.created),
        "lastModified": instant(user.last_modified),
        "version": version_tag(user.version),
    })
}

/// With milliseconds and `Z` (scim.md §14).
pub(crate) fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}
