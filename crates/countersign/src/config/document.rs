//! The text of a configuration file as a flat map from dotted keys to values, each with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::kind::Raw;
use super::problem::Complaint;
use super::slips::{self, Findings};

/// One value of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Where its key stands.
    pub(super) key: Range<usize>,
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) raw: Raw,
}

/// A configuration file, read as far as it can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// The values by dotted key.
    pub(super) leaves: BTreeMap<String, Leaf>,
    /// The tables by dotted name, each where it is first named.
    pub(super) tables: BTreeMap<String, Range<usize>>,
    /// What is no TOML but can be read as meant: errors, or warnings in lenient mode.
    pub(super) repaired: Vec<Repair>,
    /// What is no TOML at all.
    pub(super) broken: Vec<(Range<usize>, Complaint)>,
}

/// Something that is no TOML, but has one plain reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repair {
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What is wrong and how to right it.
    pub(super) complaint: Complaint,
    /// How it is read meanwhile.
    pub(super) reading: &'static str,
}

/// Below this header published instructions put the keys of the mail server, without naming it (SEED-26).
const NAMELESS_MEANS: &str = "output_adapter.email";

impl Document {
    /// Parses the text. `email_keys` are the keys that may stand below a header without a name.
    ///
    /// A repeated table and a nameless one are parsed by themselves, with the rest of the text blanked out, so that
    /// every place in the result is a place in the text.
    pub(super) fn parse(text: &str, email_keys: &[&str]) -> Self {
        let found = slips::scan(text);
        let straight = found.straightened(text);
        let mut document = Self::default();
        document.note_quotes(&found);
        let mut main = straight.clone().into_bytes();
        let repeated = found.repeated();
        for header in repeated.iter().map(|(header, _)| *header).chain(found.nameless()) {
            for byte in
                main.get_mut(header.section.clone()).into_iter().flatten().filter(|byte| **byte != b'\n')
            {
                *byte = b' ';
            }
        }
        document.add(&String::from_utf8_lossy(&main), 0, "");
        for (header, first) in repeated {
            let line = super::problem::line_of(text, first.span.start);
            document.repaired.push(repeated_table(header.span.clone(), &header.name, line));
            document.add(straight.get(header.section.clone()).unwrap_or_default(), header.section.start, "");
        }
        for header in found.nameless() {
            let body = straight.get(header.body..header.section.end).unwrap_or_default();
            document.add_nameless(header.span.clone(), body, header.body, email_keys);
        }
        document
    }

    fn note_quotes(&mut self, found: &Findings) {
        for quotes in &found.quotes {
            let message = "typographic quotes round a value are not TOML";
            match &quotes.close {
                Some(close) => self.repaired.push(Repair {
                    span: quotes.open.start..close.end,
                    complaint: Complaint::new(message, "Write straight quotes: `\"`."),
                    reading: "read as straight ones",
                }),
                None => self.broken.push((
                    quotes.open.clone(),
                    Complaint::new(
                        "a typographic quote stands alone",
                        "Write straight quotes, `\"`, on both sides of the value.",
                    ),
                )),
            }
        }
    }

    fn add_nameless(&mut self, span: Range<usize>, body: &str, offset: usize, email_keys: &[&str]) {
        let mut section = Self::default();
        section.add(body, offset, "");
        let is_email = |key: &String| email_keys.contains(&key.as_str());
        if section.leaves.is_empty() || !section.leaves.keys().all(is_email) {
            let remedy = if section.leaves.is_empty() {
                "Delete the line, or write the name of a table between the brackets."
            } else {
                "Write the name of the table that the keys below it belong to between the brackets."
            };
            self.broken.push((span, Complaint::new("`[]` names no table", remedy)));
            return;
        }
        let remedy = format!("Write `[{NAMELESS_MEANS}]`: the keys below it belong to that table.");
        self.repaired.push(Repair {
            span: span.clone(),
            complaint: Complaint::new("`[]` names no table", remedy),
            reading: "read as `[output_adapter.email]`",
        });
        self.tables.entry(NAMELESS_MEANS.to_owned()).or_insert(span);
        self.add(body, offset, NAMELESS_MEANS);
    }

