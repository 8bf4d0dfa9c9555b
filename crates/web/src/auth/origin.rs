//! Where a request comes from (SEC-54): the peer, or what a trusted proxy says about it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use countersign_domain::actor::Origin;

use crate::state::Web;

/// The network side of a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// For limits and notices.
    pub(crate) origin: Origin,
    /// Whether the request came straight from this machine: loopback peer, no forwarding header.
    pub(crate) is_local: bool,
}

/// Headers by which proxies speak of somebody else.
const FORWARDING: [&str; 5] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// The most of a `User-Agent` that is kept.
const CLIENT_MAX: usize = 80;

impl FromRequestParts<Web> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let forwarded = FORWARDING.iter().any(|name| parts.headers.contains_key(*name));
        let claimed =
            peer.filter(|peer| web.options.peers.trust(*peer)).and_then(|_| claimed(&parts.headers, web));
        let origin = Origin { address: claimed.or(peer), client: client(&parts.headers) };
        let is_local = !forwarded && peer.is_some_and(|peer| peer.to_canonical().is_loopback());
        Ok(Self { origin, is_local })
    }
}

/// The last address of `X-Forwarded-For` that is not itself a trusted proxy. What cannot be read is ignored.
fn claimed(headers: &HeaderMap, web: &Web) -> Option<IpAddr> {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> =
        values.flat_map(|value| value.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !web.options.peers.trust(*hop))
}

fn client(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(USER_AGENT)?.to_str().ok()?;
    let kept: String = text.chars().filter(|c| !c.is_control()).take(CLIENT_MAX).collect();
    (!kept.is_empty()).then_some(kept)
}
