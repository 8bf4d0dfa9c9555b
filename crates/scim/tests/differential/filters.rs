//! Random users and random filters.

use std::cell::Cell;

use countersign_scim::{Dialect, ScimType, filter::Filter, schema::user};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

use super::{
    count, reading, runner,
    table::{CORE, ENTERPRISE},
    truth,
};

const CASES: u32 = 6_000;

/// Few words, so that they meet: with case, accents, a final sigma, prefixes of each other and JSON's own escapes.
const WORDS: [&str; 13] =
    ["", "a", "A", "ab", "Ab c", "b", "Ä", "ärger", "ΑΣ", "ας", "o\"n\\", "(a)]", "true"];
const EMAILS: [&str; 4] = ["a@x.org", "A@X.org", "b@x.org", "ab@work.example"];
const NUMBERS: [&str; 5] = ["+94 77 123", "+9477123", "0771", "(077) 1-2", "Ext. 12"];
const KINDS: [&str; 3] = ["work", "Home", "mobile"];
const TIMES: [&str; 4] =
    ["2024-05-17T08:30:00Z", "2024-05-17T10:30:00+02:00", "2024-05-17T08:30:00.001Z", "2031-01-01T00:00:00Z"];
const OPERATORS: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

fn maybe(words: &'static [&'static str]) -> BoxedStrategy<Option<&'static str>> {
    option::weighted(0.7, select(words)).boxed()
}

fn held_list(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    let value = (select(words), maybe(&KINDS), option::of(any::<bool>()));
    vec(value, 0..3)
        .prop_map(|values| {
            let held = values.into_iter().map(|(value, kind, primary)| {
                without_nulls(json!({"value": value, "type": kind, "primary": primary}))
            });
            held.collect()
        })
        .boxed()
}

fn without_nulls(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let kept = members.into_iter().map(|(name, value)| (name, without_nulls(value)));
    Value::Object(kept.filter(|(_, value)| ![json!(null), json!([]), json!({})].contains(value)).collect())
}

fn users() -> BoxedStrategy<Value> {
    let texts = vec(maybe(&WORDS), 9);
    let lists = (held_list(&EMAILS), held_list(&NUMBERS), held_list(&WORDS));
    (texts, lists, option::of(any::<bool>()), select(&TIMES[..]))
        .prop_map(|(texts, (emails, numbers, groups), active, created)| {
            without_nulls(json!({
                "id": texts[0].unwrap_or("x"),
                "externalId": texts[1],
                "userName": format!("u{}", texts[2].unwrap_or("x")),
                "title": texts[3],
                "name": {"givenName": texts[4], "familyName": texts[5]},
                "active": active,
                "emails": emails,
                "phoneNumbers": numbers,
                "groups": groups,
                "meta": {"created": created, "version": texts[6]},
                ENTERPRISE: {"department": texts[7], "manager": {"value": texts[8]}},
            }))
        })
        .boxed()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A literal: of the kind that fits texts mostly, and every other kind.
fn literals() -> BoxedStrategy<String> {
    let words = [&WORDS[..], &EMAILS, &NUMBERS, &KINDS, &TIMES].concat();
    let odd = vec!["null", "true", "false", "5", "-1.5e3", "work", "\"\\u0061B\"", "\"\\x\"", "\"open", ""];
    prop_oneof![40 => select(words).prop_map(quoted), 1 => select(odd).prop_map(str::to_owned)].boxed()
}

fn operators() -> BoxedStrategy<String> {
    let odd = select(vec!["EQ", "Sw", "nE", "is", "pr"]);
    prop_oneof![40 => select(&OPERATORS[..]), 1 => odd].prop_map(str::to_owned).boxed()
}

fn names() -> BoxedStrategy<String> {
    let core = select(vec![
        "id",
        "externalId",
        "userName",
        "title",
        "nickName",
        "name.givenName",
        "NAME.familyname",
        "emails",
        "emails.value",
        "emails.type",
        "phoneNumbers",
        "phoneNumbers.value",
        "groups",
        "groups.value",
        "meta.version",
    ]);
    let odd = select(vec![
        "shoeSize",
        "name",
        "Emails.Primary",
        "meta.lastModified",
        "name.x",
        "password",
        "addresses",
        "urn:x:y:title",
        "",
        ENTERPRISE,
    ]);
    let enterprise = select(vec!["department", "MANAGER", "manager.value", "division", "shoeSize"]);
    prop_oneof![
        24 => core.clone().prop_map(str::to_owned),
        4 => core.prop_map(|name| format!("{CORE}:{name}")),
        6 => enterprise.prop_map(|name| format!("{ENTERPRISE}:{name}")),
        1 => odd.prop_map(str::to_owned),
    ]
    .boxed()
}

/// A filter inside the brackets of a list.
fn selections() -> BoxedStrategy<String> {
    let name = prop_oneof![12 => select(vec!["value", "type", "Type", "display"]), 1 => select(vec!["colour", "emails"])];
    let term = prop_oneof![
        8 => (name, operators(), literals()).prop_map(|(name, is, literal)| format!("{name} {is} {literal}")),
        3 => select(vec!["type pr", "primary eq true", "primary ne \"True\"", "primary gt true", "primary eq false"])
            .prop_map(str::to_owned),
    ];
    joined(term.boxed())
}

fn joined(term: BoxedStrategy<String>) -> BoxedStrategy<String> {
    term.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("not ({inner})")),
            inner.clone().prop_map(|inner| format!("( {inner} )")),
            vec(inner.clone(), 2..4).prop_map(|all| all.join(" and ")),
            vec(inner, 2..4).prop_map(|any| any.join(" OR ")),
        ]
    })
    .boxed()
}

