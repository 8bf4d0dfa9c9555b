//! Whether what is stored is right under the SCIM schemas an administrator declares.

use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;
use crate::users::Page;

/// How many users are looked at in one read.
const PAGE: u64 = 500;

impl App {
    /// The first reason that `misfit` has against some user's plain attributes, as they are stored; `None` if it has none.
    /// Looks at every user, in many short reads: for a declaration that takes something away, not for a request.
    pub async fn stored_misfit(
        &self,
        cx: &Context,
        misfit: impl Fn(&Map<String, Value>) -> Option<String>,
    ) -> Result<Option<String>, Failure> {
        let mut start_index = 1;
        loop {
            let page = self.users(cx, Vec::new(), Page { start_index, count: PAGE }).await?;
            if let Some(why) = page.users.iter().find_map(|view| misfit(&view.user.profile.attributes)) {
                return Ok(Some(why));
            }
            start_index += PAGE;
            if start_index > page.total {
                return Ok(None);
            }
        }
    }
}
