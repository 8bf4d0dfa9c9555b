//! The message again: seeds A and E, by an administrator and by the owner.

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::email_resource::{NEW, bob_asks_for, confirmation_link};
use crate::email_visitor::Visitor;
use crate::test_app::{ADMIN, Answer, BOB, BOB_MAIL, TestApp, on_both_databases};

const SCENARIO: &str = "EMAIL_VERIFICATION_ON_UPDATE";

fn named(scenario: &str) -> Value {
    json!([{"key": "RecoveryScenario", "value": scenario}])
}

async fn resend(app: &TestApp, body: Value) -> Answer {
    app.post("/api/identity/user/v1.0/resend-code").of(ADMIN).json(body).await
}

/// SEED-25, SEED-50, SEC-12: the documents' line as admin: 201 without a body, a new link to the address that waits by
/// the template for it, and the first link is dead.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_has_the_link_sent_again() {
    on_both_databases(async |app| {
        let first = bob_asks_for(app, NEW).await;
        let body = json!({"user": {"username": "bob", "realm": "PRIMARY"}, "properties": named(SCENARIO)});

        let answer = resend(app, body).await;

        assert_eq!((answer.status, answer.text.as_str()), (201, ""));
        let messages = app.deliver_all().await;
        assert_eq!(messages.mails_to(), [NEW]);
        let mail = messages.mail_to(NEW);
        assert_eq!(mail.header("subject").unwrap(), "Here is your new confirmation link");
        assert!(
            mail.text().starts_with("Hello bob,\n\nThis link replaces the earlier ones."),
            "{}",
            mail.text()
        );
        let second = crate::test_app::link_in(mail, "confirmregistration.do");
        let mut visitor = Visitor::default();
        assert_eq!(visitor.open(app, &first).await.outcome(), (410, "There is a newer link".to_owned()));
        let page = visitor.open(app, &second).await;
        let done = visitor.press(app, &page, "confirm").await;
        assert_eq!(done.outcome(), (200, "Your e-mail address is confirmed".to_owned()));
        assert_eq!(app.deliver_all().await.mails_to(), [BOB_MAIL]);
    })
    .await;
}

/// D-18: the owner may have his own link sent again; D-15: not without end, and the wait is told.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_has_it_sent_again_within_limits() {
    on_both_databases(async |app| {
        bob_asks_for(app, NEW).await;
        let ask = || {
            app.post("/api/identity/user/v1.0/me/resend-code")
                .of(BOB)
                .json(json!({"properties": named(SCENARIO)}))
        };

        let answers = [ask().await, ask().await, ask().await];
        app.later(SignedDuration::from_secs(30));
        let patient = ask().await;

        assert_eq!(answers.each_ref().map(|answer| answer.status), [201, 201, 429]);
        assert_eq!(answers[2].header("retry-after"), Some("30"));
        assert_eq!(patient.status, 201, "{patient}");
        confirmation_link(app, NEW).await;
    })
    .await;
}

/// SEED-22, SEED-23, SEED-47, D-16: nobody, nothing pending, no scenario, a wrong one: 400 with a code, never 500, and
/// nothing is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_resend_that_fits_nothing_is_refused() {
    on_both_databases(async |app| {
        let bob = json!({"username": "bob", "realm": "PRIMARY"});
        let cases = [
            (json!({"user": bob, "properties": named(SCENARIO)}), "18005"),
            (
                json!({"user": {"username": "nobody", "realm": "PRIMARY"}, "properties": named(SCENARIO)}),
                "18005",
            ),
            (json!({"user": {}, "properties": []}), "PWR-60001"),
            (json!({"user": {"username": "", "realm": ""}, "properties": named(SCENARIO)}), "PWR-60001"),
            (json!({"properties": named(SCENARIO)}), "PWR-60001"),
            (json!({"user": bob, "properties": []}), "20021"),
            (json!({"user": bob, "properties": named("SELF_SIGN_UP")}), "20021"),
            (json!({"user": bob, "properties": named("USERNAME_RECOVERY")}), "UAR-10011"),
            (json!({"user": bob, "properties": named("<recovery_scenario>")}), "UAR-10011"),
        ];

        for (body, code) in cases {
            let answer = resend(app, body.clone()).await;

            assert_eq!((answer.status, answer.code()), (400, code.to_owned()), "{body}");
        }
        let by_bob = json!({"user": bob, "properties": named(SCENARIO)});
        let forbidden = app.post("/api/identity/user/v1.0/resend-code").of(BOB).json(by_bob).await;
        assert_eq!(forbidden.status, 403, "{forbidden}");
        assert_eq!(app.deliver_all().await.mails_to(), [""; 0]);
    })
    .await;
}
