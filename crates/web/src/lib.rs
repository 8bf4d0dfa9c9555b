//! Every HTTP surface: SCIM, the code API, changes, governance, OAuth, the pages behind the links in messages.
//!
//! A handler reads like a row of a table: extract, parse, call one use case, present. `router.rs` has the whole URL
//! space on one screen; `auth` is the only place credentials are read; each surface words its errors in one `error.rs`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

mod auth;
mod body;
mod changes;
mod code_api;
mod governance;
mod health;
mod layer;
mod oauth;
mod pages;
mod rest;
mod router;
mod scim;
mod sealed;
mod state;
mod trace;

#[cfg(test)]
mod mailbox;
#[cfg(test)]
mod sample;

pub use router::router;
pub use state::{Peers, Web, WebOptions, WebParts};
