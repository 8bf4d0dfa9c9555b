//! The payload of a publisher: checked with dummy values when the file is loaded, filled when a message is due.
//!
//! A JSON mapping must be JSON once its placeholders are filled. The one mistake repaired is the `"key"="value"` of
//! WSO2's own documentation (D-19, SEED-1); everything else is refused with its position, because a provider would
//! only reject what we sent.

use serde_json::Value;

use crate::placeholder::{Context, FillError, JsonQuotes, Piece, Values, fill, scan};

/// Stands for every value while a mapping is checked. A private-use character, so that it is found again in a key.
const DUMMY: char = '\u{E000}';

/// The `type` attribute of a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingType {
    /// `json`
    Json,
    /// `text`
    Text,
    /// `form`: pairs separated by commas
    Form,
    /// `xml`
    Xml,
}

/// A payload template that is known to give a valid payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Mapping {
    kind: MappingType,
    template: String,
    /// The JSON document with dummies, whose shape every filled one must have.
    shape: Option<Value>,
}

/// A mapping that cannot be used: what is wrong, and at which byte of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingFault {
    /// Offset into the inline text.
    pub at: usize,
    /// One sentence with a remedy.
    pub text: String,
}

/// Why a filled mapping was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// A placeholder could not be filled.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The payload is not what the template promised (SEC-50).
    #[error("the filled mapping is not the JSON document its template describes")]
    Shape,
}

impl MappingType {
    /// Reads the attribute; `None` for the kinds that make no HTTP body.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "json" => Self::Json,
            "text" => Self::Text,
            "form" => Self::Form,
            "xml" => Self::Xml,
            _ => return None,
        })
    }

    /// The `Content-Type` a provider is told (verification.md §7.1).
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Text => "text/plain; charset=utf-8",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "text/xml; charset=utf-8",
        }
    }
}

impl Mapping {
    /// Checks a template. The second value is the offset of the first `=` that was read as `:`, for the warning.
    pub fn check(kind: MappingType, template: &str) -> Result<(Self, Option<usize>), MappingFault> {
        let plain = |shape| Self { kind, template: template.to_owned(), shape };
        if kind != MappingType::Json {
            return Ok((plain(None), None));
        }
        let fault = match shape(template) {
            Ok(shape) => return Ok((plain(Some(shape)), None)),
            Err(fault) => fault,
        };
        let (repaired, first) = with_colons(template).ok_or(fault.clone())?;
        let shape = shape(&repaired).map_err(|_| fault)?;
        Ok((Self { kind, template: repaired, shape: Some(shape) }, Some(first)))
    }

    /// The kind of payload.
    pub fn kind(&self) -> MappingType {
        self.kind
    }

    /// Fills the template. Refuses an absent value and, for JSON, a result of another shape than the template's.
    pub fn filled(&self, values: &Values) -> Result<String, MappingError> {
        match self.kind {
            MappingType::Text => Ok(fill(&self.template, Context::Text, values)?),
            MappingType::Xml => Ok(fill(&self.template, Context::Html, values)?),
            MappingType::Form => Ok(form(&self.template, values)?),
            MappingType::Json => {
                let filled = fill(&self.template, Context::Json, values)?;
                let document = serde_json::from_str(&filled).map_err(|_| MappingError::Shape)?;
                match &self.shape {
                    Some(shape) if same_shape(shape, &document) => Ok(filled),
                    _ => Err(MappingError::Shape),
                }
            }
        }
    }
}

/// `a=1,b={{x}}` becomes `a=1&b=…`: cut at the template's commas, values encoded. What the operator wrote is kept, but
/// for characters no form body may hold.
fn form(template: &str, values: &Values) -> Result<String, FillError> {
    let pairs: Result<Vec<_>, _> = template
        .split(',')
        .map(|pair| {
            fill(pair.trim(), Context::Form, values).map(|pair| pair.replace([' ', '\n', '\r', '\t'], "%20"))
        })
        .collect();
    Ok(pairs?.join("&"))
}

