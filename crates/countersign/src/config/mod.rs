//! `deployment.toml`: one declaration per table, from which the parser, the reference and the first file all come.
//!
//! [`load`] reads a text into checked [`Settings`], or says everything that is wrong with it at once. Nothing in the
//! file is ignored in silence: what is no TOML is refused (or repaired and said so, in lenient mode), what is unknown
//! is reported with the nearest known name.

mod agreement;
mod database;
mod dev;
mod document;
mod effective;
mod email_adapter;
mod excerpt;
mod first_start;
mod https;
mod identity_mgt;
mod kind;
mod limits;
mod log;
mod nearest;
mod network;
mod placeholder;
mod problem;
mod production;
mod reader;
mod reference;
mod scim2;
mod secret;
mod security;
mod server;
mod settings;
mod slips;
mod sms;
mod super_admin;
mod table;
mod unknown;
mod user_claim_update;
mod validity;
mod verification;
mod web_address;

#[cfg(test)]
mod tests;

/// The words and types of single keys, for whoever translates settings.
pub(crate) mod words {
    pub(crate) use super::database::DatabaseType;
    pub(crate) use super::email_adapter::{AuthType, SmtpTls};
    pub(crate) use super::log::{LogFormat, LogLevel};
    pub(crate) use super::network::MailAddress;
    pub(crate) use super::security::{Profile, WeakPasswords};
    pub(crate) use super::verification::{LinkConfirmation, NonOwnerUpdate};
}

use std::collections::BTreeSet;
use std::path::Path;

pub(crate) use effective::show;
pub(crate) use first_start::first_start;
pub(crate) use problem::{Problem, render_problems};
pub(crate) use production::{Seen, production_gaps};
pub(crate) use reference::reference;
pub(crate) use settings::Settings;

use document::{Document, Repair};
use problem::{Complaint, Severity};
use reader::{Reader, Surroundings};
use table::Table;

/// A configuration that may be used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loaded {
    /// What is in force.
    pub(crate) settings: Settings,
    /// What should be said at start, in the order of the file.
    pub(crate) warnings: Vec<Problem>,
}

/// Reads the text of the file at `path`, with this process's environment and files behind `$env{NAME}` and `…_file`.
///
/// With `lenient`, three slips of published instructions are read as meant, each with a warning: typographic quotes,
/// a table given twice, and `[]` above the keys of the mail server. Otherwise, and for everything else, all problems
/// are returned at once.
pub(crate) fn load(path: &Path, text: &str, lenient: bool) -> Result<Loaded, Vec<Problem>> {
    let surroundings = Surroundings {
        variable: &|name| std::env::var(name).ok(),
        file: &|path| std::fs::read_to_string(path),
        folder: path.parent().unwrap_or(Path::new("")),
    };
    load_within(&surroundings, text, lenient)
}

/// The bytes of a configuration file as text, or the place of the first byte that is none.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default();
        let complaint = Complaint::new(
            "the file is not written in UTF-8",
            "Save it as UTF-8; typographic quotes from a Windows editor are the usual cause, so look for them on this line.",
        );
        let mut problem = Problem::new(Severity::Error, before, Some(before.len()..before.len()), complaint);
        // The text cannot be shown, only counted.
        problem.span = None;
        problem
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn load_within(surroundings: &Surroundings<'_>, text: &str, lenient: bool) -> Result<Loaded, Vec<Problem>> {
    let email = email_adapter::EmailAdapter::describe();
    let email_keys: Vec<&str> = email.keys.iter().map(|key| key.name).collect();
    let document = Document::parse(text, &email_keys);
    let mut reader = Reader::new(text, document, surroundings);
    reader.note_syntax(lenient);
    let broken = reader.problems.clone();
    let settings = Settings::read(&mut reader);
    reader.note_unknown();
    // One mistake, one report: values on a line that is no TOML were read from a guess.
    let on_broken_line = |problem: &Problem| broken.iter().any(|other| other.line == problem.line);
    let (mut problems, mut warnings) = (broken.clone(), reader.warnings);
    problems
        .extend(reader.problems.into_iter().skip(broken.len()).filter(|problem| !on_broken_line(problem)));
    problems.sort_by_key(|problem| problem.line);
    warnings.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(Loaded { settings, warnings }) } else { Err(problems) }
}

impl Reader<'_> {
    /// Notes what is no TOML. What can be read as meant is an error too, unless `lenient`.
    fn note_syntax(&mut self, lenient: bool) {
        let text = self.text;
        let mut lines = BTreeSet::new();
        for (span, complaint) in std::mem::take(&mut self.document.broken) {
            // The parser stumbles again over what was reported on the same line.
            let problem = Problem::new(Severity::Error, text, Some(span), complaint);
            if lines.insert(problem.line) {
                self.problems.push(problem);
            }
        }
        for Repair { span, mut complaint, reading } in std::mem::take(&mut self.document.repaired) {
            if lenient {
                complaint.message =
                    format!("{}; {reading}, because of `--lenient-config`", complaint.message);
                self.warnings.push(Problem::new(Severity::Warning, text, Some(span), complaint));
            } else {
                complaint.remedy.push_str(" Or start with `--lenient-config` to have it read as meant.");
                self.problems.push(Problem::new(Severity::Error, text, Some(span), complaint));
            }
        }
    }
}
