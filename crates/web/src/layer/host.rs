//! Only requests that mean this server are answered (SEC-54).

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;

use super::Refuser;
use crate::health;
use crate::state::Web;

/// 421 for a `Host` that is neither the public one nor an alias, 400 for none or several. Probes may use any.
pub(crate) async fn known_host(State(web): State<Web>, request: Request, next: Next) -> Response {
    if health::PATHS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match authority(&request) {
        Some(host) if web.options.hosts.iter().any(|known| same(known, host)) => next.run(request).await,
        Some(_) => {
            let detail = "This server does not answer under that host name; use its public URL.";
            Refuser::of(&request).refuse(StatusCode::MISDIRECTED_REQUEST, detail)
        }
        None => Refuser::of(&request).refuse(StatusCode::BAD_REQUEST, "Send exactly one Host header."),
    }
}

/// What the request says it is for: HTTP/2 has it in the target, HTTP/1.1 in the one `Host` header. Where both speak
/// they have to agree.
fn authority(request: &Request) -> Option<&str> {
    let mut headers = request.headers().get_all(HOST).iter();
    let (header, more) = (headers.next(), headers.next());
    let header = header.map(|value| value.to_str().unwrap_or_default());
    let target = request.uri().authority().map(axum::http::uri::Authority::as_str);
    match (target, header, more) {
        (_, _, Some(_)) | (None, None, _) => None,
        (Some(target), Some(header), None) => same(target, header).then_some(target),
        (Some(host), None, None) | (None, Some(host), None) => Some(host),
    }
}

/// Without case, and without the port that https has anyway.
fn same(a: &str, b: &str) -> bool {
    let bare = |host: &str| host.strip_suffix(":443").unwrap_or(host).to_ascii_lowercase();
    bare(a) == bare(b)
}
