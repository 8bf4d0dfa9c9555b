//! A user's page, the part *Profile*.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::head::{Head, Part};
use super::named;
use crate::pages::PageError;
use crate::pages::console::navigation::Navigation;
use crate::pages::console::people;
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// What seeing a user needs, as at `/scim2/Users/{id}`.
const VIEW: &str = "internal_user_mgt_view";

/// `templates/console/user/profile.html`.
#[derive(Template)]
#[template(path = "console/user/profile.html")]
struct ProfilePage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    head: Head<'a>,
    name: &'a str,
}

/// The page.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let view = named(&web, &visitor.as_privileged(), &id).await?;
    let page = ProfilePage {
        frame: visitor.frame(&web).in_console(),
        navigation: people::navigation(&web, &visitor),
        head: Head::of(&view, visitor.look.texts, Part::Profile),
        name: &view.user.profile.user_name,
    };
    Ok(visitor.show(&page))
}
