//! The public address of the server: the only one that links are made of (SEC-54).

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

#[cfg(test)]
mod tests {
    use super::{Kind, PublicUrl, Raw};

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
