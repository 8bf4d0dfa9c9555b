//! An e-mail address changes: seeds C and E, over `/Users` and `/Me`, by PATCH and by PUT.

use serde_json::{Value, json};

use crate::email_resource::{
    Emails, NEW, bob, bob_asks_for, confirmation_link, replace_primary, replace_verified, scim_error,
    token_of, whole,
};
use crate::email_visitor::Visitor;
use crate::test_app::{
    ADMIN, BOB, BOB_MAIL, BOB_MOBILE, BOB_PATH, ENTERPRISE, SYSTEM, given, on_both_databases, replacing,
};

/// SEED-29, SEED-9, SEED-43: with `verifyEmail` beside it a new address waits; the one in force stays, and is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_waits_and_the_old_one_holds() {
    on_both_databases(async |app| {
        let began = app.now();

        let answer = app.patch(BOB_PATH).of(ADMIN).json(replace_verified(NEW)).await;

        let waits = bob(app, began, Emails::BOB.with_pending(NEW));
        assert_eq!(whole(&answer), (200, waits.clone()));
        assert_eq!(whole(&app.get("/scim2/Me").of(BOB).await), (200, waits));
        let messages = app.deliver_all().await;
        assert_eq!(messages.mails_to(), [NEW, BOB_MAIL]);
        assert_eq!(messages.sms_to(), [""; 0]);
        let mail = messages.mail_to(NEW);
        assert_eq!(mail.header("subject").unwrap(), "Confirm your new e-mail address");
        assert!(mail.html().contains(&token_of(&crate::test_app::link_in(mail, "confirmregistration.do"))));
    })
    .await;
}

/// SEED-31, SEED-36, D-5: the link makes the address the one in force, verified, and a member of both lists.
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_address_is_in_force_and_in_the_lists() {
    on_both_databases(async |app| {
        let began = app.now();
        let link = bob_asks_for(app, NEW).await;
        let mut visitor = Visitor::default();

        let page = visitor.open(app, &link).await;
        let done = visitor.press(app, &page, "confirm").await;

        assert_eq!(done.outcome(), (200, "Your e-mail address is confirmed".to_owned()));
        let both = [BOB_MAIL, NEW];
        let emails = Emails { in_force: NEW, verified: true, all: &both, proven: &both, pending: None };
        assert_eq!(whole(&app.get(BOB_PATH).of(BOB).await), (200, bob(app, began, emails)));
        app.deliver_all().await;
    })
    .await;
}

/// SEED-35: an application with `internal_user_mgt_update` and no `verifyEmail` leads to the same; the lists stay.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_starts_the_same_change() {
    on_both_databases(async |app| {
        let began = app.now();
        let token = app.token(&["internal_user_mgt_update"]).await;

        let answer = app.patch(BOB_PATH).bearer(&token).json(replace_primary(NEW)).await;

        assert_eq!(whole(&answer), (200, bob(app, began, Emails::BOB.with_pending(NEW))));
        assert_eq!(app.deliver_all().await.mails_to(), [NEW, BOB_MAIL]);
    })
    .await;
}

/// SEED-48: `/Users` and `/Me`, PATCH and PUT of what GET said, lead to the same.
#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_asking_leads_to_the_same() {
    on_both_databases(async |app| {
        let began = app.now();
        let ways = [
            ("PATCH", BOB_PATH, ADMIN),
            ("PATCH", "/scim2/Me", BOB),
            ("PUT", BOB_PATH, ADMIN),
            ("PUT", "/scim2/Me", BOB),
        ];

        for (number, (method, path, who)) in ways.into_iter().enumerate() {
            app.later(countersign_domain::SignedDuration::from_mins(1)); // so that no way meets the limit on messages
            let asked = format!("robert{number}@example.org");
            let mut whole_user = app.get(path).of(who).await.json();
            whole_user["emails"] = json!([asked]);
            let body = if method == "PUT" { whole_user } else { replace_primary(&asked) };

            let answer = app.request(method, path).of(who).json(body).await;

            let waits = bob(app, began, Emails::BOB.with_pending(&asked));
            assert_eq!(whole(&answer), (200, waits), "{method} {path}");
            confirmation_link(app, &asked).await;
        }
    })
    .await;
}

