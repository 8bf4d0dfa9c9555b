//! What a declared schema asks of a whole resource, beside what each value has to be by itself.

use serde_json::{Map, Value};

use super::super::{
    Attribute, AttributePath, Dialect, ENTERPRISE_URN, Mutability, ResourceSchema, SYSTEM_URN, Schema,
    Schemas,
};
use crate::error::{ScimError, ScimType, invalid_value};
use crate::normalise::attribute_value;

/// Whether `after` may follow on `before`, as far as declared extensions go: a resource that has anything of one has all
/// that it requires (`invalidValue`), and what is immutable is as it was once set (`mutability`).
pub(crate) fn check(
    before: Option<&Value>,
    after: &Map<String, Value>,
    schema: &ResourceSchema,
) -> Result<(), ScimError> {
    for extension in schema.declared() {
        let held = before.and_then(|before| before.get(extension.urn)).and_then(Value::as_object);
        let members =
            after.get(extension.urn).and_then(Value::as_object).filter(|members| !members.is_empty());
        for attribute in extension.attributes() {
            let value = members.and_then(|members| members.get(attribute.name));
            let was = held.and_then(|held| held.get(attribute.name));
            let path = AttributePath { schema: extension, attribute, sub: None };
            unchanged(path, was, value)?;
            if members.is_some() {
                complete(path, value)?;
            }
        }
    }
    Ok(())
}

fn unchanged(path: AttributePath, was: Option<&Value>, value: Option<&Value>) -> Result<(), ScimError> {
    let refuse = |path: AttributePath| {
        Err(ScimError::new(ScimType::Mutability, format!("{path} is immutable: it is set once.")))
    };
    let (Some(was), attribute) = (was, path.attribute) else { return Ok(()) };
    if attribute.mutability == Mutability::Immutable && value != Some(was) {
        return refuse(path);
    }
    let parts = attribute.sub_attributes.iter().filter(|part| part.mutability == Mutability::Immutable);
    for part in parts {
        let (was, now) = (was.get(part.name), value.and_then(|value| value.get(part.name)));
        if was.is_some() && was != now {
            return refuse(AttributePath { sub: Some(part), ..path });
        }
    }
    Ok(())
}

fn complete(path: AttributePath, value: Option<&Value>) -> Result<(), ScimError> {
    let required = |path: AttributePath| Err(invalid_value(format!("{path} is required.")));
    let Some(value) = value else {
        return if path.attribute.required { required(path) } else { Ok(()) };
    };
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let parts = || path.attribute.sub_attributes.iter().filter(|part| part.required);
    let lacking = values.iter().find_map(|value| parts().find(|part| value.get(part.name).is_none()));
    lacking.map_or(Ok(()), |part| required(AttributePath { sub: Some(part), ..path }))
}

impl Schemas {
    /// Why a user with these plain attributes, as they are stored, would not be right under these schemas; `None` if he
    /// is. Names the attribute, never its value.
    pub fn misfit(&self, attributes: &Map<String, Value>) -> Option<String> {
        let extensions = attributes.iter().filter(|(name, _)| name.contains(':'));
        extensions
            .filter(|(urn, _)| *urn != ENTERPRISE_URN && *urn != SYSTEM_URN)
            .find_map(|(urn, held)| misfit(self.user(Dialect::Strict), urn, held))
            .or_else(|| check(None, attributes, self.user(Dialect::Strict)).err().map(|error| error.detail))
    }
}

fn misfit(schema: &ResourceSchema, urn: &str, held: &Value) -> Option<String> {
    let Some(extension) = schema.declared().find(|extension| extension.urn == urn) else {
        return Some(format!("{urn} holds data and is not declared."));
    };
    held.as_object().into_iter().flatten().find_map(|(name, value)| {
        let attribute = extension.attributes().find(|attribute| attribute.name == name);
        match attribute {
            None => Some(format!("{urn}:{name} holds data and is not declared.")),
            Some(attribute) => (!fits(extension, attribute, value))
                .then(|| format!("{urn}:{name} holds data of another type than is declared.")),
        }
    })
}

/// What is right comes out of the normaliser as it went in.
fn fits(schema: &'static Schema, attribute: &'static Attribute, value: &Value) -> bool {
    let path = AttributePath { schema, attribute, sub: None };
    attribute_value(Dialect::Strict, path, value.clone()).is_ok_and(|read| read == *value)
}
