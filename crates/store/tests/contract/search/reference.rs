//! What a filter and an order mean, written a second time and slowly: on the rendered resource, by the words of RFC 7644,
//! without the engine's own code. The differential test compares the store with this.

use std::cmp::Ordering;

use countersign_domain::claim::{Address, ClaimFamily};
use countersign_scim::filter::{Filter, Literal, Operator};
use countersign_scim::list::Sort;
use countersign_scim::schema::AttributePath;
use serde_json::Value;

/// How the texts of an attribute compare (SCIM-53, SEC-47, SEC-48), by the attribute's own name.
fn folded(path: &AttributePath, text: &str) -> String {
    let part = path.sub.map(|sub| sub.name);
    match (path.attribute.name, part) {
        ("id" | "externalId" | "profileUrl", _) | ("manager", Some("value")) => text.to_owned(),
        ("userName", _) => text.to_ascii_lowercase(),
        ("emails", Some("value")) => Address::parse(ClaimFamily::Email, text)
            .map_or_else(|_| text.to_ascii_lowercase(), |address| address.key().to_owned()),
        ("phoneNumbers", Some("value")) => {
            let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            let is_number = !digits.is_empty() && text.chars().all(|c| "0123456789+ -.()".contains(c));
            if is_number { digits } else { text.to_ascii_lowercase() }
        }
        _ => text.chars().flat_map(char::to_lowercase).collect(),
    }
}

/// All values an attribute has, whole.
fn values(resource: &Value, path: &AttributePath) -> Vec<Value> {
    let home = path.extension().map_or(resource, |urn| &resource[urn]);
    match &home[path.attribute.name] {
        Value::Null => vec![],
        Value::Array(values) => values.clone(),
        single => vec![single.clone()],
    }
}

fn part(value: &Value, path: &AttributePath) -> Option<Value> {
    let found = path.sub.map_or(value, |sub| &value[sub.name]);
    (!found.is_null()).then(|| found.clone())
}

fn has_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(parts) => parts.values().any(has_something),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether a resource satisfies a filter.
pub(super) fn satisfies(resource: &Value, filter: &Filter) -> bool {
    judged(filter, &|path| values(resource, path))
}

fn judged(filter: &Filter, of: &dyn Fn(&AttributePath) -> Vec<Value>) -> bool {
    match filter {
        Filter::Present(path) => {
            of(path).iter().any(|value| part(value, path).is_some_and(|part| has_something(&part)))
        }
        Filter::Never => false,
        Filter::Not(inner) => !judged(inner, of),
        Filter::And(parts) => !parts.iter().any(|part| !judged(part, of)),
        Filter::Or(parts) => parts.iter().any(|part| judged(part, of)),
        Filter::Value { attribute, filter } => {
            of(attribute).iter().any(|value| judged(filter, &|_| vec![value.clone()]))
        }
        Filter::Compare(comparison) => {
            let path = &comparison.target;
            let found: Vec<Option<Value>> = of(path).iter().map(|value| part(value, path)).collect();
            let holds = |operator, value: &Value| {
                compared(path, value, &comparison.literal).is_some_and(|compared| compared.is(operator))
            };
            if comparison.operator == Operator::Ne {
                let is_equal =
                    |value: &Option<Value>| value.as_ref().is_some_and(|value| holds(Operator::Eq, value));
                return found.is_empty() || found.iter().any(|value| !is_equal(value));
            }
            found.iter().flatten().any(|value| holds(comparison.operator, value))
        }
    }
}

/// A value beside a literal.
enum Compared {
    Texts(String, String),
    Ordered(Ordering),
    Flags(bool),
}

fn compared(path: &AttributePath, value: &Value, literal: &Literal) -> Option<Compared> {
    Some(match (literal, value) {
        (Literal::String(wanted), Value::String(text)) => {
            Compared::Texts(folded(path, text), folded(path, wanted))
        }
        (Literal::Boolean(wanted), Value::Bool(truth)) => Compared::Flags(wanted == truth),
        (Literal::Instant(wanted), Value::String(text)) => {
            Compared::Ordered(text.parse::<countersign_domain::Timestamp>().ok()?.cmp(wanted))
        }
        _ => return None,
    })
}

impl Compared {
    fn is(&self, operator: Operator) -> bool {
        let order = match self {
            Self::Texts(text, wanted) => {
                match operator {
                    Operator::Co => return text.contains(wanted.as_str()),
                    Operator::Sw => return text.starts_with(wanted.as_str()),
                    Operator::Ew => return text.ends_with(wanted.as_str()),
                    _ => {}
                }
                text.chars().cmp(wanted.chars())
            }
            Self::Ordered(order) => *order,
            Self::Flags(are_equal) => return operator == Operator::Eq && *are_equal,
        };
        match operator {
            Operator::Eq => order == Ordering::Equal,
            Operator::Gt => order == Ordering::Greater,
            Operator::Lt => order == Ordering::Less,
            Operator::Ge => order != Ordering::Less,
            Operator::Le => order != Ordering::Greater,
            Operator::Ne | Operator::Co | Operator::Sw | Operator::Ew => false,
        }
    }
}

/// What is sorted by: what is unassigned comes after everything.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Flag(bool),
    Text(Vec<char>),
    Unassigned,
}

/// Puts resources, which come in the order of creation, into the order asked for. Times are left to the caller's keys:
/// they are kept finer than they are shown.
pub(super) fn ordered<T>(mut all: Vec<(Value, T)>, sort: Option<Sort>) -> Vec<T> {
    if let Some(sort) = sort {
        all.sort_by_key(|(resource, _)| {
            let values = values(resource, &sort.by);
            let primary = values.iter().find(|value| value["primary"] == true).or(values.first());
            match primary.and_then(|value| part(value, &sort.by)) {
                Some(Value::Bool(truth)) => SortValue::Flag(truth),
                Some(Value::String(text)) => SortValue::Text(folded(&sort.by, &text).chars().collect()),
                _ => SortValue::Unassigned,
            }
        });
        if sort.is_descending {
            all.reverse();
        }
    }
    all.into_iter().map(|(_, one)| one).collect()
}
