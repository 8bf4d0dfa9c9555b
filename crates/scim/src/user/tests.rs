use countersign_domain::{
    Timestamp, UserId,
    actor::Persona,
    claim::{Address, ClaimFamily, PerFamily},
    profile::{Contacts, Held, Label, Profile},
    user_claim_update::{PendingWish, Wanted, WantedContacts},
};
use serde_json::{Value, json};

use super::*;
use crate::{
    Dialect, ScimError, ScimType,
    body::{created, replaced},
    patch::Patch,
    render::{self, Projection, Rendering},
    schema::{ENTERPRISE_URN, SYSTEM_URN, user as schema_of},
};

fn address(family: ClaimFamily, text: &str) -> Address {
    Address::parse(family, text).unwrap()
}

fn email(text: &str) -> Address {
    address(ClaimFamily::Email, text)
}

/// Everything a user can have, something pending in both families.
fn profile() -> Profile {
    let held = |address: Address, kind: Option<&str>| Held {
        address,
        label: Label { kind: kind.map(str::to_owned), ..Label::default() },
        position: 0,
    };
    let plain = countersign_domain::profile::Entry {
        value: "bob at work".to_owned(),
        label: Label {
            kind: Some("work".to_owned()),
            display: Some("Desk".to_owned()),
            primary: Some(false),
        },
    };
    let attributes = json!({
        "externalId": "b-1",
        "name": {"givenName": "Bob"},
        "title": "Engineer",
        ENTERPRISE_URN: {"department": "Tools"},
    });
    Profile {
        user_name: "bob".to_owned(),
        active: Some(true),
        locked: None,
        contacts: PerFamily {
            email: Contacts {
                held: Some(held(email("bob@old.example.org"), None)),
                verified: true,
                others: vec![plain],
                all: vec![email("bob@old.example.org"), email("b@more.example.org")],
                proven: vec![email("bob@old.example.org")],
            },
            mobile: Contacts {
                held: Some(held(address(ClaimFamily::Mobile, "0111111111"), Some("mobile"))),
                ..Contacts::default()
            },
        },
        attributes: attributes.as_object().unwrap().clone(),
    }
}

fn resource(profile: &Profile) -> Value {
    let pending = PerFamily {
        email: Some(email("bob@new.example.org")),
        mobile: Some(address(ClaimFamily::Mobile, "0123456789")),
    };
    resource_of(&Stored {
        groups: &[],
        id: "01890000-0000-7000-8000-000000000001".parse::<UserId>().unwrap(),
        profile,
        pending: PerFamily { email: pending.email.as_ref(), mobile: pending.mobile.as_ref() },
        version: 7,
        created: "2026-03-02T10:00:00Z".parse::<Timestamp>().unwrap(),
        last_modified: "2026-03-02T10:00:00.5Z".parse::<Timestamp>().unwrap(),
    })
}

fn request(before: Option<&Profile>, how: How, persona: Persona, dialect: Dialect) -> Request<'_> {
    Request { before, how, persona, dialect }
}

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn patched(operations: Value) -> Result<Wanted, ScimError> {
    let (profile, schema) = (profile(), schema_of(Dialect::Wso2));
    let patch = Patch::parse(json!({"Operations": operations}), schema)?;
    let edited = patch.apply(resource(&profile), schema)?;
    wanted_of(&edited, &request(Some(&profile), How::Patch, Persona::Owner, Dialect::Wso2))
        .map(|write| write.wanted)
}

fn put(body: Value, persona: Persona) -> Result<Wanted, ScimError> {
    let (profile, schema) = (profile(), schema_of(Dialect::Strict));
    let edited = replaced(&resource(&profile), body, schema)?;
    wanted_of(&edited, &request(Some(&profile), How::Whole, persona, Dialect::Strict))
        .map(|write| write.wanted)
}

