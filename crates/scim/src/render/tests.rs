use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{body::replaced, user::primary_email};

fn rendering(dialect: Dialect) -> Rendering {
    Rendering {
        dialect,
        users: schema::user(dialect),
        spec_compliant_emails: false,
        multi_valued_as_string: false,
        base_url: match dialect {
            Dialect::Wso2 => "https://localhost:9443/scim2".into(),
            Dialect::Strict => "https://localhost:9443/scim/v2".into(),
        },
    }
}

fn held() -> Value {
    json!({
        "id": "6d43",
        "userName": "bob123",
        "password": "never shown",
        "name": {"givenName": "Bob", "familyName": "Smith"},
        "emails": [
            {"value": "bob@work.example", "type": "work"},
            {"value": "bob@example.org", "primary": true},
        ],
        "phoneNumbers": [{"type": "mobile", "value": "0111111111", "primary": true}],
        "groups": [{"value": "g1", "display": "Sales"}],
        SYSTEM_URN: {
            "pendingMobileNumber": "0123456789",
            "emailVerified": true,
            "phoneVerified": false,
            "accountLocked": false,
            "verifyMobile": true,
        },
        "meta": {"created": "2020-10-12T13:35:24.579Z", "lastModified": "2020-10-13T13:35:24.579Z", "version": "W/\"7\""},
    })
}

/// SEED-8, SEED-9, D-2, D-3: the answer the seeds show, in our own data.
#[test]
fn the_wso2_dialect_shows_what_its_clients_know() {
    assert_eq!(
        user(held(), &rendering(Dialect::Wso2), &Projection::Default),
        json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
            "id": "6d43",
            "userName": "bob123",
            "name": {"givenName": "Bob", "familyName": "Smith"},
            "emails": [{"value": "bob@work.example", "type": "work"}, "bob@example.org"],
            "phoneNumbers": [{"type": "mobile", "value": "0111111111"}],
            "groups": [{"value": "g1", "display": "Sales", "$ref": "https://localhost:9443/scim2/Groups/g1"}],
            "roles": [{"type": "default", "value": "Internal/everyone"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "pendingMobileNumber": "0123456789",
                "emailVerified": true,
            },
            "meta": {
                "created": "2020-10-12T13:35:24.579Z",
                "lastModified": "2020-10-13T13:35:24.579Z",
                "location": "https://localhost:9443/scim2/Users/6d43",
                "resourceType": "User",
            },
        })
    );
}

/// scim.md §14: the strict dialect shows objects, a lock as it was stated, its version, and verification only in SYS.
#[test]
fn the_strict_dialect_shows_what_the_rfc_says() {
    assert_eq!(
        user(held(), &rendering(Dialect::Strict), &Projection::Default),
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:scim:wso2:schema"],
            "id": "6d43",
            "userName": "bob123",
            "name": {"givenName": "Bob", "familyName": "Smith"},
            "emails": [
                {"value": "bob@work.example", "type": "work"},
                {"value": "bob@example.org", "primary": true},
            ],
            "phoneNumbers": [{"type": "mobile", "value": "0111111111", "primary": true}],
            "groups": [{"value": "g1", "display": "Sales", "$ref": "https://localhost:9443/scim/v2/Groups/g1"}],
            "urn:scim:wso2:schema": {
                "pendingMobileNumber": "0123456789",
                "emailVerified": true,
                "accountLocked": false,
            },
            "meta": {
                "created": "2020-10-12T13:35:24.579Z",
                "lastModified": "2020-10-13T13:35:24.579Z",
                "version": "W/\"7\"",
                "location": "https://localhost:9443/scim/v2/Users/6d43",
                "resourceType": "User",
            },
        })
    );
}

