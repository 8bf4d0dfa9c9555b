use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::filter::Filter;
use crate::patch::Patch;
use crate::render::{self, Projection, Rendering};
use crate::schema::{Name, Schemas};
use crate::{body, path::Path};

const URN: &str = "urn:scim:schemas:extension:custom:User";

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn one(attributes: Value) -> Value {
    json!([{"id": URN, "name": "CustomUser", "attributes": attributes}])
}

fn badge() -> Value {
    one(json!([
        {"name": "badge", "type": "integer", "required": true},
        {"name": "colours", "multiValued": true},
        {"name": "born", "mutability": "immutable"},
        {"name": "pin", "mutability": "writeOnly"},
        {"name": "grade", "mutability": "readOnly"},
        {"name": "hint", "returned": "request", "caseExact": true},
        {"name": "desk", "type": "complex", "subAttributes": [
            {"name": "floor", "type": "integer", "required": true}, {"name": "room", "mutability": "immutable"},
        ]},
    ]))
}

fn parsed(value: &Value) -> Definitions {
    Definitions::parse(&value.to_string()).unwrap()
}

fn schemas() -> Schemas {
    Library::default().schemas(&parsed(&badge()))
}

fn strict() -> &'static ResourceSchema {
    schemas().user(Dialect::Strict)
}

fn refusal(attributes: Value) -> String {
    Definitions::parse(&one(attributes).to_string()).unwrap_err().reason
}

/// SCIM-92: whatever is declared is announced, named, filtered and shown as if it had been there always.
#[test]
fn a_declared_attribute_is_like_any_other() {
    for dialect in [Dialect::Wso2, Dialect::Strict] {
        let schema = schemas().user(dialect);
        let named = |text: &str| schema.resolve(text).map(|name| matches!(name, Name::Attribute(_)));

        assert_eq!(named("URN:scim:schemas:extension:custom:user:BADGE"), Some(true));
        assert_eq!(named(&format!("{URN}:desk.floor")), Some(true));
        assert_eq!(named(URN), Some(false));
        assert_eq!(named(&format!("{URN}:hat")), None);
        assert!(Path::parse(&format!("{URN}:colours[value eq \"red\"]"), schema).is_ok());
        let filter = Filter::parse(&format!("{URN}:badge gt 6 and {URN}:hint eq \"A\""), schema).unwrap();
        assert!(filter.matches(&json!({URN: {"badge": 7, "hint": "A"}})));
        assert!(!filter.matches(&json!({URN: {"badge": 7, "hint": "a"}})));
    }
    let announced = strict().schemas().find(|schema| schema.urn == URN).unwrap().definition("https://x");
    assert_eq!(
        announced["attributes"][0],
        json!({
            "name": "badge", "type": "integer", "multiValued": false, "description": "badge", "required": true,
            "mutability": "readWrite", "returned": "default",
        })
    );
    assert_eq!(announced["attributes"][3]["returned"], "never");
}

/// SCIM-14, SCIM-25: values are what they are declared to be.
#[test]
fn values_are_checked_and_shown_as_declared() {
    let created = |extension: Value| body::created(json!({"userName": "kim", URN: extension}), strict());
    let held =
        json!({"badge": 7, "colours": ["red"], "pin": "1", "grade": "A", "hint": "h", "desk": {"floor": 1}});

    let edited = created(held).unwrap().resource;
    assert_eq!(
        edited[URN],
        json!({"badge": 7, "colours": ["red"], "pin": "1", "hint": "h", "desk": {"floor": 1}})
    );
    let rendering = Rendering {
        dialect: Dialect::Strict,
        users: strict(),
        spec_compliant_emails: false,
        multi_valued_as_string: false,
        base_url: String::new(),
    };
    let shown = |only: Option<&str>| {
        render::user(edited.clone(), &rendering, &Projection::parse(only, None, strict()).unwrap())[URN]
            .clone()
    };
    assert_eq!(shown(None), json!({"badge": 7, "colours": ["red"], "desk": {"floor": 1}}));
    assert_eq!(shown(Some("urn:scim:schemas:extension:custom:User:hint")), json!({"hint": "h"}));
    let detail = |extension: Value| created(extension).unwrap_err().detail;
    assert_eq!(detail(json!({"badge": "seven"})), format!("{URN}:badge must be a whole number."));
    assert_eq!(detail(json!({"hint": "h"})), format!("{URN}:badge is required."));
    assert_eq!(detail(json!({"badge": 1, "desk": {"room": "R"}})), format!("{URN}:desk.floor is required."));
    assert!(created(json!({"grade": "A"})).unwrap().resource.get(URN).is_none());
}

