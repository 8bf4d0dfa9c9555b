//! *User Management › Users › a user* (pages §5): the parts a person's page in the Console has.

mod access;
mod change;
mod code;
mod contacts;
mod edit;
mod head;
mod profile;
mod proofs;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;
use countersign_domain::UserId;

use crate::pages::PageError;
use crate::pages::posted::only_by_form;
use crate::state::Web;

/// `/console/users/{id}…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/users/{id}", get(profile::show))
        .route("/console/users/{id}/profile", get(profile::opened).post(profile::save))
        .route("/console/users/{id}/contacts/{family}", get(edit::opened).post(edit::set))
        .route("/console/users/{id}/contacts/{family}/{act}", get(edit::opened_act).post(edit::act))
        .route("/console/users/{id}/changes/{change}/code", get(code::ask).post(code::enter))
        .route("/console/users/{id}/changes/{change}/resend", get(only_by_form).post(change::resend))
        .route("/console/users/{id}/changes/{change}/cancel", get(only_by_form).post(change::cancel))
        .merge(access::routes())
}

/// Where a user's page is.
pub(in crate::pages::console) fn path_of(id: UserId) -> String {
    format!("/console/users/{id}")
}

/// The id in an address.
fn id_of(id: &str) -> Result<UserId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}
