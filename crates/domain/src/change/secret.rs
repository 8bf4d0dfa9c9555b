//! Digests of secrets, bound to what they prove (SEC-3, SEC-4, SEC-7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Purpose;
use crate::claim::Address;
use crate::ids::{ChallengeId, ChangeId, TenantId, UserId};

/// HMAC-SHA-256 of a secret and everything it is bound to. Not secret itself without the key, but compared as if.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretDigest([u8; 32]);

impl SecretDigest {
    /// A digest read back from the database.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the storage drivers and constant-time comparison.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretDigest(…)")
    }
}

/// One MAC key, kept outside the database.
#[derive(Clone)]
pub struct MacKey(Zeroizing<[u8; 32]>);

impl MacKey {
    /// Takes key bytes read from the key file.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn digest(&self, parts: &[&[u8]]) -> SecretDigest {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.0.as_slice())
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        SecretDigest(mac.finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey(…)")
    }
}

/// The key in use and, during rotation, the one before: new digests are made with the first, both are accepted.
#[derive(Clone, Debug)]
pub struct MacKeys {
    current: MacKey,
    previous: Option<MacKey>,
}

impl MacKeys {
    /// The keys of this server.
    pub const fn new(current: MacKey, previous: Option<MacKey>) -> Self {
        Self { current, previous }
    }

    /// The digest stored for a secret that proves what `binding` says.
    pub fn challenge_digest(&self, binding: &Binding<'_>, secret: &[u8]) -> SecretDigest {
        binding.digest(&self.current, secret)
    }

    /// The digests a presented secret is compared under: one for each key.
    pub fn candidates(&self, binding: &Binding<'_>, secret: &[u8]) -> Vec<SecretDigest> {
        self.each(|key| binding.digest(key, secret))
    }

    /// The indexed, non-unique digest that finds a code without its user (SEC-5). It selects; the bound digest decides.
    pub fn lookup_digest(&self, tenant: &TenantId, code: &str) -> SecretDigest {
        self.current.digest(&[b"lookup", tenant.as_str().as_bytes(), code.as_bytes()])
    }

    /// The lookup digests of a presented code: one for each key.
    pub fn lookup_candidates(&self, tenant: &TenantId, code: &str) -> Vec<SecretDigest> {
        self.each(|key| key.digest(&[b"lookup", tenant.as_str().as_bytes(), code.as_bytes()]))
    }

    /// The digest of a cancel link's secret: unusable for anything else (SEC-7).
    pub fn cancel_digest(&self, change: ChangeId, secret: &[u8]) -> SecretDigest {
        self.current.digest(&[b"cancel", change.uuid().as_bytes(), secret])
    }

    /// The digests a presented cancel secret is compared under.
    pub fn cancel_candidates(&self, change: ChangeId, secret: &[u8]) -> Vec<SecretDigest> {
        self.each(|key| key.digest(&[b"cancel", change.uuid().as_bytes(), secret]))
    }

    /// A pseudonym for a value in shared budgets and audit rows: equal for equal values, useless without the key.
    pub fn pseudonym(&self, kind: &str, value: &str) -> SecretDigest {
        self.current.digest(&[b"pseudonym", kind.as_bytes(), value.as_bytes()])
    }

    /// What the database keeps of the current key, so that a node with another key refuses to start.
    pub fn fingerprint(&self) -> SecretDigest {
        self.current.digest(&[b"fingerprint"])
    }

    fn each(&self, digest: impl Fn(&MacKey) -> SecretDigest) -> Vec<SecretDigest> {
        std::iter::once(&self.current).chain(&self.previous).map(digest).collect()
    }
}

/// Everything a proof is bound to: a digest fits nothing else (SEC-3, SEC-6, SEC-7).
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// The issue it belongs to.
    pub challenge: ChallengeId,
    /// Whose value.
    pub user: UserId,
    /// What the proof is for.
    pub purpose: Purpose,
    /// The value, byte for byte, and with it the claim family.
    pub value: &'a Address,
}

impl Binding<'_> {
    fn digest(&self, key: &MacKey, secret: &[u8]) -> SecretDigest {
        let (challenge, user) = (self.challenge.uuid(), self.user.uuid());
        key.digest(&[
            b"challenge",
            challenge.as_bytes(),
            user.as_bytes(),
            self.value.family().as_str().as_bytes(),
            self.purpose.as_str().as_bytes(),
            self.value.as_str().as_bytes(),
            secret,
        ])
    }
}

/// A link's token: a public selector that finds the row, and a secret that proves (SEC-4).
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken {
    /// 96 bits, base64url: stored as it is.
    pub selector: String,
    /// 256 bits, base64url: stored as a digest only.
    pub secret: Zeroizing<String>,
}

impl LinkToken {
    /// Makes one from fresh randomness.
    pub fn mint(entropy: &mut dyn crate::Entropy) -> Self {
        let mut selector = [0_u8; 12];
        entropy.fill(&mut selector);
        let secret = Zeroizing::new(entropy.secret());
        Self {
            selector: URL_SAFE_NO_PAD.encode(selector),
            secret: Zeroizing::new(URL_SAFE_NO_PAD.encode(secret.as_slice())),
        }
    }

    /// As it stands in the link: `selector.secret`.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}.{}", self.selector, self.secret.as_str()))
    }

    /// Reads a token as it stands in a link; `None` if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let (selector, secret) = text.split_once('.')?;
        let plain = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        (plain(selector, 16) && plain(secret, 43))
            .then(|| Self { selector: selector.to_owned(), secret: Zeroizing::new(secret.to_owned()) })
    }
}

impl std::fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkToken({}.…)", self.selector)
    }
}

/// What a caller presented as proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Presented {
    /// A link's token.
    Link(LinkToken),
    /// Anything else: compared as a code, whatever it looks like.
    Code(Code),
}

/// A presented code, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl Code {
    /// The characters, for the digest.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Presented {
    /// Reads what was typed or pasted: surrounding white space does not count, case does (`verification.md` §3.3).
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        LinkToken::parse(text).map_or_else(|| Self::Code(Code(Zeroizing::new(text.to_owned()))), Self::Link)
    }

    /// Reads what was typed into a code field: a code, whatever it looks like, and no white space in it counts.
    pub fn code(text: &str) -> Self {
        Self::Code(Code(Zeroizing::new(text.split_whitespace().collect())))
    }

    /// The secret part, as digests are made of it.
    pub fn secret(&self) -> &[u8] {
        match self {
            Self::Link(token) => token.secret.as_bytes(),
            Self::Code(code) => code.as_str().as_bytes(),
        }
    }
}

#[cfg(test)]
mod tests;
