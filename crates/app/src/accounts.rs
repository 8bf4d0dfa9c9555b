//! Users as an administrator looks after them: found, listed by the state of their contacts, disabled, given a new password.

mod list;
mod search;

use std::convert::Infallible;

use countersign_domain::UserId;
use countersign_domain::actor::Subject;
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::Wanted;
use countersign_store::UserView;

pub use list::{
    AccountCursor, AccountPage, AccountQuery, AccountRow, AccountState, ContactColumn, InvalidAccountCursor,
};

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;
use crate::password::NewPassword;
use crate::profile_update::{Edit, UpdateError};

impl App {
    /// Gives a user another password. Everything issued on the old one ends, his sessions with it, and so does what waits for
    /// proof (I12, I13). For administrators; a person changes his own with [`Self::change_password`].
    pub async fn reset_password(
        &self,
        cx: &Context,
        id: UserId,
        password: NewPassword,
    ) -> Result<UserView, UpdateError<Infallible>> {
        let edit = |seen: &Snapshot| {
            let wanted = Wanted { password_set: true, ..Wanted::echo(&seen.user.profile) };
            Ok(Edit { wanted, password: Some(password.clone()) })
        };
        self.update_profile(cx, id, None, edit).await
    }

    /// Disables a user, or enables him. Disabling ends every credential of his with the next request (I13).
    pub async fn set_active(
        &self,
        cx: &Context,
        id: UserId,
        active: bool,
    ) -> Result<UserView, UpdateError<Infallible>> {
        let edit = |seen: &Snapshot| {
            let wanted = Wanted { active: Some(active), ..Wanted::echo(&seen.user.profile) };
            Ok(Edit { wanted, password: None })
        };
        self.update_profile(cx, id, None, edit).await
    }

    /// Locks a user out, or lets him in again.
    pub async fn set_locked(
        &self,
        cx: &Context,
        id: UserId,
        locked: bool,
    ) -> Result<UserView, UpdateError<Infallible>> {
        let edit = |seen: &Snapshot| {
            let wanted = Wanted { locked: Some(locked), ..Wanted::echo(&seen.user.profile) };
            Ok(Edit { wanted, password: None })
        };
        self.update_profile(cx, id, None, edit).await
    }

    /// The scopes granted to a user or client.
    pub async fn grants(&self, cx: &Context, subject: Subject) -> Result<Vec<String>, Failure> {
        Ok(self.store.scopes_of(&cx.tenant, subject).await?)
    }
}

#[cfg(test)]
mod tests;
