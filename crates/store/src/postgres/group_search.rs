//! Which groups match, page by page ([`crate::group_search`] says by which way).

use std::collections::BTreeSet;

use countersign_domain::groups::Group;
use countersign_domain::{GroupId, TenantId};
use tokio_postgres::Row;

use super::group::read_group;
use super::row::{cell, count, stored_count, text};
use super::{PostgresStore, statement};
use crate::group_search::{By, GroupSearch, MEMBERS_MAX, MembersOf, Term, Way, by_group, within_bounds};
use crate::{CANDIDATES_MAX, GroupPage, GroupQuery, Members, SearchError, Spot, StoreError};

impl PostgresStore {
    pub(crate) async fn groups(
        &self,
        tenant: &TenantId,
        query: GroupQuery,
    ) -> Result<GroupPage, SearchError> {
        let search = GroupSearch::new(&query);
        match search.way() {
            Way::Walk => Ok(self.walk_groups(tenant, &search).await?),
            Way::Numbers => {
                let spot = |number| Spot { key: String::new(), number };
                let found = self.matching(tenant, &search.terms).await?.into_iter().map(spot).collect();
                let (total, cut) = search.paging.among(found);
                let groups = self.of_numbers(tenant, &cut.numbers).await?;
                Ok(search.page(total, cut, groups))
            }
            Way::Select => self.select_groups(tenant, &search).await,
        }
    }

    /// A page of all groups, cut on a narrow index.
    async fn walk_groups(&self, tenant: &TenantId, search: &GroupSearch) -> Result<GroupPage, StoreError> {
        let total = count(&self.one(statement::GROUP_COUNT, &[&tenant.as_str()]).await?, "total")?;
        let rows = if search.paging.is_beyond(total) {
            Vec::new()
        } else {
            self.group_window(tenant, search).await?
        };
        let found = rows.iter().map(|row| numbered(row, tenant)).collect::<Result<Vec<_>, _>>()?;
        let cut = search.paging.cut(found.iter().map(|(number, _)| *number).collect());
        Ok(search.page(total, cut, found))
    }

    async fn group_window(&self, tenant: &TenantId, search: &GroupSearch) -> Result<Vec<Row>, StoreError> {
        let (paging, tenant) = (&search.paging, tenant.as_str());
        let (window, limit) = (paging.window(), stored_count(paging.window_size()));
        let is_by_name = search.by == By::Name;
        let Some(Spot { key, number }) = window.behind else {
            let sql = match (is_by_name, paging.is_descending) {
                (false, _) => statement::GROUP_PAGE,
                (true, false) => statement::GROUP_PAGE_BY_NAME,
                (true, true) => statement::GROUP_PAGE_BY_NAME_DESCENDING,
            };
            return self.rows(sql, &[&tenant, &limit, &stored_count(window.skip)]).await;
        };
        let sql = match (is_by_name, paging.is_descending) {
            (false, false) => statement::GROUP_PAGE_AFTER,
            (false, true) => statement::GROUP_PAGE_BEFORE,
            (true, false) => statement::GROUP_PAGE_AFTER_NAME,
            (true, true) => statement::GROUP_PAGE_BEFORE_NAME,
        };
        if is_by_name {
            self.rows(sql, &[&tenant, &limit, &number, &text(&key)]).await
        } else {
            self.rows(sql, &[&tenant, &limit, &number]).await
        }
    }

    /// The page by looking at every candidate.
    async fn select_groups(&self, tenant: &TenantId, search: &GroupSearch) -> Result<GroupPage, SearchError> {
        let candidates = if search.terms.is_empty() {
            let limit = stored_count(CANDIDATES_MAX + 1);
            let rows = self.rows(statement::GROUP_PAGE, &[&tenant.as_str(), &limit, &0_i64]).await?;
            rows.iter().map(|row| numbered(row, tenant)).collect::<Result<_, _>>()?
        } else {
            let numbers: Vec<i64> = self.matching(tenant, &search.terms).await?.into_iter().collect();
            within_bounds(numbers.len() as u64)?;
            self.of_numbers(tenant, &numbers).await?
        };
        within_bounds(candidates.len() as u64)?;
        let members = self.members_judged(tenant, &candidates, search.members()).await?;
        search.select(candidates, &members)
    }

    async fn members_judged(
        &self,
        tenant: &TenantId,
        candidates: &[(i64, Group)],
        wanted: Members,
    ) -> Result<MembersOf, SearchError> {
        if wanted == Members::Unseen {
            return Ok(MembersOf::new());
        }
        let ids: Vec<GroupId> = candidates.iter().map(|(_, group)| group.id).collect();
        by_group(self.members_of(tenant, &ids, wanted == Members::Named, MEMBERS_MAX + 1).await?)
    }

    /// The numbers of the groups that every term finds.
    async fn matching(&self, tenant: &TenantId, terms: &[Term]) -> Result<BTreeSet<i64>, StoreError> {
        let mut found: Option<BTreeSet<i64>> = None;
        for term in terms {
            let these = self.keys_of(tenant, term).await?;
            found = Some(match found {
                None => these,
                Some(those) => those.intersection(&these).copied().collect(),
            });
        }
        Ok(found.unwrap_or_default())
    }

    async fn keys_of(&self, tenant: &TenantId, term: &Term) -> Result<BTreeSet<i64>, StoreError> {
        let tenant = tenant.as_str();
        let rows = match term {
            Term::Id(id) => self.rows(statement::GROUP_SEQ, &[&tenant, &id.uuid()]).await?,
            Term::Name(key) => self.rows(statement::GROUP_SEQS_BY_NAME, &[&tenant, &text(key)]).await?,
            Term::ExternalId(external) => {
                self.rows(statement::GROUP_SEQS_BY_EXTERNAL, &[&tenant, &text(external)]).await?
            }
            Term::Member(member) => {
                self.rows(statement::GROUP_SEQS_BY_MEMBER, &[&tenant, &member.uuid()]).await?
            }
            Term::Nothing => Vec::new(),
        };
        rows.iter().map(|row| cell(row, "seq")).collect()
    }

    /// Those of these groups that are still there.
    async fn of_numbers(&self, tenant: &TenantId, numbers: &[i64]) -> Result<Vec<(i64, Group)>, StoreError> {
        let rows = self.rows(statement::GROUPS_BY_SEQ, &[&tenant.as_str(), &numbers]).await?;
        rows.iter().map(|row| numbered(row, tenant)).collect()
    }
}

fn numbered(row: &Row, tenant: &TenantId) -> Result<(i64, Group), StoreError> {
    Ok((cell(row, "number")?, read_group(row, tenant)?))
}
