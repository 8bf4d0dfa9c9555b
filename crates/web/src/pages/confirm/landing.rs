//! A look at a link, and a press on one of its page's buttons.

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{FromRequestParts, Query};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use countersign_app::{Errand, Failure, LinkOutcome, LinkVisit};
use countersign_domain::actor::Origin;
use countersign_domain::change::LinkToken;
use countersign_domain::{TenantId, Timestamp};
use serde::Deserialize;

use super::cookie::Jar;
use super::look::{Doors, LinkPage};
use super::path;
use super::words::{self, Button, Words};
use crate::auth::Caller;
use crate::pages::back::Back;
use crate::pages::component::Clock;
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::pages::{Look, PageError, page, same_site};
use crate::rest::Refused;
use crate::state::Web;

/// Who looks, and what his browser sent along.
pub(super) struct Visit {
    web: Web,
    tenant: TenantId,
    origin: Origin,
    headers: HeaderMap,
    look: Look,
    /// Who is signed in, if anybody: a link may ask for its owner (SEC-23).
    visitor: Option<Visitor>,
    trace_id: String,
}

impl FromRequestParts<Web> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let visitor = Visitor::of(parts, web).await?;
        let Ok(Caller { origin, .. }) = Caller::from_request_parts(parts, web).await;
        Ok(Self {
            web: web.clone(),
            tenant: TenantId::carbon_super(),
            origin,
            headers: parts.headers.clone(),
            look: Look::of(&parts.headers),
            visitor,
            trace_id: crate::trace::id_of(&parts.extensions),
        })
    }
}

/// The link as it stands in a message, or the clean address after it. What else the product puts into its link
/// (`userstoredomain`, `username`, `tenantdomain`) decides nothing here.
#[derive(Deserialize, Debug)]
pub(super) struct Link {
    confirmation: Option<String>,
    s: Option<String>,
}

/// The form of the page.
#[derive(Deserialize)]
pub(super) struct Pressed {
    /// Without one it is no form of ours, as with a wrong one.
    #[serde(default)]
    nonce: String,
    #[serde(rename = "do")]
    button: String,
    /// What was typed into the code field, where the page has one. Never shown again.
    code: Option<String>,
}

/// GET.
pub(super) async fn show(
    errand: Errand,
    visit: Visit,
    link: Result<Query<Link>, QueryRejection>,
) -> Response {
    let answer = match link {
        Ok(Query(Link { confirmation: Some(text), .. })) => visit.arrive(errand, &text).await,
        Ok(Query(Link { s: Some(selector), .. })) => visit.come_back(errand, &selector).await,
        _ => Ok(visit.unknown()),
    };
    answer.unwrap_or_else(|failure| visit.failed(failure))
}

/// POST.
pub(super) async fn press(
    errand: Errand,
    visit: Visit,
    link: Result<Query<Link>, QueryRejection>,
    form: Result<Form<Pressed>, FormRejection>,
) -> Response {
    let (Ok(Query(Link { s: Some(selector), .. })), Ok(Form(pressed))) = (link, form) else {
        return visit.unknown();
    };
    visit.act(errand, &selector, &pressed).await.unwrap_or_else(|failure| visit.failed(failure))
}

impl Visit {
    /// A click in the message. A link that can do something goes on to the clean address; any other is answered here.
    async fn arrive(&self, errand: Errand, text: &str) -> Result<Response, Failure> {
        let Some(token) = LinkToken::parse(text.trim()) else { return Ok(self.unknown()) };
        let app = &self.web.app;
        let outcome = app.look_at_link(&self.with(errand, &token)).await?;
        let now = app.now().await?;
        if !outcome.can_go_on() {
            return Ok(self.outcome(errand, Some(&token), None, &outcome, now));
        }
        let cookie = self.jar().keep(&mut app.entropy(), errand, &token, now).ok_or(Failure::Crypto)?;
        let mut response = page::see_other(&clean(errand, &token));
        response.headers_mut().append(SET_COOKIE, cookie);
        Ok(response)
    }

