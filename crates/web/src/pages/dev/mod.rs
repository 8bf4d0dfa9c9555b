//! `/dev/components`: every component with its samples. Debug builds only (SEC-65).

mod components;

use axum::Router;
use axum::routing::get;

use crate::state::Web;

/// `/dev/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/dev/components", get(components::show))
}
