//! What can be done with a change that waits: another code or link, and calling it off.

use axum::extract::{Path, State};
use axum::response::Response;
use countersign_app::{ResendError, Viewer};
use countersign_domain::{ChangeId, Refusal};
use serde::Deserialize;

use crate::pages::PageError;
use crate::pages::posted::{self, Posted};
use crate::pages::visitor;
use crate::state::Web;

/// The button, and on which page it stands.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ChangeForm {
    from: String,
}

impl posted::Form for ChangeForm {}

/// The change an address names.
pub(super) fn id_of(text: &str) -> Result<ChangeId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// Sends it again; the code before it is dead.
pub(super) async fn resend(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<ChangeForm>,
) -> Result<Response, PageError> {
    let (id, viewer) = (id_of(&id)?, Viewer::Owner(visitor.user()?));
    match web.app.resend_change(&visitor.as_owner(), viewer, id).await {
        Ok(true) => Ok(visitor::done(&from(&form, id), "sent-again")),
        Ok(false) => Err(PageError::NotFound),
        Err(ResendError::NothingPending) => Ok(visitor::done("/myaccount/", "nothing-waits")),
        Err(ResendError::Refused(Refusal::TooManyRequests { retry_after })) => {
            Err(PageError::TooMany(retry_after))
        }
        Err(ResendError::Refused(_)) => Err(PageError::Forbidden),
        Err(ResendError::Failure(failure)) => Err(failure.into()),
    }
}

/// Calls it off. Again is no error.
pub(super) async fn cancel(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<ChangeForm>,
) -> Result<Response, PageError> {
    let (id, viewer) = (id_of(&id)?, Viewer::Owner(visitor.user()?));
    if !web.app.cancel_change(&visitor.as_owner(), viewer, id).await? {
        return Err(PageError::NotFound);
    }
    let to = if form.from == "activity" { "/myaccount/activity" } else { "/myaccount/" };
    let what = if form.from == "activity" { "stopped" } else { "called-off" };
    Ok(visitor::done(to, what))
}

fn from(form: &ChangeForm, id: ChangeId) -> String {
    if form.from == "code" { format!("/myaccount/changes/{id}/code") } else { "/myaccount/".to_owned() }
}
