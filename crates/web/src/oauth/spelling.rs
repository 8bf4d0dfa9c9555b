//! The token request and its answer (RFC 6749 §4.4.2, §5.1).

use std::collections::HashSet;

use std::convert::Infallible;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use axum::response::{IntoResponse as _, Response};
use countersign_app::IssuedToken;
use serde_json::json;
use zeroize::Zeroizing;

use super::error::TokenError;
use crate::state::Web;

/// What a client asks for.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct TokenRequest {
    pub(super) grant_type: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Zeroizing<String>>,
}

impl TokenRequest {
    /// The scopes asked for, each once.
    pub(super) fn scopes(&self) -> Vec<String> {
        let mut scopes: Vec<String> = Vec::new();
        for scope in self.scope.as_deref().unwrap_or_default().split_ascii_whitespace() {
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        scopes
    }
}

/// The body, read but not yet judged.
pub(super) struct Form(Result<TokenRequest, TokenError>);

impl Form {
    /// The request in it.
    pub(super) fn read(self) -> Result<TokenRequest, TokenError> {
        self.0
    }
}

impl FromRequest<Web> for Form {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &Web) -> Result<Self, Infallible> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let why = "Send the parameters as application/x-www-form-urlencoded.";
            return Ok(Self(Err(TokenError::Malformed(why))));
        }
        let bytes = Bytes::from_request(request, &()).await;
        let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()).map(Zeroizing::new);
        let text = text.ok_or(TokenError::Malformed("The body could not be read as a form in UTF-8."));
        Ok(Self(text.and_then(|text| parse(&text))))
    }
}

/// More parameters than any client sends; the form is read before anybody is authenticated.
const PARAMETERS_MAX: usize = 64;

/// Reads a form. A parameter given twice is refused (RFC 6749 §3.2); an empty one counts as left out; others are ignored.
fn parse(text: &str) -> Result<TokenRequest, TokenError> {
    let mut request = TokenRequest::default();
    let mut seen = HashSet::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        if seen.len() >= PARAMETERS_MAX {
            return Err(TokenError::Malformed("The form has more parameters than a token request needs."));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
            return Err(TokenError::Malformed(
                "The body is not a form: a percent sign is not followed by a byte.",
            ));
        };
        if !seen.insert(name.clone()) {
            return Err(TokenError::Malformed("A parameter is given twice."));
        }
        if !value.is_empty() {
            match name.as_str() {
                "grant_type" => request.grant_type = Some(value),
                "scope" => request.scope = Some(value),
                "client_id" => request.client_id = Some(value),
                "client_secret" => request.client_secret = Some(Zeroizing::new(value)),
                _ => {}
            }
        }
    }
    Ok(request)
}

/// One name or value out of a form; `None` if it is not encoded as one.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => 16 * nibble(rest.next()?)? + nibble(rest.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

fn nibble(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The token, once and to nobody's cache (RFC 6749 §5.1).
pub(super) fn issued(token: &IssuedToken) -> Response {
    let body = json!({
        "access_token": token.token.as_str(),
        "token_type": "Bearer",
        "expires_in": token.expires_in,
        "scope": token.scopes.join(" "),
    });
    let mut response = Json(body).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded() {
        let request =
            parse("grant_type=client_credentials&scope=a%20b+a&resource=x&client_id=").ok().unwrap();

        assert_eq!(request.grant_type.as_deref(), Some("client_credentials"));
        assert_eq!(request.scopes(), ["a", "b"]);
        assert_eq!(request.client_id, None);
    }

    /// SEC-41, REL-17: the form is read before anybody is authenticated, so its cost is bounded.
    #[test]
    fn a_form_of_countless_parameters_is_refused_early() {
        let many: Vec<String> = (0..=PARAMETERS_MAX).map(|index| format!("p{index}=")).collect();

        let refused = parse(&many.join("&")).err();
        let fits = parse(&many[..PARAMETERS_MAX].join("&"));

        let why = "The form has more parameters than a token request needs.";
        assert_eq!(refused, Some(TokenError::Malformed(why)));
        assert!(fits.is_ok());
    }

    /// RFC 6749 §3.2.
    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert_eq!(
            parse("scope=a&scope=a").err(),
            Some(TokenError::Malformed("A parameter is given twice."))
        );
        assert!(matches!(parse("scope=%zz"), Err(TokenError::Malformed(_))));
        assert!(matches!(parse("scope=%f"), Err(TokenError::Malformed(_))));
        assert!(matches!(parse("scope=%ff"), Err(TokenError::Malformed(_))));
    }
}
