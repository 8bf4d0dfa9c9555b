//! Random users and random PatchOp documents.

use std::cell::Cell;

use countersign_scim::{Dialect, ScimError, patch::Patch, schema::user};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};

use super::{
    count, reference, runner,
    table::{CORE, ENTERPRISE},
};

const CASES: u32 = 3_000;

/// Few texts, so that they meet.
const TEXTS: [&str; 6] = ["", "a", "A", "ab", "b", "true"];
const KINDS: [&str; 3] = ["work", "home", "Work"];
const LISTS: [&str; 4] = ["emails", "phoneNumbers", "roles", "addresses"];
const PARTS: [&str; 4] = ["value", "type", "display", "primary"];

fn text() -> impl Strategy<Value = Value> {
    select(&TEXTS[..]).prop_map(Value::from)
}

/// Text mostly, and everything it must not be.
fn loose_text() -> BoxedStrategy<Value> {
    prop_oneof![12 => text(), 1 => Just(Value::Null), 1 => select(vec![json!(5), json!(true), json!(["a"]), json!({})])].boxed()
}

fn flag() -> BoxedStrategy<Value> {
    let odd = select(vec![json!("True"), json!("false"), json!(null), json!("yes"), json!(1)]);
    prop_oneof![6 => any::<bool>().prop_map(Value::from), 2 => odd].boxed()
}

fn object(parts: Vec<(&'static str, Option<Value>)>) -> Value {
    let given = parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

fn maybe(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Option<Value>> {
    option::weighted(0.6, value)
}

/// One value of a list, as it is held.
fn held_value(list: &'static str) -> impl Strategy<Value = Value> {
    let word = select(vec!["a", "ab", "b", "A"]).prop_map(Value::from);
    let kind = select(&KINDS[..]).prop_map(Value::from);
    (word, maybe(kind), maybe(text())).prop_map(move |(word, kind, display)| match list {
        "addresses" => object(vec![("locality", Some(word)), ("type", kind), ("country", display)]),
        _ => object(vec![("value", Some(word)), ("type", kind), ("display", display)]),
    })
}

fn held_list(list: &'static str) -> BoxedStrategy<Value> {
    (vec(held_value(list), 0..4), 0..6_usize)
        .prop_map(|(mut values, primary)| {
            if let Some(value) = values.get_mut(primary) {
                value["primary"] = json!(true);
            }
            Value::Array(values)
        })
        .boxed()
}

/// A user in the internal form: nothing unassigned in it.
fn users() -> BoxedStrategy<Value> {
    let name = (maybe(text()), maybe(text()))
        .prop_map(|(given, family)| object(vec![("givenName", given), ("familyName", family)]));
    let manager = maybe(text()).prop_map(|value| object(vec![("value", value)]));
    let enterprise = (maybe(text()), manager).prop_map(|(department, manager)| {
        object(vec![("department", department), ("manager", Some(manager))])
    });
    let lists = (held_list("emails"), held_list("phoneNumbers"), held_list("roles"), held_list("addresses"));
    (name, enterprise, lists, maybe(text()), maybe(any::<bool>().prop_map(Value::from)))
        .prop_map(|(name, enterprise, lists, title, active)| {
            assigned(json!({
                "id": "u1",
                "userName": "bob",
                "name": name,
                "title": title,
                "active": active,
                "emails": lists.0,
                "phoneNumbers": lists.1,
                "roles": lists.2,
                "addresses": lists.3,
                "groups": [{"value": "g1"}],
                "meta": {"version": "1"},
                ENTERPRISE: enterprise,
            }))
        })
        .boxed()
}

fn assigned(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let kept = members.into_iter().map(|(name, value)| (name, assigned(value)));
    Value::Object(kept.filter(|(_, value)| ![json!(null), json!([]), json!({})].contains(value)).collect())
}

/// One value of a list, as a client may send it.
fn sent_value() -> BoxedStrategy<Value> {
    let kind = prop_oneof![8 => select(&KINDS[..]).prop_map(Value::from), 1 => loose_text()];
    let parts = (
        maybe(loose_text()),
        maybe(kind),
        option::weighted(0.3, loose_text()),
        option::weighted(0.3, flag()),
    );
    let odd = select(vec![json!(5), json!(true), json!([])]);
    let value = parts.prop_map(|(value, kind, display, primary)| {
        object(vec![
            ("value", value.clone()),
            ("locality", value),
            ("type", kind),
            ("Display", display),
            ("primary", primary),
            ("shoeSize", Some(json!(43))),
        ])
    });
    prop_oneof![20 => value, 1 => odd].boxed()
}

fn sent_list() -> BoxedStrategy<Value> {
    prop_oneof![
        6 => vec(sent_value(), 0..3).prop_map(Value::Array),
        2 => sent_value(),
        1 => Just(Value::Null),
    ]
    .boxed()
}

fn sent_name() -> BoxedStrategy<Value> {
    let parts = (maybe(loose_text()), maybe(loose_text()), maybe(loose_text()));
    let name = parts.prop_map(|(given, family, unknown)| {
        object(vec![("GIVENname", given), ("familyName", family), ("shoeSize", unknown)])
    });
    prop_oneof![8 => name, 1 => select(vec![json!(null), json!(5), json!([])])].boxed()
}

fn sent_manager() -> BoxedStrategy<Value> {
    let parts = (maybe(loose_text()), maybe(loose_text()), maybe(loose_text()));
    let manager = parts.prop_map(|(value, reference, name)| {
        object(vec![("value", value), ("$ref", reference), ("displayName", name)])
    });
    prop_oneof![4 => manager, 1 => loose_text()].boxed()
}

fn sent_extension() -> BoxedStrategy<Value> {
    let parts = (maybe(loose_text()), maybe(sent_manager()), maybe(loose_text()), maybe(loose_text()));
    let extension = parts.prop_map(|(department, manager, name, unknown)| {
        object(vec![
            ("DEPARTMENT", department),
            ("manager", manager),
            ("manager.value", name),
            ("shoeSize", unknown),
        ])
    });
    prop_oneof![6 => extension, 1 => select(vec![json!(null), json!("x"), json!([])])].boxed()
}

/// A value filter, now and then one that is none.
fn selections() -> BoxedStrategy<String> {
    let term = prop_oneof![
        6 => select(&KINDS[..]).prop_map(|kind| format!("type eq \"{kind}\"")),
        4 => select(&TEXTS[..]).prop_map(|text| format!("value EQ \"{text}\"")),
        2 => select(&TEXTS[..]).prop_map(|text| format!("Value sw \"{text}\"")),
        2 => select(vec!["primary eq true", "primary eq \"True\"", "primary ne true", "type ne \"work\""]).prop_map(str::to_owned),
        2 => select(vec!["type pr", "display pr", "not (type pr)", "primary pr", "display co \"a\""]).prop_map(str::to_owned),
        1 => select(vec!["colour eq \"x\"", "type eq work", "", "type eq", "primary gt true", "(type pr", "type pr)"])
            .prop_map(str::to_owned),
    ];
    term.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one} and {other}")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one} or {other}")),
            (inner.clone(), inner).prop_map(|(one, other)| format!("({one} or {other}) and type pr")),
        ]
    })
    .boxed()
}

