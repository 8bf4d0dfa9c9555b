//! Which attributes a request named, changed or not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::Value;

use crate::schema::AttributePath;

/// The attributes a request addressed, by their canonical names (`emails`, `urn:scim:wso2:schema:mobileNumbers`).
///
/// Comparing the resource before and after cannot tell "sent the value it has" from "did not mention it", and the
/// first cancels a pending change (`verification.md` D-6, D-12). For `emails` and `phoneNumbers` it is also known
/// *which* values were stated, so that editing the work address does not count as re-sending the primary one.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Named(BTreeMap<String, BTreeSet<String>>);

impl Named {
    /// Whether the attribute of this canonical name was named.
    pub fn contains(&self, attribute: &str) -> bool {
        self.0.contains_key(attribute)
    }

    /// Whether the request stated exactly this value for `emails` or `phoneNumbers`.
    pub fn states(&self, attribute: &str, value: &str) -> bool {
        self.0.get(attribute).is_some_and(|stated| stated.contains(value))
    }

    /// All canonical names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Remembers that `value`, normalised, was given for `path`.
    pub(crate) fn record(&mut self, path: &AttributePath, value: &Value) {
        let name = path.qualified();
        let is_address = matches!(name.as_str(), "emails" | "phoneNumbers");
        let stated = self.0.entry(name).or_default();
        if !is_address {
            return;
        }
        match value {
            Value::Array(values) => {
                stated.extend(values.iter().filter_map(|value| value["value"].as_str()).map(str::to_owned));
            }
            Value::Object(parts) => {
                stated.extend(parts.get("value").and_then(Value::as_str).map(str::to_owned));
            }
            Value::String(text) if path.sub.is_some_and(|sub| sub.name == "value") => {
                stated.insert(text.clone());
            }
            _ => {}
        }
    }
}

/// Names only: the stated values are people's addresses.
impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
