//! The Console: what administrators see, each page behind the permission its use case needs.

mod applications;
mod audit;
mod channel_test;
mod crumbs;
mod groups;
mod inbox;
mod messages;
mod navigation;
mod people;
mod publishers;
mod question;
mod removal;
mod resident;
#[cfg(test)]
mod sample;
mod scopes;
mod start;
mod system;
#[cfg(test)]
mod tests;
mod user;
mod user_claim_update;
mod users;

use axum::Router;
use axum::routing::{get, post};

use super::visitor::Visitor;
use crate::state::Web;

/// `/console/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/", get(start::lead_on))
        .route("/console/identity-providers/resident", get(resident::show))
        .route(
            "/console/identity-providers/resident/other-settings/user-claim-update",
            get(user_claim_update::show).post(user_claim_update::update),
        )
        .route(
            "/console/identity-providers/resident/other-settings/user-claim-update/revert",
            post(user_claim_update::revert),
        )
        .route("/console/messages", get(messages::show))
        .route("/console/messages/test", get(channel_test::ask).post(channel_test::send))
        .route("/console/messages/{id}", get(messages::show_one))
        .route("/console/messages/{id}/replay", post(messages::replay))
        .route("/console/messages/{id}/drop", post(messages::drop))
        .route("/console/publishers", get(publishers::show))
        .route("/console/system", get(system::show))
        .route("/console/dev-inbox", get(inbox::show))
        .merge(people::routes())
        .merge(groups::routes())
        .merge(applications::routes())
        .merge(audit::routes())
}

/// Whether there is anything for this visitor here.
pub(super) fn is_open_to(visitor: &Visitor) -> bool {
    navigation::PLACES.iter().any(|place| visitor.has(place.scope))
}
