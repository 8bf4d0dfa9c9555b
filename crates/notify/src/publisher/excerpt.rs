//! The line of a publisher file that a problem points at, without what must not be seen (SEC-51).
//!
//! A property's value can stand anywhere in a file that is wrong: outside its element, in an attribute that was never
//! closed, in a comment. So nothing is trusted to be markup because of where it stands: of a line only the words the
//! format itself knows are shown, and the signs that hold markup together. Everything else becomes `…`.

/// A line that may be shown, and how many of its characters stand before the place meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, with `…` for what is not shown.
    pub line: String,
    /// Characters before the caret.
    pub before: usize,
}

/// The words of the format: elements, attributes, property names, and the values that are words of it too.
const KNOWN: [&str; 40] = [
    "eventPublisher",
    "from",
    "mapping",
    "inline",
    "registry",
    "to",
    "property",
    "name",
    "streamName",
    "version",
    "statistics",
    "trace",
    "processing",
    "xmlns",
    "customMapping",
    "type",
    "eventAdapterType",
    "encrypted",
    "enable",
    "disable",
    "true",
    "false",
    "json",
    "text",
    "form",
    "xml",
    "http",
    "email",
    "encoding",
    "UTF-8",
    "DOCTYPE",
    "http.url",
    "http.client.method",
    "http.headers",
    "http.username",
    "http.password",
    "http.proxy.host",
    "http.proxy.port",
    "HttpPost",
    "HttpPut",
];
/// The signs between the words of markup.
const SIGNS: &str = "<>=\"'";
/// The signs a tag may have at the ends of its name.
const ENDS: [char; 3] = ['/', '?', '!'];
/// No line of a file that people write is longer; a caret further on helps nobody.
const SHOWN_MAX: usize = 160;

/// The line with this number, and the place of this column in it, both from 1. `None` when there is no such line, or
/// nothing on it may be shown.
pub(super) fn excerpt(text: &str, line: u32, column: u32) -> Option<Excerpt> {
    let number = usize::try_from(line).ok()?.checked_sub(1)?;
    let whole = text.split('\n').nth(number)?.trim_end();
    let target = usize::try_from(column).ok()?.saturating_sub(1);
    let (mut shown, mut before, mut at) = (String::new(), None, 0);
    for piece in pieces(whole) {
        let length = piece.chars().count();
        let is_sign = piece.chars().all(|c| SIGNS.contains(c) || ENDS.contains(&c) || c.is_whitespace());
        let is_shown = is_sign || KNOWN.contains(&piece.trim_matches(ENDS));
        let start = shown.chars().count();
        if is_shown {
            shown.extend(piece.chars().map(|c| if c.is_control() { ' ' } else { c }));
        } else if !shown.ends_with('…') {
            shown.push('…');
        }
        if before.is_none() && target < at + length {
            let into = if is_shown { target.saturating_sub(at) } else { 0 };
            before = Some((start + into).min(shown.chars().count().saturating_sub(1)));
        }
        at += length;
    }
    let before = before.unwrap_or(shown.chars().count());
    let is_worth_showing = shown.chars().any(|c| !c.is_whitespace() && c != '…');
    let is_short = shown.chars().count() <= SHOWN_MAX;
    (is_worth_showing && is_short).then_some(Excerpt { line: shown, before })
}

/// A line cut into words, single signs and single spaces.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || SIGNS.contains(c);
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if ends(first) { first.len_utf8() } else { rest.find(ends).unwrap_or(rest.len()) };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, column: u32) -> String {
        let Some(excerpt) = excerpt(line, 1, column) else { return "nothing".to_owned() };
        format!("{}\n{}^", excerpt.line, " ".repeat(excerpt.before))
    }

    /// SEC-51: whatever is wrong with a line, no value on it is seen; the caret stands where the problem is.
    #[test]
    fn a_line_is_shown_without_what_it_holds() {
        let lines = [
            (r#"    <property name="http.url">https://sms.example/?key=hunter22&to=1</property>"#, 64),
            (r#"  <property name="http.password>hunter22</property>"#, 30),
            (r#"    "api_key"="hunter22","to"={{mobile}}"#, 14),
            (r#"<to eventAdapterType="htp">"#, 5),
            (r#"<property name="http.usernme">hunter22"#, 1),
            ("hunter22", 3),
            ("", 1),
        ];

        let seen: Vec<String> = lines.iter().map(|(line, column)| shown(line, *column)).collect();

        assert!(
            seen.iter().all(|line| !line.contains("hunter22") && !line.contains("sms.example")),
            "{seen:?}"
        );
        assert_eq!(
            seen,
            [
                "    <property name=\"http.url\">…=…=…</property>\n                                ^",
                "  <property name=\"http.password>…</property>\n                             ^",
                "    \"…\"=\"…\"…\"to\"=…\n       ^",
                "<to eventAdapterType=\"…\">\n    ^",
                "<property name=\"…\">…\n^",
                "nothing",
                "nothing",
            ]
        );
    }

    #[test]
    fn the_line_is_found_by_its_number() {
        let text = "<eventPublisher>\r\n  <from/>\r\n</eventPublisher>";

        assert_eq!(excerpt(text, 2, 3), Some(Excerpt { line: "  <from/>".to_owned(), before: 2 }));
        assert_eq!(excerpt(text, 3, 99), Some(Excerpt { line: "</eventPublisher>".to_owned(), before: 17 }));
        assert_eq!(excerpt(text, 4, 1), None);
    }
}
