//! Which groups match: indexed equalities, intersected, or everybody in an order an index has.

use std::collections::BTreeSet;

use countersign_domain::TenantId;
use countersign_domain::groups::Group;

use super::group::read_group;
use super::row::{cell, count, stored_count, text};
use super::{PostgresStore, statement};
use crate::{GroupOrder, GroupPage, GroupQuery, GroupTerm, StoreError};

impl PostgresStore {
    pub(crate) async fn groups(&self, tenant: &TenantId, query: GroupQuery) -> Result<GroupPage, StoreError> {
        if query.terms.is_empty() {
            self.all(tenant, &query).await
        } else {
            self.matching(tenant, &query).await
        }
    }

    /// A page of all groups, cut on a narrow index.
    async fn all(&self, tenant: &TenantId, query: &GroupQuery) -> Result<GroupPage, StoreError> {
        let total = count(&self.one(statement::GROUP_COUNT, &[&tenant.as_str()]).await?, "total")?;
        if query.limit == 0 || query.offset >= total {
            return Ok(GroupPage { total, groups: Vec::new() });
        }
        let sql = match query.order {
            GroupOrder::Created => statement::GROUP_PAGE,
            GroupOrder::Name => statement::GROUP_PAGE_BY_NAME,
            GroupOrder::NameDescending => statement::GROUP_PAGE_BY_NAME_DESCENDING,
        };
        let window = (stored_count(query.limit), stored_count(query.offset));
        let rows = self.rows(sql, &[&tenant.as_str(), &window.0, &window.1]).await?;
        let groups = rows.iter().map(|row| read_group(row, tenant)).collect::<Result<_, _>>()?;
        Ok(GroupPage { total, groups })
    }

    /// A page of those that every term finds.
    async fn matching(&self, tenant: &TenantId, query: &GroupQuery) -> Result<GroupPage, StoreError> {
        let mut found: Option<BTreeSet<i64>> = None;
        for term in &query.terms {
            let these = self.keys_of(tenant, term).await?;
            found = Some(match found {
                None => these,
                Some(those) => those.intersection(&these).copied().collect(),
            });
        }
        let found: Vec<i64> = found.unwrap_or_default().into_iter().collect();
        let total = found.len() as u64;
        if query.limit == 0 || query.offset >= total {
            return Ok(GroupPage { total, groups: Vec::new() });
        }
        let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        if query.order == GroupOrder::Created {
            let page = found.into_iter().skip(offset).take(limit).collect();
            return Ok(GroupPage { total, groups: self.of_keys(tenant, page).await? });
        }
        let mut groups = self.of_keys(tenant, found).await?;
        groups.sort_by_cached_key(|group| group.name.key());
        if query.order == GroupOrder::NameDescending {
            groups.reverse();
        }
        Ok(GroupPage { total, groups: groups.into_iter().skip(offset).take(limit).collect() })
    }

    async fn keys_of(&self, tenant: &TenantId, term: &GroupTerm) -> Result<BTreeSet<i64>, StoreError> {
        let tenant = tenant.as_str();
        let rows = match term {
            GroupTerm::Id(id) => self.rows(statement::GROUP_SEQ, &[&tenant, &id.uuid()]).await?,
            GroupTerm::Name(key) => self.rows(statement::GROUP_SEQS_BY_NAME, &[&tenant, &text(key)]).await?,
            GroupTerm::ExternalId(external) => {
                self.rows(statement::GROUP_SEQS_BY_EXTERNAL, &[&tenant, &text(external)]).await?
            }
            GroupTerm::Member(member) => {
                self.rows(statement::GROUP_SEQS_BY_MEMBER, &[&tenant, &member.uuid()]).await?
            }
            GroupTerm::Nothing => Vec::new(),
        };
        rows.iter().map(|row| cell(row, "seq")).collect()
    }

    async fn of_keys(&self, tenant: &TenantId, keys: Vec<i64>) -> Result<Vec<Group>, StoreError> {
        let rows = self.rows(statement::GROUPS_BY_SEQ, &[&tenant.as_str(), &keys]).await?;
        rows.iter().map(|row| read_group(row, tenant)).collect()
    }
}
