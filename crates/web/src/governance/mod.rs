//! The identity-governance API, `/api/server/v1/identity-governance` (`verification.md` §5.2): the settings behind the
//! Console page, with the product's one category and one connector of ours in it.

pub(crate) mod catalogue;
mod error;
mod spelling;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, RawQuery, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use crate::rest::{Body, Refused, Segments, Signed, as_api};
use crate::state::Web;

const VIEW: &str = "internal_idp_view";
const UPDATE: &str = "internal_idp_update";
const LOGIN: &str = "internal_login";

/// `/api/server/v1/identity-governance/…`.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/server/v1/identity-governance", get(categories))
        .route("/api/server/v1/identity-governance/", get(categories))
        .route("/api/server/v1/identity-governance/preferences", post(preferences))
        .route("/api/server/v1/identity-governance/{category}", get(category))
        .route(
            "/api/server/v1/identity-governance/{category}/connectors",
            get(connectors).patch(update_several),
        )
        .route("/api/server/v1/identity-governance/{category}/connectors/revert", post(revert))
        .route(
            "/api/server/v1/identity-governance/{category}/connectors/{connector}",
            get(connector).patch(update),
        )
        .method_not_allowed_fallback(async || error::method())
        .layer(from_fn(as_api))
}

async fn categories(caller: Signed, RawQuery(query): RawQuery) -> Result<Json<Value>, Refused> {
    caller.with(VIEW)?;
    spelling::refuse_listing(query.as_deref())?;
    Ok(Json(spelling::categories()))
}

async fn category(
    State(web): State<Web>,
    caller: Signed,
    Segments(category): Segments<String>,
) -> Result<Json<Value>, Refused> {
    let cx = caller.with(VIEW)?.as_privileged();
    catalogue::find_category(&category)?;
    Ok(Json(spelling::category(&web.app.properties(&cx).await?)))
}

async fn connectors(
    State(web): State<Web>,
    caller: Signed,
    Segments(category): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let cx = caller.with(VIEW)?.as_privileged();
    catalogue::find_category(&category)?;
    spelling::refuse_listing(query.as_deref())?;
    Ok(Json(Value::Array(vec![spelling::connector(&web.app.properties(&cx).await?)])))
}

async fn connector(
    State(web): State<Web>,
    caller: Signed,
    Segments((category, connector)): Segments<(String, String)>,
) -> Result<Json<Value>, Refused> {
    let cx = caller.with(VIEW)?.as_privileged();
    catalogue::find_category(&category)?;
    catalogue::find_connector(&connector)?;
    Ok(Json(spelling::connector(&web.app.properties(&cx).await?)))
}

async fn update(
    State(web): State<Web>,
    caller: Signed,
    Segments((category, connector)): Segments<(String, String)>,
    body: Body,
) -> Result<StatusCode, Refused> {
    let cx = caller.with(UPDATE)?.as_privileged();
    catalogue::find_category(&category)?;
    catalogue::find_connector(&connector)?;
    let values = spelling::update(&body.json()?)?;
    web.app.set_properties(&cx, &values).await.map_err(error::update)?;
    Ok(StatusCode::OK)
}

async fn update_several(
    State(web): State<Web>,
    caller: Signed,
    Segments(category): Segments<String>,
    body: Body,
) -> Result<StatusCode, Refused> {
    let cx = caller.with(UPDATE)?.as_privileged();
    catalogue::find_category(&category)?;
    let values = spelling::update_several(&body.json()?)?;
    web.app.set_properties(&cx, &values).await.map_err(error::update)?;
    Ok(StatusCode::OK)
}

/// `?connectorId=`.
#[derive(Deserialize, Debug)]
struct Reverted {
    #[serde(rename = "connectorId")]
    connector: Option<String>,
}

async fn revert(
    State(web): State<Web>,
    caller: Signed,
    Segments(category): Segments<String>,
    asked: Result<Query<Reverted>, QueryRejection>,
    body: Body,
) -> Result<StatusCode, Refused> {
    let cx = caller.with(UPDATE)?.as_privileged();
    catalogue::find_category(&category)?;
    let connector = asked.ok().and_then(|Query(asked)| asked.connector).ok_or_else(error::no_connector)?;
    catalogue::find_connector(&connector)?;
    let names = spelling::reverted(&body.json()?)?;
    web.app.revert_properties(&cx, &names).await.map_err(error::revert)?;
    Ok(StatusCode::OK)
}

async fn preferences(State(web): State<Web>, caller: Signed, body: Body) -> Result<Json<Value>, Refused> {
    let cx = caller.with(LOGIN)?.as_owner();
    let asked = spelling::asked_preferences(&body.json()?)?;
    let properties = web.app.properties(&cx).await?;
    Ok(Json(spelling::preferences(&asked, &properties)?))
}

#[cfg(test)]
mod tests;
