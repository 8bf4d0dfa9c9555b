//! A code is entered: seeds A and B, and what guessing leads to.

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::mobile_change::bob;
use crate::test_app::{
    ADMIN, Answer, BOB, BOB_MAIL, BOB_MOBILE, BOB_PATH, CODES, ENTERPRISE, TestApp, code, given, new_mobile,
    on_both_databases, replacing, scenario,
};

/// Bob asked for a new number; the answer is the code he was sent.
pub(crate) async fn bob_waits(app: &mut TestApp) -> String {
    app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
    app.deliver_all().await.only_code()
}

/// The number that is in force, and the one that waits.
pub(crate) async fn numbers(app: &TestApp) -> (Value, Value) {
    let bob = app.get("/scim2/Me").of(BOB).await.expect(200).json();
    (bob["phoneNumbers"][0]["value"].clone(), bob[ENTERPRISE]["pendingMobileNumber"].clone())
}

pub(crate) async fn by_admin(app: &TestApp, given: &str) -> Answer {
    app.post(&format!("{CODES}/validate-code")).of(ADMIN).json(code(given)).await
}

/// What every wrong code is answered, whoever asks and whatever is wrong with it (SEC-14).
pub(crate) fn refused() -> (u16, Value) {
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
