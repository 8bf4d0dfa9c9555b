//! Whether this process lives, and whether it can serve.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::state::Web;

/// Asked by balancers and supervisors, by whatever name they know the machine (DESIGN §5): any `Host` is answered.
pub(crate) const PATHS: [&str; 2] = ["/healthz", "/readyz"];

/// `/healthz`, `/readyz`.
pub(crate) fn routes() -> Router<Web> {
    let [live, ready] = PATHS;
    Router::new().route(live, get(|| async { "ok\n" })).route(ready, get(readyz))
}

/// 200 only when database, keys and worker are up.
async fn readyz(State(web): State<Web>) -> (StatusCode, &'static str) {
    if *web.ready.borrow() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
