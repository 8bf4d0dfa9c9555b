//! What an index can say about a filter: the planner that both databases share.
//!
//! A filter becomes a [`Condition`] over indexed leaves. Where the index says all the filter says, the plan is exact;
//! where it cannot (`co`, `ew`, value paths, attributes without an index) the condition is a *superset*, and the one
//! engine, [`Filter::matches`], judges each candidate: so both databases mean exactly the same.

use std::ops::Bound;

use countersign_domain::{GroupId, Timestamp, UserId};
use countersign_scim::filter::{Comparison, Filter, Literal, Operator};
use countersign_scim::order::{KEY_BYTES_MAX, UNASSIGNED, text_key};
use countersign_scim::schema::{AttributePath, Collation};

use crate::index::INACTIVE;

/// After every key of an assigned value, before the one of an unassigned.
const ASSIGNED_END: &str = ">";

/// A filter as the index sees it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Plan {
    /// Holds for every user who matches, and when the plan is exact for nobody else.
    pub(crate) condition: Condition,
    /// Whether the condition says all the filter says.
    pub(crate) is_exact: bool,
}

/// What must hold of a user.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Condition {
    /// Everybody.
    All,
    /// Nobody.
    Nobody,
    /// What an index says.
    Is(Probe),
    /// Not so.
    Not(Box<Condition>),
    /// All of them.
    And(Vec<Condition>),
    /// Any of them.
    Or(Vec<Condition>),
}

/// A question to one index.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Probe {
    /// A value in the side table.
    Value {
        /// The name values of the attribute are indexed under.
        attribute: &'static str,
        /// Whether a user has at most one row of it.
        is_single: bool,
        /// Which keys.
        keys: Span<String>,
    },
    /// The folded user name.
    UserName(Span<String>),
    /// The id.
    Id(UserId),
    /// A time the store keeps, in microseconds.
    Time(Time, Span<i64>),
    /// A group, in itself or through another one.
    Group(GroupId),
}

/// A time the store keeps of every user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Time {
    Created,
    Modified,
}

/// A range of keys.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Span<T> {
    /// One key.
    Only(T),
    /// Those between.
    Between(Bound<T>, Bound<T>),
}

impl Plan {
    /// How the index answers a filter; no filter is met by everybody.
    pub(crate) fn of(filter: Option<&Filter>) -> Self {
        let Some(filter) = filter else { return Self { condition: Condition::All, is_exact: true } };
        let mut planner = Planner { is_exact: true };
        let condition = planner.approximate(filter, Side::Over).simplified();
        Self { condition, is_exact: planner.is_exact }
    }

    /// The one user who can match, if the condition names him by what is unique.
    pub(crate) fn narrow(&self) -> Option<&Probe> {
        let named = |condition: &Condition| {
            matches!(condition, Condition::Is(Probe::Id(_) | Probe::UserName(Span::Only(_))))
        };
        match &self.condition {
            Condition::Is(probe) if named(&self.condition) => Some(probe),
            Condition::And(parts) => parts.iter().find(|part| named(part)).and_then(|part| match part {
                Condition::Is(probe) => Some(probe),
                _ => None,
            }),
            _ => None,
        }
    }
}

/// Where the index cannot say it exactly: whom to take in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Everybody who may match.
    Over,
    /// Only those who surely do: the other side of a `not`.
    Under,
}

struct Planner {
    is_exact: bool,
}

impl Planner {
    fn approximate(&mut self, filter: &Filter, side: Side) -> Condition {
        match filter {
            Filter::Present(path) => present(path).unwrap_or_else(|| self.unknown(side)),
            Filter::Compare(comparison) => compare(comparison).unwrap_or_else(|| self.unknown(side)),
            Filter::Never => Condition::Nobody,
            Filter::Not(inner) => {
                let other = if side == Side::Over { Side::Under } else { Side::Over };
                Condition::Not(Box::new(self.approximate(inner, other)))
            }
            Filter::And(parts) => Condition::And(self.each(parts, side)),
            Filter::Or(parts) => Condition::Or(self.each(parts, side)),
            Filter::Value { filter, .. } => self.within(filter, side),
        }
    }

    fn each(&mut self, parts: &[Filter], side: Side) -> Vec<Condition> {
        parts.iter().map(|part| self.approximate(part, side)).collect()
    }

