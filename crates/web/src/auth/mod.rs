//! Who is calling: the only place credentials are read.

mod csrf;
mod origin;
mod principal;
mod session;

pub(crate) use csrf::Csrf;
pub(crate) use origin::Caller;
pub(crate) use principal::{AuthRefusal, Principal, tell};
pub(crate) use session::SessionCookie;
