//! The configuration as a whole: what an operator writes, and what comes of it.

mod documents;
mod mutation;
mod numbers;
mod rules;
mod seeds;
mod surroundings;
mod weakening;

use std::path::Path;

use super::problem::{Problem, render_problems};
use super::reader::Surroundings;
use super::{Loaded, load_within};

/// Loads `text` with an empty environment and no files.
fn load(text: &str, lenient: bool) -> Result<Loaded, Vec<Problem>> {
    let nothing = Surroundings {
        variable: &|_| None,
        file: &|_| Err(std::io::ErrorKind::NotFound.into()),
        folder: Path::new("conf"),
    };
    load_within(&nothing, text, lenient)
}

/// The problems as an operator sees them, without the spaces at the ends of lines.
fn drawn(text: &str, problems: &[Problem]) -> String {
    let drawn = render_problems(Path::new("deployment.toml"), text, problems);
    drawn.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// What stops the start, drawn.
fn refused(text: &str) -> String {
    drawn(text, &load(text, false).expect_err("the text is refused"))
}

/// What is loaded without lenience.
fn loaded(text: &str) -> Loaded {
    load(text, false).unwrap_or_else(|problems| panic!("{}", drawn(text, &problems)))
}

/// The problems' lines and messages, where the drawing is not the point.
fn messages(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|p| format!("{}: {}", p.line.unwrap_or_default(), p.message)).collect()
}

/// The lines and messages of the warnings of a text that loads.
fn warned(text: &str) -> Vec<String> {
    messages(&loaded(text).warnings)
}

/// The lines and messages of the problems of a text that does not.
fn refusals(text: &str) -> Vec<String> {
    messages(&load(text, false).expect_err("refused"))
}
