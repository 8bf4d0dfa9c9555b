//! `If-Match` and `If-None-Match` (RFC 9110 §13.1, SCIM-33), on weak tags of the store's version.

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};

/// What a condition names.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Tags {
    /// `*`.
    Any,
    /// The opaque parts of the tags, in their quotes.
    These(Vec<String>),
}

/// The versions a write may replace; `None` if the request sets no condition or `*`, which every existing one meets.
/// A tag that is none of ours matches nothing: the write is answered 412.
pub(super) fn expected(headers: &HeaderMap) -> Option<Vec<u64>> {
    versions(tags(headers, IF_MATCH)?)
}

/// The same for the `version` of an operation in a Bulk request, which acts as `If-Match` (SCIM-33).
pub(super) fn expected_by(version: &str) -> Option<Vec<u64>> {
    versions(read(std::iter::once(version)))
}

/// Whether the client has this version already (304).
pub(super) fn is_known(headers: &HeaderMap, version: u64) -> bool {
    match tags(headers, IF_NONE_MATCH) {
        None => false,
        Some(Tags::Any) => true,
        Some(Tags::These(tags)) => tags.iter().any(|tag| number(tag) == Some(version)),
    }
}

/// The same for a tag that is no number.
pub(super) fn knows(headers: &HeaderMap, version: &str) -> bool {
    match tags(headers, IF_NONE_MATCH) {
        None => false,
        Some(Tags::Any) => true,
        Some(Tags::These(tags)) => tags.iter().any(|tag| tag == opaque(version)),
    }
}

fn versions(tags: Tags) -> Option<Vec<u64>> {
    match tags {
        Tags::Any => None,
        Tags::These(tags) => Some(tags.iter().filter_map(|tag| number(tag)).collect()),
    }
}

fn tags(headers: &HeaderMap, name: HeaderName) -> Option<Tags> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    Some(read(values.map(|value| value.to_str().unwrap_or_default())))
}

fn read<'v>(values: impl Iterator<Item = &'v str>) -> Tags {
    let items: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    if items.contains(&"*") {
        return Tags::Any;
    }
    Tags::These(items.into_iter().map(|tag| opaque(tag).to_owned()).collect())
}

/// Compared weakly (RFC 9110 §8.8.3.2): with or without `W/`.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

fn number(tag: &str) -> Option<u64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }

    /// SCIM-33: lists, several headers, strong and weak, `*`.
    #[test]
    fn lists_of_tags_and_the_star_are_read() {
        let expects = |values: &[&str]| expected(&headers(&IF_MATCH, values));

        assert_eq!(expects(&[]), None);
        assert_eq!(expects(&["*"]), None);
        assert_eq!(expects(&["W/\"3\""]), Some(vec![3]));
        assert_eq!(expects(&["\"3\", W/\"4\"", "W/\"5\""]), Some(vec![3, 4, 5]));
    }

    /// A tag that is not ours is a condition nobody meets, never no condition.
    #[test]
    fn a_foreign_tag_matches_nothing() {
        assert_eq!(expected(&headers(&IF_MATCH, &["W/\"abc\""])), Some(vec![]));
        assert_eq!(expected(&headers(&IF_MATCH, &["3"])), Some(vec![]));
        assert_eq!(expected(&headers(&IF_MATCH, &[""])), Some(vec![]));
    }

    /// SCIM-33: 304 only for the version the client has.
    #[test]
    fn a_known_version_is_recognised() {
        let knows = |values: &[&str]| is_known(&headers(&IF_NONE_MATCH, values), 7);

        assert!(knows(&["W/\"6\", W/\"7\""]));
        assert!(knows(&["*"]));
        assert!(!knows(&["W/\"8\""]));
        assert!(!knows(&[]));
    }
}
