//! What a form of ours carries beside the session's cookie (SEC-29): a page of another site sends the cookie along, and
//! cannot know this.
//!
//! ```text
//! token   base64url( HMAC-SHA256( key, "csrf" ‖ the cookie's value ) )
//! ```
//!
//! It is bound to one session and needs no row; another id makes another token.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Makes and knows the tokens of this server.
pub(crate) struct CsrfKey(hmac::Key);

impl CsrfKey {
    /// Derived from [`crate::WebOptions::link_cookie_key`]: any node knows another one's tokens.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key);
        let derived = hmac::sign(&root, b"countersign session form");
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }

    /// The token of every form that is shown to this cookie.
    pub(crate) fn token(&self, cookie: &str) -> String {
        let mut mac = hmac::Context::with_key(&self.0);
        mac.update(LABEL);
        mac.update(cookie.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.sign())
    }

    /// Whether this is the cookie's token; takes the same time either way.
    pub(crate) fn is_token(&self, cookie: &str, presented: &str) -> bool {
        let presented = URL_SAFE_NO_PAD.decode(presented).unwrap_or_default();
        let bound = [LABEL, cookie.as_bytes()].concat();
        hmac::verify(&self.0, &bound, &presented).is_ok()
    }
}

const LABEL: &[u8] = b"csrf";

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-29: a token fits one session on one server, whole.
    #[test]
    fn a_token_fits_the_cookie_it_was_made_for() {
        let key = CsrfKey::new(&[7; 32]);
        let token = key.token("cookie");
        let (cut, longer) = (&token[..token.len() - 2], format!("{token}AA"));

        assert_eq!(token.len(), 43);
        assert!(key.is_token("cookie", &token));
        assert!(CsrfKey::new(&[7; 32]).is_token("cookie", &token));
        assert!(!key.is_token("cookie2", &token));
        assert!(!CsrfKey::new(&[8; 32]).is_token("cookie", &token));
        for presented in ["", "*", cut, longer.as_str(), "cookie"] {
            assert!(!key.is_token("cookie", presented), "{presented}");
        }
    }
}
