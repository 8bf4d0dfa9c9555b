//! One attribute's value: its type checked, its tolerated spellings made one.

use base64::{Engine as _, alphabet, engine::general_purpose as base64_engine};
use serde_json::{Map, Value, json};

use crate::{
    error::{ScimError, invalid_value},
    filter::comparison::truth,
    instant,
    schema::{Attribute, AttributePath, Dialect, Kind},
};

/// The role everybody is shown to have at `/scim2`, and nobody really has (DESIGN §5).
pub(crate) const EVERYONE: &str = "Internal/everyone";

/// `given` as the internal form has it for this attribute or sub-attribute, null if it means unassigned.
///
/// A list comes out as an array of objects (complex) or of plain values; a single object where a list is meant counts
/// as one element (SCIM-87), a plain string as its `value`, and one comma-joined string as the list of its parts.
/// Wrong types and two primaries are `invalidValue`, naming the attribute.
pub(crate) fn attribute_value(
    dialect: Dialect,
    path: AttributePath,
    given: Value,
) -> Result<Value, ScimError> {
    if path.sub.is_none() && path.attribute.multi_valued {
        let values = list(dialect, path, given)?;
        return Ok(if values.is_empty() { Value::Null } else { Value::Array(values) });
    }
    single(path, given)
}

fn list(dialect: Dialect, path: AttributePath, given: Value) -> Result<Vec<Value>, ScimError> {
    let is_complex = path.attribute.kind == Kind::Complex;
    let given = match given {
        Value::Null => return Ok(Vec::new()),
        Value::Array(values) => values,
        Value::String(joined) if !is_complex => joined.split(',').map(Value::from).collect(),
        single => vec![single],
    };
    let values_max = path.attribute.values_max;
    if given.len() > values_max {
        return Err(invalid_value(format!("{path} holds at most {values_max} values.")));
    }
    let values = if is_complex { complex_values(path, given)? } else { plain_values(path, given)? };
    Ok(without_everyone(dialect, path.attribute, values))
}

fn plain_values(path: AttributePath, given: Vec<Value>) -> Result<Vec<Value>, ScimError> {
    let mut values = Vec::with_capacity(given.len());
    for element in given {
        let element = match element {
            Value::Object(mut parts) => parts.remove("value").unwrap_or(Value::Null),
            plain => plain,
        };
        match simple(path, path.attribute, element)? {
            Value::Null => {}
            Value::String(text) if text.trim().is_empty() => {}
            Value::String(text) => values.push(Value::from(text.trim())),
            other => values.push(other),
        }
    }
    Ok(values)
}

fn complex_values(path: AttributePath, given: Vec<Value>) -> Result<Vec<Value>, ScimError> {
    let mut values = Vec::with_capacity(given.len());
    let mut first_plain = None;
    for element in given {
        if element.is_string() {
            first_plain.get_or_insert(values.len());
        }
        if let Value::Object(parts) = complex(path, element)? {
            let parts = super::assigned(parts);
            let is_emptied = path.attribute.server_kept && has_no_value(&parts);
            if !parts.is_empty() && !is_emptied {
                values.push(Value::Object(parts));
            }
        }
    }
    let primaries = values.iter().filter(|value| value["primary"] == true).count();
    if primaries > 1 {
        return Err(invalid_value(format!("{path} has more than one primary value.")));
    }
    // Clients of /scim2 send the primary address as a plain string, and the others typed.
    if primaries == 0
        && path.attribute.name == "emails"
        && let Some(Value::Object(first)) = first_plain.and_then(|index| values.get_mut(index))
    {
        first.insert("primary".into(), json!(true));
    }
    Ok(values)
}

/// `Internal/everyone` is rendered, not held: a PUT of what was read must not give it to anybody.
fn without_everyone(dialect: Dialect, attribute: &Attribute, mut values: Vec<Value>) -> Vec<Value> {
    if dialect == Dialect::Wso2 && attribute.name == "roles" {
        values.retain(|role| role["value"] != EVERYONE);
    }
    values
}

