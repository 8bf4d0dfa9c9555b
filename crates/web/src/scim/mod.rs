//! SCIM 2.0 at both mounts: one router, built twice with the dialect as a value (DESIGN §5).
//!
//! `mount` says what a dialect serves, `rights` who may, `users`, `me` and `groups` are the handlers, `resource` is the
//! path of a user and what all of them share; `search` spans users and groups; `bulk` carries out many of them in one request; `error` words every
//! refusal, `condition` reads `If-Match` and `If-None-Match`.

mod bulk;
mod condition;
mod discovery;
mod error;
mod group_list;
mod groups;
mod list;
mod me;
mod mount;
mod resource;
mod rights;
mod search;
mod spelling;
mod users;

#[cfg(test)]
mod tests;

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Extension, Router};
use countersign_scim::bulk::PAYLOAD_MAX;

use crate::state::Web;
use mount::Mount;

pub(crate) use mount::{is_bulk, is_mounted_at};
pub(crate) use spelling::spelled;

/// What every answer here is, unless the client asked for plain JSON (SCIM-2).
pub(crate) const CONTENT_TYPE: &str = "application/scim+json";

/// Both mounts.
pub(crate) fn routes(web: &Web) -> Router<Web> {
    Mount::ALL
        .into_iter()
        .fold(Router::new(), |router, mount| router.nest(mount.path(), resources(web, mount)))
}

fn resources(web: &Web, mount: Mount) -> Router<Web> {
    Router::new()
        .route("/Users", get(users::list).post(users::create))
        .route("/Users/.search", post(users::search))
        .route("/Users/{id}", get(users::read).put(users::replace).patch(users::patch).delete(users::delete))
        .route("/Groups", get(groups::list).post(groups::create))
        .route("/Groups/.search", post(groups::search))
        .route(
            "/Groups/{id}",
            get(groups::read).put(groups::replace).patch(groups::patch).delete(groups::delete),
        )
        .route("/.search", post(search::both))
        .route("/Me", get(me::read).put(me::replace).patch(me::patch))
        .route("/Bulk", post(bulk::run).layer(DefaultBodyLimit::max(PAYLOAD_MAX)))
        .route("/ServiceProviderConfig", get(discovery::service_provider))
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{urn}", get(discovery::schema))
        .route_layer(from_fn_with_state(web.clone(), error::worded))
        .route_layer(Extension(mount))
}
