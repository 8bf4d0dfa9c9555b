//! A group and its members: what is read of them, and what a commit does to them.

use std::collections::BTreeSet;

use countersign_domain::groups::{
    ExternalId, Group, GroupName, Member, MemberChange, MemberKind, MemberRefusal, Membership, RefusedMember,
};
use countersign_domain::{GroupId, MemberId, TenantId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};
use uuid::Uuid;

use super::row::{at, count, id, micros, stored_count};
use super::{SqliteStore, statement};
use crate::{CommitError, GroupStep, GroupUpdate, NewGroup, StoreError, TakenClaim};

impl SqliteStore {
    pub(crate) fn group(&self, tenant: &TenantId, group: GroupId) -> Result<Option<Group>, StoreError> {
        self.readers.row(|db| {
            let mut statement = db.prepare_cached(statement::GROUP)?;
            let found = statement
                .query_row(params![tenant.as_str(), bytes(group.uuid())], |row| Ok(from_row(tenant, row)));
            found.optional()?.transpose()
        })
    }

    pub(crate) async fn members_of(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        named: bool,
        limit: u64,
    ) -> Result<Vec<(GroupId, Member)>, StoreError> {
        let (tenant, groups) = (tenant.clone(), groups.to_vec());
        self.readers.scan(move |db| members(db, &tenant, &groups, named, limit)).await
    }

    pub(crate) async fn members_page(
        &self,
        tenant: &TenantId,
        group: GroupId,
        after: Option<MemberId>,
        limit: u64,
    ) -> Result<Vec<Member>, StoreError> {
        let tenant = tenant.clone();
        let after = bytes(after.map_or(Uuid::nil(), MemberId::uuid));
        self.readers
            .scan(move |db| {
                let mut statement = db.prepare_cached(statement::MEMBERS_PAGE)?;
                let place = params![tenant.as_str(), bytes(group.uuid()), after, stored_count(limit)];
                let mut rows = statement.query(place)?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(member(row, true)?);
                }
                Ok(found)
            })
            .await
    }

    pub(crate) async fn member_counts(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        most: u64,
    ) -> Result<Vec<(GroupId, u64)>, StoreError> {
        let (tenant, groups) = (tenant.clone(), groups.to_vec());
        self.readers
            .scan(move |db| {
                let counted = groups.into_iter().map(|group| {
                    let of = params![tenant.as_str(), bytes(group.uuid()), stored_count(most)];
                    Ok((group, ids(db, statement::MEMBERS, of)?.len() as u64))
                });
                counted.collect()
            })
            .await
    }
}

/// A group from the columns every statement that reads one names alike.
pub(super) fn from_row(tenant: &TenantId, row: &Row<'_>) -> Result<Group, StoreError> {
    Ok(Group {
        tenant: tenant.clone(),
        id: GroupId::new(id(row, 0)?),
        name: GroupName::stored(row.get(1)?),
        external_id: row.get(2)?,
        revision: count(row.get(3)?),
        version: count(row.get(4)?),
        created: at(row, 5)?,
        last_modified: at(row, 6)?,
    })
}

/// The members of these groups, so many at most.
pub(super) fn members(
    db: &Connection,
    tenant: &TenantId,
    groups: &[GroupId],
    named: bool,
    limit: u64,
) -> Result<Vec<(GroupId, Member)>, StoreError> {
    let sql = if named { statement::MEMBERS_NAMED } else { statement::MEMBERS };
    let mut statement = db.prepare_cached(sql)?;
    let mut found = Vec::new();
    for group in groups {
        let left = limit.saturating_sub(found.len() as u64);
        let mut rows = statement.query(params![tenant.as_str(), bytes(group.uuid()), stored_count(left)])?;
        while let Some(row) = rows.next()? {
            found.push((*group, member(row, named)?));
        }
    }
    Ok(found)
}

fn member(row: &Row<'_>, named: bool) -> Result<Member, StoreError> {
    let kind = if row.get(1)? { MemberKind::Group } else { MemberKind::User };
    let display = if named { row.get(2)? } else { None };
    Ok(Member { id: MemberId::new(id(row, 0)?), kind, display })
}

