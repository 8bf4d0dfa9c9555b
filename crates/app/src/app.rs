//! Everything a use case works with, wired once.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_domain::change::MacKeys;
use countersign_domain::user_claim_update::{Connector, Settings};
use countersign_domain::{Entropy, OperationId, Timestamp};
use countersign_store::SealKeys;
use countersign_store::Store;
use tokio::sync::watch;

use crate::attempt::Turns;
use crate::credential::CredentialCache;
use crate::error::Failure;
use crate::password::{PasswordPolicy, Passwords};
use crate::publishers::Publishers;
use crate::senders::Senders;
use crate::sign_in::Places;
use crate::system::Surroundings;

/// The application: the store, the keys, the settings of the file, and what is shared between requests.
pub struct App {
    pub(crate) store: Store,
    pub(crate) keys: Keys,
    pub(crate) entropy: SharedEntropy,
    pub(crate) file: FileSettings,
    pub(crate) passwords: Passwords,
    pub(crate) senders: watch::Receiver<Senders>,
    pub(crate) publishers: watch::Receiver<Publishers>,
    pub(crate) surroundings: watch::Receiver<Surroundings>,
    pub(crate) turns: Turns,
    pub(crate) sign_in_turns: Turns,
    pub(crate) sign_in_places: Places,
    pub(crate) cache: CredentialCache,
    /// The selector of a link that is there: what a refusal of another one reads (SEC-14).
    pub(crate) known_link: Mutex<Option<String>>,
}

/// What the binary puts an [`App`] together from.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The server's keys.
    pub keys: Keys,
    /// The operating system's generator, or a seeded one.
    pub entropy: SharedEntropy,
    /// What the file says.
    pub file: FileSettings,
    /// The hashing pool.
    pub passwords: Passwords,
    /// What the worker says about its senders.
    pub senders: watch::Receiver<Senders>,
    /// What it says about the publishers' files.
    pub publishers: watch::Receiver<Publishers>,
    /// What the process knows of itself.
    pub surroundings: watch::Receiver<Surroundings>,
}

/// Keys that live outside the database (SEC-3, SEC-55).
#[derive(Clone)]
pub struct Keys {
    /// For digests of secrets.
    pub mac: MacKeys,
    /// For secrets waiting in the outbox.
    pub seal: SealKeys,
}

/// Settings that come from `deployment.toml` and do not change while running.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// The rules' settings, without the connector's.
    pub base: Settings,
    /// The connector's values as the file has them; an administrator's stand over them.
    pub connector: Connector,
    /// `https://host:port`, without a trailing slash: every link starts with it (SEC-54, I17).
    pub public_url: String,
    /// The name messages speak in.
    pub organization: String,
    /// The user who can do everything: `[super_admin] username`.
    pub super_admin: String,
    /// Whether no two groups may have one name (SCIM-96).
    pub unique_group_names: bool,
    /// Whether a uniqueness violation is answered 409 rather than 400.
    pub conflict_on_taken: bool,
}

/// Randomness shared by all requests. The ids it makes for one moment follow each other: two changes asked for in one
/// request are listed in the order they were made in.
#[derive(Clone)]
pub struct SharedEntropy {
    source: Arc<Mutex<dyn Entropy + Send>>,
    last: Arc<Mutex<u128>>,
}

impl SharedEntropy {
    /// Shares a source.
    pub fn new(source: impl Entropy + Send + 'static) -> Self {
        Self { source: Arc::new(Mutex::new(source)), last: Arc::default() }
    }
}

/// What of an id is neither time nor version (RFC 9562 §5.7); the variant's two bits are equal in all.
const RANDOM_BITS: u32 = 64;

impl Entropy for SharedEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }

    fn id(&mut self, now: Timestamp) -> uuid::Uuid {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let drawn = self.source.lock().unwrap_or_else(PoisonError::into_inner).id(now).as_u128();
        let same_moment = drawn >> RANDOM_BITS == *last >> RANDOM_BITS;
        let next = if same_moment && drawn <= *last { *last + 1 } else { drawn };
        *last = next;
        uuid::Uuid::from_u128(next)
    }
}

impl App {
    /// Wires the parts.
    pub fn new(parts: Parts) -> Self {
        let Parts { store, keys, mut entropy, file, passwords, senders, publishers, surroundings } = parts;
        let cache = CredentialCache::new(entropy.secret());
        Self {
            store,
            keys,
            entropy,
            file,
            passwords,
            senders,
            publishers,
            surroundings,
            turns: Turns::new(),
            sign_in_turns: Turns::new(),
            sign_in_places: Places::default(),
            cache,
            known_link: Mutex::default(),
        }
    }

    /// The database, for the worker, the command line and readiness.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// What the file says.
    pub const fn file(&self) -> &FileSettings {
        &self.file
    }

    /// What a new password must be, to say so before somebody types one.
    pub const fn password_policy(&self) -> PasswordPolicy {
        self.passwords.policy()
    }

    /// The store's clock: the one time surfaces compare with (REL-13).
    pub async fn now(&self) -> Result<Timestamp, Failure> {
        Ok(self.store.now().await?)
    }

    /// Randomness, for what a surface seals itself.
    pub fn entropy(&self) -> SharedEntropy {
        self.entropy.clone()
    }

    /// What stands behind each channel now.
    pub fn senders(&self) -> Senders {
        self.senders.borrow().clone()
    }

    /// A name for one request, in its log lines and error bodies: 16 hexadecimal digits, never a secret.
    pub fn trace_id(&self) -> String {
        let mut bytes = [0_u8; 8];
        self.entropy.clone().fill(&mut bytes);
        format!("{:016x}", u64::from_be_bytes(bytes))
    }

    /// The settings in force under these overrides.
    pub(crate) fn settings(&self, overrides: &BTreeMap<String, String>) -> Settings {
        self.file.connector.with(overrides).settings(&self.file.base)
    }

    /// An id for a commit decided at `now`.
    pub(crate) fn operation(&self, now: Timestamp) -> OperationId {
        OperationId::new(self.entropy.clone().id(now))
    }
}

/// The network a limit counts: an IPv4 address, or an IPv6 /64 (security §8).
pub(crate) fn source_net(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            let block = || format!("{a:x}:{b:x}:{c:x}:{d:x}::/64");
            v6.to_ipv4_mapped().map_or_else(block, |v4| v4.to_string())
        }
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Falls, so that without a counter every id would stand before the last one.
    struct Falling(u8);

    impl Entropy for Falling {
        fn fill(&mut self, bytes: &mut [u8]) {
            self.0 -= 1;
            bytes.fill(self.0);
        }
    }

    /// DESIGN §6: lists are in the order things happened, also within one millisecond and one microsecond.
    #[test]
    fn ids_of_one_moment_follow_each_other() {
        let mut entropy = SharedEntropy::new(Falling(200));
        let now: Timestamp = "2026-03-01T12:00:00.000001Z".parse().unwrap();
        let later: Timestamp = "2026-03-01T12:00:00.000002Z".parse().unwrap();

        let ids = [entropy.id(now), entropy.id(now), entropy.id(now), entropy.id(later)];

        assert!(ids.is_sorted() && ids.iter().all(|id| id.get_version_num() == 7), "{ids:?}");
        assert_ne!(ids[0], ids[1]);
    }
}
