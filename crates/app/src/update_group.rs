//! A group is changed: its name, its external id, and who comes and goes.

use countersign_domain::audit::{Event, Rule};
use countersign_domain::groups::{ExternalId, Group, Member, MemberChange};
use countersign_domain::{GroupId, Timestamp};
use countersign_scim::ScimError;
use countersign_scim::group::GroupWrite;
use countersign_store::{AuditRow, CommitError, GroupStep, GroupUpdate};

use crate::app::App;
use crate::attempt::Tries;
use crate::create_group::GroupError;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};

impl App {
    /// Changes the group `id` to what `edit` makes of it. `expected` are the versions `If-Match` allows; without them
    /// nothing that others do at the same time is in the way. `edit` is handed the members only if it `needs_members`:
    /// reading them costs what they are many (SCIM-98).
    pub async fn update_group(
        &self,
        cx: &Context,
        id: GroupId,
        expected: Option<&[u64]>,
        needs_members: bool,
        edit: impl Fn(&[Member]) -> Result<GroupWrite, ScimError>,
    ) -> Result<Group, GroupError> {
        let mut tries = Tries::new(&self.entropy);
        loop {
            let seen = self.group_seen(cx, id).await?;
            if expected.is_some_and(|versions| !versions.contains(&seen.version)) {
                return Err(GroupError::StaleVersion);
            }
            let held = if needs_members { self.all_members(cx, id).await? } else { Vec::new() };
            let write = edit(&held)?;
            if asks_for_nothing(&seen, &write) {
                return Ok(seen);
            }
            let now = self.store.now().await.map_err(Failure::from)?;
            let mut commit = self.group_commit(cx, now);
            commit.audit.push(self.group_row(cx, now, &seen, &write));
            commit.group = GroupStep::Update(Box::new(GroupUpdate {
                id,
                revision: expected.map(|_| seen.revision),
                name: write.name.clone(),
                is_name_unique: self.file.unique_group_names,
                external_id: write.external_id.clone(),
                members: write.members.clone(),
            }));
            match self.store.commit(commit).await {
                Ok(()) => return self.group_seen(cx, id).await,
                Err(CommitError::Conflict) if expected.is_some() => return Err(GroupError::StaleVersion),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(error) => return Err(GroupError::of_commit(error, &write)),
            }
        }
    }

    async fn group_seen(&self, cx: &Context, id: GroupId) -> Result<Group, GroupError> {
        let seen = self.store.group(&cx.tenant, id).await.map_err(Failure::from)?;
        seen.ok_or(GroupError::NoSuchGroup)
    }

    async fn all_members(&self, cx: &Context, id: GroupId) -> Result<Vec<Member>, Failure> {
        let members = self.store.members_of(&cx.tenant, &[id], true, u64::MAX).await?;
        Ok(members.into_iter().map(|(_, member)| member).collect())
    }

    /// One row for the commit: what was asked for, by id; names of people are not in it.
    fn group_row(&self, cx: &Context, now: Timestamp, seen: &Group, write: &GroupWrite) -> AuditRow {
        let event =
            if write.members == MemberChange::Keep { Event::GroupUpdated } else { Event::MembersChanged };
        let mut said = Vec::new();
        if write.name.as_ref().is_some_and(|name| *name != seen.name) {
            said.push("renamed".to_owned());
        }
        if write.external_id != ExternalId::Keep {
            said.push("externalId written".to_owned());
        }
        if write.members != MemberChange::Keep {
            said.push(write.members.words());
        }
        let mut row = entry(event, Rule::Request, None, &cx.actor);
        row.group = Some(seen.id);
        row.detail = Some(said.join("; "));
        audit_row(self, now, row)
    }
}

/// Whether the group is already what is asked for, as far as that can be told without its members.
fn asks_for_nothing(seen: &Group, write: &GroupWrite) -> bool {
    let keeps_external = match &write.external_id {
        ExternalId::Keep => true,
        ExternalId::Set(external) => seen.external_id.as_ref() == Some(external),
        ExternalId::Clear => seen.external_id.is_none(),
    };
    keeps_external
        && write.members == MemberChange::Keep
        && write.name.as_ref().is_none_or(|name| *name == seen.name)
}
