//! A code is entered: seeds A and B, and what guessing leads to.

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::mobile_change::bob;
use crate::test_app::{
    ADMIN, Answer, BOB, BOB_MAIL, BOB_MOBILE, BOB_PATH, CODES, ENTERPRISE, KIM, TestApp, code, given,
    new_mobile, on_both_databases, replacing, scenario,
};

/// Bob asked for a new number; the answer is the code he was sent.
async fn bob_waits(app: &mut TestApp) -> String {
    app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
    app.deliver_all().await.only_code()
}

/// The number that is in force, and the one that waits.
async fn numbers(app: &TestApp) -> (Value, Value) {
    let bob = app.get("/scim2/Me").of(BOB).await.expect(200).json();
    (bob["phoneNumbers"][0]["value"].clone(), bob[ENTERPRISE]["pendingMobileNumber"].clone())
}

async fn by_admin(app: &TestApp, given: &str) -> Answer {
    app.post(&format!("{CODES}/validate-code")).of(ADMIN).json(code(given)).await
}

/// What every wrong code is answered, whoever asks and whatever is wrong with it (SEC-14).
fn refused() -> (u16, Value) {
    let body = json!({
        "code": "18001", "message": "Bad Request", "description": "The code is not valid.", "traceId": null,
    });
    (400, body)
}

/// SEED-16, SEC-17, D-5: the code puts the number in force, proven and listed; those it replaces are told.
#[tokio::test(flavor = "multi_thread")]
async fn the_code_puts_the_number_in_force() {
    on_both_databases(async |app| {
        let code = bob_waits(app).await;
        app.later(SignedDuration::from_mins(1));

        let answer = app.enter_code(BOB, &code).await;

        assert_eq!((answer.status, answer.text.as_str()), (202, ""), "{answer}");
        let mut expected = bob(app);
        expected["phoneNumbers"][0]["value"] = "0123456789".into();
        expected["urn:scim:wso2:schema"]["mobileNumbers"] = json!([BOB_MOBILE, "0123456789"]);
        expected["urn:scim:wso2:schema"]["verifiedMobileNumbers"] = json!([BOB_MOBILE, "0123456789"]);
        expected["meta"]["lastModified"] = "2026-03-02T09:01:00.123Z".into();
        assert_eq!(app.get(BOB_PATH).of(BOB).await.json(), expected);
        let notices = app.deliver_all().await;
        assert_eq!((notices.sms_to(), notices.mails_to()), (vec![BOB_MOBILE.into()], vec![BOB_MAIL.into()]));
    })
    .await;
}

/// SEED-17, SEED-18: a code that was never issued is refused, whatever it looks like, and never an error of ours.
#[tokio::test(flavor = "multi_thread")]
async fn any_text_that_is_not_the_code_is_refused_alike() {
    given("[countersign.limits]\nwrong_codes_per_user_hour = 0")
        .on_both_databases(async |app| {
            bob_waits(app).await;
            let long = "1".repeat(256);

            for wrong in [
                "123ABC",
                "123https://is.docs.example.com/en/6.0.0",
                "",
                " ",
                "\u{0}",
                "ぁ",
                "' OR 1=1 --",
                &long,
            ] {
                let answer = app.enter_code(BOB, wrong).await;

                assert_eq!(answer.without_trace(), refused(), "{wrong:?}");
            }
            for wrong in [
                json!({"code": 123_456}),
                json!({"code": null}),
                json!({"properties": []}),
                json!({"code": ["1"]}),
            ] {
                let answer = app.post(&format!("{CODES}/me/validate-code")).of(BOB).json(wrong).await;

                assert_eq!(answer.without_trace(), refused());
            }
        })
        .await;
}

/// SEED-5, §3.3: `"5"` is five minutes; after them the owner is told that time is up, and the number goes on waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_quoted_number_of_minutes_is_how_long_a_code_lives() {
    given("[identity_mgt.user_claim_update.mobile]\nverification_sms_otp_validity = \"5\"")
        .on_both_databases(async |app| {
            let code = bob_waits(app).await;

            app.later(SignedDuration::from_mins(5));
            let late = app.enter_code(BOB, &code).await;
            assert_eq!((late.status, late.code()), (400, "18002".to_owned()), "{late}");
            assert_eq!(numbers(app).await, (json!(BOB_MOBILE), json!("0123456789")));

            app.post(&format!("{CODES}/me/resend-code"))
                .of(BOB)
                .json(scenario("MOBILE_VERIFICATION_ON_UPDATE"))
                .await
                .expect(201);
            let code = app.deliver_all().await.only_code();
            app.later(SignedDuration::from_secs(299));
            app.enter_code(BOB, &code).await.expect(202);
            app.deliver_all().await;
        })
        .await;
}

