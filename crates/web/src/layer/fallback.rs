//! Paths and methods nobody serves.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;

use super::Refuser;

/// 404.
pub(crate) async fn unknown_path(request: Request) -> Response {
    Refuser::of(&request).refuse(StatusCode::NOT_FOUND, "There is nothing at this path.")
}

/// 405; the router adds `Allow`.
pub(crate) async fn unknown_method(request: Request) -> Response {
    let detail = "This path does not take the method; the Allow header names those it takes.";
    Refuser::of(&request).refuse(StatusCode::METHOD_NOT_ALLOWED, detail)
}
