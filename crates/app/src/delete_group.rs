//! A group is deleted; the people in it stay, and are in it no more (SCIM-45).

use countersign_domain::GroupId;
use countersign_domain::audit::{Event, Rule};
use countersign_store::{CommitError, GroupStep};

use crate::app::App;
use crate::attempt::Tries;
use crate::create_group::GroupError;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};
use crate::profile_update::exhausted;

impl App {
    /// Deletes the group. `expected` are the versions `If-Match` allows.
    pub async fn delete_group(
        &self,
        cx: &Context,
        id: GroupId,
        expected: Option<&[u64]>,
    ) -> Result<(), GroupError> {
        let mut tries = Tries::new(&self.entropy);
        loop {
            let seen = self.store.group(&cx.tenant, id).await.map_err(Failure::from)?;
            let seen = seen.ok_or(GroupError::NoSuchGroup)?;
            if expected.is_some_and(|versions| !versions.contains(&seen.version)) {
                return Err(GroupError::StaleVersion);
            }
            let now = self.store.now().await.map_err(Failure::from)?;
            let mut commit = self.group_commit(cx, now);
            let mut row = entry(Event::GroupDeleted, Rule::Request, None, &cx.actor);
            row.group = Some(id);
            commit.audit.push(audit_row(self, now, row));
            commit.group = GroupStep::Delete { id, revision: expected.map(|_| seen.revision) };
            match self.store.commit(commit).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict) if expected.is_some() => return Err(GroupError::StaleVersion),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Exhausted(budget)) => return Err(exhausted(&budget).into()),
                Err(CommitError::Fault(fault)) => return Err(Failure::Store(fault).into()),
                Err(_) => return Err(Failure::Busy.into()),
            }
        }
    }
}
