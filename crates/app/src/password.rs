//! Passwords: what is accepted, and how they are hashed without starving anything else (SEC-33).

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use countersign_domain::Entropy as _;
use countersign_store::PasswordWrite;
use pool::Pool;
use zeroize::Zeroizing;

use crate::app::SharedEntropy;
use crate::error::Failure;

/// What a new password must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PasswordPolicy {
    /// `password_min_length`.
    pub length_min: usize,
    /// `weak_passwords = "allow"`: known weak ones are accepted and marked.
    pub allow_weak: bool,
}

/// A password to set, and who vouches for it.
#[derive(Clone)]
pub enum NewPassword {
    /// Somebody chose it: the policy applies.
    Chosen(Zeroizing<String>),
    /// It stands in the operator's own configuration: taken as it is, and marked if weak (SEC-32).
    Configured(Zeroizing<String>),
}

/// Why a new password is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("a password has at least {0} characters")]
    Short(usize),
    /// Beyond what is hashed.
    #[error("a password has at most 1024 bytes")]
    Long,
    /// On the list of passwords everybody tries first.
    #[error("this password is among those tried first by every attacker; choose another")]
    Known,
    /// The hashing queue is full.
    #[error("too many passwords are being set at once; try again in a moment")]
    Overloaded,
}

/// The longest password hashed.
const LENGTH_MAX: usize = 1_024;
/// Shorter ones are weak whatever they are.
const LENGTH_WEAK: usize = 8;
/// Argon2id on a bounded number of threads: cores − 1, at least one.
#[derive(Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    policy: PasswordPolicy,
    pool: Pool,
    entropy: SharedEntropy,
    /// A hash nobody knows the password of: unknown users cost what known ones cost.
    dummy: Arc<str>,
}

impl Passwords {
    /// The pool. OWASP's parameters: 19 MiB, two passes, one lane.
    pub fn new(policy: PasswordPolicy, cores: usize, mut entropy: SharedEntropy) -> Result<Self, Failure> {
        let params = Params::new(19 * 1_024, 2, 1, None).map_err(|_| Failure::Crypto)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let unknown = entropy.secret();
        let dummy: Arc<str> = hash(&argon, &unknown, &entropy.secret())?.into();
        let pool = Pool::start(cores.saturating_sub(1).max(1)).map_err(|_| Failure::Overloaded)?;
        Ok(Self { argon, policy, pool, entropy, dummy })
    }

    /// What a new password must be.
    pub(crate) const fn policy(&self) -> PasswordPolicy {
        self.policy
    }

    /// Checks a new password against the policy and hashes it. Exact bytes; nothing is trimmed or normalised.
    pub(crate) async fn hash_new(&self, password: &NewPassword) -> Result<PasswordWrite, WeakPassword> {
        let (password, weak) = self.judged(password)?;
        let salt = self.entropy.clone().secret();
        let (argon, password) = (self.argon.clone(), password.clone());
        let hash =
            self.pool.run(move || hash(&argon, password.as_bytes(), &salt)).await.and_then(|done| done);
        Ok(PasswordWrite { hash: hash.map_err(|_| WeakPassword::Overloaded)?, weak })
    }

    /// Whether `password` is the one hashed; without a hash it costs the same and is never right.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Failure> {
        let known = stored.is_some();
        let stored: Arc<str> = stored.map_or_else(|| self.dummy.clone(), Arc::from);
        let (argon, password) = (self.argon.clone(), Zeroizing::new(password.to_owned()));
        let right = self.pool.run(move || verify(&argon, password.as_bytes(), &stored)).await?;
        Ok(right && known)
    }

    /// A new password that may be set, and whether it is a weak one.
    pub(crate) fn judged<'p>(
        &self,
        password: &'p NewPassword,
    ) -> Result<(&'p Zeroizing<String>, bool), WeakPassword> {
        Ok(match password {
            NewPassword::Chosen(password) => (password, self.judge(password)?),
            NewPassword::Configured(password) => {
                (password, weak::is_known(password) || password.chars().count() < LENGTH_WEAK)
            }
        })
    }

    /// Whether a password is one of the weak ones; refused where the policy refuses them.
    fn judge(&self, password: &str) -> Result<bool, WeakPassword> {
        if password.len() > LENGTH_MAX {
            return Err(WeakPassword::Long);
        }
        if password.chars().count() < self.policy.length_min {
            return Err(WeakPassword::Short(self.policy.length_min));
        }
        let weak = weak::is_known(password);
        if weak && !self.policy.allow_weak { Err(WeakPassword::Known) } else { Ok(weak) }
    }
}

fn hash(argon: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Result<String, Failure> {
    let salt = salt.get(..16).ok_or(Failure::Crypto)?;
    let hash = argon.hash_password_with_salt(password, salt).map_err(|_| Failure::Crypto)?;
    Ok(hash.to_string())
}

fn verify(argon: &Argon2<'_>, password: &[u8], stored: &str) -> bool {
    argon2::password_hash::phc::PasswordHash::new(stored)
        .is_ok_and(|parsed| argon.verify_password(password, &parsed).is_ok())
}

mod pool;
pub(crate) mod weak;
