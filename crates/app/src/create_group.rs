//! A group is created, with its first members.

use countersign_domain::audit::{Event, Rule};
use countersign_domain::groups::{ExternalId, Group};
use countersign_domain::{Entropy as _, GroupId, Refusal};
use countersign_scim::group::GroupWrite;
use countersign_scim::{ScimError, ScimType};
use countersign_store::{Commit, CommitError, GroupStep, NewGroup};

use crate::app::App;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};
use crate::profile_update::exhausted;
use crate::spending;

/// Why a group was not created or changed.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// No such group.
    #[error("no such group")]
    NoSuchGroup,
    /// The request asks for what cannot be: a member who is nobody, a group within itself, a name that is none.
    #[error("the request does not fit the group")]
    Edit(#[from] ScimError),
    /// `If-Match` named another version.
    #[error("the resource has changed since it was read")]
    StaleVersion,
    /// Another group has the name.
    #[error("the name belongs to another group")]
    NameTaken,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl GroupError {
    /// What a refused commit means for the request it came from.
    pub(crate) fn of_commit(error: CommitError, write: &GroupWrite) -> Self {
        match error {
            CommitError::Conflict => Failure::Busy.into(),
            CommitError::Taken(_) => Self::NameTaken,
            CommitError::Member(refused) => Self::Edit(write.refused(refused)),
            CommitError::Exhausted(budget) => exhausted(&budget).into(),
            CommitError::Fault(fault) => Failure::Store(fault).into(),
        }
    }
}

impl App {
    /// Creates a group. Its members exist, and its name is nobody else's where names are unique, or nothing happens.
    pub async fn create_group(&self, cx: &Context, write: &GroupWrite) -> Result<Group, GroupError> {
        let now = self.store.now().await.map_err(Failure::from)?;
        let id = GroupId::new(self.entropy.clone().id(now));
        let mut commit = self.group_commit(cx, now);
        let name = write
            .name
            .clone()
            .ok_or_else(|| ScimError::new(ScimType::InvalidValue, "displayName is required."))?;
        let members = write.members.wanted().to_vec();
        let mut row = entry(Event::GroupCreated, Rule::Request, None, &cx.actor);
        row.group = Some(id);
        row.detail = Some(write.members.words());
        commit.audit.push(audit_row(self, now, row));
        commit.group = GroupStep::Insert(Box::new(NewGroup {
            id,
            name,
            is_name_unique: self.file.unique_group_names,
            external_id: match &write.external_id {
                ExternalId::Set(external) => Some(external.clone()),
                ExternalId::Keep | ExternalId::Clear => None,
            },
            members,
        }));
        self.store.commit(commit).await.map_err(|error| GroupError::of_commit(error, write))?;
        let group = self.store.group(&cx.tenant, id).await.map_err(Failure::from)?;
        group.ok_or(GroupError::NoSuchGroup)
    }

    /// A commit about a group, which counts as a write of the caller's.
    pub(crate) fn group_commit(&self, cx: &Context, now: countersign_domain::Timestamp) -> Commit {
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        commit.spends.extend(spending::write(cx.actor.requester.subject, &self.file.base.limits));
        commit
    }
}
