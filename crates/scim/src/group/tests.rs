use countersign_domain::{TenantId, Timestamp};
use serde_json::json;

use super::*;
use crate::{
    ScimType, body,
    patch::Patch,
    render::{Projection, Rendering, group as rendered},
    schema,
};

const ONE: &str = "00000000-0000-7000-8000-000000000001";
const TWO: &str = "00000000-0000-7000-8000-000000000002";
const THREE: &str = "00000000-0000-7000-8000-000000000003";

fn id(text: &str) -> MemberId {
    member_id(text).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn patched(operations: Value, held: &[Member]) -> Result<GroupWrite, ScimError> {
    let patch = Patch::parse(json!({"schemas": [], "Operations": operations}), schema::group(Dialect::Wso2))?;
    assert_eq!(patch.needs_members(), !held.is_empty());
    patch.of_group(Dialect::Wso2, held)
}

fn members(operations: Value) -> MemberChange {
    patched(operations, &[]).unwrap().members
}

fn delta(add: &[&str], remove: &[&str]) -> MemberChange {
    let ids = |texts: &[&str]| texts.iter().map(|text| id(text)).collect();
    MemberChange::Delta { add: ids(add), remove: ids(remove) }
}

/// SCIM-98, SCIM-80, SCIM-86, SCIM-87, SCIM-81: what clients send, and the change it is; nobody's members are read.
#[test]
fn operations_become_a_change_of_members() {
    let by_filter = format!("members[value eq \"{ONE}\"]");
    let cases = [
        // Entra and OneLogin: one at a time, by filter or in an array.
        (json!([{"op": "Add", "path": "members", "value": [{"value": ONE}]}]), delta(&[ONE], &[])),
        (json!([{"op": "Remove", "path": by_filter}]), delta(&[], &[ONE])),
        (json!([{"op": "Remove", "path": "members", "value": [{"value": ONE}]}]), delta(&[], &[ONE])),
        (json!([{"op": "remove", "path": "members", "value": {"value": ONE}}]), delta(&[], &[ONE])),
        (json!([{"op": "remove", "path": "members", "value": []}]), MemberChange::Keep),
        // Okta: the id beside the name in a path-less value.
        (json!([{"op": "replace", "value": {"id": "x", "displayName": "Sales"}}]), MemberChange::Keep),
        (
            json!([{"op": "replace", "path": "members", "value": [{"value": ONE, "display": "one@x"}, {"value": TWO}]}]),
            MemberChange::Replace(vec![id(ONE), id(TWO)]),
        ),
        // A single object, a plain id, a reference.
        (json!([{"op": "add", "path": "members", "value": {"value": ONE}}]), delta(&[ONE], &[])),
        (json!([{"op": "add", "value": {"members": [ONE]}}]), delta(&[ONE], &[])),
        (
            json!([{"op": "add", "path": "members", "value": [{"$ref": format!("../Users/{ONE}")}]}]),
            delta(&[ONE], &[]),
        ),
        // Several at once, one after the other.
        (
            json!([
                {"op": "add", "path": "members", "value": [{"value": ONE}, {"value": TWO}, {"value": ONE}]},
                {"op": "remove", "path": by_filter},
                {"op": "remove", "path": format!("members[value eq \"{TWO}\" or value eq \"{THREE}\"]")},
                {"op": "add", "path": "members", "value": [{"value": TWO}]},
            ]),
            delta(&[TWO], &[ONE, THREE]),
        ),
        (json!([{"op": "remove", "path": "members"}]), MemberChange::Replace(vec![])),
        (json!([{"op": "replace", "path": "members", "value": []}]), MemberChange::Replace(vec![])),
        (
            json!([
                {"op": "remove", "path": "members"}, {"op": "add", "path": "members", "value": [{"value": ONE}]},
            ]),
            MemberChange::Replace(vec![id(ONE)]),
        ),
        // Whoever is no id of ours cannot be a member, so nothing is to be removed.
        (json!([{"op": "remove", "path": "members[value eq \"nobody\"]"}]), MemberChange::Keep),
    ];
    for (operations, expected) in cases {
        assert_eq!(members(operations.clone()), expected, "{operations}");
    }
}

/// SCIM-95: names and external ids come and go by any path; `/scim2` strips the user store (scim.md §14).
#[test]
fn operations_become_a_name_and_an_external_id() {
    let write = patched(
        json!([
            {"op": "replace", "path": "displayName", "value": "PRIMARY/Sales"},
            {"op": "add", "value": {"externalId": "7"}},
        ]),
        &[],
    );
    let write = write.unwrap();
    assert_eq!(write.name.as_ref().map(GroupName::as_str), Some("Sales"));
    assert_eq!(write.external_id, ExternalId::Set("7".to_owned()));

    let cleared = patched(json!([{"op": "remove", "path": "externalId"}]), &[]).unwrap();
    assert_eq!((cleared.name, cleared.external_id), (None, ExternalId::Clear));
    let strict = Patch::parse(
        json!({"Operations": [{"op": "replace", "path": "displayName", "value": "PRIMARY/Sales"}]}),
        schema::group(Dialect::Strict),
    );
    let strict = strict.unwrap().of_group(Dialect::Strict, &[]).unwrap();
    assert_eq!(strict.name.unwrap().as_str(), "PRIMARY/Sales");
}

/// SCIM-80: what only the members themselves can tell is judged on them, added ones included.
#[test]
fn a_filter_that_needs_the_members_is_judged_on_them() {
    let held = [
        Member { id: id(ONE), kind: MemberKind::User, display: Some("bob".to_owned()) },
        Member { id: id(TWO), kind: MemberKind::Group, display: Some("Inner".to_owned()) },
    ];

    let typed = patched(json!([{"op": "remove", "path": "members[type eq \"user\"]"}]), &held).unwrap();
    assert_eq!(typed.members, delta(&[], &[ONE]));
    let all = json!([
        {"op": "add", "path": "members", "value": [{"value": THREE}]},
        {"op": "remove", "path": "members[value pr]"},
    ]);
    assert_eq!(patched(all, &held).unwrap().members, delta(&[], &[ONE, TWO, THREE]));
    let none =
        json!([{"op": "remove", "path": format!("members[value eq \"{ONE}\" and type eq \"Group\"]")}]);
    assert_eq!(patched(none, &held).unwrap().members, MemberChange::Keep);
}

/// SCIM-99, SCIM-95, SCIM-24: refused with the operation and the place, never with what was sent.
#[test]
fn what_cannot_be_is_refused_by_its_place() {
    let value = ScimType::InvalidValue;
    let cases = [
        (
            json!([{"op": "add", "path": "members", "value": [{"value": ONE}, {"value": "bob"}]}]),
            value,
            "Operation 1: members: value 2 is no user or group here.",
        ),
        (
            json!([{"op": "add", "path": "members", "value": [{"type": "User"}]}]),
            value,
            "Operation 1: members: value 1 needs the id of a user or group as its value.",
        ),
        (
            json!([{"op": "replace", "path": "displayName", "value": "a\nb"}]),
            value,
            "Operation 1: displayName: it must not contain control characters.",
        ),
        (
            json!([{"op": "remove", "path": "displayName"}]),
            ScimType::Mutability,
            "Operation 1: displayName is required and cannot be removed.",
        ),
        (
            json!([{"op": "replace", "path": format!("members[value eq \"{ONE}\"].value"), "value": TWO}]),
            ScimType::Mutability,
            "Operation 1: A member cannot be changed in place; remove it and add another.",
        ),
        (
            json!([{"op": "replace", "path": format!("members[value eq \"{ONE}\"]"), "value": {"value": TWO}}]),
            ScimType::Mutability,
            "Operation 1: A member cannot be changed in place; remove it and add another.",
        ),
        (
            json!([{"op": "add", "path": "userName", "value": "x"}]),
            ScimType::InvalidPath,
            "Operation 1: The path names an attribute that the schema does not have.",
        ),
    ];
    for (operations, kind, detail) in cases {
        assert_eq!(patched(operations.clone(), &[]), Err(ScimError::new(kind, detail)), "{operations}");
    }
}

/// SCIM-99: the store counts among all who are wanted; the client hears its own operation and place.
#[test]
fn a_refused_member_is_named_as_the_client_counts() {
    let write = patched(
        json!([
            {"op": "add", "path": "members", "value": [{"value": ONE}]},
            {"op": "add", "path": "members", "value": [{"value": ONE}, {"value": TWO}, {"value": THREE}]},
        ]),
        &[],
    );
    let write = write.unwrap();

    let told = |position, why| write.refused(RefusedMember { position, why }).detail;
    assert_eq!(told(2, MemberRefusal::Unknown), "Operation 2: members: value 3 is no user or group here.");
    assert_eq!(
        told(0, MemberRefusal::Loop),
        "Operation 1: members: value 1 would put the group into itself."
    );
}

/// SCIM-44, SCIM-27: POST and PUT say everything; what is left out is cleared.
#[test]
fn a_body_says_everything() {
    let write = |body: Value| {
        let edited = body::created(body, schema::group(Dialect::Strict))?;
        GroupWrite::of_body(&edited, Dialect::Strict)
    };

    let full = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "mine", "DISPLAYNAME": "Sales",
        "externalId": "7", "members": [{"value": ONE, "type": "User"}, {"value": TWO}, {"value": ONE}],
    });
    let full = write(full).unwrap();
    assert_eq!(full.name.unwrap().as_str(), "Sales");
    assert_eq!(full.external_id, ExternalId::Set("7".to_owned()));
    assert_eq!(full.members, MemberChange::Replace(vec![id(ONE), id(TWO)]));

    let bare = write(json!({"displayName": "Sales"})).unwrap();
    assert_eq!((bare.external_id, bare.members), (ExternalId::Clear, MemberChange::Replace(vec![])));
    for body in [json!({}), json!({"displayName": " "}), json!({"displayName": 7})] {
        assert_eq!(write(body).unwrap_err().kind, ScimType::InvalidValue);
    }
    assert_eq!(
        write(json!({"displayName": "S", "members": [{"value": ONE}, {"value": "x"}]})).unwrap_err().detail,
        "members: value 2 is no user or group here."
    );
}

