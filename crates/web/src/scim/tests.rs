//! SCIM over the whole router.

mod dialect;
mod rights;
mod seed;
mod toll;
mod version;
