//! A resource as an answer shows it, at either dialect (scim.md §14, `verification.md` §8.1).

mod projection;
mod shape;

use serde_json::{Map, Value};

pub use self::projection::Projection;
use crate::schema::{
    self, Attribute, Dialect, ENTERPRISE_URN, Mutability, ResourceSchema, Returned, SYSTEM_URN, Schema,
};

/// How answers look: the dialect, its switches, and where they are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// The dialect of the mount.
    pub dialect: Dialect,
    /// The User at it, with what is declared beside.
    pub users: &'static ResourceSchema,
    /// `[scim2] enable_spec_compliant_email_handling`: e-mails as objects at `/scim2` too (D-2).
    pub spec_compliant_emails: bool,
    /// `[scim2] multi_valued_as_string`: lists of plain values as one comma-joined string at `/scim2` (D-4).
    pub multi_valued_as_string: bool,
    /// The public URL of the mount, without a slash at its end (SCIM-6).
    pub base_url: String,
}

/// The answer for a user in the internal form.
///
/// `password`, `verify…` and unassigned attributes are never in it. At `/scim2` what is pending, and the flags that
/// are true, stand in the enterprise extension, and again in the system schema when that is shown at all (D-3).
pub fn user(resource: Value, rendering: &Rendering, projection: &Projection) -> Value {
    let schema = rendering.users;
    let mut renderer = Renderer { resource, rendering, projection, schema };
    let meta = renderer.meta();
    let mut out = Map::new();
    out.insert("schemas".into(), Value::Null);
    renderer.core(&mut out);
    let mut urns = vec![schema.core.urn];
    for extension in schema.extensions {
        let members = renderer.extension(extension);
        let is_always_listed = rendering.dialect == Dialect::Wso2 && extension.urn == ENTERPRISE_URN;
        if !members.is_empty() || is_always_listed {
            urns.push(extension.urn);
        }
        if !members.is_empty() {
            out.insert(extension.urn.to_owned(), Value::Object(members));
        }
    }
    renderer.show_meta(&mut out, meta);
    out.insert("schemas".into(), Value::from(urns));
    Value::Object(out)
}

/// The answer for a group in the internal form. Members say where they are under this mount, and what they are called
/// only where that was asked for (SCIM-29b).
pub fn group(resource: Value, rendering: &Rendering, projection: &Projection) -> Value {
    let schema = schema::group(rendering.dialect);
    let mut renderer = Renderer { resource, rendering, projection, schema };
    let meta = renderer.meta();
    let mut out = Map::new();
    out.insert("schemas".into(), Value::from(vec![schema.core.urn]));
    renderer.core(&mut out);
    renderer.show_meta(&mut out, meta);
    Value::Object(out)
}

/// Takes out of the resource what the answer shows of it.
struct Renderer<'r> {
    resource: Value,
    rendering: &'r Rendering,
    projection: &'r Projection,
    schema: &'static ResourceSchema,
}

impl Renderer<'_> {
    fn core(&mut self, out: &mut Map<String, Value>) {
        for attribute in self.schema.top_level().filter(|attribute| attribute.name != "meta") {
            let held =
                self.resource.get_mut(attribute.name).map(Value::take).filter(|value| !value.is_null());
            let shown = match attribute.name {
                "emails" => held.map(|value| shape::emails(value, self.rendering)),
                "phoneNumbers" => held.map(|value| shape::phone_numbers(value, self.rendering.dialect)),
                "roles" => shape::roles(held, self.rendering.dialect),
                "members" => held.map(|value| shape::members(value, &self.rendering.base_url)),
                "groups" => held.map(|value| shape::groups(value, &self.rendering.base_url)),
                _ => held,
            };
            self.show(out, self.schema.core, attribute, shown);
        }
    }

    fn extension(&mut self, extension: &'static Schema) -> Map<String, Value> {
        let mut members = Map::new();
        for attribute in extension.attributes() {
            let shown = self.held_by(extension, attribute).map(|value| match value {
                // Only our own lists: in another one's texts a comma is a comma.
                Value::Array(values) if attribute.sub_attributes.is_empty() && attribute.server_kept => {
                    shape::plain_list(values, self.rendering)
                }
                other => other,
            });
            self.show(&mut members, extension, attribute, shown);
        }
        let is_mirror = self.rendering.dialect == Dialect::Wso2 && extension.urn == SYSTEM_URN;
        if is_mirror
            && !self.projection.asks_for(SYSTEM_URN)
            && members.keys().all(|name| is_mirrored(extension, name))
        {
            members.clear();
        }
        members
    }

    /// What the resource holds for an attribute: what is about proofs is in the system schema wherever it is shown. A proof
    /// that is not there is left out, and at `/scim2`, as the answers clients know have it, so is a lock that is off.
    fn held_by(&mut self, extension: &'static Schema, attribute: &Attribute) -> Option<Value> {
        let is_ours = extension.urn == ENTERPRISE_URN || extension.urn == SYSTEM_URN;
        let is_of_proofs = is_ours && schema::is_verification(attribute);
        let urn = if is_of_proofs { SYSTEM_URN } else { extension.urn };
        let value = self.resource.get_mut(urn)?.get_mut(attribute.name)?;
        let is_said =
            attribute.mutability == Mutability::ReadWrite && self.rendering.dialect == Dialect::Strict;
        let hides_false = is_of_proofs && !is_said;
        let is_hidden = value.is_null() || hides_false && *value == Value::Bool(false);
        // What is about proofs may be shown a second time, in the other extension.
        (!is_hidden).then(|| if is_of_proofs { value.clone() } else { value.take() })
    }

    fn meta(&mut self) -> Map<String, Value> {
        let mut meta = match self.resource.get_mut("meta").map(Value::take) {
            Some(Value::Object(meta)) => meta,
            _ => Map::new(),
        };
        if let Some(id) = self.resource.get("id").and_then(Value::as_str) {
            let (base_url, kind) = (&self.rendering.base_url, self.schema.core.name);
            meta.insert("location".into(), Value::from(format!("{base_url}/{kind}s/{id}")));
        }
        meta.entry("resourceType").or_insert_with(|| Value::from(self.schema.core.name));
        if self.rendering.dialect == Dialect::Wso2 {
            meta.shift_remove("version");
        }
        meta
    }

    fn show_meta(&self, out: &mut Map<String, Value>, meta: Map<String, Value>) {
        let attribute = self.schema.top_level().find(|attribute| attribute.name == "meta");
        if let Some(attribute) = attribute {
            self.show(out, self.schema.core, attribute, Some(Value::Object(meta)));
        }
    }

    fn show(
        &self,
        out: &mut Map<String, Value>,
        schema: &Schema,
        attribute: &Attribute,
        value: Option<Value>,
    ) {
        if attribute.returned == Returned::Never {
            return;
        }
        let shown = value.and_then(|value| self.projection.shown(schema, attribute, value));
        if let Some(value) = shown {
            out.insert(attribute.name.to_owned(), value);
        }
    }
}

fn is_mirrored(extension: &Schema, name: &str) -> bool {
    extension.attribute(name).is_some_and(schema::is_verification)
}

#[cfg(test)]
mod tests;
