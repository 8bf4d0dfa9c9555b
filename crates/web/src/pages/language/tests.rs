use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use axum::http::HeaderValue;

use super::*;

fn wanted(accept: &'static str) -> &'static str {
    let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(accept))]);
    Language::wanted(&headers).tag()
}

/// RFC 9110 §12.5.4: by weight; what we do not speak is passed over.
#[test]
fn the_browser_is_answered_in_the_language_it_weighs_most() {
    assert_eq!(wanted("de"), "de");
    assert_eq!(wanted("de-AT, en;q=0.9"), "de");
    assert_eq!(wanted("fr, de;q=0.4, en;q=0.6"), "en");
    assert_eq!(wanted("fr, it;q=0.4"), "en");
    assert_eq!(wanted("de;q=0"), "en");
    assert_eq!(wanted("%%%;;;,,,"), "en");
}

/// The names of the variables of each message, by its id.
fn variables(sources: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let mut current = None;
        for line in source.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let (id, _) = line.split_once('=').unwrap();
                current = Some(id.trim().to_owned());
                let twice = found.insert(id.trim().to_owned(), BTreeSet::new());
                assert!(twice.is_none(), "{id} is there twice");
            }
            let Some(id) = current.as_ref().filter(|_| !line.starts_with('#')) else { continue };
            for after in line.split('$').skip(1) {
                let name: String =
                    after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                found.get_mut(id).unwrap().insert(name);
            }
        }
    }
    found
}

/// pages §0: a second language is complete: the same messages, with the same variables.
#[test]
fn every_language_says_everything() {
    assert_eq!(variables(&ENGLISH_FILES), variables(&GERMAN_FILES));
}

/// A file that cannot be read whole would lose the messages behind the mistake.
#[test]
fn every_catalogue_is_read_whole() {
    for source in ENGLISH_FILES.iter().chain(&GERMAN_FILES) {
        let read = FluentResource::try_new((*source).to_owned());
        assert!(read.is_ok(), "{:?}", read.err().map(|(_, errors)| errors));
    }
    for language in Language::ALL {
        for id in variables(&ENGLISH_FILES).keys() {
            assert!(language.texts().bundle.has_message(id), "{id} in {}", language.tag());
        }
    }
}

/// Every file below a folder with one of these endings.
fn files(folder: &Path, endings: &[&str], into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, endings, into);
        } else if endings.iter().any(|ending| path.to_str().unwrap().ends_with(ending)) {
            into.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// What is said where: ids that stand as text in a call of `say` or `fill`.
fn said(call: &str) -> BTreeSet<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    files(&here.join("templates"), &[".html"], &mut texts);
    files(&here.join("src/pages"), &[".rs"], &mut texts);
    texts.retain(|text| !text.contains("fn everything_that_is_said_is_in_the_catalogue"));
    let calls = texts.iter().flat_map(|text| text.split(call).skip(1));
    calls.filter_map(|after| after.strip_prefix('"')?.split_once('"').map(|(id, _)| id.to_owned())).collect()
}

/// A page never shows the name of a message instead of the message.
#[test]
fn everything_that_is_said_is_in_the_catalogue() {
    let known = variables(&ENGLISH_FILES);

    for id in said(".say(") {
        assert!(known.get(&id).is_some_and(BTreeSet::is_empty), "say: {id}");
    }
    for id in said(".fill(") {
        assert!(known.get(&id).is_some_and(|variables| !variables.is_empty()), "fill: {id}");
    }
}

#[test]
fn one_and_many_are_told_apart() {
    let english = Language::English.texts();

    assert_eq!(english.fill("minutes-ago", &[("count", "1")]), "1 minute ago");
    assert_eq!(english.fill("minutes-ago", &[("count", "5")]), "5 minutes ago");
    assert_eq!(Language::German.texts().fill("minutes-ago", &[("count", "1")]), "vor 1 Minute");
}
