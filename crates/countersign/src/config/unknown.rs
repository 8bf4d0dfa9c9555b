//! Keys and tables that mean nothing here: said at start, with what was probably meant.

use std::ops::Range;

use super::nearest::nearest;
use super::problem::{Complaint, Problem, Severity};
use super::reader::Reader;
use super::settings::{describe, known_keys};

impl Reader<'_> {
    /// Warns about everything in the file that nothing has taken: a table as a whole, or a key in a known table.
    pub(super) fn note_unknown(&mut self) {
        let mut unknown: Vec<(Range<usize>, Complaint)> = Vec::new();
        let mut tables: Vec<&str> = Vec::new();
        for (table, place) in &self.document.tables {
            if is_known_table(table) || tables.iter().any(|other| is_below(table, other)) {
                continue;
            }
            tables.push(table);
            unknown.push((place.clone(), unknown_table(table)));
        }
        for (key, leaf) in &self.document.leaves {
            if !self.taken.contains(key.as_str()) && !tables.iter().any(|table| is_below(key, table)) {
                unknown.push((leaf.key.clone(), unknown_key(key)));
            }
        }
        unknown.sort_by_key(|(place, _)| place.start);
        let text = self.text;
        let problems =
            unknown.into_iter().map(|(place, what)| Problem::new(Severity::Warning, text, Some(place), what));
        self.warnings.extend(problems);
    }
}

fn is_below(name: &str, table: &str) -> bool {
    name.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'))
}

fn is_known_table(table: &str) -> bool {
    describe().iter().any(|known| known.path == table || is_below(known.path, table))
        // A dotted key such as mail.smtp.ssl.enable makes tables of its parts.
        || known_keys().iter().any(|key| is_below(&key.path, table))
}

fn unknown_table(table: &str) -> Complaint {
    let known = describe();
    let remedy = match nearest(table, known.iter().map(|table| table.path)) {
        Some(name) => format!("Did you mean `[{name}]`?"),
        None => "Delete it; nothing in it has an effect.".to_owned(),
    };
    Complaint::new(format!("this server has no table `[{}]`", clipped(table)), remedy)
}

fn unknown_key(key: &str) -> Complaint {
    // A name may hold dots of its own: the table is the longest one there is.
    let siblings =
        describe().iter().filter(|known| is_below(key, known.path)).max_by_key(|known| known.path.len());
    let table = siblings.map_or("", |known| known.path);
    let name = key.strip_prefix(table).map_or(key, |rest| rest.trim_start_matches('.'));
    let close = siblings.and_then(|table| nearest(name, table.keys.iter().map(|key| key.name)));
    let elsewhere: Vec<String> = known_keys()
        .iter()
        .filter(|known| known.name == name)
        .filter_map(|known| known.path.strip_suffix(name)?.strip_suffix('.'))
        .map(|table| format!("`[{table}]`"))
        .collect();
    let remedy = match close {
        Some(close) => format!("Did you mean `{close}`?"),
        None if !elsewhere.is_empty() => format!("Move it below {}.", elsewhere.join(" or ")),
        None => "Delete the line; it has no effect.".to_owned(),
    };
    let place =
        if table.is_empty() { "outside all tables".to_owned() } else { format!("in `[{}]`", clipped(table)) };
    Complaint::new(format!("there is no key `{}` {place}", clipped(name)), remedy)
}

/// Names come from the file: cut to a line, control characters spelt out.
fn clipped(name: &str) -> String {
    name.chars().take(100).collect::<String>().escape_debug().to_string()
}
