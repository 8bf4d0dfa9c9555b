//! Security: the password, and where one is signed in (pages §3.6).

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{NewPassword, PasswordError};
use countersign_domain::{Refusal, SessionId};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::tabs::{Part, tabs};
use crate::auth::session;
use crate::pages::component::{ErrorSummary, Field, Tabs};
use crate::pages::frame::Frame;
use crate::pages::posted::{self, Posted, Press};
use crate::pages::sessions::Sessions;
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page, password};
use crate::state::Web;

/// `templates/myaccount/security.html`.
#[derive(Template)]
#[template(path = "myaccount/security.html")]
struct SecurityPage<'a> {
    frame: Frame<'a>,
    tabs: Tabs<'a>,
    error: Option<ErrorSummary<'a>>,
    fields: [Field<'a>; 3],
    user_name: &'a str,
    sessions: Sessions<'a>,
    csrf: &'a str,
}

/// The form.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PasswordForm {
    #[serde(deserialize_with = "posted::secret")]
    current: Zeroizing<String>,
    #[serde(deserialize_with = "posted::secret")]
    password: Zeroizing<String>,
    #[serde(deserialize_with = "posted::secret")]
    again: Zeroizing<String>,
}

impl posted::Form for PasswordForm {}

/// What was wrong, and in which field.
type Wrong = (&'static str, String);

/// The page.
pub(super) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    render(&web, &visitor, None, StatusCode::OK).await
}

/// The form's address, looked at.
pub(super) async fn opened() -> Response {
    page::see_other("/myaccount/security")
}

/// Another password; every other session ends.
pub(super) async fn change_password(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<PasswordForm>,
) -> Result<Response, PageError> {
    let t = visitor.look.texts;
    let refused =
        async |field, sentence: String, status| render(&web, &visitor, Some((field, sentence)), status).await;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if form.current.is_empty() {
        return refused("current", t.say("password-current-missing").to_owned(), unprocessable).await;
    }
    if form.password != form.again {
        return refused("again", t.say("password-differs").to_owned(), unprocessable).await;
    }
    let cx = visitor.as_owner();
    let new = NewPassword::Chosen(form.password.clone());
    let changed = web.app.change_password(&cx, &visitor.session, &visitor.token, &form.current, new).await;
    match changed {
        Ok(opened) => {
            let answer = visitor::done("/myaccount/security", "password-changed");
            Ok(page::with_cookie(answer, session::kept(&opened.token)))
        }
        Err(PasswordError::Failure(failure)) => Err(failure.into()),
        Err(PasswordError::Ended) => Ok(page::see_other("/login?back=/myaccount/security&ended")),
        Err(PasswordError::Current) => {
            refused("current", t.say("password-wrong").to_owned(), unprocessable).await
        }
        Err(
            PasswordError::Throttled(wait)
            | PasswordError::Refused(Refusal::TooManyRequests { retry_after: wait }),
        ) => {
            let sentence = t.fill("sign-in-throttled", &[("wait", &visitor.clock().span(wait))]);
            let answer = refused("current", sentence, StatusCode::TOO_MANY_REQUESTS).await?;
            Ok(page::with_wait(answer, Some(wait)))
        }
        Err(PasswordError::New(weak)) => {
            refused("password", password::refused(t, weak)?, unprocessable).await
        }
        Err(PasswordError::Refused(_)) => Err(PageError::Forbidden),
    }
}

/// Ends one session.
pub(super) async fn end_one(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Press>,
) -> Result<Response, PageError> {
    let id: SessionId = id.parse().map_err(|_| PageError::NotFound)?;
    let ended = web.app.end_session_of(&visitor.as_owner(), visitor.user()?, id).await?;
    let what = if ended { "session-ended" } else { "session-gone" };
    Ok(visitor::done("/myaccount/security", what))
}

/// Ends all but this one.
pub(super) async fn end_others(
    State(web): State<Web>,
    Posted { visitor, .. }: Posted<Press>,
) -> Result<Response, PageError> {
    web.app.end_sessions(&visitor.as_owner(), visitor.user()?, Some(visitor.session.session)).await?;
    Ok(visitor::done("/myaccount/security", "sessions-ended"))
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    wrong: Option<Wrong>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let (cx, user, t) = (visitor.as_owner(), visitor.user()?, visitor.look.texts);
    let sessions = web.app.sessions(&cx, user).await?;
    let of = |field| wrong.as_ref().filter(|(name, _)| *name == field).map(|(_, why)| why.clone());
    let page = SecurityPage {
        tabs: tabs(t, Part::Security),
        error: wrong.as_ref().map(|(field, why)| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![((*field).into(), why.clone().into())],
        }),
        fields: [
            Field::password("current", t.say("password-current"), "current-password")
                .error(of("current"))
                .required(),
            Field::password("password", t.say("password-new"), "new-password")
                .hint(t.say("password-new-hint"))
                .error(of("password"))
                .required(),
            Field::password("again", t.say("password-again"), "new-password").error(of("again")).required(),
        ],
        user_name: visitor.principal.display(),
        sessions: Sessions::of(visitor, &sessions).endable(
            visitor.csrf(),
            "/myaccount/security/sessions".to_owned(),
            ("end-others", t.say("end-others")),
        ),
        csrf: visitor.csrf(),
        frame: visitor.frame(web),
    };
    Ok(visitor.answer(status, &page))
}
