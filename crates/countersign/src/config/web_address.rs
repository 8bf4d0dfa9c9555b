//! Addresses on the web: the server's public one, the only one that links are made of (SEC-54), and those of services.

use super::kind::{Kind, Raw, mistaken, quoted};
use super::problem::Complaint;

/// An absolute `https` address without user, query or fragment, and without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl(String);

impl PublicUrl {
    /// The address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Kind for PublicUrl {
    fn name() -> String {
        "an absolute `https` address".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "an absolute address, such as `\"https://id.example.org\"`";
        let Raw::Text(text) = raw else { return Err(mistaken(raw, wanted)) };
        let text = text.trim().trim_end_matches('/');
        let Some(rest) = text.strip_prefix("https://") else { return Err(mistaken(raw, wanted)) };
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "@?#\\\"<>{}$".contains(c);
        if rest.is_empty() || rest.starts_with(['/', ':']) || rest.contains(forbidden) || !rest.is_ascii() {
            return Err(mistaken(raw, wanted));
        }
        Ok(Self(text.to_owned()))
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

/// The address of a service that is asked for something: absolute, without user or fragment. Plain `http` is judged
/// where the operator's `outbound_allow` is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceUrl {
    text: String,
    host: String,
    port: u16,
    encrypted: bool,
}

impl ServiceUrl {
    /// The address.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `https`.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Its host in lower case, without the brackets of an IPv6 address, and its port.
    pub(crate) fn place(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (encrypted, usual) = match scheme.to_ascii_lowercase().as_str() {
            "https" => (true, 443),
            "http" => (false, 80),
            _ => return None,
        };
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "@#\\\"<>{}$".contains(c);
        if !text.is_ascii() || rest.contains(forbidden) {
            return None;
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().ok().filter(|port| *port != 0)?)
            }
            _ => (authority, usual),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        (!host.is_empty()).then(|| Self { text: text.to_owned(), host, port, encrypted })
    }
}

impl Kind for ServiceUrl {
    fn name() -> String {
        "an absolute `https` address".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "an absolute address, such as `\"https://login.example.org/oauth2/token\"`";
        match raw {
            Raw::Text(text) => Self::parse(text.trim()).ok_or_else(|| mistaken(raw, wanted)),
            _ => Err(mistaken(raw, wanted)),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, PublicUrl, Raw, ServiceUrl};

    /// SEC-52: the place that is asked is plain to see; nothing of the address says who asks.
    #[test]
    fn a_service_has_a_plain_address() {
        let read = |text: &str| {
            let url = ServiceUrl::read(&Raw::Text(text.into())).ok()?;
            let (host, port) = url.place();
            Some((host.to_owned(), port, url.is_encrypted()))
        };
        let at = |host: &str, port, encrypted| Some((host.to_owned(), port, encrypted));

        assert_eq!(read("https://Login.example.org/oauth2/token?v=2"), at("login.example.org", 443, true));
        assert_eq!(read("https://[2001:db8::1]:8443/token"), at("2001:db8::1", 8443, true));
        assert_eq!(read("https://[2001:db8::1]/token"), at("2001:db8::1", 443, true));
        assert_eq!(read("http://127.0.0.1:8080"), at("127.0.0.1", 8080, false));
        for wrong in [
            "login.example.org/token",
            "ftp://login.example.org",
            "https://",
            "https:///token",
            "https://u:p@login.example.org",
            "https://login.example.org/#token",
            "https://login.example.org:0/",
            "https://login.example.org:x/",
            "https://a b/",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    /// SEC-54: links carry secrets, so their host is plain to see and their transport is encrypted.
    #[test]
    fn only_a_plain_https_address_is_public() {
        let written = [
            "https://id.example.org/",
            "https://id.example.org:9443/auth",
            "http://id.example.org",
            "https://",
            "https:///path",
            "https://good.example@evil.example",
            "https://id.example.org/?next=",
            "/auth",
            "https://a b",
        ];

        let read = written.map(|text| PublicUrl::read(&Raw::Text(text.into())).ok());

        let read: Vec<Option<&str>> = read.iter().map(|url| url.as_ref().map(PublicUrl::as_str)).collect();
        let mut expected = vec![Some("https://id.example.org"), Some("https://id.example.org:9443/auth")];
        expected.resize(written.len(), None);
        assert_eq!(read, expected);
    }
}
