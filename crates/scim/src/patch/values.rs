//! Edits of multi-valued attributes: which values they touch, and what those become.

use serde_json::{Map, Value};

use super::{
    apply::merge,
    operation::{Action, Edit},
};
use crate::{
    error::{ScimError, ScimType, invalid_value},
    filter::Filter,
    schema::{AttributePath, Dialect},
    user::type_of,
};

/// The values of the attribute after `edit`.
pub(super) fn edited(held: Vec<Value>, edit: &Edit, dialect: Dialect) -> Result<Vec<Value>, ScimError> {
    let values = match &edit.action {
        Action::Remove => removed(held, edit)?,
        Action::RemoveValues(unwanted) => {
            held.into_iter().filter(|value| !unwanted.iter().any(|other| is_same(value, other))).collect()
        }
        Action::Add(Value::Null) => held,
        Action::Add(value) | Action::Replace(value) => assigned(held, value, edit, dialect)?,
    };
    let values_max = edit.target.attribute.values_max;
    if values.len() > values_max {
        return Err(invalid_value(format!("{} holds at most {values_max} values.", edit.target)));
    }
    Ok(values)
}

/// SCIM-80: without a filter everything, else what matches; of that the sub-attribute or the whole value.
fn removed(held: Vec<Value>, edit: &Edit) -> Result<Vec<Value>, ScimError> {
    let matches = |value: &Value| edit.filter.as_ref().is_none_or(|filter| filter.matches_value(value));
    if edit.must_match && !held.iter().any(matches) {
        return Err(no_target(&edit.target));
    }
    let Some(sub) = edit.target.sub else {
        return Ok(held.into_iter().filter(|value| !matches(value)).collect());
    };
    let without_sub = |mut value: Value| {
        if matches(&value)
            && let Value::Object(parts) = &mut value
        {
            parts.shift_remove(sub.name);
        }
        value
    };
    Ok(held
        .into_iter()
        .map(without_sub)
        .filter(|value| value.as_object().is_none_or(|parts| !parts.is_empty()))
        .collect())
}

fn assigned(held: Vec<Value>, value: &Value, edit: &Edit, dialect: Dialect) -> Result<Vec<Value>, ScimError> {
    let mut list = Written { values: held, written: Vec::new() };
    let is_replace = matches!(edit.action, Action::Replace(_));
    match (&edit.filter, edit.target.sub, value) {
        (Some(filter), _, value) => list.write_matching(filter, value, edit)?,
        (None, Some(_), value) => list.write_all(value, &edit.target),
        (None, None, Value::Array(given)) if merges_by_type(edit, dialect) => {
            list.merge_by_type(given, edit.target.attribute.name == "emails");
        }
        (None, None, Value::Array(given)) if is_replace => list.values.clone_from(given),
        (None, None, Value::Array(given)) => list.append(given),
        // Normalised values of a whole list are arrays.
        (None, None, _) => {}
    }
    list.settle_primary(&edit.target)
}

/// `verification.md` §8.2: clients of `/scim2` send one number or address and mean that one.
fn merges_by_type(edit: &Edit, dialect: Dialect) -> bool {
    let is_address = matches!(edit.target.attribute.name, "emails" | "phoneNumbers");
    edit.is_bare && dialect == Dialect::Wso2 && is_address
}

/// Whether two values are one: equal, or the same `value` and `type` (RFC 7643 §2.4).
fn is_same(one: &Value, other: &Value) -> bool {
    let value = one.get("value").filter(|value| !value.is_null());
    one == other || value.is_some() && value == other.get("value") && type_of(one) == type_of(other)
}

/// A list, and which of its values the edit wrote.
struct Written {
    values: Vec<Value>,
    written: Vec<usize>,
}

impl Written {
    fn push(&mut self, value: Value) {
        self.written.push(self.values.len());
        self.values.push(value);
    }

    /// SCIM-78: equal values are not added again; what they say beyond `value` and `type` is.
    fn append(&mut self, given: &[Value]) {
        for value in given {
            match self.values.iter().position(|held| is_same(held, value)) {
                Some(index) => self.merge_into(index, value),
                None => self.push(value.clone()),
            }
        }
    }

    fn merge_into(&mut self, index: usize, given: &Value) {
        if let (Some(Value::Object(parts)), Value::Object(given)) = (self.values.get_mut(index), given) {
            merge(parts, given);
        }
        self.written.push(index);
    }

