//! What an answer, or its absence, means (REL-7), and what of it is kept (SEC-52).

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use zeroize::Zeroizing;

use super::resolve::AddressRefused;
use crate::outcome::{Outcome, excerpt};

/// How much of an answer is read at most.
const ANSWER_BYTES: usize = 64 * 1024;

/// An answer: all that is read of it.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// How long the other side asked us to wait.
    pub(crate) after: Option<Duration>,
    /// The first 64 KiB of its body; may hold a token.
    pub(crate) body: Zeroizing<Vec<u8>>,
}

impl Answer {
    pub(super) async fn read(mut response: Response, now: Timestamp) -> Self {
        let status = response.status();
        let after =
            response.headers().get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, now));
        let body = Zeroizing::new(body_start(&mut response).await);
        Self { status, after, body }
    }

    /// What a timeline may say of it.
    pub(crate) fn detail(&self, confidential: &[&str]) -> String {
        let said = excerpt(&String::from_utf8_lossy(&self.body), confidential);
        let status = self.status.as_u16();
        if said.is_empty() { format!("HTTP {status}") } else { format!("HTTP {status}: {said}") }
    }

    /// Classifies it by its status; the body only lends the detail.
    pub(super) fn classify(&self, confidential: &[&str]) -> Outcome {
        let (detail, after) = (self.detail(confidential), self.after);
        match self.status {
            status if status.is_success() => Outcome::HandedOver { detail },
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                Outcome::Retry { why: detail, after }
            }
            status if status.is_server_error() => Outcome::Retry { why: detail, after },
            _ => Outcome::Dead { why: detail },
        }
    }
}

/// Classifies a request that got no answer. The texts never hold the URL: its query may carry a key.
pub(super) fn classify_failure(error: &reqwest::Error) -> Outcome {
    if let Some(refused) = sources(error).find_map(|source| source.downcast_ref::<AddressRefused>()) {
        return Outcome::dead(refused.to_string());
    }
    if error.is_builder() {
        return Outcome::dead("the request could not be built");
    }
    if error.is_timeout() {
        let waiting_for = if error.is_connect() { "a connection" } else { "an answer" };
        return Outcome::unreached(format!("no answer in time while waiting for {waiting_for}"));
    }
    Outcome::unreached(format!("not reached: {}", root_cause(error)))
}

/// The innermost reason, which says most and knows no URL.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    match sources(error).last() {
        Some(cause) => excerpt(&cause.to_string(), &[]),
        None => "the connection failed".into(),
    }
}

fn sources<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(error.source(), |source| {
        let source: &'e (dyn Error + 'static) = *source;
        source.source()
    })
}

/// The first 64 KiB; what comes after is never read. A body that breaks off changes nothing: the status has been said.
async fn body_start(response: &mut Response) -> Vec<u8> {
    let mut start = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = ANSWER_BYTES - start.len();
        start.extend(chunk.iter().take(room));
        if start.len() == ANSWER_BYTES {
            break;
        }
    }
    start
}

/// `Retry-After` as seconds or as a date (RFC 9110 §10.2.3); a date in the past is no wait.
fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REL-7, RFC 9110 §10.2.3: both forms of `Retry-After`.
    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = "2026-03-01T10:00:00Z".parse().unwrap();

        let read = ["120", "Sun, 01 Mar 2026 10:00:30 GMT", "Sun, 01 Mar 2026 09:00:00 GMT", "soon"]
            .map(|value| retry_after(value, now));

        assert_eq!(
            read,
            [Some(Duration::from_mins(2)), Some(Duration::from_secs(30)), Some(Duration::ZERO), None]
        );
    }
}