fn single(path: AttributePath, given: Value) -> Result<Value, ScimError> {
    match path.leaf().kind {
        Kind::Complex => complex(path, given),
        _ => simple(path, path.leaf(), given),
    }
}

/// An object of known, writable sub-attributes. Nulls stay: in a PATCH they clear.
fn complex(path: AttributePath, given: Value) -> Result<Value, ScimError> {
    let parts = match given {
        Value::Null => return Ok(Value::Null),
        Value::Object(parts) => parts,
        Value::String(text) if path.attribute.sub("value").is_some() => {
            Map::from_iter([("value".to_owned(), Value::String(text))])
        }
        _ => return Err(invalid_value(format!("{path} must be an object."))),
    };
    let mut known = Map::new();
    for (name, value) in parts {
        let Some(sub) = path.attribute.sub(&name).filter(|sub| !sub.is_closed()) else { continue };
        let value = simple(AttributePath { sub: Some(sub), ..path }, sub, value)?;
        if known.insert(sub.name.to_owned(), value).is_some() {
            return Err(invalid_value(format!("{path} gives {} twice.", sub.name)));
        }
    }
    Ok(Value::Object(known))
}

fn simple(path: AttributePath, attribute: &Attribute, given: Value) -> Result<Value, ScimError> {
    let value = match (attribute.kind, given) {
        (_, Value::Null) => Some(Value::Null),
        (Kind::Boolean, Value::String(text)) => truth(&text).map(Value::Bool),
        (Kind::Boolean, value @ Value::Bool(_)) | (Kind::Decimal, value @ Value::Number(_)) => Some(value),
        (Kind::Integer, Value::Number(number)) => number.is_i64().then_some(Value::Number(number)),
        (Kind::DateTime, Value::String(text)) => instant::parse(&text).map(|_| Value::String(text)),
        (Kind::Binary, Value::String(text)) => is_base64(&text).then_some(Value::String(text)),
        (Kind::String | Kind::Reference, Value::String(text)) => {
            return string(path, attribute, text);
        }
        _ => None,
    };
    value.ok_or_else(|| invalid_value(format!("{path} must be {}.", wanted(attribute.kind))))
}

fn string(path: AttributePath, attribute: &Attribute, text: String) -> Result<Value, ScimError> {
    if text.contains('\0') {
        return Err(invalid_value(format!("{path} must not contain the character NUL.")));
    }
    if attribute.required && text.trim().is_empty() {
        return Err(invalid_value(format!("{path} must not be empty.")));
    }
    if attribute.server_kept && !attribute.multi_valued && text.is_empty() {
        return Ok(Value::Null);
    }
    Ok(Value::String(text))
}

/// Either alphabet, padded or not: clients disagree, and the value is returned as it was sent (SCIM-28).
fn is_base64(text: &str) -> bool {
    let config = base64_engine::GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    [alphabet::STANDARD, alphabet::URL_SAFE]
        .iter()
        .any(|alphabet| base64_engine::GeneralPurpose::new(alphabet, config).decode(text).is_ok())
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "a string",
        Kind::Reference => "a URI in a string",
        Kind::Boolean => "true or false",
        Kind::Decimal => "a number",
        Kind::Integer => "a whole number",
        Kind::DateTime => "a date and time such as 2024-05-17T08:30:00Z",
        Kind::Binary => "base64 in a string",
        Kind::Complex => "an object",
    }
}

/// Drops addresses and numbers that have no value: sending an empty one is how clients clear it
/// (`verification.md` M4).
pub(crate) fn tidy(resource: &mut Map<String, Value>) {
    for name in ["emails", "phoneNumbers"] {
        if let Some(Value::Array(values)) = resource.get_mut(name) {
            values.retain(|value| !value.as_object().is_none_or(has_no_value));
            if values.is_empty() {
                resource.shift_remove(name);
            }
        }
    }
}

fn has_no_value(parts: &Map<String, Value>) -> bool {
    parts.get("value").and_then(Value::as_str).is_none_or(str::is_empty)
}
