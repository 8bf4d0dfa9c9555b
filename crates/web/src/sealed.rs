//! What a browser keeps for us and must neither read nor write: AES-256-GCM under a key of its own for every purpose.
//!
//! `base64url( nonce (12) ‖ ciphertext ‖ tag (16) )`

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::Entropy;
use zeroize::Zeroizing;

const NONCE: usize = 12;

/// Seals and opens for one purpose.
pub(crate) struct Sealer(hmac::Tag);

impl Sealer {
    /// The sealer of this server for `purpose`: what one sealed no other opens (SEC-7).
    pub(crate) fn new(key: &[u8; 32], purpose: &str) -> Self {
        Self(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), purpose.as_bytes()))
    }

    /// Seals `body`; it opens only together with the same `bound`.
    pub(crate) fn seal(
        &self,
        entropy: &mut dyn Entropy,
        bound: &[u8],
        mut body: Zeroizing<Vec<u8>>,
    ) -> Option<String> {
        let mut nonce = [0_u8; NONCE];
        entropy.fill(&mut nonce);
        let aad = Aad::from(bound);
        let tag = self
            .cipher()?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut body)
            .ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce, body.as_slice(), tag.as_ref()].concat()))
    }

    /// Opens what was sealed with the same `bound`.
    pub(crate) fn open(&self, bound: &[u8], sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, body) = sealed.split_first_chunk::<NONCE>()?;
        let mut body = Zeroizing::new(body.to_vec());
        let aad = Aad::from(bound);
        let length =
            self.cipher()?.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut body).ok()?.len();
        body.truncate(length);
        Some(body)
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, self.0.as_ref()).ok().map(LessSafeKey::new)
    }
}