    /// One value has to satisfy everything in the brackets; an index only tells that some value satisfies each part.
    fn within(&mut self, filter: &Filter, side: Side) -> Condition {
        match filter {
            Filter::Compare(comparison) if comparison.operator != Operator::Ne => {
                compare(comparison).unwrap_or_else(|| self.unknown(side))
            }
            _ if side == Side::Under => self.unknown(side),
            Filter::And(parts) => {
                self.is_exact = false;
                Condition::And(parts.iter().map(|part| self.within(part, side)).collect())
            }
            Filter::Or(parts) => Condition::Or(parts.iter().map(|part| self.within(part, side)).collect()),
            _ => self.unknown(side),
        }
    }

    fn unknown(&mut self, side: Side) -> Condition {
        self.is_exact = false;
        if side == Side::Over { Condition::All } else { Condition::Nobody }
    }
}

impl Condition {
    /// The same without what is always or never so.
    fn simplified(self) -> Self {
        match self {
            Self::Not(inner) => match inner.simplified() {
                Self::All => Self::Nobody,
                Self::Nobody => Self::All,
                Self::Not(inner) => *inner,
                other => Self::Not(Box::new(other)),
            },
            Self::And(parts) => joined(parts, &Self::All, &Self::Nobody, Self::And),
            Self::Or(parts) => joined(parts, &Self::Nobody, &Self::All, Self::Or),
            leaf => leaf,
        }
    }
}

/// The parts without those that change nothing; one that decides decides all.
fn joined(
    parts: Vec<Condition>,
    neutral: &Condition,
    deciding: &Condition,
    join: fn(Vec<Condition>) -> Condition,
) -> Condition {
    let mut kept: Vec<Condition> = Vec::new();
    for part in parts.into_iter().map(Condition::simplified) {
        if part == *deciding {
            return part;
        }
        if part != *neutral && !kept.contains(&part) {
            kept.push(part);
        }
    }
    match (kept.pop(), kept.is_empty()) {
        (None, _) => neutral.clone(),
        (Some(only), true) => only,
        (Some(last), false) => {
            kept.push(last);
            join(kept)
        }
    }
}

/// What every user has needs no index.
fn present(path: &AttributePath) -> Option<Condition> {
    match name_of(path) {
        ("id" | "userName" | "active", None) | ("meta", _) => Some(Condition::All),
        ("emails", None) => Some(not(only("emails", false, UNASSIGNED))),
        ("phoneNumbers", None) => Some(not(only("phoneNumbers", false, UNASSIGNED))),
        _ => {
            let attribute = path.leaf().index?;
            let is_single = !path.attribute.multi_valued;
            let unassigned = only(attribute, is_single, UNASSIGNED);
            // An empty text is a value, but not present (SCIM-54).
            Some(not(Condition::Or(vec![unassigned, only(attribute, is_single, "=")])))
        }
    }
}

fn compare(comparison: &Comparison) -> Option<Condition> {
    let Comparison { target, operator, literal } = comparison;
    match (name_of(target), literal) {
        (("meta", Some("resourceType")), Literal::String(text)) => constant(*operator, text == "User"),
        (("meta", Some("created")), Literal::Instant(at)) => time(Time::Created, *operator, *at),
        (("meta", Some("lastModified")), Literal::Instant(at)) => time(Time::Modified, *operator, *at),
        (("id", None), Literal::String(text)) => {
            let id: Option<UserId> = text.parse().ok().filter(|id: &UserId| id.to_string() == *text);
            equality(*operator, id.map_or(Condition::Nobody, |id| Condition::Is(Probe::Id(id))))
        }
        (("userName", None), Literal::String(text)) => {
            let name = Collation::Ascii.fold(text).into_owned();
            span(*operator, name.clone(), successor(&name), "", None)
                .map(|keys| signed(*operator, Condition::Is(Probe::UserName(keys))))
        }
        // `ne` asks for another group, which no index tells.
        (("groups", Some("value")), Literal::String(text)) if *operator == Operator::Eq => {
            let id: Option<GroupId> = text.parse().ok().filter(|id: &GroupId| id.to_string() == *text);
            Some(id.map_or(Condition::Nobody, |id| Condition::Is(Probe::Group(id))))
        }
        (("active", None), Literal::Boolean(wanted)) => {
            let inactive = only("active", true, INACTIVE);
            equality(*operator, if *wanted { not(inactive) } else { inactive })
        }
        (_, Literal::String(text)) => value(target, *operator, text),
        _ => None,
    }
}

