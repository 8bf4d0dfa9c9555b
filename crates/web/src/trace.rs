//! One id and one log line per request (SEC-59, SEC-62).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Extensions, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::classify::{ServerErrorsAsFailures, SharedClassifier};
use tower_http::trace::{MakeSpan, OnResponse, TraceLayer};
use tracing::Span;

use crate::state::Web;

/// The header an answer names its request in.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What this request is called in logs, error bodies and audit context. Ours: a client's own would let it write into
/// our logs.
#[derive(Clone)]
struct TraceId(Arc<str>);

/// The id of the request these extensions belong to; empty only outside [`identify`].
pub(crate) fn id_of(extensions: &Extensions) -> String {
    extensions.get::<TraceId>().map_or_else(String::new, |TraceId(id)| id.as_ref().to_owned())
}

/// Names the request, and its answer after it.
pub(crate) async fn identify(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id: Arc<str> = web.app.trace_id().into();
    request.extensions_mut().insert(TraceId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The access log: method, route template, status, time taken. Never a path as it was sent, a query string or a header.
pub(crate) type AccessLog =
    TraceLayer<SharedClassifier<ServerErrorsAsFailures>, RequestSpan, (), Line, (), (), ()>;

/// The layer that writes the access log.
pub(crate) fn access_log() -> AccessLog {
    let layer = TraceLayer::new_for_http().make_span_with(RequestSpan).on_response(Line);
    layer.on_request(()).on_body_chunk(()).on_eos(()).on_failure(())
}

/// The span all log lines of a request stand in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestSpan;

impl<B> MakeSpan<B> for RequestSpan {
    fn make_span(&mut self, request: &axum::http::Request<B>) -> Span {
        let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
        tracing::info_span!("request", trace_id = id_of(request.extensions()), method = %request.method(), route)
    }
}

/// The line itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line;

impl<B> OnResponse<B> for Line {
    fn on_response(self, response: &axum::http::Response<B>, latency: Duration, _: &Span) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(event = "request", status = response.status().as_u16(), micros);
    }
}
