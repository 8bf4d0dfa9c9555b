//! Wrong codes: what they are answered, what they cost, and what they never tell (SEC-4, 5, 9, 10, 14, 21).

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::mobile_code::{bob_waits, by_admin, numbers, refused};
use crate::test_app::{BOB, BOB_MOBILE, CODES, KIM, given, new_mobile, on_both_databases, scenario};

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

/// SEC-5: asking whose a code is, and presenting one that may not be confirmed here, are guesses too: over budget a right
/// code gets the answer of a wrong one.
#[tokio::test(flavor = "multi_thread")]
async fn no_privileged_surface_tells_a_right_code_once_the_budget_is_spent() {
    on_both_databases(async |app| {
        let code = bob_waits(app).await;
        let ask = |code: &str| {
            app.post(&format!("{CODES}/introspect-code"))
                .of(crate::test_app::ADMIN)
                .json(json!({"code": code}))
        };
        ask(&code).await.expect(202);
        by_admin(app, &code).await.expect(400);
        for _ in 0..4 {
            assert_eq!(ask("123ABC").await.without_trace(), refused());
        }

        let (right, wrong) = (ask(&code).await, ask("123ABC").await);
        let confirmed = by_admin(app, &code).await;

        assert_eq!((right.status, right.without_trace()), (429, wrong.without_trace()));
        assert_eq!((confirmed.status, confirmed.code()), (429, "CS-42901".to_owned()), "not 17007");
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
