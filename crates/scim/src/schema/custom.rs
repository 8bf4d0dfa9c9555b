//! Schemas an administrator declares (SCIM-92): one JSON array of definitions as `/Schemas` itself shows them
//! (RFC 7643 §7), each an extension of the User.
//!
//! A text is taken as a whole or refused with the line and the reason. [`Definitions`] own what they say; only
//! [`Library`] turns them into the `'static` tables everything else reads, once for each distinct content.

mod attribute;
mod library;
mod line;
mod rules;

use serde_json::{Map, Value};

use self::attribute::Declared;
pub use self::library::Library;
pub(crate) use self::rules::check;
use super::{Dialect, ResourceSchema, discovery, group, user};
use crate::json;

/// The longest text that is read.
pub const BYTES_MAX: usize = 256 * 1024;
/// The most schemas in it.
const SCHEMAS_MAX: usize = 32;
/// The most attributes of one schema.
const ATTRIBUTES_MAX: usize = 256;

/// What an administrator declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definitions {
    schemas: Vec<Definition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Definition {
    urn: String,
    name: String,
    description: String,
    attributes: Vec<Declared>,
}

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Problem {
    /// Where, counted from 1.
    pub line: usize,
    /// What is wrong, in a sentence.
    pub reason: String,
}

/// A problem, and the steps to it from the top of the document.
struct Fault {
    place: Vec<Step>,
    reason: String,
}

#[derive(Clone)]
enum Step {
    Key(&'static str),
    Index(usize),
}

impl Fault {
    fn new(reason: impl Into<String>) -> Self {
        Self { place: Vec::new(), reason: reason.into() }
    }

    /// The same, one step further from the top.
    fn below(mut self, step: Step) -> Self {
        self.place.insert(0, step);
        self
    }
}

impl Definitions {
    /// Reads a JSON array of schema definitions.
    ///
    /// Refuses, naming the line: what is no JSON, or says a key twice; a URN that is ours, or begins like another one
    /// (where its names end could not be told); a name that is none, or given twice; members RFC 7643 §7 does not know;
    /// a type that does not exist, or a complex one within a complex one; `uniqueness` other than `none`, which nothing
    /// here would enforce; immutable parts of a list's values, which have no identity to be compared by.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let value = json::read(text.as_bytes(), BYTES_MAX)
            .map_err(|error| Problem { line: error.line.max(1), reason: error.to_string() })?;
        read(&value).map_err(|fault| Problem { line: line::of(text, &fault.place), reason: fault.reason })
    }

    /// Whether everything stored under `old` is also right under these: what was declared still is, unchanged, and
    /// what is new is required of nobody who has the extension already.
    pub fn only_add_to(&self, old: &Self) -> bool {
        old.schemas.iter().all(|before| {
            self.schemas.iter().any(|now| {
                now.urn == before.urn
                    && before.attributes.iter().all(|one| now.attributes.iter().any(|own| own.keeps(one)))
                    && now
                        .attributes
                        .iter()
                        .all(|own| !own.required || before.attributes.iter().any(|one| one.name == own.name))
            })
        })
    }
}

fn read(value: &Value) -> Result<Definitions, Fault> {
    let Value::Array(items) = value else {
        return Err(Fault::new("The file must be a JSON array of schema definitions."));
    };
    if items.len() > SCHEMAS_MAX {
        return Err(Fault::new(format!("At most {SCHEMAS_MAX} schemas can be declared.")));
    }
    let mut schemas: Vec<Definition> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let schema = Definition::read(item, &schemas).map_err(|fault| fault.below(Step::Index(index)))?;
        schemas.push(schema);
    }
    Ok(Definitions { schemas })
}

impl Definition {
    fn read(item: &Value, others: &[Self]) -> Result<Self, Fault> {
        const MEMBERS: [&str; 6] = ["schemas", "id", "name", "description", "attributes", "meta"];
        let members = attribute::object(item, &MEMBERS)?;
        let urn = attribute::text(members, "id")?;
        let urn = urn.ok_or_else(|| Fault::new("A schema needs an id, its URN."))?;
        acceptable_urn(urn, others).map_err(|fault| fault.below(Step::Key("id")))?;
        let name = attribute::text(members, "name")?.unwrap_or(urn).to_owned();
        let description = attribute::text(members, "description")?.unwrap_or(&name).to_owned();
        let attributes = attributes(members).map_err(|fault| fault.below(Step::Key("attributes")))?;
        Ok(Self { urn: urn.to_owned(), name, description, attributes })
    }
}

fn attributes(members: &Map<String, Value>) -> Result<Vec<Declared>, Fault> {
    let declared = attribute::list(members.get("attributes"), false)?;
    if declared.is_empty() || declared.len() > ATTRIBUTES_MAX {
        return Err(Fault::new(format!("A schema needs between 1 and {ATTRIBUTES_MAX} attributes.")));
    }
    Ok(declared)
}

/// A URN that is nobody's yet, in letters that need no care in paths, filters and keys.
fn acceptable_urn(urn: &str, others: &[Definition]) -> Result<(), Fault> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-._:".contains(character);
    let has_shape = urn.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && urn.len() <= 200
        && urn.chars().all(is_plain)
        && urn.split(':').skip(1).all(|part| !part.is_empty())
        && urn.split(':').count() >= 3;
    if !has_shape {
        return Err(Fault::new(
            "The id must be a URN such as urn:scim:schemas:extension:custom:User, in letters, digits and - . _ :",
        ));
    }
    let own = [user(Dialect::Wso2), group(Dialect::Wso2)].into_iter().flat_map(ResourceSchema::schemas);
    let known = own.chain(discovery()).map(|schema| schema.urn).chain(others.iter().map(|other| &*other.urn));
    for other in known {
        if urn.eq_ignore_ascii_case(other) {
            return Err(Fault::new(
                "A schema with this URN exists already; an extension needs one of its own.",
            ));
        }
        if begins_like(urn, other) || begins_like(other, urn) {
            return Err(Fault::new(format!(
                "The URN and {other} begin alike; neither may be the start of the other."
            )));
        }
    }
    Ok(())
}

fn begins_like(urn: &str, start: &str) -> bool {
    let head = urn.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    head && urn.get(start.len()..).is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests;
