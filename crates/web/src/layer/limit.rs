//! No request runs for ever, and none takes the process with it.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;

use super::Refuser;
use crate::scim;

/// How long a request may take, body included.
const TIME_MAX: Duration = Duration::from_secs(30);
/// The same for Bulk: a thousand passwords are hashed one after the other on a machine of two cores.
const TIME_MAX_BULK: Duration = Duration::from_mins(5);

/// 503 for a request that took too long. What it committed stays committed.
pub(crate) async fn within_time(request: Request, next: Next) -> Response {
    let refuser = Refuser::of(&request);
    let time_max = if scim::is_bulk(request.uri().path()) { TIME_MAX_BULK } else { TIME_MAX };
    if let Ok(response) = tokio::time::timeout(time_max, next.run(request)).await {
        return response;
    }
    tracing::warn!(event = "request_timed_out", trace_id = refuser.trace_id());
    let mut response =
        refuser.refuse(StatusCode::SERVICE_UNAVAILABLE, "The request took too long. Try again later.");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// 500 for a request whose handler panicked: our mistake, and only this request's end (SEC-62).
pub(crate) async fn catch_panic(request: Request, next: Next) -> Response {
    let refuser = Refuser::of(&request);
    // Nothing of the request outlives it but the store and locks that recover from poison.
    if let Ok(response) = AssertUnwindSafe(next.run(request)).catch_unwind().await {
        return response;
    }
    tracing::error!(event = "panic", trace_id = refuser.trace_id());
    refuser.refuse(StatusCode::INTERNAL_SERVER_ERROR, "The server made a mistake.")
}