/// SEED-15: an administrator may not enter the code, and the code stays good for its owner …
#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_code_is_refused_unless_switched_on() {
    on_both_databases(async |app| {
        let code = bob_waits(app).await;

        let answer = by_admin(app, &code).await;

        assert_eq!((answer.status, answer.code()), (400, "17007".to_owned()), "{answer}");
        app.enter_code(BOB, &code).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// SEED-15: … and with `enable_verification_by_privileged_user` he may, and is told whose it was. D-17: nothing but the
/// number changes.
#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_code_is_accepted_when_switched_on() {
    given("[identity_mgt.user_claim_update.mobile]\nenable_verification_by_privileged_user = true")
        .on_both_databases(async |app| {
            let code = bob_waits(app).await;

            let answer = by_admin(app, &code).await;

            let expected = json!({
                "username": "bob", "realm": "PRIMARY", "tenant-domain": "carbon.super",
                "userId": "1e624046-520c-4628-a245-091e04b03f21",
            });
            assert_eq!((answer.status, answer.json()), (202, expected), "{answer}");
            assert_eq!(numbers(app).await, (json!("0123456789"), Value::Null));
            assert_eq!(by_admin(app, &code).await.without_trace(), refused());
            app.deliver_all().await;
        })
        .await;
}

/// SEED-19: a credential without a scheme is none; the answer names the schemes there are.
#[tokio::test(flavor = "multi_thread")]
async fn a_credential_without_a_scheme_is_not_guessed() {
    on_both_databases(async |app| {
        for path in ["/scim2/Me", BOB_PATH, "/api/identity/user/v1.0/me/changes"] {
            let answer = app.get(path).header("authorization", "YWRtaW46YWRtaW4=").await;

            let offered: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
            assert_eq!(answer.status, 401, "{path}: {answer}");
            assert_eq!(
                offered,
                [r#"Basic realm="countersign", charset="UTF-8""#, r#"Bearer realm="countersign""#],
                "{path}"
            );
        }
        let body = code("123ABC");
        let answer = app
            .post(&format!("{CODES}/me/validate-code"))
            .header("authorization", "YWRtaW46YWRtaW4=")
            .json(body)
            .await;
        assert_eq!(answer.status, 401, "{answer}");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Basic realm="countersign", charset="UTF-8""#));
    })
    .await;
}

/// SEC-4, D-13: another person's code is as wrong as any, and stays good for its owner.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_for_its_owner_alone() {
    on_both_databases(async |app| {
        let bobs = bob_waits(app).await;
        app.patch("/scim2/Me").of(KIM).json(new_mobile("0222222222")).await.expect(200);
        let kims = app.deliver_all().await.only_code();

        assert_eq!(app.enter_code(KIM, &bobs).await.without_trace(), refused());
        assert_eq!(app.enter_code(BOB, &kims).await.without_trace(), refused());

        app.enter_code(BOB, &bobs).await.expect(202);
        app.enter_code(KIM, &kims).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// SEC-9: the sixth guess is answered like the first five even if it is right; only a new code helps.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_dies_with_its_fifth_wrong_guess() {
    on_both_databases(async |app| {
        let code = bob_waits(app).await;

        for _ in 0..5 {
            assert_eq!(app.enter_code(BOB, "123ABC").await.without_trace(), refused());
        }
        assert_eq!(app.enter_code(BOB, &code).await.without_trace(), refused());
        assert_eq!(numbers(app).await, (json!(BOB_MOBILE), json!("0123456789")));

        app.post(&format!("{CODES}/me/resend-code"))
            .of(BOB)
            .json(scenario("MOBILE_VERIFICATION_ON_UPDATE"))
            .await
            .expect(201);
        let code = app.deliver_all().await.only_code();
        app.enter_code(BOB, &code).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// SEC-10: neither a new code nor a new change refills what may be guessed in an hour; then right and wrong are answered
/// alike, also by a server that was started again (I15).
#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_counted_per_person_and_not_per_code() {
    on_both_databases(async |app| {
        bob_waits(app).await;
        for _ in 0..5 {
            app.enter_code(BOB, "123ABC").await.expect(400);
        }
        app.later(SignedDuration::from_secs(30));
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0777777777")).await.expect(200);
        let code = app.deliver_all().await.only_code();
        for _ in 0..4 {
            app.enter_code(BOB, "123ABC").await.expect(400);
        }
        app.restart().await;
        app.enter_code(BOB, "123ABC").await.expect(400);

        let right = app.enter_code(BOB, &code).await;
        let wrong = app.enter_code(BOB, "123ABC").await;

        assert_eq!((right.status, right.code()), (429, "CS-42901".to_owned()), "{right}");
        assert_eq!(right.without_trace(), wrong.without_trace());
        assert_eq!(right.header("retry-after"), wrong.header("retry-after"));
        assert_eq!(right.header("retry-after"), Some("3570"));
        assert_eq!(numbers(app).await, (json!(BOB_MOBILE), json!("0777777777")));
    })
    .await;
}

/// SEC-5: an administrator has five misses in ten minutes, then even the right code is refused with 429.
#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_guesser_is_stopped_after_five() {
    given("[identity_mgt.user_claim_update.mobile]\nenable_verification_by_privileged_user = true")
        .on_both_databases(async |app| {
            let code = bob_waits(app).await;
            for _ in 0..5 {
                assert_eq!(by_admin(app, "123ABC").await.without_trace(), refused());
            }

            let stopped = by_admin(app, &code).await;
            assert_eq!((stopped.status, stopped.code()), (429, "CS-42901".to_owned()), "{stopped}");
            assert_eq!(numbers(app).await, (json!(BOB_MOBILE), json!("0123456789")));

            app.later(SignedDuration::from_mins(10));
            app.post(&format!("{CODES}/me/resend-code"))
                .of(BOB)
                .json(scenario("MOBILE_VERIFICATION_ON_UPDATE"))
                .await
                .expect(201);
            let code = app.deliver_all().await.only_code();
            by_admin(app, &code).await.expect(202);
            app.deliver_all().await;
        })
        .await;
}

/// SEC-14: a used, a replaced, an exhausted, a foreign and an unknown code are one answer, and so is one that came too
/// late when it is not the owner who asks.
#[tokio::test(flavor = "multi_thread")]
async fn every_reason_for_a_refusal_is_the_same_bytes() {
    given("[identity_mgt.user_claim_update.mobile]\nenable_verification_by_privileged_user = true")
        .on_both_databases(async |app| {
            let replaced = bob_waits(app).await;
            app.post(&format!("{CODES}/me/resend-code"))
                .of(BOB)
                .json(scenario("MOBILE_VERIFICATION_ON_UPDATE"))
                .await
                .expect(201);
            let used = app.deliver_all().await.only_code();
            assert_eq!(app.enter_code(BOB, &replaced).await.without_trace(), refused(), "replaced");
            app.enter_code(BOB, &used).await.expect(202);
            assert_eq!(app.enter_code(BOB, &used).await.without_trace(), refused(), "used");
            assert_eq!(app.enter_code(KIM, &used).await.without_trace(), refused(), "foreign");
            assert_eq!(app.enter_code(KIM, "123ABC").await.without_trace(), refused(), "unknown");

            app.later(SignedDuration::from_mins(2));
            app.patch("/scim2/Me").of(BOB).json(new_mobile("0777777777")).await.expect(200);
            let messages = app.deliver_all().await;
            let late = messages.sms.iter().find(|sms| sms.to() == "0777777777").unwrap().code();
            app.later(SignedDuration::from_mins(6));
            assert_eq!(
                by_admin(app, &late).await.without_trace(),
                refused(),
                "too late, for an administrator"
            );
            assert_eq!(app.enter_code(BOB, &late).await.code(), "18002", "too late, for the owner");
        })
        .await;
}

/// D-11, SEC-13: a newer change ends the older one; its owner is told so, others are not.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_changes_code_names_the_newer_one_to_its_owner() {
    given("[identity_mgt.user_claim_update.mobile]\nenable_verification_by_privileged_user = true")
        .on_both_databases(async |app| {
            let older = bob_waits(app).await;
            app.patch("/scim2/Me").of(BOB).json(new_mobile("0777777777")).await.expect(200);
            let newer = app.deliver_all().await.only_code();

            assert_eq!(by_admin(app, &older).await.without_trace(), refused());
            let told = app.enter_code(BOB, &older).await;
            assert_eq!((told.status, told.code()), (400, "18023".to_owned()), "{told}");

            app.enter_code(BOB, &newer).await.expect(202);
            assert_eq!(numbers(app).await, (json!("0777777777"), Value::Null));
            app.deliver_all().await;
        })
        .await;
}

/// SEC-13, I12, I13: a new password ends what waits and what was signed in with the old one, at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_what_waits() {
    on_both_databases(async |app| {
        let code = bob_waits(app).await;

        app.patch(BOB_PATH).of(ADMIN).json(replacing(&json!({"password": "another one"}))).await.expect(200);

        assert_eq!(app.enter_code(BOB, &code).await.status, 401);
        assert_eq!(app.enter_code(("bob", "another one"), &code).await.without_trace(), refused());
        let bob = app.get(BOB_PATH).of(ADMIN).await.json();
        assert_eq!(bob[ENTERPRISE].get("pendingMobileNumber"), None);
        app.deliver_all().await;
    })
    .await;
}

/// SEC-21, SEC-14: two may ask for one number; the first proof wins, and the other learns only that his code is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_proof_of_a_number_wins() {
    on_both_databases(async |app| {
        let bobs = bob_waits(app).await;
        app.patch("/scim2/Me").of(KIM).json(new_mobile("0123456789")).await.expect(200);
        let kims = app.deliver_all().await.only_code();

        app.enter_code(KIM, &kims).await.expect(202);

        assert_eq!(app.enter_code(BOB, &bobs).await.without_trace(), refused());
        assert_eq!(numbers(app).await, (json!(BOB_MOBILE), Value::Null), "his change is called off");
        app.deliver_all().await;
    })
    .await;
}