    /// A value of a type replaces the value of that type. The primary or first untyped address replaces the primary
    /// one; further untyped addresses join.
    fn merge_by_type(&mut self, given: &[Value], is_emails: bool) {
        let untyped = |value: &Value| type_of(value).is_none();
        let marked = given.iter().position(|value| untyped(value) && value["primary"] == true);
        let speaks_for_primary = marked.or_else(|| given.iter().position(untyped));
        for (index, value) in given.iter().enumerate() {
            let place = match type_of(value) {
                Some(kind) => self.values.iter().position(|held| is_of_type(held, kind)),
                None if speaks_for_primary == Some(index) => self.primary_place(is_emails),
                None => self.values.iter().position(|held| is_same(held, value)),
            };
            match place {
                Some(place) => self.merge_into(place, value),
                None => self.push(value.clone()),
            }
        }
    }

    fn primary_place(&self, is_emails: bool) -> Option<usize> {
        let marked = self.values.iter().position(|held| is_emails && held["primary"] == true);
        marked.or_else(|| self.values.iter().position(|held| type_of(held).is_none()))
    }

    /// `attr.sub` without a filter means every value; where there is none it makes one.
    fn write_all(&mut self, value: &Value, target: &AttributePath) {
        if self.values.is_empty() {
            self.values.push(Value::Object(Map::new()));
        }
        for index in 0..self.values.len() {
            self.write_sub(index, target, value);
        }
    }

    fn write_sub(&mut self, index: usize, target: &AttributePath, value: &Value) {
        if let (Some(Value::Object(parts)), Some(sub)) = (self.values.get_mut(index), target.sub) {
            parts.insert(sub.name.to_owned(), value.clone());
        }
        self.written.push(index);
    }

    /// `attr[filter]` and `attr[filter].sub` (SCIM-79, SCIM-84).
    fn write_matching(&mut self, filter: &Filter, value: &Value, edit: &Edit) -> Result<(), ScimError> {
        let mut places: Vec<usize> = (0..self.values.len())
            .filter(|index| self.values.get(*index).is_some_and(|held| filter.matches_value(held)))
            .collect();
        let is_replace = matches!(edit.action, Action::Replace(_));
        if places.is_empty() {
            let may_create = !is_replace || edit.is_bare;
            let described = if may_create { described(filter) } else { None };
            let described = described.ok_or_else(|| no_target(&edit.target))?;
            places.push(self.values.len());
            self.values.push(described);
        }
        for index in places {
            match (edit.target.sub, value) {
                (Some(_), value) => self.write_sub(index, &edit.target, value),
                (None, Value::Object(_)) => {
                    if is_replace && let Some(held) = self.values.get_mut(index) {
                        // The value is replaced whole; only what selected it stays true of it.
                        *held = described(filter).unwrap_or_else(|| Value::Object(Map::new()));
                    }
                    self.merge_into(index, value);
                }
                (None, plain) => {
                    if let Some(held) = self.values.get_mut(index) {
                        *held = plain.clone();
                    }
                }
            }
        }
        Ok(())
    }

    /// A new primary value dethrones the old one; two new ones are refused (SCIM-27).
    fn settle_primary(mut self, target: &AttributePath) -> Result<Vec<Value>, ScimError> {
        self.written.sort_unstable();
        self.written.dedup();
        let is_primary =
            |index: &usize| self.values.get(*index).is_some_and(|value| value["primary"] == true);
        let mut primaries = self.written.iter().copied().filter(is_primary);
        let (first, second) = (primaries.next(), primaries.next());
        if second.is_some() {
            return Err(invalid_value(format!("{} has more than one primary value.", target.whole())));
        }
        if let Some(primary) = first {
            let others = self.values.iter_mut().enumerate().filter(|(index, _)| *index != primary);
            for parts in others.filter_map(|(_, value)| value.as_object_mut()) {
                if parts.get("primary") == Some(&Value::Bool(true)) {
                    parts.shift_remove("primary");
                }
            }
        }
        Ok(self.values)
    }
}

fn is_of_type(value: &Value, kind: &str) -> bool {
    type_of(value).is_some_and(|held| held.eq_ignore_ascii_case(kind))
}

/// The value a filter describes, if all it says is which sub-attribute equals what.
fn described(filter: &Filter) -> Option<Value> {
    let mut parts = Map::new();
    for comparison in filter.equalities()? {
        parts.insert(comparison.target.sub?.name.to_owned(), comparison.literal.to_value());
    }
    Some(Value::Object(parts))
}

fn no_target(target: &AttributePath) -> ScimError {
    ScimError::new(ScimType::NoTarget, format!("No value of {} matches the filter.", target.whole()))
}
