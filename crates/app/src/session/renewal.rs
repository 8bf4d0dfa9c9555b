//! A session goes on under another id: its user showed his password again (SEC-24), or set another one.

use std::convert::Infallible;

use countersign_domain::actor::{Actor, Origin};
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::Wanted;
use countersign_domain::{Refusal, SignedDuration};
use countersign_store::{AdminWrite, EndedSessions};

use super::{Before, OpenSession, SignedIn};
use crate::allowance::UNLIMITED;
use crate::app::App;
use crate::credential::{Account, BasicRefusal};
use crate::error::Failure;
use crate::mint::Context;
use crate::password::{NewPassword, WeakPassword};
use crate::profile_update::{Edit, UpdateError};

/// Why a password was not changed. Nothing has happened then, but that a wrong one was counted.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The old password is not the one in force.
    #[error("the current password is not right")]
    Current,
    /// Too many wrong ones: try again later (SEC-34).
    #[error("too many wrong passwords; try again later")]
    Throttled(SignedDuration),
    /// The new password is refused.
    #[error(transparent)]
    New(#[from] WeakPassword),
    /// The session has ended meanwhile: sign in again.
    #[error("the session has ended")]
    Ended,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// The person of a session shows his password again: he is recent from now on, under another id. A wrong one counts
    /// with those of a sign-in, whatever surface they come by (SEC-34). The absolute limit stays where it was.
    pub async fn reauthenticate(
        &self,
        signed_in: &SignedIn,
        token: &str,
        password: &str,
        origin: &Origin,
    ) -> Result<OpenSession, BasicRefusal> {
        let account = self.shown_again(signed_in, password, origin).await?;
        let opened = self
            .start_session(&signed_in.tenant, &account, origin, Before::Same { token, signed_in })
            .await?;
        tracing::info!(event = "session_reauthenticated", session = %opened.id);
        Ok(opened)
    }

    /// The person of a session sets another password. Everything issued on the old one ends, his other sessions with it;
    /// this one goes on under another id. Live challenges of both families are void (I12).
    pub async fn change_password(
        &self,
        cx: &Context,
        signed_in: &SignedIn,
        token: &str,
        current: &str,
        new: NewPassword,
    ) -> Result<OpenSession, PasswordError> {
        self.passwords.judged(&new)?;
        let Account::User { credential_version, .. } =
            self.shown_again(signed_in, current, &cx.actor.origin).await?
        else {
            return Err(PasswordError::Current);
        };
        let now = self.now().await?;
        let before = Before::Same { token, signed_in };
        let (opened, session) =
            self.mint_session(signed_in.user, credential_version + 1, &cx.actor.origin, now, before);
        let ended = before.ended().into_iter();
        let others = EndedSessions::AllOf { user: signed_in.user, except: None };
        let mut also: Vec<AdminWrite> = ended.chain([others]).map(AdminWrite::EndSessions).collect();
        also.push(AdminWrite::OpenSession(Box::new(session)));
        let cx = Context { actor: Actor { recent_auth: true, ..cx.actor.clone() }, ..cx.clone() };
        let edit = |seen: &Snapshot| {
            let wanted = Wanted { password_set: true, ..Wanted::echo(&seen.user.profile) };
            Ok::<_, Infallible>(Edit { wanted, password: Some(new.clone()) })
        };
        match self.update_profile_with(&cx, signed_in.user, None, &UNLIMITED, edit, &also).await {
            Ok(_) => {}
            Err(UpdateError::Failure(Failure::Busy)) if self.session(token).await?.is_none() => {
                return Err(PasswordError::Ended);
            }
            Err(error) => return Err(error.into()),
        }
        tracing::info!(event = "password_changed", session = %opened.id);
        Ok(opened)
    }

    /// The account as it signs in with this password now.
    async fn shown_again(
        &self,
        signed_in: &SignedIn,
        password: &str,
        origin: &Origin,
    ) -> Result<Account, BasicRefusal> {
        let Account::User { user_name, .. } = &signed_in.account else { return Err(BasicRefusal::Invalid) };
        let name = user_name.to_ascii_lowercase();
        let account = self.sign_in_as(&signed_in.tenant, &name, password, origin.address).await?;
        match account {
            Account::User { id, .. } if id == signed_in.user => Ok(account),
            _ => Err(BasicRefusal::Invalid), // the name has become somebody else's
        }
    }
}

impl From<BasicRefusal> for PasswordError {
    fn from(refusal: BasicRefusal) -> Self {
        match refusal {
            BasicRefusal::Invalid => Self::Current,
            BasicRefusal::Throttled(wait) => Self::Throttled(wait),
            BasicRefusal::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl From<UpdateError<Infallible>> for PasswordError {
    fn from(error: UpdateError<Infallible>) -> Self {
        match error {
            UpdateError::NoSuchUser => Self::Ended,
            UpdateError::Edit(never) => match never {},
            UpdateError::Refused(refusal) => Self::Refused(refusal),
            UpdateError::Password(weak) => Self::New(weak),
            UpdateError::Failure(failure) => Self::Failure(failure),
            // Nothing is claimed, no version was insisted on, and nothing is sent that proves.
            UpdateError::StaleVersion | UpdateError::Taken(_) | UpdateError::NoMoreVerifications => {
                Self::Failure(Failure::Busy)
            }
        }
    }
}
