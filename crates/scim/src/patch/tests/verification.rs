//! The requests that start, change and cancel a verification, in the shapes its clients send.

use serde_json::json;

use super::{held_but, patch_at};
use crate::schema::{Dialect, ENTERPRISE_URN, SYSTEM_URN};

/// SEED-8, SEED-10, `verification.md` §8.2: at `/scim2` one number is one number; the others stay.
#[test]
fn a_number_without_path_replaces_the_number_of_its_type() {
    for op in ["replace", "add"] {
        let edited = patch_at(
            Dialect::Wso2,
            json!([{"op": op, "value": {"phoneNumbers": [{"type": "mobile", "value": "0123456789"}]}}]),
        )
        .unwrap();

        assert_eq!(
            edited.resource,
            held_but(
                "phoneNumbers",
                json!([{"type": "mobile", "value": "0123456789"}, {"type": "work", "value": "0222"}])
            )
        );
        assert_eq!(edited.named.iter().collect::<Vec<_>>(), ["phoneNumbers"]);
        assert!(edited.named.states("phoneNumbers", "0123456789"));
        assert!(!edited.named.states("phoneNumbers", "0222"));
    }
}

/// SEED-11: the flag and the number in one value; the flag's string is a boolean.
#[test]
fn the_verify_flag_arrives_beside_the_number() {
    let edited = patch_at(
        Dialect::Wso2,
        json!([{"op": "replace", "value": {
            ENTERPRISE_URN: {"verifyMobile": "true"},
            "phoneNumbers": [{"type": "mobile", "value": "0123456789"}],
        }}]),
    )
    .unwrap();

    assert_eq!(edited.resource[SYSTEM_URN]["verifyMobile"], json!(true));
    assert_eq!(
        edited.named.iter().collect::<Vec<_>>(),
        ["phoneNumbers", "urn:scim:wso2:schema:verifyMobile"]
    );
}

/// SEED-29, SEED-35, `verification.md` §8.2: the primary address, however it is spelled.
#[test]
fn a_primary_or_plain_address_replaces_the_primary_one() {
    for given in [
        json!([{"primary": true, "value": "new@example.org"}]),
        json!(["new@example.org"]),
        json!("new@example.org"),
        json!([{"value": "new@example.org"}]),
        json!([{"type": "work", "value": "bob@work.example"}, "new@example.org"]),
    ] {
        let edited = patch_at(Dialect::Wso2, json!([{"op": "replace", "value": {"emails": given}}])).unwrap();

        assert_eq!(
            edited.resource,
            held_but(
                "emails",
                json!([
                    {"value": "new@example.org", "primary": true},
                    {"value": "bob@work.example", "type": "work"},
                ])
            )
        );
    }
}

/// D-6: editing the work address does not say the primary one again.
#[test]
fn editing_one_address_does_not_state_the_other() {
    let edited = patch_at(
        Dialect::Wso2,
        json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "w@example.org"}]),
    )
    .unwrap();

    assert!(edited.named.contains("emails"));
    assert!(edited.named.states("emails", "w@example.org"));
    assert!(!edited.named.states("emails", "bob@example.org"));
}

/// M4: an empty number clears that number and no other.
#[test]
fn an_empty_number_clears_the_number_of_its_type() {
    let edited = patch_at(
        Dialect::Wso2,
        json!([{"op": "replace", "value": {"phoneNumbers": [{"type": "mobile", "value": ""}]}}]),
    );

    assert_eq!(
        edited.unwrap().resource,
        held_but("phoneNumbers", json!([{"type": "work", "value": "0222"}]))
    );
}

/// SEED-37, SEED-38: one comma-joined string, or an array.
#[test]
fn lists_are_replaced_in_either_spelling() {
    for given in [json!("a@example.org,b@example.org"), json!(["a@example.org", "b@example.org"])] {
        let edited = patch_at(
            Dialect::Wso2,
            json!([{"op": "replace", "value": {SYSTEM_URN: {"verifiedEmailAddresses": given}}}]),
        )
        .unwrap();

        assert_eq!(
            edited.resource[SYSTEM_URN]["verifiedEmailAddresses"],
            json!(["a@example.org", "b@example.org"])
        );
        assert_eq!(edited.named.iter().collect::<Vec<_>>(), ["urn:scim:wso2:schema:verifiedEmailAddresses"]);
    }
}

/// D-12: emptying and removing a pending value both clear it, and both are seen, in either URN.
#[test]
fn a_pending_value_can_be_emptied_or_removed() {
    for operation in [
        json!({"op": "replace", "value": {ENTERPRISE_URN: {"pendingMobileNumber": ""}}}),
        json!({"op": "replace", "path": format!("{SYSTEM_URN}:pendingMobileNumber"), "value": ""}),
        json!({"op": "remove", "path": format!("{ENTERPRISE_URN}:pendingMobileNumber")}),
    ] {
        let edited = patch_at(Dialect::Wso2, json!([operation])).unwrap();

        assert_eq!(
            edited.resource[SYSTEM_URN],
            json!({"emailAddresses": ["bob@example.org", "b@example.org"]})
        );
        assert_eq!(edited.named.iter().collect::<Vec<_>>(), ["urn:scim:wso2:schema:pendingMobileNumber"]);
    }
}
