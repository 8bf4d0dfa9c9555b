//! One comparison: the operator and the literal must fit the attribute.

use serde_json::Number;

use super::{
    Comparison, Filter, Literal, Operator,
    token::{Token, TokenKind},
};
use crate::{
    error::{ScimError, invalid_filter},
    instant,
    schema::{Attribute, AttributePath, Kind},
};

/// `path operator literal`, if the three fit each other (SCIM-52, SCIM-53).
pub(super) fn compare(
    path: AttributePath,
    operator: Operator,
    token: &Token<'_>,
) -> Result<Filter, ScimError> {
    let target = comparable(path)?;
    if token.kind == TokenKind::Word("null") {
        return match operator {
            Operator::Eq => Ok(Filter::Not(Box::new(Filter::Present(target)))),
            Operator::Ne => Ok(Filter::Present(target)),
            _ => Err(invalid_filter(format!("{target}: null can only be compared with eq and ne."))),
        };
    }
    let literal = literal(&target, token)?;
    let fits = match (operator, &literal) {
        (Operator::Eq | Operator::Ne, _) => true,
        (Operator::Co | Operator::Sw | Operator::Ew, literal) => matches!(literal, Literal::String(_)),
        (_, Literal::Boolean(_)) => false,
        _ => target.leaf().kind != Kind::Binary,
    };
    if !fits {
        return Err(invalid_filter(format!("{target} cannot be compared with this operator.")));
    }
    Ok(Filter::Compare(Comparison { target, operator, literal }))
}

/// A complex attribute without sub-attribute means its `value` (SCIM-55).
fn comparable(path: AttributePath) -> Result<AttributePath, ScimError> {
    if path.leaf().kind != Kind::Complex {
        return Ok(path);
    }
    path.with_sub("value").ok_or_else(|| invalid_filter(format!("{path} has parts: compare one of them.")))
}

fn literal(target: &AttributePath, token: &Token<'_>) -> Result<Literal, ScimError> {
    let leaf: &Attribute = target.leaf();
    let read = match (&token.kind, leaf.kind) {
        (TokenKind::Text(text), Kind::String | Kind::Reference | Kind::Binary) => {
            Some(Literal::String(text.clone()))
        }
        (TokenKind::Text(text), Kind::DateTime) => instant::parse(text).map(Literal::Instant),
        (TokenKind::Text(text), Kind::Boolean) => truth(text).map(Literal::Boolean),
        (TokenKind::Word("true"), Kind::Boolean) => Some(Literal::Boolean(true)),
        (TokenKind::Word("false"), Kind::Boolean) => Some(Literal::Boolean(false)),
        (TokenKind::Word(word), Kind::Decimal | Kind::Integer) => {
            serde_json::from_str::<Number>(word).ok().map(Literal::Number)
        }
        _ => None,
    };
    read.ok_or_else(|| invalid_filter(format!("{target} must be compared with {}.", wanted(leaf.kind))))
}

/// A boolean written as a string (SCIM-85).
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "true or false",
        Kind::Decimal | Kind::Integer => "a number",
        Kind::DateTime => "a date and time in double quotes",
        Kind::String | Kind::Reference | Kind::Binary | Kind::Complex => "a string in double quotes",
    }
}

/// The operator of that name, in any case (SCIM-20).
pub(super) fn operator(word: &str) -> Option<Operator> {
    const WORDS: [(&str, Operator); 9] = [
        ("eq", Operator::Eq),
        ("ne", Operator::Ne),
        ("co", Operator::Co),
        ("sw", Operator::Sw),
        ("ew", Operator::Ew),
        ("gt", Operator::Gt),
        ("ge", Operator::Ge),
        ("lt", Operator::Lt),
        ("le", Operator::Le),
    ];
    WORDS.iter().find(|(spelling, _)| spelling.eq_ignore_ascii_case(word)).map(|(_, operator)| *operator)
}