fn stored() -> Value {
    let at: Timestamp = "2026-03-02T09:00:00.5Z".parse().unwrap();
    let group = Group {
        tenant: TenantId::carbon_super(),
        id: group_id(THREE).unwrap(),
        name: GroupName::stored("Sales".to_owned()),
        external_id: None,
        revision: 9,
        version: 4,
        created: at,
        last_modified: at,
    };
    let member = |text, kind| Member { id: id(text), kind, display: Some("a name".to_owned()) };
    resource_of(&group, &[member(ONE, MemberKind::User), member(TWO, MemberKind::Group)])
}

fn shown(dialect: Dialect, attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let rendering = Rendering {
        dialect,
        users: schema::user(dialect),
        spec_compliant_emails: false,
        multi_valued_as_string: true,
        base_url: "https://id.example.org/scim/v2".to_owned(),
    };
    let projection = Projection::parse(attributes, excluded, schema::group(dialect)).unwrap();
    rendered(stored(), &rendering, &projection)
}

/// SCIM-6, SCIM-29b, SCIM-32: a group whole; what a member is called only for who asks.
#[test]
fn a_group_is_shown_with_its_members() {
    let base = "https://id.example.org/scim/v2";
    let mut expected = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": THREE,
        "displayName": "Sales",
        "members": [
            {"value": ONE, "$ref": format!("{base}/Users/{ONE}"), "type": "User"},
            {"value": TWO, "$ref": format!("{base}/Groups/{TWO}"), "type": "Group"},
        ],
        "meta": {
            "resourceType": "Group", "created": "2026-03-02T09:00:00.500Z",
            "lastModified": "2026-03-02T09:00:00.500Z", "version": "W/\"4\"", "location": format!("{base}/Groups/{THREE}"),
        },
    });
    assert_eq!(shown(Dialect::Strict, None, None), expected);

    expected["meta"].as_object_mut().unwrap().shift_remove("version");
    assert_eq!(shown(Dialect::Wso2, None, None), expected);
}

