//! The Console's switches, through the API behind the page: seeds A, B and E.

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::test_app::{
    ADMIN, Answer, BOB, ENTERPRISE, KIM, TestApp, given, new_mobile, on_both_databases, replacing,
};

/// The connector of the page.
const CONNECTOR: &str =
    "/api/server/v1/identity-governance/T3RoZXIgU2V0dGluZ3M/connectors/dXNlci1jbGFpbS11cGRhdGU";

/// Turns one switch; the name is given without `UserClaimUpdate.`.
pub(crate) async fn set(app: &TestApp, name: &str, value: Value) -> Answer {
    let property = json!({"name": format!("UserClaimUpdate.{name}"), "value": value});
    let body = json!({"operation": "UPDATE", "properties": [property]});
    app.patch(CONNECTOR).of(ADMIN).json(body).await
}

/// What the page shows for a switch.
async fn shown(app: &TestApp, name: &str) -> Value {
    let connector = app.get(CONNECTOR).of(ADMIN).await.expect(200).json();
    let properties = connector["properties"].as_array().unwrap().clone();
    let name = json!(format!("UserClaimUpdate.{name}"));
    properties.into_iter().find(|property| property["name"] == name).unwrap()["value"].clone()
}

/// The number that waits for bob.
async fn pending(app: &TestApp) -> Value {
    app.get("/scim2/Me").of(BOB).await.expect(200).json()[ENTERPRISE]["pendingMobileNumber"].clone()
}

/// SEED-7: switched on in the Console, verification is in force with the next request, outlives a restart, and stands
/// over the file; the expiry set beside it is how long the code lives.
#[tokio::test(flavor = "multi_thread")]
async fn a_switch_of_the_console_holds_at_once_and_after_a_restart() {
    given("[identity_mgt.user_claim_update.mobile]\nenable_verification = false\nverification_sms_otp_validity = \"5\"")
        .on_both_databases(async |app| {
            app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
            assert_eq!(pending(app).await, Value::Null, "the file says off");
            app.deliver_all().await;

            // Real clients send a boolean here, and a number as text.
            let on = set(app, "MobileNumber.EnableVerification", json!(true)).await;
            let expiry = set(app, "MobileNumber.VerificationCode.ExpiryTime", json!("2")).await;
            assert_eq!((on.status, on.text.as_str(), expiry.status), (200, "", 200), "{on} {expiry}");
            app.patch("/scim2/Me").of(BOB).json(new_mobile("0777777777")).await.expect(200);
            assert_eq!(pending(app).await, "0777777777");

            app.restart().await;

            assert_eq!(shown(app, "MobileNumber.EnableVerification").await, "true");
            assert_eq!(shown(app, "MobileNumber.VerificationCode.ExpiryTime").await, "2");
            let code = app.deliver_all().await.only_code();
            app.later(SignedDuration::from_mins(2));
            assert_eq!(app.enter_code(BOB, &code).await.code(), "18002");
            app.patch("/scim2/Me").of(BOB).json(new_mobile("0888888888")).await.expect(200);
            let code = app.deliver_all().await.only_code();
            app.later(SignedDuration::from_secs(119));
            app.enter_code(BOB, &code).await.expect(202);
            app.deliver_all().await;
        })
        .await;
}

/// SEED-7 of seed E: the e-mail's switch is one of its own.
#[tokio::test(flavor = "multi_thread")]
async fn each_channel_has_its_own_switch() {
    given("[identity_mgt.user_claim_update.email]\nenable_verification = false")
        .on_both_databases(async |app| {
            set(app, "Email.EnableVerification", json!("true")).await.expect(200);
            set(app, "MobileNumber.EnableVerification", json!("false")).await.expect(200);

            let both = json!({
                "emails": [{"primary": true, "value": "kim.new@abc.com"}],
                "phoneNumbers": [{"type": "mobile", "value": "0222222222"}],
            });
            let kim = app.patch("/scim2/Me").of(KIM).json(replacing(&both)).await.expect(200).json();

            assert_eq!(
                (&kim["emails"], &kim["phoneNumbers"][0]["value"]),
                (&json!(["kim@abc.com"]), &json!("0222222222"))
            );
            assert_eq!(kim[ENTERPRISE]["pendingEmails"], json!([{"value": "kim.new@abc.com"}]));
            let messages = app.deliver_all().await;
            assert_eq!(messages.sms_to(), [""; 0]);
            let mut told = messages.mails_to();
            told.sort_unstable();
            assert_eq!(told, ["kim.new@abc.com", "kim@abc.com", "kim@abc.com"]);
        })
        .await;
}

/// §5.2: `revert` brings the file's value back.
#[tokio::test(flavor = "multi_thread")]
async fn revert_brings_the_files_value_back() {
    on_both_databases(async |app| {
        set(app, "MobileNumber.EnableVerification", json!("false")).await.expect(200);
        let path = "/api/server/v1/identity-governance/T3RoZXIgU2V0dGluZ3M/connectors/revert?connectorId=dXNlci1jbGFpbS11cGRhdGU";
        let body = json!({"properties": ["UserClaimUpdate.MobileNumber.EnableVerification"]});

        let answer = app.post(path).of(ADMIN).json(body).await;

        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "{answer}");
        assert_eq!(shown(app, "MobileNumber.EnableVerification").await, "true");
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        assert_eq!(pending(app).await, "0123456789");
        app.deliver_all().await;
    })
    .await;
}

/// SEC-11: what the file may not say, the Console may not say either, and nothing of the request is kept.
#[tokio::test(flavor = "multi_thread")]
async fn an_impossible_value_changes_nothing() {
    on_both_databases(async |app| {
        for (name, value) in [
            ("MobileNumber.VerificationCode.ExpiryTime", "0"),
            ("MobileNumber.VerificationCode.ExpiryTime", "-1"),
            ("MobileNumber.VerificationCode.ExpiryTime", "11"),
            ("MobileNumber.VerificationCode.ExpiryTime", "never"),
            ("OTP.OTPLength", "5"),
            ("OTP.OTPLength", "11"),
            ("MobileNumber.EnableVerification", "perhaps"),
        ] {
            let good = json!({"name": "UserClaimUpdate.Email.EnableVerification", "value": "false"});
            let bad = json!({"name": format!("UserClaimUpdate.{name}"), "value": value});
            let body = json!({"operation": "UPDATE", "properties": [good, bad]});

            let answer = app.patch(CONNECTOR).of(ADMIN).json(body).await;

            assert_eq!(
                (answer.status, answer.code()),
                (400, "IDG-50013".to_owned()),
                "{name} = {value}: {answer}"
            );
            assert_eq!(shown(app, "Email.EnableVerification").await, "true");
        }
        let unknown = set(app, "NoSuchSwitch", json!("true")).await;
        assert_eq!((unknown.status, unknown.code()), (400, "IDG-50012".to_owned()), "{unknown}");
    })
    .await;
}
