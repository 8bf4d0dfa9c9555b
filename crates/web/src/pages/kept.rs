//! What somebody typed survives the end of his session (pages §1): it waits in a sealed cookie until he has signed in
//! again and is back at the form.

use axum::http::{HeaderMap, HeaderValue};
use countersign_domain::{Entropy, SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::cookie;
use crate::sealed::Sealer;

const NAME: &str = "__Host-cs-kept";
const PURPOSE: &str = "countersign kept form";
/// How long signing in may take.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// What a browser takes as one cookie, less its name and what is around it.
const LENGTH_MAX: usize = 3_500;

/// A form that could not be taken yet. Never a secret: only fields its type names as [`super::posted::Form::KEPT`].
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Kept {
    /// Where it was sent to.
    action: String,
    at: Timestamp,
    fields: Vec<(String, String)>,
}

impl Kept {
    /// The fields of `fields` a form lets survive.
    pub(super) fn new(action: &str, names: &[&str], fields: &[(String, String)], now: Timestamp) -> Self {
        let fields = fields.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect();
        Self { action: action.to_owned(), at: now, fields }
    }

    /// The `Set-Cookie`; `None` where there is nothing to keep, or too much of it.
    pub(super) fn keep(&self, key: &[u8; 32], entropy: &mut dyn Entropy) -> Option<HeaderValue> {
        if self.fields.is_empty() {
            return None;
        }
        let body = Zeroizing::new(serde_json::to_vec(self).ok()?);
        let value = Sealer::new(key, PURPOSE).seal(entropy, b"", body)?;
        cookie::set(NAME, &value, LIFETIME.as_secs()).filter(|_| value.len() <= LENGTH_MAX)
    }

    /// What is kept in these headers, if it is ours and not too old.
    pub(super) fn found(key: &[u8; 32], headers: &HeaderMap, now: Timestamp) -> Option<Self> {
        let value = cookie::value(headers, NAME).filter(|value| !value.is_empty())?;
        let opened = Sealer::new(key, PURPOSE).open(b"", value)?;
        let kept: Self = serde_json::from_slice(&opened).ok()?;
        let age = now.duration_since(kept.at);
        (!age.is_negative() && age < LIFETIME).then_some(kept)
    }

    /// The `Set-Cookie` that forgets it.
    pub(super) fn forget() -> Option<HeaderValue> {
        cookie::end(NAME)
    }

    /// What was typed into `name` of the form that goes to `action`.
    pub(crate) fn typed(&self, action: &str, name: &str) -> Option<&str> {
        self.all_typed(action, name).first().copied()
    }

    /// The same of a field a form has more than once: what was ticked.
    pub(crate) fn all_typed(&self, action: &str, name: &str) -> Vec<&str> {
        let fields = self.fields.iter().filter(|(found, _)| self.action == action && found == name);
        fields.map(|(_, value)| value.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    struct Constant;

    impl Entropy for Constant {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn noon() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn fields() -> Vec<(String, String)> {
        [("email", "new@example.org"), ("password", "tin-goose-orbit"), ("csrf", "x")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    fn sent_back(kept: &Kept) -> HeaderMap {
        let cookie = kept.keep(&[7; 32], &mut Constant).unwrap();
        let pair = cookie.to_str().unwrap().split_once(';').unwrap().0.to_owned();
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&pair).unwrap())])
    }

    /// pages §1: kept, never a secret; only for the form it was typed into, and for ten minutes.
    #[test]
    fn what_was_typed_comes_back_where_it_was_typed() {
        let headers = sent_back(&Kept::new("/myaccount/email", &["email"], &fields(), noon()));

        let found = |key: &[u8; 32], at| Kept::found(key, &headers, at);
        let kept = found(&[7; 32], noon() + SignedDuration::from_mins(9)).unwrap();

        assert_eq!(kept.typed("/myaccount/email", "email"), Some("new@example.org"));
        assert_eq!(kept.typed("/myaccount/mobile", "email"), None);
        assert_eq!(kept.typed("/myaccount/email", "password"), None);
        assert_eq!(found(&[7; 32], noon() + LIFETIME), None);
        assert_eq!(found(&[8; 32], noon()), None);
    }

    #[test]
    fn nothing_is_kept_where_there_is_nothing_or_too_much() {
        let nothing = Kept::new("/myaccount/email", &[], &fields(), noon());
        let long = vec![("email".to_owned(), "x".repeat(4_000))];
        let much = Kept::new("/myaccount/email", &["email"], &long, noon());

        assert_eq!(nothing.keep(&[7; 32], &mut Constant), None);
        assert_eq!(much.keep(&[7; 32], &mut Constant), None);
    }
}
