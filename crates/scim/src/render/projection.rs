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
            Self::Default if attribute.returned == Returned::Default => unasked(attribute, value, &[]),
            Self::Default => None,
            Self::Only(selection) => {
                let Selected { whole, parts } = selection.of(schema, attribute);
                match (whole, parts.is_empty()) {
                    (false, true) => None,
                    (true, _) => unasked(attribute, value, &parts),
                    (false, false) => with_parts(value, |name| parts.contains(&name)),
                }
            }
            Self::Without(selection) => {
                let Selected { whole, parts } = selection.of(schema, attribute);
                if whole || attribute.returned == Returned::Request {
                    return None;
                }
                let value = unasked(attribute, value, &[])?;
                if parts.is_empty() { Some(value) } else { with_parts(value, |name| !parts.contains(&name)) }
            }
        }
    }

    /// Whether an answer shows anything of what `path` names, so that what costs a look elsewhere is read only where it
    /// is shown (SCIM-97).
    pub fn shows(&self, path: &AttributePath) -> bool {
        let is_default =
            path.attribute.returned == Returned::Default && path.leaf().returned == Returned::Default;
        let of = |selection: &Selection| selection.of(path.schema, path.attribute);
        match self {
            Self::Default => is_default,
            Self::Only(selection) => {
                let Selected { whole, parts } = of(selection);
                path.sub.map_or(whole || !parts.is_empty(), |sub| {
                    parts.contains(&sub.name) || whole && sub.returned != Returned::Request
                })
            }
            Self::Without(selection) => {
                let Selected { whole, parts } = of(selection);
                is_default && !whole && path.sub.is_none_or(|sub| !parts.contains(&sub.name))
            }
        }
    }
}

/// How much of an attribute a selection names: all of it, and these parts of it.
struct Selected {
    whole: bool,
    parts: Vec<&'static str>,
}

impl Selection {
    fn of(&self, schema: &Schema, attribute: &Attribute) -> Selected {
        let named =
            |path: &&AttributePath| path.schema.urn == schema.urn && path.attribute.name == attribute.name;
        let mut selected = Selected { whole: self.schemas.contains(&schema.urn), parts: Vec::new() };
        for path in self.paths.iter().filter(named) {
            match path.sub {
                None => selected.whole = true,
                Some(sub) => selected.parts.push(sub.name),
            }
        }
        selected
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

/// The value without those parts that are shown only to who names them, but for the ones in `named`.
fn unasked(attribute: &Attribute, value: Value, named: &[&str]) -> Option<Value> {
    let is_hidden = |sub: &&Attribute| sub.returned == Returned::Request && !named.contains(&sub.name);
    if !attribute.sub_attributes.iter().any(|sub| is_hidden(&sub)) {
        return Some(value);
    }
    with_parts(value, |name| attribute.sub(name).is_none_or(|sub| !is_hidden(&sub)))
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
