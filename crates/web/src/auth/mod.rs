//! Who is calling: the only place credentials are read.

mod origin;
mod principal;

pub(crate) use origin::Caller;
pub(crate) use principal::{AuthRefusal, Principal};
