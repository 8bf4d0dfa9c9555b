//! `[output_adapter.email]` and `[output_adapter.email.custom_properties]`.

use super::kind::words;
use super::network::{HostName, MailAddress, OutboundPermission};
use super::reader::Reader;
use super::secret::Secret;
use super::table::{Table, table};
use super::web_address::ServiceUrl;

words! {
    /// How the way to the mail server is encrypted.
    SmtpTls {
        /// STARTTLS, and no mail when the server does not offer it.
        Required = "required",
        /// TLS from the first byte, as on port 465.
        Implicit = "implicit",
        /// Not at all.
        None = "none"
    }
}

words! {
    /// How this server proves to the mail server who it is.
    AuthType {
        /// User name and password.
        Basic = "BASIC",
        /// An OAuth 2.0 access token, fetched with client credentials.
        ClientCredential = "CLIENT_CREDENTIAL"
    }
}

table! {
    /// The mail server that e-mail is handed to. No mail is sent before `from_address` is set; until then, and only on
    /// this machine, messages go to the dev inbox.
    ["output_adapter.email"] EmailAdapter {
        /// The address mail comes from.
        from_address: Option<MailAddress> = None, like "no-reply@example.org";
        /// The user at the mail server. Without user or password no sign-in is tried; with an access token it is the mailbox
        /// that is sent from, `from_address` when not set.
        username: Option<String> = None, like "no-reply@example.org";
        /// The password at the mail server. A wrapper `<![CDATA[…]]>` round the whole is taken off; nothing else is
        /// unescaped.
        password: Option<Secret> = None, like "$env{SMTP_PASSWORD}";
        /// A file with the password, instead of `password`. A relative path starts at the folder of this file.
        password_file: Option<String> = None, like "/run/secrets/smtp_password";
        /// The mail server. `smtp.gmail.com` when not set.
        hostname: Option<HostName> = None, like "smtp.example.org";
        /// Its port.
        port: u16 = 587;
        /// Whether to encrypt by STARTTLS. `tls` says the same and more, and wins.
        enable_start_tls: bool = true;
        /// How to encrypt: `"required"` is STARTTLS or nothing, `"implicit"` is TLS from the first byte, `"none"` is not
        /// at all and refused together with a password. When not set, `enable_start_tls` decides.
        tls: Option<SmtpTls> = None, like "required";
        /// Whether to sign in, with `username` and `password` or with an access token.
        enable_authentication: bool = true;
        /// The name shown beside the sender's address. The user name when not set.
        signature: Option<String> = None, like "Example accounts";
        /// Where answers go. The sender's address when not set.
        reply_to: Option<MailAddress> = None, like "help@example.org";
        /// How to sign in: `"BASIC"` with user name and password, or `"CLIENT_CREDENTIAL"` with an access token (XOAUTH2)
        /// that the four keys below fetch.
        auth_type: AuthType = AuthType::Basic;
        /// The OAuth client at the mail provider.
        client_id: Option<String> = None, like "mailer";
        /// Its secret. A wrapper `<![CDATA[…]]>` is taken off as for `password`.
        client_secret: Option<Secret> = None, like "$env{SMTP_CLIENT_SECRET}";
        /// Where the access token comes from. Plain `http` or a private address needs an entry in
        /// `[countersign.security] outbound_allow`.
        token_endpoint: Option<ServiceUrl> = None, like "https://login.example.org/oauth2/token";
        /// The scopes to ask for, separated by spaces. The provider's own choice when not set.
        scopes: Option<String> = None, like "https://mail.example.org/.default";
    }
}

table! {
    /// Properties of `JavaMail` that change how mail is sent. Those below are understood; others have no counterpart and
    /// are reported.
    ["output_adapter.email.custom_properties"] EmailCustomProperties {
        /// `true` means `tls = "implicit"`.
        ssl_enable as "mail.smtp.ssl.enable": bool = false;
        /// `true` means `tls = "required"`.
        starttls_enable as "mail.smtp.starttls.enable": bool = false;
        /// `true` means `tls = "required"`.
        starttls_required as "mail.smtp.starttls.required": bool = false;
    }
}

impl EmailAdapter {
    /// Whether mail can be sent at all.
    pub(crate) fn is_configured(&self) -> bool {
        self.from_address.is_some()
    }

    /// The mail server in force.
    pub(crate) fn relay(&self) -> &str {
        self.hostname.as_ref().map_or("smtp.gmail.com", HostName::as_str)
    }

    /// The encryption in force. After loading it is never undecided.
    pub(crate) fn encryption(&self) -> SmtpTls {
        self.tls.unwrap_or(if self.enable_start_tls { SmtpTls::Required } else { SmtpTls::None })
    }

    fn signs_in(&self) -> bool {
        let has_credentials = match self.auth_type {
            AuthType::Basic => self.username.is_some() && self.password.is_some(),
            AuthType::ClientCredential => true,
        };
        self.enable_authentication && has_credentials
    }

