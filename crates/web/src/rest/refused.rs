//! A refusal, from the surface's `error.rs` to the bytes of its body.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_app::Failure;
use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::auth::AuthRefusal;
use crate::body::BodyRejection;

/// What a handler refused, before it has a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    /// Stable: clients match on it.
    pub(crate) code: &'static str,
    /// One sentence that says what to do. Holds nothing the caller may not know.
    pub(crate) description: Cow<'static, str>,
    /// When it is worth trying again.
    pub(crate) retry_after: Option<SignedDuration>,
}

/// The code of every answer that is our fault (`verification.md` §4.7).
const UNEXPECTED: &str = "18013";

impl Refused {
    /// A refusal with one of the surface's own codes.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code, description: description.into(), retry_after: None }
    }

    /// 400: JSON, but not of the shape this endpoint takes.
    pub(crate) fn shape(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "CS-40002", description)
    }

    /// 403: the credential is good and does not reach this far.
    pub(crate) fn scope(scope: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "CS-40301", format!("This needs the permission {scope}."))
    }

    /// 429, with the time to wait.
    pub(crate) fn too_many(retry_after: SignedDuration) -> Self {
        let description = "Too many requests. Try again after the time the Retry-After header names.";
        let refused = Self::new(StatusCode::TOO_MANY_REQUESTS, "CS-42901", description);
        Self { retry_after: Some(retry_after), ..refused }
    }

    fn unavailable(seconds: i64) -> Self {
        let description = "The server is too busy to answer. Nothing has been changed; try again shortly.";
        let refused = Self::new(StatusCode::SERVICE_UNAVAILABLE, "CS-50301", description);
        Self { retry_after: Some(SignedDuration::from_secs(seconds)), ..refused }
    }

    /// The body of the product's APIs: `message` is the status in words, `description` says what happened.
    fn api_body(&self, trace_id: &str) -> Value {
        let message = match self.status {
            StatusCode::INTERNAL_SERVER_ERROR => "Internal server error",
            status => status.canonical_reason().unwrap_or("Error"),
        };
        json!({"code": self.code, "message": message, "description": self.description, "traceId": trace_id})
    }

    /// Problem details (RFC 9457); `code` tells refusals of one status apart.
    fn problem_body(&self, trace_id: &str) -> Value {
        json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.description,
            "code": self.code,
            "traceId": trace_id,
        })
    }

    fn answer(&self, kind: &'static str, body: &Value) -> Response {
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            for scheme in [r#"Basic realm="countersign", charset="UTF-8""#, r#"Bearer realm="countersign""#] {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
            }
        }
        response
    }
}

impl From<AuthRefusal> for Refused {
    fn from(refusal: AuthRefusal) -> Self {
        match refusal {
            AuthRefusal::Unauthorized => {
                let description =
                    "Send valid credentials: Authorization: Basic … or Authorization: Bearer ….";
                Self::new(StatusCode::UNAUTHORIZED, "CS-40101", description)
            }
            AuthRefusal::Throttled(wait) => Self::too_many(wait),
            AuthRefusal::Failed(failure) => failure.into(),
        }
    }
}

impl From<BodyRejection> for Refused {
    fn from(rejection: BodyRejection) -> Self {
        let code = match rejection {
            BodyRejection::MediaType => "CS-41501",
            BodyRejection::TooLong => "CS-41301",
            BodyRejection::Unreadable | BodyRejection::Json(_) => "CS-40001",
        };
        Self::new(rejection.status(), code, rejection.to_string())
    }
}

impl From<Failure> for Refused {
    /// Says nothing of what failed; the log line of the same trace id says all of it (SEC-62).
    fn from(failure: Failure) -> Self {
        match (told(&failure), &failure) {
            (StatusCode::SERVICE_UNAVAILABLE, Failure::Store(_)) => Self::unavailable(5),
            (StatusCode::SERVICE_UNAVAILABLE, _) => Self::unavailable(1),
            (status, _) => {
                let description = "The server failed. Report the traceId to its operator.";
                Self::new(status, UNEXPECTED, description)
            }
        }
    }
}

/// Tells the log of a failure; 503 if it may pass, 500 if a person has to look.
pub(crate) fn told(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Busy | Failure::Overloaded => {
            tracing::warn!(event = "turned_away", why = %failure);
            StatusCode::SERVICE_UNAVAILABLE
        }
        Failure::Store(fault) => {
            tracing::error!(event = "failure", why = chain(failure));
            if fault.passing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR }
        }
        Failure::Crypto => {
            tracing::error!(event = "failure", why = chain(failure));
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

impl IntoResponse for Refused {
    /// Leaves the refusal for [`as_api`] or [`as_problem`] to word.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Words refusals as `{code, message, description, traceId}` (`verification.md` §4).
pub(crate) async fn as_api(request: Request, next: Next) -> Response {
    let trace_id = crate::trace::id_of(request.extensions());
    match refused(request, next).await {
        Err(refused) => refused.answer("application/json", &refused.api_body(&trace_id)),
        Ok(response) => response,
    }
}

/// Words refusals as problem details (RFC 9457).
pub(crate) async fn as_problem(request: Request, next: Next) -> Response {
    let trace_id = crate::trace::id_of(request.extensions());
    match refused(request, next).await {
        Err(refused) => refused.answer("application/problem+json", &refused.problem_body(&trace_id)),
        Ok(response) => response,
    }
}

async fn refused(request: Request, next: Next) -> Result<Response, Refused> {
    let mut response = next.run(request).await;
    response.extensions_mut().remove::<Refused>().map_or(Ok(response), Err)
}

/// `Retry-After` counts whole seconds and never says "now".
pub(crate) fn whole_seconds(wait: SignedDuration) -> i64 {
    let up = i64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(up).max(1)
}

/// An error with everything behind it, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        assert_eq!(whole_seconds(SignedDuration::from_millis(29_001)), 30);
        assert_eq!(whole_seconds(SignedDuration::from_secs(30)), 30);
        assert_eq!(whole_seconds(SignedDuration::ZERO), 1);
    }

    /// SEED-19: 401 offers Basic first; the scheme is never guessed.
    #[test]
    fn refused_credentials_are_told_the_schemes() {
        let refused = Refused::from(AuthRefusal::Unauthorized);

        let response = refused.answer("application/json", &refused.api_body("t1"));

        let offered: Vec<_> = response.headers().get_all(WWW_AUTHENTICATE).iter().collect();
        assert_eq!(
            offered,
            [r#"Basic realm="countersign", charset="UTF-8""#, r#"Bearer realm="countersign""#]
        );
    }

    /// SEC-62: what failed is for the log.
    #[test]
    fn our_own_failures_are_answered_without_detail() {
        let refused = Refused::from(Failure::Crypto);

        assert_eq!(
            refused.api_body("t1"),
            json!({
                "code": "18013",
                "message": "Internal server error",
                "description": "The server failed. Report the traceId to its operator.",
                "traceId": "t1",
            })
        );
        assert_eq!(Refused::from(Failure::Busy).retry_after, Some(SignedDuration::from_secs(1)));
    }
}
