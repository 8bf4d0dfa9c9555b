//! Users are read and listed.

mod cursor;

use countersign_domain::UserId;
use countersign_domain::claim::PerFamily;
use countersign_domain::user_claim_update::Settings;
use countersign_scim::filter::Filter;
use countersign_scim::list::ListRequest;
use countersign_scim::user::{Stored, resource_with};
use countersign_store::{Place, SearchError, UserPage, UserQuery, UserView};
use serde_json::Value;

pub use self::cursor::LIFETIME as CURSOR_LIFETIME;
use self::cursor::Walk;
use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;

/// A page of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// How many match in all.
    pub total: u64,
    /// Those of this page.
    pub users: Vec<UserView>,
    /// Where to go on, where the client pages by cursor and there is more (RFC 9865).
    pub next: Option<String>,
    /// Where the page before begins, likewise.
    pub previous: Option<String>,
}

/// Why a list is not answered.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// More users would have to be looked at than one request may cost.
    #[error("the list would have to look at too many users")]
    TooMany,
    /// The cursor is none of ours, or was given out for another question.
    #[error("the cursor does not belong to this question")]
    InvalidCursor,
    /// The cursor is too old.
    #[error("the cursor is too old")]
    ExpiredCursor,
    /// The cursor was given out for pages of another size.
    #[error("the cursor belongs to pages of another size")]
    OtherCount,
    /// Not the caller's doing.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// A user in the internal form of the SCIM language, complete.
pub fn internal_form(view: UserView) -> Value {
    let UserView { mut user, pending, groups } = view;
    let attributes = std::mem::take(&mut user.profile.attributes);
    let rest = Stored {
        id: user.id,
        profile: &user.profile,
        pending: PerFamily { email: pending.email.as_ref(), mobile: pending.mobile.as_ref() },
        groups: &groups,
        version: user.version,
        created: user.created,
        last_modified: user.last_modified,
    };
    resource_with(attributes, &rest)
}

impl From<SearchError> for ListError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::TooMany => Self::TooMany,
            SearchError::Fault(fault) => Self::Failure(fault.into()),
        }
    }
}

impl App {
    /// One user, as clients see him.
    pub async fn user(&self, cx: &Context, id: UserId) -> Result<Option<UserView>, Failure> {
        self.view(cx, id).await
    }

    /// The page of users a client asked for, at the mount he asked (a cursor of one is none of the other).
    pub async fn users(&self, cx: &Context, mount: &str, request: &ListRequest) -> Result<Listed, ListError> {
        let walk = match &request.cursor {
            Some(cursor) => Some((Walk::new(cx, mount, request), cursor, self.now().await?)),
            None => None,
        };
        let place = match &walk {
            None => Place::Offset(request.start_index.saturating_sub(1)),
            Some((walk, cursor, now)) => walk.place(&self.keys.seal, cursor, *now)?,
        };
        let query =
            UserQuery { filter: request.filter.clone(), sort: request.sort, place, limit: request.count };
        let page = self.store.users(&cx.tenant, query).await?;
        let Some((walk, _, now)) = walk else {
            return Ok(Listed { total: page.total, users: page.users, next: None, previous: None });
        };
        let mut entropy = self.entropy();
        let mut cursor = |place: Option<Place>| {
            place.and_then(|place| walk.cursor(&self.keys.seal, &mut entropy, &place, now))
        };
        let next = cursor(page.next.map(Place::After));
        let previous = cursor(page.previous.map(Place::Before));
        Ok(Listed { total: page.total, users: page.users, next, previous })
    }

    /// A portion of the users that match, in the order of creation: whoever is there throughout is met once by asking on
    /// from the place the last answer names.
    pub async fn portion(
        &self,
        cx: &Context,
        filter: Option<Filter>,
        place: Place,
        limit: u64,
    ) -> Result<UserPage, ListError> {
        Ok(self.store.users(&cx.tenant, UserQuery { filter, sort: None, place, limit }).await?)
    }

    /// The id behind a user name.
    pub async fn user_named(&self, cx: &Context, user_name: &str) -> Result<Option<UserId>, Failure> {
        Ok(self.store.user_id_by_name(&cx.tenant, &user_name.to_ascii_lowercase()).await?)
    }

    /// The rules' settings in force now.
    pub async fn settings_in_force(&self, cx: &Context) -> Result<Settings, Failure> {
        Ok(self.settings(&self.store.overrides(&cx.tenant).await?))
    }
}
