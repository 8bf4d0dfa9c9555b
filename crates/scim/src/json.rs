//! The one JSON reader of every surface (DESIGN §5, SEC-40, SEC-41).
//!
//! `serde_json` alone keeps the last of two equal keys and descends 128 levels. This reader refuses the second key,
//! stops at [`DEPTH_MAX`], and decides both *while* reading, so hostile input costs neither stack nor memory beyond
//! what was accepted. Its errors say what is wrong and where, and never repeat a byte of the input.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep arrays and objects may nest.
pub const DEPTH_MAX: usize = 32;

/// Why a text was not accepted as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// More bytes than the caller allows.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// Not JSON.
    Syntax,
    /// The text ends in the middle of a value.
    Unfinished,
    /// Something follows the value.
    Trailing,
    /// An object has the same key twice.
    DuplicateKey,
    /// Arrays and objects nest deeper than [`DEPTH_MAX`].
    TooDeep,
}

/// A refusal of the reader: what, and at which line and column (both from 1; 0 where there is no place to name).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// The line it was noticed in.
    pub line: usize,
    /// The column it was noticed at, in bytes.
    pub column: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            JsonErrorKind::TooLong => return f.write_str("The body is longer than this endpoint accepts."),
            JsonErrorKind::NotUtf8 => "The body is not UTF-8",
            JsonErrorKind::Syntax => "The body is not JSON",
            JsonErrorKind::Unfinished => "The body ends before its JSON does",
            JsonErrorKind::Trailing => "Something follows the JSON value",
            JsonErrorKind::DuplicateKey => "An object has the same key twice",
            JsonErrorKind::TooDeep => "The JSON nests deeper than 32 levels",
        };
        write!(f, "{what} (line {}, column {}).", self.line, self.column)
    }
}

impl std::error::Error for JsonError {}

/// Reads one JSON value of at most `bytes_max` bytes.
///
/// Refuses duplicate keys, nesting over [`DEPTH_MAX`], bytes that are not UTF-8, and anything after the value. Safe on
/// a small stack whatever the input.
pub fn read(bytes: &[u8], bytes_max: usize) -> Result<Value, JsonError> {
    if bytes.len() > bytes_max {
        return Err(JsonError { kind: JsonErrorKind::TooLong, line: 0, column: 0 });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let refused = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0, refused: &refused }
        .deserialize(&mut deserializer)
        .map_err(|error| located(&error, refused.get()))?;
    deserializer.end().map_err(|error| located(&error, Some(JsonErrorKind::Trailing)))?;
    Ok(value)
}

fn not_utf8(bytes: &[u8], valid: usize) -> JsonError {
    let before = bytes.get(..valid).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
    JsonError { kind: JsonErrorKind::NotUtf8, line, column }
}

fn located(error: &serde_json::Error, refused: Option<JsonErrorKind>) -> JsonError {
    let kind =
        refused.unwrap_or(if error.is_eof() { JsonErrorKind::Unfinished } else { JsonErrorKind::Syntax });
    JsonError { kind, line: error.line(), column: error.column() }
}

/// Reads one value at `depth`; leaves in `refused` the reason if the refusal is ours and not `serde_json`'s.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    refused: &'a Cell<Option<JsonErrorKind>>,
}

impl Strict<'_> {
    fn refuse<E: serde::de::Error>(self, kind: JsonErrorKind) -> E {
        self.refused.set(Some(kind));
        E::custom("refused")
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(self.refuse(JsonErrorKind::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(self.refuse(JsonErrorKind::DuplicateKey));
            }
            let value = entries.next_value_seed(inner)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const LIMIT: usize = 1 << 20;

    fn refusal(text: &str) -> JsonErrorKind {
        read(text.as_bytes(), LIMIT).unwrap_err().kind
    }

    #[test]
    fn every_kind_of_value_is_read_as_it_was_written() {
        let text = r#" {"b": [1, -2, 2.5, true, false, null], "a": {"é\n": "\u00fc\ud83d\ude00"}} "#;

        assert_eq!(
            read(text.as_bytes(), LIMIT).unwrap(),
            json!({"b": [1, -2, 2.5, true, false, null], "a": {"é\n": "ü😀"}})
        );
    }

    /// SEC-40: the last key never silently wins, however the two are spelled.
    #[test]
    fn a_key_given_twice_is_refused_where_it_stands() {
        let twice = "{\n  \"userName\": \"a\",\n  \"user\\u004eame\": \"b\"\n}";

        let error = read(twice.as_bytes(), LIMIT).unwrap_err();

        assert_eq!((error.kind, error.line), (JsonErrorKind::DuplicateKey, 3));
        assert_eq!(refusal(r#"[{"x": {"y": 1, "y": 1}}]"#), JsonErrorKind::DuplicateKey);
    }

    /// SEC-41: depth 32 is read, depth 33 is not.
    #[test]
    fn nesting_is_bounded_at_thirty_two() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);

        assert!(read(nested(32).as_bytes(), LIMIT).is_ok());
        assert_eq!(refusal(&nested(33)), JsonErrorKind::TooDeep);
    }

    /// SEC-41: hostile nesting is refused on a small stack and the process lives.
    #[test]
    fn a_million_brackets_are_refused_on_a_small_stack() {
        for opening in ["[", "{\"a\":", "[{\"a\":"] {
            let hostile = opening.repeat(LIMIT / opening.len());
            let answer = std::thread::Builder::new()
                .stack_size(256 * 1024)
                .spawn(move || read(hostile.as_bytes(), LIMIT).unwrap_err().kind)
                .unwrap()
                .join()
                .unwrap();

            assert_eq!(answer, JsonErrorKind::TooDeep);
        }
    }

    #[test]
    fn what_is_not_one_json_value_is_refused_by_its_kind() {
        assert_eq!(refusal("{} {}"), JsonErrorKind::Trailing);
        assert_eq!(refusal("{\"a\": "), JsonErrorKind::Unfinished);
        assert_eq!(refusal(""), JsonErrorKind::Unfinished);
        assert_eq!(refusal("{'a': 1}"), JsonErrorKind::Syntax);
        assert_eq!(refusal("[1e999]"), JsonErrorKind::Syntax);
        assert_eq!(refusal(r#""\ud800""#), JsonErrorKind::Syntax);
        assert_eq!(read(b"[]", 1).unwrap_err().kind, JsonErrorKind::TooLong);
    }

    /// SEED-24: a stray quote is malformed JSON, named by its place and not repaired.
    #[test]
    fn a_stray_quote_is_located_and_not_repaired() {
        let error = read(br#"{"user":{"realm": PRIMARY"}}"#, LIMIT).unwrap_err();

        assert_eq!(error.to_string(), "The body is not JSON (line 1, column 19).");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_located() {
        assert_eq!(
            read(b"{\"a\":\n \"\xff\"}", LIMIT).unwrap_err(),
            JsonError { kind: JsonErrorKind::NotUtf8, line: 2, column: 3 }
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic_or_echo(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Err(error) = read(&bytes, LIMIT) {
                prop_assert!(error.to_string().len() < 100);
            }
        }

        #[test]
        fn what_serde_json_writes_is_read_back(text in "\\PC{0,40}", number in any::<i64>()) {
            let value = json!({"text": text, "list": [number, {"x": null}]});
            prop_assert_eq!(read(value.to_string().as_bytes(), LIMIT).unwrap(), value);
        }
    }
}