/// The groups a user is in, by id: one probe for somebody who is in none.
pub(super) fn memberships(
    db: &Connection,
    tenant: &TenantId,
    user: UserId,
) -> Result<Vec<Membership>, StoreError> {
    let mut found = Vec::new();
    let mut direct = db.prepare_cached(statement::GROUPS_OF_USER)?;
    let mut rows = direct.query(params![tenant.as_str(), bytes(user.uuid())])?;
    while let Some(row) = rows.next()? {
        found.push(Membership { group: GroupId::new(id(row, 0)?), name: row.get(1)?, is_direct: true });
    }
    if found.is_empty() {
        return Ok(found);
    }
    let mut seen: BTreeSet<Uuid> = found.iter().map(|membership| membership.group.uuid()).collect();
    let mut rest: Vec<Uuid> = seen.iter().copied().collect();
    let mut above = db.prepare_cached(statement::GROUPS_OF_GROUP)?;
    while let Some(group) = rest.pop() {
        let mut rows = above.query(params![tenant.as_str(), bytes(group)])?;
        while let Some(row) = rows.next()? {
            let holder = id(row, 0)?;
            if seen.insert(holder) {
                rest.push(holder);
                let group = GroupId::new(holder);
                found.push(Membership { group, name: row.get(1)?, is_direct: false });
            }
        }
    }
    found.sort_by_key(|membership| membership.group);
    Ok(found)
}

/// Somebody is about to be deleted: the groups he is in change.
pub(super) fn touch_groups_of_user(
    db: &Connection,
    tenant: &TenantId,
    user: UserId,
    now: Timestamp,
) -> Result<(), CommitError> {
    let mut touch = db.prepare_cached(statement::GROUPS_OF_USER_TOUCH)?;
    touch.execute(params![tenant.as_str(), bytes(user.uuid()), micros(now)])?;
    Ok(())
}

/// What a commit does to a group.
pub(super) fn write(
    db: &Connection,
    tenant: &TenantId,
    step: &GroupStep,
    now: Timestamp,
) -> Result<(), CommitError> {
    match step {
        GroupStep::Untouched => Ok(()),
        GroupStep::Insert(new) => insert(db, tenant, new, now),
        GroupStep::Update(update) => self::update(db, tenant, update, now),
        GroupStep::Delete { id, revision } => {
            still_there(db, tenant, *id, *revision)?;
            let group = bytes(id.uuid());
            let mut touch = db.prepare_cached(statement::GROUPS_OF_GROUP_TOUCH)?;
            touch.execute(params![tenant.as_str(), group, micros(now)])?;
            db.prepare_cached(statement::GROUP_DELETE)?.execute(params![tenant.as_str(), group])?;
            Ok(())
        }
    }
}

fn insert(db: &Connection, tenant: &TenantId, new: &NewGroup, now: Timestamp) -> Result<(), CommitError> {
    if new.is_name_unique {
        still_free(db, tenant, new.id, &new.name)?;
    }
    let key = new.name.key();
    db.prepare_cached(statement::GROUP_INSERT)?.execute(params![
        tenant.as_str(),
        bytes(new.id.uuid()),
        new.name.as_str(),
        key,
        new.is_name_unique.then_some(key.as_str()),
        new.external_id,
        micros(now),
    ])?;
    admit(db, tenant, new.id, &new.members)?;
    Ok(())
}

fn update(
    db: &Connection,
    tenant: &TenantId,
    update: &GroupUpdate,
    now: Timestamp,
) -> Result<(), CommitError> {
    still_there(db, tenant, update.id, update.revision)?;
    if let Some(name) = update.name.as_ref().filter(|_| update.is_name_unique) {
        still_free(db, tenant, update.id, name)?;
    }
    let has_moved = match &update.members {
        MemberChange::Keep => false,
        MemberChange::Delta { add, remove } => {
            // Not short-circuited: who goes goes, whether or not anybody came.
            let came = admit(db, tenant, update.id, add)?;
            dismiss(db, tenant, update.id, remove)? || came
        }
        MemberChange::Replace(members) => {
            let came = admit(db, tenant, update.id, members)?;
            dismiss_others(db, tenant, update.id, members)? || came
        }
    };
    let name = update.name.as_ref();
    let key = name.map(GroupName::key);
    let (says_external, external_id) = match &update.external_id {
        ExternalId::Keep => (false, None),
        ExternalId::Set(external) => (true, Some(external.as_str())),
        ExternalId::Clear => (true, None),
    };
    db.prepare_cached(statement::GROUP_WRITE)?.execute(params![
        tenant.as_str(),
        bytes(update.id.uuid()),
        micros(now),
        has_moved,
        name.map(GroupName::as_str),
        key,
        key.as_deref().filter(|_| update.is_name_unique),
        says_external,
        external_id,
    ])?;
    Ok(())
}