    /// Reads the password file, settles on one encryption, and refuses to send a password in clear (SEC-53).
    pub(super) fn settle(&mut self, custom: &EmailCustomProperties, reader: &mut Reader<'_>) {
        reader.fill_from_file(
            &mut self.password,
            self.password_file.as_deref(),
            "output_adapter.email.password",
        );
        if self.tls.is_none() {
            let starttls = custom.starttls_enable || custom.starttls_required;
            self.tls = Some(match (custom.ssl_enable, starttls) {
                (true, _) => SmtpTls::Implicit,
                (false, true) => SmtpTls::Required,
                (false, false) => self.encryption(),
            });
        }
        if self.port == 0 {
            reader.refuse(
                "output_adapter.email.port",
                "must be from 1 to 65535, not `0`",
                "Write the port of the mail server, usually 587 or 465.",
            );
        }
        self.settle_sender(reader);
        self.settle_credentials(reader);
    }

    fn settle_sender(&self, reader: &mut Reader<'_>) {
        if !self.is_configured() {
            reader.caution_if_table(
                Self::PATH,
                "has no `from_address`, so no e-mail is sent",
                "Add `from_address = \"no-reply@…\"`, or delete the table.",
            );
        } else if self.hostname.is_none() {
            let key = "output_adapter.email.hostname";
            let key = if reader.is_given(key) { key } else { "output_adapter.email.from_address" };
            reader.caution(
                key,
                "goes with no mail server, so mail is handed to smtp.gmail.com, the default",
                "Write `hostname = \"…\"` below `[output_adapter.email]`.",
            );
        }
    }

    fn settle_credentials(&self, reader: &mut Reader<'_>) {
        let key = ["tls", "enable_start_tls"].map(|name| format!("output_adapter.email.{name}"));
        let key =
            key.iter().find(|key| reader.is_given(key)).map_or("output_adapter.email.tls", String::as_str);
        match (self.encryption(), self.signs_in()) {
            (SmtpTls::None, true) => reader.refuse(
                key,
                match self.auth_type {
                    AuthType::Basic => "would send the password of the mail server in clear",
                    AuthType::ClientCredential => "would send the access token of the mail server in clear",
                },
                "Use `tls = \"required\"` or `\"implicit\"`; or `enable_authentication = false` for a relay that needs none.",
            ),
            (SmtpTls::None, false) if self.is_configured() => reader.caution(
                key,
                "lets mail, and the links and codes in it, travel in clear",
                "Use it only for a relay on this machine; otherwise `tls = \"required\"`.",
            ),
            _ => {}
        }
        self.settle_client(reader);
    }

    /// The keys of the client stand together, and beside no password.
    fn settle_client(&self, reader: &mut Reader<'_>) {
        let by_token = self.auth_type == AuthType::ClientCredential;
        let key = |name: &str| format!("output_adapter.email.{name}");
        let needed = [
            ("client_id", self.client_id.is_none()),
            ("client_secret", self.client_secret.is_none()),
            ("token_endpoint", self.token_endpoint.is_none()),
        ];
        for (name, _) in needed.into_iter().filter(|(_, missing)| by_token && *missing) {
            if reader.is_refused(&key(name)) {
                continue;
            }
            reader.refuse(
                &key(name),
                "is needed with `auth_type = \"CLIENT_CREDENTIAL\"`",
                "Write it below `[output_adapter.email]`, or use `auth_type = \"BASIC\"`.",
            );
        }
        let (unused, why): (&[&str], _) = if by_token {
            (&["password", "password_file"], "has no effect with `auth_type = \"CLIENT_CREDENTIAL\"`")
        } else {
            let client = &["client_id", "client_secret", "token_endpoint", "scopes"];
            (client, "has no effect without `auth_type = \"CLIENT_CREDENTIAL\"`")
        };
        for name in unused {
            reader.caution_if_given(&key(name), why, "Delete the line, or change `auth_type`.");
        }
    }

    /// Plain `http` would carry the client's secret in clear; where the operator has listed the place, or a network it may
    /// be in, he wants that.
    pub(super) fn settle_endpoint(&self, allowed: &[OutboundPermission], reader: &mut Reader<'_>) {
        let Some(endpoint) = self.token_endpoint.as_ref().filter(|endpoint| !endpoint.is_encrypted()) else {
            return;
        };
        let (name, number) = endpoint.place();
        let is_listed = allowed.iter().any(|permission| match permission {
            OutboundPermission::Block(_) => true,
            OutboundPermission::Endpoint { host, port } => (host.as_str(), *port) == (name, number),
        });
        if !is_listed {
            reader.refuse(
                "output_adapter.email.token_endpoint",
                "is plain `http`, which would send `client_secret` in clear",
                "Write `https://…`, or list its host and port in `[countersign.security] outbound_allow`.",
            );
        }
    }
}
