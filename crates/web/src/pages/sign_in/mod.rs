//! `/login`, `/logout` and what belongs to any session (pages §2; SEC-28, SEC-29, SEC-34).

mod look;
mod session;

use axum::Router;
use axum::routing::{get, post};

use crate::state::Web;

/// `/login`, `/logout`, `/theme`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/login", get(session::ask).post(session::begin))
        .route("/logout", get(session::ask_to_end).post(session::end))
        .route("/theme", post(session::choose_theme))
}

#[cfg(test)]
mod tests;
