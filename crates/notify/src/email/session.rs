//! Conversations with the mail server: connect, secure, sign in, hand over; a few connections are kept for the next
//! mail.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsVersion,
};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;

use super::lookahead::NoLookahead;
use super::message::Prepared;
use super::settings::{SmtpSettings, SmtpTls};
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
    credentials: Option<Credentials>,
    hello: ClientId,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// Why no connection came about, before any SMTP was spoken.
type Unreached = std::io::Error;

impl Server {
    pub(super) fn new(settings: &SmtpSettings, roots: &Roots) -> Result<Self, TrustError> {
        let credentials = settings.credentials.as_ref();
        Ok(Self {
            hostname: settings.hostname.clone(),
            port: settings.port,
            tls: settings.tls,
            parameters: parameters(&settings.hostname, roots)
                .map_err(|error| TrustError::Unusable(error.to_string()))?,
            credentials: credentials
                .map(|(username, password)| Credentials::new(username.clone(), password.to_string())),
            hello: ClientId::Domain(settings.from.email.domain().to_owned()),
            idle: Mutex::default(),
        })
    }

    /// Hands over one mail and returns what the server said. A connection is kept only after a success.
    pub(super) async fn send(&self, mail: &Prepared) -> Result<String, Failure> {
        let mut connection = self.connection().await?;
        let response = connection.send(&mail.envelope, &mail.bytes).await?;
        let said = format!("SMTP {} {}", response.code(), response.message().collect::<Vec<_>>().join(" "));
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(said)
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        loop {
            let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match kept {
                None => return self.connect().await,
                // servers hang up on idle clients: that is no failure of this mail
                Some(mut connection) => {
                    if connection.test_connected().await {
                        return Ok(connection);
                    }
                }
            }
        }
    }

    /// Nothing but EHLO and STARTTLS is said before TLS stands, when TLS is asked for (SEC-53).
    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
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
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
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
