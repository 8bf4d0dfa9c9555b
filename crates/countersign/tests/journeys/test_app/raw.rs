//! Bytes over TLS, for what no HTTP client would send.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::TestApp;
use crate::sinks::tls::install_provider;

impl TestApp {
    /// The `host:port` of the server.
    pub(crate) fn authority(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Sends `bytes` on a connection of their own, in pieces of so many, and reads until the server closes it.
    /// `protocol` is what TLS agrees on.
    pub(crate) async fn raw(&self, protocol: Option<&str>, bytes: &[u8], piece: usize) -> String {
        install_provider();
        let pem = std::fs::read(self.home().security().join("server.crt")).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
        let mut config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocol.map(|name| name.as_bytes().to_vec()).into_iter().collect();
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let (mut answers, mut requests) = tokio::io::split(stream);

        let ask = async {
            for piece in bytes.chunks(piece) {
                // A server that has refused reads no more.
                if requests.write_all(piece).await.is_err() || requests.flush().await.is_err() {
                    break;
                }
            }
        };
        let mut read = Vec::new();
        // However it ends: what was read before stays.
        let (_, ()) = tokio::join!(answers.read_to_end(&mut read), ask);
        let said = String::from_utf8_lossy(&read).into_owned();
        self.said.add(said.clone());
        said
    }
}
