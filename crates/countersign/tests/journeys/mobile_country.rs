//! Which countries are served, and which numbers are one number.

use serde_json::{Value, json};

use crate::test_app::{
    ADMIN, BOB, BOB_MOBILE, BOB_PATH, CODES, ENTERPRISE, KIM, SYSTEM, TestApp, given, new_mobile,
    on_both_databases, replacing, scenario,
};

const SRI_LANKA: &str = r#"
    [countersign.sms]
    default_region = "LK"
    countries = ["LK"]
"#;

/// The answer to a refused number: the attribute and the sentence.
fn assert_refused(answer: &crate::test_app::Answer, detail: &str) {
    let body = answer.json();
    assert_eq!((answer.status, &body["scimType"]), (400, &json!("invalidValue")), "{answer}");
    assert_eq!(body["detail"], detail, "{answer}");
}

async fn bob(app: &TestApp) -> Value {
    app.get(BOB_PATH).of(ADMIN).await.expect(200).json()
}

/// SEC-48: refused at request time on every surface, by whoever asks; nothing is stored and nothing is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_a_country_that_is_not_served_is_refused() {
    given(SRI_LANKA)
        .on_both_databases(async |app| {
            let before = bob(app).await;
            let country = "no messages are sent to numbers of this country; use a number of another one.";
            let (held, listed) = (format!("phoneNumbers: {country}"), format!("mobileNumbers: {country}"));

            for number in ["+447400123456", "00447400123456", "+1 202 555 0143"] {
                let by_bob = app.patch("/scim2/Me").of(BOB).json(new_mobile(number)).await;
                assert_refused(&by_bob, &held);
                let by_admin = app.patch(BOB_PATH).of(ADMIN).json(new_mobile(number)).await;
                assert_refused(&by_admin, &held);
                let list = replacing(&json!({SYSTEM: {"mobileNumbers": [BOB_MOBILE, number]}}));
                assert_refused(&app.patch("/scim2/Me").of(BOB).json(list).await, &listed);
                let mut whole = before.clone();
                whole["phoneNumbers"][0]["value"] = number.into();
                assert_refused(&app.put(BOB_PATH).of(ADMIN).json(whole).await, &held);
                let eve = json!({"userName": "eve", "password": "pass1234",
                    "phoneNumbers": [{"type": "mobile", "value": number}]});
                assert_refused(&app.post("/scim/v2/Users").of(ADMIN).json(eve).await, &held);
            }
            let premium = app.patch("/scim2/Me").of(BOB).json(new_mobile("+1 900 234 5678")).await;
            assert_refused(&premium, "phoneNumbers: premium-rate and shared-cost numbers are not accepted.");

            assert_eq!(bob(app).await, before);
            assert_eq!(app.deliver_all().await.outcome.count(), 0);
            app.put(BOB_PATH).of(ADMIN).json(before).await.expect(200);
        })
        .await;
}

/// SEC-48, SCIM-28, M7, I10: stored, shown and sent to as typed; compared in international form.
#[tokio::test(flavor = "multi_thread")]
async fn a_national_number_and_its_international_form_are_one_number() {
    given(SRI_LANKA)
        .on_both_databases(async |app| {
            app.patch("/scim2/Me").of(BOB).json(new_mobile("077 123 4501")).await.expect(200);
            let messages = app.deliver_all().await;
            assert_eq!(messages.sms_to(), ["077 123 4501"]);
            app.restart().await;
            app.enter_code(BOB, &messages.only_code()).await.expect(202);
            app.deliver_all().await;
            assert_eq!(bob(app).await["phoneNumbers"][0]["value"], "077 123 4501");

            let same =
                app.patch("/scim2/Me").of(BOB).json(new_mobile("+94771234501")).await.expect(200).json();
            assert_eq!(same[ENTERPRISE].get("pendingMobileNumber"), None, "{same}");
            let id = app.id_of("kim").await;
            let kims =
                app.patch(&format!("/scim2/Users/{id}")).of(ADMIN).json(new_mobile("+94 77 1234501")).await;
            assert_eq!((kims.status, &kims.json()["scimType"]), (409, &json!("uniqueness")), "{kims}");
            assert_eq!(app.deliver_all().await.outcome.count(), 0);
        })
        .await;
}

/// SEC-48: without a region everything stays as it is: bob's national number is his, compared by its digits.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_region_numbers_are_compared_by_their_digits() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0771234501")).await.expect(200);
        let code = app.deliver_all().await.only_code();
        app.enter_code(BOB, &code).await.expect(202);
        app.deliver_all().await;

        app.patch("/scim2/Me").of(KIM).json(new_mobile("+94771234501")).await.expect(200);
        let code = app.deliver_all().await.only_code();
        app.enter_code(KIM, &code).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// SEC-48: a country that is taken off the list while a number waits gets no more codes; what is held stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_country_that_goes_gets_no_more_codes() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("+94771234501")).await.expect(200);
        app.deliver_all().await;
        let file = app.home().deployment_toml();
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\n[countersign.sms]\ncountries = [\"GB\"]\n")).unwrap();
        app.restart().await;

        let resend = app
            .post(&format!("{CODES}/me/resend-code"))
            .of(BOB)
            .json(scenario("MOBILE_VERIFICATION_ON_UPDATE"))
            .await;

        assert_eq!((resend.status, resend.code()), (400, "UAR-10011".to_owned()), "{resend}");
        assert!(resend.text.contains("No messages are sent to this number any more."), "{resend}");
        let held = bob(app).await;
        app.put(BOB_PATH).of(ADMIN).json(held.clone()).await.expect(200);
        assert_eq!(bob(app).await["phoneNumbers"], held["phoneNumbers"]);
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}