    /// Adds what `text` holds; it begins at `offset` of the file, and its keys belong below `prefix`.
    fn add(&mut self, text: &str, offset: usize, prefix: &str) {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let span = error.span().unwrap_or_default();
            let place = span.start + offset..span.end + offset;
            self.broken.push((place, syntax(error.message())));
        }
        let mut given = BTreeMap::new();
        let mut twice = Vec::new();
        flatten(root.get_ref(), offset, prefix, &mut self.tables, &mut |key, leaf: Leaf| {
            if let Some(earlier) = given.insert(key.clone(), leaf) {
                twice.push((earlier.key, key));
            }
        });
        for (place, key) in twice {
            let message = format!("`{key}` is given twice, once with quotes and once without");
            self.broken.push((place, Complaint::new(message, "Keep one of the two lines.")));
        }
        for (key, leaf) in given {
            self.keep_later(key, leaf);
        }
    }

    /// Keeps the value that stands later in the file, and says so when there were two.
    fn keep_later(&mut self, key: String, leaf: Leaf) {
        let (later, earlier) = match self.leaves.remove(&key) {
            Some(other) if other.key.start > leaf.key.start => (other, Some(leaf)),
            other => (leaf, other),
        };
        if earlier.is_some() {
            self.repaired.push(Repair {
                span: later.key.clone(),
                complaint: Complaint::new(
                    format!("`{key}` is given a second time"),
                    "Keep one of the two lines.",
                ),
                reading: "this later value counts",
            });
        }
        self.leaves.insert(key, later);
    }
}

fn repeated_table(span: Range<usize>, name: &str, line: usize) -> Repair {
    let message =
        format!("the table `[{name}]` is already there, on line {line}, and TOML allows it only once");
    let remedy = format!("Move the keys below it to the table on line {line}, and delete this header.");
    Repair { span, complaint: Complaint::new(message, remedy), reading: "read as one table" }
}

/// The parser's own words, and what is usually meant.
fn syntax(message: &str) -> Complaint {
    let remedy = if message.contains("duplicate key") {
        "Keep one of the two lines."
    } else {
        "Each line is `[table]`, `key = \"text\"`, `key = 5` or `key = true`; text needs straight quotes, and `#` starts a comment."
    };
    Complaint::new(format!("this is not TOML: {message}"), remedy)
}

fn flatten(
    table: &DeTable<'_>,
    offset: usize,
    prefix: &str,
    tables: &mut BTreeMap<String, Range<usize>>,
    found: &mut dyn FnMut(String, Leaf),
) {
    for (key, value) in table {
        let path = match prefix {
            "" => key.get_ref().to_string(),
            _ => format!("{prefix}.{}", key.get_ref()),
        };
        let key = key.span().start + offset..key.span().end + offset;
        if let DeValue::Table(inner) = value.get_ref() {
            tables.entry(path.clone()).or_insert_with(|| key.clone());
            flatten(inner, offset, &path, tables, found);
        } else {
            let span = value.span().start + offset..value.span().end + offset;
            found(path, Leaf { key, span, raw: raw(value) });
        }
    }
}

fn raw(value: &Spanned<DeValue<'_>>) -> Raw {
    match value.get_ref() {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Boolean(flag) => Raw::Boolean(*flag),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Raw::Integer(number),
            Err(_) => Raw::Other("an integer of more than 64 bits"),
        },
        DeValue::Array(entries) => Raw::List(entries.iter().map(raw).collect()),
        DeValue::Float(_) => Raw::Other("a decimal number"),
        DeValue::Datetime(_) => Raw::Other("a date or time"),
        DeValue::Table(_) => Raw::Other("a table"),
    }
}
