//! `[countersign.security] outbound_allow`: the destinations an operator has named.

use std::net::IpAddr;
use std::str::FromStr;

/// The networks and the `host:port` pairs that publishers and webhooks may also reach. Empty by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboundAllow {
    networks: Vec<Network>,
    named: Vec<(String, u16)>,
}

/// Why an entry was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllowError {
    /// Looks like a network, but is none.
    #[error("{entry:?} is not a network; write it like \"10.0.0.0/8\" or \"fd00::/8\"")]
    Network {
        /// As configured.
        entry: String,
    },
    /// Neither a network nor a host with a port.
    #[error("{entry:?} needs a port; write \"host:port\", or a network like \"10.0.0.0/8\"")]
    HostWithoutPort {
        /// As configured.
        entry: String,
    },
}

impl OutboundAllow {
    /// Reads the configured list; the first bad entry is refused.
    pub fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Result<Self, AllowError> {
        let mut allow = Self::default();
        for entry in entries {
            let entry = entry.as_ref().trim();
            if entry.contains('/') {
                allow.networks.push(entry.parse()?);
            } else {
                allow.named.push(named(entry)?);
            }
        }
        Ok(allow)
    }

    /// Whether this very host (a name or a literal address) and port are listed.
    pub(super) fn names(&self, host: &str, port: u16) -> bool {
        let host = canonical(host);
        self.named.iter().any(|named| *named == (host.clone(), port))
    }

    /// Whether an address lies in a listed network. An IPv4-mapped address counts as the IPv4 address it is.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        self.networks
            .iter()
            .any(|network| network.contains(address) || network.contains(address.to_canonical()))
    }

    pub(super) fn networks_is_empty(&self) -> bool {
        self.networks.is_empty()
    }
}

/// An address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) base: IpAddr,
    pub(super) bits: u8,
}

impl Network {
    pub(super) fn contains(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                leading(u128::from(base.to_bits()) ^ u128::from(address.to_bits()), 32, self.bits)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                leading(base.to_bits() ^ address.to_bits(), 128, self.bits)
            }
            _ => false,
        }
    }
}

/// Whether the first `bits` of a `width`-bit difference are zero.
fn leading(difference: u128, width: u32, bits: u8) -> bool {
    difference.checked_shr(width.saturating_sub(bits.into())).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = AllowError;

    fn from_str(entry: &str) -> Result<Self, AllowError> {
        let refused = || AllowError::Network { entry: entry.to_owned() };
        let (base, bits) = entry.split_once('/').ok_or_else(refused)?;
        let base: IpAddr = base.parse().map_err(|_| refused())?;
        let bits: u8 = bits.parse().map_err(|_| refused())?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        if bits > width { Err(refused()) } else { Ok(Self { base, bits }) }
    }
}

fn named(entry: &str) -> Result<(String, u16), AllowError> {
    let refused = || AllowError::HostWithoutPort { entry: entry.to_owned() };
    let (host, port) = entry.rsplit_once(':').ok_or_else(refused)?;
    let port = port.parse().map_err(|_| refused())?;
    let bracketed = host.starts_with('[') && host.ends_with(']');
    if host.is_empty() || (host.contains(':') && !bracketed) {
        return Err(refused());
    }
    Ok((canonical(host), port))
}

/// Names without regard to case and final dot; IPv6 addresses with their brackets, as URLs write them.
fn canonical(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DESIGN §5, `outbound_allow`: networks by address, hosts by name and port.
    #[test]
    fn entries_permit_what_they_name_and_nothing_beside_it() {
        let allow =
            OutboundAllow::parse(["10.1.0.0/16", "fd00::/8", "Gateway.Internal:8080", "[::1]:99"]).unwrap();

        let contained = ["10.1.255.255", "::ffff:10.1.0.1", "fd12::1", "10.2.0.0", "fe80::1", "127.0.0.1"]
            .map(|address| allow.contains(address.parse().unwrap()));
        assert_eq!(contained, [true, true, true, false, false, false]);
        let named = [("gateway.internal.", 8080), ("[0:0::1]", 99), ("gateway.internal", 80), ("::2", 99)]
            .map(|(host, port)| allow.names(host, port));
        assert_eq!(named, [true, true, false, false]);
    }

    /// The whole internet is a legal, if bold, network.
    #[test]
    fn a_network_of_no_bits_holds_everything_of_its_family() {
        let allow = OutboundAllow::parse(["0.0.0.0/0"]).unwrap();

        assert!(allow.contains("127.0.0.1".parse().unwrap()));
        assert!(!allow.contains("::1".parse().unwrap()));
    }

    /// Every refusal shows the entry and how to write it.
    #[test]
    fn a_bad_entry_is_shown_with_the_remedy() {
        let refused = ["10.0.0.0/33", "localhost", "::1:80", ":80", "host:http"]
            .map(|entry| OutboundAllow::parse([entry]).unwrap_err().to_string());

        assert_eq!(
            refused,
            [
                r#""10.0.0.0/33" is not a network; write it like "10.0.0.0/8" or "fd00::/8""#,
                r#""localhost" needs a port; write "host:port", or a network like "10.0.0.0/8""#,
                r#""::1:80" needs a port; write "host:port", or a network like "10.0.0.0/8""#,
                r#"":80" needs a port; write "host:port", or a network like "10.0.0.0/8""#,
                r#""host:http" needs a port; write "host:port", or a network like "10.0.0.0/8""#,
            ]
        );
    }
}
