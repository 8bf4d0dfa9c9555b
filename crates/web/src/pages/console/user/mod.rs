//! *User Management › Users › a user* (pages §5): the parts a person's page in the Console has.

mod access;
mod head;
mod profile;

use axum::Router;
use axum::routing::get;
use countersign_app::Context;
use countersign_app::UserView;
use countersign_domain::UserId;

use crate::pages::PageError;
use crate::state::Web;

/// `/console/users/{id}…`.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/console/users/{id}", get(profile::show)).merge(access::routes())
}

/// Where a user's page is.
pub(in crate::pages::console) fn path_of(id: UserId) -> String {
    format!("/console/users/{id}")
}

/// The user an address names.
async fn named(web: &Web, cx: &Context, id: &str) -> Result<UserView, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    web.app.user(cx, id).await?.ok_or(PageError::NotFound)
}
