//! SCIM over the whole router.

mod basics;
mod bulk;
mod dialect;
mod discovery;
mod errors;
mod groups;
mod list;
mod rights;
mod search;
mod seed;
mod toll;
mod version;
