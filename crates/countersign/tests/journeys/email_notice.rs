//! Who is told: the old address when a change is asked for, everybody proven when it has happened.

use countersign_domain::SignedDuration;
use serde_json::json;

use crate::email_resource::{Emails, NEW, bob, replace_primary, replace_verified, whole};
use crate::email_visitor::Visitor;
use crate::test_app::{
    ADMIN, BOB, BOB_MAIL, BOB_MOBILE, BOB_PATH, Messages, given, link_in, on_both_databases,
};

fn cancel_link(messages: &Messages) -> String {
    link_in(messages.mail_to(BOB_MAIL), "cancel.do")
}

/// SEC-18: the old address learns at once that a change was asked for, by whom and from where, and can call it off
/// without signing in; the link in the other mail then does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_old_address_can_call_the_change_off() {
    on_both_databases(async |app| {
        let began = app.now();
        let ask =
            app.patch(BOB_PATH).of(ADMIN).header("user-agent", "support desk").json(replace_verified(NEW));
        ask.await.expect(200);
        let messages = app.deliver_all().await;
        let confirm = link_in(messages.mail_to(NEW), "confirmregistration.do");
        let mut owner = Visitor::default();

        let page = owner.open(app, &cancel_link(&messages)).await;
        let looked = app.get("/scim2/Me").of(BOB).await;
        let stopped = owner.press(app, &page, "stop").await;

        let notice = messages.mail_to(BOB_MAIL);
        assert_eq!(notice.header("subject").unwrap(), "Your e-mail address is being changed");
        let text = notice.text().replace(&cancel_link(&messages), "LINK");
        assert_eq!(
            text.trim_end(),
            "Hello bob,\n\nA change of the e-mail address of the Example account bob was asked for.\n\n\
             Now:           b***@abc.com\nNew:           r***@example.org\nAsked for by:  an administrator\n\
             From:          127.0.0.1 (support desk)\nAt:            2026-03-02 09:00 UTC\n\n\
             The new one must be confirmed first. If this was you, there is nothing\nto do here.\n\n\
             Wasn't it you? Cancel the change with this link; you need not sign in:\n\nLINK\n\n\
             The link works as long as the change waits to be confirmed. Then choose\na new password. \
             If you need help, contact your administrator.\n\nExample"
        );
        assert_eq!(
            page.lines(),
            [
                "Stop this change?",
                "Somebody asked to change the e-mail address of the account b*** to:",
                "r***@example.org",
                "Requested by",
                "an administrator",
                "Requested",
                "2 March 2026, 09:00 UTC",
                "just now",
                "Stop the change",
                "If it was you, close this page. Nothing has been changed by opening it.",
            ]
        );
        assert_eq!(whole(&looked), (200, bob(app, began, Emails::BOB.with_pending(NEW))));
        assert_eq!(stopped.outcome(), (200, "The change was stopped".to_owned()));
        assert_eq!(whole(&app.get("/scim2/Me").of(BOB).await), (200, bob(app, began, Emails::BOB)));
        let dead = Visitor::default().open(app, &confirm).await;
        assert_eq!(dead.outcome(), (410, "This change was called off".to_owned()));
    })
    .await;
}

/// SEC-18: one such notice an hour; its link follows to the change that has taken the first one's place.
#[tokio::test(flavor = "multi_thread")]
async fn the_one_notice_of_an_hour_stops_whatever_waits() {
    on_both_databases(async |app| {
        let began = app.now();
        app.patch("/scim2/Me").of(BOB).json(replace_primary("first@example.org")).await.expect(200);
        let first = app.deliver_all().await;
        app.later(SignedDuration::from_mins(59));
        app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await.expect(200);
        let second = app.deliver_all().await;
        let mut owner = Visitor::default();

        let page = owner.open(app, &cancel_link(&first)).await;
        let stopped = owner.press(app, &page, "stop").await;

        assert_eq!(
            (first.mails_to(), second.mails_to()),
            (vec!["first@example.org".into(), BOB_MAIL.into()], vec![NEW.into()])
        );
        assert_eq!(page.lines()[2], "r***@example.org");
        assert_eq!(stopped.outcome(), (200, "The change was stopped".to_owned()));
        assert_eq!(whole(&app.get("/scim2/Me").of(BOB).await), (200, bob(app, began, Emails::BOB)));
        app.later(SignedDuration::from_mins(1));
        app.patch("/scim2/Me").of(BOB).json(replace_primary("third@example.org")).await.expect(200);
        assert_eq!(app.deliver_all().await.mails_to(), ["third@example.org", BOB_MAIL]);
    })
    .await;
}

