//! `[output_adapter.email]` (verification.md §6.1): the keys as written, and the checked settings made of them.

use std::fmt;

use lettre::message::Mailbox;
use reqwest::Url;
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
    /// With `auth_type = "CLIENT_CREDENTIAL"`: who we are to the provider of access tokens. The password is not used then.
    pub oauth: Option<OauthKeys>,
}

/// The four keys of `auth_type = "CLIENT_CREDENTIAL"`.
#[derive(Clone, Default)]
pub struct OauthKeys {
    /// The client at the provider.
    pub client_id: Option<String>,
    /// Its secret; one `<![CDATA[…]]>` round it is taken off, as of the password.
    pub client_secret: Option<String>,
    /// Where access tokens come from: `https`, or what `outbound_allow` lists.
    pub token_endpoint: Option<String>,
    /// What is asked for, separated by spaces.
    pub scopes: Option<String>,
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
    pub(crate) sign_in: SignIn,
}

/// How we sign in at the mail server.
#[derive(Clone)]
pub(crate) enum SignIn {
    /// Not at all.
    None,
    /// With a password.
    Password {
        /// Whose.
        username: String,
        /// His password.
        password: Zeroizing<String>,
    },
    /// With an access token (XOAUTH2).
    Token {
        /// The mailbox that is sent from.
        username: String,
        /// Who fetches tokens.
        client: OauthClient,
    },
}

/// A client of the provider of access tokens (RFC 6749 §4.4).
#[derive(Clone)]
pub(crate) struct OauthClient {
    pub(crate) id: String,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) endpoint: Url,
    pub(crate) scopes: Option<String>,
}

impl SmtpSettings {
    /// Checks the keys; `None` when no sender is configured (no `from_address`). Reports every problem at once.
    pub fn try_new(keys: &SmtpKeys) -> Result<Option<Self>, Vec<SmtpProblem>> {
        let Some(from) = given(keys.from_address.as_ref()) else { return Ok(None) };
        let mut problems = Vec::new();
        let mut problem = |key, text| problems.push(SmtpProblem { key, text });

        let sign_in = sign_in(keys, from, &mut problem);
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
        if tls == SmtpTls::None && !matches!(sign_in, Some(SignIn::None)) {
            problem(
                "tls",
                "is none, but neither a password nor a token is ever sent without TLS: set it to required, or \
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
        match (from_mailbox, reply_to, sign_in) {
            (Ok(from), Ok(reply_to), Some(sign_in)) if problems.is_empty() => {
                Ok(Some(Self { from, reply_to, hostname, port, tls, sign_in }))
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

/// How to sign in; `None` when a key of it is wrong, which was reported then. Without user name or password: not at all
/// (verification.md §6.1).
fn sign_in(
    keys: &SmtpKeys,
    from: &str,
    problem: &mut impl FnMut(&'static str, &'static str),
) -> Option<SignIn> {
    if !keys.enable_authentication.unwrap_or(true) {
        return Some(SignIn::None);
    }
    let bare = |key: &Option<String>| key.as_deref().map(without_cdata).unwrap_or_default().to_owned();
    let username = bare(&keys.username);
    let Some(oauth) = &keys.oauth else {
        let password = Zeroizing::new(bare(&keys.password));
        return Some(if username.is_empty() || password.is_empty() {
            SignIn::None
        } else {
            SignIn::Password { username, password }
        });
    };
    let username = if username.is_empty() { from.to_owned() } else { username };
    if username.chars().any(char::is_control) {
        problem("username", "holds a line break or another control character: remove it");
        return None;
    }
    Some(SignIn::Token { username, client: oauth_client(oauth, problem)? })
}

fn oauth_client(
    keys: &OauthKeys,
    problem: &mut impl FnMut(&'static str, &'static str),
) -> Option<OauthClient> {
    let id = given(keys.client_id.as_ref());
    if id.is_none() {
        problem("client_id", "is needed with auth_type CLIENT_CREDENTIAL: write the client at the provider");
    }
    let secret = given(keys.client_secret.as_ref()).map(without_cdata).filter(|secret| !secret.is_empty());
    if secret.is_none() {
        problem("client_secret", "is needed with auth_type CLIENT_CREDENTIAL: write the client's secret");
    }
    let endpoint = given(keys.token_endpoint.as_ref()).and_then(|text| text.parse::<Url>().ok());
    let endpoint =
        endpoint.filter(|url| matches!(url.scheme(), "https" | "http") && url.username().is_empty());
    if endpoint.is_none() {
        problem(
            "token_endpoint",
            "is needed with auth_type CLIENT_CREDENTIAL: write an absolute https address",
        );
    }
    Some(OauthClient {
        id: id?.to_owned(),
        secret: Zeroizing::new(secret?.to_owned()),
        endpoint: endpoint?,
        scopes: given(keys.scopes.as_ref()).map(str::to_owned),
    })
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
            .field("authenticated", &!matches!(self.sign_in, SignIn::None))
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

        let SignIn::Password { username, password } = &settings.sign_in else { panic!("{settings:?}") };
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

    fn with_tokens(oauth: OauthKeys) -> SmtpKeys {
        SmtpKeys { oauth: Some(oauth), ..keys() }
    }

    fn provider() -> OauthKeys {
        let text = |text: &str| Some(text.to_owned());
        OauthKeys {
            client_id: text("mailer-app"),
            client_secret: text("<![CDATA[s<e]]>"),
            token_endpoint: text("https://login.example.org/oauth2/token"),
            scopes: None,
        }
    }

    /// verification.md §6.1: the mailbox is `username`, or else the address mail comes from; the secret is unwrapped, and
    /// shown nowhere.
    #[test]
    fn a_client_signs_in_for_a_mailbox() {
        let named = SmtpSettings::try_new(&with_tokens(provider())).unwrap().unwrap();
        let nameless = SmtpKeys { username: None, password: None, ..with_tokens(provider()) };
        let nameless = SmtpSettings::try_new(&nameless).unwrap().unwrap();

        let mailboxes = [&named, &nameless].map(|settings| match &settings.sign_in {
            SignIn::Token { username, client } => (username.as_str(), client.secret.as_str()),
            _ => panic!("{settings:?}"),
        });

        assert_eq!(mailboxes, [("mailer", "s<e"), ("no-reply@shop.example", "s<e")]);
        assert!(!format!("{named:?}").contains("s<e"));
    }

    /// SEC-53: every key of the client that is missing or wrong at once; no token without TLS; a control character in the
    /// mailbox's name could end the field it stands in.
    #[test]
    fn a_client_is_whole_or_refused() {
        let problems = |keys: &SmtpKeys| {
            let problems = SmtpSettings::try_new(keys).unwrap_err();
            problems.iter().map(|problem| problem.key).collect::<Vec<_>>()
        };
        let elsewhere = |url: &str| OauthKeys { token_endpoint: Some(url.to_owned()), ..provider() };
        let clear = SmtpKeys { tls: Some(SmtpTls::None), ..with_tokens(provider()) };
        let broken = SmtpKeys { username: Some("a\u{1}auth=x".to_owned()), ..with_tokens(provider()) };

        let missing = ["client_id", "client_secret", "token_endpoint"];
        assert_eq!(problems(&with_tokens(OauthKeys::default())), missing);
        for url in ["login.example.org/token", "ftp://login.example.org", "https://u:p@login.example.org"] {
            assert_eq!(problems(&with_tokens(elsewhere(url))), ["token_endpoint"], "{url}");
        }
        assert_eq!((problems(&clear), problems(&broken)), (vec!["tls"], vec!["username"]));
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
