//! Users are read and listed.

use countersign_domain::UserId;
use countersign_domain::claim::PerFamily;
use countersign_domain::user_claim_update::Settings;
use countersign_scim::filter::Filter;
use countersign_scim::list::ListRequest;
use countersign_scim::user::{Stored, resource_with};
use countersign_store::{Place, UserPage, UserQuery, UserView};
use serde_json::Value;

use crate::app::App;
use crate::cursor::Listing;
use crate::error::Failure;
use crate::listing::{ListError, Listed};
use crate::mint::Context;

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

impl App {
    /// One user, as clients see him.
    pub async fn user(&self, cx: &Context, id: UserId) -> Result<Option<UserView>, Failure> {
        self.view(cx, id).await
    }

    /// The page of users a client asked for, at the mount he asked.
    pub async fn users(
        &self,
        cx: &Context,
        mount: &str,
        request: &ListRequest,
    ) -> Result<Listed<UserView>, ListError> {
        let paged = self.paged(Listing::Users, cx, mount, request).await?;
        let page = self.user_page(cx, request, paged.place.clone(), request.count).await?;
        Ok(self.listed(&paged, page.total, page.users, (page.previous, page.next)))
    }

    pub(crate) async fn user_page(
        &self,
        cx: &Context,
        request: &ListRequest,
        place: Place,
        limit: u64,
    ) -> Result<UserPage, ListError> {
        let query = UserQuery { filter: request.filter.clone(), sort: request.sort, place, limit };
        Ok(self.store.users(&cx.tenant, query).await?)
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
