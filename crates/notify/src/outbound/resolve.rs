//! Resolve once, check every address, connect to those (SEC-52).

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{OutboundAllow, Reach};

/// The system's resolver behind a check. One forbidden address refuses the whole answer: a name that mixes public and
/// private addresses is an attack or a mistake.
pub(super) struct Checked {
    pub(super) reach: Reach,
    pub(super) allow: Arc<OutboundAllow>,
}

/// The name resolves to somewhere requests may not go.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct AddressRefused(String);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, allow) = (self.reach, Arc::clone(&self.allow));
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if addresses.iter().all(|address| reach.permits(address.ip(), &allow)) {
                Ok(Box::new(addresses.into_iter()) as Addrs)
            } else {
                Err(AddressRefused(reach.refusal()).into())
            }
        })
    }
}