/// SEED-34, SEED-12: the verified address in force, sent again, starts nothing and tells nobody.
#[tokio::test(flavor = "multi_thread")]
async fn the_address_in_force_starts_nothing() {
    on_both_databases(async |app| {
        let began = app.now();

        for body in [replace_verified(BOB_MAIL), replace_primary("BobSmith@abc.com")] {
            let answer = app.patch("/scim2/Me").of(BOB).json(body).await;

            assert_eq!(whole(&answer), (200, bob(app, began, Emails::BOB)));
        }
        assert_eq!(app.deliver_all().await.mails_to(), [""; 0]);
    })
    .await;
}

/// SEED-33, SEC-16, D-8: where `use_verify_claim` leaves it to the client, an address without the flag is written at
/// once, as unproven, into no list of proven ones; the old address and the number learn of it.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_flag_an_address_is_written_unproven() {
    let begin = given("[identity_mgt.user_claim_update]\nuse_verify_claim = true");
    begin
        .on_both_databases(async |app| {
            let began = app.now();
            let absent = replace_primary("robert1@example.org");
            let said = |flag: Value, address: &str| {
                replacing(&json!({ENTERPRISE: {"verifyEmail": flag}, "emails": [{"primary": true, "value": address}]}))
            };
            let bodies = [
                (absent, "robert1@example.org"),
                (said(json!(false), "robert2@example.org"), "robert2@example.org"),
                (said(json!("false"), "robert3@example.org"), "robert3@example.org"),
            ];
            let mut before = BOB_MAIL;

            for (body, address) in bodies {
                let answer = app.patch("/scim2/Me").of(BOB).json(body).await;

                assert_eq!(answer.status, 200, "{answer}");
                let shown = answer.json();
                assert_eq!(
                    (&shown["emails"], &shown[ENTERPRISE]),
                    (&json!([address]), &json!({"phoneVerified": true}))
                );
                assert_eq!(shown[SYSTEM]["verifiedEmailAddresses"], bob(app, began, Emails::BOB)[SYSTEM]["verifiedEmailAddresses"]);
                let messages = app.deliver_all().await;
                assert!(messages.mails_to().contains(&before.to_owned()), "{:?}", messages.mails_to());
                assert!(!messages.mails_to().contains(&address.to_owned()), "{:?}", messages.mails_to());
                assert_eq!(messages.sms_to(), [BOB_MOBILE]);
                before = address;
            }
        })
        .await;
}

/// SEED-30, SEED-44, SEED-45: the documents' placeholders and obfuscated addresses, sent as printed, are refused with
/// the sentence that helps; nothing is stored or sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_documents_only_stand_for_is_refused() {
    on_both_databases(async |app| {
        let began = app.now();
        let flag = replacing(
            &json!({ENTERPRISE: {"verifyEmail": [true, false]}, "emails": [{"primary": true, "value": NEW}]}),
        );
        let operation =
            json!({"schemas": [], "Operations": [{"op": "<operation>", "value": {"emails": [NEW]}}]});
        let obfuscated = replace_primary("[email\u{a0}protected]");
        let bracketed = replace_primary("<new_email>");

        let mut answers = Vec::new();
        for body in [flag, operation, obfuscated, bracketed] {
            answers.push(whole(&app.patch(BOB_PATH).of(ADMIN).json(body).await));
        }

        let no_address = "emails: an e-mail address has one @ with a name before it and a domain after it.";
        assert_eq!(
            answers,
            [
                scim_error(
                    "invalidValue",
                    "Operation 1: urn:scim:wso2:schema:verifyEmail must be true or false."
                ),
                scim_error("invalidSyntax", "Operation 1: op must be add, replace or remove."),
                scim_error("invalidValue", no_address),
                scim_error("invalidValue", no_address),
            ]
        );
        assert_eq!(whole(&app.get("/scim2/Me").of(BOB).await), (200, bob(app, began, Emails::BOB)));
        assert_eq!(app.deliver_all().await.mails_to(), [""; 0]);
    })
    .await;
}

