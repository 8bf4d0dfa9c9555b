//! The token endpoint, `/oauth2/token`: the client credentials grant (RFC 6749 §4.4), and no other.

mod client;
mod error;
mod spelling;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use countersign_domain::TenantId;

use crate::state::Web;
use error::TokenError;
use spelling::Form;

const GRANT: &str = "client_credentials";

/// `/oauth2/token`.
pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/oauth2/token", post(token))
}

/// A token for what the client asks and holds; everything it holds when it asks for nothing (RFC 6749 §3.3).
async fn token(State(web): State<Web>, headers: HeaderMap, form: Form) -> Result<Response, TokenError> {
    let request = form.read()?;
    match request.grant_type.as_deref() {
        None => return Err(TokenError::Malformed("Name the grant_type.")),
        Some(GRANT) => {}
        Some(_) => return Err(TokenError::UnsupportedGrant),
    }
    let tenant = TenantId::carbon_super();
    let presented = client::presented(&headers, &request)?;
    let found = web.app.client_with_secret(&tenant, &presented.id, &presented.secret).await?;
    let client = found.ok_or(TokenError::UnknownClient)?;
    if !client.grants.iter().any(|grant| grant == GRANT) {
        return Err(TokenError::GrantNotAllowed);
    }
    let issued = web.app.issue_token(&tenant, &client, &request.scopes()).await?;
    Ok(spelling::issued(&issued.ok_or(TokenError::ScopeNotHeld)?))
}

#[cfg(test)]
mod tests;
