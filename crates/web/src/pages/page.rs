//! A page as an answer: rendered, and with the headers every page of ours carries (SEC-25, SEC-27).

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_domain::SignedDuration;

/// What a page with our module may load.
const LIVELY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What a page without it may.
const STILL: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `same-origin`, not `no-referrer`: with the latter a browser sends `Origin: null` and the person would be refused.
const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// Renders a page.
pub(crate) fn answer(status: StatusCode, page: &impl Template) -> Response {
    rendered(status, page, LIVELY)
}

/// Renders a page that loads our stylesheet and nothing else (SEC-25).
pub(crate) fn answer_still(status: StatusCode, page: &impl Template) -> Response {
    rendered(status, page, STILL)
}

fn rendered(status: StatusCode, page: &impl Template, policy: &'static str) -> Response {
    let Ok(html) = page.render() else {
        tracing::error!(event = "page_not_rendered");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, html).into_response();
    dress(response.headers_mut(), policy);
    response
}

/// The same answer, with how long to wait for another try, if that is why it refuses (security §8).
pub(crate) fn with_wait(mut response: Response, wait: Option<SignedDuration>) -> Response {
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(crate::rest::whole_seconds(wait)));
    }
    response
}

/// Leads on after a form was taken (POST, redirect, GET). `path` is one of ours: it is never taken from a request but
/// through [`super::back::Back`] (SEC-26).
pub(crate) fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    dress(response.headers_mut(), STILL);
    if let Ok(location) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// Adds a cookie to an answer.
pub(crate) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn dress(headers: &mut HeaderMap, policy: &'static str) {
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
