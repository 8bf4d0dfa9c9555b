//! The certificate of the HTTPS listener: the operator's, or a self-signed one made at the first start (SEC-57).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use anyhow::Context as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::home::{Home, read_private, write_private};

/// The server's side of TLS, and whether its certificate is our own.
pub(crate) struct Identity {
    pub(crate) config: Arc<rustls::ServerConfig>,
    pub(crate) self_signed: bool,
}

/// The marker a self-made certificate carries as its common name.
const SELF_SIGNED: &str = "Countersign self-signed";

/// Loads `server.crt` and `server.key`, making them when neither is there.
pub(crate) fn load(home: &Home, hostname: &str) -> anyhow::Result<Identity> {
    let (certificate, key) = (home.security().join("server.crt"), home.security().join("server.key"));
    if !certificate.exists() && !key.exists() {
        let (certificate_pem, key_pem) = self_signed(hostname)?;
        write_private(&key, key_pem.as_bytes())?;
        write_private(&certificate, certificate_pem.as_bytes())?;
    }
    let certificate_pem =
        std::fs::read(&certificate).with_context(|| format!("cannot read {}", certificate.display()))?;
    let key_pem = read_private(&key)?.with_context(|| format!("{} is missing", key.display()))?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&certificate_pem)
        .collect::<Result<_, _>>()
        .with_context(|| format!("{} holds no certificate", certificate.display()))?;
    let private =
        PrivateKeyDer::from_pem_slice(&key_pem).with_context(|| format!("{} holds no key", key.display()))?;
    let self_signed = chain.first().is_some_and(|own| contains(own, SELF_SIGNED.as_bytes()));
    let mut config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .context("the certificate and the key do not belong together")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Identity { config: Arc::new(config), self_signed })
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Whether the certificate of a home folder is our own; also when there is none yet.
pub(crate) fn is_self_signed(home: &Home) -> bool {
    let Ok(pem) = std::fs::read(home.security().join("server.crt")) else { return true };
    let first = CertificateDer::pem_slice_iter(&pem).next().and_then(Result::ok);
    first.is_none_or(|own| contains(&own, SELF_SIGNED.as_bytes()))
}

/// An ECDSA P-256 certificate for this host and for loopback.
fn self_signed(hostname: &str) -> anyhow::Result<(String, String)> {
    let mut names = vec!["localhost".to_owned()];
    if hostname != "localhost" {
        names.push(hostname.to_owned());
    }
    let mut params =
        rcgen::CertificateParams::new(names).context("the host name does not fit a certificate")?;
    let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    params.subject_alt_names.extend(loopback.map(rcgen::SanType::IpAddress));
    params.distinguished_name.push(rcgen::DnType::CommonName, SELF_SIGNED);
    let key = rcgen::KeyPair::generate().context("cannot make a key")?;
    let certificate = params.self_signed(&key).context("cannot make a certificate")?;
    Ok((certificate.pem(), key.serialize_pem()))
}
