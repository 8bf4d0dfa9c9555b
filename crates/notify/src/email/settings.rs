//! `[output_adapter.email]` (verification.md §6.1): the keys as written, and the checked settings made of them.

use std::fmt;

use lettre::message::Mailbox;
use zeroize::Zeroizing;

/// The keys of `[output_adapter.email]` with WSO2's names and defaults. An empty text counts as absent, except where
/// that would hide a mistake.
#[derive(Clone, Default)]
pub struct SmtpKeys {
    /// The address mails come from. Without it no e-mail is sent.
    pub from_address: Option<String>,
    /// User name; empty = no authentication.
    pub username: Option<String>,
    /// Password, also wrapped as `<![CDATA[…]]>` (SEED-27); empty = no authentication.
    pub password: Option<String>,
    /// The mail server; `smtp.gmail.com` when absent.
    pub hostname: Option<String>,
    /// Its port; 587 when absent. On 465 TLS starts at once.
    pub port: Option<u16>,
    /// How the connection is protected; STARTTLS when absent, on port 465 TLS from the first byte.
    pub tls: Option<SmtpTls>,
    /// Whether to sign in; true when absent.
    pub enable_authentication: Option<bool>,
    /// The display name of From.
    pub signature: Option<String>,
    /// Reply-To; `from_address` when absent.
    pub reply_to: Option<String>,
}

/// Something wrong with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpProblem {
    /// The key under `[output_adapter.email]`.
    pub key: &'static str,
    /// One sentence with a remedy; holds no password.
    pub text: &'static str,
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// STARTTLS, or nothing is sent (SEC-53).
    Required,
    /// TLS from the first byte (port 465).
    Implicit,
    /// None: for a relay on a trusted network. Never together with a password.
    None,
}

/// Checked settings. `Debug` shows neither user name nor password.
#[derive(Clone)]
pub struct SmtpSettings {
    pub(crate) from: Mailbox,
    pub(crate) reply_to: Mailbox,
    pub(crate) hostname: String,
    pub(crate) port: u16,
    pub(crate) tls: SmtpTls,
    pub(crate) credentials: Option<(String, Zeroizing<String>)>,
}

impl SmtpSettings {
    /// Checks the keys; `None` when no sender is configured (no `from_address`). Reports every problem at once.
    pub fn try_new(keys: &SmtpKeys) -> Result<Option<Self>, Vec<SmtpProblem>> {
        let Some(from) = given(keys.from_address.as_ref()) else { return Ok(None) };
        let mut problems = Vec::new();
        let mut problem = |key, text| problems.push(SmtpProblem { key, text });

        let credentials = credentials(keys);
        let hostname = keys.hostname.as_deref().map_or("smtp.gmail.com", str::trim).to_owned();
        let port = keys.port.unwrap_or(587);
        let tls = match (port, keys.tls) {
            (465, _) => SmtpTls::Implicit,
            (_, tls) => tls.unwrap_or(SmtpTls::Required),
        };
        if hostname.is_empty() {
            problem("hostname", "is empty: write the name of the mail server");
        }
        if port == 0 {
            problem("port", "must not be 0: 587 is usual");
        }
        if tls == SmtpTls::None && credentials.is_some() {
            problem(
                "tls",
                "is none, but a password is never sent without TLS: set it to required, or \
                enable_authentication to false",
            );
        }
        let name = given(keys.signature.as_ref());
        if name.is_some_and(|name| name.chars().any(char::is_control)) {
            problem("signature", "holds a line break or another control character: remove it");
        }
        let from_mailbox = from.parse().map(|address| Mailbox::new(name.map(str::to_owned), address));
        if from_mailbox.is_err() {
            problem("from_address", "is not an e-mail address: write it like no-reply@example.com");
        }
        let reply_to =
            given(keys.reply_to.as_ref()).unwrap_or(from).parse().map(|address| Mailbox::new(None, address));
        if reply_to.is_err() && keys.reply_to.is_some() {
            problem("reply_to", "is not an e-mail address: write it like help@example.com");
        }
        match (from_mailbox, reply_to) {
            (Ok(from), Ok(reply_to)) if problems.is_empty() => {
                Ok(Some(Self { from, reply_to, hostname, port, tls, credentials }))
            }
            _ => Err(problems),
        }
    }

