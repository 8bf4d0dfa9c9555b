//! Edits, one after the other, on a resource.

use serde_json::{Map, Value};

use super::{
    operation::{Action, Edit},
    values,
};
use crate::{
    body::Edited,
    error::ScimError,
    named::Named,
    normalise::{object_at, tidy},
    schema::{Dialect, Kind, ResourceSchema, custom},
};

pub(super) fn edits(resource: Value, edits: &[Edit], schema: &ResourceSchema) -> Result<Edited, ScimError> {
    let before = schema.declared().next().is_some().then(|| resource.clone());
    let mut resource = match resource {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let mut named = Named::default();
    for edit in edits {
        named.record(&edit.target, stated(&edit.action));
        apply(&mut resource, edit, schema.dialect).map_err(|error| error.in_operation(edit.number))?;
    }
    // Not before the last edit: several operations may build one value, its `value` last (SCIM-84).
    tidy(&mut resource);
    custom::check(before.as_ref(), &resource, schema)?;
    Ok(Edited { resource: Value::Object(resource), named })
}

/// The value an edit states, for those who must know that it was said.
fn stated(action: &Action) -> &Value {
    match action {
        Action::Add(value) | Action::Replace(value) => value,
        Action::Remove | Action::RemoveValues(_) => &Value::Null,
    }
}

fn apply(resource: &mut Map<String, Value>, edit: &Edit, dialect: Dialect) -> Result<(), ScimError> {
    let Some(urn) = edit.target.extension() else { return apply_in(resource, edit, dialect) };
    let members = object_at(resource, urn);
    let outcome = apply_in(members, edit, dialect);
    if members.is_empty() {
        resource.shift_remove(urn);
    }
    outcome
}

fn apply_in(members: &mut Map<String, Value>, edit: &Edit, dialect: Dialect) -> Result<(), ScimError> {
    let attribute = edit.target.attribute;
    if !attribute.multi_valued {
        apply_single(members, edit);
        return Ok(());
    }
    let held = match members.get_mut(attribute.name) {
        Some(Value::Array(values)) => std::mem::take(values),
        _ => Vec::new(),
    };
    let values = values::edited(held, edit, dialect)?;
    if values.is_empty() {
        members.shift_remove(attribute.name);
    } else {
        members.insert(attribute.name.to_owned(), Value::Array(values));
    }
    Ok(())
}

/// A single-valued attribute: set, removed, or, if complex, changed in the sub-attributes that are named
/// (SCIM-78, SCIM-79).
fn apply_single(members: &mut Map<String, Value>, edit: &Edit) {
    let name = edit.target.attribute.name;
    if edit.target.attribute.kind != Kind::Complex {
        set(members, name, &edit.action);
        return;
    }
    if edit.target.sub.is_none() && matches!(edit.action, Action::Remove | Action::RemoveValues(_)) {
        members.shift_remove(name);
        return;
    }
    let parts = object_at(members, name);
    match (edit.target.sub, &edit.action) {
        (Some(sub), action) => set(parts, sub.name, action),
        (None, Action::Add(Value::Object(given))) => {
            // Adding nothing adds nothing, in a part as in the whole.
            let stated = given.iter().filter(|(_, value)| !value.is_null());
            parts.extend(stated.map(|(name, value)| (name.clone(), value.clone())));
        }
        (None, Action::Replace(Value::Object(given))) => merge(parts, given),
        (None, _) => {}
    }
    if parts.is_empty() {
        members.shift_remove(name);
    }
}

fn set(members: &mut Map<String, Value>, name: &str, action: &Action) {
    match action {
        // Adding nothing adds nothing.
        Action::Add(Value::Null) => {}
        Action::Add(value) | Action::Replace(value) => {
            members.insert(name.to_owned(), value.clone());
        }
        Action::Remove | Action::RemoveValues(_) => {
            members.shift_remove(name);
        }
    }
}

/// Changes the parts that `given` names and leaves the others; a null clears its part.
pub(super) fn merge(parts: &mut Map<String, Value>, given: &Map<String, Value>) {
    for (name, value) in given {
        if value.is_null() {
            parts.shift_remove(name);
        } else {
            parts.insert(name.clone(), value.clone());
        }
    }
}