/// SCIM-28: the internal form of a whole user, pending values included, `primary: false` as it was sent.
#[test]
fn a_stored_user_in_the_internal_form() {
    assert_eq!(
        resource(&profile()),
        json!({
            "externalId": "b-1",
            "name": {"givenName": "Bob"},
            "title": "Engineer",
            ENTERPRISE_URN: {"department": "Tools"},
            "id": "01890000-0000-7000-8000-000000000001",
            "userName": "bob",
            "active": true,
            "emails": [
                {"value": "bob@old.example.org"},
                {"value": "bob at work", "type": "work", "display": "Desk", "primary": false},
            ],
            "phoneNumbers": [{"value": "0111111111", "type": "mobile"}],
            SYSTEM_URN: {
                "emailAddresses": ["bob@old.example.org", "b@more.example.org"],
                "verifiedEmailAddresses": ["bob@old.example.org"],
                "pendingEmails": [{"value": "bob@new.example.org"}],
                "emailVerified": true,
                "pendingMobileNumber": "0123456789",
                "phoneVerified": false,
            },
            "meta": {
                "resourceType": "User",
                "created": "2026-03-02T10:00:00.000Z",
                "lastModified": "2026-03-02T10:00:00.500Z",
                "version": "W/\"7\"",
            },
        })
    );
}

/// SCIM-44, SCIM-126, `verification.md` §2.6: a PUT of what was read asks for nothing, at either dialect, whoever sends it.
#[test]
fn a_put_of_what_was_read_asks_for_nothing() {
    let profile = profile();
    for dialect in [Dialect::Wso2, Dialect::Strict] {
        for persona in [Persona::Owner, Persona::Administrator] {
            let rendering = Rendering {
                users: crate::schema::user(dialect),
                dialect,
                spec_compliant_emails: false,
                multi_valued_as_string: true,
                base_url: "https://id.example.com/scim2".to_owned(),
            };
            let current = resource(&profile);
            let read = render::user(current.clone(), &rendering, &Projection::Default);

            let edited = replaced(&current, read, schema_of(dialect)).unwrap();
            let wanted =
                wanted_of(&edited, &request(Some(&profile), How::Whole, persona, dialect)).unwrap().wanted;

            assert_eq!(wanted.user_name, profile.user_name);
            assert_eq!(wanted.attributes, profile.attributes);
            for family in ClaimFamily::ALL {
                let (asked, stored) = (wanted.contacts.of(family), profile.contacts(family));
                assert_eq!((&asked.held, &asked.others), (&stored.held, &stored.others), "{dialect:?}");
                assert_eq!((asked.named, asked.verify), (false, None));
                assert!(asked.all.as_ref().is_none_or(|all| *all == stored.all));
                assert!(asked.proven.as_ref().is_none_or(|proven| *proven == stored.proven));
                assert!(asked.asserts_verified.is_none_or(|verified| verified == stored.verified));
            }
            assert_eq!(wanted.contacts.email.pending, PendingWish::Value("bob@new.example.org".to_owned()));
            assert_eq!(wanted.contacts.mobile.pending, PendingWish::Value("0123456789".to_owned()));
        }
    }
}

/// `verification.md` §2.6: a PUT without the system schema says nothing about lists, flags and what is pending.
#[test]
fn a_put_without_the_system_schema_leaves_the_guarded_state_alone() {
    let wanted = put(json!({"userName": "bob"}), Persona::Administrator).unwrap();

    assert_eq!(wanted.contacts, PerFamily::default());
    assert_eq!((wanted.active, wanted.locked, wanted.attributes.len()), (Some(true), None, 0));
}

/// SCIM-80: `active` taken away is not shown any more and means what it meant; a PUT that leaves it out goes back to the
/// default, and one of what was read changes nothing.
#[test]
fn active_can_be_left_unsaid() {
    let removed = patched(json!([{"op": "remove", "path": "active"}])).unwrap();
    assert_eq!(removed.active, None);

    let unsaid = Profile { active: None, ..profile() };
    assert_eq!(resource(&unsaid).get("active"), None);
    let current = resource(&unsaid);
    let edited = replaced(&current, json!({"userName": "bob"}), schema_of(Dialect::Strict)).unwrap();
    let request = request(Some(&unsaid), How::Whole, Persona::Administrator, Dialect::Strict);
    assert_eq!(wanted_of(&edited, &request).unwrap().wanted.active, None);
    assert_eq!(put(json!({"userName": "bob"}), Persona::Administrator).unwrap().active, Some(true));
}

