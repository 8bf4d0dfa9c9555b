//! Takes keys from a document, one by one, and collects everything that is wrong on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use super::document::Document;
use super::kind::{Kind, Raw};
use super::placeholder::{Placeholder, filled};
use super::problem::{Complaint, Problem, Severity};
use super::secret::Secret;
use super::settings::known_keys;

/// Where a value in force comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The file gives it.
    File,
    /// `[countersign.security] profile` implies it.
    Profile,
}

/// What the file may refer to outside itself. Handed in, so that a test needs no environment.
pub(crate) struct Surroundings<'s> {
    /// The value of an environment variable.
    pub(crate) variable: &'s dyn Fn(&str) -> Option<String>,
    /// The text of a file, or why there is none.
    pub(crate) file: &'s dyn Fn(&Path) -> std::io::Result<String>,
    /// The folder of the configuration file: relative paths start here.
    pub(crate) folder: &'s Path,
}

/// A document being read.
pub(crate) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) document: Document,
    surroundings: &'a Surroundings<'a>,
    pub(super) taken: BTreeSet<&'static str>,
    pub(super) origins: BTreeMap<String, Origin>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Starts to read `document`, which was parsed from `text`.
    pub(super) fn new(text: &'a str, document: Document, surroundings: &'a Surroundings<'a>) -> Self {
        Self {
            text,
            document,
            surroundings,
            taken: BTreeSet::new(),
            origins: BTreeMap::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The value of `key`, or `default` when the file does not give it or gives it wrong; the latter is noted.
    pub(crate) fn take<K: Kind>(&mut self, key: &'static str, default: K) -> K {
        self.taken.insert(key);
        let Some(leaf) = self.document.leaves.get(key) else { return default };
        let span = leaf.span.clone();
        self.origins.insert(key.to_owned(), Origin::File);
        let written = leaf.raw.clone();
        let expanded = self.expanded(&written, 0);
        let filled = expanded.as_ref().is_ok_and(|raw| *raw != written);
        match expanded.and_then(|raw| K::read(&raw)) {
            Ok(value) => {
                if let Some(complaint) = value.caution() {
                    self.note(Severity::Warning, Some(span), key, complaint);
                }
                value
            }
            Err(complaint) => {
                // What a placeholder stands for may be a secret in the wrong place: the words must not repeat it.
                let complaint = if filled {
                    Complaint::new("cannot be what its placeholder stands for", complaint.remedy)
                } else {
                    complaint
                };
                self.note(Severity::Error, Some(span), key, complaint);
                default
            }
        }
    }

    /// Whether the file gives `key`.
    pub(crate) fn is_given(&self, key: &str) -> bool {
        self.document.leaves.contains_key(key)
    }

    /// Whether `key` was refused already: what is written there cannot be read.
    pub(crate) fn is_refused(&self, key: &str) -> bool {
        let place = self.document.leaves.get(key).map(|leaf| &leaf.span);
        place.is_some() && self.problems.iter().any(|problem| problem.span.as_ref() == place)
    }

    /// Refuses the configuration because of `key`. `message` continues the sentence that begins with the key.
    pub(crate) fn refuse(&mut self, key: &str, message: &str, remedy: &str) {
        let place = self.place(key);
        self.note(Severity::Error, place, key, Complaint::new(message, remedy));
    }

    /// Warns about `key`. `message` continues the sentence that begins with the key.
    pub(crate) fn caution(&mut self, key: &str, message: &str, remedy: &str) {
        let place = self.place(key);
        self.note(Severity::Warning, place, key, Complaint::new(message, remedy));
    }

    /// Warns about `key` if the file gives it.
    pub(crate) fn caution_if_given(&mut self, key: &str, message: &str, remedy: &str) {
        if self.is_given(key) {
            self.caution(key, message, remedy);
        }
    }

    /// Warns about a table if the file gives any of its keys.
    pub(crate) fn caution_if_table(&mut self, table: &str, message: &str, remedy: &str) {
        if self
            .document
            .leaves
            .keys()
            .any(|key| key.strip_prefix(table).is_some_and(|rest| rest.starts_with('.')))
        {
            self.caution(table, message, remedy);
        }
    }

    /// Reads the file that stands in for an inline secret. Both at once are refused: one of them would be ignored.
    pub(crate) fn fill_from_file(&mut self, secret: &mut Option<Secret>, file: Option<&str>, key: &str) {
        let Some(file) = file else { return };
        let file_key = format!("{key}_file");
        if secret.is_some() {
            self.refuse(
                &file_key,
                "is given beside the secret itself",
                "Delete one of the two lines; the file is the safer place.",
            );
            return;
        }
        match (self.surroundings.file)(&self.surroundings.folder.join(file)) {
            Ok(text) => match text.trim_end_matches(['\n', '\r']) {
                "" => self.refuse(&file_key, "names an empty file", "Write the secret into the file."),
                text => *secret = Some(Secret::new(text)),
            },
            Err(error) => self.refuse(
                &file_key,
                &format!("names a file that cannot be read: {error}"),
                "Check that the file is there and that the server's user may read it.",
            ),
        }
    }

    fn place(&self, key: &str) -> Option<Range<usize>> {
        let leaf = self.document.leaves.get(key).map(|leaf| leaf.span.clone());
        let table = || self.document.tables.get(key).cloned();
        let parent = || self.document.tables.get(key.rsplit_once('.')?.0).cloned();
        leaf.or_else(table).or_else(parent)
    }

    fn note(&mut self, severity: Severity, span: Option<Range<usize>>, key: &str, complaint: Complaint) {
        let complaint = Complaint::new(format!("`{key}` {}", complaint.message), complaint.remedy);
        let problem = Problem::new(severity, self.text, span, complaint);
        match severity {
            Severity::Error => self.problems.push(problem),
            Severity::Warning => self.warnings.push(problem),
        }
    }

    fn expanded(&self, raw: &Raw, depth: u8) -> Result<Raw, Complaint> {
        match raw {
            Raw::Text(text) => filled(text, &|placeholder| self.lookup(placeholder, depth)).map(Raw::Text),
            Raw::List(entries) => entries
                .iter()
                .map(|entry| self.expanded(entry, depth))
                .collect::<Result<_, _>>()
                .map(Raw::List),
            other => Ok(other.clone()),
        }
    }

    fn lookup(&self, placeholder: &Placeholder<'_>, depth: u8) -> Result<String, Complaint> {
        match placeholder {
            Placeholder::Environment(name) => (self.surroundings.variable)(name).ok_or_else(|| {
                let name: String = name.chars().take(60).collect::<String>().escape_debug().to_string();
                Complaint::new(
                    format!("refers to the environment variable `{name}`, which is not set"),
                    "Set the variable for the server, or write the value here.",
                )
            }),
            Placeholder::Reference(key) => self.referred(key, depth),
            Placeholder::ManagementPort => {
                let number =
                    |key| self.referred(key, depth).ok().and_then(|text| text.trim().parse::<u32>().ok());
                let port = number("transport.https.properties.port").unwrap_or(9443);
                Ok((port + number("server.offset").unwrap_or(0)).to_string())
            }
        }
    }

    /// The text of another key: from the file, else its default. References may lead on a few times, but not in a ring.
    fn referred(&self, key: &str, depth: u8) -> Result<String, Complaint> {
        let unclear =
            |message: &str| Complaint::new(message, "Write the value itself instead of the reference.");
        if depth >= 4 {
            return Err(unclear("refers to keys that refer to each other"));
        }
        let Some(leaf) = self.document.leaves.get(key) else {
            let default = known_keys()
                .iter()
                .find(|known| known.path == key)
                .and_then(|known| known.default.as_deref());
            return default
                .map(|text| text.trim_matches('"').to_owned())
                .ok_or_else(|| unclear("refers to a key that has no value"));
        };
        match self.expanded(&leaf.raw, depth + 1)? {
            Raw::Text(text) => Ok(text),
            Raw::Integer(number) => Ok(number.to_string()),
            Raw::Boolean(flag) => Ok(flag.to_string()),
            Raw::List(_) | Raw::Other(_) => Err(unclear("refers to a key that is no text or number")),
        }
    }
}