/// SCIM-44, SCIM-81: immutable is set once, by PUT and by PATCH; what cannot be read back is not lost by a PUT.
#[test]
fn what_was_set_once_stays() {
    let held = json!({"userName": "kim", URN: {"badge": 7, "born": "1990", "pin": "1", "desk": {"floor": 1, "room": "R"}}});
    let put = |extension: Value| body::replaced(&held, json!({"userName": "kim", URN: extension}), strict());
    let patch = |operation: Value| {
        Patch::parse(json!({"Operations": [operation]}), strict())
            .and_then(|patch| patch.apply(held.clone(), strict()))
    };

    let desk = json!({"floor": 2, "room": "R"});
    let kept = put(json!({"badge": 8, "desk": desk})).unwrap().resource;
    assert_eq!(kept[URN], json!({"badge": 8, "desk": desk, "born": "1990", "pin": "1"}));
    for refused in [
        put(json!({"badge": 7, "desk": desk, "born": "1991"})),
        put(json!({"badge": 7})),
        patch(json!({"op": "replace", "path": format!("{URN}:born"), "value": "1991"})),
        patch(json!({"op": "remove", "path": format!("{URN}:born")})),
        patch(json!({"op": "replace", "path": format!("{URN}:desk.room"), "value": "S"})),
        patch(json!({"op": "add", "path": format!("{URN}:grade"), "value": "A"})),
        patch(json!({"op": "remove", "path": format!("{URN}:badge")})),
    ] {
        assert_eq!(refused.unwrap_err().kind, crate::ScimType::Mutability);
    }
    let once = patch(json!({"op": "add", "path": format!("{URN}:hint"), "value": "h"})).unwrap().resource;
    assert_eq!(once[URN]["hint"], "h");
}

/// SCIM-92: a file is refused whole, by line and reason.
#[test]
fn a_wrong_definition_is_refused_where_it_stands() {
    let text = "[\n  {\"id\": \"urn:x:a\", \"attributes\": [\n    {\"name\": \"a\"},\n    {\"name\": \"b\",\n     \"type\": \"text\"}\n  ]}\n]";
    let problem = Definitions::parse(text).unwrap_err();
    let kinds = "type is one of: string, boolean, decimal, integer, dateTime, binary, reference, complex.";
    assert_eq!(problem.to_string(), format!("line 5: {kinds}"));

    let broken = Definitions::parse("[\n {\"id\": \"urn:x:a\",}]").unwrap_err();
    assert_eq!((broken.line, broken.reason.contains("is not JSON")), (2, true));

    let cases = [
        (json!([]), "A schema needs between 1 and 256 attributes."),
        (
            json!([{"name": "9"}]),
            "A name begins with a letter and goes on with letters, digits, - and _, at most 64 in all.",
        ),
        (json!([{"name": "a"}, {"name": "A"}]), "A is declared twice; case does not count."),
        (
            json!([{"name": "a", "uniqueness": "server"}]),
            "Only uniqueness none is supported in a declared schema.",
        ),
        (
            json!([{"name": "a", "type": "complex"}]),
            "a: A complex attribute has subAttributes, and no other has.",
        ),
        (
            json!([{"name": "a", "type": "reference"}]),
            "a: A reference has referenceTypes, and nothing else has.",
        ),
        (
            json!([{"name": "a", "mutability": "writeOnly", "returned": "always"}]),
            "What is writeOnly is returned never.",
        ),
        (json!([{"name": "a", "required": "yes"}]), "required is true or false."),
        (
            json!([{"name": "a", "type": "complex", "subAttributes": [{"name": "b", "type": "complex"}]}]),
            "A sub-attribute cannot be complex: RFC 7643 §2.3.8 knows one level.",
        ),
        (
            json!([{"name": "a", "type": "complex", "multiValued": true, "subAttributes": [{"name": "b", "mutability": "immutable"}]}]),
            "a: Parts of a list's values cannot be immutable; make the attribute immutable.",
        ),
    ];
    for (attributes, expected) in cases {
        assert_eq!(refusal(attributes), expected);
    }
    assert!(refusal(json!([{"name": "a", "mutabilty": "readOnly"}])).starts_with("A member is unknown here"));
}

