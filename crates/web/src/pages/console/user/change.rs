//! What an administrator does with a change that waits: send it again, call it off. Whoever comes too late is told who was
//! faster, and what is true now.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{ChangeView, ResendError, Viewer};
use countersign_domain::{Refusal, UserId};
use serde::Deserialize;

use super::profile::{self, Again, CODES, VIEW};
use super::{id_of, path_of};
use crate::pages::component::{Notice, Tone};
use crate::pages::posted::{self, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page};
use crate::state::Web;

/// The button, and on which page it stands.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ChangeForm {
    from: String,
}

impl posted::Form for ChangeForm {}

/// Sends it again; what was sent before is dead.
pub(super) async fn resend(
    State(web): State<Web>,
    Path((id, change)): Path<(String, String)>,
    Posted { visitor, form }: Posted<ChangeForm>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(CODES)?;
    let user = id_of(&id)?;
    let found = named(&web, &visitor, user, &change).await?;
    if found.state != "pending" {
        return too_late(&web, &visitor, user, &found).await;
    }
    let t = visitor.look.texts;
    let (why, wait, status) =
        match web.app.resend_change(&visitor.as_privileged(), Viewer::Privileged, found.id).await {
            Ok(true) => return Ok(visitor::done(&back(&form, user, &found), "sent-again")),
            Ok(false) => return Err(PageError::NotFound),
            Err(ResendError::Failure(failure)) => return Err(failure.into()),
            Err(ResendError::NothingPending) => return ended(&web, &visitor, user, &change).await,
            Err(ResendError::Refused(Refusal::TooManyRequests { retry_after })) => {
                let why = t.fill("again-in", &[("wait", &visitor.clock().span(retry_after))]);
                (why, Some(retry_after), StatusCode::TOO_MANY_REQUESTS)
            }
            Err(ResendError::Refused(Refusal::Address { .. })) => {
                (t.say("not-sent-not-served").to_owned(), None, StatusCode::CONFLICT)
            }
            Err(ResendError::Refused(_)) => return Err(PageError::Forbidden),
        };
    let again = Again { refused: Some(Notice::status(Tone::Problem, why)), ..Again::default() };
    Ok(page::with_wait(profile::render(&web, &visitor, user, again, status).await?, wait))
}

/// Calls it off.
pub(super) async fn cancel(
    State(web): State<Web>,
    Path((id, change)): Path<(String, String)>,
    Posted { visitor, .. }: Posted<ChangeForm>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(CODES)?;
    let user = id_of(&id)?;
    let found = named(&web, &visitor, user, &change).await?;
    if found.state != "pending" {
        return too_late(&web, &visitor, user, &found).await;
    }
    if !web.app.cancel_change(&visitor.as_privileged(), Viewer::Privileged, found.id).await? {
        return Err(PageError::NotFound);
    }
    // Somebody may have confirmed it since we looked.
    match named(&web, &visitor, user, &change).await? {
        found if found.state == "cancelled" => Ok(visitor::done(&path_of(user), "called-off")),
        found => too_late(&web, &visitor, user, &found).await,
    }
}

/// The change an address names; 404 also where it is another user's.
pub(super) async fn named(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    change: &str,
) -> Result<ChangeView, PageError> {
    let id = change.parse().map_err(|_| PageError::NotFound)?;
    let found = web.app.change(&visitor.as_privileged(), Viewer::Privileged, id).await?;
    found.filter(|found| found.user == user).ok_or(PageError::NotFound)
}

async fn ended(web: &Web, visitor: &Visitor, user: UserId, change: &str) -> Result<Response, PageError> {
    let found = named(web, visitor, user, change).await?;
    too_late(web, visitor, user, &found).await
}

/// 409: the page as it is now, and who was faster.
async fn too_late(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    change: &ChangeView,
) -> Result<Response, PageError> {
    let again = Again { refused: Some(told(web, visitor, change).await?), ..Again::default() };
    profile::render(web, visitor, user, again, StatusCode::CONFLICT).await
}

/// What became of a change, and who ended it.
pub(super) async fn told(
    web: &Web,
    visitor: &Visitor,
    change: &ChangeView,
) -> Result<Notice<'static>, PageError> {
    let (t, clock) = (visitor.look.texts, visitor.clock());
    let ended = web.app.change_ended(&visitor.as_privileged(), change).await?;
    let by = ended.as_ref().and_then(|ended| ended.by.as_ref());
    let name = [("name", by.map_or(t.say("somebody"), |by| by.display.as_str()))];
    let (tone, text) = match change.state {
        "proven" => (Tone::Good, t.fill("change-was-proven", &name)),
        "superseded" => (Tone::Neutral, t.fill("change-was-superseded", &name)),
        _ => (Tone::Neutral, t.fill("change-was-cancelled", &name)),
    };
    let notice = Notice::status(tone, text);
    Ok(match ended {
        Some(ended) => {
            let at = clock.tell(ended.at);
            notice.detail(format!("{} ({})", at.absolute, at.relative))
        }
        None => notice,
    })
}

fn back(form: &ChangeForm, user: UserId, change: &ChangeView) -> String {
    let home = path_of(user);
    if form.from == "code" { format!("{home}/changes/{}/code", change.id) } else { home }
}
