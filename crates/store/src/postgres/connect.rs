//! Connections: to a node that takes writes, encrypted where the address asks for it, noticed when they die.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::task::JoinHandle;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StoreError;

/// How long to wait for a connection, new or from the pool, before the request is answered "try later" (REL-17).
const PATIENCE: Duration = Duration::from_secs(5);

/// A transaction of ours is never idle; one that is has lost its client, and its locks must not outlive it by much. Nor
/// does a commit wait for ever behind somebody else's. A database whose default isolation is another must not change
/// what the conditional updates mean (REL-3).
const SESSION: &str = "-c idle_in_transaction_session_timeout=5000 -c lock_timeout=10000 \
                       -c default_transaction_isolation=read\\ committed";

/// Opens connections as the address asks for.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    /// `None`: in clear, over a unix socket or as the address says.
    tls: Option<MakeRustlsConnect>,
}

impl Connector {
    /// Reads a `postgresql://` address or a key-value string. `sslmode=require` (and libpq's stricter spellings, which
    /// mean the same here: certificate and name are always checked) encrypts; without it nothing is encrypted.
    pub(super) fn parse(address: &str) -> Result<Self, StoreError> {
        let address = address
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        // The cause is dropped: it may quote the address, and with it the password.
        let mut config: Config = address
            .parse()
            .map_err(|_| StoreError::plain("the address of the PostgreSQL database cannot be read"))?;
        let options =
            config.get_options().map_or_else(|| SESSION.to_owned(), |theirs| format!("{SESSION} {theirs}"));
        config
            .options(options)
            .application_name("countersign")
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(PATIENCE)
            .keepalives_idle(PATIENCE)
            .tcp_user_timeout(PATIENCE * 2);
        let tls = match config.get_ssl_mode() {
            SslMode::Require => Some(system_roots()?),
            _ => None,
        };
        Ok(Self { config, tls })
    }

    /// A pool of at most `size` connections. None is opened yet.
    pub(super) fn pool(&self, size: usize) -> Result<Pool, StoreError> {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        Pool::builder(Manager::from_connect(self.config.clone(), self.clone(), config))
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| StoreError::lasting("the pool of database connections cannot be built", error))
    }

    /// A connection outside the pool; it closes when the client is dropped.
    pub(super) async fn open(&self) -> Result<Client, tokio_postgres::Error> {
        Ok(self.open_with(&self.config).await?.0)
    }

    async fn open_with(&self, config: &Config) -> Result<(Client, JoinHandle<()>), tokio_postgres::Error> {
        if let Some(tls) = &self.tls {
            let (client, connection) = config.connect(tls.clone()).await?;
            return Ok((client, tokio::spawn(async move { log_end(connection.await) })));
        }
        let (client, connection) = config.connect(NoTls).await?;
        Ok((client, tokio::spawn(async move { log_end(connection.await) })))
    }
}

impl Connect for Connector {
    fn connect(
        &self,
        config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), tokio_postgres::Error>> + Send + '_>>
    {
        let config = config.clone();
        Box::pin(async move { self.open_with(&config).await })
    }
}

/// Whoever waits for an answer learns of the loss by itself; this is for the operator.
fn log_end(outcome: Result<(), tokio_postgres::Error>) {
    if let Err(error) = outcome {
        tracing::warn!(
            event = "connection_ended",
            error = &error as &dyn std::error::Error,
            "a database connection ended"
        );
    }
}

/// The roots of the system; `SSL_CERT_FILE` is honoured (DESIGN §5).
fn system_roots() -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(rustls::ConfigBuilder::with_platform_verifier)
        .map_err(|error| {
            StoreError::lasting("the system's certificates cannot be used for the database", error)
        })?;
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}
