//! How a value is written where it lands.

use std::fmt::Write as _;

/// A JSON string with its quotes (RFC 8259 §7).
pub(super) fn json_quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

/// The same without its quotes, for a placeholder the template has already quoted.
pub(super) fn json_inside_quotes(value: &str) -> String {
    let quoted = json_quoted(value);
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Everything but RFC 3986's unreserved characters as `%XX`: valid in a query, a path segment and a form body alike.
pub fn percent_encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // writing to a String cannot fail
        }
    }
    encoded
}

/// Text for an HTML or XML element or quoted attribute.
pub(super) fn html(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text without control characters and without the marks that reorder or hide text (SEC-31): a name must not be
/// able to turn a sentence around or add a line.
pub fn without_controls(text: &str) -> String {
    text.chars().filter(|character| !is_deceptive(*character)).collect()
}

/// The same characters escaped (`\u{1b}`) instead of removed: for a log line, a terminal or a timeline.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_deceptive(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Control characters, line and paragraph separators, bidirectional marks, overrides and isolates, invisible joiners.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}
