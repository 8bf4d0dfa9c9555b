//! Access tokens for the mail server, by the client credentials grant (RFC 6749 §4.4): fetched through the one door for
//! outgoing HTTP, kept until shortly before they end, by one flight at a time.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::settings::OauthClient;
use crate::outbound::{Answer, Outbound, Request};
use crate::outcome::Outcome;
use crate::placeholder::percent_encoded;

/// A token this close to its end is not used any more: a conversation with the mail server takes a while.
const MARGIN_SECONDS: i64 = 60;
/// For how long a token is good whose provider does not say.
const UNSAID_SECONDS: i64 = 300;
/// However long it says: a provider that takes a token back is noticed within a day.
const LIFE_MAX_SECONDS: i64 = 86_400;
/// In base64 this fills the longest line that AUTH may have (RFC 4954 §4).
const TOKEN_MAX: usize = 8_192;

/// The tokens of one client.
pub(super) struct Tokens {
    client: OauthClient,
    outbound: Outbound,
    kept: Mutex<Kept>,
    /// How many flights have come back: who waited for one shares its answer.
    flights: AtomicU64,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// What became of the last flight, if it brought nothing.
    failed: Option<Outcome>,
}

/// An access token, and until when it is used.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: Zeroizing<String>,
    until: Timestamp,
}

/// Whether a token was at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Cached,
    Fetched,
}

impl Tokens {
    pub(super) fn new(client: OauthClient, outbound: Outbound) -> Self {
        Self { client, outbound, kept: Mutex::default(), flights: AtomicU64::new(0) }
    }

    /// The token at hand, or a new one. Nothing that goes wrong here is final: whatever it is, the operator can mend it,
    /// and no notice should be lost to it.
    pub(super) async fn get(&self, now: Timestamp) -> Result<(Token, Source), Outcome> {
        let before = self.flights.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept.token.as_ref().filter(|token| now < token.until) {
            return Ok((token.clone(), Source::Cached));
        }
        if let Some(failed) = &kept.failed
            && self.flights.load(Ordering::Acquire) != before
        {
            return Err(failed.clone());
        }
        let fetched = self.fetch(now).await;
        self.flights.fetch_add(1, Ordering::AcqRel);
        (kept.token, kept.failed) = match &fetched {
            Ok(token) => (Some(token.clone()), None),
            Err(outcome) => (None, Some(outcome.clone())),
        };
        fetched.map(|token| (token, Source::Fetched))
    }

    /// The mail server refused this token: it is not used again. A newer one that another flight brought stays.
    pub(super) async fn forget(&self, refused: &Token) {
        self.kept.lock().await.token.take_if(|token| *token.text == *refused.text);
    }

    async fn fetch(&self, now: Timestamp) -> Result<Token, Outcome> {
        let client = &self.client;
        let basic = basic(client);
        let request =
            self.request(&basic).ok_or_else(|| retry("the client cannot be written into a request"))?;
        let answer = self.outbound.ask(request, now).await.map_err(to_be_retried)?;
        if !answer.status.is_success() {
            let encoded = percent_encoded(&client.secret);
            let confidential = [client.secret.as_str(), &encoded, &basic, &client.id];
            let why = format!("no access token for the mail server: {}", answer.detail(&confidential));
            return Err(Outcome::Retry { why, after: answer.after });
        }
        // A success is never quoted: it may hold a token.
        token(&answer, now).map_err(|why| retry(&format!("the token endpoint answered {why}")))
    }

    /// Credentials in the header: the one way that every provider has to understand (RFC 6749 §2.3.1).
    fn request(&self, basic: &str) -> Option<Request> {
        let mut authorization = HeaderValue::from_str(&format!("Basic {basic}")).ok()?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
            (ACCEPT, HeaderValue::from_static("application/json")),
            (AUTHORIZATION, authorization),
        ]);
        let scope = self.client.scopes.as_deref().map(percent_encoded);
        let scope = scope.map(|scope| format!("&scope={scope}")).unwrap_or_default();
        let body = format!("grant_type=client_credentials{scope}").into_bytes();
        Some(Request { method: Method::POST, url: self.client.endpoint.clone(), headers, body, proxy: None })
    }
}