/// A path and a value for it.
fn targets() -> BoxedStrategy<(String, Value)> {
    let texts = select(vec![
        "title",
        "nickName",
        "userName",
        "externalId",
        "name.givenName",
        "name.familyName",
        "id",
        "meta.version",
        "shoeSize",
        "name.shoe",
        "groups",
        "groups.value",
        "title.x",
        "",
    ]);
    let enterprise =
        select(vec!["department", "employeeNumber", "manager.value", "manager.displayName", "shoeSize"])
            .prop_map(|name| format!("{ENTERPRISE}:{name}"));
    let list = || select(&LISTS[..]);
    let part = || select(&PARTS[..]);
    let of_part = |part: &str| if part == "primary" { flag().boxed() } else { loose_text().boxed() };
    let whole = prop_oneof![
        6 => (texts.prop_map(str::to_owned), loose_text()),
        1 => (Just("active".to_owned()), flag()),
        2 => (Just("name".to_owned()), sent_name()),
        2 => (enterprise, loose_text()),
        2 => (Just(format!("{ENTERPRISE}:manager")), sent_manager()),
        2 => (Just(ENTERPRISE.to_owned()), sent_extension()),
        6 => (list().prop_map(str::to_owned), sent_list()),
    ];
    let parts = part()
        .prop_flat_map(move |part| (list().prop_map(move |list| format!("{list}.{part}")), of_part(part)));
    let selected =
        (list(), selections(), sent_list()).prop_map(|(list, ask, value)| (format!("{list}[{ask}]"), value));
    let selected_part = part().prop_flat_map(move |part| {
        let path = (list(), selections()).prop_map(move |(list, ask)| format!("{list}[{ask}].{part}"));
        (path, of_part(part))
    });
    let malformed = select(vec![
        "emails[",
        "emails]",
        "emails[type pr]value",
        "emails[type pr].colour",
        "emails.value[type pr]",
        "title[value pr]",
        "name[givenName pr].familyName",
        "urn:x:y:title",
        "emails value",
    ]);
    prop_oneof![
        14 => whole,
        3 => parts,
        3 => selected,
        6 => selected_part,
        1 => (malformed.prop_map(str::to_owned), loose_text()),
    ]
    .boxed()
}

