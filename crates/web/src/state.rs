//! What every handler works with.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use countersign_app::{App, Inbox};
use countersign_scim::schema::Schemas;
use tokio::sync::watch;

/// Shared by all handlers. Every layer of every request clones it, so it is one count.
#[derive(Clone)]
pub struct Web(Arc<WebParts>);

/// What is shared.
#[derive(Clone)]
pub struct WebParts {
    /// The use cases.
    pub app: Arc<App>,
    /// What the configuration says about this surface.
    pub options: WebOptions,
    /// The dev inbox, where there is one; its page answers only requests from this machine.
    pub inbox: Option<Arc<Inbox>>,
    /// The SCIM schemas in force, those an administrator declares among them.
    pub schemas: watch::Receiver<Schemas>,
    /// Whether database, keys and worker are up (`/readyz`).
    pub ready: watch::Receiver<bool>,
}

impl Web {
    /// For the router.
    pub fn new(parts: WebParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Web {
    type Target = WebParts;

    fn deref(&self) -> &WebParts {
        &self.0
    }
}

/// Configuration of the HTTP surfaces.
#[derive(Clone, Debug)]
pub struct WebOptions {
    /// `https://host:port`, without a trailing slash (SEC-54).
    pub public_url: String,
    /// Every `Host` that is answered; all others get 421.
    pub hosts: Vec<String>,
    /// Who may say on whose behalf it asks.
    pub peers: Peers,
    /// `scim2.enable_spec_compliant_email_handling` (D-2).
    pub spec_compliant_emails: bool,
    /// `scim2.multi_valued_as_string` (D-4).
    pub multi_valued_as_string: bool,
    /// `scim2.return_updated_group_in_group_patch_response` (scim.md §14).
    pub group_patch_returns_group: bool,
    /// Seals the short-lived cookie between a link's first look and its button.
    pub link_cookie_key: [u8; 32],
}

/// Proxies whose forwarding headers are believed (SEC-54).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Peers {
    /// Networks: address and prefix length.
    pub trusted: Vec<(IpAddr, u8)>,
}

impl Peers {
    /// Whether `peer` is one of the trusted proxies.
    pub fn trust(&self, peer: IpAddr) -> bool {
        let peer = canonical(peer);
        self.trusted.iter().any(|(network, length)| contains(canonical(*network), *length, peer))
    }
}

fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

fn contains(network: IpAddr, length: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length.min(32))).unwrap_or(0);
            u32::from(network) & mask == u32::from(address) & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0);
            u128::from(network) & mask == u128::from(address) & mask
        }
        _ => false,
    }
}
