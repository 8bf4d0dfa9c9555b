//! One id and one log line per request (SEC-59, SEC-62).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{Extensions, HeaderName, HeaderValue};
use axum::response::Response;
use tracing::Span;

/// The header an answer names its request in.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a request is called in logs, error bodies and audit context. Ours: a client's own would let it write into our
/// logs.
#[derive(Clone, Default, Debug)]
pub(crate) struct TraceId(Arc<str>);

impl TraceId {
    pub(crate) fn new(id: &str) -> Self {
        Self(id.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// That of the request these extensions belong to; empty only outside the layers all requests pass.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }
}

/// The same as text.
pub(crate) fn id_of(extensions: &Extensions) -> String {
    TraceId::of(extensions).as_str().to_owned()
}

/// The span all log lines of a request stand in: method and route template, never a path as it was sent, a query string
/// or a header.
pub(crate) fn span(id: &TraceId, request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    tracing::info_span!("request", trace_id = id.as_str(), method = request.method().as_str(), route)
}

/// The access log's line, and the answer's own name.
pub(crate) fn answered(id: &TraceId, took: Duration, response: &mut Response) {
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(event = "request", status = response.status().as_u16(), micros);
}
