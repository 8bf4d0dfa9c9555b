//! Groups are read and listed, and their members where somebody wants to see them.

use std::collections::BTreeMap;

use countersign_domain::groups::{Group, Member};
use countersign_domain::{GroupId, MemberId};
use countersign_scim::list::ListRequest;
use countersign_scim::schema::Dialect;
use countersign_store::{GroupPage, GroupQuery, Members, Place};

use crate::app::App;
use crate::cursor::Listing;
use crate::error::Failure;
use crate::listing::{ListError, Listed};
use crate::mint::Context;

/// A page of a group's members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberPage {
    /// Each with his name, in the order they came to this house.
    pub members: Vec<Member>,
    /// The `after` of the next page, where there is one.
    pub next: Option<MemberId>,
}

impl App {
    /// One group, without its members.
    pub async fn group(&self, cx: &Context, id: GroupId) -> Result<Option<Group>, Failure> {
        Ok(self.store.group(&cx.tenant, id).await?)
    }

    /// The page of groups a client asked for, at the mount he asked, without their members.
    pub async fn groups(
        &self,
        cx: &Context,
        (mount, dialect): (&str, Dialect),
        request: &ListRequest,
    ) -> Result<Listed<Group>, ListError> {
        let paged = self.paged(Listing::Groups, cx, mount, request).await?;
        let page = self.group_page(cx, dialect, request, (paged.place.clone(), request.count)).await?;
        Ok(self.listed(&paged, page.total, page.groups, (page.previous, page.next)))
    }

    pub(crate) async fn group_page(
        &self,
        cx: &Context,
        dialect: Dialect,
        request: &ListRequest,
        (place, limit): (Place, u64),
    ) -> Result<GroupPage, ListError> {
        let query = GroupQuery { filter: request.filter.clone(), sort: request.sort, dialect, place, limit };
        Ok(self.store.groups(&cx.tenant, query).await?)
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
    /// A page of the members of one group, for people to read.
    pub async fn members_page(
        &self,
        cx: &Context,
        group: GroupId,
        after: Option<MemberId>,
        limit: u64,
    ) -> Result<MemberPage, Failure> {
        let mut members = self.store.members_page(&cx.tenant, group, after, limit.saturating_add(1)).await?;
        let is_cut_off = members.len() as u64 > limit;
        members.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = members.last().map(|last| last.id).filter(|_| is_cut_off);
        Ok(MemberPage { members, next })
    }

    /// How many members each of these groups has itself, counted up to `most`.
    pub async fn member_counts(
        &self,
        cx: &Context,
        groups: &[GroupId],
        most: u64,
    ) -> Result<BTreeMap<GroupId, u64>, Failure> {
        Ok(self.store.member_counts(&cx.tenant, groups, most).await?.into_iter().collect())
    }
}
