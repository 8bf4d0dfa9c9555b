mod properties;
mod verification;

use serde_json::json;

use super::*;
use crate::{
    error::ScimType,
    schema::{Dialect, ENTERPRISE_URN, SYSTEM_URN, user},
};

fn held() -> Value {
    json!({
        "id": "u1",
        "userName": "bob123",
        "name": {"givenName": "Bob", "familyName": "Smith"},
        "emails": [
            {"value": "bob@example.org", "primary": true},
            {"value": "bob@work.example", "type": "work"},
        ],
        "phoneNumbers": [{"type": "mobile", "value": "0111111111"}, {"type": "work", "value": "0222"}],
        SYSTEM_URN: {
            "emailAddresses": ["bob@example.org", "b@example.org"],
            "pendingMobileNumber": "0333",
        },
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the cases read better with json!(…) given whole")]
fn patch_at(dialect: Dialect, operations: Value) -> Result<Edited, ScimError> {
    let schema = user(dialect);
    Patch::parse(json!({"schemas": [], "Operations": operations}), schema)?.apply(held(), schema)
}

/// The resource after these operations at the strict dialect.
fn patched(operations: Value) -> Value {
    patch_at(Dialect::Strict, operations).unwrap().resource
}

fn refusal(operations: Value) -> ScimType {
    patch_at(Dialect::Strict, operations).unwrap_err().kind
}

/// `held()` with one attribute changed; null removes it.
fn held_but(name: &str, value: Value) -> Value {
    let mut resource = held();
    let members = resource.as_object_mut().unwrap();
    if value.is_null() {
        members.shift_remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    resource
}

/// At `/scim/v2` the same request means what RFC 7644 §3.5.2.3 says.
#[test]
fn at_the_strict_dialect_a_replaced_list_is_the_new_list() {
    assert_eq!(
        patched(json!([{"op": "replace", "value": {"phoneNumbers": [{"type": "mobile", "value": "0123"}]}}])),
        held_but("phoneNumbers", json!([{"type": "mobile", "value": "0123"}]))
    );
}

/// SCIM-78: add replaces, merges or appends, and adds nothing twice.
#[test]
fn add_does_what_the_kind_of_attribute_asks() {
    assert_eq!(
        patched(json!([{"op": "Add", "path": "title", "value": "Boss"}])),
        held_but("title", json!("Boss"))
    );
    assert_eq!(
        patched(json!([{"op": "add", "value": {"name": {"middleName": "B"}, "nickName": "Bobby"}}]))["name"],
        json!({"givenName": "Bob", "familyName": "Smith", "middleName": "B"})
    );
    assert_eq!(
        patched(json!([{"op": "add", "path": "phoneNumbers", "value": [
            {"type": "work", "value": "0222"}, {"type": "work", "value": "0444"},
        ]}])),
        held_but(
            "phoneNumbers",
            json!([
                {"type": "mobile", "value": "0111111111"}, {"type": "work", "value": "0222"},
                {"type": "work", "value": "0444"},
            ])
        )
    );
    assert_eq!(patched(json!([{"op": "add", "path": "emails", "value": null}])), held());
    assert_eq!(
        patched(
            json!([{"op": "add", "path": "urn:scim:wso2:schema:emailAddresses", "value": ["b@example.org"]}])
        ),
        held()
    );
}

/// SCIM-27: a new primary value clears the old mark; two new ones are refused.
#[test]
fn a_new_primary_value_dethrones_the_old_one() {
    let expected = held_but(
        "emails",
        json!([{"value": "bob@example.org"}, {"value": "bob@work.example", "type": "work", "primary": true}]),
    );

    assert_eq!(
        patched(json!([{"op": "replace", "path": "emails[type eq \"work\"].primary", "value": "True"}])),
        expected
    );
    assert_eq!(
        patched(json!([{"op": "add", "path": "emails", "value": [
            {"value": "bob@work.example", "type": "work", "primary": true},
        ]}])),
        expected
    );
    assert_eq!(
        refusal(json!([{"op": "replace", "path": "emails.primary", "value": true}])),
        ScimType::InvalidValue
    );
}

/// SCIM-79.
#[test]
fn replace_does_what_the_path_asks() {
    assert_eq!(
        patched(
            json!([{"op": "replace", "path": "name", "value": {"givenName": "Rob", "familyName": null}}])
        ),
        held_but("name", json!({"givenName": "Rob"}))
    );
    assert_eq!(
        patched(
            json!([{"op": "replace", "path": "emails[type eq \"work\"]", "value": {"value": "x@example.org"}}])
        ),
        held_but(
            "emails",
            json!([{"value": "bob@example.org", "primary": true}, {"type": "work", "value": "x@example.org"}])
        )
    );
    assert_eq!(
        patched(
            json!([{"op": "replace", "path": "urn:scim:wso2:schema:emailAddresses[value sw \"b@\"]", "value": "c@example.org"}])
        )[SYSTEM_URN]["emailAddresses"],
        json!(["bob@example.org", "c@example.org"])
    );
    assert_eq!(
        patched(json!([{"op": "replace", "path": "phoneNumbers", "value": []}])),
        held_but("phoneNumbers", Value::Null)
    );
    assert_eq!(
        refusal(json!([{"op": "replace", "path": "emails[type eq \"home\"].value", "value": "x"}])),
        ScimType::NoTarget
    );
}

/// SCIM-79: what a filter does not find cannot be replaced, not even by nothing.
#[test]
fn replacing_what_the_filter_does_not_find_by_nothing_is_refused() {
    for (path, value) in
        [("emails[type eq \"home\"].display", json!(null)), ("emails[type eq \"home\"]", json!([]))]
    {
        assert_eq!(
            refusal(json!([{"op": "replace", "path": path, "value": value}])),
            ScimType::NoTarget,
            "{path}"
        );
    }
    assert_eq!(
        patched(json!([{"op": "replace", "path": "emails[type eq \"work\"]", "value": null}])),
        held_but("emails", json!([{"value": "bob@example.org", "primary": true}]))
    );
}

/// SCIM-22, SCIM-78: null is nothing, and nothing added changes nothing.
#[test]
fn adding_nothing_to_a_part_keeps_the_part() {
    for operation in [
        json!({"op": "add", "path": "name", "value": {"familyName": null}}),
        json!({"op": "add", "path": "name.familyName", "value": null}),
        json!({"op": "add", "value": {"name": {"familyName": null}}}),
    ] {
        assert_eq!(patched(json!([operation])), held());
    }
}

/// SCIM-80, SCIM-86.
#[test]
fn remove_takes_what_the_path_selects() {
    assert_eq!(patched(json!([{"op": "remove", "path": "emails"}])), held_but("emails", Value::Null));
    assert_eq!(
        patched(json!([{"op": "remove", "path": "emails[type eq \"work\"]", "value": null}])),
        held_but("emails", json!([{"value": "bob@example.org", "primary": true}]))
    );
    assert_eq!(patched(json!([{"op": "remove", "path": "emails[type eq \"home\"]"}])), held());
    assert_eq!(
        patched(json!([{"op": "remove", "path": "name.givenName"}])),
        held_but("name", json!({"familyName": "Smith"}))
    );
    assert_eq!(
        patched(
            json!([{"op": "remove", "path": "phoneNumbers", "value": [{"type": "work", "value": "0222"}]}])
        ),
        held_but("phoneNumbers", json!([{"type": "mobile", "value": "0111111111"}]))
    );
    assert_eq!(patched(json!([{"op": "remove", "path": "phoneNumbers", "value": []}])), held());
    assert_eq!(patched(json!([{"op": "remove", "path": SYSTEM_URN}])), held_but(SYSTEM_URN, Value::Null));
}

/// SCIM-83: a path-less value may mix every form of name; SCIM-24, SCIM-81: what is unknown or readOnly is ignored.
#[test]
fn keys_of_a_value_may_take_any_form() {
    let expected = {
        let mut resource = held_but("title", json!("Boss"));
        resource["name"]["givenName"] = json!("Rob");
        resource["emails"][1]["value"] = json!("w@example.org");
        resource[ENTERPRISE_URN] =
            json!({"employeeNumber": "7", "department": "R&D", "manager": {"value": "m1"}});
        resource
    };

    assert_eq!(
        patched(json!([{"op": "replace", "path": null, "value": {
            "schemas": ["x"], "id": "another", "meta": {"version": "1"}, "groups": [{"value": "g"}], "shoeSize": 43,
            "TITLE": "Boss",
            "name.givenName": "Rob",
            "emails[type eq \"work\"].value": "w@example.org",
            format!("{ENTERPRISE_URN}:employeeNumber"): "7",
            ENTERPRISE_URN: {"department": "R&D", "shoe": 1, "manager": "m1"},
        }}])),
        expected
    );
}

/// SCIM-84: several operations through one filter build one value, its `value` last.
#[test]
fn add_through_a_filter_that_matches_nothing_creates_the_value() {
    assert_eq!(
        patched(json!([
            {"op": "Add", "path": "emails[type eq \"home\"].primary", "value": "True"},
            {"op": "Add", "path": "emails[type eq \"home\"].display", "value": "Home"},
            {"op": "Add", "path": "emails[type eq \"home\"].value", "value": "h@example.org"},
        ])),
        held_but(
            "emails",
            json!([
                {"value": "bob@example.org"},
                {"value": "bob@work.example", "type": "work"},
                {"type": "home", "primary": true, "display": "Home", "value": "h@example.org"},
            ])
        )
    );
    assert_eq!(
        refusal(json!([{"op": "add", "path": "emails[type ne \"work\" and type pr].value", "value": "x"}])),
        ScimType::NoTarget
    );
}

/// SCIM-75 … SCIM-81, SEED-30, SEED-44: each refusal by its word, naming the operation.
#[test]
fn what_cannot_be_done_is_refused() {
    let cases = [
        (json!([]), ScimType::InvalidSyntax),
        (json!({}), ScimType::InvalidSyntax),
        (json!(["x"]), ScimType::InvalidSyntax),
        (json!([{"op": "move", "path": "title", "value": "x"}]), ScimType::InvalidSyntax),
        (json!([{"path": "title", "value": "x"}]), ScimType::InvalidSyntax),
        (json!([{"op": "add", "path": "shoeSize", "value": "x"}]), ScimType::InvalidPath),
        (json!([{"op": "add", "path": 5, "value": "x"}]), ScimType::InvalidPath),
        (
            json!([{"op": "add", "path": "emails[colour eq \"x\"].value", "value": "x"}]),
            ScimType::InvalidFilter,
        ),
        (json!([{"op": "replace", "path": "id", "value": "x"}]), ScimType::Mutability),
        (json!([{"op": "replace", "path": "meta.version", "value": "x"}]), ScimType::Mutability),
        (json!([{"op": "remove", "path": "groups"}]), ScimType::Mutability),
        (
            json!([{"op": "add", "path": format!("{ENTERPRISE_URN}:manager.displayName"), "value": "x"}]),
            ScimType::Mutability,
        ),
        (json!([{"op": "remove", "path": "userName"}]), ScimType::Mutability),
        (json!([{"op": "remove"}]), ScimType::NoTarget),
        (json!([{"op": "replace", "path": "userName", "value": ""}]), ScimType::InvalidValue),
        (json!([{"op": "replace", "path": "userName", "value": null}]), ScimType::InvalidValue),
        (json!([{"op": "replace", "path": "title"}]), ScimType::InvalidValue),
        (json!([{"op": "replace", "value": "x"}]), ScimType::InvalidValue),
        (json!([{"op": "replace", "path": "active", "value": "yes"}]), ScimType::InvalidValue),
        (
            json!([{"op": "add", "path": "emails[type eq \"work\"]", "value": ["a", "b"]}]),
            ScimType::InvalidValue,
        ),
        (
            json!([{"op": "replace", "value": {ENTERPRISE_URN: {"verifyEmail": [true]}}}]),
            ScimType::InvalidValue,
        ),
    ];
    for (operations, expected) in cases {
        assert_eq!(refusal(operations.clone()), expected, "{operations}");
    }
    let many = vec![json!({"op": "remove", "path": "title"}); OPERATIONS_MAX + 1];
    assert_eq!(refusal(json!(many)), ScimType::TooMany);
    let error = patch_at(
        Dialect::Wso2,
        json!([{"op": "remove", "path": "title"}, {"op": "replace", "path": "active", "value": 1}]),
    );
    assert_eq!(error.unwrap_err().to_string(), "Operation 2: active must be true or false.");
}

/// SEC-40: operations apply in order; the last word on an attribute is the one change.
#[test]
fn operations_apply_in_order() {
    assert_eq!(
        patched(json!([
            {"op": "remove", "path": "emails"},
            {"op": "add", "path": "emails", "value": [{"value": "a@example.org"}]},
            {"op": "replace", "value": {"emails": [{"value": "b@example.org", "primary": true}]}},
        ])),
        held_but("emails", json!([{"value": "b@example.org", "primary": true}]))
    );
}

/// SCIM-75: keys of the message in any case.
#[test]
fn the_message_is_read_in_any_case() {
    let body = json!({"operations": [{"OP": "REPLACE", "Path": "title", "VALUE": "Boss"}]});

    let schema = user(Dialect::Strict);
    let edited = Patch::parse(body, schema).unwrap().apply(held(), schema).unwrap();

    assert_eq!(edited.resource, held_but("title", json!("Boss")));
}

/// Addresses and passwords stay out of what is logged.
#[test]
fn debug_shows_names_and_no_values() {
    let schema = user(Dialect::Wso2);
    let body = json!({"Operations": [
        {"op": "add", "path": "emails[value eq \"old@example.org\"].value", "value": "new@example.org"},
        {"op": "replace", "value": {"password": "secret", "emails": ["plain@example.org"]}},
    ]});
    let patch = Patch::parse(body, schema).unwrap();

    let shown = format!("{patch:?} {:?}", patch.apply(held(), schema).map(|edited| edited.named));

    for secret in ["old@", "new@", "plain@", "secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
