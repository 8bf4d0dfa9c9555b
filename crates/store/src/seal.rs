//! Seals the secrets an outbox row must carry (SEC-55): AES-256-GCM, the message's id as associated data.
//!
//! ```text
//! blob = format (1 octet) ‖ key id (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16)
//! ```
//!
//! A blob copied into another message's row does not open. The key stays outside the database; its id in the blob says
//! which of two keys sealed it during a rotation.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use countersign_domain::change::SecretDigest;
use countersign_domain::{Entropy, MessageId};
use zeroize::Zeroizing;

const FORMAT: u8 = 1;
const KEY_ID: usize = 8;
const NONCE: usize = 12;

/// One sealing key.
#[derive(Clone)]
pub struct SealKey(Zeroizing<[u8; 32]>);

/// The key in use and, during rotation, the one before: new blobs are sealed with the first, both open.
#[derive(Clone, Debug)]
pub struct SealKeys {
    current: SealKey,
    previous: Option<SealKey>,
}

/// Why a blob stays shut: the row is then dead, never sent garbled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unsealable {
    /// Not in a form this version writes.
    #[error("the sealed secret is not in a known form")]
    Form,
    /// Sealed with a key this server does not have.
    #[error("the secret was sealed with a key this server does not have")]
    UnknownKey,
    /// Altered, or sealed for another message.
    #[error("the sealed secret does not belong to this message")]
    Forged,
}

impl SealKey {
    /// Takes key bytes read from the key file.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// What the database keeps of the key, so that a node with another key refuses to start.
    pub fn fingerprint(&self) -> SecretDigest {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut digest = [0_u8; 32];
        digest.copy_from_slice(hmac::sign(&key, b"countersign seal").as_ref());
        SecretDigest::new(digest)
    }

    fn derived(&self, purpose: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut derived = Zeroizing::new([0_u8; 32]);
        derived.copy_from_slice(hmac::sign(&key, purpose.as_bytes()).as_ref());
        Self(derived)
    }

    fn id(&self) -> [u8; KEY_ID] {
        let mut id = [0_u8; KEY_ID];
        id.copy_from_slice(self.fingerprint().as_bytes().split_at(KEY_ID).0);
        id
    }

    fn cipher(&self) -> LessSafeKey {
        let key = UnboundKey::new(&AES_256_GCM, self.0.as_slice());
        LessSafeKey::new(key.unwrap_or_else(|_| unreachable!("AES-256 takes the 32 octets a key has")))
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(…)")
    }
}

impl SealKeys {
    /// The keys of this server.
    pub const fn new(current: SealKey, previous: Option<SealKey>) -> Self {
        Self { current, previous }
    }

    /// Keys for another purpose, made of these: what is sealed with them opens with them alone.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> Self {
        let previous = self.previous.as_ref().map(|key| key.derived(purpose));
        Self { current: self.current.derived(purpose), previous }
    }

    /// What the database keeps of the key in use.
    pub fn fingerprint(&self) -> SecretDigest {
        self.current.fingerprint()
    }

    /// Seals what message `id` must deliver. The nonce is drawn fresh for every blob: 96 random bits are good for 2³²
    /// messages under one key (NIST SP 800-38D §8.3).
    pub fn seal(&self, entropy: &mut dyn Entropy, id: MessageId, plain: &[u8]) -> Vec<u8> {
        self.seal_bound(entropy, id.uuid().as_bytes(), plain)
    }

    /// Seals what opens only where `bound` is the same.
    pub fn seal_bound(&self, entropy: &mut dyn Entropy, bound: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0_u8; NONCE];
        entropy.fill(&mut nonce);
        let mut body = plain.to_vec();
        let aad = Aad::from(bound);
        let sealed = self.current.cipher().seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            aad,
            &mut body,
        );
        sealed.unwrap_or_else(|_| unreachable!("a message is shorter than the 64 GiB AES-GCM can seal"));
        [&[FORMAT][..], &self.current.id(), &nonce, &body].concat()
    }

    /// Opens what was sealed for message `id`.
    pub fn open(&self, id: MessageId, blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        self.open_bound(id.uuid().as_bytes(), blob)
    }

    /// Opens what was sealed with the same `bound`.
    pub fn open_bound(&self, bound: &[u8], blob: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let body = blob.strip_prefix(&[FORMAT]).ok_or(Unsealable::Form)?;
        let (key_id, body) = body.split_first_chunk::<KEY_ID>().ok_or(Unsealable::Form)?;
        let (nonce, body) = body.split_first_chunk::<NONCE>().ok_or(Unsealable::Form)?;
        let keys = std::iter::once(&self.current).chain(&self.previous);
        let key = keys.into_iter().find(|key| key.id() == *key_id).ok_or(Unsealable::UnknownKey)?;
        let mut body = Zeroizing::new(body.to_vec());
        let aad = Aad::from(bound);
        let opened = key.cipher().open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut body);
        let length = opened.map_err(|_| Unsealable::Forged)?.len();
        body.truncate(length);
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::Timestamp;

    use super::*;

    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    fn keys(seed: u8) -> SealKeys {
        SealKeys::new(SealKey::new([seed; 32]), None)
    }

    fn message(entropy: &mut Counting) -> MessageId {
        MessageId::new(entropy.id(Timestamp::UNIX_EPOCH))
    }

    /// SEC-55, I11.
    #[test]
    fn what_is_sealed_opens_again_and_does_not_show() {
        let mut entropy = Counting(0);
        let id = message(&mut entropy);

        let blob = keys(1).seal(&mut entropy, id, b"K7Q2ZP");

        assert!(!blob.windows(6).any(|window| window == b"K7Q2ZP"));
        assert_eq!(keys(1).open(id, &blob).unwrap().as_slice(), b"K7Q2ZP");
    }

    /// SEC-55: the row's id is associated data.
    #[test]
    fn a_blob_moved_to_another_message_stays_shut() {
        let mut entropy = Counting(0);
        let (mine, other) = (message(&mut entropy), message(&mut entropy));

        let blob = keys(1).seal(&mut entropy, mine, b"K7Q2ZP");

        assert_eq!(keys(1).open(other, &blob), Err(Unsealable::Forged));
    }

    #[test]
    fn an_altered_blob_stays_shut_wherever_it_was_altered() {
        let mut entropy = Counting(0);
        let id = message(&mut entropy);
        let blob = keys(1).seal(&mut entropy, id, b"K7Q2ZP");

        for place in 0..blob.len() {
            let mut altered = blob.clone();
            altered[place] ^= 1;
            assert!(keys(1).open(id, &altered).is_err(), "octet {place}");
        }
        for length in 0..blob.len() {
            assert!(keys(1).open(id, &blob[..length]).is_err(), "first {length} octets");
        }
    }

    #[test]
    fn during_a_rotation_both_keys_open_and_afterwards_only_the_new_one() {
        let mut entropy = Counting(0);
        let id = message(&mut entropy);
        let old = keys(1).seal(&mut entropy, id, b"K7Q2ZP");

        let rotating = SealKeys::new(SealKey::new([2; 32]), Some(SealKey::new([1; 32])));

        assert_eq!(rotating.open(id, &old).unwrap().as_slice(), b"K7Q2ZP");
        assert_eq!(keys(2).open(id, &old), Err(Unsealable::UnknownKey));
        assert_ne!(keys(1).fingerprint(), keys(2).fingerprint());
    }
}
