//! Whom an outgoing TLS connection believes.

use rustls::crypto::CryptoProvider;

/// The certificate authorities outgoing TLS trusts. Verification itself is never off (SEC-53).
#[derive(Debug, Clone, Default)]
pub enum Roots {
    /// The system's; `SSL_CERT_FILE` is honoured (DESIGN §5).
    #[default]
    System,
    /// Only these, as PEM: for an operator's private authority, and for tests.
    Only(Vec<u8>),
}

/// Why no outgoing TLS client can be built. Found once, at start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The binary has not installed its cryptography provider.
    #[error("no TLS provider is installed; install one before building outgoing clients")]
    NoProvider,
    /// The roots cannot be read or are not certificates.
    #[error("the trusted certificates cannot be used ({0}); install ca-certificates or set SSL_CERT_FILE")]
    Unusable(String),
}

/// Says early, and without a panic, that the provider is missing.
pub(crate) fn provider_installed() -> Result<(), TrustError> {
    CryptoProvider::get_default().map(|_| ()).ok_or(TrustError::NoProvider)
}
