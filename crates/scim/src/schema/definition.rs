//! A schema as `/Schemas` announces it (RFC 7643 §7).

use serde_json::{Map, Value, json};

use super::{Attribute, Kind, Mutability, Returned, SCHEMA_URN, Schema, Uniqueness};

impl Schema {
    /// The definition, under the base path the request came in on. Characteristics that do not apply are left out,
    /// never null (SCIM-13, SCIM-14).
    pub fn definition(&self, base_url: &str) -> Value {
        json!({
            "schemas": [SCHEMA_URN],
            "id": self.urn,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes().map(characteristics).collect::<Vec<_>>(),
            "meta": {"resourceType": "Schema", "location": format!("{base_url}/Schemas/{}", self.urn)},
        })
    }
}

fn characteristics(attribute: &Attribute) -> Value {
    let mut out = Map::new();
    out.insert("name".into(), attribute.name.into());
    out.insert("type".into(), kind(attribute.kind).into());
    out.insert("multiValued".into(), attribute.multi_valued.into());
    out.insert("description".into(), attribute.description.into());
    out.insert("required".into(), attribute.required.into());
    if matches!(attribute.kind, Kind::String | Kind::Reference | Kind::Binary) {
        out.insert("caseExact".into(), attribute.case_exact.into());
    }
    if !attribute.canonical_values.is_empty() {
        out.insert("canonicalValues".into(), attribute.canonical_values.into());
    }
    out.insert("mutability".into(), mutability(attribute.mutability).into());
    out.insert("returned".into(), returned(attribute.returned).into());
    if matches!(attribute.kind, Kind::String | Kind::Reference) {
        out.insert("uniqueness".into(), uniqueness(attribute.uniqueness).into());
    }
    if !attribute.reference_types.is_empty() {
        out.insert("referenceTypes".into(), attribute.reference_types.into());
    }
    if !attribute.sub_attributes.is_empty() {
        let subs = attribute.sub_attributes.iter().map(characteristics).collect::<Vec<_>>();
        out.insert("subAttributes".into(), subs.into());
    }
    Value::Object(out)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Boolean => "boolean",
        Kind::Decimal => "decimal",
        Kind::Integer => "integer",
        Kind::DateTime => "dateTime",
        Kind::Binary => "binary",
        Kind::Reference => "reference",
        Kind::Complex => "complex",
    }
}

fn mutability(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::ReadOnly => "readOnly",
        Mutability::ReadWrite => "readWrite",
        Mutability::Immutable => "immutable",
        Mutability::WriteOnly => "writeOnly",
    }
}

fn returned(returned: Returned) -> &'static str {
    match returned {
        Returned::Always => "always",
        Returned::Never => "never",
        Returned::Default => "default",
        Returned::Request => "request",
    }
}

fn uniqueness(uniqueness: Uniqueness) -> &'static str {
    match uniqueness {
        Uniqueness::None => "none",
        Uniqueness::Server => "server",
        Uniqueness::Global => "global",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::schema::{Dialect, user};

    /// SCIM-13, SCIM-14: absent characteristics are left out, and each type has its own set.
    #[test]
    fn a_definition_announces_what_the_table_says() {
        let definition = user(Dialect::Strict).extensions[0].definition("https://id.example.org/scim/v2");

        assert_eq!(
            definition["attributes"][5]["subAttributes"][1],
            json!({
                "name": "$ref",
                "type": "reference",
                "multiValued": false,
                "description": "Where the manager is.",
                "required": false,
                "caseExact": true,
                "mutability": "readWrite",
                "returned": "default",
                "uniqueness": "none",
                "referenceTypes": ["User"],
            })
        );
        assert_eq!(
            user(Dialect::Strict).core.definition("")["attributes"][10],
            json!({
                "name": "active",
                "type": "boolean",
                "multiValued": false,
                "description": "Whether the user may sign in.",
                "required": false,
                "mutability": "readWrite",
                "returned": "default",
            })
        );
        assert_eq!(
            definition["meta"]["location"],
            "https://id.example.org/scim/v2/Schemas/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        );
    }
}
