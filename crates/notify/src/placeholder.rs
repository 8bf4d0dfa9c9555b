//! The `{{name}}` placeholder: one scanner and one filler for publisher mappings and message templates.
//!
//! A name is made of letters, digits and `-_.:`; anything else between braces is ordinary text, so that JSON's own
//! braces never need escaping. `url:NAME` is the percent-encoded value of `NAME`. `user.claim.NAME` may be absent and
//! is then empty (verification.md §6.2); every other absent name is an error that says which.
//!
//! Filling is a single pass: a substituted value is never scanned again, so a person called `{{body}}` stays one
//! (SEC-50). How a value is written depends on where it lands, the [`Context`].

use std::borrow::Cow;

mod escape;
mod values;

pub(crate) use escape::shown;
pub use escape::{percent_encoded, without_controls};
pub use values::Values;

/// Where a filled template is going, which decides how its values are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// A JSON document. A bare placeholder becomes a quoted string; one that already stands between quotes is
    /// escaped without adding any (D-19, SEED-3).
    Json,
    /// A URL or a form body: percent-encoded.
    Form,
    /// The value of one HTTP header: inserted as it is, and refused when it holds a control character (SEC-49).
    Header,
    /// HTML or XML, in text or in a quoted attribute.
    Html,
    /// Plain text: inserted as it is.
    Text,
}

/// Why a template could not be filled. Names the placeholder, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The template asks for something this message does not carry.
    #[error("the placeholder {{{{{name}}}}} has no value in this message")]
    Absent {
        /// The name between the braces.
        name: String,
    },
    /// A value with a line break or another control character was about to enter a header.
    #[error("the value of {{{{{name}}}}} holds a control character and cannot be put into a header")]
    HeaderBreak {
        /// The name between the braces.
        name: String,
    },
}

/// A stretch of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text that stays as it is.
    Literal(&'t str),
    /// The name of a placeholder, without its braces.
    Placeholder(&'t str),
}

/// Cuts a template into its pieces; joined again (with the braces) they are the template.
pub fn scan(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    let mut found = None;
    std::iter::from_fn(move || {
        if let Some(name) = found.take() {
            return Some(Piece::Placeholder(name));
        }
        if rest.is_empty() {
            return None;
        }
        let Some((before, name, after)) = next_placeholder(rest) else {
            return Some(Piece::Literal(std::mem::take(&mut rest)));
        };
        rest = after;
        if before.is_empty() {
            return Some(Piece::Placeholder(name));
        }
        found = Some(name);
        Some(Piece::Literal(before))
    })
}

/// Fills a template. Refuses an absent name, and in a header a value with control characters.
pub fn fill(template: &str, context: Context, values: &Values) -> Result<String, FillError> {
    let mut filled = String::with_capacity(template.len() + 64);
    let mut quotes = JsonQuotes::default();
    for piece in scan(template) {
        match piece {
            Piece::Literal(text) => {
                quotes.pass(text);
                filled.push_str(text);
            }
            Piece::Placeholder(name) => {
                let value = values.get(name).ok_or_else(|| FillError::Absent { name: name.to_owned() })?;
                filled.push_str(&written(name, value, context, quotes.open)?);
            }
        }
    }
    Ok(filled)
}

fn written<'v>(
    name: &str,
    value: Cow<'v, str>,
    context: Context,
    in_quotes: bool,
) -> Result<Cow<'v, str>, FillError> {
    Ok(match context {
        Context::Json if in_quotes => escape::json_inside_quotes(&value).into(),
        Context::Json => escape::json_quoted(&value).into(),
        Context::Form => percent_encoded(&value).into(),
        Context::Html => escape::html(&value).into(),
        Context::Header if value.chars().any(char::is_control) => {
            return Err(FillError::HeaderBreak { name: name.to_owned() });
        }
        Context::Header | Context::Text => value,
    })
}

/// Whether the literal text passed so far ends inside a JSON string.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct JsonQuotes {
    pub(crate) open: bool,
    escaped: bool,
}

impl JsonQuotes {
    fn pass(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.step(byte));
    }

    /// Reads one byte of the document.
    pub(crate) fn step(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.open => self.escaped = true,
            b'"' => self.open = !self.open,
            _ => {}
        }
    }
}

fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find("{{")?;
        let inner = text.get(open + 2..)?;
        let length = inner.bytes().take_while(|byte| is_name_byte(*byte)).count();
        let (name, after) = inner.split_at(length);
        match after.strip_prefix("}}") {
            Some(after) if !name.is_empty() => return Some((text.get(..open)?, name, after)),
            _ => from = open + 1,
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':')
}

#[cfg(test)]
mod tests;
