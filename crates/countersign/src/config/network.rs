//! Names and addresses on the network, as keys give them.

use std::net::IpAddr;

use super::kind::{Kind, Raw, mistaken, quoted};
use super::problem::Complaint;

/// A host name or IP address without port or scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostName(String);

impl HostName {
    /// The machine itself.
    pub(crate) fn localhost() -> Self {
        Self("localhost".to_owned())
    }

    /// The name, in lower case.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether only this machine can mean this server by it.
    pub(crate) fn is_local(&self) -> bool {
        self.0 == "localhost" || self.0.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    fn parse(text: &str) -> Option<Self> {
        let bare = text.trim().trim_end_matches('.').to_ascii_lowercase();
        let address = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&bare);
        if address.parse::<IpAddr>().is_ok() {
            return Some(Self(address.to_owned()));
        }
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        (bare.len() <= 253 && bare.split('.').all(is_label)).then_some(Self(bare))
    }
}

impl Kind for HostName {
    fn name() -> String {
        "a host name".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "a host name without scheme or port, such as `\"id.example.org\"`";
        match raw {
            Raw::Text(text) => Self::parse(text).ok_or_else(|| mistaken(raw, wanted)),
            _ => Err(mistaken(raw, wanted)),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

/// A block of addresses, as `10.0.0.0/8` or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AddressBlock {
    /// The address before the slash.
    pub(crate) address: IpAddr,
    /// How many leading bits count.
    pub(crate) prefix: u8,
}

impl AddressBlock {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address.parse().ok()?, Some(prefix.parse::<u8>().ok()?)),
            None => (text.trim().parse::<IpAddr>().ok()?, None),
        };
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { address, prefix })
    }
}

impl Kind for AddressBlock {
    fn name() -> String {
        "an address block (CIDR)".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "an address block, such as `\"10.0.0.0/8\"`, or one address";
        match raw {
            Raw::Text(text) => Self::parse(text).ok_or_else(|| mistaken(raw, wanted)),
            _ => Err(mistaken(raw, wanted)),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&format!("{}/{}", self.address, self.prefix)))
    }

    fn caution(&self) -> Option<Complaint> {
        (self.prefix == 0).then(|| {
            Complaint::new(
                "names every address there is",
                "Name only the addresses of the machines you mean.",
            )
        })
    }
}

/// A place that outgoing requests may reach although it is private or speaks plain HTTP (SEC-52).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutboundPermission {
    /// Every port of every address in the block.
    Block(AddressBlock),
    /// One port of one host.
    Endpoint {
        /// The host, as it is written in the URL that is called.
        host: HostName,
        /// The port.
        port: u16,
    },
}

impl OutboundPermission {
    fn parse(text: &str) -> Option<Self> {
        if let Some(block) = AddressBlock::parse(text) {
            return Some(Self::Block(block));
        }
        let (host, port) = text.trim().rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        Some(Self::Endpoint { host: HostName::parse(host)?, port })
    }
}

impl std::fmt::Display for OutboundPermission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Block(block) => write!(f, "{}/{}", block.address, block.prefix),
            Self::Endpoint { host, port } if host.as_str().contains(':') => {
                write!(f, "[{}]:{port}", host.as_str())
            }
            Self::Endpoint { host, port } => write!(f, "{}:{port}", host.as_str()),
        }
    }
}

impl Kind for OutboundPermission {
    fn name() -> String {
        "`\"CIDR\"` or `\"host:port\"`".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "`\"host:port\"` or an address block such as `\"10.1.0.0/16\"`";
        match raw {
            Raw::Text(text) => Self::parse(text).ok_or_else(|| mistaken(raw, wanted)),
            _ => Err(mistaken(raw, wanted)),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }

    fn caution(&self) -> Option<Complaint> {
        match self {
            Self::Block(block) => block.caution(),
            Self::Endpoint { .. } => None,
        }
    }
}

/// An e-mail address of the operator's own. What users type is judged by the domain, more strictly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailAddress(String);

impl MailAddress {
    /// The address as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Kind for MailAddress {
    fn name() -> String {
        "an e-mail address".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "one e-mail address, such as `\"no-reply@example.org\"`";
        let Raw::Text(text) = raw else { return Err(mistaken(raw, wanted)) };
        let text = text.trim();
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>()[]:;,\\\"".contains(c);
        match text.split_once('@') {
            Some((local, domain))
                if !text.contains(forbidden)
                    && (1..=64).contains(&local.len())
                    && HostName::parse(domain).is_some() =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(mistaken(raw, wanted)),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{HostName, Kind, MailAddress, OutboundPermission, Raw};

    fn shown<K: Kind>(text: &str) -> Option<String> {
        K::read(&Raw::Text(text.into())).ok().and_then(|value| value.show())
    }

    /// SEC-52: a permission names a block or an endpoint; anything wider or vaguer is refused.
    #[test]
    fn outbound_permissions_are_blocks_or_endpoints() {
        let written = [
            "10.1.0.0/16",
            "::1",
            "sms.example.org:8080",
            "[::1]:80",
            "*",
            "example.org",
            "a:0",
            "1.2.3.4/33",
        ];

        let read = written.map(shown::<OutboundPermission>);

        let expected = ["\"10.1.0.0/16\"", "\"::1/128\"", "\"sms.example.org:8080\"", "\"[::1]:80\""];
        assert_eq!(read.iter().flatten().map(String::as_str).collect::<Vec<_>>(), expected);
        assert_eq!(read.iter().skip(4).filter(|entry| entry.is_none()).count(), 4);
    }

    /// A host name is only a name: what would change the meaning of a URL is refused.
    #[test]
    fn host_names_carry_nothing_else() {
        let written =
            ["ID.Example.org.", "https://x", "a:9443", "a/b", "", "-a", "a..b", "[::1]", "a b", "ü.example"];

        let read = written.map(shown::<HostName>);

        let some = |text: &str| Some(format!("\"{text}\""));
        assert_eq!(
            read,
            [some("id.example.org"), None, None, None, None, None, None, some("::1"), None, None]
        );
    }

    /// SEED-45: the obfuscated addresses of the documents are no addresses, and headers cannot be smuggled in.
    #[test]
    fn a_sender_address_is_one_plain_address() {
        let written = [
            "no-reply@example.org",
            "[email protected]",
            "a@b\r\nBcc: c@d",
            "a@b, c@d",
            "@b",
            "a@",
            "root@localhost",
        ];

        let read = written.map(shown::<MailAddress>);

        let some = |text: &str| Some(format!("\"{text}\""));
        assert_eq!(
            read,
            [some("no-reply@example.org"), None, None, None, None, None, some("root@localhost")]
        );
    }
}
