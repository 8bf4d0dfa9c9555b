//! Groups and their members: what is read of them, and how a commit writes them.

use countersign_domain::groups::{
    ExternalId, Group, GroupName, Member, MemberChange, MemberKind, Membership,
};
use countersign_domain::{GroupId, MemberId, TenantId, UserId};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::PostgresStore;
use super::flight::{Step, Told, told};
use super::row::{cell, count, micros, read_document, stored_count, text, time};
use super::statement;
use crate::{Commit, GroupStep, GroupUpdate, NewGroup, StoreError};

impl PostgresStore {
    pub(crate) async fn group(&self, tenant: &TenantId, group: GroupId) -> Result<Option<Group>, StoreError> {
        let row = self.row(statement::GROUP, &[&tenant.as_str(), &group.uuid()]).await?;
        row.map(|row| read_group(&row, tenant)).transpose()
    }

    pub(crate) async fn members_of(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        named: bool,
        limit: u64,
    ) -> Result<Vec<(GroupId, Member)>, StoreError> {
        let sql = if named { statement::MEMBERS_NAMED } else { statement::MEMBERS };
        let groups: Vec<Uuid> = groups.iter().map(|group| group.uuid()).collect();
        let rows = self.rows(sql, &[&tenant.as_str(), &groups, &stored_count(limit)]).await?;
        rows.iter().map(read_member).collect()
    }

    pub(crate) async fn members_page(
        &self,
        tenant: &TenantId,
        group: GroupId,
        after: Option<MemberId>,
        limit: u64,
    ) -> Result<Vec<Member>, StoreError> {
        let after = after.map_or(Uuid::nil(), MemberId::uuid);
        let place: [&(dyn ToSql + Sync); 4] = [&tenant.as_str(), &group.uuid(), &after, &stored_count(limit)];
        let rows = self.rows(statement::MEMBERS_PAGE, &place).await?;
        rows.iter().map(|row| Ok(read_member(row)?.1)).collect()
    }

    pub(crate) async fn member_counts(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        most: u64,
    ) -> Result<Vec<(GroupId, u64)>, StoreError> {
        let groups: Vec<Uuid> = groups.iter().map(|group| group.uuid()).collect();
        let of: [&(dyn ToSql + Sync); 3] = [&tenant.as_str(), &groups, &stored_count(most)];
        let rows = self.rows(statement::MEMBER_COUNTS, &of).await?;
        rows.iter().map(|row| Ok((GroupId::new(cell(row, "group_id")?), count(row, "members")?))).collect()
    }
}

/// A group from the columns every statement that reads one names alike.
pub(super) fn read_group(row: &Row, tenant: &TenantId) -> Result<Group, StoreError> {
    Ok(Group {
        tenant: tenant.clone(),
        id: GroupId::new(cell(row, "id")?),
        name: GroupName::stored(cell(row, "name")?),
        external_id: cell(row, "external_id")?,
        revision: count(row, "revision")?,
        version: count(row, "version")?,
        created: time(row, "created_at")?,
        last_modified: time(row, "modified_at")?,
    })
}

fn read_member(row: &Row) -> Result<(GroupId, Member), StoreError> {
    let kind = if cell(row, "is_group")? { MemberKind::Group } else { MemberKind::User };
    let member = Member { id: MemberId::new(cell(row, "member_id")?), kind, display: cell(row, "display")? };
    Ok((GroupId::new(cell(row, "group_id")?), member))
}

/// The groups a user is in, from the column that stands beside him.
pub(super) fn read_memberships(row: &Row) -> Result<Vec<Membership>, StoreError> {
    let Some(held) = cell::<Option<&str>>(row, "groups")? else { return Ok(Vec::new()) };
    let held: Vec<(Uuid, String, bool)> = read_document(held)?;
    let membership = |(group, name, is_direct)| Membership { group: GroupId::new(group), name, is_direct };
    Ok(held.into_iter().map(membership).collect())
}

