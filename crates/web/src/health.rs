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

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use tokio::sync::watch;

    use super::*;
    use crate::sample::TestServer;
    use crate::state::WebParts;

    /// DESIGN §5, "Ready": alive is not ready.
    #[tokio::test]
    async fn readiness_is_told_apart_from_life() {
        let server = TestServer::start();
        let (up, ready) = watch::channel(false);
        let web = Web::new(WebParts { ready, ..(*server.web).clone() });

        let before = readyz(State(web.clone())).await;
        up.send_replace(true);
        let after = readyz(State(web)).await;

        assert_eq!(server.ask("", Method::GET, "/healthz", None).await.text, "ok\n");
        assert_eq!(server.ask("", Method::GET, "/readyz", None).await.text, "ready\n");
        assert_eq!(before, (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"));
        assert_eq!(after, (StatusCode::OK, "ready\n"));
    }
}
