//! The code API, `/api/identity/user/v1.0` (`verification.md` §4): a code is presented, asked about, sent again.
//!
//! The owner's endpoints stand under `me/` and find the code by who he is (SEC-4); the privileged ones find it by its
//! keyed digest (SEC-5).

mod error;
mod spelling;

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use crate::rest::{Body, Refused, Signed, as_api};
use crate::state::Web;
use error::Asker;

const CREATE: &str = "internal_user_code_mgt_create";
const VIEW: &str = "internal_user_code_mgt_view";

/// `/api/identity/user/v1.0/{validate-code, resend-code, introspect-code, me/validate-code, me/resend-code}`.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/identity/user/v1.0/me/validate-code", post(validate_own_code))
        .route("/api/identity/user/v1.0/me/resend-code", post(resend_own_code))
        .route("/api/identity/user/v1.0/validate-code", post(validate_code))
        .route("/api/identity/user/v1.0/resend-code", post(resend_code))
        .route("/api/identity/user/v1.0/introspect-code", post(introspect_code))
        .method_not_allowed_fallback(async || error::only_post())
        .layer(from_fn(as_api))
}

async fn validate_own_code(
    State(web): State<Web>,
    caller: Signed,
    body: Body,
) -> Result<StatusCode, Refused> {
    let (caller, user) = caller.person()?;
    let presented = spelling::presented(&body.json()?)?;
    let done = web.app.validate_own_code(&caller.as_owner(), user, &presented).await;
    done.map(|()| StatusCode::ACCEPTED).map_err(|error| error::code(error, Asker::Owner))
}

async fn resend_own_code(State(web): State<Web>, caller: Signed, body: Body) -> Result<StatusCode, Refused> {
    let (caller, user) = caller.person()?;
    let body = body.json()?;
    let scenario = spelling::scenario(&body)?.map_err(|why| error::scenario(why, Asker::Owner))?;
    let done = web.app.resend_code(&caller.as_owner(), user, scenario).await;
    done.map(|()| StatusCode::CREATED).map_err(|error| error::resend(error, Asker::Owner))
}

async fn validate_code(
    State(web): State<Web>,
    caller: Signed,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let caller = caller.with(CREATE)?;
    let presented = spelling::presented(&body.json()?)?;
    let cx = caller.as_privileged();
    let confirmed = web.app.validate_code(&cx, &presented).await;
    let user = confirmed.map_err(|error| error::code(error, Asker::Privileged))?.user;
    Ok((StatusCode::ACCEPTED, Json(spelling::user(user.id, &user.profile.user_name, &cx.tenant))))
}

async fn resend_code(State(web): State<Web>, caller: Signed, body: Body) -> Result<StatusCode, Refused> {
    let caller = caller.with(CREATE)?;
    let body = body.json()?;
    let name = spelling::user_name(&body)?;
    let scenario = spelling::scenario(&body)?.map_err(|why| error::scenario(why, Asker::Privileged))?;
    let done = web.app.resend_code_for(&caller.as_privileged(), &name, scenario).await;
    done.map(|()| StatusCode::CREATED).map_err(|error| error::resend(error, Asker::Privileged))
}

async fn introspect_code(
    State(web): State<Web>,
    caller: Signed,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let caller = caller.with(VIEW)?;
    let presented = spelling::presented(&body.json()?)?;
    let cx = caller.as_privileged();
    let found = web.app.introspect_code(&cx, &presented).await;
    let found = found.map_err(|error| error::code(error, Asker::Privileged))?;
    Ok((StatusCode::ACCEPTED, Json(spelling::introspection(&found, &cx.tenant))))
}

#[cfg(test)]
mod tests;
