//! Enter code: its own address, so that a reload and another device go on with it (pages §3.4).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{ChangeView, CodeError, Viewer};
use countersign_domain::Refusal;
use countersign_domain::change::Presented;
use countersign_domain::user_claim_update::Settings;
use serde::Deserialize;

use super::change::id_of;
use super::pending::Pending;
use super::tabs::{Part, tabs};
use super::words::{event, fill, of_channel, say};
use crate::pages::PageError;
use crate::pages::component::{ErrorSummary, Field, Notice, Step, Tabs, Timeline, Tone};
use crate::pages::frame::Frame;
use crate::pages::posted::{self, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// `templates/myaccount/code.html`.
#[derive(Template)]
#[template(path = "myaccount/code.html")]
struct CodePage<'a> {
    frame: Frame<'a>,
    tabs: Tabs<'a>,
    heading: String,
    /// What became of it, where it does not wait any more.
    ended: Option<Notice<'a>>,
    waiting: Option<Waiting<'a>>,
    timeline: Timeline,
    csrf: &'a str,
    key: String,
}

/// A change that waits.
struct Waiting<'a> {
    pending: Pending,
    error: Option<ErrorSummary<'a>>,
    /// Nothing where there is no code that could be entered.
    field: Option<Field<'a>>,
    lead: &'static str,
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
    let (error, status) = match web.app.validate_own_code_for(&cx, user, family, &presented).await {
        Ok(()) => return Ok(visitor::done("/myaccount/", &format!("{}-proven", family.as_str()))),
        Err(CodeError::Failure(failure)) => return Err(failure.into()),
        Err(CodeError::Invalid) => (wrong(&web, &visitor, &id).await?, StatusCode::UNPROCESSABLE_ENTITY),
        Err(CodeError::Expired) => (t.say("code-expired").to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        Err(CodeError::Superseded) => (t.say("code-superseded").to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        Err(CodeError::Refused(Refusal::TooManyRequests { retry_after })) => {
            let wait = visitor.clock().span(retry_after);
            (t.fill("code-too-often", &[("wait", &wait)]), StatusCode::TOO_MANY_REQUESTS)
        }
        Err(CodeError::PrivilegedDisabled | CodeError::Refused(_)) => return Err(PageError::Forbidden),
    };
    render(&web, &visitor, &id, Some(error), status).await
}

/// How many tries are left, after a wrong one.
async fn wrong(web: &Web, visitor: &Visitor, id: &str) -> Result<String, PageError> {
    let (cx, user, t) = (visitor.as_owner(), visitor.user()?, visitor.look.texts);
    let left =
        web.app.change(&cx, Viewer::Owner(user), id_of(id)?).await?.map_or(0, |change| change.attempts_left);
    Ok(match left {
        0 => t.say("code-exhausted").to_owned(),
        left => t.fill("code-wrong", &[("count", &left.to_string())]),
    })
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
    let settings = web.app.settings_in_force(&cx).await?;
    let proofs = web.app.contact_proofs(&cx, user).await?.ok_or(PageError::NotFound)?;
    let (clock, t) = (visitor.clock(), visitor.look.texts);
    let family = of_channel(change.channel);
    let found = proofs.pending.iter().find(|proof| proof.change.id == id);
    let target = found.map_or(change.target.as_str(), |proof| proof.value.as_str());
    let steps = change.timeline.iter().map(|happened| {
        let (tone, title) = event(t, change.channel, happened);
        // What a provider answered helps where it went wrong, and is noise where it did not.
        let detail = happened.detail.clone().filter(|_| tone == Tone::Problem);
        Step { tone, title, detail, at: clock.tell(happened.at) }
    });
    let page = CodePage {
        tabs: tabs(t, Part::PersonalInfo),
        heading: fill(t, family, "code-heading", &[("value", target)]),
        ended: found.is_none().then(|| ended(visitor, &change)),
        waiting: found.map(|proof| waiting(visitor, &settings, Pending::of(proof, &settings, clock), error)),
        timeline: Timeline { steps: steps.collect() },
        csrf: visitor.csrf(),
        key: format!("{}-{}", change.state, change.timeline.len()),
        frame: visitor.frame(web),
    };
    Ok(visitor.answer(status, &page))
}

fn waiting<'a>(
    visitor: &Visitor,
    settings: &Settings,
    pending: Pending,
    error: Option<String>,
) -> Waiting<'a> {
    let t = visitor.look.texts;
    let is_usable = pending.has_code && !pending.is_expired && !pending.is_exhausted;
    let length = u32::try_from(settings.otp.length()).unwrap_or(0);
    let field = is_usable.then(|| {
        let field = Field::code("code", t.say("code-label"), settings.otp.is_numeric(), length);
        field
            .hint(t.fill("code-hint", &[("count", &length.to_string())]))
            .error(error.clone())
            .required()
            .focused()
    });
    Waiting {
        lead: say(t, pending.family, if pending.has_code { "code-lead" } else { "link-lead" }),
        error: error.map(|error| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![(if is_usable { "code" } else { "" }.into(), error.into())],
        }),
        field,
        pending,
    }
}

fn ended<'a>(visitor: &Visitor, change: &ChangeView) -> Notice<'a> {
    let t = visitor.look.texts;
    match change.state {
        "proven" => Notice::status(Tone::Good, t.say("change-proven")),
        "superseded" => Notice::status(Tone::Neutral, t.say("change-superseded")),
        _ => Notice::status(Tone::Neutral, t.say("change-cancelled")),
    }
}
