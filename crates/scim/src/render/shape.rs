//! Where the dialects disagree about the shape of a value (scim.md §14).

use serde_json::{Map, Value, json};

use super::Rendering;
use crate::{
    normalise::EVERYONE,
    schema::Dialect,
    user::{primary_email, type_of},
};

/// E-mails as this mount shows them.
///
/// In the old shape of `/scim2` an address without `type` is a plain string, the primary one first, and typed ones are
/// objects without `primary`. Two exceptions keep a PUT of what was read lossless (SCIM-44): an untyped address with
/// a `display` stays an object, and a typed primary address is marked where its place would not tell.
pub(super) fn emails(value: Value, rendering: &Rendering) -> Value {
    let Value::Array(held) = value else { return value };
    if rendering.dialect == Dialect::Strict {
        return Value::Array(held);
    }
    let primary = primary_email(&held);
    if rendering.spec_compliant_emails {
        let marked = |(index, email): (usize, Value)| {
            if Some(index) == primary { with_primary(email) } else { email }
        };
        return held.into_iter().enumerate().map(marked).collect();
    }
    let first_untyped = held.iter().position(|email| type_of(email).is_none());
    let mut shown = Vec::with_capacity(held.len());
    for (index, mut email) in held.into_iter().enumerate() {
        let is_primary = Some(index) == primary;
        if is_plain(&email) {
            let is_first_untyped = first_untyped.is_none_or(|first| first >= index);
            let place = if is_primary && !is_first_untyped { 0 } else { shown.len() };
            shown.insert(place, email.get_mut("value").map(Value::take).unwrap_or_default());
        } else if is_primary && !(index == 0 && first_untyped.is_none()) {
            shown.push(with_primary(email));
        } else {
            shown.push(without_primary(email));
        }
    }
    Value::Array(shown)
}

/// An address that a string says completely.
fn is_plain(email: &Value) -> bool {
    let parts = email.as_object();
    parts.is_some_and(|parts| parts.keys().all(|name| name == "value" || name == "primary"))
        && email["value"].is_string()
}

fn with_primary(mut value: Value) -> Value {
    if let Value::Object(parts) = &mut value {
        parts.insert("primary".into(), json!(true));
    }
    value
}

fn without_primary(mut value: Value) -> Value {
    if let Value::Object(parts) = &mut value {
        parts.shift_remove("primary");
    }
    value
}

/// Numbers; `/scim2` does not show which is primary.
pub(super) fn phone_numbers(value: Value, dialect: Dialect) -> Value {
    match value {
        Value::Array(numbers) if dialect == Dialect::Wso2 => {
            numbers.into_iter().map(without_primary).collect()
        }
        other => other,
    }
}

/// Roles; at `/scim2` everybody is shown to be in `Internal/everyone`, which grants nothing (DESIGN §5).
pub(super) fn roles(held: Option<Value>, dialect: Dialect) -> Option<Value> {
    if dialect == Dialect::Strict {
        return held;
    }
    let mut roles = vec![json!({"type": "default", "value": EVERYONE})];
    if let Some(Value::Array(held)) = held {
        roles.extend(held);
    }
    Some(Value::Array(roles))
}

/// Groups, each saying where it is under this mount (SCIM-6).
pub(super) fn groups(value: Value, base_url: &str) -> Value {
    let Value::Array(groups) = value else { return value };
    let located = |mut group: Value| {
        if let (Some(id), Value::Object(parts)) =
            (group.get("value").and_then(Value::as_str).map(str::to_owned), &mut group)
        {
            parts.insert("$ref".into(), Value::from(format!("{base_url}/Groups/{id}")));
        }
        group
    };
    groups.into_iter().map(located).collect()
}

/// Members, each saying where it is under this mount (SCIM-6).
pub(super) fn members(value: Value, base_url: &str) -> Value {
    let Value::Array(members) = value else { return value };
    let located = |member: &Value| {
        let mut shown = Map::new();
        let text = |name: &str| member.get(name).and_then(Value::as_str);
        if let Some(id) = text("value") {
            shown.insert("value".into(), Value::from(id));
            let kind = text("type").unwrap_or("User");
            shown.insert("$ref".into(), Value::from(format!("{base_url}/{kind}s/{id}")));
        }
        for name in ["type", "display"] {
            shown.extend(text(name).map(|text| (name.to_owned(), Value::from(text))));
        }
        Value::Object(shown)
    };
    members.iter().map(located).collect()
}

/// A list of plain values: an array, or at `/scim2` one comma-joined string where that is switched on (D-4).
pub(super) fn plain_list(values: Vec<Value>, rendering: &Rendering) -> Value {
    if rendering.dialect == Dialect::Strict || !rendering.multi_valued_as_string {
        return Value::Array(values);
    }
    let texts: Vec<_> = values.iter().filter_map(Value::as_str).collect();
    Value::from(texts.join(","))
}
