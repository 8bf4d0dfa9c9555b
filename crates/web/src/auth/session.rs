//! The cookie of a session (SEC-28). Only pages read it: the APIs are called by programs, and a cookie travels by itself
//! (SEC-30).

use axum::http::{HeaderMap, HeaderValue};
use countersign_app::SESSION_LIFETIME;
use zeroize::Zeroizing;

use crate::pages::cookie;

const NAME: &str = "__Host-cs-session";

/// The token of a session, as a browser sent it.
pub(crate) struct SessionCookie(Zeroizing<String>);

impl SessionCookie {
    /// That of these headers; nothing in it is believed yet.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let token = cookie::value(headers, NAME).filter(|token| !token.is_empty())?;
        Some(Self(token.to_owned().into()))
    }

    /// The token.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The `Set-Cookie` of a session just opened.
    pub(crate) fn set(token: &str) -> Option<HeaderValue> {
        cookie::set(NAME, token, SESSION_LIFETIME.as_secs())
    }

    /// The `Set-Cookie` that ends it in the browser.
    pub(crate) fn end() -> Option<HeaderValue> {
        cookie::end(NAME)
    }
}
