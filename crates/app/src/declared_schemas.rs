//! Whether what is stored is right under the SCIM schemas an administrator declares.

use countersign_store::Place;
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Failure;
use crate::listing::ListError;
use crate::mint::Context;

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
        let mut place = Place::Offset(0);
        loop {
            let page = self.portion(cx, None, place, PAGE).await.map_err(|error| match error {
                ListError::Failure(failure) => failure,
                _ => Failure::Overloaded,
            })?;
            if let Some(why) = page.users.iter().find_map(|view| misfit(&view.user.profile.attributes)) {
                return Ok(Some(why));
            }
            match page.next {
                Some(spot) => place = Place::After(spot),
                None => return Ok(None),
            }
        }
    }
}
