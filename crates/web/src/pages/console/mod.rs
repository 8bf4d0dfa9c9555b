//! The Console: what administrators see, each page behind the permission its use case needs.

mod inbox;
mod navigation;

use axum::Router;
use axum::routing::get;

use super::visitor::Visitor;
use crate::state::Web;

/// `/console/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/console/dev-inbox", get(inbox::show))
}

/// Whether there is anything for this visitor here.
pub(super) fn is_open_to(visitor: &Visitor) -> bool {
    navigation::PLACES.iter().any(|place| visitor.has(place.scope))
}
