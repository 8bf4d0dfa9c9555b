//! `bulkId:` references (RFC 7644 §3.7.2, SCIM-101): where they stand, and what they turn out to be.
//!
//! A text that begins with `bulkId:` is a reference wherever it stands in the data, as deep as it may be; so is the last
//! segment of a `$ref`, a text compared with in a PATCH path or in a key with a filter, and the id in an operation's
//! own path. There is no list of attributes to keep: whoever adds a reference attribute need not come here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Asked, Unresolvable};

const PREFIX: &str = "bulkId:";
const QUOTED: &str = "\"bulkId:";

/// The ids that operations' names stand for so far.
#[derive(Debug, Clone, Default)]
pub struct Known(BTreeMap<String, String>);

impl Known {
    /// The operation with this `bulkId` created the resource `id`.
    pub fn created(&mut self, bulk_id: &str, id: &str) {
        self.0.insert(bulk_id.to_owned(), id.to_owned());
    }

    /// The operation with its references replaced by ids. Refused if one of them has none: what it names was not
    /// created.
    pub fn resolved(&self, asked: &Asked) -> Result<Asked, Unresolvable> {
        let mut resolved = asked.clone();
        let mut is_complete = true;
        resolved.each_reference(&mut |name| {
            let id = self.0.get(name);
            is_complete &= id.is_some();
            id.cloned()
        });
        if is_complete { Ok(resolved) } else { Err(Unresolvable::NotCreated) }
    }
}

/// Told the name of a reference; what it answers takes the reference's place.
type Found<'f> = dyn FnMut(&str) -> Option<String> + 'f;

impl Asked {
    pub(super) fn each_reference(&mut self, found: &mut Found<'_>) {
        if let Some(id) = self.id.as_ref().and_then(|id| found(id.strip_prefix(PREFIX)?)) {
            self.id = Some(id);
        }
        in_value(&mut self.data, "", found);
    }
}

/// `key` is the name of the member the value stands under.
fn in_value(value: &mut Value, key: &str, found: &mut Found<'_>) {
    match value {
        Value::String(text) => {
            if let Some(resolved) = in_text(text, key, found) {
                *text = resolved;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| in_value(item, key, found)),
        Value::Object(members) => in_members(members, found),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn in_members(members: &mut Map<String, Value>, found: &mut Found<'_>) {
    members.iter_mut().for_each(|(key, value)| in_value(value, key, found));
    if members.keys().any(|key| key.contains(QUOTED)) {
        let renamed = std::mem::take(members).into_iter();
        *members = renamed.map(|(key, value)| (in_filter(&key, found), value)).collect();
    }
}

fn in_text(text: &str, key: &str, found: &mut Found<'_>) -> Option<String> {
    if let Some(name) = text.strip_prefix(PREFIX) {
        return found(name);
    }
    if key.eq_ignore_ascii_case("$ref") {
        let (place, last) = text.rsplit_once('/')?;
        return Some(format!("{place}/{}", found(last.strip_prefix(PREFIX)?)?));
    }
    let has_filter = key.eq_ignore_ascii_case("path") && text.contains(QUOTED);
    has_filter.then(|| in_filter(text, found))
}

/// Every text in quotes that is a reference. A name with an escape in it is not understood here, and stays as it is.
fn in_filter(text: &str, found: &mut Found<'_>) -> String {
    let mut parts = text.split(QUOTED);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('"');
        let resolved = part.split_once('"').and_then(|(name, rest)| Some((found(name)?, rest)));
        if let Some((id, rest)) = resolved {
            out.push_str(&id);
            out.push('"');
            out.push_str(rest);
        } else {
            out.push_str(PREFIX);
            out.push_str(part);
        }
    }
    out
}
