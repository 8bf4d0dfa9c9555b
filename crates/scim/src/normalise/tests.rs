use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::schema::{Dialect, ENTERPRISE_URN, SYSTEM_URN, user};

fn read(input: Value) -> Result<Value, ScimError> {
    body(input, user(Dialect::Wso2)).map(Value::Object)
}

fn refusal(input: Value) -> String {
    let error = read(input).unwrap_err();
    assert_eq!(error.kind, ScimType::InvalidValue);
    error.detail
}

/// SCIM-20, SCIM-24, SCIM-40: canonical names; unknown and readOnly attributes are dropped.
#[test]
fn names_become_canonical_and_the_unknown_is_dropped() {
    let body = json!({
        "schemas": [], "ID": "mine", "meta": {"version": "1"}, "groups": [{"value": "g"}], "shoeSize": 43,
        "verifiedEmailAddresses": "top-level@example.org",
        "USERNAME": "kim",
        "urn:ietf:params:scim:schemas:core:2.0:User:Title": "Boss",
        "Name": {"givenname": "Kim", "shoe": 1},
        "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user": {"Department": "R&D", "manager": "m-1"},
    });

    assert_eq!(
        read(body).unwrap(),
        json!({
            "userName": "kim",
            "title": "Boss",
            "name": {"givenName": "Kim"},
            ENTERPRISE_URN: {"department": "R&D", "manager": {"value": "m-1"}},
        })
    );
}

/// scim.md §14: either URN, at either dialect, is one place; SCIM-85: booleans as strings.
#[test]
fn verification_attributes_end_up_in_the_system_schema() {
    for dialect in [Dialect::Wso2, Dialect::Strict] {
        for urn in [ENTERPRISE_URN, SYSTEM_URN] {
            let given = json!({urn: {"VerifyMobile": "True", "pendingEmails": [{"value": "n@example.org"}]}});

            assert_eq!(
                Value::Object(body(given, user(dialect)).unwrap()),
                json!({SYSTEM_URN: {"verifyMobile": true, "pendingEmails": [{"value": "n@example.org"}]}})
            );
        }
    }
}

/// What `/scim2` shows in both extensions may come back in both, if it still agrees (SCIM-44).
#[test]
fn the_same_attribute_twice_must_say_the_same() {
    let twice = |other: &str| json!({ENTERPRISE_URN: {"pendingMobileNumber": "0123"}, SYSTEM_URN: {"pendingMobileNumber": other}});

    assert_eq!(read(twice("0123")).unwrap(), json!({SYSTEM_URN: {"pendingMobileNumber": "0123"}}));
    assert_eq!(
        refusal(twice("0999")),
        "urn:scim:wso2:schema:pendingMobileNumber is given twice, with different values."
    );
    assert_eq!(refusal(json!({"title": "a", "TITLE": "b"})), "title is given twice, with different values.");
}

/// SEED-37, SEED-38, D-4: a comma-joined string and an array are the same list.
#[test]
fn lists_come_as_arrays_or_comma_joined() {
    let expected = json!({SYSTEM_URN: {"verifiedEmailAddresses": ["a@example.org", "b@example.org"]}});
    for given in [
        json!("a@example.org, b@example.org,"),
        json!(["a@example.org", " b@example.org", ""]),
        json!([{"value": "a@example.org"}, "b@example.org"]),
    ] {
        assert_eq!(read(json!({SYSTEM_URN: {"verifiedEmailAddresses": given}})).unwrap(), expected);
    }
}

/// SCIM-126, SCIM-87: plain strings and single objects; the first plain string is the primary.
#[test]
fn emails_come_as_strings_or_objects() {
    let emails = |given: Value| read(json!({"emails": given})).unwrap()["emails"].clone();

    assert_eq!(
        emails(json!([{"type": "work", "value": "w@example.org"}, "a@example.org", "b@example.org"])),
        json!([
            {"type": "work", "value": "w@example.org"},
            {"value": "a@example.org", "primary": true},
            {"value": "b@example.org"},
        ])
    );
    assert_eq!(emails(json!({"value": "a@example.org"})), json!([{"value": "a@example.org"}]));
    assert_eq!(
        emails(json!(["a@example.org", {"value": "b@example.org", "primary": "True"}])),
        json!([{"value": "a@example.org"}, {"value": "b@example.org", "primary": true}])
    );
}

