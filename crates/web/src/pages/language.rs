//! The message catalogue: every sentence of a page, in every language people can read it in.
//!
//! `texts/LANGUAGE/*.ftl` hold the messages (Project Fluent); one file for each area of the pages. English is complete by
//! definition; a test holds the others to it, and the templates to both.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// A language pages are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Language {
    English,
    German,
}

impl Language {
    /// All of them, the one we fall back to first.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::German];

    /// The subtag of `lang` (BCP 47).
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// For plural rules.
    fn id(self) -> LanguageIdentifier {
        self.tag().parse().unwrap_or_default()
    }

    /// The language of a tag like `de-AT` or `de_AT`.
    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// What the browser asks for (RFC 9110 §12.5.4): the one with the highest weight that there is.
    pub(crate) fn wanted(headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
        let mut best = (Self::English, 0);
        for range in values.flat_map(|value| value.split(',')) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight.trim().strip_prefix("q=").map_or(0, thousandths);
            match Self::of_tag(tag) {
                Some(language) if weight > best.1 => best = (language, weight),
                _ => {}
            }
        }
        best.0
    }

    /// Its texts.
    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

/// `0.8` as 800; what is no weight counts as none.
fn thousandths(weight: &str) -> u32 {
    let (whole, part) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u32>().unwrap_or(0).min(1) * 1_000 + part.parse::<u32>().unwrap_or(0)
}

macro_rules! sources {
    ($language:literal) => {
        [
            include_str!(concat!("../../texts/", $language, "/common.ftl")),
            include_str!(concat!("../../texts/", $language, "/sign_in.ftl")),
            include_str!(concat!("../../texts/", $language, "/myaccount.ftl")),
            include_str!(concat!("../../texts/", $language, "/console.ftl")),
            include_str!(concat!("../../texts/", $language, "/user.ftl")),
            include_str!(concat!("../../texts/", $language, "/access.ftl")),
            include_str!(concat!("../../texts/", $language, "/places.ftl")),
            include_str!(concat!("../../texts/", $language, "/link.ftl")),
        ]
    };
}

const ENGLISH_FILES: [&str; 8] = sources!("en");
const GERMAN_FILES: [&str; 8] = sources!("de");

static ENGLISH: LazyLock<Texts> = LazyLock::new(|| Texts::read(Language::English, &ENGLISH_FILES));
static GERMAN: LazyLock<Texts> = LazyLock::new(|| Texts::read(Language::German, &GERMAN_FILES));

/// The messages of one language.
pub(crate) struct Texts {
    pub(crate) language: Language,
    /// Messages without variables, ready to be shown: most of every page.
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({})", self.language.tag())
    }
}

impl Texts {
    fn read(language: Language, sources: &[&str]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.id()]);
        // The marks would stand around every value, also in titles; pages isolate values by `<bdi>` where it matters.
        bundle.set_use_isolating(false);
        let mut plain = HashMap::new();
        for source in sources {
            let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*source).to_owned());
            let ids: Vec<String> = ids(source).map(str::to_owned).collect();
            bundle.add_resource_overriding(resource);
            for id in ids {
                if let Some(text) = formatted(&bundle, &id, None) {
                    plain.insert(id, text);
                }
            }
        }
        Self { language, plain, bundle }
    }

    /// A message without variables. One that is not there is a defect a test finds; a page shows its name then.
    pub(crate) fn say<'t>(&'t self, id: &'t str) -> &'t str {
        self.plain.get(id).map_or(id, String::as_str)
    }

    /// A message without variables, where there is one of that name.
    pub(crate) fn find(&self, id: &str) -> Option<&str> {
        self.plain.get(id).map(String::as_str)
    }

    /// Whether there is a message of that name, with variables or without.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// A message with its variables filled. `count` is a number and chooses between singular and plural.
    pub(crate) fn fill(&self, id: &str, values: &[(&str, &str)]) -> String {
        let mut filled = FluentArgs::with_capacity(values.len());
        for &(name, value) in values {
            let value = match name {
                "count" => FluentValue::try_number(value),
                _ => FluentValue::from(value),
            };
            filled.set(name, value);
        }
        formatted(&self.bundle, id, Some(&filled)).unwrap_or_else(|| id.to_owned())
    }
}

/// `None` if there is no such message, or a variable it names is not given.
fn formatted(
    bundle: &FluentBundle<FluentResource>,
    id: &str,
    values: Option<&FluentArgs<'_>>,
) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, values, &mut errors).into_owned();
    errors.is_empty().then_some(text)
}

/// The names of the messages of a file.
fn ids(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| {
        let (id, _) = line.split_once('=')?;
        let is_id = line.starts_with(|c: char| c.is_ascii_alphabetic());
        is_id.then(|| id.trim())
    })
}

#[cfg(test)]
mod tests;
