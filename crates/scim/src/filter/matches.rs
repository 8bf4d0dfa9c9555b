//! What a filter means on one resource. It recurses only as deep as the tree, which is bounded.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Comparison, Filter, Literal, Operator};
use crate::{
    instant,
    schema::{AttributePath, Collation},
};

pub(super) fn resource(filter: &Filter, resource: &Value) -> bool {
    holds(filter, Subject::Resource(resource))
}

pub(super) fn value(filter: &Filter, value: &Value) -> bool {
    holds(filter, Subject::Value(value))
}

/// What paths are looked up in: a whole resource, or one value inside brackets.
#[derive(Clone, Copy)]
enum Subject<'v> {
    Resource(&'v Value),
    Value(&'v Value),
}

impl<'v> Subject<'v> {
    /// The values the attribute of `path` has: one per element of a multi-valued attribute.
    fn values(self, path: &AttributePath) -> &'v [Value] {
        match self {
            Self::Value(value) => std::slice::from_ref(value),
            Self::Resource(resource) => held(resource, path).map_or(&[], |held| match held {
                Value::Null => &[],
                Value::Array(values) => values.as_slice(),
                single => std::slice::from_ref(single),
            }),
        }
    }
}

fn held<'v>(resource: &'v Value, path: &AttributePath) -> Option<&'v Value> {
    match path.extension() {
        Some(urn) => resource.get(urn)?.get(path.attribute.name),
        None => resource.get(path.attribute.name),
    }
}

fn holds(filter: &Filter, subject: Subject<'_>) -> bool {
    match filter {
        Filter::Present(path) => {
            subject.values(path).iter().any(|value| leaf(value, path).is_some_and(is_non_empty))
        }
        Filter::Compare(comparison) => compares(comparison, subject),
        Filter::Value { attribute, filter } => {
            subject.values(attribute).iter().any(|value| holds(filter, Subject::Value(value)))
        }
        Filter::Never => false,
        Filter::Not(inner) => !holds(inner, subject),
        Filter::And(parts) => parts.iter().all(|part| holds(part, subject)),
        Filter::Or(parts) => parts.iter().any(|part| holds(part, subject)),
    }
}

fn compares(comparison: &Comparison, subject: Subject<'_>) -> bool {
    let Comparison { target, operator, literal } = comparison;
    let collation = target.leaf().collation;
    let values = subject.values(target);
    if *operator == Operator::Ne {
        let differs = |value: &Value| !test(value, Operator::Eq, literal, collation);
        return values.is_empty() || values.iter().any(|value| leaf(value, target).is_none_or(differs));
    }
    values
        .iter()
        .filter_map(|value| leaf(value, target))
        .any(|value| test(value, *operator, literal, collation))
}

fn leaf<'v>(value: &'v Value, path: &AttributePath) -> Option<&'v Value> {
    match path.sub {
        Some(sub) => value.get(sub.name).filter(|value| !value.is_null()),
        None => Some(value),
    }
}

