//! The filter language (RFC 7644 §3.4.2.2): text to a typed tree, and the tree's meaning on one JSON resource.
//!
//! A store compiles the same tree to SQL; [`Filter::matches`] is the reference it is compared with, and what value
//! paths in PATCH use.
//!
//! **Bounds** (SEC-41, SCIM-60), enforced while parsing: [`BYTES_MAX`] bytes, [`TERMS_MAX`] terms, and a tree at most
//! [`DEPTH_MAX`] deep. SEC-41 says depth 20 and 100 terms, SCIM-60 that 150 nested parentheses and 200 terms must
//! work; both hold by taking SCIM-60's terms and counting depth in the *tree*: parentheses that change nothing cost
//! none, and neither does a run of the same connective. Parsing is iterative, so only this bounded tree is ever
//! recursed into, when it is evaluated and when it is dropped.

pub(crate) mod comparison;
mod matches;
pub(crate) mod parse;
pub(crate) mod token;

use std::fmt;

use jiff::Timestamp;
use serde_json::{Number, Value};

use crate::{
    error::ScimError,
    schema::{AttributePath, ResourceSchema},
};

/// The longest filter that is read.
pub const BYTES_MAX: usize = 8 * 1024;
/// The most comparisons in one filter.
pub const TERMS_MAX: usize = 200;
/// The deepest tree.
pub const DEPTH_MAX: usize = 20;

/// A filter whose attributes exist and whose literals fit them.
#[derive(Clone, PartialEq)]
pub enum Filter {
    /// `pr`: the attribute has a non-empty value (SCIM-54).
    Present(AttributePath),
    /// One comparison.
    Compare(Comparison),
    /// `attribute[filter]`: one value of the attribute satisfies the whole filter. Inside, paths name sub-attributes
    /// of that value; a path without one means the value itself (an element of a list of plain values).
    Value {
        /// The attribute, without sub-attribute.
        attribute: AttributePath,
        /// What one value of it must satisfy.
        filter: Box<Filter>,
    },
    /// Nothing matches: what is asked of an attribute that resources of this kind never have.
    Never,
    /// `not (…)`.
    Not(Box<Filter>),
    /// All of them: never fewer than two, none of them an `And`.
    And(Vec<Filter>),
    /// Any of them: never fewer than two, none of them an `Or`.
    Or(Vec<Filter>),
}

/// `attribute operator literal`. The target is never complex: `emails` has become `emails.value` (SCIM-55).
#[derive(Clone, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub target: AttributePath,
    /// How.
    pub operator: Operator,
    /// With what. Its type fits the target's.
    pub literal: Literal,
}

/// A comparison operator. `pr` is [`Filter::Present`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal; true where the attribute is unassigned (SCIM-56).
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

/// What an attribute is compared with. `null` is no literal: `eq null` is `not (… pr)` (SCIM-52).
#[derive(Clone, PartialEq)]
pub enum Literal {
    /// A string, for strings, references and binary values.
    String(String),
    /// A number.
    Number(Number),
    /// A boolean.
    Boolean(bool),
    /// An instant, for dateTime attributes (SCIM-26).
    Instant(Timestamp),
}

impl Literal {
    /// The literal as a value of an attribute.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::String(text) => Value::from(text.as_str()),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Boolean(truth) => Value::Bool(*truth),
            Self::Instant(instant) => Value::from(instant.to_string()),
        }
    }
}

impl Filter {
    /// Reads a filter over resources of `schema`.
    ///
    /// Refuses with `invalidFilter` what is malformed, too long or too deep, names an attribute the schema does not
    /// have (SCIM-57) or one that is never returned (SCIM-42), or compares what cannot be compared that way (SCIM-53);
    /// with `tooMany` what has more than [`TERMS_MAX`] terms.
    pub fn parse(text: &str, schema: &ResourceSchema) -> Result<Self, ScimError> {
        parse::filter(text, &[schema])
    }

