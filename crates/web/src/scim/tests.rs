//! SCIM over the whole router.

mod dialect;
mod groups;
mod list;
mod rights;
mod seed;
mod toll;
mod version;
