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

use crate::state::Web;

/// What a link was sent for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Errand {
    Confirm,
    Cancel,
}

impl Errand {
    const fn path(self) -> &'static str {
        match self {
            Self::Confirm => "/accountrecoveryendpoint/confirmregistration.do",
            Self::Cancel => "/accountrecoveryendpoint/cancel.do",
        }
    }
}

/// `/accountrecoveryendpoint/{confirmregistration, cancel}.do`.
pub(super) fn routes() -> Router<Web> {
    let page = |errand: Errand| {
        get(move |visit, query| landing::show(errand, visit, query))
            .post(move |visit, query, form| landing::press(errand, visit, query, form))
    };
    Router::new()
        .route(Errand::Confirm.path(), page(Errand::Confirm))
        .route(Errand::Cancel.path(), page(Errand::Cancel))
}

#[cfg(test)]
mod tests;