/// `verification.md` §2.4: a list that is given as empty is emptied.
#[test]
fn a_list_given_as_empty_is_emptied() {
    let wanted =
        put(json!({"userName": "bob", SYSTEM_URN: {"emailAddresses": []}}), Persona::Administrator).unwrap();

    assert_eq!(wanted.contacts.email.all, Some(vec![]));
    assert_eq!(wanted.contacts.email.proven, None);
}

/// SCIM-44: what the owner may not write is readOnly to him: a PUT that leaves it out does not clear it.
#[test]
fn an_owners_put_keeps_what_he_may_not_write() {
    let mine = put(json!({"userName": "bob", ENTERPRISE_URN: {"costCenter": "9"}}), Persona::Owner).unwrap();

    assert_eq!(
        Value::Object(mine.attributes),
        json!({ENTERPRISE_URN: {"costCenter": "9", "department": "Tools"}, "externalId": "b-1", "title": "Engineer"})
    );
}

/// DESIGN §5: the primary entry is P; M4: an empty value clears it; a P that is no address is refused by name.
#[test]
fn p_is_found_cleared_and_judged() {
    let p = |emails: Value| put(json!({"userName": "bob", "emails": emails}), Persona::Owner);
    let held = |emails| p(emails).map(|wanted| wanted.contacts.email.held.map(|held| held.address));

    let primary =
        json!([{"value": "a@example.org"}, {"value": "b@example.org", "primary": true, "type": "home"}]);
    assert_eq!(held(primary), Ok(Some(email("b@example.org"))));
    assert_eq!(
        held(json!([{"value": "x y", "type": "work"}, {"value": "a@example.org"}])),
        Ok(Some(email("a@example.org")))
    );
    assert_eq!(held(json!([{"value": "", "primary": true}])), Ok(None));
    let refused = p(json!([{"value": "no address"}])).unwrap_err();
    assert_eq!(refused.kind, ScimType::InvalidValue);
    assert!(
        refused.detail.starts_with("emails: ") && !refused.detail.contains("no address"),
        "{}",
        refused.detail
    );
}

/// DESIGN §5: only the entry of type mobile is P; other numbers are not judged.
#[test]
fn only_the_mobile_number_is_judged() {
    let numbers = json!([{"value": "ext. 7", "type": "work", "primary": true}, {"value": "0123456789", "type": "Mobile"}]);

    let wanted = put(json!({"userName": "bob", "phoneNumbers": numbers}), Persona::Owner).unwrap();

    let asked = wanted.contacts.mobile;
    assert_eq!(asked.held.map(|held| held.address), Some(address(ClaimFamily::Mobile, "0123456789")));
    assert_eq!(asked.others.len(), 1);
}

/// D-6: P counts as named only when a PATCH stated that very value.
#[test]
fn p_is_named_only_by_stating_it() {
    let named = |operation: Value| patched(json!([operation])).unwrap().contacts.email.named;

    assert!(named(json!({"op": "replace", "path": "emails", "value": [{"value": "bob@old.example.org"}]})));
    assert!(named(json!({"op": "replace", "value": {"emails": ["bob@old.example.org"]}})));
    assert!(named(json!({"op": "replace", "path": "emails", "value": [{"value": "bob@new.example.org"}]})));
    assert!(!named(json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "desk"})));
    assert!(!named(json!({"op": "add", "path": "nickName", "value": "b"})));
    assert!(!put(resource(&profile()), Persona::Owner).unwrap().contacts.email.named);
}

