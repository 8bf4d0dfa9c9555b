//! Real conversations with a provider of access tokens and a mail server that takes them (XOAUTH2), on loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside test functions")]

mod sinks;

use countersign_notify::email::{OauthKeys, SmtpKeys, SmtpSender, SmtpSettings};
use countersign_notify::outbound::{Outbound, OutboundAllow};
use countersign_notify::outcome::Outcome;
use countersign_notify::render::{Email, Template, Templates};
use countersign_notify::trust::Roots;
use jiff::{SignedDuration, Timestamp};
use sinks::http::{Answer, HttpSink};
use sinks::smtp::{Offer, SmtpSink};
use sinks::tls::Certificate;

const SECRET: &str = "s3cret~/+ &";

/// A mail server, a provider, and a sender that was told of both.
struct House {
    smtp: SmtpSink,
    provider: HttpSink,
    sender: SmtpSender,
}

impl House {
    async fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::with(answers, true, true).await
    }

    async fn with(answers: impl IntoIterator<Item = Answer>, takes_tokens: bool, is_listed: bool) -> Self {
        let certificate = Certificate::new();
        let roots = Roots::Only(certificate.pem.clone());
        let smtp = SmtpSink::start(Offer { tls: Some(certificate), auth: takes_tokens, injected: "" }).await;
        let provider = HttpSink::start(answers).await;
        let text = |text: &str| Some(text.to_owned());
        let keys = SmtpKeys {
            from_address: text("no-reply@shop.example"),
            hostname: text("127.0.0.1"),
            port: Some(smtp.address.port()),
            username: text("mailbox@shop.example"),
            password: text("not used"),
            oauth: Some(OauthKeys {
                client_id: text("mailer app"),
                client_secret: text(SECRET),
                token_endpoint: Some(provider.url("/oauth2/token")),
                scopes: text("https://mail.example/.default offline"),
            }),
            ..SmtpKeys::default()
        };
        let allow = is_listed.then(|| provider.address.to_string());
        let outbound = Outbound::new(OutboundAllow::parse(allow).unwrap(), roots.clone()).unwrap();
        let settings = SmtpSettings::try_new(&keys).unwrap().unwrap();
        let sender = SmtpSender::new(settings, &roots, &outbound).unwrap();
        Self { smtp, provider, sender }
    }

    /// Sends one mail on a connection of its own.
    async fn send(&self, now: Timestamp) -> Outcome {
        self.smtp.hang_up_after_mails();
        let outcome = self.sender.send(&mail(), "bo@example.org", "m-7", now).await;
        self.smtp.relent();
        outcome
    }

    fn fetched(&self) -> usize {
        self.provider.requests.all().len()
    }

    /// As whom mails were taken.
    fn senders(&self) -> Vec<String> {
        self.smtp.mails.all().into_iter().filter_map(|mail| mail.signed_in_as).collect()
    }
}

fn mail() -> Email {
    Templates::built_in().email(Template::VerifyEmail, None, &Template::samples()).unwrap()
}

fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn token(text: &str, seconds: u32) -> Answer {
    let body = format!(r#"{{"access_token":"{text}","token_type":"Bearer","expires_in":{seconds}}}"#);
    Answer::Says(200, "Content-Type: application/json\r\n", body)
}

fn why(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Retry { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

/// verification.md §6.1, RFC 6749 §4.4, SEC-53: the token is asked for with the client's credentials in the header, and
/// shown to the mail server inside TLS only.
#[tokio::test]
async fn a_token_signs_in_at_the_mail_server() {
    let house = House::new([token("t0ken", 3600)]).await;

    let outcome = house.sender.send(&mail(), "bo@example.org", "m-7", noon()).await;

    assert_eq!(outcome, Outcome::HandedOver { detail: "SMTP 250 queued as Q1".into() });
    let request = house.provider.requests.wait_for(0).await;
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/oauth2/token"));
    assert_eq!(
        request.body,
        "grant_type=client_credentials&scope=https%3A%2F%2Fmail.example%2F.default%20offline"
    );
    // base64("mailer%20app:s3cret~%2F%2B%20%26")
    assert_eq!(request.header("authorization"), Some("Basic bWFpbGVyJTIwYXBwOnMzY3JldH4lMkYlMkIlMjAlMjY="));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(house.senders(), ["mailbox@shop.example:t0ken"]);
    assert!(house.smtp.mails.wait_for(0).await.over_tls);
    let clear: Vec<_> =
        house.smtp.commands.all().into_iter().filter(|line| line.starts_with("clear")).collect();
    assert_eq!(clear, ["clear: EHLO shop.example", "clear: STARTTLS"]);
}

/// A token serves every connection until a minute before it ends; then the next one is fetched.
#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_ends() {
    let house = House::new([token("first", 600), token("second", 600)]).await;
    let at = |seconds| noon() + SignedDuration::from_secs(seconds);

    let mut fetched = Vec::new();
    for seconds in [0, 300, 539, 540] {
        house.send(at(seconds)).await;
        fetched.push(house.fetched());
    }

    assert_eq!(fetched, [1, 1, 1, 2]);
    let expected = ["first", "first", "first", "second"].map(|token| format!("mailbox@shop.example:{token}"));
    assert_eq!(house.senders(), expected);
}

/// One flight at a time: mails that wait for a token wait for the same one, also when none comes.
#[tokio::test]
async fn mails_share_one_flight() {
    let house = House::new([Answer::Says(503, "", "busy".into())]).await;
    let all_at_once = async || {
        let mail = mail();
        let sends = (0..8).map(|_| house.sender.send(&mail, "bo@example.org", "m-7", noon()));
        futures_util::future::join_all(sends).await
    };

    let failed = all_at_once().await;
    let after_failing = house.fetched();
    house.provider.then(token("t0ken", 600));
    let sent = all_at_once().await;

    let expected = "no access token for the mail server: HTTP 503: busy";
    assert!(failed.iter().all(|outcome| why(outcome) == expected), "{failed:?}");
    assert_eq!(after_failing, 1);
    assert!(sent.iter().all(|outcome| matches!(outcome, Outcome::HandedOver { .. })), "{sent:?}");
    assert_eq!(house.fetched(), 2);
}

/// 535 for a token that was at hand: it may have been taken back; a new one is fetched, once, and the mail goes out.
#[tokio::test]
async fn a_token_that_was_taken_back_is_replaced_once() {
    let house = House::new([token("first", 3600), token("second", 3600), token("third", 3600)]).await;
    house.send(noon()).await;
    house.smtp.revoke("first");

    house.send(noon()).await;
    let replaced = house.fetched();
    house.smtp.revoke("second");
    house.smtp.revoke("third");
    let refused = house.send(noon()).await;

    assert_eq!(house.senders(), ["first", "second"].map(|token| format!("mailbox@shop.example:{token}")));
    assert_eq!((replaced, house.fetched()), (2, 3), "one new token for one refusal");
    assert_eq!(why(&refused), "the mail server refused our sign-in: SMTP 535 5.7.8 token refused");
}

/// A token that is new and refused is not tried again at once: the operator has to mend something.
#[tokio::test]
async fn a_new_token_that_is_refused_waits() {
    let house = House::new([token("wrong", 3600), token("right", 3600)]).await;
    house.smtp.revoke("wrong");

    let refused = house.send(noon()).await;
    let fetched = house.fetched();
    house.send(noon()).await;

    assert!(why(&refused).starts_with("the mail server refused our sign-in: SMTP 535"), "{refused:?}");
    assert_eq!((fetched, house.fetched()), (1, 2), "and it is not kept");
    assert_eq!(house.senders(), ["mailbox@shop.example:right"]);
}

/// SEC-52, SEC-59: what the provider says is tried again, whatever it is; its words are kept without the client's
/// credentials, and nothing is said to the mail server.
#[tokio::test]
async fn a_provider_that_gives_no_token_is_asked_again() {
    let echo = r#"{"error":"invalid_client","error_description":"bad s3cret~/+ & of mailer app"}"#;
    let house = House::new([
        Answer::Says(401, "", echo.into()),
        Answer::Says(429, "Retry-After: 7\r\n", String::new()),
        Answer::Says(302, "Location: https://elsewhere.example/\r\n", String::new()),
        Answer::Says(200, "", r#"{"token":"h1dden"}"#.into()),
        Answer::HangsUp,
    ])
    .await;

    let mut outcomes = Vec::new();
    for _ in 0..5 {
        outcomes.push(house.send(noon()).await);
    }

    let retry = |why: &str, seconds: Option<u64>| Outcome::Retry {
        why: format!("no access token for the mail server: {why}"),
        after: seconds.map(std::time::Duration::from_secs),
    };
    let refused = r#"HTTP 401: {"error":"invalid_client","error_description":"bad ••• of •••"}"#;
    assert_eq!(
        outcomes.drain(..4).collect::<Vec<_>>(),
        [
            retry(refused, None),
            retry("HTTP 429", Some(7)),
            retry("HTTP 302", None),
            retry("the token endpoint answered without an access_token", None),
        ]
    );
    assert!(
        why(&outcomes[0]).starts_with("no access token for the mail server: not reached"),
        "{outcomes:?}"
    );
    assert_eq!(house.smtp.commands.all(), [""; 0]);
}

/// SEC-52: the provider is reached through the same door as everything else: plain http and private addresses only where
/// the operator lists them.
#[tokio::test]
async fn a_provider_that_is_not_listed_is_not_reached() {
    let house = House::with([], true, false).await;

    let outcome = house.send(noon()).await;

    assert!(
        why(&outcome).starts_with("no access token for the mail server: plain http is refused"),
        "{outcome:?}"
    );
    assert_eq!(house.fetched(), 0);
}

/// A mail server that takes no tokens is not shown one.
#[tokio::test]
async fn a_server_that_takes_no_token_is_not_shown_one() {
    let house = House::with([token("t0ken", 3600)], false, true).await;

    let outcome = house.send(noon()).await;

    assert_eq!(why(&outcome), "the mail server does not take access tokens (XOAUTH2)");
    assert!(!house.smtp.commands.all().iter().any(|line| line.contains("AUTH")));
}
