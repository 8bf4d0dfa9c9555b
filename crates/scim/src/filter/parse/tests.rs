use proptest::prelude::*;

use super::*;
use crate::schema::{Dialect, user};

fn read(text: &str) -> Result<Filter, ScimError> {
    Filter::parse(text, user(Dialect::Wso2))
}

fn shape(text: &str) -> String {
    format!("{:?}", read(text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

fn refusal(text: &str) -> ScimType {
    read(text).unwrap_err().kind
}

/// SCIM-51, SCIM-20: operators in any case; runs of one connective are one list.
#[test]
fn a_filter_becomes_the_tree_its_precedence_says() {
    let cases = [
        ("USERNAME EQ \"a\"", "userName Eq <string>"),
        ("title pr and active eq \"True\"", "and([title pr, active Eq true])"),
        (
            "title pr or nickName pr and not (locale pr) or emails.type ne \"x\"",
            "or([title pr, and([nickName pr, not (locale pr)]), emails.type Ne <string>])",
        ),
        ("((title pr and (nickName pr and locale pr)))", "and([title pr, nickName pr, locale pr])"),
        ("emails co \"x\"", "emails.value Co <string>"),
        ("manager.value eq \"x\" or title pr", "!"),
        (
            "emails[type eq \"work\"].value sw \"x\" and title pr",
            "and([emails[and([emails.type Eq <string>, emails.value Sw <string>])], title pr])",
        ),
        (
            "roles[primary eq \"True\"].value eq \"x\"",
            "roles[and([roles.primary Eq true, roles.value Eq <string>])]",
        ),
        ("title eq null", "not (title pr)"),
    ];
    for (text, expected) in cases {
        if expected == "!" {
            assert_eq!(refusal(text), ScimType::InvalidFilter, "an extension needs its URN");
        } else {
            assert_eq!(shape(text), expected, "{text}");
        }
    }
}

/// SCIM-52, SCIM-53, SCIM-57, SCIM-42: one refusal, with a sentence that echoes nothing.
#[test]
fn what_cannot_be_a_filter_is_refused() {
    let refused = [
        "",
        "userName",
        "userName eq",
        "userName eq bob",
        "userName like \"x\"",
        "userName eq \"x\" and",
        "userName eq \"x\" title pr",
        "(userName eq \"x\"",
        "userName eq \"x\")",
        "emails[type eq \"x\"",
        "emails[(type eq \"x\"])",
        "emails[emails[type pr]]",
        "userName[value pr]",
        "name.givenName[value pr]",
        "not userName pr",
        "shoeSize eq 4",
        "emails[colour pr]",
        "urn:scim:wso2:schema pr",
        "password eq \"x\"",
        "password pr",
        "urn:scim:wso2:schema:verifyEmail eq true",
        "active gt true",
        "active co \"tr\"",
        "active eq \"yes\"",
        "userName eq 5",
        "userName gt null",
        "name eq \"Kim\"",
        "addresses eq \"x\"",
        "meta.created sw \"2020\"",
        "meta.created gt \"yesterday\"",
        "x509Certificates gt \"aa\"",
        "userName eq \"open",
    ];
    for text in refused {
        let error = read(text).unwrap_err();
        assert_eq!(error.kind, ScimType::InvalidFilter, "{text}");
        assert!(!error.detail.contains("shoeSize") && !error.detail.contains("bob"), "{}", error.detail);
    }
}

/// SCIM-60: these must work.
#[test]
fn a_hundred_and_fifty_parentheses_and_two_hundred_terms_work() {
    let nested = format!("{}userName eq \"a\"{}", "(".repeat(150), ")".repeat(150));
    let many = |terms: usize| vec!["title eq \"a\""; terms].join(" or ");

    assert_eq!(shape(&nested), "userName Eq <string>");
    assert_eq!(read(&many(200)).unwrap().attributes().len(), 200);
    assert_eq!(refusal(&many(201)), ScimType::TooMany);
}

/// SEC-41: depth is counted in the tree.
#[test]
fn twenty_levels_are_read_and_twenty_one_are_not() {
    let alternating = |levels: usize| {
        let opening =
            (0..levels).map(|level| if level % 2 == 0 { "title pr and (" } else { "title pr or (" });
        format!("{}title pr{}", opening.collect::<String>(), ")".repeat(levels))
    };
    let negated = |levels: usize| format!("{}title pr{}", "not (".repeat(levels), ")".repeat(levels));

    assert!(read(&alternating(19)).is_ok());
    assert_eq!(refusal(&alternating(20)), ScimType::InvalidFilter);
    assert!(read(&negated(19)).is_ok());
    assert_eq!(refusal(&negated(20)), ScimType::InvalidFilter);
}

/// SEC-41: hostile nesting costs no stack.
#[test]
fn hostile_filters_are_refused_on_a_small_stack() {
    let hostile = [
        "not (".repeat(100_000),
        "(".repeat(BYTES_MAX),
        "not (".repeat(BYTES_MAX / 5),
        "title pr and (title pr or (".repeat(99),
        "emails[".repeat(BYTES_MAX / 7),
        format!("{}title pr{}", "not(".repeat(1_500), ")".repeat(1_500)),
    ];
    let answers = std::thread::Builder::new()
        .stack_size(256 * 1024)
        .spawn(move || hostile.iter().map(|text| refusal(text)).collect::<Vec<_>>())
        .unwrap()
        .join()
        .unwrap();

    assert_eq!(answers, [ScimType::InvalidFilter; 6]);
}

#[test]
fn a_filter_tells_which_attributes_it_looks_at() {
    let filter = read("userName eq \"a\" or not (emails[type eq \"w\" and value pr])").unwrap();

    let looked_at: Vec<String> = filter.attributes().iter().map(ToString::to_string).collect();

    assert_eq!(looked_at, ["userName", "emails.type", "emails.value"]);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,120}") {
        let _ = read(&text);
    }

    /// Words of the language in any order reach much deeper than random text.
    #[test]
    fn no_arrangement_of_words_makes_it_panic(words in proptest::collection::vec(prop_oneof![
        Just("userName"), Just("emails"), Just("type"), Just("eq"), Just("pr"), Just("and"), Just("or"), Just("not"),
        Just("("), Just(")"), Just("["), Just("]"), Just(".value"), Just("\"x\""), Just("true"), Just("null"), Just("7"),
    ], 0..40)) {
        if let Ok(filter) = read(&words.join(" ")) {
            let resource = serde_json::json!({"userName": "x", "emails": [{"type": "x", "value": "x"}]});
            let negated = Filter::Not(Box::new(filter.clone()));
            prop_assert_ne!(filter.matches(&resource), negated.matches(&resource));
        }
    }
}
