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
const FORWARDING: [&str; 10] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
];

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

/// The last address of `X-Forwarded-For` that is not itself a trusted proxy. A hop that cannot be read ends the search:
/// what stands before it may have been written by anybody (SEC-54).
fn claimed(headers: &HeaderMap, web: &Web) -> Option<IpAddr> {
    let values: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("?")).collect();
    for hop in values.iter().flat_map(|value| value.split(',')).rev().map(str::trim) {
        let address = address_of(hop)?;
        if !web.options.peers.trust(address) {
            return Some(address);
        }
    }
    None
}

/// `address`, `address:port`, `[address]` or `[address]:port`.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(address, _)| address);
    bare.unwrap_or(hop).parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

fn client(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(USER_AGENT)?.to_str().ok()?;
    let kept: String = text.chars().filter(|c| !c.is_control()).take(CLIENT_MAX).collect();
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-54: a hop is read with or without its port; what cannot be read is no address.
    #[test]
    fn a_hop_is_read_in_the_forms_proxies_write() {
        let hops = [
            "203.0.113.7",
            "203.0.113.7:4711",
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "unknown",
            "",
        ];

        let read = hops.map(|hop| address_of(hop).map(|address| address.to_string()));

        let (v4, v6) = (Some("203.0.113.7".to_owned()), Some("2001:db8::1".to_owned()));
        assert_eq!(read, [v4.clone(), v4, v6.clone(), v6.clone(), v6, None, None]);
    }
}