/// The same path in another spelling (SCIM-20, SCIM-21).
fn spelled(path: &str, how: u8) -> String {
    let (name, rest) = path.split_at(path.find('[').unwrap_or(path.len()));
    match how {
        0 => format!("{}{rest}", name.to_uppercase()),
        1 => format!("{}{rest}", name.to_lowercase()),
        2 if !path.starts_with("urn:") => format!("{CORE}:{path}"),
        _ => path.to_owned(),
    }
}

fn spelled_targets() -> impl Strategy<Value = (String, Value)> {
    (targets(), 0..12_u8).prop_map(|((path, value), how)| (spelled(&path, how), value))
}

fn operations() -> BoxedStrategy<Value> {
    let op = || select(vec!["add", "replace", "add", "replace", "remove", "Add", "REPLACE", "Remove"]);
    let at_path = (op(), spelled_targets(), 0..10_u8).prop_map(|(op, (path, value), how)| match how {
        0 => json!({"op": op, "path": path}),
        1 => json!({"OP": op, "Path": path, "VALUE": value}),
        _ if op.eq_ignore_ascii_case("remove") && how < 8 => json!({"op": op, "path": path}),
        _ => json!({"op": op, "path": path, "value": value}),
    });
    // The filter of a key is sound: what an unsound one means there, no text says.
    let is_sound = |(path, _): &(String, Value)| !path.contains('[') && !path.contains(']');
    let key = prop_oneof![
        5 => spelled_targets().prop_filter("no brackets", is_sound),
        1 => (select(&LISTS[..]), select(&KINDS[..]), loose_text())
            .prop_map(|(list, kind, value)| (format!("{list}[type eq \"{kind}\"].display"), value)),
    ];
    let bare = (op(), vec(key, 0..4)).prop_map(|(op, keys)| {
        let value: Map<String, Value> = keys.into_iter().collect();
        json!({"op": op, "path": null, "value": value})
    });
    let odd = select(vec![
        json!("x"),
        json!({"op": "move", "path": "title", "value": "a"}),
        json!({"path": "title", "value": "a"}),
        json!({"op": "add", "path": 5, "value": "a"}),
        json!({"op": "remove"}),
        json!({"op": "replace", "value": "a"}),
        json!({"op": "add"}),
    ]);
    prop_oneof![24 => at_path, 6 => bare, 1 => odd].boxed()
}

fn patches() -> impl Strategy<Value = Value> {
    let sound = vec(operations(), 1..=6).prop_map(|all| json!({"schemas": [], "Operations": all}));
    prop_oneof![60 => sound, 1 => select(vec![json!({}), json!([]), json!({"Operations": []}), json!({"operations": 5})])]
}

fn by_the_engine(patch: Value, held: Value) -> Result<Value, ScimError> {
    let schema = user(Dialect::Strict);
    Patch::parse(patch, schema)?.apply(held, schema).map(|edited| edited.resource)
}

#[derive(Default)]
struct Counts {
    changed: Cell<u32>,
    unchanged: Cell<u32>,
    refused: Cell<u32>,
}

/// Both refuse, for a reason there is, or both make the same resource.
fn compare(patch: &Value, held: &Value, counts: &Counts) -> Result<(), TestCaseError> {
    match (by_the_engine(patch.clone(), held.clone()), reference::patched(patch, held)) {
        (Ok(made), Ok(expected)) => {
            prop_assert_eq!(&made, &expected, "{}", patch);
            count(if made == *held { &counts.unchanged } else { &counts.changed });
        }
        (Err(error), Err(reasons)) => {
            let is_one = reasons.contains(error.kind.as_str());
            prop_assert!(is_one, "{patch}\nengine: {error:?}\nreference: {reasons:?}");
            count(&counts.refused);
        }
        (engine, reference) => {
            prop_assert!(false, "{patch}\nengine: {engine:?}\nreference: {reference:?}");
        }
    }
    Ok(())
}

fn of(operations: &[Value]) -> Value {
    json!({"schemas": [], "Operations": operations})
}

/// SCIM-20 … SCIM-27, SCIM-75 … SCIM-87: the document, each of its operations alone, and those together that alone are
/// not refused, since one refusal would hide what the others do.
#[test]
fn a_patch_means_what_the_reference_says_it_means() {
    let counts = Counts::default();
    let outcome = runner(CASES).run(&(users(), patches()), |(held, patch)| {
        compare(&patch, &held, &counts)?;
        let mut sound = vec![];
        for operation in patch["Operations"].as_array().into_iter().flatten() {
            let alone = of(std::slice::from_ref(operation));
            compare(&alone, &held, &counts)?;
            if reference::patched(&alone, &held).is_ok() {
                sound.push(operation.clone());
            }
        }
        compare(&of(&sound), &held, &counts)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let counts = [counts.changed, counts.unchanged, counts.refused].map(Cell::into_inner);
    // Agreement about refusals alone would prove little.
    assert!(counts.iter().all(|count| *count > CASES / 2), "{counts:?}");
}