/// D-12: removed or emptied, echoed, or something else.
#[test]
fn pending_is_cleared_echoed_or_stated() {
    let wish = |operation: Value| patched(json!([operation])).map(|wanted| wanted.contacts.email.pending);
    let path = format!("{SYSTEM_URN}:pendingEmails");

    assert_eq!(wish(json!({"op": "remove", "path": path})), Ok(PendingWish::Cleared));
    assert_eq!(
        wish(json!({"op": "replace", "path": path, "value": [{"value": ""}]})),
        Ok(PendingWish::Cleared)
    );
    assert_eq!(wish(json!({"op": "add", "path": "nickName", "value": "b"})), Ok(PendingWish::Unnamed));
    let stated = |text: &str| Ok(PendingWish::Value(text.to_owned()));
    let replace = |text: &str| json!({"op": "replace", "path": path, "value": [{"value": text}]});
    assert_eq!(wish(replace("bob@new.example.org")), stated("bob@new.example.org"));
    assert_eq!(wish(replace("x@example.org")), stated("x@example.org"));
    let second = wish(json!({"op": "add", "path": path, "value": [{"value": "x@example.org"}]}));
    assert_eq!(second.map_err(|error| error.kind), Err(ScimType::Mutability));
}

/// SCIM-120: the triggers reach the rules and nothing else.
#[test]
fn triggers_and_passwords_are_no_attributes() {
    let schema = schema_of(Dialect::Wso2);
    let body = json!({
        "userName": "eve", "password": "secret enough", "active": "False",
        ENTERPRISE_URN: {"verifyEmail": "true", "department": "X"}, SYSTEM_URN: {"accountLocked": true},
    });

    let edited = created(body, schema).unwrap();
    let write =
        wanted_of(&edited, &request(None, How::Whole, Persona::Administrator, Dialect::Wso2)).unwrap();

    let wanted = write.wanted.clone();
    assert_eq!(Value::Object(wanted.attributes), json!({ENTERPRISE_URN: {"department": "X"}}));
    assert_eq!(wanted.contacts.email, WantedContacts { verify: Some(true), ..WantedContacts::default() });
    assert_eq!((wanted.active, wanted.locked, wanted.password_set), (Some(false), Some(true), true));
    assert_eq!(write.password.as_deref().map(String::as_str), Some("secret enough"));
    assert!(!format!("{write:?}").contains("secret"));
}

/// SCIM-42: a password is never taken away by a request.
#[test]
fn a_password_cannot_be_removed() {
    let refused = patched(json!([{"op": "remove", "path": "password"}])).unwrap_err();

    assert_eq!(refused.kind, ScimType::Mutability);
}

/// SEC-22: a verified flag is an assertion only where the request carries it; removing it withdraws it.
#[test]
fn flags_are_asserted_only_where_they_are_carried() {
    let asserted = |operation: Value| patched(json!([operation])).unwrap().contacts.email.asserts_verified;
    let path = format!("{SYSTEM_URN}:emailVerified");

    assert_eq!(asserted(json!({"op": "add", "path": "nickName", "value": "b"})), None);
    assert_eq!(asserted(json!({"op": "replace", "path": path, "value": "true"})), Some(true));
    assert_eq!(asserted(json!({"op": "remove", "path": path})), Some(false));
}

/// A member of a list that is no address is refused by the list's name.
#[test]
fn a_list_member_that_is_no_address_is_refused() {
    let refused =
        patched(json!([{"op": "replace", "value": {SYSTEM_URN: {"mobileNumbers": "0111111111,abc"}}}]))
            .unwrap_err();

    assert_eq!(refused.kind, ScimType::InvalidValue);
    assert!(refused.detail.starts_with("mobileNumbers: "), "{}", refused.detail);
}

/// P as the schema's functions find it is P as the rules find it.
#[test]
fn both_views_of_p_agree() {
    let lists = [
        json!([{"value": "a@x.org"}, {"value": "b@x.org", "primary": true}]),
        json!([{"value": "a@x.org", "type": "work"}, {"value": "b@x.org", "type": ""}]),
        json!([{"value": "a@x.org", "type": "work"}, {"value": "b@x.org", "type": "home"}]),
    ];
    for list in lists {
        let values = list.as_array().unwrap();
        let body = json!({"userName": "bob", "emails": list});

        let held = put(body, Persona::Owner).unwrap().contacts.email.held.unwrap();

        assert_eq!(values[primary_email(values).unwrap()]["value"], held.address.as_str());
    }
}

