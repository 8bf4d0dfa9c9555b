//! The body of a PATCH: operations, each made into edits of one attribute.

use serde_json::{Map, Value};

use crate::{
    error::{ScimError, ScimType, invalid_value},
    filter::Filter,
    normalise::{attribute_value, extension_entries},
    path::Path,
    schema::{AttributePath, ResourceSchema, Schema},
};

/// The most operations one PATCH may hold.
pub const OPERATIONS_MAX: usize = 1_000;

/// What is to happen to one attribute. Values are normalised.
#[derive(Clone)]
pub(super) struct Edit {
    /// The operation it came from, counted from 1.
    pub(super) number: usize,
    pub(super) target: AttributePath,
    pub(super) filter: Option<Filter>,
    pub(super) action: Action,
    /// It was a key of a path-less value: more is tolerated, and `/scim2` merges addresses by type.
    pub(super) is_bare: bool,
    /// A filter that selects nothing is refused even where something is only taken away: it was a `replace` (SCIM-79).
    pub(super) must_match: bool,
}

/// See RFC 7644 §3.5.2.1 … §3.5.2.3.
#[derive(Clone)]
pub(super) enum Action {
    Add(Value),
    Replace(Value),
    Remove,
    /// Only these values (SCIM-86).
    RemoveValues(Vec<Value>),
}

/// Without the value, which may be an address or a password.
impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let action = match self.action {
            Action::Add(_) => "add",
            Action::Replace(_) => "replace",
            Action::Remove | Action::RemoveValues(_) => "remove",
        };
        write!(f, "{action} {} {:?}", self.target, self.filter)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

pub(super) fn edits(body: Value, schema: &ResourceSchema) -> Result<Vec<Edit>, ScimError> {
    let operations = match body {
        Value::Object(mut body) => take(&mut body, "Operations"),
        _ => return Err(invalid_syntax("The body must be a JSON object.")),
    };
    let operations = match operations {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        _ => return Err(invalid_syntax("Operations must be a list of at least one operation.")),
    };
    if operations.len() > OPERATIONS_MAX {
        return Err(ScimError::new(ScimType::TooMany, "A PATCH holds at most 1000 operations."));
    }
    let mut edits = Vec::with_capacity(operations.len());
    for (index, operation) in operations.into_iter().enumerate() {
        let mut reading = Reading { schema, number: index + 1, is_bare: false, edits: &mut edits };
        reading.operation(operation).map_err(|error| error.in_operation(index + 1))?;
    }
    Ok(edits)
}

/// One operation while it is read.
struct Reading<'r> {
    schema: &'r ResourceSchema,
    number: usize,
    is_bare: bool,
    edits: &'r mut Vec<Edit>,
}

