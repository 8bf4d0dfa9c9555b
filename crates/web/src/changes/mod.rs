//! Changes as a resource (DESIGN §6): list, read, cancel, send again.
//!
//! The same resource stands twice: under `me/` a person sees his own, beside it a privileged caller sees everybody's,
//! with the user each belongs to.

mod error;
mod spelling;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign_app::{Context, Viewer};
use countersign_domain::ChangeId;
use serde_json::Value;

use crate::rest::{Refused, Segments, Signed, as_problem};
use crate::state::Web;
use spelling::Listing;

const VIEW: &str = "internal_user_code_mgt_view";
const CREATE: &str = "internal_user_code_mgt_create";

type Asked = Result<Query<Listing>, QueryRejection>;

/// `/api/identity/user/v1.0/{me/changes, changes}[/{id}[/resend]]`.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/identity/user/v1.0/me/changes", get(own_list))
        .route("/api/identity/user/v1.0/me/changes/{id}", get(own_one).delete(cancel_own))
        .route("/api/identity/user/v1.0/me/changes/{id}/resend", post(resend_own))
        .route("/api/identity/user/v1.0/changes", get(list))
        .route("/api/identity/user/v1.0/changes/{id}", get(one).delete(cancel))
        .route("/api/identity/user/v1.0/changes/{id}/resend", post(resend))
        .layer(from_fn(as_problem))
}

async fn own_list(State(web): State<Web>, caller: Signed, asked: Asked) -> Result<Json<Value>, Refused> {
    let (caller, user) = caller.person()?;
    page(&web, &caller.as_owner(), Viewer::Owner(user), asked).await
}

async fn list(State(web): State<Web>, caller: Signed, asked: Asked) -> Result<Json<Value>, Refused> {
    page(&web, &caller.with(VIEW)?.as_privileged(), Viewer::Privileged, asked).await
}

async fn own_one(
    State(web): State<Web>,
    caller: Signed,
    Segments(id): Segments<String>,
) -> Result<Json<Value>, Refused> {
    let (caller, user) = caller.person()?;
    read(&web, &caller.as_owner(), Viewer::Owner(user), &id).await
}

async fn one(
    State(web): State<Web>,
    caller: Signed,
    Segments(id): Segments<String>,
) -> Result<Json<Value>, Refused> {
    read(&web, &caller.with(VIEW)?.as_privileged(), Viewer::Privileged, &id).await
}

async fn cancel_own(
    State(web): State<Web>,
    caller: Signed,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Refused> {
    let (caller, user) = caller.person()?;
    call_off(&web, &caller.as_owner(), Viewer::Owner(user), &id).await
}

async fn cancel(
    State(web): State<Web>,
    caller: Signed,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Refused> {
    call_off(&web, &caller.with(CREATE)?.as_privileged(), Viewer::Privileged, &id).await
}

async fn resend_own(
    State(web): State<Web>,
    caller: Signed,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Refused> {
    let (caller, user) = caller.person()?;
    send_again(&web, &caller.as_owner(), Viewer::Owner(user), &id).await
}

async fn resend(
    State(web): State<Web>,
    caller: Signed,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Refused> {
    send_again(&web, &caller.with(CREATE)?.as_privileged(), Viewer::Privileged, &id).await
}

async fn page(web: &Web, cx: &Context, viewer: Viewer, asked: Asked) -> Result<Json<Value>, Refused> {
    let Query(listing) = asked.map_err(|_| error::listing())?;
    let state = listing.state()?;
    let before = listing.cursor()?;
    let (changes, next) = web.app.changes(cx, viewer, state, before).await?;
    Ok(Json(spelling::page(&changes, next, viewer)))
}

async fn read(web: &Web, cx: &Context, viewer: Viewer, id: &str) -> Result<Json<Value>, Refused> {
    let change = web.app.change(cx, viewer, known(id)?).await?;
    change.map(|change| Json(spelling::change(&change, viewer))).ok_or_else(error::unknown)
}

/// Calling off what was called off is no error. What has taken effect can't be: to say 204 to that would be a lie.
async fn call_off(web: &Web, cx: &Context, viewer: Viewer, id: &str) -> Result<StatusCode, Refused> {
    let id = known(id)?;
    if !web.app.cancel_change(cx, viewer, id).await? {
        return Err(error::unknown());
    }
    match web.app.change(cx, viewer, id).await? {
        Some(change) if change.state == "proven" => Err(error::proven()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

async fn send_again(web: &Web, cx: &Context, viewer: Viewer, id: &str) -> Result<StatusCode, Refused> {
    let is_there = web.app.resend_change(cx, viewer, known(id)?).await.map_err(error::resend)?;
    if is_there { Ok(StatusCode::ACCEPTED) } else { Err(error::unknown()) }
}

fn known(id: &str) -> Result<ChangeId, Refused> {
    id.parse().map_err(|_| error::unknown())
}

#[cfg(test)]
mod tests;
