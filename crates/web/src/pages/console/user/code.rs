//! *Enter code*: an administrator types the code a user reads to him, where the settings allow it (`verification.md` §9.2). It
//! is compared with this user's change alone.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{ChangeView, CodeError};
use countersign_domain::UserId;
use countersign_domain::change::Presented;
use serde::Deserialize;

use super::change::{named, told};
use super::head::{Head, Part};
use super::profile::{CODES, May, VIEW};
use super::{id_of, path_of};
use crate::pages::PageError;
use crate::pages::component::{Notice, Tone};
use crate::pages::console::messages;
use crate::pages::console::navigation::Navigation;
use crate::pages::console::people;
use crate::pages::contact::Place;
use crate::pages::contact::code::{self, CodeBox, Waiting};
use crate::pages::contact::pending::Pending;
use crate::pages::contact::words::of_channel;
use crate::pages::frame::Frame;
use crate::pages::posted::{self, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// `templates/console/user/code.html`.
#[derive(Template)]
#[template(path = "console/user/code.html")]
struct CodePage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    head: Head<'a>,
    heading: String,
    code: CodeBox<'a>,
}

/// What was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

impl posted::Form for CodeForm {}

/// The page.
pub(super) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, change)): Path<(String, String)>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(CODES)?;
    let user = id_of(&id)?;
    let found = named(&web, &visitor, user, &change).await?;
    render(&web, &visitor, user, &found, None, StatusCode::OK).await
}

/// A code.
pub(super) async fn enter(
    State(web): State<Web>,
    Path((id, change)): Path<(String, String)>,
    Posted { visitor, form }: Posted<CodeForm>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(CODES)?;
    let (user, cx, t) = (id_of(&id)?, visitor.as_privileged(), visitor.look.texts);
    let found = named(&web, &visitor, user, &change).await?;
    if found.state != "pending" {
        return render(&web, &visitor, user, &found, None, StatusCode::CONFLICT).await;
    }
    if form.code.trim().is_empty() {
        let error = t.say("code-missing").to_owned();
        return render(&web, &visitor, user, &found, Some(error), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let presented = Presented::code(&form.code);
    let error = match web.app.validate_code_of(&cx, user, found.id, &presented).await {
        Ok(()) => {
            let what = format!("user-{}-proven", of_channel(found.channel).as_str());
            return Ok(visitor::done(&path_of(user), &what));
        }
        Err(CodeError::PrivilegedDisabled) => {
            return render(&web, &visitor, user, &found, None, StatusCode::FORBIDDEN).await;
        }
        Err(error) => error,
    };
    let now = named(&web, &visitor, user, &change).await?;
    if now.state != "pending" {
        return render(&web, &visitor, user, &now, None, StatusCode::CONFLICT).await;
    }
    let place = Place::of_user(t, &path_of(user));
    let (error, status) = code::refused(&place, visitor.clock(), Some(&now), error)?;
    render(&web, &visitor, user, &now, Some(error), status).await
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    change: &ChangeView,
    error: Option<String>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let (cx, clock) = (visitor.as_privileged(), visitor.clock());
    let proofs = web.app.contact_proofs(&cx, user).await?.ok_or(PageError::NotFound)?;
    let settings = &proofs.settings;
    let place = Place::of_user(clock.texts, &path_of(user));
    let found = proofs.pending.iter().find(|proof| proof.change.id == change.id);
    let target = found.map_or(change.target.as_str(), |proof| proof.value.as_str());
    let is_on = settings.of(of_channel(change.channel)).privileged_validation;
    let ended = match (found, is_on) {
        (None, _) => Some(told(web, visitor, change).await?),
        (Some(_), false) => Some(Notice::new(Tone::Neutral, clock.texts.say("codes-switched-off"))),
        (Some(_), true) => None,
    };
    let waiting = |proof| Waiting::of(Pending::of(proof, settings, &place, clock), settings, &place, error);
    let timeline = May::of(visitor).see_changes.then(|| messages::timeline(clock, &change.timeline));
    let code = CodeBox {
        t: clock.texts,
        csrf: visitor.csrf(),
        key: format!("{}-{}", change.state, change.timeline.len()),
        ended,
        waiting: found.filter(|_| is_on).map(waiting),
        timeline,
        back: (&place.home, clock.texts.say("their-back")),
    };
    let page = CodePage {
        frame: visitor.frame(web).in_console(),
        navigation: people::navigation(web, visitor),
        head: Head::of(&proofs.user, clock.texts, Part::Profile),
        heading: code::heading(&place, change, target),
        code,
    };
    Ok(visitor.answer(status, &page))
}