/// A comparison the side table answers. Keys are cut: a literal as long as they may be is left to the engine.
fn value(target: &AttributePath, operator: Operator, text: &str) -> Option<Condition> {
    let attribute = target.leaf().index?;
    let is_single = !target.attribute.multi_valued;
    let key = text_key(target.leaf().collation, text);
    // A cut key has at least so many octets.
    if key.len() > KEY_BYTES_MAX - 4 || (operator == Operator::Ne && !is_single) {
        return None;
    }
    let keys = span(operator, key.clone(), successor(&key), "=", Some(ASSIGNED_END))?;
    Some(signed(operator, Condition::Is(Probe::Value { attribute, is_single, keys })))
}

/// The keys an operator asks for, among those from `low` up to `high`.
fn span(
    operator: Operator,
    key: String,
    after_prefix: Option<String>,
    low: &str,
    high: Option<&str>,
) -> Option<Span<String>> {
    let low = || Bound::Included(low.to_owned());
    let high = || high.map_or(Bound::Unbounded, |high| Bound::Excluded(high.to_owned()));
    Some(match operator {
        Operator::Eq | Operator::Ne => Span::Only(key),
        Operator::Sw => Span::Between(Bound::Included(key), after_prefix.map_or_else(high, Bound::Excluded)),
        Operator::Gt => Span::Between(Bound::Excluded(key), high()),
        Operator::Ge => Span::Between(Bound::Included(key), high()),
        Operator::Lt => Span::Between(low(), Bound::Excluded(key)),
        Operator::Le => Span::Between(low(), Bound::Included(key)),
        Operator::Co | Operator::Ew => return None,
    })
}

/// The first text after all that start with `prefix`; `None` if there is none. Bytes of UTF-8 order as code points do.
fn successor(prefix: &str) -> Option<String> {
    let mut head: Vec<char> = prefix.chars().collect();
    while let Some(last) = head.pop() {
        // The code points before the surrogates are followed by the one after them.
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            head.push(next);
            return Some(head.into_iter().collect());
        }
    }
    None
}

/// An instant is compared as it is shown: cut to milliseconds.
fn time(which: Time, operator: Operator, at: Timestamp) -> Option<Condition> {
    const MILLI: i128 = 1_000;
    let nanos = at.as_nanosecond();
    let micros = |millis: i128| i64::try_from(millis.saturating_mul(MILLI)).unwrap_or(i64::MAX);
    let (floor, is_whole) = (nanos.div_euclid(1_000_000), nanos.rem_euclid(1_000_000) == 0);
    let (from, after) = (micros(floor), micros(floor + 1));
    let at_or_after = if is_whole { from } else { after };
    let is = |from: Bound<i64>, to: Bound<i64>| Condition::Is(Probe::Time(which, Span::Between(from, to)));
    let equal = if is_whole { is(Bound::Included(from), Bound::Excluded(after)) } else { Condition::Nobody };
    Some(match operator {
        Operator::Eq => equal,
        Operator::Ne => not(equal),
        Operator::Gt => is(Bound::Included(after), Bound::Unbounded),
        Operator::Ge => is(Bound::Included(at_or_after), Bound::Unbounded),
        Operator::Lt => is(Bound::Unbounded, Bound::Excluded(at_or_after)),
        Operator::Le => is(Bound::Unbounded, Bound::Excluded(after)),
        Operator::Co | Operator::Sw | Operator::Ew => return None,
    })
}

fn constant(operator: Operator, is_equal: bool) -> Option<Condition> {
    equality(operator, if is_equal { Condition::All } else { Condition::Nobody })
}

fn equality(operator: Operator, equal: Condition) -> Option<Condition> {
    matches!(operator, Operator::Eq | Operator::Ne).then(|| signed(operator, equal))
}

fn signed(operator: Operator, condition: Condition) -> Condition {
    if operator == Operator::Ne { not(condition) } else { condition }
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

fn only(attribute: &'static str, is_single: bool, key: &str) -> Condition {
    Condition::Is(Probe::Value { attribute, is_single, keys: Span::Only(key.to_owned()) })
}

/// The names of what stands at the top of a resource; an extension's attributes go by their index alone.
fn name_of(path: &AttributePath) -> (&'static str, Option<&'static str>) {
    if path.extension().is_some() {
        return ("", None);
    }
    (path.attribute.name, path.sub.map(|sub| sub.name))
}

#[cfg(test)]
#[path = "plan/tests.rs"]
mod tests;
