//! Names and the like, on a person's own page.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::personal;
use crate::pages::posted::Posted;
use crate::pages::profile_form::{ProfileForm, Saved};
use crate::pages::visitor;
use crate::pages::{PageError, page};
use crate::state::Web;

/// Where the form goes to.
pub(super) const PATH: &str = "/myaccount/profile";

/// The form's address, looked at.
pub(super) async fn opened() -> Response {
    page::see_other("/myaccount/?edit=profile")
}

/// Takes the form.
pub(super) async fn save(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<ProfileForm>,
) -> Result<Response, PageError> {
    match form.save(&web, &visitor.as_owner(), visitor.user()?, visitor.look.texts).await? {
        Saved::Changed => Ok(visitor::done("/myaccount/", "profile-saved")),
        Saved::Unchanged => Ok(visitor::done("/myaccount/", "unchanged")),
        Saved::Refused(typed) => {
            let form = personal::Form { contact: None, profile: Some(typed) };
            personal::render(&web, &visitor, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
