//! A user is deleted, with everything that hangs on him (SCIM-45).

use countersign_domain::UserId;
use countersign_domain::audit::{Event, Rule};
use countersign_store::{Commit, CommitError, IndexDiff, UserStep};

use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};

impl App {
    /// Deletes the user. `Ok(None)`: no such user; `Ok(Some(false))`: `If-Match` named another version.
    pub async fn delete_user(
        &self,
        cx: &Context,
        id: UserId,
        expected: Option<&[u64]>,
    ) -> Result<Option<bool>, Failure> {
        let _turn = self.turns.of(id).await;
        let mut tries = Tries::new(&self.entropy);
        loop {
            let Some(seen) = self.snapshot(cx, id).await? else { return Ok(None) };
            if expected.is_some_and(|versions| !versions.contains(&seen.user.version)) {
                return Ok(Some(false));
            }
            let mut commit = Commit::new(self.operation(seen.now), cx.tenant.clone(), seen.now);
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
                    return Ok(Some(true));
                }
                Err(CommitError::Conflict) if expected.is_some() => return Ok(Some(false)),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Fault(fault)) => return Err(fault.into()),
                Err(_) => return Err(Failure::Busy),
            }
        }
    }
}
