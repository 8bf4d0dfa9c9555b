//! How a refusal that no surface made is worded: SCIM's error at the SCIM mounts, a page for a browser, problem details
//! for everybody else.

use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_scim::error::error_body;
use serde_json::{Value, json};

use crate::pages::{self, PageError};
use crate::scim;
use crate::trace::TraceId;

/// What is remembered of a request to refuse it later.
pub(super) struct Refuser {
    is_scim: bool,
    /// Whether a browser asked for something to read.
    is_page: bool,
    trace_id: TraceId,
}

impl Refuser {
    /// For this request.
    pub(super) fn of(request: &Request) -> Self {
        Self {
            is_scim: scim::is_mounted_at(request.uri().path()),
            is_page: pages::is_for_a_page(request.headers()),
            trace_id: TraceId::of(request.extensions()),
        }
    }

    /// The answer: `detail` is one sentence that says what to do.
    pub(super) fn refuse(&self, status: StatusCode, detail: &str) -> Response {
        if self.is_scim {
            let detail = if status.is_server_error() { self.traced(detail) } else { detail.to_owned() };
            return answer(status, scim::CONTENT_TYPE, &error_body(status.as_u16(), None, &detail));
        }
        if self.is_page {
            return PageError::of(status).into_response();
        }
        problem(status, detail, self.trace_id())
    }

    fn traced(&self, detail: &str) -> String {
        format!("{detail} (traceId {})", self.trace_id())
    }

    /// For the log line of the same request.
    pub(super) fn trace_id(&self) -> &str {
        self.trace_id.as_str()
    }
}

/// Problem details (RFC 9457), with the request's id beside them.
fn problem(status: StatusCode, detail: &str, trace_id: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({
        "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "traceId": trace_id,
    });
    answer(status, "application/problem+json", &body)
}

fn answer(status: StatusCode, kind: &'static str, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
