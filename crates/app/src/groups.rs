//! Groups are read and listed, and their members where somebody wants to see them.

use countersign_domain::GroupId;
use countersign_domain::groups::{Group, Member};
use countersign_store::{GroupOrder, GroupPage, GroupQuery, GroupTerm};

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;

/// Which part of a list is wanted: `startIndex` from 1, `count` already bounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// 1-based (RFC 7644 §3.4.2.4).
    pub start_index: u64,
    /// 0 only counts.
    pub count: u64,
}

/// How much of the members is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Members {
    /// Nothing: they are not touched (SCIM-97).
    Unseen,
    /// Who they are.
    Ids,
    /// Who they are, and what they are called.
    Named,
}

impl App {
    /// One group, without its members.
    pub async fn group(&self, cx: &Context, id: GroupId) -> Result<Option<Group>, Failure> {
        Ok(self.store.group(&cx.tenant, id).await?)
    }

    /// A page of the groups that match every term, without their members.
    pub async fn groups(
        &self,
        cx: &Context,
        terms: Vec<GroupTerm>,
        order: GroupOrder,
        page: Page,
    ) -> Result<GroupPage, Failure> {
        let offset = page.start_index.saturating_sub(1);
        Ok(self.store.groups(&cx.tenant, GroupQuery { terms, order, offset, limit: page.count }).await?)
    }

    /// The members of these groups, at most `limit` in all. A member who comes between the reading of a group and this is
    /// seen under the group's older version: a condition on that version fails, which is the safe side.
    pub async fn members_of(
        &self,
        cx: &Context,
        groups: &[GroupId],
        wanted: Members,
        limit: u64,
    ) -> Result<Vec<(GroupId, Member)>, Failure> {
        if wanted == Members::Unseen || groups.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.store.members_of(&cx.tenant, groups, wanted == Members::Named, limit).await?)
    }
}
