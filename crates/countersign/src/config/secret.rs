//! A secret from the configuration: readable by those who need it, shown to nobody.

use std::fmt;

use zeroize::Zeroizing;

use super::kind::{Kind, Raw};
use super::problem::Complaint;

/// A password or key. Debug output and `config show` are masked; the memory is wiped on drop (SEC-58).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text literally.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself. Whoever calls this answers for where it goes.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Exactly one wrapper is stripped, since operators were told to write it round passwords with `<`, `>` or `&`;
/// everything else, entities included, is literal (SEED-27).
fn unwrapped(text: &str) -> &str {
    text.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")).unwrap_or(text)
}

impl Kind for Secret {
    const SECRET: bool = true;

    fn name() -> String {
        "secret text".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let Raw::Text(text) = raw else {
            return Err(Complaint::new("must be text in quotes", "Write the secret between quotes."));
        };
        let text = unwrapped(text);
        if text.is_empty() {
            return Err(Complaint::new("is an empty secret", "Write the secret, or delete the line."));
        }
        Ok(Self::new(text))
    }

    fn show(&self) -> Option<String> {
        Some("\"********\"".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Raw, Secret};

    /// SEED-27: exactly one wrapper goes, nothing else is unescaped.
    #[test]
    fn one_cdata_wrapper_is_stripped_and_the_rest_is_literal() {
        let written = [
            "<![CDATA[xxxx]]>",
            "<![CDATA[<![CDATA[a]]>]]>",
            "<![CDATA[open",
            "a&amp;b",
            " <![CDATA[x]]>",
            "<![CDATA[p&ss<]]>",
        ];

        let read = written.map(|text| Secret::read(&Raw::Text(text.into())).map(|s| s.reveal().to_owned()));

        let expected = ["xxxx", "<![CDATA[a]]>", "<![CDATA[open", "a&amp;b", " <![CDATA[x]]>", "p&ss<"];
        assert_eq!(read, expected.map(|text| Ok(text.to_owned())));
    }

    /// SEC-58: neither debug output nor `config show` holds it.
    #[test]
    fn a_secret_is_shown_to_nobody() {
        let secret = Secret::new("hunter22");

        assert_eq!(format!("{secret:?} {:?}", secret.show()), r#"Secret(…) Some("\"********\"")"#);
    }
}