/// What a commit does to a group. Every flight locks the group first, and two about one group follow each other.
pub(super) fn steps(commit: &Commit) -> Vec<Step> {
    match &commit.group {
        GroupStep::Untouched => Vec::new(),
        GroupStep::Insert(new) => insert(commit, new),
        GroupStep::Update(group) => update(commit, group),
        GroupStep::Delete { id, revision } => {
            let revision = revision.map(stored_count);
            vec![
                Step::new(statement::GROUP_HOLD_WHOLE, told![tenant(commit), id.uuid(), revision]),
                Step::new(
                    statement::GROUPS_OF_GROUP_TOUCH,
                    told![tenant(commit), id.uuid(), micros(commit.at)],
                ),
                Step::new(statement::GROUP_DELETE, told![tenant(commit), id.uuid()]),
            ]
        }
    }
}

/// Somebody is about to be deleted: the groups he is in change.
pub(super) fn touch_groups_of_user(commit: &Commit, user: UserId) -> Step {
    Step::new(statement::GROUPS_OF_USER_TOUCH, told![tenant(commit), user.uuid(), micros(commit.at)])
}

/// Nobody can be in a loop with a group that nobody knows yet.
fn insert(commit: &Commit, new: &NewGroup) -> Vec<Step> {
    let mut steps = Vec::new();
    let key = text(&new.name.key());
    if new.is_name_unique {
        steps.push(still_free(commit, new.id, &new.name));
    }
    steps.push(Step::new(
        statement::GROUP_INSERT,
        told![
            tenant(commit),
            new.id.uuid(),
            text(new.name.as_str()),
            key.clone(),
            new.is_name_unique.then_some(key),
            new.external_id.as_deref().map(text),
            micros(commit.at),
        ],
    ));
    if !new.members.is_empty() {
        let members = uuids(&new.members);
        steps.push(Step::new(statement::MEMBERS_ARE_KNOWN, told![tenant(commit), members.clone()]));
        steps.push(Step::new(statement::MEMBERS_ADD, told![tenant(commit), new.id.uuid(), members]));
    }
    steps
}

fn update(commit: &Commit, group: &GroupUpdate) -> Vec<Step> {
    let revision = group.revision.map(stored_count);
    let mut steps = vec![Step::new(statement::GROUP_HOLD, told![tenant(commit), group.id.uuid(), revision])];
    if let Some(name) = group.name.as_ref().filter(|_| group.is_name_unique) {
        steps.push(still_free(commit, group.id, name));
    }
    let wanted = group.members.wanted();
    if !wanted.is_empty() {
        let members = uuids(wanted);
        steps.push(Step::new(statement::MEMBERS_ARE_KNOWN, told![tenant(commit), members.clone()]));
        steps.push(Step::new(statement::NESTING_LOCK, told![tenant(commit), members.clone()]));
        steps.push(Step::new(statement::NO_LOOP, told![tenant(commit), group.id.uuid(), members]));
    }
    let (sql, going) = match &group.members {
        MemberChange::Replace(_) => (statement::GROUP_REPLACE, None),
        MemberChange::Delta { remove, .. } => (statement::GROUP_WRITE, Some(uuids(remove))),
        MemberChange::Keep => (statement::GROUP_WRITE, Some(Vec::new())),
    };
    let mut told = written(commit, group);
    if let Some(going) = going {
        told.push(Box::new(going));
    }
    steps.push(Step::new(sql, told));
    steps
}

/// What both ways of writing a group are told.
fn written(commit: &Commit, group: &GroupUpdate) -> Vec<Told> {
    let key = group.name.as_ref().map(|name| text(&name.key()));
    let (says_external, external_id) = match &group.external_id {
        ExternalId::Keep => (false, None),
        ExternalId::Set(external) => (true, Some(text(external))),
        ExternalId::Clear => (true, None),
    };
    told![
        tenant(commit),
        group.id.uuid(),
        micros(commit.at),
        group.name.as_ref().map(|name| text(name.as_str())),
        key.clone(),
        key.filter(|_| group.is_name_unique),
        says_external,
        external_id,
        uuids(group.members.wanted()),
    ]
}

/// No other group has the name, whether it claims it or not; of two that claim it at once, the index lets one.
fn still_free(commit: &Commit, group: GroupId, name: &GroupName) -> Step {
    Step::new(statement::GROUP_NAME_IS_FREE, told![tenant(commit), text(&name.key()), group.uuid()])
}

fn tenant(commit: &Commit) -> String {
    commit.tenant.as_str().to_owned()
}

fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.uuid()).collect()
}
