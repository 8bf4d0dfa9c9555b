//! *Send me a test* shows whether a channel works, with the whole trace (pages.md §5).

use countersign_app::TestError;
use countersign_domain::Refusal;
use countersign_domain::claim::{Address, Channel, ClaimFamily};
use countersign_domain::message::MessageState;

use crate::sinks::http::Answer as Gateway;
use crate::test_app::{TestApp, on_both_databases};

fn number(text: &str) -> Address {
    Address::parse(ClaimFamily::Mobile, text).unwrap()
}

fn mail(text: &str) -> Address {
    Address::parse(ClaimFamily::Email, text).unwrap()
}

async fn trace(app: &TestApp, id: countersign_domain::MessageId) -> (MessageState, Vec<String>) {
    let trace = app.use_cases().message(&app.by_admin().await, id).await.unwrap().unwrap();
    let tries = trace.tries.iter().map(|one| format!("{}: {}", one.outcome.as_str(), one.detail));
    (trace.message.state, tries.collect())
}

/// A test travels as every message does: the same sender, template files, retries and trace.
#[tokio::test(flavor = "multi_thread")]
async fn a_test_travels_as_every_message_does() {
    on_both_databases(async |app| {
        let by = app.by_admin().await;
        app.gateway.then(Gateway::status(503));
        let sms = app.use_cases().send_test(&by, Channel::Sms, number("0123456789")).await.unwrap();
        let email = app.use_cases().send_test(&by, Channel::Email, mail("ops@example.org")).await.unwrap();

        let first = app.deliver_all().await;
        assert_eq!(first.mails_to(), ["ops@example.org"]);
        assert_eq!(first.mails[0].header("subject").unwrap(), "Test message from Example");
        assert_eq!(trace(app, sms).await, (MessageState::Queued, vec!["retry: HTTP 503".to_owned()]));
        app.later(countersign_domain::SignedDuration::from_secs(7));
        let second = app.deliver_all().await;

        assert_eq!(second.sms_to(), ["0123456789"]);
        assert!(second.sms[0].json()["text"].as_str().unwrap().starts_with("Example: this is a test."));
        let (state, tries) = trace(app, sms).await;
        assert_eq!((state, tries.len()), (MessageState::Delivered, 2));
        let (state, tries) = trace(app, email).await;
        assert_eq!((state, tries.len()), (MessageState::Delivered, 1));
        let trail = app.audit().await;
        let tests: Vec<_> = trail.iter().filter(|row| row["entry"]["event"] == "message_tested").collect();
        assert_eq!(tests.len(), 2);
        assert!(!tests.iter().any(|row| row.to_string().contains("ops@example.org")), "{tests:?}");
    })
    .await;
}

/// Security §8: tests take from the budget of their destination as codes do.
#[tokio::test(flavor = "multi_thread")]
async fn a_destination_gets_no_more_tests_than_codes() {
    on_both_databases(async |app| {
        let by = app.by_admin().await;
        for _ in 0..5 {
            app.use_cases().send_test(&by, Channel::Sms, number("0123456789")).await.unwrap();
        }

        let refused = app.use_cases().send_test(&by, Channel::Sms, number("0123456789")).await.unwrap_err();

        assert!(matches!(refused, TestError::Refused(Refusal::TooManyRequests { .. })), "{refused:?}");
        app.use_cases().send_test(&by, Channel::Sms, number("0123456788")).await.unwrap();
        for _ in 0..6 {
            app.deliver_all().await;
        }
    })
    .await;
}

/// What cannot be a test is refused with a sentence, and nothing is queued.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_test_is_refused() {
    on_both_databases(async |app| {
        let mut by = app.by_admin().await;

        let other = app.use_cases().send_test(&by, Channel::Sms, mail("ops@example.org")).await.unwrap_err();
        assert_eq!(other.to_string(), "a test by SMS goes to a mobile number");
        assert_eq!(app.use_cases().own_address(&by, Channel::Sms).await.unwrap(), None);
        by.actor.requester.subject = countersign_domain::actor::Subject::Server;
        let program = app.use_cases().send_test(&by, Channel::Sms, number("0123456789")).await.unwrap_err();
        assert_eq!(program.to_string(), "a test message is asked for by a person who is signed in");
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}
