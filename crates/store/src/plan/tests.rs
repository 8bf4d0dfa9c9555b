use countersign_scim::schema::{Dialect, user};

use super::*;

fn plan(text: &str) -> Plan {
    Plan::of(Some(&Filter::parse(text, user(Dialect::Strict)).unwrap()))
}

fn shown(text: &str) -> String {
    let plan = plan(text);
    format!("{}{}", describe(&plan.condition), if plan.is_exact { "" } else { " …" })
}

fn describe(condition: &Condition) -> String {
    let all = |parts: &[Condition], word: &str| {
        format!("({})", parts.iter().map(describe).collect::<Vec<_>>().join(word))
    };
    match condition {
        Condition::All => "all".to_owned(),
        Condition::Nobody => "nobody".to_owned(),
        Condition::Not(inner) => format!("not {}", describe(inner)),
        Condition::And(parts) => all(parts, " and "),
        Condition::Or(parts) => all(parts, " or "),
        Condition::Is(Probe::Value { attribute, keys, .. }) => format!("{attribute} {}", text(keys)),
        Condition::Is(Probe::UserName(keys)) => format!("userName {}", text(keys)),
        Condition::Is(Probe::Id(_)) => "id".to_owned(),
        Condition::Is(Probe::Group(_)) => "in group".to_owned(),
        Condition::Is(Probe::Time(which, Span::Between(from, to))) => {
            format!("{which:?} {from:?} {to:?}")
        }
        Condition::Is(Probe::Time(which, Span::Only(at))) => format!("{which:?} {at}"),
    }
}

fn text(keys: &Span<String>) -> String {
    match keys {
        Span::Only(key) => format!("`{key}`"),
        Span::Between(from, to) => {
            let bound = |bound: &Bound<String>| match bound {
                Bound::Included(key) => format!("[{key}]"),
                Bound::Excluded(key) => format!("]{key}["),
                Bound::Unbounded => "…".to_owned(),
            };
            format!("{}-{}", bound(from), bound(to))
        }
    }
}

/// SCIM-59: what an index says exactly; ` …` marks a superset that is judged afterwards.
#[test]
fn filters_become_questions_to_an_index() {
    let cases = [
        ("userName eq \"Bob\"", "userName `bob`"),
        ("userName sw \"B\"", "userName [b]-]c["),
        ("userName pr", "all"),
        ("userName co \"b\"", "all …"),
        ("externalId eq \"A-1\"", "externalId `=A-1`"),
        ("emails eq \"B@X.org\"", "emails `=b@x.org`"),
        ("emails pr", "not emails `~`"),
        ("emails ne \"b@x.org\"", "all …"),
        ("phoneNumbers.value sw \"+94 77\"", "phoneNumbers [=+9477]-]=+9478["),
        ("title pr", "not (title `~` or title `=`)"),
        ("not (title pr)", "(title `~` or title `=`)"),
        ("title ne \"a\"", "not title `=a`"),
        ("title ge \"M\"", "title [=m]-]>["),
        ("title lt \"m\"", "title [=]-]=m["),
        ("active eq true", "not active `=false`"),
        ("active ne true", "active `=false`"),
        ("id eq \"nonsense\"", "nobody"),
        ("nickName eq \"x\"", "all …"),
        ("not (nickName eq \"x\")", "all …"),
        ("nickName eq \"x\" and title eq \"y\"", "title `=y` …"),
        ("nickName eq \"x\" or title eq \"y\"", "all …"),
        ("not (nickName eq \"x\" or title eq \"y\")", "not title `=y` …"),
        ("userName eq \"a\" or emails eq \"b\"", "(userName `a` or emails `=b`)"),
        ("emails[value eq \"b\"]", "emails `=b`"),
        ("emails[type eq \"work\" and value eq \"b\"]", "emails `=b` …"),
        ("emails[not (value eq \"b\")]", "all …"),
        ("not (emails[type eq \"work\" and value eq \"b\"])", "all …"),
        ("meta.resourceType eq \"User\" and title eq \"y\"", "title `=y`"),
        ("meta.created eq \"1970-01-01T00:00:01Z\"", "Created Included(1000000) Excluded(1001000)"),
        ("meta.created gt \"1970-01-01T00:00:01.0005Z\"", "Created Included(1001000) Unbounded"),
        ("meta.lastModified le \"1970-01-01T00:00:01Z\"", "Modified Unbounded Excluded(1001000)"),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"A\"", "manager `=A`"),
    ];
    for (filter, expected) in cases {
        assert_eq!(shown(filter), expected, "{filter}");
    }
}

/// A literal as long as a key may be cannot be told from one that was cut.
#[test]
fn a_long_literal_is_left_to_the_engine() {
    let (short, long) = ("a".repeat(251), "a".repeat(252));

    assert!(plan(&format!("title eq \"{short}\"")).is_exact);
    assert!(!plan(&format!("title eq \"{long}\"")).is_exact);
}

#[test]
fn a_prefix_ends_before_the_next_code_point() {
    assert_eq!(successor("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
    assert_eq!(successor("a\u{10ffff}").as_deref(), Some("b"));
    assert_eq!(successor("\u{10ffff}"), None);
    assert_eq!(successor(""), None);
}

#[test]
fn a_unique_name_makes_a_plan_narrow() {
    assert!(plan("userName eq \"bob\" and nickName co \"b\"").narrow().is_some());
    assert!(plan("emails eq \"bob@x.org\"").narrow().is_none());
    assert!(plan("userName eq \"a\" or userName eq \"b\"").narrow().is_none());
}
