//! A user is deleted, with everything that hangs on him (SCIM-45).

use countersign_domain::audit::{Event, Rule};
use countersign_domain::{Refusal, UserId};
use countersign_store::{Commit, CommitError, IndexDiff, UserStep};

use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};
use crate::profile_update::exhausted;
use crate::spending;

/// Why a user was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// No such user.
    #[error("no such user")]
    NoSuchUser,
    /// `If-Match` named another version.
    #[error("the resource has changed since it was read")]
    StaleVersion,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// Deletes the user. `expected` are the versions `If-Match` allows.
    pub async fn delete_user(
        &self,
        cx: &Context,
        id: UserId,
        expected: Option<&[u64]>,
    ) -> Result<(), DeleteError> {
        let _turn = self.turns.of(id).await;
        let mut tries = Tries::new(&self.entropy);
        loop {
            let seen = self.snapshot(cx, id).await?.ok_or(DeleteError::NoSuchUser)?;
            if expected.is_some_and(|versions| !versions.contains(&seen.user.version)) {
                return Err(DeleteError::StaleVersion);
            }
            let mut commit = Commit::new(self.operation(seen.now), cx.tenant.clone(), seen.now);
            commit.spends.extend(spending::write(cx.actor.requester.subject, &self.file.base.limits));
            let index = IndexDiff::between(Some(&seen.user.profile), None, false);
            commit.user = UserStep::Delete { id, revision: seen.user.revision, index };
            commit.audit = vec![audit_row(
                self,
                seen.now,
                entry(Event::UserDeleted, Rule::Request, Some(id), &cx.actor),
            )];
            match self.store.commit(commit).await {
                Ok(()) => {
                    self.cache.forget(id);
                    return Ok(());
                }
                Err(CommitError::Conflict) if expected.is_some() => return Err(DeleteError::StaleVersion),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Exhausted(budget)) => return Err(exhausted(&budget).into()),
                Err(CommitError::Fault(fault)) => return Err(Failure::Store(fault).into()),
                Err(_) => return Err(Failure::Busy.into()),
            }
        }
    }
}
