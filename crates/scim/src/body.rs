//! What POST and PUT ask for (RFC 7644 §3.3, §3.5.1).

use serde_json::{Map, Value};

use crate::{
    error::{ScimError, invalid_value},
    named::Named,
    normalise::{assigned, body, object_at, tidy},
    schema::{Attribute, AttributePath, Dialect, Mutability, ResourceSchema, Returned, custom},
    user::type_of,
};

/// A resource as a request wants it, in the internal form, and which attributes the request named.
#[derive(Clone, PartialEq)]
pub struct Edited {
    /// The whole resource, unassigned attributes left out.
    pub resource: Value,
    /// What the request addressed.
    pub named: Named,
}

/// Shows what was named. The resource is a person's.
impl std::fmt::Debug for Edited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edited").field("named", &self.named).finish_non_exhaustive()
    }
}

/// The resource a POST body asks for. readOnly attributes are ignored (SCIM-40); a required one that is missing, a
/// wrong type, an empty `userName` are `invalidValue`. Server-kept state and `verify…` come through as given: whether
/// this caller may give them is not the schema's to say.
pub fn created(input: Value, schema: &ResourceSchema) -> Result<Edited, ScimError> {
    let wanted = body(input, schema)?;
    let named = named(&wanted, schema);
    finish(None, wanted, named, schema)
}

/// The resource that a PUT of `input` over `current` asks for (SCIM-44).
///
/// Attributes left out are cleared, except what a client could not have sent back: readOnly attributes, the password and
/// whatever else is never returned stay, what is immutable too, and so does server-kept state that the body does not mention (`verification.md` §2.4, §2.6). Such
/// state given as empty is cleared, and named.
pub fn replaced(current: &Value, input: Value, schema: &ResourceSchema) -> Result<Edited, ScimError> {
    let mut wanted = body(input, schema)?;
    let named = named(&wanted, schema);
    for path in paths(schema) {
        let stays = path.attribute.is_closed()
            || path.attribute.server_kept
            || path.attribute.returned == Returned::Never
            || path.attribute.mutability == Mutability::Immutable;
        if stays && !named.contains(&path.qualified()) {
            carry_over(current, &mut wanted, &path);
        }
    }
    if schema.dialect == Dialect::Wso2 {
        keep_unseen_primary(current, &mut wanted);
    }
    finish(Some(current), wanted, named, schema)
}

/// Every attribute once, at its canonical place.
fn paths(schema: &ResourceSchema) -> impl Iterator<Item = AttributePath> {
    let top = schema.top_level().map(|attribute| AttributePath { schema: schema.core, attribute, sub: None });
    let extended = schema.extensions.iter().flat_map(|extension| {
        extension.attributes().map(|attribute| AttributePath { schema: extension, attribute, sub: None })
    });
    top.chain(extended.filter(|path| schema.resolve_in(path.schema, path.attribute.name) == Some(*path)))
}

fn named(wanted: &Map<String, Value>, schema: &ResourceSchema) -> Named {
    let mut named = Named::default();
    for path in paths(schema) {
        let members = match path.extension() {
            None => Some(wanted),
            Some(urn) => wanted.get(urn).and_then(Value::as_object),
        };
        if let Some(value) = members.and_then(|members| members.get(path.attribute.name)) {
            named.record(&path, value);
        }
    }
    named
}

fn carry_over(current: &Value, wanted: &mut Map<String, Value>, path: &AttributePath) {
    let held = path.extension().map_or(Some(current), |urn| current.get(urn));
    if let Some(value) = held.and_then(|members| members.get(path.attribute.name)) {
        let members = match path.extension() {
            None => wanted,
            Some(urn) => object_at(wanted, urn),
        };
        members.insert(path.attribute.name.to_owned(), value.clone());
    }
}

/// `/scim2` does not show which number is `primary`; a PUT of what was read there must not lose it (SCIM-126).
fn keep_unseen_primary(current: &Value, wanted: &mut Map<String, Value>) {
    let held = current.get("phoneNumbers").and_then(Value::as_array);
    let Some(primary) = held.and_then(|held| held.iter().find(|number| number["primary"] == true)) else {
        return;
    };
    let Some(Value::Array(numbers)) = wanted.get_mut("phoneNumbers") else { return };
    if numbers.iter().any(|number| number.get("primary").is_some()) {
        return;
    }
    let same = |number: &Value| number["value"] == primary["value"] && type_of(number) == type_of(primary);
    if let Some(Value::Object(number)) = numbers.iter_mut().find(|number| same(number)) {
        number.insert("primary".into(), Value::Bool(true));
    }
}

