//! Which groups match: indexed equalities, intersected, or everybody in an order an index has.

use std::collections::BTreeSet;

use countersign_domain::TenantId;
use countersign_domain::groups::Group;
use rusqlite::{Connection, Params, params};

use super::row::{count, stored_count};
use super::{SqliteStore, group, statement};
use crate::{GroupOrder, GroupPage, GroupQuery, GroupTerm, StoreError};

impl SqliteStore {
    pub(crate) async fn groups(&self, tenant: &TenantId, query: GroupQuery) -> Result<GroupPage, StoreError> {
        let tenant = tenant.clone();
        self.readers
            .scan(move |db| {
                if query.terms.is_empty() { all(db, &tenant, &query) } else { matching(db, &tenant, &query) }
            })
            .await
    }
}

/// A page of all groups, cut on a narrow index.
fn all(db: &Connection, tenant: &TenantId, query: &GroupQuery) -> Result<GroupPage, StoreError> {
    let total: i64 =
        db.prepare_cached(statement::GROUP_COUNT)?.query_row([tenant.as_str()], |row| row.get(0))?;
    let sql = match query.order {
        GroupOrder::Created => statement::GROUP_PAGE,
        GroupOrder::Name => statement::GROUP_PAGE_BY_NAME,
        GroupOrder::NameDescending => statement::GROUP_PAGE_BY_NAME_DESCENDING,
    };
    let window = params![tenant.as_str(), stored_count(query.limit), stored_count(query.offset)];
    let keys = keys(db, sql, window)?;
    Ok(GroupPage { total: count(total), groups: read(db, tenant, keys)? })
}

/// A page of those that every term finds.
fn matching(db: &Connection, tenant: &TenantId, query: &GroupQuery) -> Result<GroupPage, StoreError> {
    let mut found: Option<BTreeSet<i64>> = None;
    for term in &query.terms {
        let these: BTreeSet<i64> = keys_of(db, tenant, term)?.into_iter().collect();
        found = Some(match found {
            None => these,
            Some(those) => those.intersection(&these).copied().collect(),
        });
    }
    let found = found.unwrap_or_default();
    let total = found.len() as u64;
    let (offset, limit) = (usize::try_from(query.offset), usize::try_from(query.limit));
    let window = |groups: Vec<Group>| -> Vec<Group> {
        let rest = groups.into_iter().skip(offset.unwrap_or(usize::MAX));
        rest.take(limit.unwrap_or(usize::MAX)).collect()
    };
    if query.limit == 0 {
        return Ok(GroupPage { total, groups: Vec::new() });
    }
    if query.order == GroupOrder::Created {
        let page = found.into_iter().skip(offset.unwrap_or(usize::MAX)).take(limit.unwrap_or(usize::MAX));
        return Ok(GroupPage { total, groups: read(db, tenant, page.collect())? });
    }
    let mut groups = read(db, tenant, found.into_iter().collect())?;
    groups.sort_by_cached_key(|group| group.name.key());
    if query.order == GroupOrder::NameDescending {
        groups.reverse();
    }
    Ok(GroupPage { total, groups: window(groups) })
}

fn keys_of(db: &Connection, tenant: &TenantId, term: &GroupTerm) -> Result<Vec<i64>, StoreError> {
    let tenant = tenant.as_str();
    match term {
        GroupTerm::Id(id) => keys(db, statement::GROUP_PK, params![tenant, id.uuid().into_bytes()]),
        GroupTerm::Name(key) => keys(db, statement::GROUP_PKS_BY_NAME, params![tenant, key]),
        GroupTerm::ExternalId(text) => keys(db, statement::GROUP_PKS_BY_EXTERNAL, params![tenant, text]),
        GroupTerm::Member(member) => {
            let with = params![tenant, member.uuid().into_bytes()];
            let mut found = keys(db, statement::GROUP_PKS_BY_USER, with)?;
            found.extend(keys(db, statement::GROUP_PKS_BY_SUBGROUP, with)?);
            Ok(found)
        }
        GroupTerm::Nothing => Ok(Vec::new()),
    }
}

fn keys(db: &Connection, sql: &str, with: impl Params) -> Result<Vec<i64>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(with, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(db: &Connection, tenant: &TenantId, keys: Vec<i64>) -> Result<Vec<Group>, StoreError> {
    let mut statement = db.prepare_cached(statement::GROUP_BY_PK)?;
    keys.into_iter()
        .map(|key| {
            statement.query_row(params![tenant.as_str(), key], |row| Ok(group::from_row(tenant, row)))?
        })
        .collect()
}
