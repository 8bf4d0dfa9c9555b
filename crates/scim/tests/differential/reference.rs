//! What a PATCH makes of a document at `/scim/v2`: RFC 7644 §3.5.2 and SCIM-75 … SCIM-87, step by step, each step a new
//! document. Where those leave a choice, the comment says which one `docs/scim.md` or the RFC's next best sentence makes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    reading::{self, Ask},
    table::{self, ATTRIBUTES, Attribute, Kind, Named, Part},
    truth,
};

/// A `scimType`.
pub(super) type Refusal = &'static str;

/// The document after the PATCH, or every reason there is to refuse it. Which of several is told is nobody's promise.
pub(super) fn patched(patch: &Value, held: &Value) -> Result<Value, BTreeSet<Refusal>> {
    let Some(operations) =
        member(patch, "Operations").and_then(Value::as_array).filter(|all| !all.is_empty())
    else {
        return Err(BTreeSet::from(["invalidSyntax"]));
    };
    let mut document = held.clone();
    let mut refusals = BTreeSet::new();
    for operation in operations {
        for step in steps(operation) {
            match step.and_then(|step| after(&document, &step)) {
                Ok(next) => document = next,
                Err(refusal) => {
                    refusals.insert(refusal);
                }
            }
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    // An address without a value is none, but only at the end: several operations may build it (SCIM-84).
    for list in ["emails", "phoneNumbers"] {
        let attribute = ATTRIBUTES.iter().find(|attribute| attribute.name == list).unwrap();
        let mut values = listed(&document[list]);
        values.retain(|value| value["value"].as_str().is_some_and(|text| !text.is_empty()));
        document = put(&document, attribute, Value::Array(values));
    }
    Ok(document)
}

fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let mut members = object.as_object()?.iter();
    members.find(|(key, _)| key.to_lowercase() == name.to_lowercase()).map(|(_, value)| value)
}

#[derive(Clone, Copy, PartialEq)]
enum Op {
    Add,
    Replace,
    Remove,
}

/// One attribute's share of an operation.
struct Step {
    op: Op,
    path: String,
    value: Option<Value>,
    /// It was a key of an object rather than a path.
    is_key: bool,
}

fn steps(operation: &Value) -> Vec<Result<Step, Refusal>> {
    let op = match member(operation, "op").and_then(Value::as_str).map(str::to_lowercase).as_deref() {
        Some("add") => Op::Add,
        Some("replace") => Op::Replace,
        Some("remove") => Op::Remove,
        _ => return vec![Err("invalidSyntax")],
    };
    let value = member(operation, "value").cloned();
    match (member(operation, "path").unwrap_or(&Value::Null), value) {
        (Value::String(path), value) => expanded(Step { op, path: path.clone(), value, is_key: false }),
        (Value::Null, _) if op == Op::Remove => vec![Err("noTarget")],
        (Value::Null, Some(Value::Object(members))) => keys(op, "", members),
        (Value::Null, _) => vec![Err("invalidValue")],
        _ => vec![Err("invalidPath")],
    }
}

/// SCIM-83: each key is a path.
fn keys(op: Op, before: &str, members: Map<String, Value>) -> Vec<Result<Step, Refusal>> {
    let step = |(key, value)| Step { op, path: format!("{before}{key}"), value: Some(value), is_key: true };
    members.into_iter().map(step).flat_map(expanded).collect()
}

/// An extension's URN stands for all its attributes (SCIM-21).
fn expanded(step: Step) -> Vec<Result<Step, Refusal>> {
    if !matches!(table::find(&step.path), Some(Named::Enterprise)) {
        return vec![Ok(step)];
    }
    match (step.op, step.value) {
        (Op::Remove, _) | (Op::Replace, Some(Value::Null)) => {
            let all = ATTRIBUTES.iter().filter(|attribute| attribute.home.is_some());
            let removal = |path| Step { op: Op::Remove, path, value: None, is_key: step.is_key };
            all.map(|one| Ok(removal(format!("{}:{}", table::ENTERPRISE, one.name)))).collect()
        }
        (_, Some(Value::Object(members))) => keys(step.op, &format!("{}:", table::ENTERPRISE), members),
        (_, Some(Value::Null)) => vec![],
        _ => vec![Err("invalidValue")],
    }
}

fn after(document: &Value, step: &Step) -> Result<Value, Refusal> {
    let path = reading::path(&step.path).ok_or("invalidPath")?;
    let (attribute, mut part) = match table::find(&path.name) {
        Some(Named::Attribute(attribute, part)) => (attribute, part),
        // SCIM-24.
        None if step.is_key && path.inner.is_none() => return Ok(document.clone()),
        None | Some(Named::Enterprise) => return Err("invalidPath"),
    };
    let mut ask = None;
    if let Some(inner) = path.inner {
        if part.is_some() || !attribute.is_many {
            return Err("invalidPath");
        }
        let read = reading::filter(&inner).ok_or("invalidFilter")?;
        ask = Some(read).filter(|ask| truth::can_be_asked(ask, Some(attribute)));
        ask.as_ref().ok_or("invalidFilter")?;
        if let Some(name) = path.part {
            part = Some(attribute.part(&name).ok_or("invalidPath")?);
        }
    }
    if attribute.is_closed || part.is_some_and(|part| part.is_closed) {
        // SCIM-81.
        return if step.is_key { Ok(document.clone()) } else { Err("mutability") };
    }
    let place = Place { attribute, part, ask };
    let held = attribute.home.map_or(document, |urn| &document[urn])[attribute.name].clone();
    let value = if step.op == Op::Remove { place.unwanted(step)? } else { place.wanted(step)? };
    let next = if attribute.is_many {
        place.list(step, listed(&held), &value)?
    } else {
        place.single(step.op, &held, &value)
    };
    Ok(put(document, attribute, next))
}

/// What a path points at.
struct Place {
    attribute: &'static Attribute,
    part: Option<&'static Part>,
    ask: Option<Ask>,
}

impl Place {
    /// The value of an `add` or `replace`, null for nothing.
    fn wanted(&self, step: &Step) -> Result<Value, Refusal> {
        let given = step.value.clone().ok_or("invalidValue")?;
        let value = self.typed(&given)?;
        let is_list = self.attribute.is_many && self.part.is_none();
        match value {
            Value::Null if self.attribute.is_required => Err("invalidValue"),
            // What a filter selects becomes one value.
            Value::Array(values) if is_list && self.ask.is_some() => match values.as_slice() {
                [one] => Ok(one.clone()),
                _ => Err("invalidValue"),
            },
            value => Ok(value),
        }
    }

    /// The values a `remove` names, null for all of them (SCIM-86).
    fn unwanted(&self, step: &Step) -> Result<Value, Refusal> {
        if self.attribute.is_required {
            return Err("mutability");
        }
        let is_list = self.attribute.is_many && self.part.is_none() && self.ask.is_none();
        match &step.value {
            Some(given) if is_list && !given.is_null() => Ok(Value::Array(listed(&self.typed(given)?))),
            _ => Ok(Value::Null),
        }
    }

    fn typed(&self, given: &Value) -> Result<Value, Refusal> {
        let attribute = self.attribute;
        match self.part {
            Some(part) => simple(part.kind, false, given),
            None if attribute.is_many => {
                // SCIM-87: one object is a list of one.
                let all = if given.is_object() { vec![given.clone()] } else { listed(given) };
                if !given.is_array() && !given.is_object() && !given.is_null() {
                    return Err("invalidValue");
                }
                let mut values = vec![];
                for one in all {
                    let mut parts = complex(attribute, &one)?;
                    parts.retain(|_, part| !part.is_null());
                    values.push(Value::Object(parts));
                }
                values.retain(|value| *value != json!({}));
                // SCIM-27.
                if values.iter().filter(|value| value["primary"] == true).count() > 1 {
                    return Err("invalidValue");
                }
                Ok(if values.is_empty() { Value::Null } else { Value::Array(values) })
            }
            None if !attribute.parts().is_empty() => match given {
                Value::Null => Ok(Value::Null),
                // SCIM-87.
                Value::String(text) if attribute.name == "manager" => Ok(json!({"value": text})),
                given => complex(attribute, given).map(Value::Object),
            },
            None => simple(attribute.kind, attribute.is_required, given),
        }
    }

    fn single(&self, op: Op, held: &Value, value: &Value) -> Value {
        let mut parts = held.as_object().cloned().unwrap_or_default();
        match (op, self.part, value) {
            (Op::Add, _, Value::Null) => held.clone(),
            (Op::Add | Op::Replace, None, Value::Object(given)) => {
                for (name, part) in given {
                    match part {
                        // Nothing added is nothing changed; replaced by nothing is removed (SCIM-22).
                        Value::Null if op == Op::Add => None,
                        Value::Null => parts.remove(name),
                        part => parts.insert(name.clone(), part.clone()),
                    };
                }
                Value::Object(parts)
            }
            (Op::Add | Op::Replace, None, value) => value.clone(),
            (Op::Remove, None, _) => Value::Null,
            (Op::Remove, Some(part), _) | (Op::Replace, Some(part), Value::Null) => {
                parts.remove(part.name);
                Value::Object(parts)
            }
            (Op::Add | Op::Replace, Some(part), value) => {
                parts.insert(part.name.to_owned(), value.clone());
                Value::Object(parts)
            }
        }
    }

    fn list(&self, step: &Step, held: Vec<Value>, value: &Value) -> Result<Value, Refusal> {
        let is_selected = |one: &Value| match &self.ask {
            Some(ask) => truth::holds(ask, one, Some(self.attribute)),
            None => true,
        };
        match (step.op, value) {
            (Op::Add, Value::Null) => return Ok(Value::Array(held)),
            (Op::Remove, Value::Array(unwanted)) => {
                let stays = |one: &Value| !unwanted.iter().any(|other| are_one(one, other));
                return Ok(held.into_iter().filter(stays).collect());
            }
            (Op::Replace, Value::Null) if self.ask.is_some() && !step.is_key => {
                held.iter().any(is_selected).then_some(()).ok_or("noTarget")?;
            }
            (Op::Replace, Value::Array(values)) => return Ok(Value::Array(values.clone())),
            _ => {}
        }
        if value.is_null() {
            let left = |one: Value| match self.part {
                _ if !is_selected(&one) => Some(one),
                None => None,
                Some(part) => {
                    let mut parts = one.as_object().cloned().unwrap();
                    parts.remove(part.name);
                    (!parts.is_empty()).then_some(Value::Object(parts))
                }
            };
            return Ok(held.into_iter().filter_map(left).collect());
        }
        let written = self.written(step, &held, value, is_selected)?;
        settled(written)
    }

    /// Every value, and whether this step wrote it.
    fn written(
        &self,
        step: &Step,
        held: &[Value],
        value: &Value,
        is_selected: impl Fn(&Value) -> bool,
    ) -> Result<Vec<(Value, bool)>, Refusal> {
        if let Value::Array(given) = value {
            return Ok(appended(held, given));
        }
        let mut all: Vec<(Value, bool)> = held.iter().map(|one| (one.clone(), is_selected(one))).collect();
        if !all.iter().any(|(_, is_selected)| *is_selected) {
            all.push((self.created(step)?, true));
        }
        for (one, _) in all.iter_mut().filter(|(_, is_selected)| *is_selected) {
            if let Some(part) = self.part {
                one[part.name] = value.clone();
                continue;
            }
            // A value is replaced whole, but stays what it was selected for being.
            if step.op == Op::Replace {
                *one = self.ask.as_ref().and_then(equalities).unwrap_or(json!({}));
            }
            merged(one, value);
        }
        Ok(all)
    }

    /// The value that a path which selects none makes: absent is added (SCIM-79), and a filter says what it would have
    /// been (SCIM-84). `replace` through a filter makes none, unless it is only the key of an object.
    fn created(&self, step: &Step) -> Result<Value, Refusal> {
        match &self.ask {
            None => Ok(json!({})),
            Some(_) if step.op == Op::Replace && !step.is_key => Err("noTarget"),
            Some(ask) => equalities(ask).ok_or("noTarget"),
        }
    }
}

/// SCIM-78: what is there already is not added again; what else is said of it is.
fn appended(held: &[Value], given: &[Value]) -> Vec<(Value, bool)> {
    let mut all: Vec<(Value, bool)> = held.iter().map(|one| (one.clone(), false)).collect();
    for new in given {
        match all.iter_mut().find(|(one, _)| are_one(one, new)) {
            Some((one, is_written)) => {
                merged(one, new);
                *is_written = true;
            }
            None => all.push((new.clone(), true)),
        }
    }
    all
}

/// RFC 7643 §2.4: equal, or equal in `value` and `type`.
fn are_one(one: &Value, other: &Value) -> bool {
    let kind = |value: &Value| value["type"].as_str().unwrap_or_default().to_owned();
    one == other || !one["value"].is_null() && one["value"] == other["value"] && kind(one) == kind(other)
}

fn merged(one: &mut Value, given: &Value) {
    for (name, part) in given.as_object().unwrap() {
        one[name] = part.clone();
    }
}

/// SCIM-27: a value that was made primary takes the mark from every other; two of them are refused. `primary` that is
/// absent is false (RFC 7643 §2.4).
fn settled(mut all: Vec<(Value, bool)>) -> Result<Value, Refusal> {
    let new = all.iter().filter(|(one, is_written)| *is_written && one["primary"] == true).count();
    if new > 1 {
        return Err("invalidValue");
    }
    for (one, is_written) in &mut all {
        if new == 1 && !*is_written && one["primary"] == true {
            one.as_object_mut().unwrap().remove("primary");
        }
    }
    Ok(all.into_iter().map(|(one, _)| one).collect())
}

/// What a filter of nothing but and-ed `part eq literal` describes.
fn equalities(ask: &Ask) -> Option<Value> {
    match ask {
        Ask::Any(parts) if parts.len() == 1 => equalities(&parts[0]),
        Ask::All(parts) => {
            let mut all = json!({});
            for part in parts {
                merged(&mut all, &equalities(part)?);
            }
            Some(all)
        }
        Ask::Is(name, operator, literal) if operator == "eq" && !literal.is_null() => {
            let name = ["value", "type", "display", "primary", "locality", "country"]
                .into_iter()
                .find(|part| *part == name.to_lowercase())?;
            let is_truth = name == "primary" && literal.is_string();
            let truth = || Value::Bool(literal.as_str().unwrap().to_lowercase() == "true");
            Some(json!({name: if is_truth { truth() } else { literal.clone() }}))
        }
        _ => None,
    }
}

fn listed(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// SCIM-25, SCIM-85, SCIM-22.
fn simple(kind: Kind, is_required: bool, given: &Value) -> Result<Value, Refusal> {
    match (kind, given) {
        (_, Value::Null) | (Kind::Flag, Value::Bool(_)) => Ok(given.clone()),
        (Kind::Text(_), Value::String(text)) if !is_required || !text.trim().is_empty() => Ok(given.clone()),
        (Kind::Flag, Value::String(text)) if text.to_lowercase() == "true" => Ok(json!(true)),
        (Kind::Flag, Value::String(text)) if text.to_lowercase() == "false" => Ok(json!(false)),
        _ => Err("invalidValue"),
    }
}

/// The parts we know and a client may write.
fn complex(attribute: &Attribute, given: &Value) -> Result<Map<String, Value>, Refusal> {
    let mut parts = Map::new();
    for (name, value) in given.as_object().ok_or("invalidValue")? {
        if let Some(part) = attribute.part(name).filter(|part| !part.is_closed) {
            parts.insert(part.name.to_owned(), simple(part.kind, false, value)?);
        }
    }
    Ok(parts)
}

/// The document with another value for the attribute. What is unassigned is absent (SCIM-22).
fn put(document: &Value, attribute: &Attribute, value: Value) -> Value {
    let mut document = document.clone();
    let members = document.as_object_mut().unwrap();
    let is_unassigned = |value: &Value| value.is_null() || *value == json!([]) || *value == json!({});
    let mut home = attribute
        .home
        .map_or(Value::Object(members.clone()), |urn| members.get(urn).cloned().unwrap_or(json!({})));
    if is_unassigned(&value) {
        home.as_object_mut().unwrap().remove(attribute.name);
    } else {
        home[attribute.name] = value;
    }
    let Some(urn) = attribute.home else { return home };
    if is_unassigned(&home) {
        members.remove(urn);
    } else {
        members.insert(urn.to_owned(), home);
    }
    document
}
