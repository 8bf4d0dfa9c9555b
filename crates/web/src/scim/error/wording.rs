//! The map itself: one arm for each refusal.

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, StatusCode};
use countersign_app::{Failure, TakenClaim, WeakPassword};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{Refusal, SignedDuration};
use countersign_scim::ScimType;
use countersign_scim::bulk::{OPERATIONS_MAX, PAYLOAD_MAX};
use countersign_scim::error::error_body;
use serde_json::Value;

use super::Refused;
use crate::body::BodyRejection;

/// What stands on the wire, but for the trace id.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::scim) struct Wording {
    pub(in crate::scim) status: StatusCode,
    pub(super) kind: Option<ScimType>,
    pub(super) detail: String,
    pub(super) headers: Vec<(HeaderName, String)>,
}

impl Wording {
    fn new(status: StatusCode, kind: Option<ScimType>, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), headers: Vec::new() }
    }

    fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some(ScimType::InvalidValue), detail)
    }

    fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The error body.
    pub(in crate::scim) fn body(&self) -> Value {
        error_body(self.status.as_u16(), self.kind, &self.detail)
    }

    fn retry_after(self, wait: SignedDuration) -> Self {
        self.with(RETRY_AFTER, wait.as_secs().max(1).to_string())
    }
}

impl Refused {
    /// `conflict_on_taken`: whether a taken address is a 409 or a 400, as the settings of the file have it.
    pub(super) fn wording(&self, conflict_on_taken: bool) -> Wording {
        match self {
            Self::Unauthorized => {
                let detail =
                    "Authenticate by HTTP Basic or with a bearer token; this credential does not count.";
                Wording::new(StatusCode::UNAUTHORIZED, None, detail)
                    .with(WWW_AUTHENTICATE, "Basic realm=\"countersign\", charset=\"UTF-8\"")
                    .with(WWW_AUTHENTICATE, "Bearer realm=\"countersign\"")
            }
            Self::Forbidden(scope) => {
                Wording::new(StatusCode::FORBIDDEN, None, format!("This needs the permission {scope}."))
            }
            Self::NotFound => Wording::new(StatusCode::NOT_FOUND, None, "There is no such resource."),
            Self::NoSelf => Wording::new(
                StatusCode::NOT_FOUND,
                None,
                "/Me is for users; this credential belongs to a program.",
            ),
            Self::NoFilterHere => Wording::new(
                StatusCode::FORBIDDEN,
                None,
                "Discovery cannot be filtered; leave the filter out.",
            ),
            Self::StaleVersion => {
                let detail = "The resource has changed since it was read; read it again.";
                Wording::new(StatusCode::PRECONDITION_FAILED, None, detail)
            }
            Self::NoSuchMethod => {
                let detail = "This path does not take the method.";
                Wording::new(StatusCode::METHOD_NOT_ALLOWED, None, detail)
            }
            Self::TooManyOperations => {
                let detail =
                    format!("A Bulk request holds at most {OPERATIONS_MAX} operations; nothing was done.");
                Wording::new(StatusCode::PAYLOAD_TOO_LARGE, None, detail)
            }
            Self::BulkTooLong => {
                let detail = format!("A Bulk request has at most {PAYLOAD_MAX} bytes; nothing was done.");
                Wording::new(StatusCode::PAYLOAD_TOO_LARGE, None, detail)
            }
            Self::Unresolvable(why) => Wording::new(StatusCode::CONFLICT, None, why.to_string()),
            Self::NoMoreVerifications => {
                let detail = "One Bulk request starts at most 20 verifications; send this operation in another one, \
                              or ask for the permission bulk_verify.";
                Wording::new(StatusCode::TOO_MANY_REQUESTS, None, detail)
            }
            Self::Throttled(wait) => too_many(*wait),
            Self::Scim(error) => Wording::new(status_of(error.kind), Some(error.kind), error.detail.clone()),
            Self::Body(rejection @ BodyRejection::Json(_)) => {
                Wording::new(rejection.status(), Some(ScimType::InvalidSyntax), rejection.to_string())
            }
            Self::Body(rejection) => Wording::new(rejection.status(), None, rejection.to_string()),
            Self::Rule(refusal) => rule(refusal, conflict_on_taken),
            Self::Password(WeakPassword::Overloaded) | Self::Failure(Failure::Busy | Failure::Overloaded) => {
                unavailable()
            }
            Self::Password(weak) => Wording::invalid(format!("password: {weak}.")),
            Self::Taken(TakenClaim::Address(family)) => taken(*family, conflict_on_taken),
            Self::Taken(TakenClaim::GroupName) => {
                let detail = "Another group has this displayName.";
                Wording::new(StatusCode::CONFLICT, Some(ScimType::Uniqueness), detail)
            }
            Self::Taken(TakenClaim::UserName | TakenClaim::Record) => {
                let detail = "Another user has this userName.";
                Wording::new(StatusCode::CONFLICT, Some(ScimType::Uniqueness), detail)
            }
            Self::Failure(Failure::Store(error)) if error.passing => unavailable(),
            Self::Failure(_) => {
                Wording::new(StatusCode::INTERNAL_SERVER_ERROR, None, "The server could not do this.")
            }
        }
    }
}

