//! My Account: what a person sees of himself, and changes (pages §3).

mod tabs;

use axum::Router;

use crate::state::Web;

/// `/myaccount/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
}
