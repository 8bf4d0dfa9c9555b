//! The links in messages (DESIGN §5 "Link pages"; SEC-23, SEC-25).
//!
//! ```text
//! GET  ?confirmation=TOKEN ──▶ 303, the token into a sealed cookie ──▶ GET ?s=SELECTOR ──▶ a page with buttons
//! POST ?s=SELECTOR, nonce, do=…  (the token comes from the cookie) ──▶ the outcome
//! ```
//!
//! A look changes nothing: mail scanners and link previews fetch everything, and some press what looks like a button
//! without a form.

mod cookie;
mod landing;
mod look;
mod words;

use axum::Router;
use axum::routing::get;
use countersign_app::Errand;

use crate::state::Web;

/// Where the page of an errand is; the product's name for the first.
const fn path(errand: Errand) -> &'static str {
    match errand {
        Errand::Confirm => "/accountrecoveryendpoint/confirmregistration.do",
        Errand::Cancel => "/accountrecoveryendpoint/cancel.do",
    }
}

/// `/accountrecoveryendpoint/{confirmregistration, cancel}.do`.
pub(super) fn routes() -> Router<Web> {
    let page = |errand: Errand| {
        get(move |visit, query| landing::show(errand, visit, query))
            .post(move |visit, query, form| landing::press(errand, visit, query, form))
    };
    Router::new()
        .route(path(Errand::Confirm), page(Errand::Confirm))
        .route(path(Errand::Cancel), page(Errand::Cancel))
}

#[cfg(test)]
mod tests;
