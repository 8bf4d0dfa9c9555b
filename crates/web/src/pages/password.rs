//! What is said of a new password: before it is typed, and where it is refused (SEC-32).

use countersign_app::{PasswordPolicy, WeakPassword};

use super::PageError;
use super::language::Texts;

/// What one has to be.
pub(crate) fn policy(t: &Texts, policy: PasswordPolicy) -> String {
    let id = if policy.allow_weak { "password-policy" } else { "password-policy-unknown" };
    t.fill(id, &[("count", &policy.length_min.to_string())])
}

/// Why it is none.
pub(crate) fn refused(t: &Texts, weak: WeakPassword) -> Result<String, PageError> {
    match weak {
        WeakPassword::Short(least) => Ok(t.fill("password-short", &[("count", &least.to_string())])),
        WeakPassword::Long => Ok(t.say("password-long").to_owned()),
        WeakPassword::Known => Ok(t.say("password-known").to_owned()),
        WeakPassword::Overloaded => Err(PageError::Unavailable),
    }
}
