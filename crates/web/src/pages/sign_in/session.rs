//! A session begins and ends.

use std::borrow::Cow;

use axum::extract::{FromRequestParts as _, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::{Entropy as _, Timestamp};
use serde::Deserialize;

use super::look::{SignInPage, SignOutPage};
use crate::auth::{AuthRefusal, Caller, CsrfKey, session};
use crate::pages::back::Back;
use crate::pages::component::{Clock, ErrorSummary, Field, Notice, Tone};
use crate::pages::frame::Frame;
use crate::pages::look::{Look, THEME_COOKIE, Theme};
use crate::pages::posted::{self, Form, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, cookie, page, same_site};
use crate::state::Web;

/// Before there is a session, this holds what the form's token is made of: another site can neither read nor set it.
const VISIT: &str = "__Host-cs-visit";
const VISIT_SECONDS: i64 = 12 * 60 * 60;
/// A year.
const THEME_SECONDS: i64 = 365 * 24 * 60 * 60;

/// What leads to the sign-in page.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    back: String,
    /// There although it says nothing: a session has ended under a form.
    ended: Option<String>,
}

/// What the sign-in page sends.
#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    back: String,
    #[serde(default, rename = "userName")]
    user_name: String,
    #[serde(default)]
    password: String,
}

/// Why nobody was signed in, as far as it is told.
enum Wrong {
    Missing,
    Invalid,
    Throttled(countersign_domain::SignedDuration),
}