/// What the rules refuse.
fn rule(refusal: &Refusal, conflict_on_taken: bool) -> Wording {
    match refusal {
        Refusal::TooManyRequests { retry_after } => too_many(*retry_after),
        Refusal::Taken(family) => taken(*family, conflict_on_taken),
        Refusal::Mutability(_) => {
            Wording::new(StatusCode::BAD_REQUEST, Some(ScimType::Mutability), format!("{refusal}."))
        }
        Refusal::StaleAuthentication => {
            let challenge =
                "Bearer realm=\"countersign\", error=\"insufficient_user_authentication\", max_age=\"300\"";
            Wording::new(StatusCode::UNAUTHORIZED, None, sentence(refusal)).with(WWW_AUTHENTICATE, challenge)
        }
        Refusal::Address { .. } => Wording::invalid(format!("{refusal}.")),
        Refusal::SeveralCandidates(_)
        | Refusal::TooMany { .. }
        | Refusal::AssertsPending(_)
        | Refusal::NothingToAssert(_) => Wording::invalid(sentence(refusal)),
        Refusal::ReasonRequired => Wording::invalid(format!("changeReason: {refusal}.")),
    }
}

/// All `scimType` words are 400 but one (RFC 7644 table 9).
const fn status_of(kind: ScimType) -> StatusCode {
    match kind {
        ScimType::Uniqueness => StatusCode::CONFLICT,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn taken(family: ClaimFamily, conflict_on_taken: bool) -> Wording {
    let attribute = match family {
        ClaimFamily::Email => "emails",
        ClaimFamily::Mobile => "phoneNumbers",
    };
    let status = if conflict_on_taken { StatusCode::CONFLICT } else { StatusCode::BAD_REQUEST };
    Wording::new(status, Some(ScimType::Uniqueness), format!("{attribute}: another user holds this value."))
}

fn too_many(wait: SignedDuration) -> Wording {
    // In words too: an operation of a Bulk request has no header.
    let detail = format!("Too many requests; try again in {} seconds.", wait.as_secs().max(1));
    Wording::new(StatusCode::TOO_MANY_REQUESTS, None, detail).retry_after(wait)
}

fn unavailable() -> Wording {
    let detail = "The server cannot do this at the moment; try again.";
    Wording::new(StatusCode::SERVICE_UNAVAILABLE, None, detail).retry_after(SignedDuration::from_secs(2))
}

/// A refusal's own words as a sentence.
fn sentence(refusal: &Refusal) -> String {
    let text = refusal.to_string();
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), rest.as_str()))
}
