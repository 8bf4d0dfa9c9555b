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

/// 503 for a request that took too long: what it committed stays committed. 500 for one whose handler panicked: our
/// mistake, and only this request's end (SEC-62).
pub(super) async fn bounded(request: Request, next: Next) -> Response {
    let refuser = Refuser::of(&request);
    let time_max = if scim::is_bulk(request.uri().path()) { TIME_MAX_BULK } else { TIME_MAX };
    // Nothing of the request outlives it but the store and locks that recover from poison.
    match tokio::time::timeout(time_max, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!(event = "panic", trace_id = refuser.trace_id());
            refuser.refuse(StatusCode::INTERNAL_SERVER_ERROR, "The server made a mistake.")
        }
        Err(_) => {
            tracing::warn!(event = "request_timed_out", trace_id = refuser.trace_id());
            let detail = "The request took too long. Try again later.";
            let mut response = refuser.refuse(StatusCode::SERVICE_UNAVAILABLE, detail);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
            response
        }
    }
}
