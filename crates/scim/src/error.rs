//! What SCIM says when it refuses: a `scimType` word and one sentence (RFC 7644 §3.12).

use serde_json::{Map, Value};

/// The URN of an error body.
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Every `scimType` we know (SCIM-111): RFC 7644 table 9 and the cursor words of RFC 9865.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// The filter cannot be read, names an unknown attribute, or compares what has no order.
    InvalidFilter,
    /// More was asked for than the server is willing to do in one go.
    TooMany,
    /// The attribute cannot be written, or not to this value.
    Mutability,
    /// The body is no JSON, or not the message this endpoint takes.
    InvalidSyntax,
    /// A PATCH path is malformed or names no attribute.
    InvalidPath,
    /// A PATCH operation has nothing it could apply to.
    NoTarget,
    /// A value is missing, of the wrong type, or outside what the attribute takes.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The request put something sensitive into its URI.
    Sensitive,
    /// The cursor is not one of ours.
    InvalidCursor,
    /// The cursor was ours and is too old.
    ExpiredCursor,
    /// `count` is no number, or differs from the one the cursor was made for.
    InvalidCount,
    /// Another resource holds a value that must be unique.
    Uniqueness,
}

impl ScimType {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
            Self::Uniqueness => "uniqueness",
        }
    }
}

/// A refusal in SCIM's words. It knows no HTTP status: the surface adds that (RFC 7644 table 9 gives 400 to all but
/// `uniqueness`). The detail names attributes by their schema spelling and never echoes what the client sent
/// (SEC-41, SCIM-112).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ScimError {
    /// The kind of refusal.
    pub kind: ScimType,
    /// One sentence that says what to do.
    pub detail: String,
}

impl ScimError {
    /// A refusal of this kind with this sentence.
    pub fn new(kind: ScimType, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// The same refusal, saying which operation of a PATCH it was (counted from 1).
    #[must_use]
    pub(crate) fn in_operation(self, number: usize) -> Self {
        Self { detail: format!("Operation {number}: {}", self.detail), ..self }
    }

    /// The error body for this refusal, answered with `status`.
    pub fn body(&self, status: u16) -> Value {
        error_body(status, Some(self.kind), &self.detail)
    }
}

/// A body that is no JSON (SCIM-25).
impl From<crate::json::JsonError> for ScimError {
    fn from(error: crate::json::JsonError) -> Self {
        Self::new(ScimType::InvalidSyntax, error.to_string())
    }
}

pub(crate) fn invalid_value(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimType::InvalidValue, detail)
}

pub(crate) fn invalid_filter(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimType::InvalidFilter, detail)
}

/// An error body as RFC 7644 §3.12 wants it: `status` is a string, `scimType` only where there is one (SCIM-110).
pub fn error_body(status: u16, kind: Option<ScimType>, detail: &str) -> Value {
    let mut body = Map::new();
    body.insert("schemas".into(), Value::from(vec![ERROR_URN]));
    body.insert("status".into(), Value::from(status.to_string()));
    if let Some(kind) = kind {
        body.insert("scimType".into(), Value::from(kind.as_str()));
    }
    body.insert("detail".into(), Value::from(detail));
    Value::Object(body)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// SCIM-110: `status` is a string equal to the HTTP code.
    #[test]
    fn a_refusal_becomes_an_error_body_with_its_status_as_a_string() {
        let refusal = ScimError::new(ScimType::Mutability, "userName cannot be changed.");

        assert_eq!(
            refusal.body(400),
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "400",
                "scimType": "mutability",
                "detail": "userName cannot be changed.",
            })
        );
    }

    /// SCIM-110: no `scimType` where RFC 7644 has none.
    #[test]
    fn an_error_without_a_scim_type_leaves_the_key_out() {
        assert_eq!(
            error_body(404, None, "No such user."),
            json!({"schemas": [ERROR_URN], "status": "404", "detail": "No such user."})
        );
    }
}