fn is_non_empty(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(parts) => parts.values().any(is_non_empty),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn test(value: &Value, operator: Operator, literal: &Literal, collation: Collation) -> bool {
    match (literal, value) {
        (Literal::String(wanted), Value::String(text)) => {
            test_text(&collation.fold(text), operator, &collation.fold(wanted))
        }
        (Literal::Boolean(wanted), Value::Bool(truth)) => operator == Operator::Eq && truth == wanted,
        (Literal::Number(wanted), Value::Number(number)) => {
            let order = match (number.as_i64(), wanted.as_i64()) {
                (Some(number), Some(wanted)) => Some(number.cmp(&wanted)),
                _ => number.as_f64().partial_cmp(&wanted.as_f64()),
            };
            order.is_some_and(|order| test_order(order, operator))
        }
        (Literal::Instant(wanted), Value::String(text)) => {
            instant::parse(text).is_some_and(|instant| test_order(instant.cmp(wanted), operator))
        }
        _ => false,
    }
}

fn test_text(text: &str, operator: Operator, wanted: &str) -> bool {
    match operator {
        Operator::Co => text.contains(wanted),
        Operator::Sw => text.starts_with(wanted),
        Operator::Ew => text.ends_with(wanted),
        _ => test_order(text.cmp(wanted), operator),
    }
}

fn test_order(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Ne => order.is_ne(),
        Operator::Gt => order.is_gt(),
        Operator::Ge => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Le => order.is_le(),
        Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{Dialect, user};

    fn sample() -> Value {
        json!({
            "id": "Ab1",
            "userName": "Kim",
            "active": true,
            "title": "",
            "name": {"familyName": "Jackson"},
            "emails": [
                {"value": "kim@example.org", "primary": true},
                {"value": "Kim@Work.example", "type": "work"},
            ],
            "urn:scim:wso2:schema": {"emailAddresses": ["kim@example.org", "b@example.org"]},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "R&D"},
            "meta": {"created": "2020-01-07T09:32:18.000Z"},
        })
    }

    fn is_true(filter: &str) -> bool {
        Filter::parse(filter, user(Dialect::Wso2))
            .unwrap_or_else(|error| panic!("{filter}: {error}"))
            .matches(&sample())
    }

    /// SCIM-53, SCIM-54, SCIM-55, SCIM-56, SCIM-57, SCIM-58.
    #[test]
    fn a_filter_is_true_exactly_where_the_rules_say_so() {
        let cases = [
            // SCIM-53: case as the attribute has it; order of text; instants.
            ("userName eq \"KIM\"", true),
            ("id eq \"ab1\"", false),
            ("id eq \"Ab1\"", true),
            ("emails co \"@WORK\"", true),
            ("userName sw \"k\" and userName ew \"m\"", true),
            ("userName gt \"kil\" and userName lt \"kin\"", true),
            ("userName ge \"kim\" and userName le \"kim\" and not (userName gt \"kim\")", true),
            ("meta.created eq \"2020-01-07T10:32:18+01:00\"", true),
            ("meta.created gt \"2020-01-07T09:32:18Z\"", false),
            ("active eq true", true),
            ("active eq \"False\"", false),
            // SCIM-54: presence.
            ("emails pr", true),
            ("title pr", false),
            ("nickName pr", false),
            ("name pr", true),
            ("name.givenName pr", false),
            // SCIM-55: any value, or one value.
            ("emails.type eq \"work\" and emails.value eq \"kim@example.org\"", true),
            ("emails[type eq \"work\" and value eq \"kim@example.org\"]", false),
            ("emails[type eq \"work\" and value eq \"kim@work.example\"]", true),
            ("urn:scim:wso2:schema:emailAddresses eq \"b@example.org\"", true),
            ("urn:scim:wso2:schema:emailAddresses[value sw \"c\"]", false),
            // SCIM-56: ne.
            ("emails ne \"kim@example.org\"", true),
            ("nickName ne \"K\"", true),
            ("userName ne \"kim\"", false),
            ("emails.type ne \"work\"", true),
            ("emails[not (type eq \"work\")]", true),
            // SCIM-52: null.
            ("nickName eq null", true),
            ("userName eq null", false),
            ("userName ne null", true),
            // SCIM-58: a sub-attribute after the brackets.
            ("emails[type eq \"work\"].value eq \"kim@work.example\"", true),
            ("emails[type eq \"work\"].value eq \"kim@example.org\"", false),
            ("emails[type eq \"work\"].display pr", false),
            // SCIM-57: extensions.
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"r&d\"", true),
        ];
        for (filter, expected) in cases {
            assert_eq!(is_true(filter), expected, "{filter}");
        }
    }

    /// SCIM-51: `and` binds closer than `or`, `not` closer than both, parentheses closest.
    #[test]
    fn precedence_is_grouping_then_not_then_and_then_or() {
        assert!(is_true("userName pr or nickName pr and nickName pr"));
        assert!(!is_true("(userName pr or nickName pr) and nickName pr"));
        assert!(!is_true("not (userName pr) and nickName pr or nickName pr"));
    }
}
