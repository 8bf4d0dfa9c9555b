//! Browsers replay Basic credentials: another site must not write through them (SEC-30).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use super::Refuser;

/// 403 for a write that a browser sends on behalf of another site. Programs send no `Sec-Fetch-Site`.
pub(crate) async fn same_site_writes(request: Request, next: Next) -> Response {
    let is_foreign = request.headers().get_all("sec-fetch-site").iter().any(|site| site == "cross-site");
    if is_foreign && !request.method().is_safe() {
        let detail = "A page of another site cannot write here.";
        return Refuser::of(&request).refuse(StatusCode::FORBIDDEN, detail);
    }
    next.run(request).await
}
