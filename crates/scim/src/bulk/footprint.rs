//! What an operation shares with others: by this it is told which of them may happen at once.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Asked, Method};
use crate::patch::Patch;
use crate::schema::{AttributePath, Name, ResourceSchema, SYSTEM_URN};

/// What the outcome of an operation may depend on, or may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Footprint {
    /// Anything: it happens alone.
    Everything,
    /// These and nothing else.
    Keys(BTreeSet<String>),
}

impl Footprint {
    /// Whether neither could tell in which order the two happened.
    pub(super) fn is_disjoint_from(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Keys(own), Self::Keys(others)) => own.is_disjoint(others),
            _ => false,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Keys(own), Self::Keys(mut others)) => own.append(&mut others),
            (_, _) => *self = Self::Everything,
        }
    }
}

/// The footprint of an operation on a user.
///
/// Two creations meet in a name, an address or a number; two changes of what concerns nobody else in the user. All else
/// happens alone, in its place: what may free or take a unique value (a deletion, a PUT, a change of contacts), and what
/// may start a verification, of which the first so many of a request are served (SEC-43).
pub fn of_user(asked: &Asked, schema: &ResourceSchema) -> Footprint {
    let keys = match (asked.method, &asked.id) {
        (Method::Post, None) => keys_of_creation(&asked.data, schema),
        (Method::Patch, Some(id)) => keys_of_change(id, &asked.data, schema),
        _ => None,
    };
    keys.map_or(Footprint::Everything, Footprint::Keys)
}

fn keys_of_creation(data: &Value, schema: &ResourceSchema) -> Option<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for (name, value) in data.as_object()? {
        match schema.resolve(name) {
            None => {}
            Some(Name::Attribute(path)) => note(&path, value, &mut keys)?,
            Some(Name::Schema(extension)) => {
                for (name, value) in value.as_object().unwrap_or(&Map::new()) {
                    if let Some(path) = schema.resolve_in(extension, name) {
                        note(&path, value, &mut keys)?;
                    }
                }
            }
        }
    }
    Some(keys)
}

/// The values of an attribute that have to be unique; `None` for what may do more than store them.
fn note(path: &AttributePath, value: &Value, keys: &mut BTreeSet<String>) -> Option<()> {
    match (path.extension(), path.attribute.name) {
        (None, "userName" | "emails" | "phoneNumbers") => values(value, keys),
        (Some(SYSTEM_URN), _) => return None,
        _ => {}
    }
    Some(())
}

fn values(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            keys.insert(coarse(text));
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, keys)),
        Value::Object(members) => {
            let own = members.iter().filter(|(name, _)| name.eq_ignore_ascii_case("value"));
            own.for_each(|(_, value)| values(value, keys));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Equal whenever two values could be the same to the store, whose own comparison is finer; a user store's prefix counts
/// for nothing.
fn coarse(text: &str) -> String {
    let text = text.rsplit('/').next().unwrap_or_default();
    text.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

fn keys_of_change(id: &str, data: &Value, schema: &ResourceSchema) -> Option<BTreeSet<String>> {
    let patch = Patch::parse(data.clone(), schema).ok()?;
    let is_shared = |path: AttributePath| match path.extension() {
        None => ["userName", "emails", "phoneNumbers", "active", "password"].contains(&path.attribute.name),
        Some(urn) => urn == SYSTEM_URN,
    };
    (!patch.targets().any(is_shared)).then(|| BTreeSet::from([format!("user {id}")]))
}