/// SEC-17: when the change has happened, the address that was in force and the proven number are told, on both channels;
/// the cancel link says that it is too late, and what to do.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_proven_is_told_of_the_change() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(replace_verified(NEW)).await.expect(200);
        let asked = app.deliver_all().await;
        let mut receiver = Visitor::default();
        let page = receiver.open(app, &link_in(asked.mail_to(NEW), "confirmregistration.do")).await;
        receiver.press(app, &page, "confirm").await;

        let told = app.deliver_all().await;
        let late = Visitor::default().open(app, &cancel_link(&asked)).await;

        assert_eq!((told.mails_to(), told.sms_to()), (vec![BOB_MAIL.to_owned()], vec![BOB_MOBILE.to_owned()]));
        let notice = told.mail_to(BOB_MAIL);
        assert_eq!(notice.header("subject").unwrap(), "Your e-mail address was changed");
        assert!(notice.text().contains("Before:      b***@abc.com\nNow:         r***@example.org\n"), "{}", notice.text());
        assert!(!told.sms[0].json()["text"].as_str().unwrap().contains(NEW), "{:?}", told.sms);
        assert_eq!(
            (late.answer.status, late.lines()),
            (
                410,
                [
                    "The change has already taken effect",
                    "If that wasn’t you, choose a new password now and ask your administrator to take the change back.",
                    "r***@example.org",
                    "In force since",
                    "2 March 2026, 09:00 UTC",
                    "just now",
                ]
                .map(str::to_owned)
                .to_vec()
            )
        );
    })
    .await;
}

/// SEC-18: the link follows to what took the place of its change and no further: once that was proven, another address is
/// in force, and the mailbox that was left has no say over what comes after.
#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_mailbox_stops_nothing_that_came_after_it() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(replace_primary("first@example.org")).await.expect(200);
        let told = app.deliver_all().await;
        app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await.expect(200);
        let proof = link_in(app.deliver_all().await.mail_to(NEW), "confirmregistration.do");
        let mut receiver = Visitor::default();
        let page = receiver.open(app, &proof).await;
        receiver.press(app, &page, "confirm").await;
        app.deliver_all().await;
        app.later(SignedDuration::from_mins(2));
        app.patch("/scim2/Me").of(BOB).json(replace_primary("third@example.org")).await.expect(200);
        let third = app.deliver_all().await;

        let late = Visitor::default().open(app, &cancel_link(&told)).await;

        assert_eq!(late.outcome(), (410, "The change has already taken effect".to_owned()));
        assert_eq!(
            third.mails_to(),
            ["third@example.org", NEW],
            "the address in force now is told, within the hour"
        );
        let shown = app.get("/scim2/Me").of(BOB).await.json();
        assert_eq!(shown["emails"], json!([NEW]));
    })
    .await;
}

/// DESIGN §5, Notices; §2.3: with our own notices off, `enable_notify_existing_email` alone decides about the product's
/// two, with the verification on and off.
#[tokio::test(flavor = "multi_thread")]
async fn the_products_own_notices_stand_in_for_ours() {
    let settings = "[countersign.security]\nnotify_old = false\n\
                    [identity_mgt.user_claim_update.email]\nenable_notify_existing_email = ";
    for (on, expected) in [("true", vec![BOB_MAIL]), ("false", vec![])] {
        let verified = given(&format!("{settings}{on}"));
        verified
            .on_both_databases(async |app| {
                app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await.expect(200);

                let messages = app.deliver_all().await;

                assert_eq!(messages.mails_to(), [vec![NEW], expected.clone()].concat());
                for to in &expected {
                    let text = messages.mail_to(to).text();
                    assert!(text.contains("r***@example.org") && !text.contains("cancel.do"), "{text}");
                }
            })
            .await;
        let unverified = given(&format!("{settings}{on}\nenable_verification = false"));
        unverified
            .on_both_databases(async |app| {
                let answer = app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await;

                assert_eq!((answer.status, &answer.json()["emails"]), (200, &json!([NEW])));
                assert_eq!(app.deliver_all().await.mails_to(), expected);
            })
            .await;
    }
}
