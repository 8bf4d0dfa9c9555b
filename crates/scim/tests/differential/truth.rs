//! What a filter says of a document, by SCIM-52 … SCIM-58.

use serde_json::Value;

use super::{
    reading::Ask,
    table::{self, Attribute, Fold, Kind, Named, Part},
};

/// Where names are looked up: in the whole document, or in one value of an attribute.
pub(super) type Scope = Option<&'static Attribute>;

/// What a comparison is about: the attribute, and the part of it.
type Target = (&'static Attribute, Option<&'static Part>);

fn target(name: &str, scope: Scope) -> Option<Target> {
    match scope {
        Some(attribute) => Some((attribute, Some(attribute.part(name)?))),
        None => match table::find(name)? {
            Named::Attribute(attribute, part) => Some((attribute, part)),
            Named::Enterprise => None,
        },
    }
    .filter(|(attribute, _)| !attribute.is_secret)
}

/// SCIM-55: without a part, a complex attribute means its `value`.
fn comparable(name: &str, scope: Scope) -> Option<Target> {
    match target(name, scope)? {
        (attribute, None) if !attribute.parts().is_empty() => {
            Some((attribute, Some(attribute.part("value")?)))
        }
        whole => Some(whole),
    }
}

fn kind((attribute, part): Target) -> Kind {
    part.map_or(attribute.kind, |part| part.kind)
}

/// Whether the filter can be asked at all: its names exist, and its literals fit them.
pub(super) fn can_be_asked(ask: &Ask, scope: Scope) -> bool {
    match ask {
        Ask::Any(parts) | Ask::All(parts) => parts.iter().all(|part| can_be_asked(part, scope)),
        Ask::Not(inner) => can_be_asked(inner, scope),
        Ask::One(name, inner) => match target(name, scope) {
            Some((attribute, None)) if scope.is_none() && !attribute.parts().is_empty() => {
                can_be_asked(inner, Some(attribute))
            }
            _ => false,
        },
        Ask::Has(name) => target(name, scope).is_some(),
        Ask::Is(name, operator, literal) => {
            comparable(name, scope).is_some_and(|target| fits(kind(target), operator, literal))
        }
    }
}

fn fits(kind: Kind, operator: &str, literal: &Value) -> bool {
    let equality = ["eq", "ne"].contains(&operator);
    let within = ["co", "sw", "ew"].contains(&operator);
    let order = ["gt", "ge", "lt", "le"].contains(&operator);
    match (kind, literal) {
        (_, Value::Null) | (Kind::Flag, Value::Bool(_)) => equality,
        (Kind::Text(_), Value::String(_)) => equality || within || order,
        (Kind::Flag, Value::String(text)) => {
            equality && ["true", "false"].contains(&text.to_lowercase().as_str())
        }
        (Kind::Time, Value::String(text)) => (equality || order) && text.parse::<jiff::Timestamp>().is_ok(),
        _ => false,
    }
}

/// Whether `held` (a document, or one value of `scope`) satisfies the filter, which can be asked.
pub(super) fn holds(ask: &Ask, held: &Value, scope: Scope) -> bool {
    match ask {
        Ask::Any(parts) => parts.iter().any(|part| holds(part, held, scope)),
        Ask::All(parts) => parts.iter().all(|part| holds(part, held, scope)),
        Ask::Not(inner) => !holds(inner, held, scope),
        Ask::One(name, inner) => {
            let (attribute, _) = target(name, scope).unwrap();
            values(held, attribute).iter().any(|value| holds(inner, value, Some(attribute)))
        }
        Ask::Has(name) => found(target(name, scope).unwrap(), held, scope).iter().any(is_something),
        Ask::Is(name, operator, literal) => {
            let target = comparable(name, scope).unwrap();
            let found = found(target, held, scope);
            match (operator.as_str(), literal) {
                ("eq", Value::Null) => !found.iter().any(is_something),
                ("ne", Value::Null) => found.iter().any(is_something),
                ("ne", literal) => {
                    found.is_empty()
                        || found.iter().any(|value| !compared(kind(target), "eq", value, literal))
                }
                (operator, literal) => {
                    found.iter().any(|value| compared(kind(target), operator, value, literal))
                }
            }
        }
    }
}

/// The values of an attribute, whole.
fn values(document: &Value, attribute: &Attribute) -> Vec<Value> {
    let home = attribute.home.map_or(document, |urn| &document[urn]);
    match &home[attribute.name] {
        Value::Null => vec![],
        Value::Array(values) => values.clone(),
        single => vec![single.clone()],
    }
}

/// The part of each value; null for a value that has none.
fn found((attribute, part): Target, held: &Value, scope: Scope) -> Vec<Value> {
    let wholes = if scope.is_some() { vec![held.clone()] } else { values(held, attribute) };
    wholes.into_iter().map(|whole| part.map_or(whole.clone(), |part| whole[part.name].clone())).collect()
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => values.iter().any(is_something),
        Value::Object(parts) => parts.values().any(is_something),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

pub(super) fn folded(fold: Fold, text: &str) -> String {
    match fold {
        Fold::Exact => text.to_owned(),
        Fold::Lower => text.chars().flat_map(char::to_lowercase).collect(),
        Fold::Ascii => text.to_ascii_lowercase(),
        Fold::Number => {
            let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            let is_number = !digits.is_empty() && text.chars().all(|c| "0123456789+ -.()".contains(c));
            if is_number { digits } else { text.to_ascii_lowercase() }
        }
    }
}

fn compared(kind: Kind, operator: &str, value: &Value, literal: &Value) -> bool {
    match (kind, value, literal) {
        (Kind::Text(fold), Value::String(text), Value::String(wanted)) => {
            let (text, wanted) = (folded(fold, text), folded(fold, wanted));
            match operator {
                "co" => text.contains(&wanted),
                "sw" => text.starts_with(&wanted),
                "ew" => text.ends_with(&wanted),
                _ => ordered(operator, &text.chars().collect::<Vec<_>>(), &wanted.chars().collect()),
            }
        }
        (Kind::Time, Value::String(at), Value::String(wanted)) => {
            let instant = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
            ordered(operator, &instant(at), &instant(wanted))
        }
        (Kind::Flag, Value::Bool(truth), Value::Bool(wanted)) => truth == wanted,
        (Kind::Flag, Value::Bool(truth), Value::String(wanted)) => truth.to_string() == wanted.to_lowercase(),
        _ => false,
    }
}

fn ordered<T: PartialOrd>(operator: &str, one: &T, other: &T) -> bool {
    match operator {
        "eq" => one == other,
        "gt" => one > other,
        "ge" => one >= other,
        "lt" => one < other,
        "le" => one <= other,
        _ => unreachable!("{operator}"),
    }
}