/// SCIM-21, SCIM-92: no URN of ours, none twice, none that another one begins with.
#[test]
fn a_urn_is_its_own() {
    let refused = |urns: &[&str]| {
        let schemas: Vec<Value> =
            urns.iter().map(|urn| json!({"id": urn, "attributes": [{"name": "a"}]})).collect();
        Definitions::parse(&Value::from(schemas).to_string()).is_err()
    };

    assert!(!refused(&[URN, "urn:example:params:1.0:More"]));
    for urns in [
        &["urn:SCIM:wso2:schema"][..],
        &["urn:ietf:params:scim:schemas:core:2.0:Group"],
        &["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        &["urn:scim:wso2:schema:more"],
        &["urn:scim:wso2"],
        &[URN, "urn:scim:schemas:extension:CUSTOM:User"],
        &[URN, "urn:scim:schemas:extension:custom"],
        &["custom"],
        &["urn:x"],
        &["urn:x::a"],
        &["urn:x:a b"],
    ] {
        assert!(refused(urns), "{urns:?}");
    }
}

/// SCIM-92: what is stored must be right under what is declared next; where that is plain nobody need look.
#[test]
fn stored_data_is_judged_by_the_new_definitions() {
    let held = |extension: Value| json!({"title": "x", URN: extension}).as_object().unwrap().clone();
    let misfit = |extension: Value| schemas().misfit(&held(extension));

    assert_eq!(misfit(json!({"badge": 7, "colours": ["a"], "desk": {"floor": 1}})), None);
    assert_eq!(
        misfit(json!({"badge": "7"})),
        Some(format!("{URN}:badge holds data of another type than is declared."))
    );
    assert_eq!(
        misfit(json!({"badge": 7, "hat": 1})),
        Some(format!("{URN}:hat holds data and is not declared."))
    );
    assert_eq!(misfit(json!({"hint": "h"})), Some(format!("{URN}:badge is required.")));
    assert_eq!(
        Schemas::built_in().misfit(&held(json!({"badge": 7}))),
        Some(format!("{URN} holds data and is not declared."))
    );
    let of = |attributes: Value| parsed(&one(attributes));
    let first = of(json!([{"name": "a"}]));
    assert!(first.only_add_to(&Definitions::default()));
    assert!(of(json!([{"name": "b"}, {"name": "a", "description": "A"}])).only_add_to(&first));
    assert!(!Definitions::default().only_add_to(&first));
    assert!(!of(json!([{"name": "a", "type": "integer"}])).only_add_to(&first));
    assert!(!of(json!([{"name": "a"}, {"name": "b", "required": true}])).only_add_to(&first));
}

/// SCIM-92: tables live for ever, so equal definitions have one table.
#[test]
fn equal_definitions_are_one_table() {
    let mut library = Library::default();
    let (first, again) = (library.schemas(&parsed(&badge())), library.schemas(&parsed(&badge())));

    assert!(std::ptr::eq(first.user(Dialect::Strict), again.user(Dialect::Strict)));
    assert_eq!(library.schemas(&Definitions::default()), Schemas::built_in());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(value in crate::normalise::any_json(), text in "[\\[\\]{}\":,a-z\\\\\n]{0,40}") {
        drop(Definitions::parse(&text));
        drop(Definitions::parse(&one(json!([{"name": "a", "subAttributes": value.clone()}, value])).to_string()));
    }
}