impl Reading<'_> {
    fn operation(&mut self, operation: Value) -> Result<(), ScimError> {
        let Value::Object(mut operation) = operation else {
            return Err(invalid_syntax("An operation must be an object."));
        };
        let op = take(&mut operation, "op").and_then(|op| op.as_str().and_then(op_of));
        let op = op.ok_or_else(|| invalid_syntax("op must be add, replace or remove."))?;
        let value = take(&mut operation, "value");
        match take(&mut operation, "path") {
            None | Some(Value::Null) => self.without_path(op, value),
            Some(Value::String(path)) => self.at(op, Path::parse(&path, self.schema)?, value),
            Some(_) => Err(ScimError::new(ScimType::InvalidPath, "path must be a string.")),
        }
    }

    fn without_path(&mut self, op: Op, value: Option<Value>) -> Result<(), ScimError> {
        if op == Op::Remove {
            return Err(ScimError::new(ScimType::NoTarget, "remove needs a path."));
        }
        let Some(Value::Object(members)) = value else {
            return Err(invalid_value("Without a path, value must be an object of attributes."));
        };
        self.is_bare = true;
        for (key, value) in members {
            self.member(op, &key, value)?;
        }
        Ok(())
    }

    /// A key of a path-less value: a path in any of its forms (SCIM-83), or something we do not know and ignore.
    fn member(&mut self, op: Op, key: &str, value: Value) -> Result<(), ScimError> {
        match Path::parse(key, self.schema) {
            Ok(path) => self.at(op, path, Some(value)),
            // A filter says that a path was meant; a plain unknown word is somebody else's attribute.
            Err(error) if key.contains('[') => Err(error),
            Err(_) => Ok(()),
        }
    }

    fn at(&mut self, op: Op, path: Path, value: Option<Value>) -> Result<(), ScimError> {
        match path {
            Path::Attribute { target, filter } => self.attribute(op, target, filter, value),
            Path::Schema(schema) => self.whole_schema(op, schema, value),
        }
    }

    fn whole_schema(
        &mut self,
        op: Op,
        schema: &'static Schema,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let clears = op == Op::Remove || op == Op::Replace && value == Some(Value::Null);
        if clears {
            for attribute in schema.attributes().filter(|attribute| !attribute.is_closed()) {
                // What merely shows in this schema too is not removed with it.
                let path =
                    self.schema.resolve_in(schema, attribute.name).filter(|path| path.schema == schema);
                if let Some(target) = path {
                    self.attribute(Op::Remove, target, None, None)?;
                }
            }
            return Ok(());
        }
        let value = value.ok_or_else(|| invalid_value("The operation needs a value."))?;
        self.is_bare = true;
        for (name, value) in extension_entries(schema.urn, value)? {
            self.member(op, &format!("{}:{name}", schema.urn), value)?;
        }
        Ok(())
    }

    fn attribute(
        &mut self,
        op: Op,
        target: AttributePath,
        filter: Option<Filter>,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        if target.attribute.is_closed() || target.leaf().is_closed() {
            if self.is_bare {
                return Ok(());
            }
            return Err(mutability(format!("{target} cannot be written.")));
        }
        let action = match op {
            Op::Remove => self.removal(target, filter.as_ref(), value)?,
            Op::Add | Op::Replace => self.assignment(op, target, filter.as_ref(), value)?,
        };
        let (number, is_bare) = (self.number, self.is_bare);
        let must_match = op == Op::Replace && filter.is_some() && !is_bare;
        self.edits.push(Edit { number, target, filter, action, is_bare, must_match });
        Ok(())
    }

    fn removal(
        &self,
        target: AttributePath,
        filter: Option<&Filter>,
        value: Option<Value>,
    ) -> Result<Action, ScimError> {
        if target.leaf().required {
            return Err(mutability(format!("{target} is required and cannot be removed.")));
        }
        let selects = target.attribute.multi_valued && target.sub.is_none() && filter.is_none();
        match value {
            Some(value) if selects && !value.is_null() => {
                match attribute_value(self.schema.dialect, target, value)? {
                    Value::Array(values) => Ok(Action::RemoveValues(values)),
                    _ => Ok(Action::RemoveValues(Vec::new())),
                }
            }
            _ => Ok(Action::Remove),
        }
    }

    fn assignment(
        &self,
        op: Op,
        target: AttributePath,
        filter: Option<&Filter>,
        value: Option<Value>,
    ) -> Result<Action, ScimError> {
        let value = value.ok_or_else(|| invalid_value("The operation needs a value."))?;
        let mut value = attribute_value(self.schema.dialect, target, value)?;
        if filter.is_some() && target.sub.is_none() {
            value = one_value(&target, value)?;
        }
        match op {
            _ if value.is_null() && target.leaf().required => {
                Err(invalid_value(format!("{target} must not be empty.")))
            }
            Op::Replace if value.is_null() => Ok(Action::Remove),
            Op::Replace => Ok(Action::Replace(value)),
            Op::Add | Op::Remove => Ok(Action::Add(value)),
        }
    }
}

/// What a filter selected is one value each, so one value is what it can become.
fn one_value(target: &AttributePath, value: Value) -> Result<Value, ScimError> {
    match value {
        Value::Array(mut values) if values.len() == 1 => Ok(values.remove(0)),
        Value::Null => Ok(Value::Null),
        _ => Err(invalid_value(format!("{target}[…] takes one value, not a list."))),
    }
}

/// A member of a message, its key in any case (SCIM-20).
fn take(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = members.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    members.remove(&key)
}

fn op_of(word: &str) -> Option<Op> {
    [("add", Op::Add), ("replace", Op::Replace), ("remove", Op::Remove)]
        .into_iter()
        .find_map(|(spelling, op)| spelling.eq_ignore_ascii_case(word).then_some(op))
}

fn invalid_syntax(detail: &str) -> ScimError {
    ScimError::new(ScimType::InvalidSyntax, detail)
}

fn mutability(detail: String) -> ScimError {
    ScimError::new(ScimType::Mutability, detail)
}