    /// The same in a search over resources of several kinds, for those of `schema`: what is said of an attribute that
    /// only another kind has holds as for one that is unassigned, and so for none or for all of these (SCIM-70).
    pub(crate) fn parse_among(
        text: &str,
        schema: &ResourceSchema,
        others: &[&ResourceSchema],
    ) -> Result<Self, ScimError> {
        let schemas: Vec<&ResourceSchema> = [schema].into_iter().chain(others.iter().copied()).collect();
        Ok(parse::filter(text, &schemas)?.of(schema))
    }

    /// Without the attributes that resources of `schema` never have.
    fn of(self, schema: &ResourceSchema) -> Self {
        let is_foreign = |path: &AttributePath| schema.schemas().all(|own| own.urn != path.schema.urn);
        let each =
            |parts: Vec<Self>| -> Vec<Self> { parts.into_iter().map(|part| part.of(schema)).collect() };
        match self {
            Self::Present(path) if is_foreign(&path) => Self::Never,
            Self::Compare(comparison) if is_foreign(&comparison.target) => {
                if comparison.operator == Operator::Ne {
                    Self::Not(Box::new(Self::Never))
                } else {
                    Self::Never
                }
            }
            Self::Value { attribute, .. } if is_foreign(&attribute) => Self::Never,
            Self::Not(inner) => Self::Not(Box::new(inner.of(schema))),
            Self::And(parts) => Self::And(each(parts)),
            Self::Or(parts) => Self::Or(each(parts)),
            known => known,
        }
    }

    /// Whether `resource`, in our internal form, satisfies the filter (SCIM-53 … SCIM-56).
    pub fn matches(&self, resource: &Value) -> bool {
        matches::resource(self, resource)
    }

    /// Whether one value of a multi-valued attribute satisfies a filter that stood in its brackets.
    pub fn matches_value(&self, value: &Value) -> bool {
        matches::value(self, value)
    }

    /// Every attribute the filter looks at, so that a caller can refuse those the client may not search (SEC-42).
    pub fn attributes(&self) -> Vec<AttributePath> {
        let mut found = Vec::new();
        let mut rest = vec![self];
        while let Some(filter) = rest.pop() {
            match filter {
                Self::Present(path) => found.push(*path),
                Self::Compare(comparison) => found.push(comparison.target),
                Self::Value { filter, .. } | Self::Not(filter) => rest.push(filter),
                Self::And(filters) | Self::Or(filters) => rest.extend(filters.iter().rev()),
                Self::Never => {}
            }
        }
        found
    }

    /// The `sub eq literal` pairs of a filter that is nothing but those, and-ed; `None` for any other. They are what
    /// an `add` through the filter creates when nothing matches (SCIM-84).
    pub(crate) fn equalities(&self) -> Option<Vec<&Comparison>> {
        match self {
            Self::Compare(comparison) => (comparison.operator == Operator::Eq
                && comparison.target.sub.is_some())
            .then(|| vec![comparison]),
            Self::And(filters) => {
                filters.iter().map(Self::equalities).collect::<Option<Vec<_>>>().map(|all| all.concat())
            }
            _ => None,
        }
    }
}

/// Shows the shape of a filter and the attributes in it; literals may be addresses, and stay out (SEC-42).
impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare(comparison) => fmt::Debug::fmt(comparison, f),
            Self::Value { attribute, filter } => write!(f, "{attribute}[{filter:?}]"),
            Self::Never => f.write_str("never"),
            Self::Not(filter) => write!(f, "not ({filter:?})"),
            Self::And(filters) => f.debug_tuple("and").field(filters).finish(),
            Self::Or(filters) => f.debug_tuple("or").field(filters).finish(),
        }
    }
}

impl fmt::Debug for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {:?}", self.target, self.operator, self.literal)
    }
}

impl fmt::Debug for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String(_) => "<string>",
            Self::Number(_) => "<number>",
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
            Self::Instant(_) => "<instant>",
        })
    }
}
