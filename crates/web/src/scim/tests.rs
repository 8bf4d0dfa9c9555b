//! SCIM over the whole router.

mod dialect;
mod list;
mod rights;
mod seed;
mod toll;
mod version;
