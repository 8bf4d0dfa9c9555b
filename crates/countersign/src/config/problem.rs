//! What is wrong with a configuration: where, what, and what to do about it.

use std::fmt::{self, Display};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::excerpt::excerpt;
use super::slips;

/// Whether the server may start in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// The configuration is refused (exit status 2).
    Error,
    /// The server starts and says this.
    Warning,
}

/// One thing that is wrong, in words an operator can act on. It never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Whether it stops the start.
    pub(crate) severity: Severity,
    /// Where in the text, in bytes; `None` when nothing in the file is to blame.
    pub(crate) span: Option<Range<usize>>,
    /// The line of `span`, counted from 1.
    pub(crate) line: Option<usize>,
    /// One sentence: what is wrong.
    pub(crate) message: String,
    /// One sentence: what to do.
    pub(crate) remedy: String,
}

impl Problem {
    /// A problem at `span` of `text`.
    pub(crate) fn new(
        severity: Severity,
        text: &str,
        span: Option<Range<usize>>,
        complaint: Complaint,
    ) -> Self {
        let line = span.as_ref().map(|span| line_of(text, span.start));
        Self { severity, span, line, message: complaint.message, remedy: complaint.remedy }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}. {}", self.message, self.remedy)
    }
}

/// A problem that does not know its place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// What is wrong, without a full stop.
    pub(crate) message: String,
    /// What to do, as a sentence.
    pub(crate) remedy: String,
}

impl Complaint {
    /// Says `message` and advises `remedy`.
    pub(crate) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: remedy.into() }
    }
}

/// Draws each problem with file, line, caret and remedy, ready for a terminal or a log.
///
/// A line that holds or may hold a secret is shown without its value (SEC-58).
pub(crate) fn render_problems(path: &Path, text: &str, problems: &[Problem]) -> String {
    let path = path.display().to_string();
    let inside = slips::scan(text).multiline;
    let drawn: Vec<String> = problems.iter().map(|problem| render(&path, text, &inside, problem)).collect();
    drawn.join("\n\n")
}

fn render(path: &str, text: &str, inside: &[Range<usize>], problem: &Problem) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.message.as_str());
    let remedy = Level::HELP.message(problem.remedy.as_str());
    let renderer = Renderer::plain();
    let Some(span) = &problem.span else {
        let place = problem.line.into_iter().fold(Origin::path(path), Origin::line);
        return renderer.render(&[title.element(place).element(remedy)]);
    };
    let shown = excerpt(text, inside, span);
    let snippet = Snippet::source(shown.line)
        .line_start(shown.number)
        .path(path)
        .annotation(AnnotationKind::Primary.span(shown.caret));
    renderer.render(&[title.element(snippet).element(remedy)])
}

/// The line, counted from 1, that holds the byte at `offset`.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
