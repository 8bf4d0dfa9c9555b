//! Who looks at a page: a session, and how its person likes pages.

use std::borrow::Cow;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use countersign_app::{Context, OpenSession, SignedIn};
use countersign_domain::UserId;
use zeroize::Zeroizing;

use super::back::Back;
use super::component::{Clock, Notice, Tone};
use super::frame::{Frame, Person};
use super::kept::Kept;
use super::look::Look;
use super::{PageError, cookie, page};
use crate::auth::{Caller, CsrfKey, Principal, session};
use crate::state::Web;

/// What has just become true is told by the next page: the cookie names the sentence.
const SAID: &str = "__Host-cs-said";
/// How long the next page may take.
const SAID_SECONDS: i64 = 60;

/// Somebody who is signed in.
pub(crate) struct Visitor {
    pub(crate) principal: Principal,
    pub(crate) session: SignedIn,
    pub(crate) look: Look,
    /// The token of the session, to renew it.
    pub(crate) token: Zeroizing<String>,
    csrf: String,
    /// What was typed before the last session ended.
    kept: Option<Kept>,
    said: Option<&'static str>,
    here: String,
}

/// Why a page is not shown: it needs somebody, and nobody is there.
pub(crate) enum Stranger {
    /// To the sign-in page, and back.
    SignIn(Back),
    Refused(PageError),
}

impl IntoResponse for Stranger {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(back) => page::see_other(&back.sign_in()),
            Self::Refused(error) => error.into_response(),
        }
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Stranger;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Stranger> {
        let here = parts.uri.path_and_query().map_or("/myaccount/", |path| path.as_str()).to_owned();
        match Self::of(parts, web).await.map_err(Stranger::Refused)? {
            Some(visitor) => Ok(Self { here, ..visitor }),
            None => Err(Stranger::SignIn(Back::or_start(&here))),
        }
    }
}

impl Visitor {
    /// The visitor of a request, whatever it wants; `None` where nobody is signed in.
    pub(super) async fn of(parts: &mut Parts, web: &Web) -> Result<Option<Self>, PageError> {
        let Some(token) = session::presented(&parts.headers) else { return Ok(None) };
        let token = Zeroizing::new(token.to_owned());
        let Some(session) = session::of(web, parts, &token).await? else { return Ok(None) };
        let Ok(caller) = Caller::from_request_parts(parts, web).await;
        let Ok(principal) = Principal::of_session(&session, caller, crate::trace::id_of(&parts.extensions))
        else {
            return Ok(None);
        };
        let look = Look::of(&parts.headers);
        Ok(Some(Self {
            principal,
            look,
            csrf: CsrfKey::new(&web.options.link_cookie_key).token(&token),
            kept: Kept::found(&web.options.link_cookie_key, &parts.headers, session.now),
            said: said(&parts.headers, look),
            here: String::new(),
            session,
            token,
        }))
    }

    /// As the owner of his own profile, on a page: what he asks for needs fresh proof that it is he (SEC-24).
    pub(crate) fn as_owner(&self) -> Context {
        let mut context = self.principal.as_owner();
        context.actor.recent_auth = self.session.is_recent();
        context
    }

    /// Goes on as the session that took this one's place: its person has just shown his password (SEC-24). The `Set-Cookie`
    /// that tells the browser.
    pub(crate) fn renewed(&mut self, web: &Web, opened: &OpenSession) -> Option<HeaderValue> {
        self.token.clone_from(&opened.token);
        self.csrf = CsrfKey::new(&web.options.link_cookie_key).token(&opened.token);
        self.session.session = opened.id;
        self.session.authenticated_at = self.session.now;
        session::kept(&opened.token)
    }

    /// As somebody with permission over others, on a page: what he cannot take back needs fresh proof that it is he (SEC-24).
    pub(crate) fn as_privileged(&self) -> Context {
        let mut context = self.principal.as_privileged();
        context.actor.recent_auth = self.session.is_recent();
        context
    }

    /// Who he is.
    pub(crate) fn user(&self) -> Result<UserId, PageError> {
        self.principal.user().ok_or(PageError::Forbidden)
    }

    /// 403 without the permission.
    pub(crate) fn needs(&self, scope: &str) -> Result<(), PageError> {
        if self.principal.has(scope) { Ok(()) } else { Err(PageError::Forbidden) }
    }

    /// Whether he holds a permission.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.principal.has(scope)
    }

    /// What every form of this session carries.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// What times are told by.
    pub(crate) fn clock(&self) -> Clock {
        Clock { now: self.session.now, texts: self.look.texts }
    }

    /// What was typed into `name` of the form to `action` before the session ended.
    pub(crate) fn typed(&self, action: &str, name: &str) -> Option<&str> {
        self.kept.as_ref()?.typed(action, name)
    }

    /// What was ticked of `name` likewise.
    pub(crate) fn ticked(&self, action: &str, name: &str) -> Vec<String> {
        self.kept.iter().flat_map(|kept| kept.all_typed(action, name)).map(str::to_owned).collect()
    }

    /// What stands around a page of his.
    pub(crate) fn frame<'a>(&'a self, web: &'a Web) -> Frame<'a> {
        Frame {
            person: Some(Person {
                name: self.principal.display(),
                csrf: &self.csrf,
                has_console: super::console::is_open_to(self),
            }),
            status: self.said.map(|text| Notice::status(Tone::Good, Cow::Borrowed(text))),
            here: self.here.clone(),
            ..Frame::of_anybody(self.look, &web.app.file().organization)
        }
    }

    /// A page of his. What it told is forgotten with it.
    pub(crate) fn answer(&self, status: StatusCode, page: &impl Template) -> Response {
        let answer = page::answer(status, page);
        let answer = page::with_cookie(answer, self.said.and_then(|_| cookie::end(SAID)));
        page::with_cookie(answer, self.kept.as_ref().and_then(|_| Kept::forget()))
    }

    /// A page of his, as it is.
    pub(crate) fn show(&self, page: &impl Template) -> Response {
        self.answer(StatusCode::OK, page)
    }
}

/// Leads on to a page that says `said-WHAT`.
pub(crate) fn done(path: &str, what: &str) -> Response {
    page::with_cookie(page::see_other(path), telling(what))
}

/// The cookie that makes the next page say `said-WHAT`.
pub(super) fn telling(what: &str) -> Option<HeaderValue> {
    cookie::set(SAID, what, SAID_SECONDS)
}

/// What the last form made true; a sentence of the catalogue and nothing else.
pub(super) fn said(headers: &HeaderMap, look: Look) -> Option<&'static str> {
    let what = cookie::value(headers, SAID).filter(|what| !what.is_empty())?;
    look.texts.find(&format!("said-{what}"))
}

/// The cookie that makes the next page say nothing.
pub(super) fn silent() -> Option<HeaderValue> {
    cookie::end(SAID)
}