/// The document with a dummy in every placeholder. Each dummy is as long as what it stands for, so that a position in
/// the filled text is the position in the template.
fn shape(template: &str) -> Result<Value, MappingFault> {
    let filled = with_dummies(template);
    let document: Value = serde_json::from_str(&filled).map_err(|error| {
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or("syntax error");
        MappingFault {
            at: offset(&filled, error.line(), error.column()),
            text: format!(
                "The mapping is not valid JSON here ({what}): correct it, or ask the provider for a sample."
            ),
        }
    })?;
    if holds_dummy_key(&document) {
        let text = "A placeholder stands where a JSON key must be: write the key itself.".to_owned();
        return Err(MappingFault { at: 0, text });
    }
    Ok(document)
}

fn with_dummies(template: &str) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut quotes = JsonQuotes::default();
    for piece in scan(template) {
        match piece {
            Piece::Literal(text) => {
                text.bytes().for_each(|byte| quotes.step(byte));
                filled.push_str(text);
            }
            Piece::Placeholder(name) if quotes.open => {
                filled.extend([DUMMY].into_iter().chain(std::iter::repeat_n('x', name.len() + 1)));
            }
            Piece::Placeholder(name) => {
                filled.push('"');
                filled.extend([DUMMY].into_iter().chain(std::iter::repeat_n('x', name.len() - 1)));
                filled.push('"');
            }
        }
    }
    filled
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before + column.saturating_sub(1)
}

fn holds_dummy_key(document: &Value) -> bool {
    match document {
        Value::Object(members) => {
            members.iter().any(|(key, value)| key.contains(DUMMY) || holds_dummy_key(value))
        }
        Value::Array(items) => items.iter().any(holds_dummy_key),
        _ => false,
    }
}

fn same_shape(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(e, f)| e.0 == f.0 && same_shape(e.1, f.1))
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(e, f)| same_shape(e, f))
        }
        (Value::String(_), Value::String(_)) => true,
        (expected, found) => expected == found,
    }
}

/// The template with the `=` after every object key turned into `:`, and where the first one was; `None` when there is
/// none. An `=` inside a string or after anything but a key stays.
fn with_colons(template: &str) -> Option<(String, usize)> {
    let mut repaired = String::with_capacity(template.len());
    let mut place = KeyPlace::default();
    let mut first = None;
    for piece in scan(template) {
        let Piece::Literal(text) = piece else {
            if let Piece::Placeholder(name) = piece {
                place.value();
                repaired.extend(["{{", name, "}}"]);
            }
            continue;
        };
        for character in text.chars() {
            if place.awaits_colon(character) && character == '=' {
                first.get_or_insert(repaired.len());
                repaired.push(':');
            } else {
                repaired.push(character);
            }
        }
    }
    first.map(|at| (repaired, at))
}

/// Where in a JSON document a reader stands, as far as keys go.
#[derive(Default)]
struct KeyPlace {
    quotes: JsonQuotes,
    open: Vec<char>,
    key_next: bool,
    after_key: bool,
}

impl KeyPlace {
    fn value(&mut self) {
        if !self.quotes.open {
            (self.key_next, self.after_key) = (false, false);
        }
    }

    /// Reads a character and says whether a key had ended before it, so that only a colon may come.
    fn awaits_colon(&mut self, character: char) -> bool {
        let (was_open, after_key) = (self.quotes.open, self.after_key);
        if let Ok(byte) = u8::try_from(character) {
            self.quotes.step(byte);
        }
        if was_open {
            if !self.quotes.open {
                self.after_key = std::mem::take(&mut self.key_next);
            }
            return false;
        }
        match character {
            '{' | '[' => self.open.push(character),
            '}' | ']' => drop(self.open.pop()),
            _ => {}
        }
        if matches!(character, '{' | ',') {
            self.key_next = self.open.last() == Some(&'{');
        }
        if !character.is_whitespace() {
            self.after_key = false;
        }
        after_key
    }
}

#[cfg(test)]
mod tests;