/// The form; whoever is signed in already is led on.
pub(super) async fn ask(
    State(web): State<Web>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, PageError> {
    let (mut parts, _) = request.into_parts();
    let back = Back::or_start(&asked.back);
    if Visitor::of(&mut parts, &web).await?.is_some() {
        return Ok(page::see_other(back.as_str()));
    }
    Ok(form(&web, &parts.headers, &back, "", None, asked.ended.is_some()))
}

/// Signs in. The session that was there before ends with it; nobody gets into one he did not begin (SEC-28).
pub(super) async fn begin(State(web): State<Web>, request: Request) -> Result<Response, PageError> {
    if !same_site::is_own(request.headers(), &web.options) {
        return Err(PageError::StaleForm);
    }
    let (mut parts, body) = request.into_parts();
    let sent = posted::read(&parts.headers, body).await?;
    let sent: Credentials = posted::shaped(&sent).ok_or(PageError::Malformed)?;
    let visit = cookie::value(&parts.headers, VISIT).unwrap_or_default();
    if visit.is_empty() || !CsrfKey::new(&web.options.link_cookie_key).is_token(visit, &sent.csrf) {
        return Err(PageError::StaleForm);
    }
    let back = Back::or_start(&sent.back);
    let Ok(caller) = Caller::from_request_parts(&mut parts, &web).await;
    let refused = |wrong: Wrong| form(&web, &parts.headers, &back, &sent.user_name, Some(&wrong), false);
    if sent.user_name.trim().is_empty() || sent.password.is_empty() {
        return Ok(refused(Wrong::Missing));
    }
    let (name, before) = (sent.user_name.trim(), session::presented(&parts.headers));
    let opened = match session::open(&web, &caller, name, &sent.password, before).await {
        Ok(opened) => opened,
        Err(AuthRefusal::Unauthorized) => return Ok(refused(Wrong::Invalid)),
        Err(AuthRefusal::Throttled(wait)) => return Ok(refused(Wrong::Throttled(wait))),
        Err(AuthRefusal::Failed(failure)) => return Err(failure.into()),
    };
    let answer = page::with_cookie(page::see_other(back.as_str()), session::kept(&opened.token));
    Ok(page::with_cookie(answer, cookie::end(VISIT)))
}

/// Asks before signing out: a link ends nothing (SEC-29).
pub(super) async fn ask_to_end(State(web): State<Web>, visitor: Visitor) -> Response {
    let page =
        SignOutPage { csrf: visitor.csrf(), name: visitor.principal.display(), frame: visitor.frame(&web) };
    visitor.show(&page)
}

/// A wish to sign out, and where somebody else wants to go on.
#[derive(Deserialize)]
pub(super) struct SignOutForm {
    #[serde(default)]
    back: String,
}

impl Form for SignOutForm {}

/// Signs out. The page that has asked for another person is come back to after the next sign-in.
pub(super) async fn end(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<SignOutForm>,
) -> Result<Response, PageError> {
    web.app.end_session(&visitor.as_owner(), &visitor.token).await?;
    let next = Back::parse(&form.back).map_or_else(|| "/login".to_owned(), |back| back.sign_in());
    Ok(page::with_cookie(visitor::done(&next, "signed-out"), session::forgotten()))
}

/// A choice of colours.
#[derive(Deserialize)]
pub(super) struct ThemeForm {
    theme: String,
    #[serde(default)]
    back: String,
}

impl Form for ThemeForm {}

/// Keeps the choice in the browser it was made in.
pub(super) async fn choose_theme(Posted { form, .. }: Posted<ThemeForm>) -> Result<Response, PageError> {
    let theme = Theme::named(&form.theme).ok_or(PageError::Malformed)?;
    let back = Back::or_start(&form.back);
    Ok(page::with_cookie(
        page::see_other(back.as_str()),
        cookie::set(THEME_COOKIE, theme.as_str(), THEME_SECONDS),
    ))
}

/// The sign-in page. The password never comes back; the name does.
fn form(
    web: &Web,
    headers: &HeaderMap,
    back: &Back,
    user_name: &str,
    wrong: Option<&Wrong>,
    has_ended: bool,
) -> Response {
    let look = Look::of(headers);
    let t = look.texts;
    let known = cookie::value(headers, VISIT).filter(|visit| !visit.is_empty()).map(str::to_owned);
    let visit = known.unwrap_or_else(|| URL_SAFE_NO_PAD.encode(web.app.entropy().secret()));
    let csrf = CsrfKey::new(&web.options.link_cookie_key).token(&visit);
    let said = visitor::said(headers, look);
    let names_field = user_name.is_empty();
    let page = SignInPage {
        frame: Frame {
            status: said.map(|text| Notice::status(Tone::Good, Cow::Borrowed(text))),
            ..Frame::of_anybody(look, &web.app.file().organization)
        },
        back: back.as_str(),
        csrf: &csrf,
        ended: has_ended
            .then(|| Notice::new(Tone::Waiting, t.say("sign-in-again")).detail(t.say("sign-in-again-text"))),
        error: wrong.map(|wrong| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![("userName".into(), sentence(wrong, look).into())],
        }),
        user_name: {
            let field = Field::text("userName", t.say("user-name")).autocomplete("username").required();
            let field = field.value(user_name).length_max(255);
            if names_field { field.focused() } else { field }
        },
        password: {
            let field = Field::password("password", t.say("password"), "current-password").required();
            if names_field { field } else { field.focused() }
        },
    };
    let mut answer = page::answer(status(wrong), &page);
    if let Some(Wrong::Throttled(wait)) = wrong {
        answer = page::with_wait(answer, Some(*wait));
    }
    let answer = page::with_cookie(answer, cookie::set(VISIT, &visit, VISIT_SECONDS));
    page::with_cookie(answer, said.and_then(|_| visitor::silent()))
}

/// Not 401: that would have to name a scheme for programs, and browsers would ask with a window of their own.
const fn status(wrong: Option<&Wrong>) -> StatusCode {
    match wrong {
        None => StatusCode::OK,
        Some(Wrong::Throttled(_)) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn sentence(wrong: &Wrong, look: Look) -> String {
    let t = look.texts;
    match wrong {
        Wrong::Missing => t.say("sign-in-missing").to_owned(),
        Wrong::Invalid => t.say("sign-in-wrong").to_owned(),
        Wrong::Throttled(wait) => {
            let clock = Clock { now: Timestamp::UNIX_EPOCH, texts: t };
            t.fill("sign-in-throttled", &[("wait", &clock.span(*wait))])
        }
    }
}