/// SEC-38: a reason is of one request, like the triggers: under either URN, by path or nested, whole or in part, at both
/// dialects; it is neither stored nor shown.
#[test]
fn a_reason_reaches_the_rules_and_nothing_else() {
    for dialect in [Dialect::Wso2, Dialect::Strict] {
        let schema = schema_of(dialect);
        let profile = profile();
        let operations = [
            json!({"op": "replace", "value": {ENTERPRISE_URN: {"changeReason": "moved house"}}}),
            json!({"op": "add", "value": {SYSTEM_URN: {"changereason": "moved house"}}}),
            json!({"op": "add", "path": format!("{SYSTEM_URN}:changeReason"), "value": "moved house"}),
            json!({"op": "replace", "path": format!("{ENTERPRISE_URN}:changeReason"), "value": "moved house"}),
        ];
        let mut edits: Vec<_> = operations
            .into_iter()
            .map(|operation| {
                let patch = Patch::parse(json!({"Operations": [operation]}), schema).unwrap();
                (patch.apply(resource(&profile), schema).unwrap(), How::Patch)
            })
            .collect();
        for urn in [ENTERPRISE_URN, SYSTEM_URN] {
            let body = json!({"userName": "bob", urn: {"changeReason": "moved house"}});
            edits.push((replaced(&resource(&profile), body.clone(), schema).unwrap(), How::Whole));
            edits.push((created(body, schema).unwrap(), How::Whole));
        }

        for (edited, how) in edits {
            let request = request(Some(&profile), how, Persona::Administrator, dialect);
            let wanted = wanted_of(&edited, &request).unwrap().wanted;

            assert_eq!(wanted.reason.as_deref(), Some("moved house"), "{dialect:?} {how:?}");
            assert!(!Value::Object(wanted.attributes).to_string().contains("moved house"));
            let rendering = Rendering {
                users: schema,
                dialect,
                spec_compliant_emails: false,
                multi_valued_as_string: false,
                base_url: "https://id.example.com/scim2".to_owned(),
            };
            let shown = render::user(edited.resource.clone(), &rendering, &Projection::Default);
            assert!(!shown.to_string().contains("moved house"), "{shown}");
        }
    }
}

/// SEC-38: a reason is one bounded line of text.
#[test]
fn a_reason_is_bounded_and_without_control_characters() {
    let stated = |reason: &str| {
        let path = format!("{SYSTEM_URN}:changeReason");
        patched(json!([{"op": "replace", "path": path, "value": reason}])).map(|wanted| wanted.reason)
    };

    assert_eq!(stated(" ticket\n4711\u{85}\t "), Ok(Some("ticket4711".to_owned())));
    assert_eq!(stated(" \n "), Ok(None));
    assert_eq!(stated(&"é".repeat(500)), Ok(Some("é".repeat(500))));
    let refused = stated(&"é".repeat(501)).unwrap_err();
    assert_eq!(
        (refused.kind, refused.detail.as_str()),
        (ScimType::InvalidValue, "changeReason has at most 500 characters.")
    );
    let refused = patched(json!([{"op": "add", "value": {SYSTEM_URN: {"changeReason": true}}}])).unwrap_err();
    assert_eq!(refused.kind, ScimType::InvalidValue);
}

/// SEC-41: what users are looked up by fits into an index; 255 characters do, whatever their bytes.
#[test]
fn a_name_to_be_looked_up_by_has_at_most_255_characters() {
    let asked = |name: &str, characters: usize| {
        let mut body = json!({"userName": "bob"});
        body[name] = "ü".repeat(characters).into();
        let edited = created(body, schema_of(Dialect::Strict)).unwrap();
        wanted_of(&edited, &request(None, How::Whole, Persona::Administrator, Dialect::Strict)).map(|_| ())
    };

    for name in ["userName", "externalId"] {
        assert_eq!(asked(name, 255), Ok(()));
        let refused = ScimError::new(ScimType::InvalidValue, format!("{name} has at most 255 characters."));
        assert_eq!(asked(name, 256), Err(refused));
    }
}
