//! Who is calling: the only place credentials are read.

mod csrf;
mod origin;
mod principal;
pub(crate) mod session;

pub(crate) use csrf::CsrfKey;
pub(crate) use origin::Caller;
pub(crate) use principal::{AuthRefusal, Principal};
