//! One event publisher file (verification.md §7.1) as untrusted XML (SEC-51).
//!
//! Every problem is reported with line, column and a remedy, all of them at once where that is possible. A problem's
//! text names elements, attributes and properties, never what a property holds.

use roxmltree::{Document, Node, ParsingOptions};

use super::excerpt::excerpt;
use super::mapping::{Mapping, MappingType};
use super::{Declared, EventPublisher, HttpTarget, Problem, Severity};

mod guard;
mod properties;

pub use guard::FILE_BYTES_MAX;

/// More nodes than any publisher has; keeps a hostile file cheap.
const NODES_MAX: u32 = 4096;

/// What reading a file gave: `declared` is absent exactly when a problem is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What the file declares.
    pub declared: Option<Declared>,
    /// What is wrong with it, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads a file. Refuses what its guard refuses (size, encoding, DOCTYPE, depth), what is not well-formed and what
/// could not send. `file` is only used in the reports.
pub fn read(file: &str, bytes: &[u8]) -> Reading {
    let mut report = Report { file, problems: Vec::new() };
    let declared = guard::text(bytes)
        .map_err(|refused| report.error((refused.line, refused.column), refused.text))
        .ok()
        .and_then(|text| parsed(text, &mut report));
    let failed = report.problems.iter().any(|problem| problem.severity == Severity::Error);
    let mut problems = report.problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= FILE_BYTES_MAX) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for problem in &mut problems {
            problem.excerpt = excerpt(text, problem.line, problem.column);
        }
    }
    Reading { declared: declared.filter(|_| !failed), problems }
}

/// Collects problems with their places.
struct Report<'f> {
    file: &'f str,
    problems: Vec<Problem>,
}

/// Line and column.
type Place = (u32, u32);

impl Report<'_> {
    fn error(&mut self, place: Place, text: impl Into<String>) {
        self.push(place, Severity::Error, text.into());
    }

    fn warning(&mut self, place: Place, text: impl Into<String>) {
        self.push(place, Severity::Warning, text.into());
    }

    fn push(&mut self, (line, column): Place, severity: Severity, text: String) {
        let file = self.file.to_owned();
        self.problems.push(Problem { file, line, column, severity, text, excerpt: None });
    }
}

fn place(node: Node<'_, '_>) -> Place {
    place_at(node, node.range().start)
}

fn place_at(node: Node<'_, '_>, offset: usize) -> Place {
    let at = node.document().text_pos_at(offset);
    (at.row, at.col)
}

fn parsed(text: &str, report: &mut Report<'_>) -> Option<Declared> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, entity_resolver: None };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| report.error(guard::place_of(&error, text), guard::in_words(&error)))
        .ok()?;
    let root = document.root_element();
    if root.tag_name().name() != "eventPublisher" {
        report.error(place(root), "The root element must be eventPublisher.");
        return None;
    }
    match root.attribute("processing") {
        Some("disable") => return Some(Declared::Disabled),
        None | Some("enable") => {}
        Some(_) => report.error(place(root), "The attribute processing must be \"enable\" or \"disable\"."),
    }
    publisher(root, report)
}

fn publisher(root: Node<'_, '_>, report: &mut Report<'_>) -> Option<Declared> {
    let name = attribute(root, "name", report);
    let stream = child(root, "from", report).and_then(|from| stream(from, report));
    let to = child(root, "to", report)?;
    let adapter = attribute(to, "eventAdapterType", report)?;
    if adapter != "http" {
        return Some(Declared::OtherAdapter);
    }
    let properties = properties::read(to, report);
    let inline = child(root, "mapping", report).and_then(|mapping| inline(mapping, report));
    if properties.url_is_empty() && inline.as_ref().is_none_or(Inline::is_placeholder) {
        return Some(Declared::NotConfigured);
    }
    let http: Option<HttpTarget> = properties.target(to, report);
    let mapping = inline.and_then(|inline| inline.checked(report));
    Some(Declared::Sends(Box::new(EventPublisher {
        name: name?,
        stream: stream?,
        mapping: mapping?,
        http: http?,
    })))
}

fn stream(from: Node<'_, '_>, report: &mut Report<'_>) -> Option<String> {
    let name = attribute(from, "streamName", report);
    let version = attribute(from, "version", report);
    Some(format!("{}:{}", name?, version?))
}

/// The one child element of that name.
fn child<'a, 'i>(parent: Node<'a, 'i>, name: &str, report: &mut Report<'_>) -> Option<Node<'a, 'i>> {
    let mut found = parent.children().filter(|node| node.is_element() && node.tag_name().name() == name);
    let first = found.next();
    if first.is_none() {
        report.error(place(parent), format!("The element {name} is missing: add it."));
    }
    if let Some(second) = found.next() {
        report.error(place(second), format!("The element {name} stands here a second time: keep one."));
    }
    first
}

fn attribute(node: Node<'_, '_>, name: &str, report: &mut Report<'_>) -> Option<String> {
    let value = node.attribute(name).map(str::trim).filter(|value| !value.is_empty());
    if value.is_none() {
        let element = node.tag_name().name();
        report.error(place(node), format!("The attribute {name} of {element} is missing: add it."));
    }
    value.map(str::to_owned)
}

/// The text of a mapping and where it stands.
struct Inline<'a, 'i> {
    kind: MappingType,
    text: String,
    node: Node<'a, 'i>,
    /// Where the text starts, when the file holds it verbatim (no CDATA, no entity).
    verbatim_from: Option<usize>,
}

fn inline<'a, 'i>(mapping: Node<'a, 'i>, report: &mut Report<'_>) -> Option<Inline<'a, 'i>> {
    if mapping.attribute("customMapping") == Some("disable") {
        report.error(
            place(mapping),
            "customMapping=\"disable\" is not supported: write the payload into an inline element.",
        );
    }
    let kind = attribute(mapping, "type", report).and_then(|kind| {
        let parsed = MappingType::parse(&kind);
        if parsed.is_none() {
            report.error(place(mapping), "The mapping type must be json, text, form or xml.");
        }
        parsed
    });
    let node = child(mapping, "inline", report)?;
    let kind = kind?;
    let source = node.document().input_text();
    if kind == MappingType::Xml && node.children().any(|child| child.is_element()) {
        let start = node.first_child()?.range().start;
        let end = node.last_child()?.range().end;
        return Some(Inline {
            kind,
            text: source.get(start..end)?.to_owned(),
            node,
            verbatim_from: Some(start),
        });
    }
    let text: String = node.children().filter_map(|child| child.text()).collect();
    let verbatim_from = node
        .first_child()
        .filter(|child| source.get(child.range()) == Some(&text))
        .map(|child| child.range().start);
    Some(Inline { kind, text, node, verbatim_from })
}

impl Inline<'_, '_> {
    /// Empty, or the `{}` a publisher is shipped with.
    fn is_placeholder(&self) -> bool {
        matches!(self.text.trim(), "" | "{}")
    }

    fn place_of(&self, at: usize) -> Place {
        let offset = self.verbatim_from.map(|start| start + at);
        offset.map_or_else(|| place(self.node), |offset| place_at(self.node, offset))
    }

    fn checked(&self, report: &mut Report<'_>) -> Option<Mapping> {
        match Mapping::check(self.kind, &self.text) {
            Ok((mapping, repaired)) => {
                if let Some(at) = repaired {
                    let text = "The mapping separates keys and values by \"=\"; it is read as \":\". Write \":\", \
                        as JSON does.";
                    report.warning(self.place_of(at), text);
                }
                Some(mapping)
            }
            Err(fault) => {
                report.error(self.place_of(fault.at), fault.text);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
