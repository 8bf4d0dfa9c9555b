//! What an administrator does to an account as a whole.

use axum::extract::{Path, State};
use axum::response::Response;
use countersign_app::{AccountEditError, NewPassword};
use countersign_domain::UserId;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{DELETE, Opened, UPDATE, Wrong, look, path_of, proven};
use crate::pages::console::users;
use crate::pages::posted::{self, Posted, Press};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page};
use crate::state::Web;

/// A new password, and the visitor's own.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default, deserialize_with = "posted::secret")]
    password: Zeroizing<String>,
    #[serde(default, deserialize_with = "posted::secret")]
    current: Zeroizing<String>,
}

impl posted::Form for PasswordForm {}

/// The name of the account that is to go, and the visitor's own password.
#[derive(Deserialize)]
pub(super) struct DeleteForm {
    #[serde(default, rename = "userName")]
    user_name: String,
    #[serde(default, deserialize_with = "posted::secret")]
    current: Zeroizing<String>,
}

impl posted::Form for DeleteForm {
    const KEPT: &'static [&'static str] = &["userName"];
}

type Pressed = Posted<Press>;

pub(super) async fn disable(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Pressed,
) -> Result<Response, PageError> {
    let id = may(&visitor, &id)?;
    let done = web.app.set_active(&visitor.as_privileged(), id, false).await;
    turned(&web, &visitor, id, done.map(|_| "user-disabled")).await
}

pub(super) async fn enable(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Pressed,
) -> Result<Response, PageError> {
    let id = may(&visitor, &id)?;
    let done = web.app.set_active(&visitor.as_privileged(), id, true).await;
    // A lock stands whether the account is enabled or not: nobody is told he can sign in who cannot.
    let what = |locked| if locked { "user-enabled-locked" } else { "user-enabled" };
    turned(&web, &visitor, id, done.map(|view| what(view.user.profile.is_locked()))).await
}

pub(super) async fn lock(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Pressed,
) -> Result<Response, PageError> {
    let id = may(&visitor, &id)?;
    let done = web.app.set_locked(&visitor.as_privileged(), id, true).await;
    turned(&web, &visitor, id, done.map(|_| "user-locked")).await
}

pub(super) async fn unlock(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Pressed,
) -> Result<Response, PageError> {
    let id = may(&visitor, &id)?;
    let done = web.app.set_locked(&visitor.as_privileged(), id, false).await;
    let what = |active| if active { "user-unlocked" } else { "user-unlocked-disabled" };
    turned(&web, &visitor, id, done.map(|view| what(view.user.profile.is_active()))).await
}

fn may(visitor: &Visitor, id: &str) -> Result<UserId, PageError> {
    visitor.needs(UPDATE)?;
    id.parse().map_err(|_| PageError::NotFound)
}

async fn turned(
    web: &Web,
    visitor: &Visitor,
    id: UserId,
    done: Result<&'static str, AccountEditError>,
) -> Result<Response, PageError> {
    match done {
        Ok(what) => Ok(visitor::done(&format!("{}/access", path_of(id)), what)),
        Err(error) => {
            let wrong = Wrong::why(visitor, error)?;
            look::render(web, visitor, id, Opened::Nothing, Some(wrong)).await
        }
    }
}

/// Another password for somebody.
pub(super) async fn reset_password(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { mut visitor, form }: Posted<PasswordForm>,
) -> Result<Response, PageError> {
    let id = may(&visitor, &id)?;
    let cookie = match proven(&web, &mut visitor, &form.current).await? {
        Ok(cookie) => cookie,
        Err(wrong) => return look::render(&web, &visitor, id, Opened::Password, Some(wrong)).await,
    };
    let new = NewPassword::Chosen(form.password);
    let answer = match web.app.reset_password(&visitor.as_privileged(), id, new).await {
        Ok(_) => visitor::done(&format!("{}/access", path_of(id)), "user-password-reset"),
        Err(error) => {
            let wrong = Wrong::why(&visitor, error)?;
            look::render(&web, &visitor, id, Opened::Password, Some(wrong)).await?
        }
    };
    Ok(page::with_cookie(answer, cookie))
}

/// The account goes, with everything that hangs on it; its name is typed first.
pub(super) async fn delete(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { mut visitor, form }: Posted<DeleteForm>,
) -> Result<Response, PageError> {
    visitor.needs(DELETE)?;
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let opened = || Opened::Delete(form.user_name.clone());
    let cookie = match proven(&web, &mut visitor, &form.current).await? {
        Ok(cookie) => cookie,
        Err(wrong) => return look::render(&web, &visitor, id, opened(), Some(wrong)).await,
    };
    let answer = match deleted(&web, &visitor, id, form.user_name.trim()).await? {
        Ok(()) => {
            visitor::done(if visitor.has(users::LIST) { users::PATH } else { "/console/" }, "user-deleted")
        }
        Err(wrong) => look::render(&web, &visitor, id, opened(), Some(wrong)).await?,
    };
    Ok(page::with_cookie(answer, cookie))
}

async fn deleted(
    web: &Web,
    visitor: &Visitor,
    id: UserId,
    typed: &str,
) -> Result<Result<(), Wrong>, PageError> {
    let cx = visitor.as_privileged();
    let view = web.app.user(&cx, id).await?.ok_or(PageError::NotFound)?;
    if typed != view.user.profile.user_name {
        return Ok(Err(Wrong::of("userName", visitor.look.texts.say("access-delete-other"))));
    }
    match web.app.delete_account(&cx, id).await {
        Ok(()) => Ok(Ok(())),
        Err(error) => Ok(Err(Wrong::why(visitor, error)?)),
    }
}
