//! Sessions of somebody else, ended.

use axum::extract::{Path, State};
use axum::response::Response;
use countersign_domain::{SessionId, UserId};

use super::{UPDATE, path_of};
use crate::pages::PageError;
use crate::pages::posted::{Posted, Press};
use crate::pages::visitor;
use crate::state::Web;

/// Ends one.
pub(super) async fn end_one(
    State(web): State<Web>,
    Path((id, session)): Path<(String, String)>,
    Posted { visitor, .. }: Posted<Press>,
) -> Result<Response, PageError> {
    visitor.needs(UPDATE)?;
    let id: UserId = id.parse().map_err(|_| PageError::NotFound)?;
    let session: SessionId = session.parse().map_err(|_| PageError::NotFound)?;
    let ended = web.app.end_session_of(&visitor.as_privileged(), id, session).await?;
    let what = if ended { "user-session-ended" } else { "session-gone" };
    Ok(visitor::done(&sessions(id), what))
}

/// Ends all of them; the visitor's own, on his own page, goes on.
pub(super) async fn end_all(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Press>,
) -> Result<Response, PageError> {
    visitor.needs(UPDATE)?;
    let id: UserId = id.parse().map_err(|_| PageError::NotFound)?;
    let is_own = visitor.user()? == id;
    let cx = visitor.as_privileged();
    web.app.user(&cx, id).await?.ok_or(PageError::NotFound)?;
    web.app.end_sessions(&cx, id, is_own.then_some(visitor.session.session)).await?;
    let what = if is_own { "sessions-ended" } else { "user-sessions-ended" };
    Ok(visitor::done(&sessions(id), what))
}

fn sessions(id: UserId) -> String {
    format!("{}/access#sessions", path_of(id))
}
