//! Users are read and listed.

use countersign_domain::UserId;
use countersign_domain::user_claim_update::Settings;
use countersign_store::{UserPage, UserQuery, UserTerm, UserView};

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

impl App {
    /// One user, as clients see him.
    pub async fn user(&self, cx: &Context, id: UserId) -> Result<Option<UserView>, Failure> {
        self.view(cx, id).await
    }

    /// A page of the users that match every term, in order of creation.
    pub async fn users(&self, cx: &Context, terms: Vec<UserTerm>, page: Page) -> Result<UserPage, Failure> {
        let query = UserQuery { terms, offset: page.start_index.saturating_sub(1), limit: page.count };
        Ok(self.store.users(&cx.tenant, query).await?)
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
