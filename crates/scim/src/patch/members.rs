//! What a PATCH makes of a group, as a change of its members rather than a list of them (SCIM-82, SCIM-98).

use countersign_domain::groups::{ExternalId, Member};
use serde_json::{Value, json};

use super::operation::{Action, Edit};
use crate::{
    error::{ScimError, ScimType},
    filter::{Comparison, Filter, Literal, Operator},
    group::{self, GroupWrite, Reading},
    schema::Dialect,
};

/// Whether an edit removes by something else than who it is.
pub(super) fn are_needed(edits: &[Edit]) -> bool {
    let selects = |edit: &Edit| edit.filter.as_ref().is_some_and(|filter| values_named(filter).is_none());
    edits.iter().any(|edit| edit.target.attribute.name == "members" && selects(edit))
}

pub(super) fn written(edits: &[Edit], dialect: Dialect, held: &[Member]) -> Result<GroupWrite, ScimError> {
    let mut reading = Reading::default();
    for edit in edits {
        apply(&mut reading, edit, dialect, held).map_err(|error| error.in_operation(edit.number))?;
    }
    Ok(reading.written())
}

fn apply(reading: &mut Reading, edit: &Edit, dialect: Dialect, held: &[Member]) -> Result<(), ScimError> {
    match edit.target.attribute.name {
        "displayName" => {
            if let Action::Add(Value::String(text)) | Action::Replace(Value::String(text)) = &edit.action {
                reading.name = Some(group::name(text, dialect)?);
            }
            Ok(())
        }
        "externalId" => {
            match &edit.action {
                Action::Add(Value::String(text)) | Action::Replace(Value::String(text)) => {
                    reading.external_id = ExternalId::Set(text.clone());
                }
                Action::Remove | Action::RemoveValues(_) => reading.external_id = ExternalId::Clear,
                // Adding nothing adds nothing.
                Action::Add(_) | Action::Replace(_) => {}
            }
            Ok(())
        }
        // The schema has nothing else that can be written.
        _ => members(reading, edit, held),
    }
}

fn members(reading: &mut Reading, edit: &Edit, held: &[Member]) -> Result<(), ScimError> {
    if edit.target.sub.is_some() {
        return Err(in_place());
    }
    match (&edit.action, &edit.filter) {
        (Action::Add(Value::Array(values)), None) => reading.add(values, Some(edit.number))?,
        (Action::Replace(Value::Array(values)), None) => {
            reading.plan.clear();
            reading.add(values, Some(edit.number))?;
        }
        (Action::RemoveValues(values), _) => reading.remove(values),
        (Action::Remove, None) => reading.plan.clear(),
        (Action::Remove, Some(filter)) => match values_named(filter) {
            Some(values) => reading.remove(&values),
            None => remove_selected(reading, filter, held),
        },
        (Action::Add(Value::Null), None) => {}
        (Action::Add(_) | Action::Replace(_), _) => return Err(in_place()),
    }
    Ok(())
}

fn in_place() -> ScimError {
    let detail = "A member cannot be changed in place; remove it and add another.";
    ScimError::new(ScimType::Mutability, detail)
}

/// The members a filter names by `value eq` alone, or-ed; `None` for any filter that says something else.
fn values_named(filter: &Filter) -> Option<Vec<Value>> {
    match filter {
        Filter::Compare(Comparison { target, operator: Operator::Eq, literal: Literal::String(text) })
            if target.sub.is_some_and(|sub| sub.name == "value") =>
        {
            Some(vec![json!({"value": text})])
        }
        Filter::Or(parts) => {
            parts.iter().map(values_named).collect::<Option<Vec<_>>>().map(|values| values.concat())
        }
        _ => None,
    }
}

/// Removes whoever is a member by now and satisfies the filter.
fn remove_selected(reading: &mut Reading, filter: &Filter, held: &[Member]) {
    let before = held.iter().filter(|member| reading.plan.holds(member.id, true));
    let mut selected: Vec<_> = before
        .filter(|member| filter.matches_value(&group::member_value(member)))
        .map(|member| member.id)
        .collect();
    let added = reading.plan.added().filter(|member| held.iter().all(|held| held.id != *member));
    selected.extend(added.filter(|member| filter.matches_value(&json!({"value": member.to_string()}))));
    for member in selected {
        reading.plan.remove(member);
    }
}
