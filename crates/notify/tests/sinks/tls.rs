//! A certificate for loopback, and the provider every test binary needs.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A self-signed certificate for `localhost` and 127.0.0.1: the server's side, and the PEM a client trusts.
#[derive(Clone)]
pub struct Certificate {
    pub pem: Vec<u8>,
    pub acceptor: TlsAcceptor,
}

/// Installs the cryptography provider, once for the test binary.
pub fn install_provider() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default(); // a second install is refused, harmlessly
}

impl Certificate {
    pub fn new() -> Self {
        install_provider();
        let made =
            rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Self { pem: made.cert.pem().into_bytes(), acceptor: TlsAcceptor::from(Arc::new(config)) }
    }
}
