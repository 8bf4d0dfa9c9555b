//! Users and groups searched at once (SCIM-70): first the users, then the groups.

use countersign_domain::groups::Group;
use countersign_scim::list::ListRequest;
use countersign_scim::schema::Dialect;
use countersign_store::{GroupPage, Place, UserPage, UserView};

use crate::app::App;
use crate::cursor::Listing;
use crate::listing::{ListError, Paged};
use crate::mint::Context;

/// What is asked of each kind; `None` where the caller may not list it, as if nothing of it were there.
#[derive(Clone, Copy, Debug)]
pub struct Both<'r> {
    /// Of the users.
    pub users: Option<&'r ListRequest>,
    /// Of the groups.
    pub groups: Option<&'r ListRequest>,
}

/// A page of both.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Found {
    /// How many match in all.
    pub total: u64,
    /// The users of this page.
    pub users: Vec<UserView>,
    /// The groups of this page, behind them.
    pub groups: Vec<Group>,
    /// Where to go on, where the client pages by cursor and there is more. There is no way back: RFC 9865 leaves that
    /// cursor to the server.
    pub next: Option<String>,
}

/// Where a page begins.
enum Start {
    /// Among the users, or behind them in the list of both.
    Users(Paged),
    /// Among the groups.
    Groups(Paged),
}

impl App {
    /// The page of both a client asked for, at the mount he asked.
    pub async fn search(
        &self,
        cx: &Context,
        (mount, dialect): (&str, Dialect),
        both: Both<'_>,
    ) -> Result<Found, ListError> {
        let Some(request) = both.users.or(both.groups) else { return Ok(Found::default()) };
        match self.start(cx, mount, request).await? {
            Start::Users(paged) => self.beginning_at_users(cx, (mount, dialect), both, &paged).await,
            Start::Groups(paged) => {
                let users = self.users_of(cx, both, Place::Offset(0), 0).await?;
                let groups = self.groups_of(cx, dialect, both, (paged.place.clone(), request.count)).await?;
                let next = self.cursor(&paged, groups.next.map(Place::After));
                Ok(Found { total: users.total + groups.total, users: vec![], groups: groups.groups, next })
            }
        }
    }

    /// A cursor opens in the half it was given out for.
    async fn start(&self, cx: &Context, mount: &str, request: &ListRequest) -> Result<Start, ListError> {
        match self.paged(Listing::BothAtUsers, cx, mount, request).await {
            Err(ListError::InvalidCursor) => {
                Ok(Start::Groups(self.paged(Listing::BothAtGroups, cx, mount, request).await?))
            }
            paged => Ok(Start::Users(paged?)),
        }
    }

    /// The users from a place on, and what is left of the page for groups.
    async fn beginning_at_users(
        &self,
        cx: &Context,
        (mount, dialect): (&str, Dialect),
        both: Both<'_>,
        paged: &Paged,
    ) -> Result<Found, ListError> {
        let Some(request) = both.users.or(both.groups) else { return Ok(Found::default()) };
        let users = self.users_of(cx, both, paged.place.clone(), request.count).await?;
        let skipped = match paged.place {
            Place::Offset(offset) => offset.saturating_sub(users.total),
            Place::After(_) | Place::Before(_) => 0,
        };
        let left = request.count.saturating_sub(users.users.len() as u64);
        let left = if users.next.is_some() { 0 } else { left };
        let groups = self.groups_of(cx, dialect, both, (Place::Offset(skipped), left)).await?;
        let next = match users.next {
            Some(spot) => self.cursor(paged, Some(Place::After(spot))),
            None if request.cursor.is_some() => {
                // Where the page had no room for a group, they begin with the next one.
                let begins = (left == 0 && groups.total > 0 && request.count > 0).then_some(Place::Offset(0));
                let at_groups = self.walked(Listing::BothAtGroups, cx, mount, request).await?;
                self.cursor(&at_groups, groups.next.map(Place::After).or(begins))
            }
            None => None,
        };
        Ok(Found { total: users.total + groups.total, users: users.users, groups: groups.groups, next })
    }

    async fn users_of(
        &self,
        cx: &Context,
        both: Both<'_>,
        place: Place,
        limit: u64,
    ) -> Result<UserPage, ListError> {
        match both.users {
            Some(request) => self.user_page(cx, request, place, limit).await,
            None => Ok(UserPage { total: 0, users: Vec::new(), previous: None, next: None }),
        }
    }

    async fn groups_of(
        &self,
        cx: &Context,
        dialect: Dialect,
        both: Both<'_>,
        part: (Place, u64),
    ) -> Result<GroupPage, ListError> {
        match both.groups {
            Some(request) => self.group_page(cx, dialect, request, part).await,
            None => Ok(GroupPage { total: 0, groups: Vec::new(), previous: None, next: None }),
        }
    }
}
