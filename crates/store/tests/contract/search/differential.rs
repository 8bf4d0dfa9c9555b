//! Random users, random filters, random orders: both databases answer as the slow reference does.

use countersign_domain::claim::PerFamily;
use countersign_domain::profile::{Contacts, Entry, Label, Profile};
use countersign_domain::snapshot::User;
use countersign_domain::{SignedDuration, UserId};
use countersign_scim::user::{Stored, resource_of};
use countersign_store::Place;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::{ENTERPRISE, filter, ids, reference, search, sort};
use crate::database::{House, for_each_database};

/// Houses, users in each, questions to each.
const HOUSES: usize = 6;
const USERS: usize = 40;
const QUESTIONS: usize = 340;

/// Few words, so that they meet: with case, accents, a final sigma, prefixes of each other, quotes and wildcards.
const WORDS: [&str; 16] =
    ["", "a", "A", "ab", "Ab c", "b", "Ä", "ärger", "ΑΣ", "ας", "%", "_", "o'n", "~", "=", "\u{10ffff}"];
const EMAILS: [&str; 6] =
    ["a@x.org", "A@X.org", "b@x.org", "ab@work.example", "b@münchen.example", "b@xn--mnchen-3ya.example"];
const NUMBERS: [&str; 5] = ["+94 77 123", "+9477123", "0771", "(077) 1-2", "07712"];
const KINDS: [&str; 3] = ["work", "home", "mobile"];

fn word() -> impl Strategy<Value = Option<&'static str>> {
    proptest::option::weighted(0.7, select(&WORDS[..]))
}

fn entries(values: &'static [&'static str]) -> impl Strategy<Value = Vec<Entry>> {
    let entry = (select(values), proptest::option::of(select(&KINDS[..])));
    (proptest::collection::vec(entry, 0..3), 0..4_usize).prop_map(|(entries, primary)| {
        let labelled = entries.into_iter().enumerate().map(|(place, (value, kind))| Entry {
            value: value.to_owned(),
            label: Label {
                kind: kind.map(str::to_owned),
                display: None,
                primary: (place == primary).then_some(true),
            },
        });
        labelled.collect()
    })
}

/// A profile without its name: plain entries, so that nothing has to be unique.
fn profiles() -> impl Strategy<Value = Profile> {
    let texts = proptest::collection::vec(word(), 9);
    (texts, any::<bool>(), entries(&EMAILS), entries(&NUMBERS)).prop_map(
        |(texts, active, emails, numbers)| {
            let mut attributes = Map::new();
            let mut put = |name: &str, value: Option<&str>| {
                if let Some(text) = value {
                    attributes.insert(name.to_owned(), json!(text));
                }
            };
            for (name, text) in
                ["title", "displayName", "nickName", "externalId", "userType"].iter().zip(&texts)
            {
                put(name, *text);
            }
            let mut object = |name: &str, parts: &[(&str, Value)]| {
                let parts: Map<String, Value> = parts
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(n, v)| ((*n).to_owned(), v.clone()))
                    .collect();
                if !parts.is_empty() {
                    attributes.insert(name.to_owned(), Value::Object(parts));
                }
            };
            object("name", &[("familyName", json!(texts[5])), ("givenName", json!(texts[6]))]);
            let manager = texts[8].map_or(Value::Null, |value| json!({"value": value}));
            object(ENTERPRISE, &[("department", json!(texts[7])), ("manager", manager)]);
            let contacts = |others| Contacts { others, ..Contacts::default() };
            Profile {
                user_name: String::new(),
                active: Some(active),
                locked: None,
                contacts: PerFamily { email: contacts(emails), mobile: contacts(numbers) },
                attributes,
            }
        },
    )
}

/// A comparison in the filter's own words.
fn terms() -> impl Strategy<Value = String> {
    let texts = select(vec![
        "title",
        "displayName",
        "nickName",
        "externalId",
        "userType",
        "userName",
        "name.familyName",
        "name.givenName",
        "id",
    ]);
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let operators = || select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);
    let of_enterprise = select(vec!["department", "manager.value", "manager", "division"]);
    let kind = || (operators(), select(&KINDS[..])).prop_map(|(is, kind)| format!("type {is} \"{kind}\""));
    let address = |values: &'static [&'static str]| {
        (operators(), select(values), 0..20_usize).prop_map(move |(is, value, cut)| {
            let cut: String = value.chars().take(cut).collect();
            format!("{is} {}", serde_json::to_string(&cut).unwrap())
        })
    };
    prop_oneof![
        6 => (texts.clone(), operators(), select(&WORDS[..]))
            .prop_map(move |(name, is, word)| format!("{name} {is} {}", quoted(word))),
        2 => texts.prop_map(|name| format!("{name} pr")),
        2 => (of_enterprise.clone(), operators(), select(&WORDS[..]))
            .prop_map(move |(name, is, word)| format!("{ENTERPRISE}:{name} {is} {}", quoted(word))),
        1 => of_enterprise.prop_map(|name| format!("{ENTERPRISE}:{name} pr")),
        1 => (select(vec!["eq", "ne"]), any::<bool>()).prop_map(|(is, truth)| format!("active {is} {truth}")),
        3 => address(&EMAILS).prop_map(|is| format!("emails {is}")),
        2 => address(&NUMBERS).prop_map(|is| format!("phoneNumbers.value {is}")),
        1 => select(vec!["emails pr", "phoneNumbers pr", "emails.value pr", "emails.type pr", "name pr", "title eq null"])
            .prop_map(str::to_owned),
        2 => (address(&EMAILS), kind()).prop_map(|(is, kind)| format!("emails[{kind} and value {is}]")),
        1 => (address(&EMAILS), address(&EMAILS)).prop_map(|(a, b)| format!("emails[value {a} or value {b}]")),
        1 => (address(&NUMBERS), kind()).prop_map(|(is, kind)| format!("phoneNumbers[{kind}].value {is}")),
        1 => address(&EMAILS).prop_map(|is| format!("emails[not (value {is})]")),
        2 => (select(vec!["created", "lastModified"]), operators_of_time(), 0..60_i64, 0..1_000_i64)
            .prop_map(|(which, is, millis, micros)| {
                let at = crate::database::clock().now() + SignedDuration::from_micros(millis * 1_000 + micros - 5_000);
                format!("meta.{which} {is} \"{at}\"")
            }),
    ]
}