fn finish(
    before: Option<&Value>,
    mut wanted: Map<String, Value>,
    named: Named,
    schema: &ResourceSchema,
) -> Result<Edited, ScimError> {
    tidy(&mut wanted);
    let resource = assigned(wanted);
    custom::check(before, &resource, schema)?;
    let missing = |attribute: &&Attribute| attribute.required && !resource.contains_key(attribute.name);
    match schema.core.attributes().find(missing) {
        Some(attribute) => Err(invalid_value(format!("{} is required.", attribute.name))),
        None => Ok(Edited { resource: Value::Object(resource), named }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{ENTERPRISE_URN, SYSTEM_URN, user};

    fn held() -> Value {
        json!({
            "id": "u1", "userName": "kim", "title": "Boss",
            "emails": [{"value": "kim@example.org", "primary": true}],
            "phoneNumbers": [{"type": "work", "value": "1"}, {"type": "mobile", "value": "2", "primary": true}],
            "groups": [{"value": "g1"}],
            SYSTEM_URN: {
                "emailAddresses": ["kim@example.org"],
                "pendingMobileNumber": "0123",
                "phoneVerified": true,
            },
            "meta": {"version": "W/\"3\""},
        })
    }

    fn put(body: Value) -> Edited {
        replaced(&held(), body, user(Dialect::Wso2)).unwrap()
    }

    /// SCIM-44: what was left out is cleared; what a client cannot send stays.
    #[test]
    fn put_clears_what_was_left_out_and_keeps_what_is_the_servers() {
        let edited = put(json!({"userName": "kim", "id": "another", "nickName": "K"}));

        assert_eq!(
            edited.resource,
            json!({
                "userName": "kim", "nickName": "K", "id": "u1", "groups": [{"value": "g1"}],
                "meta": {"version": "W/\"3\""},
                SYSTEM_URN: {
                    "emailAddresses": ["kim@example.org"],
                    "pendingMobileNumber": "0123",
                    "phoneVerified": true,
                },
            })
        );
        assert_eq!(edited.named.iter().collect::<Vec<_>>(), ["nickName", "userName"]);
    }

    /// D-12: an emptied pending value is gone and named; one left out stays (`verification.md` §2.6).
    #[test]
    fn put_with_an_empty_pending_value_clears_it() {
        let edited = put(json!({"userName": "kim", ENTERPRISE_URN: {"pendingMobileNumber": ""}}));

        assert_eq!(edited.resource[SYSTEM_URN]["pendingMobileNumber"], Value::Null);
        assert!(edited.named.contains("urn:scim:wso2:schema:pendingMobileNumber"));
    }

    /// SCIM-126: `/scim2` hides `primary` of numbers, and a PUT there keeps it where the number stayed.
    #[test]
    fn put_at_wso2_keeps_the_primary_mark_it_did_not_show() {
        let edited = put(json!({"userName": "kim", "phoneNumbers": [{"type": "mobile", "value": "2"}]}));

        assert_eq!(
            edited.resource["phoneNumbers"],
            json!([{"type": "mobile", "value": "2", "primary": true}])
        );
        assert!(edited.named.states("phoneNumbers", "2"));
        assert!(!edited.named.states("phoneNumbers", "1"));
    }

    /// M4: a number sent empty is cleared.
    #[test]
    fn an_empty_number_is_no_number() {
        let edited = put(json!({"userName": "kim", "phoneNumbers": [{"type": "mobile", "value": ""}]}));

        assert_eq!(edited.resource.get("phoneNumbers"), None);
        assert!(edited.named.contains("phoneNumbers"));
    }

    #[test]
    fn a_user_without_a_name_is_refused() {
        for body in [json!({"title": "x"}), json!({"userName": null})] {
            assert_eq!(
                created(body, user(Dialect::Strict)).unwrap_err(),
                invalid_value("userName is required.")
            );
        }
    }
}
