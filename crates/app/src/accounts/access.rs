//! What an administrator does to somebody's access: another password, shut out, let in again, deleted.
//!
//! Nobody does to himself what would end his own access: whoever shut himself out could not take it back. At a page, what
//! cannot be taken back is asked of a person who has just shown his own password (SEC-24).

use countersign_domain::actor::{Subject, Surface};
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::Wanted;
use countersign_domain::{Refusal, UserId};
use countersign_store::UserView;

use crate::app::App;
use crate::delete_user::DeleteError;
use crate::mint::Context;
use crate::password::NewPassword;
use crate::profile_update::{Edit, UpdateError};

/// Why somebody's access is not for this caller to change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AccountRefusal {
    /// It is the caller's own.
    #[error("nobody changes his own access as an administrator")]
    Oneself,
    /// Nobody gives or takes what he may not do himself (SEC-37).
    #[error("a permission that the caller does not hold is not his to give or take")]
    NotHeld,
    /// There is no such permission.
    #[error("there is no such permission")]
    Unknown,
}

/// Why an administrator's act came to nothing.
pub type AccountEditError = UpdateError<AccountRefusal>;

impl App {
    /// Gives a user another password. Everything issued on the old one ends, his sessions with it, and so does what waits for
    /// proof (I12, I13). For administrators, and not of somebody who may more than they; a person changes his own with
    /// [`Self::change_password`].
    pub async fn reset_password(
        &self,
        cx: &Context,
        id: UserId,
        password: NewPassword,
    ) -> Result<UserView, AccountEditError> {
        check_other(cx, id)?;
        check_recent(cx)?;
        let edit = |seen: &Snapshot| {
            let wanted = Wanted { password_set: true, ..Wanted::echo(&seen.user.profile) };
            Ok(Edit { wanted, password: Some(password.clone()) })
        };
        self.update_profile(cx, id, None, edit).await
    }

    /// Disables a user, or enables him. Disabling ends every credential of his with the next request (I13), and what waits
    /// for proof (I12).
    pub async fn set_active(
        &self,
        cx: &Context,
        id: UserId,
        active: bool,
    ) -> Result<UserView, AccountEditError> {
        check_other(cx, id)?;
        let edit = |seen: &Snapshot| {
            let wanted = Wanted { active: Some(active), ..Wanted::echo(&seen.user.profile) };
            Ok(Edit { wanted, password: None })
        };
        self.update_profile(cx, id, None, edit).await
    }

    /// Locks a user out, or lets him in again. A lock ends what a disabling ends.
    pub async fn set_locked(
        &self,
        cx: &Context,
        id: UserId,
        locked: bool,
    ) -> Result<UserView, AccountEditError> {
        check_other(cx, id)?;
        let edit = |seen: &Snapshot| {
            let wanted = Wanted { locked: Some(locked), ..Wanted::echo(&seen.user.profile) };
            Ok(Edit { wanted, password: None })
        };
        self.update_profile(cx, id, None, edit).await
    }

    /// Deletes somebody else, with everything that hangs on him. [`Self::delete_user`] asks nothing of the kind.
    pub async fn delete_account(&self, cx: &Context, id: UserId) -> Result<(), AccountEditError> {
        check_other(cx, id)?;
        check_recent(cx)?;
        self.delete_user(cx, id, None).await.map_err(|error| match error {
            DeleteError::NoSuchUser => UpdateError::NoSuchUser,
            DeleteError::StaleVersion => UpdateError::StaleVersion,
            DeleteError::Refused(refusal) => UpdateError::Refused(refusal),
            DeleteError::Failure(failure) => UpdateError::Failure(failure),
        })
    }
}

/// An administrator's act is about somebody else.
pub(super) fn check_other(cx: &Context, id: UserId) -> Result<(), AccountEditError> {
    let is_own = cx.actor.requester.subject == Subject::User(id);
    if is_own { Err(UpdateError::Edit(AccountRefusal::Oneself)) } else { Ok(()) }
}

/// SEC-24, ASVS 7.5.3: at a page, a person shows who he is before something that cannot be taken back. A program's credential
/// is its proof.
pub(super) fn check_recent(cx: &Context) -> Result<(), Refusal> {
    let is_stale = cx.actor.surface == Surface::Page && !cx.actor.recent_auth;
    if is_stale { Err(Refusal::StaleAuthentication) } else { Ok(()) }
}
