//! Only requests that mean this server are answered (SEC-54).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;

use crate::health;

/// 421 for a `Host` that is neither the public one nor an alias, 400 for none or several. Probes may use any.
pub(super) fn judged(hosts: &[String], request: &Request) -> Result<(), (StatusCode, &'static str)> {
    match authority(request) {
        _ if health::PATHS.contains(&request.uri().path()) => Ok(()),
        Some(host) if hosts.iter().any(|known| same(known, host)) => Ok(()),
        Some(_) => Err((
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not answer under that host name; use its public URL.",
        )),
        None => Err((StatusCode::BAD_REQUEST, "Send exactly one Host header.")),
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
    bare(a).eq_ignore_ascii_case(bare(b))
}

fn bare(host: &str) -> &str {
    host.strip_suffix(":443").unwrap_or(host)
}
