//! The Console: so far its dev inbox.

mod inbox;

use axum::Router;
use axum::routing::get;

use crate::state::Web;

/// `/console/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/console/dev-inbox", get(inbox::show))
}