/// SCIM-47, SCIM-29b, SCIM-97.
#[test]
fn a_projection_reaches_into_the_members() {
    let members = |attributes, excluded| shown(Dialect::Strict, attributes, excluded)["members"].clone();

    assert_eq!(members(Some("displayName"), None), Value::Null);
    assert_eq!(members(None, Some("members")), Value::Null);
    assert_eq!(members(Some("members.value"), None), json!([{"value": ONE}, {"value": TWO}]));
    assert_eq!(
        members(Some("members.value,members.display"), None)[0],
        json!({"value": ONE, "display": "a name"})
    );
    assert_eq!(members(Some("members,members.display"), None)[0]["display"], "a name");
    assert_eq!(members(Some("members"), None)[0]["display"], Value::Null);
    assert_eq!(members(None, Some("members.$ref"))[0], json!({"value": ONE, "type": "User"}));
}

/// SCIM-97: what is not shown need not be read.
#[test]
fn a_projection_says_what_it_shows() {
    let schema = schema::group(Dialect::Strict);
    let shows = |attributes: Option<&str>, excluded: Option<&str>, name: &str| {
        let Some(schema::Name::Attribute(path)) = schema.resolve(name) else { panic!("{name}") };
        Projection::parse(attributes, excluded, schema).unwrap().shows(&path)
    };
    let cases = [
        (None, None, true, false),
        (Some("displayName"), None, false, false),
        (Some("members.value"), None, true, false),
        (Some("members"), None, true, false),
        (Some("members.display"), None, true, true),
        (Some("urn:ietf:params:scim:schemas:core:2.0:Group"), None, true, false),
        (None, Some("members"), false, false),
        (None, Some("members.value"), true, false),
        (None, Some("urn:ietf:params:scim:schemas:core:2.0:Group"), false, false),
    ];
    for (attributes, excluded, members, names) in cases {
        let told = (shows(attributes, excluded, "members"), shows(attributes, excluded, "members.display"));
        assert_eq!(told, (members, names), "{attributes:?} {excluded:?}");
    }
}
