//! A form that was sent: by a page of this server, of this session, by somebody who is still signed in (SEC-29).
//!
//! Handlers take [`Posted`] and get the visitor with the form: a handler that forgets to check the token cannot be
//! written.

use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, REFERER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::back::Back;
use super::kept::Kept;
use super::visitor::Visitor;
use super::{PageError, page, same_site};
use crate::auth::CsrfKey;
use crate::state::Web;

/// Longer than any form of ours.
const BYTES_MAX: usize = 64 * 1024;

/// What a form says.
pub(crate) trait Form: DeserializeOwned {
    /// The fields that survive the end of a session between showing the form and sending it. Never a secret.
    const KEPT: &'static [&'static str] = &[];
}

/// A form with nothing in it: a button.
#[derive(serde::Deserialize, Debug)]
pub(crate) struct Press {}

impl Form for Press {}

/// A form and who sent it.
pub(crate) struct Posted<F> {
    pub(crate) visitor: Visitor,
    pub(crate) form: F,
}

/// Why a form was not taken. Nothing was changed.
pub(crate) enum NotTaken {
    /// Nobody is signed in (any more): to the sign-in page and back, what was typed is kept.
    SignIn(Back, Option<Box<axum::http::HeaderValue>>),
    Refused(PageError),
}

impl From<PageError> for NotTaken {
    fn from(error: PageError) -> Self {
        Self::Refused(error)
    }
}

impl IntoResponse for NotTaken {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(back, kept) => page::with_cookie(
                page::see_other(&format!("{}&ended", back.sign_in())),
                kept.map(|kept| *kept),
            ),
            Self::Refused(error) => error.into_response(),
        }
    }
}

impl<F: Form> FromRequest<Web> for Posted<F> {
    type Rejection = NotTaken;

    async fn from_request(request: Request, web: &Web) -> Result<Self, NotTaken> {
        if !same_site::is_own(request.headers(), &web.options) {
            return Err(PageError::StaleForm.into());
        }
        let (mut parts, body) = request.into_parts();
        let sent = read(&parts.headers, body).await?;
        let Some(visitor) = Visitor::of(&mut parts, web).await? else {
            let back = Back::or_start(referring_path(&parts.headers, &web.options.public_url).as_str());
            let now = web.app.now().await.map_err(PageError::from)?;
            let kept = Kept::new(parts.uri.path(), F::KEPT, &sent, now);
            let cookie = kept.keep(&web.options.link_cookie_key, &mut web.app.entropy());
            return Err(NotTaken::SignIn(back, cookie.map(Box::new)));
        };
        let presented = sent.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
        if !CsrfKey::new(&web.options.link_cookie_key).is_token(&visitor.token, presented) {
            return Err(PageError::StaleForm.into());
        }
        let form = shaped(&sent).ok_or(PageError::Malformed)?;
        Ok(Self { visitor, form })
    }
}

/// The pairs of a form, as sent.
pub(super) async fn read(
    headers: &HeaderMap,
    body: axum::body::Body,
) -> Result<Vec<(String, String)>, PageError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(PageError::Malformed);
    }
    let bytes = axum::body::to_bytes(body, BYTES_MAX).await.map_err(|_| PageError::TooLarge)?;
    serde_html_form::from_bytes(&bytes).map_err(|_| PageError::Malformed)
}

/// The pairs as what the form's type says.
pub(super) fn shaped<F: DeserializeOwned>(pairs: &[(String, String)]) -> Option<F> {
    let text = serde_html_form::to_string(pairs).ok()?;
    serde_html_form::from_str(&text).ok()
}

/// The page a form was sent from; browsers tell it to pages of the same origin (`Referrer-Policy: same-origin`).
fn referring_path(headers: &HeaderMap, public_url: &str) -> String {
    let referrer = headers.get(REFERER).and_then(|referrer| referrer.to_str().ok()).unwrap_or_default();
    let rest =
        referrer.strip_prefix("https://").and_then(|rest| rest.find('/').and_then(|at| rest.get(at..)));
    let path = referrer.strip_prefix(public_url).or(rest).unwrap_or_default();
    path.split('#').next().unwrap_or_default().to_owned()
}

/// A secret field: wiped when the form is dropped.
pub(crate) fn secret<'de, D: Deserializer<'de>>(field: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(field).map(Zeroizing::new)
}

/// 405 to whoever follows a link to something that is done by a form only.
pub(crate) async fn only_by_form() -> PageError {
    PageError::of(StatusCode::METHOD_NOT_ALLOWED)
}
