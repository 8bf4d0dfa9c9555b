//! How a client shows who it is (RFC 6749 §2.3.1): by Basic, or in the body; never both.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::error::TokenError;
use super::spelling::{TokenRequest, decoded};

/// What a client presented.
pub(super) struct Presented {
    pub(super) id: String,
    pub(super) secret: Zeroizing<String>,
}

/// The one pair of id and secret in the request.
pub(super) fn presented(headers: &HeaderMap, request: &TokenRequest) -> Result<Presented, TokenError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let in_header = match (values.next(), values.next()) {
        (None, _) => None,
        (Some(value), None) => {
            Some(basic(value.to_str().unwrap_or_default()).ok_or(TokenError::UnknownClient)?)
        }
        (Some(_), Some(_)) => return Err(TokenError::Malformed("Send one Authorization header.")),
    };
    match (in_header, &request.client_id, &request.client_secret) {
        (Some(_), _, Some(_)) => {
            Err(TokenError::Malformed("Authenticate in one way: by the Authorization header or in the body."))
        }
        (Some(presented), Some(id), None) if *id != presented.id => Err(TokenError::Malformed(
            "The client_id in the body is not the one in the Authorization header.",
        )),
        (Some(presented), _, None) => Ok(presented),
        (None, Some(id), Some(secret)) => Ok(Presented { id: id.clone(), secret: secret.clone() }),
        (None, _, _) => Err(TokenError::UnknownClient),
    }
}

/// Both halves are form-encoded before they are joined.
fn basic(header: &str) -> Option<Presented> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let pair = Zeroizing::new(String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?);
    let (id, secret) = pair.split_once(':')?;
    Some(Presented { id: decoded(id)?, secret: Zeroizing::new(decoded(secret)?) })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with_header(value: &str, request: &TokenRequest) -> Result<(String, String), TokenError> {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(value).unwrap())]);
        presented(&headers, request).map(|client| (client.id, client.secret.to_string()))
    }

    fn basic_of(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    /// RFC 6749 §2.3.1, Appendix B.
    #[test]
    fn basic_credentials_are_form_decoded() {
        let none = TokenRequest::default();

        assert_eq!(with_header(&basic_of("id:a%2Bb+c"), &none), Ok(("id".into(), "a+b c".into())));
        assert_eq!(with_header(&basic_of("id:%zz"), &none), Err(TokenError::UnknownClient));
        assert_eq!(with_header("Bearer abc", &none), Err(TokenError::UnknownClient));
        assert_eq!(with_header("aWQ6YQ==", &none), Err(TokenError::UnknownClient));
    }

    /// RFC 6749 §2.3: not more than one method in a request.
    #[test]
    fn two_ways_at_once_are_refused() {
        let in_body = TokenRequest {
            client_id: Some("id".into()),
            client_secret: Some(Zeroizing::new("a".into())),
            ..TokenRequest::default()
        };
        let other = TokenRequest { client_id: Some("other".into()), ..TokenRequest::default() };

        assert!(matches!(with_header(&basic_of("id:a"), &in_body), Err(TokenError::Malformed(_))));
        assert!(matches!(with_header(&basic_of("id:a"), &other), Err(TokenError::Malformed(_))));
    }

    #[test]
    fn a_client_that_shows_nothing_is_unknown() {
        let only_id = TokenRequest { client_id: Some("id".into()), ..TokenRequest::default() };

        let refused = presented(&HeaderMap::new(), &only_id).err();

        assert_eq!(refused, Some(TokenError::UnknownClient));
    }
}
