//! Which groups match, page by page ([`crate::group_search`] says by which way).

use std::collections::BTreeSet;

use countersign_domain::groups::Group;
use countersign_domain::{GroupId, TenantId};
use rusqlite::{Connection, Params, params};

use super::row::{count, stored_count};
use super::{SqliteStore, group, statement};
use crate::group_search::{By, GroupSearch, MEMBERS_MAX, MembersOf, Term, Way, by_group, within_bounds};
use crate::{CANDIDATES_MAX, GroupPage, GroupQuery, Members, SearchError, Spot, StoreError};

impl SqliteStore {
    pub(crate) async fn groups(
        &self,
        tenant: &TenantId,
        query: GroupQuery,
    ) -> Result<GroupPage, SearchError> {
        let (tenant, search) = (tenant.clone(), GroupSearch::new(&query));
        let found = self.readers.scan(move |db| match find(db, &tenant, &search) {
            Err(SearchError::Fault(fault)) => Err(fault),
            answered => Ok(answered),
        });
        found.await?
    }
}

/// At one moment: the scan's transaction.
fn find(db: &Connection, tenant: &TenantId, search: &GroupSearch) -> Result<GroupPage, SearchError> {
    match search.way() {
        Way::Walk => Ok(walk(db, tenant, search)?),
        Way::Numbers => {
            let spot = |number| Spot { key: String::new(), number };
            let found = matching(db, tenant, &search.terms)?.into_iter().map(spot).collect();
            let (total, cut) = search.paging.among(found);
            let groups = read(db, tenant, &cut.numbers)?;
            Ok(search.page(total, cut, groups))
        }
        Way::Select => select(db, tenant, search),
    }
}

/// A page of all groups, cut on a narrow index.
fn walk(db: &Connection, tenant: &TenantId, search: &GroupSearch) -> Result<GroupPage, StoreError> {
    let total: i64 =
        db.prepare_cached(statement::GROUP_COUNT)?.query_row([tenant.as_str()], |row| row.get(0))?;
    let total = count(total);
    let numbers = if search.paging.is_beyond(total) { Vec::new() } else { window(db, tenant, search)? };
    let cut = search.paging.cut(numbers);
    let groups = read(db, tenant, &cut.numbers)?;
    Ok(search.page(total, cut, groups))
}

fn window(db: &Connection, tenant: &TenantId, search: &GroupSearch) -> Result<Vec<i64>, StoreError> {
    let (paging, tenant) = (&search.paging, tenant.as_str());
    let (window, limit) = (paging.window(), stored_count(paging.window_size()));
    let is_by_name = search.by == By::Name;
    let Some(Spot { key, number }) = window.behind else {
        let sql = match (is_by_name, paging.is_descending) {
            (false, _) => statement::GROUP_PAGE,
            (true, false) => statement::GROUP_PAGE_BY_NAME,
            (true, true) => statement::GROUP_PAGE_BY_NAME_DESCENDING,
        };
        return keys(db, sql, params![tenant, limit, stored_count(window.skip)]);
    };
    match (is_by_name, paging.is_descending) {
        (false, false) => keys(db, statement::GROUP_PAGE_AFTER, params![tenant, limit, number]),
        (false, true) => keys(db, statement::GROUP_PAGE_BEFORE, params![tenant, limit, number]),
        (true, false) => keys(db, statement::GROUP_PAGE_AFTER_NAME, params![tenant, limit, number, key]),
        (true, true) => keys(db, statement::GROUP_PAGE_BEFORE_NAME, params![tenant, limit, number, key]),
    }
}

/// The page by looking at every candidate.
fn select(db: &Connection, tenant: &TenantId, search: &GroupSearch) -> Result<GroupPage, SearchError> {
    let numbers = if search.terms.is_empty() {
        let limit = stored_count(CANDIDATES_MAX + 1);
        keys(db, statement::GROUP_PAGE, params![tenant.as_str(), limit, 0])?
    } else {
        matching(db, tenant, &search.terms)?.into_iter().collect()
    };
    within_bounds(numbers.len() as u64)?;
    let candidates = read(db, tenant, &numbers)?;
    let members = members(db, tenant, &candidates, search.members())?;
    search.select(candidates, &members)
}

fn members(
    db: &Connection,
    tenant: &TenantId,
    candidates: &[(i64, Group)],
    wanted: Members,
) -> Result<MembersOf, SearchError> {
    if wanted == Members::Unseen {
        return Ok(MembersOf::new());
    }
    let ids: Vec<GroupId> = candidates.iter().map(|(_, group)| group.id).collect();
    by_group(group::members(db, tenant, &ids, wanted == Members::Named, MEMBERS_MAX + 1)?)
}

/// The numbers of the groups that every term finds.
fn matching(db: &Connection, tenant: &TenantId, terms: &[Term]) -> Result<BTreeSet<i64>, StoreError> {
    let mut found: Option<BTreeSet<i64>> = None;
    for term in terms {
        let these: BTreeSet<i64> = keys_of(db, tenant, term)?.into_iter().collect();
        found = Some(match found {
            None => these,
            Some(those) => those.intersection(&these).copied().collect(),
        });
    }
    Ok(found.unwrap_or_default())
}

fn keys_of(db: &Connection, tenant: &TenantId, term: &Term) -> Result<Vec<i64>, StoreError> {
    let tenant = tenant.as_str();
    match term {
        Term::Id(id) => keys(db, statement::GROUP_PK, params![tenant, id.uuid().into_bytes()]),
        Term::Name(key) => keys(db, statement::GROUP_PKS_BY_NAME, params![tenant, key]),
        Term::ExternalId(text) => keys(db, statement::GROUP_PKS_BY_EXTERNAL, params![tenant, text]),
        Term::Member(member) => {
            let with = params![tenant, member.uuid().into_bytes()];
            let mut found = keys(db, statement::GROUP_PKS_BY_USER, with)?;
            found.extend(keys(db, statement::GROUP_PKS_BY_SUBGROUP, with)?);
            Ok(found)
        }
        Term::Nothing => Ok(Vec::new()),
    }
}

fn keys(db: &Connection, sql: &str, with: impl Params) -> Result<Vec<i64>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(with, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// These groups, with their numbers.
fn read(db: &Connection, tenant: &TenantId, numbers: &[i64]) -> Result<Vec<(i64, Group)>, StoreError> {
    let mut statement = db.prepare_cached(statement::GROUP_BY_PK)?;
    let one = |number: &i64| {
        let with = params![tenant.as_str(), number];
        Ok((*number, statement.query_row(with, |row| Ok(group::from_row(tenant, row)))??))
    };
    numbers.iter().map(one).collect()
}
