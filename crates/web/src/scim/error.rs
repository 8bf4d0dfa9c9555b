//! Every refusal, worded for SCIM (RFC 7644 §3.12, SCIM-110 … SCIM-112): the one map from what went wrong to a status,
//! a `scimType`, a sentence and the headers that go with them.

mod wording;

use std::error::Error;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_app::{CreateError, DeleteError, Failure, GroupError, TakenClaim, UpdateError, WeakPassword};
use countersign_domain::{Refusal, SignedDuration};
use countersign_scim::ScimError;
use countersign_scim::bulk::{BulkError, Unresolvable};
use wording::Wording;

use crate::auth::AuthRefusal;
use crate::body::BodyRejection;
use crate::state::Web;
use crate::trace::TraceId;

/// Why a SCIM request is refused.
#[derive(Debug)]
pub(super) enum Refused {
    /// 401: no credential, or none that counts (SCIM-3).
    Unauthorized,
    /// 403: the scope that is missing (SCIM-3).
    Forbidden(&'static str),
    /// 404.
    NotFound,
    /// 404: `/Me` for a credential that is nobody's (SCIM-93).
    NoSelf,
    /// 403: discovery is not filtered (SCIM-11).
    NoFilterHere,
    /// 412 (SCIM-33).
    StaleVersion,
    /// 405, for an operation in a Bulk request; the router answers single ones.
    NoSuchMethod,
    /// 413: more operations in a Bulk request than announced (SCIM-103).
    TooManyOperations,
    /// 413: a longer Bulk request than announced (SCIM-103).
    BulkTooLong,
    /// 409: a reference in a Bulk request leads nowhere (SCIM-101).
    Unresolvable(Unresolvable),
    /// 429: a Bulk request has started its verifications (SEC-43).
    NoMoreVerifications,
    /// 429.
    Throttled(SignedDuration),
    /// The language says no.
    Scim(ScimError),
    /// The body is none.
    Body(BodyRejection),
    /// The rules say no.
    Rule(Refusal),
    /// The new password is refused.
    Password(WeakPassword),
    /// 409 (SCIM-41).
    Taken(TakenClaim),
    /// Ours (SEC-62).
    Failure(Failure),
}

impl Refused {
    fn answer(&self, conflict_on_taken: bool, trace_id: &str) -> Response {
        let wording = self.traced(conflict_on_taken, trace_id);
        let mut response = super::resource::json(wording.status, &wording.body());
        for (name, value) in wording.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }

    /// What stands on the wire. What failed on our side is logged, and the client gets the id to ask with (SEC-62).
    pub(super) fn traced(&self, conflict_on_taken: bool, trace_id: &str) -> Wording {
        let mut wording = self.wording(conflict_on_taken);
        if wording.status.is_server_error() {
            wording.detail = format!("{} (traceId {trace_id})", wording.detail);
            let cause =
                if let Self::Failure(failure) = self { chain(failure) } else { wording.detail.clone() };
            tracing::error!(event = "scim_failure", trace_id, cause);
        }
        wording
    }
}

/// An error with everything that led to it, for the log.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The refusal travels in the extensions to [`worded`], which knows the request's id and the settings.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Words the refusal of a handler, and calls the answer plain JSON where the client asked for just that (SCIM-2).
pub(super) async fn worded(State(web): State<Web>, request: Request, next: Next) -> Response {
    let trace_id = TraceId::of(request.extensions());
    let wants_plain = wants_plain_json(request.headers());
    let mut response = next.run(request).await;
    if let Some(refused) = response.extensions_mut().remove::<Arc<Refused>>() {
        response = refused.answer(web.app.file().conflict_on_taken, trace_id.as_str());
    }
    if wants_plain && response.headers().contains_key(CONTENT_TYPE) {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

/// `application/json` is acceptable, and nothing that `application/scim+json` is.
fn wants_plain_json(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = values
        .flat_map(|value| value.split(','))
        .map(|item| item.split(';').next().unwrap_or_default().trim());
    let is_any = |kind: &str, of: &[&str]| of.iter().any(|known| known.eq_ignore_ascii_case(kind));
    let mut is_named = false;
    let takes_ours = kinds.any(|kind| {
        is_named |= is_any(kind, &["application/json"]);
        is_any(kind, &[super::CONTENT_TYPE, "application/*", "*/*"])
    });
    is_named && !takes_ours
}

impl From<ScimError> for Refused {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl From<BulkError> for Refused {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::TooManyOperations => Self::TooManyOperations,
            BulkError::Malformed(error) => Self::Scim(error),
        }
    }
}

impl From<BodyRejection> for Refused {
    fn from(rejection: BodyRejection) -> Self {
        Self::Body(rejection)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<AuthRefusal> for Refused {
    fn from(refusal: AuthRefusal) -> Self {
        match refusal {
            AuthRefusal::Unauthorized => Self::Unauthorized,
            AuthRefusal::Throttled(wait) => Self::Throttled(wait),
            AuthRefusal::Failed(failure) => Self::Failure(failure),
        }
    }
}

impl From<UpdateError<ScimError>> for Refused {
    fn from(error: UpdateError<ScimError>) -> Self {
        match error {
            UpdateError::NoSuchUser => Self::NotFound,
            UpdateError::Edit(error) => Self::Scim(error),
            UpdateError::StaleVersion => Self::StaleVersion,
            UpdateError::Refused(refusal) => Self::Rule(refusal),
            UpdateError::Password(weak) => Self::Password(weak),
            UpdateError::Taken(claim) => Self::Taken(claim),
            UpdateError::NoMoreVerifications => Self::NoMoreVerifications,
            UpdateError::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl From<GroupError> for Refused {
    fn from(error: GroupError) -> Self {
        match error {
            GroupError::NoSuchGroup => Self::NotFound,
            GroupError::Edit(error) => Self::Scim(error),
            GroupError::StaleVersion => Self::StaleVersion,
            GroupError::NameTaken => Self::Taken(TakenClaim::GroupName),
            GroupError::Refused(refusal) => Self::Rule(refusal),
            GroupError::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl From<DeleteError> for Refused {
    fn from(error: DeleteError) -> Self {
        match error {
            DeleteError::NoSuchUser => Self::NotFound,
            DeleteError::StaleVersion => Self::StaleVersion,
            DeleteError::Refused(refusal) => Self::Rule(refusal),
            DeleteError::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl From<CreateError> for Refused {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Taken(claim) => Self::Taken(claim),
            CreateError::NoMoreVerifications => Self::NoMoreVerifications,
            CreateError::Refused(refusal) => Self::Rule(refusal),
            CreateError::Password(weak) => Self::Password(weak),
            CreateError::Failure(failure) => Self::Failure(failure),
        }
    }
}

#[cfg(test)]
mod tests;
