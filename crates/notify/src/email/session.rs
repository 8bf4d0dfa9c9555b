//! Conversations with the mail server: connect, secure, sign in, hand over; a few connections are kept for the next
//! mail.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsVersion,
};
use lettre::transport::smtp::commands::Auth;
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;

use super::lookahead::NoLookahead;
use super::message::Prepared;
use super::settings::{SignIn, SmtpSettings, SmtpTls};
use super::token::{Source, Token, Tokens};
use crate::outbound::Outbound;
use crate::outcome::Outcome;
use crate::trust::{Roots, TrustError};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Connections kept open between mails.
const KEPT: usize = 4;

/// The server, how to speak to it, and the connections nobody uses right now.
pub(super) struct Server {
    hostname: String,
    port: u16,
    tls: SmtpTls,
    parameters: TlsParameters,
    proof: Proof,
    hello: ClientId,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// How we prove to the server who we are.
enum Proof {
    None,
    Password(Credentials),
    Token { username: String, tokens: Box<Tokens> },
}

/// Why no connection came about, before any SMTP was spoken.
type Unreached = std::io::Error;

impl Server {
    pub(super) fn new(
        settings: &SmtpSettings,
        roots: &Roots,
        outbound: &Outbound,
    ) -> Result<Self, TrustError> {
        let proof = match &settings.sign_in {
            SignIn::None => Proof::None,
            SignIn::Password { username, password } => {
                Proof::Password(Credentials::new(username.clone(), password.to_string()))
            }
            SignIn::Token { username, client } => Proof::Token {
                username: username.clone(),
                tokens: Box::new(Tokens::new(client.clone(), outbound.clone())),
            },
        };
        Ok(Self {
            hostname: settings.hostname.clone(),
            port: settings.port,
            tls: settings.tls,
            parameters: parameters(&settings.hostname, roots)
                .map_err(|error| TrustError::Unusable(error.to_string()))?,
            proof,
            hello: ClientId::Domain(settings.from.email.domain().to_owned()),
            idle: Mutex::default(),
        })
    }

    /// Hands over one mail and returns what the server said. A connection is kept only after a success.
    pub(super) async fn send(&self, mail: &Prepared, now: Timestamp) -> Result<String, Failure> {
        let mut connection = self.connection(now).await?;
        let response = connection.send(&mail.envelope, &mail.bytes).await?;
        let said = format!("SMTP {} {}", response.code(), response.message().collect::<Vec<_>>().join(" "));
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(said)
    }

    async fn connection(&self, now: Timestamp) -> Result<AsyncSmtpConnection, Failure> {
        loop {
            let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match kept {
                None => return self.connect(now).await,
                // servers hang up on idle clients: that is no failure of this mail
                Some(mut connection) => {
                    if connection.test_connected().await {
                        return Ok(connection);
                    }
                }
            }
        }
    }

    async fn connect(&self, now: Timestamp) -> Result<AsyncSmtpConnection, Failure> {
        match &self.proof {
            Proof::None => self.secured().await,
            Proof::Password(credentials) => {
                let mut connection = self.secured().await?;
                connection.auth(DEFAULT_MECHANISMS, credentials).await?;
                Ok(connection)
            }
            Proof::Token { username, tokens } => self.with_token(username, tokens, now).await,
        }
    }

    /// A token that was at hand may have been taken back since: refused, it is replaced by a new one, once.
    async fn with_token(
        &self,
        username: &str,
        tokens: &Tokens,
        now: Timestamp,
    ) -> Result<AsyncSmtpConnection, Failure> {
        let (token, source) = tokens.get(now).await?;
        let mut refused = match self.signed_in(username, &token).await {
            Err(Failure::Smtp(refused)) if is_sign_in_refused(&refused) => refused,
            done => return done,
        };
        tokens.forget(&token).await;
        if source == Source::Cached {
            let (token, _) = tokens.get(now).await?;
            refused = match self.signed_in(username, &token).await {
                Err(Failure::Smtp(refused)) if is_sign_in_refused(&refused) => refused,
                done => return done,
            };
            tokens.forget(&token).await;
        }
        Err(Failure::Smtp(refused))
    }

    async fn signed_in(&self, username: &str, token: &Token) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = self.secured().await?;
        if !connection.server_info().supports_auth_mechanism(Mechanism::Xoauth2) {
            return Err(Outcome::retry("the mail server does not take access tokens (XOAUTH2)").into());
        }
        let credentials = Credentials::new(username.to_owned(), token.text.to_string());
        let mut said = connection.command(Auth::new(Mechanism::Xoauth2, credentials, None)?).await?;
        if said.has_code(334) {
            // Why it refuses comes as a challenge; only after an empty answer to that it says so with a code.
            said = connection.command("\r\n").await?;
        }
        if said.has_code(235) {
            return Ok(connection);
        }
        Err(Outcome::retry(format!("the mail server refused our sign-in: SMTP {}", said.code())).into())
    }

    /// Nothing but EHLO and STARTTLS is said before TLS stands, when TLS is asked for (SEC-53).
    async fn secured(&self) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = if self.tls == SmtpTls::Implicit {
            let (server, tls) = ((self.hostname.as_str(), self.port), Some(self.parameters.clone()));
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_WITHIN), &self.hello, tls, None).await?
        } else {
            let connecting = TcpStream::connect((self.hostname.as_str(), self.port));
            let stream = tokio::time::timeout(CONNECT_WITHIN, connecting)
                .await
                .unwrap_or_else(|_| Err(Unreached::from(std::io::ErrorKind::TimedOut)))?;
            let stream = Box::new(NoLookahead::new(stream));
            AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await?
        };
        if self.tls == SmtpTls::Required {
            connection.starttls(self.parameters.clone(), &self.hello).await?;
        }
        Ok(connection)
    }
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Nobody answered.
    #[error(transparent)]
    Unreached(#[from] Unreached),
    /// The server, or TLS, said no.
    #[error(transparent)]
    Smtp(#[from] Error),
    /// We have nothing to sign in with, or it is not taken.
    #[error("no sign-in")]
    SignIn(Outcome),
}

impl From<Outcome> for Failure {
    fn from(outcome: Outcome) -> Self {
        Self::SignIn(outcome)
    }
}

/// 535: the credentials are invalid (RFC 4954 §6), for a token most likely because it has ended.
fn is_sign_in_refused(error: &Error) -> bool {
    error.status().is_some_and(|code| u16::from(code) == 535)
}

fn parameters(hostname: &str, roots: &Roots) -> Result<TlsParameters, Error> {
    let builder = TlsParameters::builder(hostname.to_owned()).set_min_tls_version(TlsVersion::Tlsv12);
    match roots {
        Roots::System => builder.build(),
        Roots::Only(pem) => builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(Certificate::from_pem(pem)?)
            .build(),
    }
}