/// The group is there, and at the revision somebody insists on.
fn still_there(
    db: &Connection,
    tenant: &TenantId,
    group: GroupId,
    revision: Option<u64>,
) -> Result<(), CommitError> {
    let mut read = db.prepare_cached(statement::GROUP_REVISION)?;
    let stands: Option<i64> =
        read.query_row(params![tenant.as_str(), bytes(group.uuid())], |row| row.get(0)).optional()?;
    let holds = stands.is_some_and(|stands| revision.is_none_or(|expected| stored_count(expected) == stands));
    if holds { Ok(()) } else { Err(CommitError::Conflict) }
}

/// No other group has the name, whether it claims it or not.
fn still_free(
    db: &Connection,
    tenant: &TenantId,
    group: GroupId,
    name: &GroupName,
) -> Result<(), CommitError> {
    let mut read = db.prepare_cached(statement::GROUP_OTHER_OF_NAME)?;
    let other =
        read.query_row(params![tenant.as_str(), name.key(), bytes(group.uuid())], |_| Ok(())).optional()?;
    other.map_or(Ok(()), |()| Err(CommitError::Taken(TakenClaim::GroupName)))
}

/// Takes these in; whether anybody was new. One is told from the other by id, so this reads nobody else.
fn admit(
    db: &Connection,
    tenant: &TenantId,
    group: GroupId,
    members: &[MemberId],
) -> Result<bool, CommitError> {
    let refused = |position, why| CommitError::Member(RefusedMember { position, why });
    let mut above = None;
    let mut came = false;
    let mut kind_of = db.prepare_cached(statement::MEMBER_KIND)?;
    let mut insert = db.prepare_cached(statement::MEMBER_ADD)?;
    for (position, member) in members.iter().enumerate() {
        let member = bytes(member.uuid());
        let kind = kind_of.query_row(params![tenant.as_str(), member], |row| row.get(0)).optional()?;
        let is_group: bool = kind.ok_or_else(|| refused(position, MemberRefusal::Unknown))?;
        if is_group {
            let above = match &mut above {
                Some(above) => above,
                none => none.insert(self_and_above(db, tenant, group)?),
            };
            if above.contains(&Uuid::from_bytes(member)) {
                return Err(refused(position, MemberRefusal::Loop));
            }
        }
        let (user, subgroup) = ((!is_group).then_some(member), is_group.then_some(member));
        let written =
            insert.execute(params![tenant.as_str(), bytes(group.uuid()), member, user, subgroup])?;
        came |= written == 1;
    }
    Ok(came)
}

fn dismiss(
    db: &Connection,
    tenant: &TenantId,
    group: GroupId,
    members: &[MemberId],
) -> Result<bool, CommitError> {
    let mut remove = db.prepare_cached(statement::MEMBER_REMOVE)?;
    let mut went = false;
    for member in members {
        let here = params![tenant.as_str(), bytes(group.uuid()), bytes(member.uuid())];
        went |= remove.execute(here)? == 1;
    }
    Ok(went)
}

/// All but these go: the one change that has to look at everybody, since everybody is what was named.
fn dismiss_others(
    db: &Connection,
    tenant: &TenantId,
    group: GroupId,
    staying: &[MemberId],
) -> Result<bool, CommitError> {
    let staying: BTreeSet<Uuid> = staying.iter().map(|member| member.uuid()).collect();
    let here = params![tenant.as_str(), bytes(group.uuid()), i64::MAX];
    let held = ids(db, statement::MEMBERS, here)?;
    let leaving: Vec<MemberId> =
        held.into_iter().filter(|member| !staying.contains(member)).map(MemberId::new).collect();
    dismiss(db, tenant, group, &leaving)
}

/// The group and every group it is in, however far up: none of them may come to be in it.
fn self_and_above(db: &Connection, tenant: &TenantId, group: GroupId) -> Result<BTreeSet<Uuid>, StoreError> {
    let mut seen = BTreeSet::from([group.uuid()]);
    let mut rest = vec![group.uuid()];
    while let Some(group) = rest.pop() {
        for holder in ids(db, statement::GROUPS_OF_GROUP, params![tenant.as_str(), bytes(group)])? {
            if seen.insert(holder) {
                rest.push(holder);
            }
        }
    }
    Ok(seen)
}

fn ids(db: &Connection, sql: &str, with: impl Params) -> Result<Vec<Uuid>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(with)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(id(row, 0)?);
    }
    Ok(found)
}

fn bytes(id: Uuid) -> [u8; 16] {
    id.into_bytes()
}

#[cfg(test)]
mod tests;