    /// The clean address.
    async fn come_back(&self, errand: Errand, selector: &str) -> Result<Response, Failure> {
        let app = &self.web.app;
        let now = app.now().await?;
        let kept = self.jar().token(&self.headers, errand, selector, now);
        let Some(token) = kept else { return Ok(self.unknown()) };
        let outcome = app.look_again_at_link(&self.with(errand, &token)).await?;
        Ok(self.outcome(errand, Some(&token), None, &outcome, now))
    }

    /// A button.
    async fn act(&self, errand: Errand, selector: &str, pressed: &Pressed) -> Result<Response, Failure> {
        let app = &self.web.app;
        let now = app.now().await?;
        if !same_site::is_own(&self.headers, &self.web.options) {
            return Ok(self.page(&words::foreign(self.look.texts), None));
        }
        let kept = self.jar().token(&self.headers, errand, selector, now);
        let Some(token) = kept else { return Ok(self.unknown()) };
        if !self.jar().is_nonce(errand, &token, &pressed.nonce) {
            return Ok(self.page(&words::foreign(self.look.texts), None));
        }
        let Some(button) = Button::named(&pressed.button) else { return Ok(self.unknown()) };
        let visit = self.with(errand, &token);
        let outcome = match (errand, button) {
            (Errand::Confirm, Button::Confirm) => {
                app.confirm_by_link(&visit, pressed.code.as_deref()).await?
            }
            (Errand::Confirm, Button::Resend) => app.resend_by_link(&visit).await?,
            (Errand::Confirm, Button::Decline) | (Errand::Cancel, Button::Stop) => {
                app.stop_by_link(&visit).await?
            }
            (Errand::Confirm, Button::Stop) | (Errand::Cancel, _) => return Ok(self.unknown()),
        };
        Ok(self.outcome(errand, Some(&token), Some(button), &outcome, now))
    }

    fn with(&self, errand: Errand, token: &LinkToken) -> LinkVisit {
        LinkVisit {
            tenant: self.tenant.clone(),
            errand,
            token: token.clone(),
            signed_in: self.visitor.as_ref().map(|visitor| visitor.session.user),
            origin: self.origin.clone(),
        }
    }

    fn outcome(
        &self,
        errand: Errand,
        token: Option<&LinkToken>,
        pressed: Option<Button>,
        outcome: &LinkOutcome,
        now: Timestamp,
    ) -> Response {
        let clock = Clock { now, texts: self.look.texts };
        let mut response =
            self.page(&words::of(errand, pressed, outcome, clock), token.map(|token| (errand, token)));
        if let LinkOutcome::TooMany(wait) = outcome {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().saturating_add(1)));
        }
        response
    }

    /// One page, same bytes, for whatever is no link of ours.
    fn unknown(&self) -> Response {
        self.page(&words::unknown(self.look.texts), None)
    }

    /// The log says what failed; the page how to name it.
    fn failed(&self, failure: Failure) -> Response {
        let refused = Refused::from(failure);
        let mut response = self.page(&words::failed(self.look.texts, refused.status, &self.trace_id), None);
        if let Some(wait) = refused.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        response
    }

    fn page(&self, words: &Words, form: Option<(Errand, &LinkToken)>) -> Response {
        let form = form.filter(|_| !words.buttons.is_empty());
        let doors = form.map_or_else(Doors::default, |(errand, token)| self.doors(errand, token));
        let frame = Frame::of_anybody(self.look, &self.web.app.file().organization).without_script();
        page::answer_still(words.status, &LinkPage::new(frame, words, &doors))
    }

    fn doors(&self, errand: Errand, token: &LinkToken) -> Doors {
        let action = clean(errand, token);
        Doors {
            nonce: self.jar().nonce(errand, token),
            sign_in: Back::or_start(&action).sign_in(),
            csrf: self.visitor.as_ref().map_or_else(String::new, |visitor| visitor.csrf().to_owned()),
            action,
        }
    }

    fn jar(&self) -> Jar {
        Jar::new(&self.web.options.link_cookie_key)
    }
}

/// The address without the secret.
fn clean(errand: Errand, token: &LinkToken) -> String {
    format!("{}?s={}", path(errand), token.selector)
}
