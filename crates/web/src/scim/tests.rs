//! SCIM over the whole router.

mod dialect;
mod rights;
mod seed;
mod version;
