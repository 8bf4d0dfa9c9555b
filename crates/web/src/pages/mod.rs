//! What people see in a browser: server-rendered, complete without script.

mod confirm;
mod console;
mod page;
mod same_site;
mod style;

use axum::Router;

use crate::state::Web;

/// `/accountrecoveryendpoint/…`, `/console/…`, `/assets/…`.
pub(crate) fn routes() -> Router<Web> {
    confirm::routes().merge(console::routes()).merge(style::routes())
}