fn operators_of_time() -> impl Strategy<Value = &'static str> {
    select(vec!["eq", "ne", "gt", "ge", "lt", "le"])
}

fn filters() -> impl Strategy<Value = String> {
    terms().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("not ({inner})")),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            proptest::collection::vec(inner, 2..4).prop_map(|any| format!("({})", any.join(" or "))),
        ]
    })
}

fn orders() -> impl Strategy<Value = String> {
    let by = select(vec![
        "",
        "",
        "title",
        "displayName",
        "nickName",
        "userName",
        "id",
        "active",
        "emails.value",
        "emails.type",
        "phoneNumbers.value",
        "name.givenName",
        "externalId",
        "meta.created",
        "meta.lastModified",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    ]);
    (by, any::<bool>()).prop_map(|(by, is_descending)| {
        if is_descending && !by.is_empty() { format!("-{by}") } else { by.to_owned() }
    })
}

fn form(user: &User) -> Value {
    resource_of(&Stored {
        id: user.id,
        profile: &user.profile,
        groups: &[],
        pending: PerFamily::default(),
        version: user.version,
        created: user.created,
        last_modified: user.last_modified,
    })
}

/// What is asked of every database: the same in every run.
fn examples<T: std::fmt::Debug>(of: impl Strategy<Value = T>, count: usize, seed: u8) -> Vec<T> {
    let rng = TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| of.new_tree(&mut runner).unwrap().current()).collect()
}

/// Writes the users, then rewrites and removes some, so that the index has seen every kind of change.
async fn fill(house: &House, seed: u8) -> Vec<User> {
    let mut users = Vec::new();
    for (number, mut profile) in examples(profiles(), USERS, seed).into_iter().enumerate() {
        profile.user_name = format!("{}{number}", ["a", "B", "Ab", "ä"][number % 4]);
        users.push(house.user(profile).await);
        house.clock.advance(SignedDuration::from_micros(731));
    }
    for (number, mut profile) in examples(profiles(), USERS / 4, seed + 100).into_iter().enumerate() {
        let seen = house.snapshot(users[number * 3]).await;
        profile.user_name.clone_from(&seen.user.profile.user_name);
        house.commit(house.rewriting(&seen, profile)).await.unwrap();
        house.clock.advance(SignedDuration::from_micros(731));
    }
    for number in [1, 17, 30] {
        let seen = house.snapshot(users[number]).await;
        house.commit(house.deleting(&seen)).await.unwrap();
    }
    let mut left = Vec::new();
    for user in users {
        left.extend(house.store.user_view(&house.tenant, user).await.unwrap().map(|view| view.user));
    }
    left
}

fn expected(users: &[(Value, User)], asked: &str, by: &str) -> Vec<UserId> {
    let wanted = filter(asked);
    let mut matching: Vec<(Value, &User)> = users
        .iter()
        .filter(|(form, _)| wanted.as_ref().is_none_or(|wanted| reference::satisfies(form, wanted)))
        .map(|(form, user)| (form.clone(), user))
        .collect();
    let by = match by.trim_start_matches('-') {
        // Kept to the microsecond, shown to the millisecond.
        "meta.created" | "meta.lastModified" => {
            let modified = by.ends_with("lastModified");
            matching.sort_by_key(|(_, user)| if modified { user.last_modified } else { user.created });
            if by.starts_with('-') {
                matching.reverse();
            }
            ""
        }
        _ => by,
    };
    reference::ordered(matching.into_iter().map(|(form, user)| (form, user.id)).collect(), sort(by))
}

/// SCIM-51 … SCIM-58, SCIM-65: an index, a scan and a second opinion say the same, on both databases.
#[tokio::test(flavor = "multi_thread")]
async fn both_databases_answer_random_questions_as_the_reference_does() {
    for_each_database(async |house| {
        for round in 0..HOUSES {
            let seed = u8::try_from(round).unwrap();
            let before = ids(&search(&house, "", "", Place::Offset(0), 1_000).await.unwrap());
            for user in before {
                let seen = house.snapshot(user).await;
                house.commit(house.deleting(&seen)).await.unwrap();
            }
            let users = fill(&house, seed).await;
            let users: Vec<(Value, User)> = users.into_iter().map(|user| (form(&user), user)).collect();
            let questions = examples((filters(), orders(), 1..50_usize, 0..30_usize), QUESTIONS, seed + 50);
            for (asked, by, limit, offset) in questions {
                let found =
                    search(&house, &asked, &by, Place::Offset(offset as u64), limit as u64).await.unwrap();

                let all = expected(&users, &asked, &by);
                let page: Vec<UserId> = all.iter().copied().skip(offset).take(limit).collect();
                assert_eq!(
                    (found.total, ids(&found)),
                    (all.len() as u64, page),
                    "house {round}: {asked} by {by:?} from {offset}, {limit}"
                );
            }
        }
    })
    .await;
}