/// SCIM-22: unassigned is kept apart from absent; an empty pending value is an unassigned one (D-12).
#[test]
fn an_emptied_attribute_is_null() {
    assert_eq!(
        read(json!({"title": null, "ims": [], SYSTEM_URN: {
            "pendingEmails": [{"value": ""}], "pendingMobileNumber": "", "mobileNumbers": "",
        }}))
        .unwrap(),
        json!({"title": null, "ims": null, SYSTEM_URN: {
            "pendingEmails": null, "pendingMobileNumber": null, "mobileNumbers": null,
        }})
    );
}

/// SCIM-25, SCIM-27, SEED-30: wrong values are refused by the attribute's name, never by their content.
#[test]
fn wrong_values_are_refused_naming_the_attribute() {
    let cases = [
        (
            json!({ENTERPRISE_URN: {"verifyEmail": [true]}}),
            "urn:scim:wso2:schema:verifyEmail must be true or false.",
        ),
        (
            json!({ENTERPRISE_URN: {"verifyEmail": "yes"}}),
            "urn:scim:wso2:schema:verifyEmail must be true or false.",
        ),
        (json!({"userName": 5}), "userName must be a string."),
        (json!({"userName": " "}), "userName must not be empty."),
        (json!({"title": "a\u{0}b"}), "title must not contain the character NUL."),
        (json!({"active": "maybe"}), "active must be true or false."),
        (json!({"name": "Kim"}), "name must be an object."),
        (json!({"emails": [{"value": 5}]}), "emails.value must be a string."),
        (json!({"emails": [[]]}), "emails must be an object."),
        (json!({"emails": 5}), "emails must be an object."),
        (json!({"addresses": ["here"]}), "addresses must be an object."),
        (
            json!({"phoneNumbers": [{"value": "1", "primary": true}, {"value": "2", "primary": "true"}]}),
            "phoneNumbers has more than one primary value.",
        ),
        (
            json!({"x509Certificates": [{"value": "not base64!"}]}),
            "x509Certificates.value must be base64 in a string.",
        ),
        (json!({"emails": vec!["a"; 1_001]}), "emails holds at most 1000 values."),
        (json!({SYSTEM_URN: {"mobileNumbers": [5]}}), "urn:scim:wso2:schema:mobileNumbers must be a string."),
        (json!({SYSTEM_URN: "x"}), "urn:scim:wso2:schema must be an object."),
        (json!({"name": {"givenName": "a", "GIVENNAME": "b"}}), "name gives givenName twice."),
    ];
    for (given, expected) in cases {
        assert_eq!(refusal(given), expected);
    }
    assert_eq!(read(json!([])).unwrap_err().kind, ScimType::InvalidSyntax);
}

/// SCIM-29: what `/Schemas` does not promise to check is taken as it comes.
#[test]
fn free_text_is_not_judged() {
    let given = json!({
        "locale": "6f1c7c9e", "timezone": "nowhere", "preferredLanguage": "?", "profileUrl": "not a uri",
        "phoneNumbers": [{"value": "call me", "type": "6f1c"}], "x509Certificates": [{"value": "YWJj_-8"}],
    });

    assert_eq!(read(given.clone()).unwrap(), given);
}

/// DESIGN §5: `Internal/everyone` is shown at `/scim2` and held nowhere.
#[test]
fn the_role_everybody_is_shown_to_have_is_not_held() {
    let roles = json!({"roles": [{"type": "default", "value": "Internal/everyone"}, {"value": "boss"}]});

    assert_eq!(read(roles).unwrap(), json!({"roles": [{"value": "boss"}]}));
}

/// Any JSON, with keys that are likely to be attributes.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        Just("userName".to_owned()),
        Just("emails".to_owned()),
        Just("phoneNumbers".to_owned()),
        Just("value".to_owned()),
        Just("type".to_owned()),
        Just("primary".to_owned()),
        Just("name".to_owned()),
        Just("givenName".to_owned()),
        Just("pendingEmails".to_owned()),
        Just("mobileNumbers".to_owned()),
        Just(SYSTEM_URN.to_owned()),
        Just(ENTERPRISE_URN.to_owned()),
        Just("manager".to_owned()),
        Just("emails[type eq \"work\"].value".to_owned()),
        Just("name.familyName".to_owned()),
        "\\PC{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop_oneof![Just("work"), Just("mobile"), Just("true"), Just(""), Just("a,b")].prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

proptest! {
    /// What came out once comes out again unchanged, whatever came in.
    #[test]
    fn normalising_is_stable_and_never_panics(input in any_json()) {
        if let Ok(once) = read(input) {
            prop_assert_eq!(read(once.clone()).unwrap(), once);
        }
    }
}
