//! Whatever spelling a body came in, one form goes out: canonical names, one place for each attribute, values of the
//! type the schema says (SCIM-20 … SCIM-27, SCIM-85, SCIM-87; scim.md §14 "accepted at both").

mod value;

use serde_json::{Map, Value};

pub(crate) use self::value::{EVERYONE, attribute_value, tidy};
use crate::{
    error::{ScimError, ScimType, invalid_value},
    schema::{AttributePath, Name, ResourceSchema},
};

/// The resource a POST or PUT body describes.
///
/// Unknown attributes and those the schema closes to clients are dropped. An attribute given as unassigned (`null`,
/// `[]`) stays, as null: leaving a server-kept attribute out and emptying it are different wishes.
pub(crate) fn body(input: Value, schema: &ResourceSchema) -> Result<Map<String, Value>, ScimError> {
    let Value::Object(entries) = input else {
        return Err(ScimError::new(ScimType::InvalidSyntax, "The body must be a JSON object."));
    };
    let mut resource = Map::new();
    for (key, value) in entries {
        match schema.resolve(&key) {
            Some(Name::Attribute(path)) => place(&mut resource, path, value, schema)?,
            Some(Name::Schema(extension)) => {
                for (key, value) in extension_entries(extension.urn, value)? {
                    if let Some(path) = schema.resolve_in(extension, &key) {
                        place(&mut resource, path, value, schema)?;
                    }
                }
            }
            None => {}
        }
    }
    Ok(resource)
}

/// The members of an extension's object.
pub(crate) fn extension_entries(urn: &str, value: Value) -> Result<Map<String, Value>, ScimError> {
    match value {
        Value::Object(entries) => Ok(entries),
        Value::Null => Ok(Map::new()),
        _ => Err(invalid_value(format!("{urn} must be an object."))),
    }
}

/// Puts a value where its attribute belongs. The same attribute may come twice (both extensions of a `/scim2` answer
/// show what is pending) as long as both say the same.
fn place(
    resource: &mut Map<String, Value>,
    path: AttributePath,
    value: Value,
    schema: &ResourceSchema,
) -> Result<(), ScimError> {
    if path.attribute.is_closed() || path.sub.is_some() {
        return Ok(());
    }
    let value = attribute_value(schema.dialect, path, value)?;
    let members = match path.extension() {
        None => resource,
        Some(urn) => object_at(resource, urn),
    };
    match members.get(path.attribute.name) {
        Some(other) if *other != value => {
            Err(invalid_value(format!("{path} is given twice, with different values.")))
        }
        _ => {
            members.insert(path.attribute.name.to_owned(), value);
            Ok(())
        }
    }
}

/// The object under `key`, made if it is not there.
pub(crate) fn object_at<'m>(members: &'m mut Map<String, Value>, key: &str) -> &'m mut Map<String, Value> {
    let slot = members.entry(key).or_insert(Value::Null);
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    slot.as_object_mut().expect("it is an object since the line before")
}

/// Removes what is unassigned: nulls, and objects and lists that are empty (SCIM-22).
pub(crate) fn assigned(members: Map<String, Value>) -> Map<String, Value> {
    let keep = |value: Value| match value {
        Value::Object(parts) => Value::Object(assigned(parts)),
        other => other,
    };
    let kept = members.into_iter().map(|(key, value)| (key, keep(value)));
    kept.filter(|(_, value)| !is_unassigned(value)).collect()
}

fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
pub(crate) use self::tests::any_json;
