//! A user's page, the part *Access* (pages §5): whether he may sign in, his password, where he is signed in, what he may do,
//! the groups he is in, and the end of the account.
//!
//! ```text
//! look.rs shows · state.rs disables, locks, resets, deletes · session.rs ends sessions · permission.rs grants
//! ```

mod look;
mod permission;
mod session;
mod state;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use countersign_app::{AccountEditError, AccountRefusal, UpdateError};
use countersign_domain::{Refusal, SignedDuration, UserId};
use serde::Deserialize;

use super::path_of;
use crate::pages::fresh::{self, Shown};
use crate::pages::visitor::Visitor;
use crate::pages::{PageError, page, password};
use crate::state::Web;

/// What seeing a user needs, as at `/scim2/Users/{id}`.
const VIEW: &str = "internal_user_mgt_view";
/// What changing his access needs, as a PATCH of `active`, the lock or the password does.
const UPDATE: &str = "internal_user_mgt_update";
const DELETE: &str = "internal_user_mgt_delete";
/// What granting needs.
const GRANT: &str = "internal_config_mgt_update";

/// `/console/users/{id}/access…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/users/{id}/access", get(show))
        .route("/console/users/{id}/access/disable", post(state::disable))
        .route("/console/users/{id}/access/enable", post(state::enable))
        .route("/console/users/{id}/access/lock", post(state::lock))
        .route("/console/users/{id}/access/unlock", post(state::unlock))
        .route("/console/users/{id}/access/password", get(opened_password).post(state::reset_password))
        .route("/console/users/{id}/access/permissions", get(opened_permissions).post(permission::change))
        .route("/console/users/{id}/access/delete", get(opened_delete).post(state::delete))
        .route("/console/users/{id}/access/sessions/end-all", post(session::end_all))
        .route("/console/users/{id}/access/sessions/{session}/end", post(session::end_one))
}

/// The form that is open on the page, and what was typed into it; never a secret.
#[derive(Default)]
enum Opened {
    #[default]
    Nothing,
    Password,
    Permissions(Option<permission::Ticked>),
    Delete(String),
}

/// Why nothing was done.
struct Wrong {
    /// The field it concerns; empty: none.
    field: &'static str,
    sentence: String,
    status: StatusCode,
    /// When it may be tried again.
    wait: Option<SignedDuration>,
}

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    edit: String,
}

/// The page.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let opened = match asked.edit.as_str() {
        "password" => Opened::Password,
        "permissions" => Opened::Permissions(None),
        "delete" => Opened::Delete(String::new()),
        _ => Opened::Nothing,
    };
    look::render(&web, &visitor, id, opened, None).await
}

/// A form's address, looked at: the form is on the page.
async fn opened_password(Path(id): Path<String>) -> Result<Response, PageError> {
    opened(&id, "?edit=password")
}

/// The same.
async fn opened_permissions(Path(id): Path<String>) -> Result<Response, PageError> {
    // Nothing of it asks for the focus, which would bring it into view, and which a fragment would forbid.
    opened(&id, "?edit=permissions#permissions")
}

/// The same.
async fn opened_delete(Path(id): Path<String>) -> Result<Response, PageError> {
    opened(&id, "?edit=delete")
}

fn opened(id: &str, query: &str) -> Result<Response, PageError> {
    let id: UserId = id.parse().map_err(|_| PageError::NotFound)?;
    Ok(page::see_other(&format!("{}/access{query}", path_of(id))))
}

/// Takes the visitor's own password from a form, if it is there (SEC-24). The cookie his browser has to be told by.
async fn proven(
    web: &Web,
    visitor: &mut Visitor,
    password: &str,
) -> Result<Result<Option<HeaderValue>, Wrong>, PageError> {
    let t = visitor.look.texts;
    Ok(match fresh::show_password(web, visitor, password).await? {
        Shown::Nothing => Ok(None),
        Shown::Fresh(cookie) => Ok(cookie),
        Shown::Wrong => Err(Wrong::of("current", t.say("password-wrong"))),
        Shown::Throttled(wait) => {
            let sentence = t.fill("sign-in-throttled", &[("wait", &visitor.clock().span(wait))]);
            Err(Wrong { field: "current", sentence, status: StatusCode::TOO_MANY_REQUESTS, wait: Some(wait) })
        }
    })
}

impl Wrong {
    fn of(field: &'static str, sentence: &str) -> Self {
        Self { field, sentence: sentence.to_owned(), status: StatusCode::UNPROCESSABLE_ENTITY, wait: None }
    }

    /// In the words of the catalogue.
    fn why(visitor: &Visitor, error: AccountEditError) -> Result<Self, PageError> {
        let t = visitor.look.texts;
        let forbidden = |id: &str| {
            let sentence = t.find(id).unwrap_or_default().to_owned();
            Ok(Self { field: "", sentence, status: StatusCode::FORBIDDEN, wait: None })
        };
        match error {
            UpdateError::Failure(failure) => Err(failure.into()),
            UpdateError::NoSuchUser => Err(PageError::NotFound),
            UpdateError::Edit(AccountRefusal::Oneself) => forbidden("access-own"),
            UpdateError::Edit(AccountRefusal::NotHeld) => forbidden("access-not-held"),
            UpdateError::Edit(AccountRefusal::Unknown) => Err(PageError::Malformed),
            UpdateError::Password(weak) => Ok(Self::of("password", &password::refused(t, weak)?)),
            UpdateError::Refused(Refusal::StaleAuthentication) => {
                Ok(Self::of("current", t.say("access-password-first")))
            }
            UpdateError::Refused(Refusal::Mutability(_)) => forbidden("access-password-beyond"),
            UpdateError::Refused(Refusal::TooManyRequests { retry_after }) => {
                Err(PageError::TooMany(retry_after))
            }
            UpdateError::Refused(_) => Err(PageError::Forbidden),
            UpdateError::StaleVersion | UpdateError::Taken(_) | UpdateError::NoMoreVerifications => {
                Err(PageError::Conflict)
            }
        }
    }
}
