//! What the token endpoint answers for each refusal (RFC 6749 §5.2).

use axum::Json;
use axum::http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use countersign_app::Failure;
use serde_json::json;

use crate::rest::Refused;

/// Why there is no token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenError {
    /// The request is not one; the sentence says why.
    Malformed(&'static str),
    /// No such client, a wrong secret, or none shown: one answer.
    UnknownClient,
    /// A grant nobody can use here.
    UnsupportedGrant,
    /// A grant this client may not use.
    GrantNotAllowed,
    /// A scope this client does not hold.
    ScopeNotHeld,
    /// Ours, worded as everywhere else.
    Failed(Refused),
}

impl From<Failure> for TokenError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

impl TokenError {
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::Malformed(why) => (bad, "invalid_request", (*why).to_owned()),
            Self::UnknownClient => {
                let why = "The client is not known with these credentials; send its id and secret by Basic.";
                (StatusCode::UNAUTHORIZED, "invalid_client", why.to_owned())
            }
            Self::UnsupportedGrant => {
                (bad, "unsupported_grant_type", "The grant offered here is client_credentials.".to_owned())
            }
            Self::GrantNotAllowed => {
                (bad, "unauthorized_client", "This client may not use client_credentials.".to_owned())
            }
            Self::ScopeNotHeld => {
                (bad, "invalid_scope", "The client asks for a scope it was not granted.".to_owned())
            }
            Self::Failed(refused) if refused.status == StatusCode::SERVICE_UNAVAILABLE => {
                (refused.status, "temporarily_unavailable", refused.description.to_string())
            }
            Self::Failed(refused) => (refused.status, "server_error", refused.description.to_string()),
        }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, error, description) = self.parts();
        let mut response =
            (status, Json(json!({"error": error, "error_description": description}))).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = r#"Basic realm="countersign", charset="UTF-8""#;
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6749 §5.2: every error, its status and whether a client is told how to show itself.
    #[test]
    fn every_refusal_has_its_error_and_status() {
        let answers = [
            (TokenError::Malformed("why"), 400, "invalid_request"),
            (TokenError::UnknownClient, 401, "invalid_client"),
            (TokenError::UnsupportedGrant, 400, "unsupported_grant_type"),
            (TokenError::GrantNotAllowed, 400, "unauthorized_client"),
            (TokenError::ScopeNotHeld, 400, "invalid_scope"),
            (TokenError::from(Failure::Busy), 503, "temporarily_unavailable"),
            (TokenError::from(Failure::Crypto), 500, "server_error"),
        ];

        for (error, status, word) in answers {
            let (told, spelled, _) = error.parts();
            assert_eq!((told.as_u16(), spelled), (status, word));

            let response = error.into_response();
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
            assert_eq!(response.headers().contains_key(WWW_AUTHENTICATE), status == 401);
            assert_eq!(response.headers().contains_key(RETRY_AFTER), status == 503);
        }
    }
}