    /// Where mails go, for a line at start: `host:port`.
    pub fn server(&self) -> String {
        format!("{}:{}", self.hostname, self.port)
    }

    /// How the connection is protected.
    pub fn tls(&self) -> SmtpTls {
        self.tls
    }
}

fn given(value: Option<&String>) -> Option<&str> {
    value.map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Either empty → no authentication (verification.md §6.1).
fn credentials(keys: &SmtpKeys) -> Option<(String, Zeroizing<String>)> {
    let username = without_cdata(keys.username.as_deref()?);
    let password = without_cdata(keys.password.as_deref()?);
    let wanted = keys.enable_authentication.unwrap_or(true) && !username.is_empty() && !password.is_empty();
    wanted.then(|| (username.to_owned(), Zeroizing::new(password.to_owned())))
}

/// Takes exactly one `<![CDATA[…]]>` off, which WSO2's documentation asks for; otherwise the text is literal (SEED-27).
pub fn without_cdata(text: &str) -> &str {
    text.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")).unwrap_or(text)
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("server", &self.server())
            .field("tls", &self.tls)
            .field("authenticated", &self.credentials.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> SmtpKeys {
        let text = |text: &str| Some(text.to_owned());
        SmtpKeys {
            from_address: text("no-reply@shop.example"),
            username: text("mailer"),
            password: text("<![CDATA[a<b&c]]>"),
            ..SmtpKeys::default()
        }
    }

    /// SEED-27: the wrapped password is the password; one wrapper is taken off, no other character is changed.
    #[test]
    fn a_cdata_password_means_what_is_inside() {
        let settings = SmtpSettings::try_new(&keys()).unwrap().unwrap();

        let (username, password) = settings.credentials.clone().unwrap();
        assert_eq!((username.as_str(), password.as_str()), ("mailer", "a<b&c"));
        assert_eq!(without_cdata("<![CDATA[<![CDATA[x]]>]]>"), "<![CDATA[x]]>");
        assert_eq!(without_cdata("&lt;"), "&lt;");
    }

    /// SEED-26, verification.md §6.1: the defaults; STARTTLS is required unless it is switched off.
    #[test]
    fn the_defaults_are_those_of_the_table() {
        let settings = SmtpSettings::try_new(&keys()).unwrap().unwrap();

        assert_eq!(settings.server(), "smtp.gmail.com:587");
        assert_eq!(settings.tls(), SmtpTls::Required);
        assert_eq!(settings.reply_to.to_string(), "no-reply@shop.example");
        let shown = format!("{settings:?}");
        assert!(!shown.contains("mailer") && !shown.contains("a<b"), "{shown}");
    }

    /// Without a from address there is no sender, and that is no mistake.
    #[test]
    fn no_from_address_is_no_sender() {
        for from_address in [None, Some(" ".to_owned())] {
            let keys = SmtpKeys { from_address, ..keys() };
            assert!(SmtpSettings::try_new(&keys).unwrap().is_none());
        }
    }

    /// SEC-53, SEC-49: no password without TLS, no line break in a header; every problem at once.
    #[test]
    fn problems_are_reported_together() {
        let bad = SmtpKeys {
            from_address: Some("nobody".into()),
            hostname: Some(String::new()),
            port: Some(0),
            tls: Some(SmtpTls::None),
            signature: Some("Shop\r\nBcc: x@example.org".into()),
            reply_to: Some("@".into()),
            ..keys()
        };

        let problems: Vec<_> =
            SmtpSettings::try_new(&bad).unwrap_err().iter().map(|problem| problem.key).collect();

        assert_eq!(problems, ["hostname", "port", "tls", "signature", "from_address", "reply_to"]);
    }
}
