//! SCIM over the whole router.

mod bulk;
mod dialect;
mod discovery;
mod groups;
mod list;
mod rights;
mod seed;
mod toll;
mod version;
