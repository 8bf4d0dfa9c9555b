//! `docs/coverage.md`: which test shows which id of the specification. Generated from the doc comments of the tests;
//! `COUNTERSIGN_WRITE_COVERAGE=1 cargo test -p countersign --test coverage` writes it anew.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The families of ids, in the order of the page.
const FAMILIES: [&str; 6] = ["SEED", "D", "SEC", "REL", "SCIM", "I"];

/// What is required of SCIM (scim.md): the numbers of each section, and two that were put between.
const SCIM_REQUIRED: [std::ops::RangeInclusive<u32>; 14] = [
    1..=9,
    10..=16,
    20..=29,
    30..=34,
    40..=48,
    50..=60,
    65..=70,
    75..=87,
    90..=93,
    95..=99,
    100..=104,
    110..=112,
    115..=118,
    120..=126,
];
const SCIM_BETWEEN: [&str; 2] = ["29a", "29b"];

/// An id: the place of its family, its number, and the letter of one that was put between two others.
type Id = (usize, u32, String);

/// A test that names an id in its doc comment stands in the page, and the page has no other.
#[test]
fn the_page_says_which_test_shows_what() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = root.join("docs/coverage.md");
    let generated = render(&shown_by_tests(&root));

    if std::env::var_os("COUNTERSIGN_WRITE_COVERAGE").is_some() {
        fs::write(&page, &generated).unwrap();
    }

    let committed = fs::read_to_string(&page).unwrap_or_default();
    assert!(committed == generated, "docs/coverage.md is out of date; see the head of {}", file!());
}

/// Every requirement of scim.md is shown by a test, or docs/scim.md says why it does not apply.
#[test]
fn every_requirement_of_scim_is_shown_or_does_not_apply() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shown = shown_by_tests(&root);
    let page = fs::read_to_string(root.join("docs/scim.md")).unwrap();
    let rows = page
        .lines()
        .skip_while(|line| *line != "## What does not apply")
        .filter(|line| line.starts_with("| "));
    let excused: Vec<Id> = rows.flat_map(ids_in).collect();

    let numbers = SCIM_REQUIRED.into_iter().flatten().map(|number| number.to_string());
    let required = numbers.chain(SCIM_BETWEEN.map(str::to_owned)).map(|number| format!("SCIM-{number}"));
    let missing: Vec<String> = required
        .filter(|name| !ids_in(name).iter().any(|id| shown.contains_key(id) || excused.contains(id)))
        .collect();

    assert_eq!(missing, [""; 0], "each needs a test, or a line in docs/scim.md");
}

/// Id → tests, as `crate::file::test`.
fn shown_by_tests(root: &Path) -> BTreeMap<Id, Vec<String>> {
    let mut shown = BTreeMap::<Id, Vec<String>>::new();
    let mut files = Vec::new();
    collect(&root.join("crates"), &mut files);
    files.sort();
    for file in files {
        let name = file.strip_prefix(root.join("crates")).unwrap().display().to_string();
        for (test, comment) in tests_in(&fs::read_to_string(&file).unwrap()) {
            for id in ids_in(&comment) {
                let place = format!("`{name}` {test}");
                let places = shown.entry(id).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
    }
    shown
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Every test function with the doc comment above it.
fn tests_in(source: &str) -> Vec<(String, String)> {
    let (mut found, mut comment, mut is_test) = (Vec::new(), String::new(), false);
    for line in source.lines().map(str::trim_start) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push_str(text);
        } else if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        } else {
            let function = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "));
            if let Some(name) = function.and_then(|rest| rest.split('(').next()).filter(|_| is_test) {
                found.push((name.to_owned(), comment.clone()));
            }
            comment.clear();
            is_test = false;
        }
    }
    found
}

/// `SEED-8`, `SEC-9 … SEC-12` (each end), `SEED-1…24` (the first).
fn ids_in(comment: &str) -> Vec<Id> {
    let words = comment.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words
        .filter_map(|word| {
            let (family, number) = word.split_once('-')?;
            let family = FAMILIES.iter().position(|known| *known == family)?;
            let letter = number.trim_start_matches(|c: char| c.is_ascii_digit());
            let number = number.strip_suffix(letter).filter(|_| letter.len() <= 1)?;
            Some((family, number.parse().ok()?, letter.to_owned()))
        })
        .chain(invariants_in(comment))
        .collect()
}

/// Invariants are written without a dash: `I4`.
fn invariants_in(comment: &str) -> impl Iterator<Item = Id> {
    let family = FAMILIES.len() - 1;
    let words = comment.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter_map(move |word| Some((family, word.strip_prefix('I')?.parse().ok()?, String::new())))
}

fn render(shown: &BTreeMap<Id, Vec<String>>) -> String {
    let mut page = "# Which test shows what\n\nGenerated from the tests' doc comments by `crates/countersign/tests/coverage.rs`.\n\n| id | shown by |\n|---|---|\n"
        .to_owned();
    for ((family, number, letter), places) in shown {
        let dash = if FAMILIES[*family] == "I" { "" } else { "-" };
        writeln!(page, "| {}{dash}{number}{letter} | {} |", FAMILIES[*family], places.join("<br>")).unwrap();
    }
    page
}
