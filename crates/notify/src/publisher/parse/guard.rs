//! What is refused before, or instead of, reading the XML (SEC-51).

use roxmltree::Error;

use super::Place;

/// A publisher file is at most this large.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// Elements may be nested this deep.
const DEPTH_MAX: usize = 32;

/// A refusal and where it was found.
pub(super) struct Refused {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) text: &'static str,
}

/// The file as text, when it is small, UTF-8, without a DOCTYPE and not nested absurdly.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Refused> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(refused(b"", "The file is larger than 256 KiB: a publisher never is."));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        refused(
            bytes.get(..error.valid_up_to()).unwrap_or_default(),
            "The file is not UTF-8: save it as UTF-8.",
        )
    })?;
    if !declares_utf8(text) {
        return Err(refused(
            b"",
            "The XML declaration names another encoding than UTF-8: save the file as UTF-8.",
        ));
    }
    // anywhere, also where it would be harmless: no parser has to be right about that
    if let Some(at) = text.to_ascii_uppercase().find("<!DOCTYPE") {
        return Err(refused(bytes.get(..at).unwrap_or_default(), "A DOCTYPE is refused: remove it."));
    }
    match too_deep(text) {
        Some(at) => {
            Err(refused(bytes.get(..at).unwrap_or_default(), "Elements are nested deeper than 32 levels."))
        }
        None => Ok(text),
    }
}

fn refused(before: &[u8], text: &'static str) -> Refused {
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    Refused { line: number(line), column: number(column), text }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Whether the XML declaration, if there is one, says UTF-8 (or nothing, or its subset US-ASCII).
fn declares_utf8(text: &str) -> bool {
    let declaration =
        text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map(|(inside, _)| inside);
    let Some((_, after)) = declaration.and_then(|inside| inside.split_once("encoding")) else {
        return true;
    };
    let named = after.trim_start().trim_start_matches('=').trim().trim_start_matches(['"', '\'']);
    let named = named.split(['"', '\'']).next().unwrap_or_default();
    ["utf-8", "utf8", "us-ascii"].iter().any(|known| named.eq_ignore_ascii_case(known))
}

/// Where the 33rd level opens. Counts tags roughly: comments and CDATA can only make the count too high, and no real
/// file comes near the limit.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, _) in text.match_indices('<') {
        let rest = text.get(at + 1..)?;
        match rest.bytes().next() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'?' | b'!') | None => {}
            Some(_) if rest.split_once('>').is_some_and(|(tag, _)| tag.ends_with('/')) => {}
            Some(_) => depth += 1,
        }
        if depth > DEPTH_MAX {
            return Some(at);
        }
    }
    None
}

/// Where it is not well-formed; a file that ends too early is so at its end.
pub(super) fn place_of(error: &Error, text: &str) -> Place {
    match error {
        Error::UnclosedRootNode => {
            let end = refused(text.as_bytes(), "");
            (end.line, end.column)
        }
        _ => (error.pos().row, error.pos().col),
    }
}

/// What is not well-formed, without quoting the file: an unknown entity may well be a piece of a password.
pub(super) fn in_words(error: &Error) -> &'static str {
    match error {
        Error::DtdDetected => "A DOCTYPE is refused: remove it.",
        Error::UnknownEntityReference(..) | Error::MalformedEntityReference(_) => {
            "A lone \"&\" is not XML: write \"&amp;\"."
        }
        Error::UnexpectedCloseTag(..) | Error::UnexpectedEntityCloseTag(_) => {
            "This closing tag does not belong to the element that is open here."
        }
        Error::InvalidAttributeValue(_) => "\"<\" is not allowed inside an attribute: write \"&lt;\".",
        Error::DuplicatedAttribute(..) => "This element has an attribute twice: keep one.",
        Error::NoRootNode => "The file is empty: an eventPublisher element is expected.",
        Error::UnclosedRootNode => "The file ends before the root element is closed.",
        Error::UnexpectedDeclaration(_) => "The XML declaration must be the very first thing in the file.",
        Error::UnknownNamespace(..) => "A namespace prefix is used that was not declared.",
        Error::NodesLimitReached | Error::AttributesLimitReached | Error::NamespacesLimitReached => {
            "The file has more elements than any publisher needs."
        }
        _ => "The file is not well-formed XML here.",
    }
}
