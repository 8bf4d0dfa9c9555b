//! What a mail server can do to a link on its way, and what the owner sees of it.

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::email_resource::{NEW, bob_asks_for, replace_primary, shown, token_of};
use crate::email_visitor::Visitor;
use crate::test_app::{BOB, BOB_MAIL, TestApp, link_in, on_both_databases};

/// Bob's newest change, as he sees it.
async fn newest_change(app: &TestApp) -> Value {
    app.get("/api/identity/user/v1.0/me/changes").of(BOB).await.expect(200).json()["changes"][0].clone()
}

/// REL-6, DESIGN §6: the mail server takes the mail and hangs up before it says so. The mail is sent again as the very
/// same one, with the same id and the same link, so that a mailbox keeps one and either works; both tries are on view.
#[tokio::test(flavor = "multi_thread")]
async fn an_uncertain_delivery_is_repeated_as_the_same_mail() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await.expect(200);
        app.smtp.hang_up_after_mails();
        let uncertain = app.deliver_all().await;
        app.smtp.relent();
        app.later(SignedDuration::from_mins(10));

        let repeated = app.deliver_all().await;

        assert_eq!((uncertain.outcome.retried, repeated.outcome.handed_over), (2, 2));
        let (first, second) = (uncertain.mail_to(NEW), repeated.mail_to(NEW));
        assert_eq!(first.header("message-id"), second.header("message-id"));
        assert_eq!((first.text(), first.html()), (second.text(), second.html()));
        let mut visitor = Visitor::default();
        let page = visitor.open(app, &link_in(first, "confirmregistration.do")).await;
        let done = visitor.press(app, &page, "confirm").await;
        assert_eq!(done.outcome(), (200, "Your e-mail address is confirmed".to_owned()));
        assert_eq!(app.deliver_all().await.mails_to(), [BOB_MAIL]);
    })
    .await;
}

/// REL-6, I8: of two requests before the first mail left, the first link is never sent: the last mail is the one that works.
#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_link_is_never_sent() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(replace_primary("first@example.org")).await.expect(200);
        app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await.expect(200);

        let messages = app.deliver_all().await;

        assert_eq!(messages.mails_to(), [NEW, BOB_MAIL]);
        let mut visitor = Visitor::default();
        let page = visitor.open(app, &link_in(messages.mail_to(NEW), "confirmregistration.do")).await;
        assert_eq!(visitor.press(app, &page, "confirm").await.answer.status, 200);
        app.deliver_all().await;
    })
    .await;
}

/// DESIGN §1.4, §6: a mailbox that does not exist is said to the owner, masked, in the change's own history; the address
/// in force stays, and the change still waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_shows_in_the_history() {
    on_both_databases(async |app| {
        let at = shown(app.now());
        let expires_at = shown(app.now() + SignedDuration::from_hours(24));
        app.smtp.refuse("RCPT", "550 5.1.1 <Robert@Example.org> no such mailbox");
        app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await.expect(200);
        let outcome = app.deliver_all().await.outcome;
        app.smtp.relent();

        let mut change = newest_change(app).await;

        assert_eq!(outcome.dead, 2);
        for generated in ["id", "resendAvailableAt"] {
            assert!(change.as_object_mut().unwrap().remove(generated).unwrap().is_string());
        }
        let said =
            |event| json!({"at": at, "event": event, "detail": "SMTP 550 5.1.1 <•••> no such mailbox"});
        assert_eq!(
            change,
            json!({
                "channel": "EMAIL",
                "scenario": "EMAIL_VERIFICATION_ON_UPDATE",
                "state": "pending",
                "target": "r***@example.org",
                "requestedBy": {"type": "owner", "display": "bob"},
                "requestedAt": at,
                "expiresAt": expires_at,
                "expired": false,
                "attemptsLeft": 5,
                "timeline": [
                    {"at": at, "event": "requested", "detail": "bob"},
                    {"at": at, "event": "queued"},
                    said("refused"),
                    said("not_told"),
                ],
            })
        );
        app.leaves_messages();
    })
    .await;
}

/// DESIGN §6, §3.4: the owner calls a change off over the API; its link is dead, and the history says who ended it.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_calls_a_change_off_over_the_api() {
    on_both_databases(async |app| {
        let link = bob_asks_for(app, NEW).await;
        let id = newest_change(app).await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/identity/user/v1.0/me/changes/{id}");

        let (first, again) = (app.delete(&path).of(BOB).await, app.delete(&path).of(BOB).await);

        assert_eq!((first.status, again.status), (204, 204));
        let dead = Visitor::default().open(app, &link).await;
        assert_eq!(dead.outcome(), (410, "This change was called off".to_owned()));
        let presented = json!({"code": token_of(&link)});
        let refused = app.post("/api/identity/user/v1.0/me/validate-code").of(BOB).json(presented).await;
        assert_eq!((refused.status, refused.code()), (400, "18001".to_owned()));
        let change = newest_change(app).await;
        assert_eq!((&change["state"], &change["endedAt"]), (&json!("cancelled"), &json!(shown(app.now()))));
    })
    .await;
}
