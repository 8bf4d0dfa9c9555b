//! The operator's own wording, read from the home folder at start.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::{Language, Source, Template, filled_part, filled_sms};
use crate::templates;

/// More than any message is long.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// One file's worth of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Subject,
    Text,
    Html,
    Sms,
}

/// The built-in templates and what overrides them.
#[derive(Clone, Default)]
pub struct Templates {
    /// By template, part and locale (`""` = every locale).
    overrides: BTreeMap<(Template, Part, String), String>,
}

/// A file that is not used, and why. Holds nothing of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    /// Folder and file name.
    pub file: String,
    /// One sentence with a remedy.
    pub text: String,
}

impl fmt::Display for TemplateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.text)
    }
}

impl Templates {
    /// The built-in wording.
    pub fn built_in() -> Self {
        Self::default()
    }

    /// Reads `email/` and `sms/` below `resources` (`repository/resources` of the home folder). A file with an unknown
    /// name, an unknown placeholder or a text message of more than three segments is reported and not used; a missing
    /// folder is no problem.
    pub fn load(resources: &Path) -> (Self, Vec<TemplateProblem>) {
        let (mut templates, mut problems) = (Self::default(), Vec::new());
        for folder in ["email", "sms"] {
            for name in names(&resources.join(folder)) {
                match read(folder, &name, &resources.join(folder).join(&name)) {
                    Ok((key, text)) => drop(templates.overrides.insert(key, text)),
                    Err(text) => problems.push(TemplateProblem { file: format!("{folder}/{name}"), text }),
                }
            }
        }
        (templates, problems)
    }

    /// The overriding texts from the most to the least specific.
    pub(super) fn candidates(
        &self,
        template: Template,
        part: Part,
        locale: Option<&str>,
    ) -> impl Iterator<Item = Source<'_>> {
        let locale = locale.map(canonical).unwrap_or_default();
        let language = locale.split('-').next().unwrap_or_default().to_owned();
        // the operator's wording for everybody is taken for the reader's language, as he wrote it for his readers
        let of_all = if locale.is_empty() { Language::English.tag().to_owned() } else { locale.clone() };
        let mut keys = vec![locale, language, String::new()];
        keys.dedup();
        keys.into_iter().filter_map(move |key| {
            let tag = if key.is_empty() { of_all.clone() } else { key.clone() };
            let words = Language::of(Some(&key));
            let text = self.overrides.get(&(template, part, key))?.as_str();
            Some(Source { text, tag, words, is_built_in: false })
        })
    }
}

/// `en_US`, `en-us` and `en-US` are one locale.
fn canonical(locale: &str) -> String {
    locale.trim().replace('_', "-").to_ascii_lowercase()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<_> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

fn read(folder: &str, name: &str, path: &Path) -> Result<((Template, Part, String), String), String> {
    let (template, part, locale) = key(folder, name)?;
    let mut text = String::new();
    let file = fs::File::open(path).map_err(|error| format!("cannot be read ({})", error.kind()))?;
    let length = file
        .take(FILE_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .map_err(|_| "is not UTF-8 text: save it as UTF-8".to_owned())?;
    if u64::try_from(length).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err("is larger than 256 KiB: a message never is".into());
    }
    let samples = templates::samples();
    let words = Language::of(Some(&locale));
    let source = Source { text: &text, tag: locale.clone(), words, is_built_in: false };
    let sample =
        if part == Part::Sms { filled_sms(&source, &samples) } else { filled_part(&source, part, &samples) };
    sample.map_err(|why| format!("is not used: {why}"))?;
    Ok(((template, part, locale), text))
}

/// `<template>[.<locale>].<part>`
fn key(folder: &str, name: &str) -> Result<(Template, Part, String), String> {
    let pieces: Vec<&str> = name.split('.').collect();
    let (template, locale, ending) = match pieces.as_slice() {
        [template, ending] => (*template, "", *ending),
        [template, locale, ending] => (*template, *locale, *ending),
        _ => return Err("is not named like a template: use NAME.ENDING or NAME.LOCALE.ENDING".into()),
    };
    let part = match (folder, ending) {
        ("email", "subject") => Part::Subject,
        ("email", "txt") => Part::Text,
        ("email", "html") => Part::Html,
        ("sms", "txt") => Part::Sms,
        ("sms", _) => return Err("has an ending that is not used: a text message ends in .txt".into()),
        _ => return Err("has an ending that is not used: .subject, .txt and .html are".into()),
    };
    let known = |template: &Template| match part {
        Part::Sms => templates::sms(*template).is_some(),
        _ => templates::email(*template).is_some(),
    };
    let template = Template::parse(template).filter(known).ok_or_else(|| {
        let names: Vec<_> = Template::ALL.into_iter().filter(known).map(Template::name).collect();
        format!("names no message of this folder: {}", names.join(", "))
    })?;
    Ok((template, part, canonical(locale)))
}
