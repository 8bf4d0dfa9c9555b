//! The part of the Console that is about people.

use std::fmt::Display;

use axum::Router;
use axum::routing::get;

use super::navigation::Navigation;
use super::{user, users};
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// `/console/users…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/users", get(users::show))
        .route("/console/users/new", get(users::new::show).post(users::new::create))
        .merge(user::routes())
}

/// What stands beside a page about users.
pub(super) fn navigation(web: &Web, visitor: &Visitor) -> Navigation {
    Navigation::of(web, visitor, "users")
}

/// Where a user's own page is, for those who may look at it.
pub(super) fn page_of(visitor: &Visitor, user: &impl Display) -> Option<String> {
    visitor.has(users::VIEW).then(|| format!("/console/users/{user}"))
}
