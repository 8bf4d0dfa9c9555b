//! What people paste into `deployment.toml` that is not TOML, found before TOML is parsed.
//!
//! Published instructions hold three slips: typographic quotes (SEED-4), the same table header twice (SEED-6), and a
//! header that lost its name, `[]` (SEED-26). A scanner that knows strings, comments and brackets finds them; nothing
//! else is decided here.

use std::collections::BTreeSet;
use std::ops::Range;

/// A value between typographic quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypographicQuotes {
    /// The quote that opens it; may be a straight one.
    pub(super) open: Range<usize>,
    /// The quote that closes it, when the line has one; may be a straight one.
    pub(super) close: Option<Range<usize>>,
}

/// A table header line and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The header, brackets included.
    pub(super) span: Range<usize>,
    /// From the start of its line to the next header.
    pub(super) section: Range<usize>,
    /// Where the lines below it start.
    pub(super) body: usize,
    /// The dotted name; empty for `[]`.
    pub(super) name: String,
    /// Whether it is `[[name]]`, which may be repeated.
    pub(super) repeats: bool,
}

/// Everything found in one pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Findings {
    pub(super) quotes: Vec<TypographicQuotes>,
    pub(super) headers: Vec<Header>,
    /// The insides of strings of several lines.
    pub(super) multiline: Vec<Range<usize>>,
}

/// Scans the text line by line.
pub(super) fn scan(text: &str) -> Findings {
    let mut scanner = Scanner { findings: Findings::default(), until: None, depth: 0 };
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        scanner.line(line.trim_end_matches(['\n', '\r']), offset, offset + line.len());
        offset += line.len();
    }
    scanner.close_section(text.len());
    scanner.findings
}

impl Findings {
    /// The headers that repeat an earlier one, each with that earlier one. Tables inside `[[name]]` may be repeated.
    pub(super) fn repeated(&self) -> Vec<(&Header, &Header)> {
        let lists: BTreeSet<&str> =
            self.headers.iter().filter(|h| h.repeats).map(|h| h.name.as_str()).collect();
        let in_list = |name: &str| {
            name.match_indices('.')
                .filter_map(|(at, _)| name.get(..at))
                .chain([name])
                .any(|n| lists.contains(n))
        };
        let mut first = std::collections::BTreeMap::new();
        let mut repeated = Vec::new();
        for header in self.headers.iter().filter(|h| !h.repeats && !h.name.is_empty() && !in_list(&h.name)) {
            match first.get(header.name.as_str()) {
                Some(earlier) => repeated.push((header, *earlier)),
                None => {
                    first.insert(header.name.as_str(), header);
                }
            }
        }
        repeated
    }

    /// The headers without a name.
    pub(super) fn nameless(&self) -> impl Iterator<Item = &Header> {
        self.headers.iter().filter(|header| header.name.is_empty() && !header.repeats)
    }

    /// The text with typographic quotes straightened. No byte moves: a quote of three bytes becomes one and two spaces,
    /// outside the value.
    pub(super) fn straightened(&self, text: &str) -> String {
        let mut straight = String::with_capacity(text.len());
        let mut copied = 0;
        for quotes in &self.quotes {
            let Some(close) = &quotes.close else { continue };
            let open = &quotes.open;
            straight.push_str(text.get(copied..open.start).unwrap_or_default());
            straight.push_str(&" ".repeat(open.len().saturating_sub(1)));
            straight.push('"');
            straight.push_str(text.get(open.end..close.start).unwrap_or_default());
            straight.push('"');
            straight.push_str(&" ".repeat(close.len().saturating_sub(1)));
            copied = close.end;
        }
        straight.push_str(text.get(copied..).unwrap_or_default());
        straight
    }
}

struct Scanner {
    findings: Findings,
    /// The delimiter that ends the multi-line string we are in.
    until: Option<&'static str>,
    /// How many brackets are open in the value we are in.
    depth: usize,
}

