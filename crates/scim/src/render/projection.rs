//! `attributes` and `excludedAttributes` (RFC 7644 §3.9, SCIM-47).

use serde_json::Value;

use crate::{
    error::{ScimError, invalid_value},
    schema::{Attribute, AttributePath, Name, ResourceSchema, Returned, Schema},
};

/// Which attributes an answer shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Projection {
    /// Those returned by default.
    #[default]
    Default,
    /// Only these, and what is always returned.
    Only(Selection),
    /// All but these; what is always returned stays.
    Without(Selection),
}

/// A set of attributes, as the client wrote them: which of two extensions it named matters to what is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    paths: Vec<AttributePath>,
    schemas: Vec<&'static str>,
}

impl Projection {
    /// Reads the two parameters, each a comma-separated list. Unknown names select nothing (SCIM-24); both at once is
    /// `invalidValue`; an empty parameter is as good as none.
    pub fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        schema: &ResourceSchema,
    ) -> Result<Self, ScimError> {
        let given = |text: Option<&str>| {
            text.filter(|text| !text.trim().is_empty()).map(|text| selection(text, schema))
        };
        match (given(attributes), given(excluded)) {
            (None, None) => Ok(Self::Default),
            (Some(selection), None) => Ok(Self::Only(selection)),
            (None, Some(selection)) => Ok(Self::Without(selection)),
            (Some(_), Some(_)) => {
                Err(invalid_value("Use either attributes or excludedAttributes, not both."))
            }
        }
    }

    /// Whether the client asked for this extension, or an attribute of it, by name.
    pub(super) fn asks_for(&self, urn: &str) -> bool {
        match self {
            Self::Only(selection) => {
                selection.schemas.contains(&urn) || selection.paths.iter().any(|path| path.schema.urn == urn)
            }
            Self::Default | Self::Without(_) => false,
        }
    }

    /// What of an attribute's value is shown, if anything.
    pub(super) fn shown(&self, schema: &Schema, attribute: &Attribute, value: Value) -> Option<Value> {
        if attribute.returned == Returned::Always {
            return Some(value);
        }
        match self {
            Self::Default => (attribute.returned == Returned::Default).then_some(value),
            Self::Only(selection) => match selection.of(schema, attribute) {
                Selected::Nothing => None,
                Selected::Whole => Some(value),
                Selected::Parts(names) => with_parts(value, |name| names.contains(&name)),
            },
            Self::Without(selection) => match selection.of(schema, attribute) {
                Selected::Whole => None,
                _ if attribute.returned == Returned::Request => None,
                Selected::Nothing => Some(value),
                Selected::Parts(names) => with_parts(value, |name| !names.contains(&name)),
            },
        }
    }
}

/// How much of an attribute a selection names.
enum Selected {
    Nothing,
    Whole,
    Parts(Vec<&'static str>),
}

impl Selection {
    fn of(&self, schema: &Schema, attribute: &Attribute) -> Selected {
        if self.schemas.contains(&schema.urn) {
            return Selected::Whole;
        }
        let named =
            |path: &&AttributePath| path.schema.urn == schema.urn && path.attribute.name == attribute.name;
        let mut parts = Vec::new();
        for path in self.paths.iter().filter(named) {
            match path.sub {
                None => return Selected::Whole,
                Some(sub) => parts.push(sub.name),
            }
        }
        if parts.is_empty() { Selected::Nothing } else { Selected::Parts(parts) }
    }
}

fn selection(text: &str, schema: &ResourceSchema) -> Selection {
    let mut selection = Selection::default();
    for name in text.split(',') {
        match schema.resolve_as_written(name.trim()) {
            Some(Name::Attribute(path)) => selection.paths.push(path),
            Some(Name::Schema(schema)) => selection.schemas.push(schema.urn),
            None => {}
        }
    }
    selection
}

/// The value, or each of its values, with only the parts wanted. A plain value has one part, its `value`.
fn with_parts(value: Value, wanted: impl Fn(&str) -> bool + Copy) -> Option<Value> {
    match value {
        Value::Array(values) => {
            let values: Vec<_> = values.into_iter().filter_map(|value| with_parts(value, wanted)).collect();
            (!values.is_empty()).then_some(Value::Array(values))
        }
        Value::Object(mut parts) => {
            parts.retain(|name, _| wanted(name));
            (!parts.is_empty()).then_some(Value::Object(parts))
        }
        plain => wanted("value").then_some(plain),
    }
}