/// D-3, D-4, SEED-37: with lists the system schema is shown, and what is pending stands in both.
#[test]
fn pending_is_mirrored_where_the_system_schema_is_shown() {
    let resource = json!({"id": "1", "userName": "kim", SYSTEM_URN: {
        "emailAddresses": ["a@example.org", "b@example.org"], "pendingEmails": [{"value": "b@example.org"}],
    }});
    let mut rendering = rendering(Dialect::Wso2);
    rendering.multi_valued_as_string = true;

    let shown = user(resource.clone(), &rendering, &Projection::Default);

    assert_eq!(
        shown["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_URN, SYSTEM_URN])
    );
    assert_eq!(shown[ENTERPRISE_URN], json!({"pendingEmails": [{"value": "b@example.org"}]}));
    assert_eq!(
        shown[SYSTEM_URN],
        json!({
            "emailAddresses": "a@example.org,b@example.org",
            "pendingEmails": [{"value": "b@example.org"}],
        })
    );
}

/// D-2: the switch.
#[test]
fn spec_compliant_emails_are_objects_with_the_primary_marked() {
    let mut rendering = rendering(Dialect::Wso2);
    rendering.spec_compliant_emails = true;
    let resource = json!({"id": "1", "emails": [{"value": "w", "type": "work"}, {"value": "p"}]});

    assert_eq!(
        user(resource.clone(), &rendering, &Projection::Default)["emails"],
        json!([{"value": "w", "type": "work"}, {"value": "p", "primary": true}])
    );
}

/// SCIM-47: always stays, never stays out, the rest as asked; parts and whole extensions can be named.
#[test]
fn a_projection_shows_what_was_asked_for() {
    let shown = |attributes: Option<&str>, excluded: Option<&str>| {
        let projection = Projection::parse(attributes, excluded, schema::user(Dialect::Wso2)).unwrap();
        let mut shown = user(held(), &rendering(Dialect::Wso2), &projection);
        shown.as_object_mut().unwrap().shift_remove("schemas");
        shown
    };

    assert_eq!(
        shown(Some("USERNAME,name.familyName, emails.value,password,shoeSize"), None),
        json!({
            "id": "6d43", "userName": "bob123", "name": {"familyName": "Smith"},
            "emails": [{"value": "bob@work.example"}, "bob@example.org"],
        })
    );
    assert_eq!(
        shown(Some("emails.type,meta.location"), None),
        json!({
            "id": "6d43", "emails": [{"type": "work"}],
            "meta": {"location": "https://localhost:9443/scim2/Users/6d43"},
        })
    );
    assert_eq!(
        shown(Some("urn:scim:wso2:schema:pendingMobileNumber"), None),
        json!({"id": "6d43", SYSTEM_URN: {"pendingMobileNumber": "0123456789"}})
    );
    assert_eq!(
        shown(Some(ENTERPRISE_URN), None),
        json!({"id": "6d43", ENTERPRISE_URN: {"pendingMobileNumber": "0123456789", "emailVerified": true}})
    );
    assert_eq!(
        shown(
            None,
            Some(&format!(
                "id,meta,emails,groups,roles,phoneNumbers.type,name.givenName,{ENTERPRISE_URN}:emailVerified"
            ))
        ),
        json!({
            "id": "6d43", "userName": "bob123", "name": {"familyName": "Smith"},
            "phoneNumbers": [{"value": "0111111111"}],
            ENTERPRISE_URN: {"pendingMobileNumber": "0123456789"},
        })
    );
}

fn any_emails() -> impl Strategy<Value = Vec<Value>> {
    let email = (0..6_u8, prop::option::of(prop_oneof![Just("work"), Just("home")]), any::<bool>());
    proptest::collection::vec(email, 1..5)
        .prop_flat_map(|emails| {
            let count = emails.len();
            (Just(emails), prop::option::of(0..count))
        })
        .prop_map(|(emails, primary)| {
            emails
                .iter()
                .enumerate()
                .map(|(index, (name, kind, has_display))| {
                    let mut email = json!({"value": format!("{name}@example.org")});
                    if let Some(kind) = kind {
                        email["type"] = json!(kind);
                    }
                    if *has_display {
                        email["display"] = json!("x");
                    }
                    if primary == Some(index) {
                        email["primary"] = json!(true);
                    }
                    email
                })
                .collect()
        })
}

proptest! {
    /// SCIM-44, SCIM-126: a PUT of what was read changes neither the primary address nor any other.
    #[test]
    fn what_is_read_at_wso2_can_be_put_back(emails in any_emails(), compliant in any::<bool>()) {
        let resource = json!({"id": "1", "userName": "kim", "emails": emails});
        let mut rendering = rendering(Dialect::Wso2);
        rendering.spec_compliant_emails = compliant;

        let shown = user(resource.clone(), &rendering, &Projection::Default);
        let put = replaced(&resource, shown, schema::user(Dialect::Wso2)).unwrap().resource;

        let after = put["emails"].as_array().unwrap();
        let primary = |emails: &[Value]| shape_of(&emails[primary_email(emails).unwrap()]);
        prop_assert_eq!(primary(after), primary(&emails));
        let sorted = |emails: &[Value]| {
            let mut shapes: Vec<_> = emails.iter().map(|email| shape_of(email).to_string()).collect();
            shapes.sort();
            shapes
        };
        prop_assert_eq!(sorted(after), sorted(&emails));
    }

    #[test]
    fn no_resource_makes_rendering_panic(resource in crate::normalise::any_json()) {
        for dialect in [Dialect::Wso2, Dialect::Strict] {
            let _ = user(resource.clone(), &rendering(dialect), &Projection::Default);
        }
    }
}

/// An address without its `primary` mark.
fn shape_of(email: &Value) -> Value {
    json!({"value": email["value"], "type": email["type"], "display": email["display"]})
}
