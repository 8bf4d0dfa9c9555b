//! The order of resources (RFC 7644 §3.4.2.3, SCIM-65), as keys that compare byte by byte.
//!
//! A key is `=` and the folded text, or `~` for what is unassigned: so what is unassigned comes last, and first when
//! the order is turned round. An index holds the same keys, and a cursor names its place by one.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    instant,
    list::Sort,
    schema::{AttributePath, Collation},
};

/// The key of an attribute that is not there. Every other key begins with `=`, which comes before.
pub const UNASSIGNED: &str = "~";

/// The longest key, in octets: an index takes no longer one. Texts that only differ beyond compare as equal in an order
/// and in an index; a filter still tells them apart.
pub const KEY_BYTES_MAX: usize = 256;

/// The key of a text.
pub fn text_key(collation: Collation, text: &str) -> String {
    let folded = collation.fold(text);
    let mut end = folded.len().min(KEY_BYTES_MAX - 1);
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    format!("={}", folded.get(..end).unwrap_or_default())
}

/// Added to microseconds, so that all keys of instants have the same number of digits and none a sign.
const EPOCH: i64 = 1_i64 << 61;

/// The key of an instant, to the microsecond.
pub fn instant_key(at: Timestamp) -> String {
    format!("={:020}", at.as_microsecond().saturating_add(EPOCH))
}

/// The microseconds of an instant's key; `None` for any other key.
pub fn instant_micros(key: &str) -> Option<i64> {
    key.strip_prefix('=')?.parse::<i64>().ok()?.checked_sub(EPOCH)
}

impl Sort {
    /// The key of a resource in the internal form: of a list the primary value counts, else the first.
    pub fn key(&self, resource: &Value) -> String {
        leaf(resource, &self.by).map_or_else(|| UNASSIGNED.to_owned(), |value| key(value, &self.by))
    }
}

fn leaf<'v>(resource: &'v Value, path: &AttributePath) -> Option<&'v Value> {
    let held = match path.extension() {
        Some(urn) => resource.get(urn)?.get(path.attribute.name)?,
        None => resource.get(path.attribute.name)?,
    };
    let value = match held {
        Value::Array(values) => values.iter().find(|value| value["primary"] == true).or(values.first())?,
        single => single,
    };
    let value = match path.sub {
        Some(sub) => value.get(sub.name)?,
        None => value,
    };
    (!value.is_null()).then_some(value)
}

fn key(value: &Value, path: &AttributePath) -> String {
    match value {
        Value::Bool(truth) => format!("={}", u8::from(*truth)),
        Value::String(text) if path.leaf().kind == crate::schema::Kind::DateTime => {
            instant::parse(text).map_or_else(|| UNASSIGNED.to_owned(), instant_key)
        }
        Value::String(text) => text_key(path.leaf().collation, text),
        Value::Number(number) => number_key(number.as_f64().unwrap_or_default()),
        Value::Null | Value::Array(_) | Value::Object(_) => UNASSIGNED.to_owned(),
    }
}

/// The bits of a float order as it does once negative ones are turned round.
fn number_key(number: f64) -> String {
    let bits = number.to_bits();
    let ordered = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
    format!("={ordered:016x}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{Dialect, Name, user};

    fn keys(by: &str, resources: &[Value]) -> Vec<String> {
        let Some(Name::Attribute(by)) = user(Dialect::Strict).resolve(by) else { panic!("{by}") };
        let sort = Sort { by, is_descending: false };
        resources.iter().map(|resource| sort.key(resource)).collect()
    }

    /// SCIM-65: by the attribute's own comparison; what is unassigned comes last.
    #[test]
    fn keys_compare_as_the_attribute_does() {
        let titled = |title: &str| json!({"title": title});
        let keys = keys("title", &[titled(""), titled("Älter"), titled("b"), titled("C"), json!({})]);

        let mut sorted = keys.clone();
        sorted.sort();
        assert_eq!(sorted, ["=", "=b", "=c", "=älter", "~"]);
        assert_eq!(keys[1], "=älter");
    }

    /// SCIM-65: of a list the primary value counts, else the first.
    #[test]
    fn a_list_is_sorted_by_its_primary_value_else_its_first() {
        let marked = json!({"emails": [{"value": "b@x.org"}, {"value": "A@x.org", "primary": true}]});
        let plain = json!({"emails": [{"value": "b@x.org"}, {"value": "a@x.org"}]});

        assert_eq!(keys("emails.value", &[marked, plain]), ["=a@x.org", "=b@x.org"]);
    }

    #[test]
    fn numbers_instants_and_flags_order_as_what_they_are() {
        let mut numbers = [-2.5, -1.0, 0.0, 1.0, 10.0].map(number_key).to_vec();
        let sorted = numbers.clone();
        numbers.reverse();
        numbers.sort();
        assert_eq!(numbers, sorted);
        let early = instant_key(Timestamp::UNIX_EPOCH);
        assert!(early < instant_key("2026-01-01T00:00:00Z".parse().unwrap()));
        assert!(instant_key("1900-01-01T00:00:00Z".parse().unwrap()) < early);
        assert_eq!(
            (instant_micros(&early), instant_micros("=x"), instant_micros("~")),
            (Some(0), None, None)
        );
        assert_eq!(keys("active", &[json!({"active": false}), json!({"active": true})]), ["=0", "=1"]);
    }

    /// An index takes no longer key, and a character is never cut.
    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(text_key(Collation::Text, &"a".repeat(1_000)).len(), KEY_BYTES_MAX);
        assert_eq!(text_key(Collation::Text, &"€".repeat(1_000)).len(), KEY_BYTES_MAX);
        assert_eq!(text_key(Collation::Text, &format!("a{}", "€".repeat(1_000))).len(), 254 + 1 - 1);
    }
}
