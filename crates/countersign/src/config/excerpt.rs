//! The one line of a configuration file that a problem shows, without what must not be seen.
//!
//! A password can stand on any line that is wrong: under a misspelt key, in typographic quotes, in an inline table.
//! So a line is shown whole only when its key is known, is no secret, and no word on the line looks like the name of
//! one; otherwise everything after the `=` becomes `…`.

use std::ops::Range;

use super::nearest::distance;
use super::settings::known_keys;

/// A line that may be shown, and the part of it to point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) number: usize,
    pub(super) line: String,
    pub(super) caret: Range<usize>,
}

/// The line on which `span` starts; `inside` are the insides of strings of several lines, of which nothing is shown. Spans that leave the line, or cut a character, are clipped.
pub(super) fn excerpt(text: &str, inside: &[Range<usize>], span: &Range<usize>) -> Excerpt {
    let start = floor(text, span.start.min(text.len()));
    let begin = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(begin..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let number = super::problem::line_of(text, begin);
    let from = (start - begin).min(line.len());
    let to = floor(line, span.end.saturating_sub(begin).clamp(from, line.len())).max(from);
    let is_inside = inside.iter().any(|string| string.contains(&begin));
    let shown = if is_inside { 0 } else { visible(line) };
    if shown >= line.len() {
        let to = if to == from { (from + 1).min(line.len()).max(from) } else { to };
        return Excerpt { number, line: line.to_owned(), caret: from..ceil(line, to) };
    }
    let kept = line.get(..shown).unwrap_or_default();
    if kept.is_empty() {
        return Excerpt { number, line: "…".to_owned(), caret: 0..'…'.len_utf8() };
    }
    let caret = if from < shown { from..to.min(shown) } else { shown + 1..shown + 1 + '…'.len_utf8() };
    Excerpt { number, line: format!("{kept} …"), caret }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// How many leading bytes of the line may be seen.
fn visible(line: &str) -> usize {
    let keys = known_keys();
    let is_secret = |word: &str| match keys.iter().find(|key| key.name == word) {
        Some(key) => key.secret,
        None => ["password", "client_secret", "secret"].iter().any(|name| distance(word, name) <= 2),
    };
    let key = line.split('=').next().unwrap_or_default();
    let name = key.trim().rsplit('.').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
    let known = keys.iter().any(|key| key.name == name) || line.trim_start().starts_with('[');
    if known && !words(line).any(is_secret) {
        return line.len();
    }
    if let Some(at) = line.find('=') {
        return at + 1;
    }
    // Without a `=` this may be the inside of a value: only the name of a key is surely none.
    let indent = line.len() - line.trim_start().len();
    let first = words(line.trim_start()).next().unwrap_or_default();
    let named = line.trim_start().starts_with(first) && keys.iter().any(|key| key.name == first);
    if named { indent + first.len() } else { 0 }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::super::slips::scan;
    use super::excerpt;

    fn shown(line: &str) -> String {
        excerpt(line, &[], &(line.len().saturating_sub(2)..line.len())).line
    }

    /// SEC-58: no way of getting a password wrong shows the password.
    #[test]
    fn a_secret_is_never_on_the_line_that_is_shown() {
        let lines = [
            "password = “hunter22”",
            "pasword = 'hunter22'",
            "super_admin = { username = 5, password = \"hunter22\" }",
            "password \"hunter22\"",
            "  hunter22\"\"\"",
            "hunter22",
            "unknown = \"hunter22\"",
            "[super_admin] password = \"hunter22\"",
            "url = \"postgresql://u:hunter22@db/x\"",
        ];

        let seen: Vec<String> = lines.iter().map(|line| shown(line)).collect();

        insta::assert_debug_snapshot!(seen, @r#"
        [
            "password = …",
            "pasword = …",
            "super_admin = …",
            "password …",
            "…",
            "…",
            "unknown = …",
            "[super_admin] password = …",
            "url = …",
        ]
        "#);
    }

    /// SEC-58: the inside of a string of several lines may be anything, whatever it looks like.
    #[test]
    fn the_inside_of_a_long_string_is_not_shown() {
        let text = "password = \"\"\"\nport = hunter22\n\"\"\"\nport = 1\n";
        let inside = scan(text).multiline;

        let seen = [text.find("hunter22"), text.rfind("port")]
            .map(|at| excerpt(text, &inside, &(at.unwrap()..text.len())).line);

        assert_eq!(seen, ["…", "port = 1"]);
    }

    /// Everything that is no secret is shown, so that the caret has something to point at.
    #[test]
    fn a_known_key_is_shown_with_its_value() {
        let lines = ["port = \"abc\"", "[server", "password_min_length = \"x\""];

        let seen: Vec<String> = lines.iter().map(|line| shown(line)).collect();

        assert_eq!(seen, lines);
    }
}