/// `client_id:client_secret`, each form-encoded first (RFC 6749 §2.3.1).
fn basic(client: &OauthClient) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{}:{}", percent_encoded(&client.id), percent_encoded(&client.secret)));
    Zeroizing::new(STANDARD.encode(pair.as_bytes()))
}

fn retry(why: &str) -> Outcome {
    Outcome::retry(format!("no access token for the mail server: {why}"))
}

/// A refused destination is final for a publisher's message, here it waits for the operator; and a provider that is not
/// reached says nothing about the mail server, which would be left alone for it (REL-9).
fn to_be_retried(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Dead { why }
        | Outcome::Retry { why, .. }
        | Outcome::Unreached { why }
        | Outcome::HandedOver { detail: why } => retry(&why),
    }
}

/// The token of an answer (RFC 6749 §5.1), or what was wrong with it, without a word of it.
fn token(answer: &Answer, now: Timestamp) -> Result<Token, &'static str> {
    let mut answer: Value =
        serde_json::from_slice(&answer.body).map_err(|_| "with something that is no JSON")?;
    let kind = answer.get("token_type").and_then(Value::as_str).unwrap_or("bearer");
    if !kind.eq_ignore_ascii_case("bearer") {
        return Err("with a token of another type than Bearer");
    }
    let seconds = match answer.get("expires_in") {
        Some(Value::String(text)) => text.trim().parse().ok(),
        other => other.and_then(Value::as_i64),
    };
    let seconds = seconds.unwrap_or(UNSAID_SECONDS).clamp(0, LIFE_MAX_SECONDS);
    let Some(Value::String(text)) = answer.get_mut("access_token").map(Value::take) else {
        return Err("without an access_token");
    };
    let text = Zeroizing::new(text);
    // RFC 6749 §A.12; a control character would end the field it is put into.
    if text.is_empty() || text.len() > TOKEN_MAX || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("with an access_token that cannot be sent to a mail server");
    }
    let used = SignedDuration::from_secs(seconds - MARGIN_SECONDS.min(seconds / 2));
    let until = now.checked_add(used).map_err(|_| "with a life that has no end")?;
    Ok(Token { text, until })
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn noon() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn read(body: &str) -> Result<(String, i64), &'static str> {
        let body = Zeroizing::new(body.as_bytes().to_vec());
        let token = token(&Answer { status: StatusCode::OK, after: None, body }, noon())?;
        Ok((token.text.to_string(), token.until.duration_since(noon()).as_secs()))
    }

    /// RFC 6749 §5.1: used until a minute before its end; a short one for half its life; five minutes if nothing is said,
    /// a day at most; a number in quotes, as some providers write it, is one.
    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        let lives = [
            (r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#, 3540),
            (r#"{"access_token":"t","token_type":"bearer","expires_in":"3599"}"#, 3539),
            (r#"{"access_token":"t","expires_in":30}"#, 15),
            (r#"{"access_token":"t","expires_in":-5}"#, 0),
            (r#"{"access_token":"t"}"#, 240),
            (r#"{"access_token":"t","expires_in":9223372036854775807}"#, 86_340),
        ];

        for (body, seconds) in lives {
            assert_eq!(read(body), Ok(("t".to_owned(), seconds)), "{body}");
        }
    }

    /// What is no token is none, and nothing of it is repeated.
    #[test]
    fn what_is_no_token_is_refused() {
        let long = format!(r#"{{"access_token":"{}"}}"#, "t".repeat(TOKEN_MAX + 1));
        let bodies = [
            ("<html>", "with something that is no JSON"),
            (r#"{"access_token":"t","token_type":"mac"}"#, "with a token of another type than Bearer"),
            ("[]", "without an access_token"),
            (r#"{"access_token":7}"#, "without an access_token"),
            (r#"{"access_token":""}"#, "with an access_token that cannot be sent to a mail server"),
            (r#"{"access_token":"a\u0001b"}"#, "with an access_token that cannot be sent to a mail server"),
            (long.as_str(), "with an access_token that cannot be sent to a mail server"),
        ];

        for (body, why) in bodies {
            assert_eq!(read(body), Err(why));
        }
    }
}
