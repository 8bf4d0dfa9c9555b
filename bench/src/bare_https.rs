//! The limit of reads: the product's own HTTP and TLS stack with nothing behind it.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use anyhow::Context as _;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::pki_types::PrivateKeyDer;

/// Serves until killed. Certificate and TLS settings are of the kind the product makes for itself.
pub(crate) async fn serve(port: u16) -> anyhow::Result<()> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.install_default().map_err(|_| anyhow::anyhow!("another TLS provider is installed"))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).context("cannot listen")?;
    listener.set_nonblocking(true)?;
    let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(Arc::new(tls()?)));
    axum_server::from_tcp(listener)?
        .acceptor(acceptor.acceptor(NoDelayAcceptor::new()))
        .serve(router().into_make_service())
        .await
        .context("the bare server ended")
}

fn tls() -> anyhow::Result<rustls::ServerConfig> {
    let key = rcgen::KeyPair::generate()?;
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?.self_signed(&key)?;
    let private =
        PrivateKeyDer::try_from(key.serialize_der()).map_err(|why| anyhow::anyhow!("no key: {why}"))?;
    let mut config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn router() -> axum::Router {
    let answer =
        |body: &'static str| get(move || async move { ([(CONTENT_TYPE, "application/scim+json")], body) });
    axum::Router::new()
        .route("/700", answer(document(700).leak()))
        .route("/7k", answer(document(7_000).leak()))
        .route("/70k", answer(document(70_000).leak()))
}

/// A JSON document of exactly `bytes` bytes (at least eleven).
fn document(bytes: usize) -> String {
    format!(r#"{{"fill":"{}"}}"#, "x".repeat(bytes.saturating_sub(11)))
}

#[cfg(test)]
mod tests {
    use super::document;

    /// PERFORMANCE §1: the bare answer is as long as it says, and JSON.
    #[test]
    fn the_fixed_answer_is_json_of_the_stated_length() {
        let answer = document(700);

        assert_eq!(answer.len(), 700);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&answer).unwrap()["fill"].as_str().unwrap().len(),
            689
        );
    }
}
