//! The token every form of a session carries (SEC-29): a page of another site can make a browser send the cookie, but
//! cannot read what only a page of ours was given.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::state::WebOptions;

/// Makes and checks tokens.
pub(crate) struct Csrf(hmac::Key);

impl Csrf {
    /// Of this server.
    pub(crate) fn new(options: &WebOptions) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &options.link_cookie_key);
        let key = hmac::sign(&root, b"countersign csrf");
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()))
    }

    /// The token that goes with a cookie's value.
    pub(crate) fn token(&self, cookie: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, cookie.as_bytes()))
    }

    /// Whether `presented` is that token; takes the same time either way.
    pub(crate) fn is_token(&self, cookie: &str, presented: &str) -> bool {
        let presented = URL_SAFE_NO_PAD.decode(presented).unwrap_or_default();
        hmac::verify(&self.0, cookie.as_bytes(), &presented).is_ok()
    }
}
