//! What people see in a browser: server-rendered, complete without script.
//!
//! A page is a trio at one path: a handler, a struct of what it shows, its template. What stands around it is the
//! [`frame`], what it is built of are the [`component`]s, what it says is in the catalogue ([`language`]). A handler that
//! shows something takes a [`visitor::Visitor`], one that does something a [`posted::Posted`] form.

mod asset;
mod back;
mod component;
mod confirm;
mod console;
mod contact;
pub(crate) mod cookie;
#[cfg(debug_assertions)]
mod dev;
mod device;
mod frame;
mod fresh;
mod kept;
mod language;
mod look;
mod myaccount;
mod page;
mod password;
mod posted;
mod profile_form;
mod refused;
mod same_site;
mod sessions;
mod sign_in;
mod visitor;

use axum::Router;

use crate::state::Web;

pub(crate) use language::{Language, Texts};
pub(crate) use look::Look;
pub(crate) use refused::{PageError, is_for_a_page, worded};

/// `/login`, `/logout`, `/myaccount/…`, `/console/…`, `/accountrecoveryendpoint/…`, `/assets/…`.
pub(crate) fn routes() -> Router<Web> {
    let all = sign_in::routes()
        .merge(myaccount::routes())
        .merge(console::routes())
        .merge(confirm::routes())
        .merge(asset::routes());
    #[cfg(debug_assertions)]
    let all = all.merge(dev::routes());
    all
}
