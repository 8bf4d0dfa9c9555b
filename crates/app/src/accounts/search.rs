//! What is typed into the search field, as a filter: each word begins a name, an address or a number.

use countersign_scim::filter::{Comparison, Filter, Literal, Operator};
use countersign_scim::schema::{Dialect, Name, user};

/// Where a word is looked for. All are indexed.
const SEARCHED: [&str; 6] =
    ["userName", "displayName", "name.givenName", "name.familyName", "emails.value", "phoneNumbers.value"];

/// Words that count; what is typed beyond them is not looked for.
const WORDS_MAX: usize = 4;

/// The filter of a text; `None` for a blank one. A number may be typed with spaces: a text without a letter is one word.
pub(super) fn filter(text: &str) -> Option<Filter> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.chars().all(|c| !c.is_alphabetic());
    let words: Vec<&str> =
        if is_number { vec![text] } else { text.split_whitespace().take(WORDS_MAX).collect() };
    let mut parts: Vec<Filter> = words.into_iter().map(word).collect();
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Filter::And(parts)),
    }
}

fn word(word: &str) -> Filter {
    let begins = SEARCHED.iter().filter_map(|name| match user(Dialect::Strict).resolve(name) {
        Some(Name::Attribute(target)) => Some(Filter::Compare(Comparison {
            target,
            operator: Operator::Sw,
            literal: Literal::String(word.to_owned()),
        })),
        _ => None,
    });
    Filter::Or(begins.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// pages.md §5, Users: by name, address, number; the beginning is enough, whatever its case.
    #[test]
    fn every_word_begins_a_name_an_address_or_a_number() {
        let ann = json!({
            "userName": "ann.w", "displayName": "Ann of Wales",
            "name": {"givenName": "Ann", "familyName": "Walker"},
            "emails": [{"value": "a.walker@example.org"}],
            "phoneNumbers": [{"type": "mobile", "value": "+94 77 123"}],
        });
        let found = |text: &str| filter(text).is_none_or(|filter| filter.matches(&ann));

        for text in ["ann", "WALK", "ann walk", "a.walker@", "+9477", "+94 77 1", "  ", "ann.w"] {
            assert!(found(text), "{text}");
        }
        for text in ["nn", "ann smith", "walker@", "77 123", "-"] {
            assert!(!found(text), "{text}");
        }
    }
}
