//! SCIM over the whole router.

mod bulk;
mod dialect;
mod discovery;
mod rights;
mod seed;
mod toll;
mod version;
