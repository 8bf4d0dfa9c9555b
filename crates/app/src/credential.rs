//! Verified credentials, remembered for a minute (SEC-33, PERFORMANCE §4).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use countersign_domain::{SignedDuration, Timestamp, UserId};
use countersign_store::SignIn;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The account a credential belongs to, and what it may do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Account {
    /// A person.
    User {
        /// Who.
        id: UserId,
        /// As stored.
        user_name: String,
        /// Granted scopes; `internal_login` is everybody's.
        scopes: Vec<String>,
        /// Whether the password is a known weak one (SEC-32).
        weak: bool,
        /// The credential that was shown: what is opened on it ends with it (I13).
        credential_version: u64,
    },
    /// A program.
    Client {
        /// Who.
        id: countersign_domain::ClientId,
        /// What people see.
        name: String,
        /// What its token may do.
        scopes: Vec<String>,
    },
}

/// Why a credential was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum BasicRefusal {
    /// Unknown, wrong, disabled or locked: one answer for all.
    #[error("the credentials are not valid")]
    Invalid,
    /// Too many failures: try again later (SEC-34).
    #[error("too many failed sign-ins; try again later")]
    Throttled(SignedDuration),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] crate::error::Failure),
}

/// How long a success is remembered.
const TTL: SignedDuration = SignedDuration::from_secs(60);
/// How many are remembered; the oldest half is dropped beyond.
const ENTRIES_MAX: usize = 50_000;

/// Successes only, under a key that dies with the process. The key covers the stored hash and the credential version,
/// so that a password change, a lock or a disable invalidates by itself.
pub(crate) struct CredentialCache {
    key: Zeroizing<[u8; 32]>,
    seen: Mutex<HashMap<UserId, ([u8; 32], Timestamp)>>,
}

impl CredentialCache {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key: Zeroizing::new(key), seen: Mutex::new(HashMap::new()) }
    }

    /// The entry this password would have for this account as it is stored now.
    pub(crate) fn digest(&self, sign_in: &SignIn, password: &str) -> Option<[u8; 32]> {
        let stored = sign_in.password_hash.as_deref()?;
        let (user, version) = (sign_in.user.uuid(), sign_in.credential_version.to_be_bytes());
        self.keyed(&[b"credential", user.as_bytes(), &version, password.as_bytes(), stored.as_bytes()])
    }

    /// Whose turn it is while a password is checked: one for each name and password, known or not.
    pub(crate) fn turn(&self, name: &str, password: &str) -> Option<[u8; 32]> {
        self.keyed(&[b"turn", name.as_bytes(), password.as_bytes()])
    }

    fn keyed(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.key.as_slice()).ok()?;
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Some(mac.finalize().into_bytes().into())
    }

    pub(crate) fn knows(&self, user: UserId, digest: &[u8; 32], now: Timestamp) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&user).is_some_and(|(known, at)| known == digest && now.duration_since(*at).abs() < TTL)
    }

    pub(crate) fn remember(&self, digest: [u8; 32], user: UserId, now: Timestamp) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= ENTRIES_MAX {
            seen.retain(|_, (_, at)| now.duration_since(*at) < TTL);
        }
        if seen.len() >= ENTRIES_MAX {
            seen.clear();
        }
        seen.insert(user, (digest, now));
    }

    /// Another password than the remembered one ends what is remembered. While an account is guessed at, its right password
    /// is counted and refused like any other: one that passed would be found out without a limit (SEC-34).
    pub(crate) fn forget(&self, user: UserId) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&user);
    }
}
