//! Groups are read and listed, and their members where somebody wants to see them.

use countersign_domain::GroupId;
use countersign_domain::groups::{Group, Member};
use countersign_scim::list::ListRequest;
use countersign_scim::schema::Dialect;
use countersign_store::{GroupPage, GroupQuery, Members, Place};

use crate::app::App;
use crate::cursor::Listing;
use crate::error::Failure;
use crate::listing::{ListError, Listed};
use crate::mint::Context;

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
}