fn filters() -> BoxedStrategy<String> {
    let list = || {
        let odd = select(vec!["name", "title", "emails.type"]);
        prop_oneof![20 => select(vec!["emails", "phoneNumbers", "GROUPS"]), 1 => odd]
    };
    let malformed = select(vec![
        "",
        "title",
        "title eq",
        "not title pr",
        "(title pr",
        "title pr)",
        "emails[type pr",
        "title pr and",
        "or title pr",
        "title pr title pr",
        "emails[]",
        "emails[emails[type pr]]",
    ]);
    let term = prop_oneof![
        16 => (names(), operators(), literals()).prop_map(|(name, is, literal)| format!("{name} {is} {literal}")),
        3 => names().prop_map(|name| format!("{name} PR")),
        2 => (operators(), select(&TIMES[..]))
            .prop_map(|(is, at)| format!("meta.created {is} {}", quoted(at))),
        1 => (operators(), select(vec!["true", "false", "\"True\""])).prop_map(|(is, truth)| format!("active {is} {truth}")),
        5 => (list(), selections()).prop_map(|(list, ask)| format!("{list}[{ask}]")),
        2 => (list(), selections(), operators(), literals())
            .prop_map(|(list, ask, is, literal)| format!("{list}[{ask}].value {is} {literal}")),
    ];
    prop_oneof![40 => joined(term.boxed()), 1 => malformed.prop_map(str::to_owned)].boxed()
}

/// SCIM-20, SCIM-21, SCIM-51 … SCIM-58: both refuse, or both say the same of the user.
#[test]
fn a_filter_means_what_the_reference_says_it_means() {
    let (yes, no, refused) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    let outcome = runner(CASES).run(&(users(), filters()), |(held, text)| {
        let reference = reading::filter(&text).filter(|ask| truth::can_be_asked(ask, None));
        match (Filter::parse(&text, user(Dialect::Strict)), reference) {
            (Ok(filter), Some(ask)) => {
                let is_true = filter.matches(&held);
                prop_assert_eq!(is_true, truth::holds(&ask, &held, None), "{}", text);
                count(if is_true { &yes } else { &no });
            }
            (Err(error), None) => {
                prop_assert_eq!(error.kind, ScimType::InvalidFilter, "{}", text);
                count(&refused);
            }
            (engine, reference) => {
                prop_assert!(false, "{text}\nengine: {engine:?}\nreference: {reference:?}");
            }
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    // Agreement about refusals alone would prove little.
    let counts = [yes, no, refused].map(Cell::into_inner);
    assert!(counts.iter().all(|count| *count > CASES / 8), "{counts:?}");
}
