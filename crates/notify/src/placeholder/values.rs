//! What a message carries, by placeholder name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::percent_encoded;

/// The names whose values prove something; they are cut from whatever a provider answers before it is kept.
const SECRET_NAMES: [&str; 6] =
    ["confirmation-code", "otpTokenString", "OTPCode", "cancel-link", "confirmation-link", "body"];
/// The names that hold the whole address.
const ADDRESS_NAMES: [&str; 4] = ["send-to", "mobile", "verification-pending-email", "new-email-address"];

/// The values of one message. `Debug` lists the names only: the values are codes and addresses.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more value, replacing one of the same name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Adds or replaces one value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// What a placeholder stands for: the value itself; for `url:NAME` the value percent-encoded; for an absent
    /// `user.claim.NAME` the empty text.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some(value) = self.0.get(name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some(inner) = name.strip_prefix("url:") {
            return self.get(inner).map(|value| Cow::Owned(percent_encoded(&value)));
        }
        name.starts_with("user.claim.").then_some(Cow::Borrowed(""))
    }

    /// The values that must not be kept when a provider echoes them: codes, links, full addresses.
    pub fn confidential(&self) -> Vec<&str> {
        SECRET_NAMES
            .iter()
            .chain(&ADDRESS_NAMES)
            .filter_map(|name| self.0.get(*name))
            .map(String::as_str)
            .collect()
    }

    /// The same values, each rewritten.
    #[must_use]
    pub fn map(&self, rewrite: impl Fn(&str, &str) -> String) -> Self {
        Self(self.0.iter().map(|(name, value)| (name.clone(), rewrite(name, value))).collect())
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Values {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