impl Scanner {
    fn line(&mut self, line: &str, offset: usize, next: usize) {
        if self.until.is_none()
            && self.depth == 0
            && line.trim_start().starts_with('[')
            && self.header(line, offset, next)
        {
            return;
        }
        let mut at = 0;
        while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(used) = self.token(rest, offset + at) else { return };
            at += used;
        }
    }

    /// Records a header line. `false` when it is none after all.
    fn header(&mut self, line: &str, offset: usize, next: usize) -> bool {
        let indent = line.len() - line.trim_start().len();
        let bare = line.trim_start();
        let repeats = bare.starts_with("[[");
        let (opening, closing) = if repeats { (2, "]]") } else { (1, "]") };
        let Some((inner, after)) = bare.get(opening..).and_then(|rest| rest.split_once(closing)) else {
            return false;
        };
        let after = after.trim_start();
        if !(after.is_empty() || after.starts_with('#')) {
            return false;
        }
        self.close_section(offset);
        let start = offset + indent;
        self.findings.headers.push(Header {
            span: start..start + opening + inner.len() + closing.len(),
            section: offset..offset,
            body: next,
            name: inner
                .split('.')
                .map(|part| part.trim().trim_matches(['"', '\'']))
                .collect::<Vec<_>>()
                .join("."),
            repeats,
        });
        true
    }

    fn close_section(&mut self, end: usize) {
        if let Some(last) = self.findings.headers.last_mut() {
            last.section.end = end;
        }
    }

    /// Takes one token off the line and says how long it is; `None` when the rest of the line holds none.
    fn token(&mut self, rest: &str, offset: usize) -> Option<usize> {
        if let Some(delimiter) = self.until {
            let found = rest.find(delimiter)?;
            self.until = None;
            if let Some(string) = self.findings.multiline.last_mut() {
                string.end = offset + found;
            }
            return Some(found + delimiter.len());
        }
        let first = rest.chars().next()?;
        match first {
            '#' => return None,
            '[' | '{' => self.depth += 1,
            ']' | '}' => self.depth = self.depth.saturating_sub(1),
            '"' => return self.string(rest, offset, "\"\"\"", '"'),
            '\'' => return self.string(rest, offset, "'''", '\''),
            _ if is_typographic(first) => return self.quotes(rest, offset, first),
            _ => {}
        }
        Some(first.len_utf8())
    }

    fn string(&mut self, rest: &str, offset: usize, triple: &'static str, quote: char) -> Option<usize> {
        if rest.starts_with(triple) {
            self.until = Some(triple);
            self.findings.multiline.push(offset + triple.len()..usize::MAX);
            return Some(triple.len());
        }
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if c == '\\' && quote == '"' {
                escaped = true;
            } else if c == quote {
                return Some(at + 1);
            }
        }
        // Not closed by its own kind: perhaps by a typographic one.
        let (at, c) = rest.char_indices().skip(1).filter(|(_, c)| is_typographic(*c)).last()?;
        if quote == '"' {
            let close = offset + at..offset + at + c.len_utf8();
            self.findings.quotes.push(TypographicQuotes { open: offset..offset + 1, close: Some(close) });
        }
        Some(at + c.len_utf8())
    }

    fn quotes(&mut self, rest: &str, offset: usize, first: char) -> Option<usize> {
        let open = offset..offset + first.len_utf8();
        let closing = rest.char_indices().skip(1).find(|(_, c)| is_typographic(*c) || *c == '"');
        let close = closing.map(|(at, c)| offset + at..offset + at + c.len_utf8());
        self.findings.quotes.push(TypographicQuotes { open, close });
        closing.map(|(at, c)| at + c.len_utf8())
    }
}

fn is_typographic(c: char) -> bool {
    matches!(
        c,
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2018}' | '\u{2019}' | '\u{ab}' | '\u{bb}'
    )
}

#[cfg(test)]
mod tests {
    use super::scan;

    /// SEED-4: quotes count as a slip only where TOML would stumble over them.
    #[test]
    fn typographic_quotes_in_strings_and_comments_are_text() {
        let text = "a = \"“x”\" # “y”\nb = '“'\nc = \"\"\"\n“z”\n\"\"\"\nd = [ “1”, \"2” ]\n";

        let found = scan(text);

        let quoted: Vec<_> =
            found.quotes.iter().map(|q| text.get(q.open.start..q.close.clone()?.end)).collect();
        assert_eq!(quoted, [Some("“1”"), Some("\"2”")]);
        assert_eq!(found.straightened(text).len(), text.len());
        assert!(found.straightened(text).ends_with("d = [   \"1\"  , \"2\"   ]\n"));
    }

    /// SEED-6: a table may come once, but tables of a list as often as the list has entries.
    #[test]
    fn only_tables_outside_lists_are_repeated() {
        let text = "[a]\n[[l]]\n[l.b]\n[[l]]\n[l.b]\n[ \"a\" ] # again\nx = [\n[],\n[1]\n]\n[a.b]\n";

        let found = scan(text);

        let repeated: Vec<_> = found.repeated().iter().map(|(h, _)| text.get(h.section.clone())).collect();
        assert_eq!(repeated, [Some("[ \"a\" ] # again\nx = [\n[],\n[1]\n]\n")]);
        assert_eq!(found.nameless().count(), 0);
    }
}
