//! A code is sent again: seeds A and B.

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::test_app::{
    ADMIN, Answer, BOB, CODES, KIM, TestApp, new_mobile, on_both_databases, scenario, scenario_of,
};

const MOBILE: &str = "MOBILE_VERIFICATION_ON_UPDATE";

async fn by_bob(app: &TestApp, body: Value) -> Answer {
    app.post(&format!("{CODES}/me/resend-code")).of(BOB).json(body).await
}

async fn by_admin(app: &TestApp, body: Value) -> Answer {
    app.post(&format!("{CODES}/resend-code")).of(ADMIN).json(body).await
}

/// SEED-20, SEC-12: a new code to the number that waits; the old one is dead from that moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_resend_makes_a_new_code_and_kills_the_old_one() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let old = app.deliver_all().await.only_code();

        let answer = by_bob(app, scenario(MOBILE)).await;
        let messages = app.deliver_all().await;

        assert_eq!((answer.status, answer.text.as_str()), (201, ""), "{answer}");
        assert_eq!(messages.sms_to(), ["0123456789"]);
        let new = messages.only_code();
        assert_ne!(new, old);
        assert_eq!(app.enter_code(BOB, &old).await.code(), "18001");
        app.enter_code(BOB, &new).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// SEED-21: a resend that names no scenario, two of them, or none of ours, is refused by name.
#[tokio::test(flavor = "multi_thread")]
async fn a_resend_names_exactly_one_scenario() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.deliver_all().await;
        let named = json!({"key": "RecoveryScenario", "value": MOBILE});

        for properties in [
            json!([]),
            json!([named, named]),
            json!([{"key": "recoveryscenario", "value": MOBILE}]),
            json!([{"key": "RecoveryScenario", "value": "PASSWORD_EXPIRY"}]),
            json!([{"key": "RecoveryScenario", "value": "mobile_verification_on_update"}]),
            json!([{"key": "RecoveryScenario", "value": "EMAIL_VERIFICATION_ON_UPDATE"}]),
        ] {
            let answer = by_bob(app, json!({"properties": properties})).await;

            assert_eq!((answer.status, answer.code()), (400, "UAR-10011".to_owned()), "{properties}");
        }
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}

/// SEED-22: an administrator's own number is sent again once it waits, and refused before.
#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_resend_needs_something_that_waits() {
    on_both_databases(async |app| {
        let before = by_admin(app, scenario_of("admin", MOBILE)).await;
        assert_eq!((before.status, before.code()), (400, "18005".to_owned()), "{before}");

        app.patch("/scim2/Me").of(ADMIN).json(new_mobile("0333333333")).await.expect(200);
        let first = app.deliver_all().await.only_code();
        let after = by_admin(app, scenario_of("admin", MOBILE)).await;
        let messages = app.deliver_all().await;

        assert_eq!((after.status, after.text.as_str()), (201, ""), "{after}");
        assert_eq!(messages.sms_to(), ["0333333333"]);
        assert_ne!(messages.only_code(), first);
    })
    .await;
}

/// D-16, §4.4: who does not exist has nothing that waits, in the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_resend_does_not_tell_who_exists() {
    on_both_databases(async |app| {
        let kim = by_admin(app, scenario_of("kim", MOBILE)).await;
        let nobody = by_admin(app, scenario_of("nobody", MOBILE)).await;

        assert_eq!((kim.status, kim.code()), (400, "18005".to_owned()));
        assert_eq!(kim.without_trace(), nobody.without_trace());
    })
    .await;
}

/// SEED-23: the templates with nothing filled in are the client's mistake.
#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_resend_names_a_user() {
    on_both_databases(async |app| {
        let properties = json!([{"key": "RecoveryScenario", "value": MOBILE}]);
        for user in [json!({}), json!({"username": "", "realm": ""}), json!(null), json!("bob"), json!([])] {
            for properties in [json!([]), properties.clone()] {
                let answer = by_admin(app, json!({"user": user, "properties": properties})).await;

                assert_eq!((answer.status, answer.code()), (400, "PWR-60001".to_owned()), "{user}: {answer}");
            }
        }
        let without = by_admin(app, json!({"properties": properties})).await;
        assert_eq!((without.status, without.code()), (400, "PWR-60001".to_owned()), "{without}");
    })
    .await;
}

/// SEED-24: the template's stray quote is no JSON; the answer says where it stops being any, and nothing is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_stray_quote_is_refused_with_its_place() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.deliver_all().await;
        let body = r#"{"user":{"username": "bob",
"realm": PRIMARY"},"properties": [{"key":"RecoveryScenario","value":"MOBILE_VERIFICATION_ON_UPDATE"}]}"#;

        let answer = app.post(&format!("{CODES}/resend-code")).of(ADMIN).text("application/json", body).await;

        let description = answer.json()["description"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, 400, "{answer}");
        assert!(description.contains("line 2, column 10"), "{description}");
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}

/// SEED-49: an administrator sends bob's code again; it goes to bob's new number and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn a_privileged_resend_goes_to_the_number_that_waits() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.deliver_all().await;

        by_admin(app, scenario_of("bob", MOBILE)).await.expect(201);

        let messages = app.deliver_all().await;
        assert_eq!(messages.sms_to(), ["0123456789"]);
        app.enter_code(BOB, &messages.only_code()).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// SEC-12: nothing in the request says where the code goes; a key given twice is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_resend_takes_no_destination_from_the_request() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.patch("/scim2/Me").of(KIM).json(new_mobile("0222222222")).await.expect(200);
        app.deliver_all().await;
        let mut elsewhere = scenario_of("kim", MOBILE);
        elsewhere["send-to"] = "0999999999".into();
        elsewhere["properties"].as_array_mut().unwrap().push(json!({"key": "mobile", "value": "0999999999"}));

        by_bob(app, elsewhere).await.expect(201);
        assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);

        let twice = r#"{"user":{"username":"kim","username":"bob"},"properties":[{"key":"RecoveryScenario","value":"MOBILE_VERIFICATION_ON_UPDATE"}]}"#;
        let answer = app.post(&format!("{CODES}/resend-code")).of(ADMIN).text("application/json", twice).await;
        assert_eq!(answer.status, 400, "{answer}");
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}

/// D-15, SEC-10: three at once, then one each half minute; a change over the limit changes nothing at all.
#[tokio::test(flavor = "multi_thread")]
async fn sends_are_rationed() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        by_bob(app, scenario(MOBILE)).await.expect(201);
        by_bob(app, scenario(MOBILE)).await.expect(201);

        let resend = by_bob(app, scenario(MOBILE)).await;
        let change = app.patch("/scim2/Me").of(BOB).json(new_mobile("0777777777")).await;

        assert_eq!((resend.status, resend.header("retry-after")), (429, Some("30")), "{resend}");
        assert_eq!((change.status, change.header("retry-after")), (429, Some("30")), "{change}");
        let waits = app.get("/scim2/Me").of(BOB).await.json();
        assert_eq!(waits["urn:scim:wso2:schema"]["pendingMobileNumber"], "0123456789");
        app.later(SignedDuration::from_secs(30));
        by_bob(app, scenario(MOBILE)).await.expect(201);
        assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"], "those it replaced were never sent");
    })
    .await;
}
