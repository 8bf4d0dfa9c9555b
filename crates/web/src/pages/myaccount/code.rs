//! Enter code: its own address, so that a reload and another device go on with it (pages §3.4).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{CodeError, Viewer};
use countersign_domain::Refusal;
use countersign_domain::change::Presented;
use serde::Deserialize;

use super::change::id_of;
use super::tabs::{Part, tabs};
use crate::pages::component::{Step, Tabs, Timeline, Tone};
use crate::pages::contact::Place;
use crate::pages::contact::code::{self, CodeBox, Waiting};
use crate::pages::contact::pending::Pending;
use crate::pages::contact::words::{event, of_channel};
use crate::pages::frame::Frame;
use crate::pages::posted::{self, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page};
use crate::state::Web;

/// `templates/myaccount/code.html`.
#[derive(Template)]
#[template(path = "myaccount/code.html")]
struct CodePage<'a> {
    frame: Frame<'a>,
    tabs: Tabs<'a>,
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
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    render(&web, &visitor, &id, None, StatusCode::OK).await
}

/// A code.
pub(super) async fn enter(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<CodeForm>,
) -> Result<Response, PageError> {
    let (cx, user) = (visitor.as_owner(), visitor.user()?);
    let found = web.app.change(&cx, Viewer::Owner(user), id_of(&id)?).await?.ok_or(PageError::NotFound)?;
    if found.state != "pending" {
        return render(&web, &visitor, &id, None, StatusCode::CONFLICT).await;
    }
    let t = visitor.look.texts;
    let (family, presented) = (of_channel(found.channel), Presented::code(&form.code));
    if form.code.trim().is_empty() {
        let error = t.say("code-missing").to_owned();
        return render(&web, &visitor, &id, Some(error), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let error = match web.app.validate_own_code_for(&cx, user, family, &presented).await {
        Ok(()) => return Ok(visitor::done("/myaccount/", &format!("{}-proven", family.as_str()))),
        Err(error) => error,
    };
    let now = web.app.change(&cx, Viewer::Owner(user), found.id).await?;
    let wait = match error {
        CodeError::Refused(Refusal::TooManyRequests { retry_after }) => Some(retry_after),
        _ => None,
    };
    let (error, status) = code::refused(&Place::my_account(t), visitor.clock(), now.as_ref(), error)?;
    let answer = render(&web, &visitor, &id, Some(error), status).await?;
    Ok(page::with_wait(answer, wait))
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    error: Option<String>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let (cx, user, id) = (visitor.as_owner(), visitor.user()?, id_of(id)?);
    let change = web.app.change(&cx, Viewer::Owner(user), id).await?.ok_or(PageError::NotFound)?;
    let proofs = web.app.contact_proofs(&cx, user).await?.ok_or(PageError::NotFound)?;
    let settings = &proofs.settings;
    let clock = visitor.clock();
    let place = Place::my_account(clock.texts);
    let found = proofs.pending.iter().find(|proof| proof.change.id == id);
    let target = found.map_or(change.target.as_str(), |proof| proof.value.as_str());
    let steps = change.timeline.iter().map(|happened| {
        let (tone, title) = event(place.words, change.channel, happened);
        // What a provider answered helps where it went wrong, and is noise where it did not.
        let detail = happened.detail.clone().filter(|_| tone == Tone::Problem);
        Step { tone, title, detail, at: clock.tell(happened.at) }
    });
    let waiting = |proof| Waiting::of(Pending::of(proof, settings, &place, clock), settings, &place, error);
    let code = CodeBox {
        t: clock.texts,
        csrf: visitor.csrf(),
        key: format!("{}-{}", change.state, change.timeline.len()),
        ended: found.is_none().then(|| code::ended(&place, &change)),
        waiting: found.map(waiting),
        timeline: Some(Timeline { steps: steps.collect() }),
        back: (&place.home, clock.texts.say("back-to-personal")),
    };
    let page = CodePage {
        tabs: tabs(clock.texts, Part::PersonalInfo),
        heading: code::heading(&place, &change, target),
        code,
        frame: visitor.frame(web),
    };
    Ok(visitor.answer(status, &page))
}