/// SEED-24, SEED-44: a template pasted with its stray quote is no JSON, and is told where.
#[tokio::test(flavor = "multi_thread")]
async fn a_stray_quote_is_answered_with_its_place() {
    on_both_databases(async |app| {
        let body = "{\"user\":{\"username\": \"bob\",\n\"realm\": PRIMARY\"},\"properties\":[]}";

        let answer =
            app.post("/api/identity/user/v1.0/resend-code").of(ADMIN).text("application/json", body).await;

        let refused = answer.without_trace();
        assert_eq!(refused.0, 400);
        assert!(refused.1["description"].as_str().unwrap().contains("line 2"), "{answer}");
    })
    .await;
}

/// SEED-46: times without a zone, as old data has them, are taken in a PUT; our own always name theirs.
#[tokio::test(flavor = "multi_thread")]
async fn times_without_a_zone_are_read_and_never_written() {
    on_both_databases(async |app| {
        let began = app.now();
        let mut body = app.get(BOB_PATH).of(ADMIN).await.json();
        body["emails"] = json!([NEW]);
        body["meta"]["created"] = json!("2020-01-07T09:32:18");
        body["meta"]["lastModified"] = json!("2020-01-07T14:18:49");

        let answer = app.put(BOB_PATH).of(ADMIN).json(body).await;

        assert_eq!(whole(&answer), (200, bob(app, began, Emails::BOB.with_pending(NEW))));
        let old = "/scim2/Users?filter=userName%20eq%20%22bob%22%20and%20meta.created%20gt%20%222020-01-07T09:32:18%22";
        assert_eq!(app.get(old).of(ADMIN).await.expect(200).json()["totalResults"], 1);
        confirmation_link(app, NEW).await;
    })
    .await;
}

/// SEED-47, SEC-15: no answer to anybody holds the link's token, or a part of it, before or after it is used.
#[tokio::test(flavor = "multi_thread")]
async fn no_answer_reveals_what_was_sent() {
    on_both_databases(async |app| {
        let resend =
            json!({"properties": [{"key": "RecoveryScenario", "value": "EMAIL_VERIFICATION_ON_UPDATE"}]});
        let mut answers = vec![app.patch(BOB_PATH).of(ADMIN).json(replace_verified(NEW)).await.expect(200)];
        let link = confirmation_link(app, NEW).await;
        answers
            .push(app.post("/api/identity/user/v1.0/me/resend-code").of(BOB).json(resend).await.expect(201));
        let second = confirmation_link(app, NEW).await;
        for (path, who) in [
            ("/scim2/Me", BOB),
            (BOB_PATH, ADMIN),
            ("/api/identity/user/v1.0/me/changes", BOB),
            ("/api/identity/user/v1.0/changes", ADMIN),
        ] {
            answers.push(app.get(path).of(who).await.expect(200));
        }
        let code = json!({"code": token_of(&second), "properties": []});
        answers.push(
            app.post("/api/identity/user/v1.0/introspect-code")
                .of(ADMIN)
                .json(code.clone())
                .await
                .expect(202),
        );
        answers
            .push(app.post("/api/identity/user/v1.0/me/validate-code").of(BOB).json(code).await.expect(202));

        for answer in answers {
            for part in [link.as_str(), second.as_str()]
                .iter()
                .flat_map(|link| token_of(link).split('.').map(str::to_owned).collect::<Vec<_>>())
            {
                assert!(!answer.to_string().contains(&part), "{answer}");
            }
        }
        app.deliver_all().await;
    })
    .await;
}
