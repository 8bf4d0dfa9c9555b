//! What stands between the listener and every handler: which requests are answered at all, and what every answer carries.

mod around;
mod fallback;
mod headers;
mod host;
mod limit;
mod same_site;
mod wording;

pub(crate) use around::{Around, around};
pub(crate) use fallback::{unknown_method, unknown_path};
pub(crate) use same_site::same_site_writes;
use wording::Refuser;

#[cfg(test)]
mod tests;
