//! Codes by e-mail: beside the link (`send_otp_in_email`), or instead of it (`EnableEmailOTP`).

use countersign_domain::SignedDuration;
use serde_json::json;

use crate::email_resource::{NEW, replace_primary};
use crate::test_app::{BOB, BOB_PATH, TestApp, given, link_in, on_both_databases};

/// The code of a mail stands alone on its line.
pub(crate) fn code_in(text: &str) -> &str {
    let alone = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.lines().map(str::trim).find(alone).unwrap_or_else(|| panic!("no code in {text}"))
}

async fn presented(app: &TestApp, code: &str) -> (u16, String) {
    let body = json!({"code": code, "properties": []});
    let answer = app.post("/api/identity/user/v1.0/me/validate-code").of(BOB).json(body).await;
    (answer.status, answer.text)
}

/// `send_otp_in_email`: the mail has a link and a code, either proves, and both end together (I2).
#[tokio::test(flavor = "multi_thread")]
async fn a_code_stands_beside_the_link_and_either_proves_once() {
    let begin = given("[identity_mgt.user_claim_update.otp]\nsend_otp_in_email = true");
    begin
        .on_both_databases(async |app| {
            app.patch(BOB_PATH).of(BOB).json(replace_primary(NEW)).await.expect(200);
            let messages = app.deliver_all().await;
            let mail = messages.mail_to(NEW);
            let link = link_in(mail, "confirmregistration.do");
            let (text, html) = (mail.text(), mail.html());
            let code = code_in(&text);
            assert!(html.contains(code), "both twins have it");

            assert_eq!(presented(app, code).await, (202, String::new()));

            let token = crate::email_resource::token_of(&link);
            assert_eq!(presented(app, &token).await.0, 400, "the link has ended with it");
            let shown = app.get(BOB_PATH).of(BOB).await.expect(200).json();
            assert_eq!(shown["emails"], json!([NEW]));
            app.deliver_all().await;
        })
        .await;
}

/// D-21, SEC-11: a code without a link, switched on at runtime, works for ten minutes at most.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_instead_of_the_link_works_for_ten_minutes() {
    on_both_databases(async |app| {
        let property = "UserClaimUpdate.Email.EnableEmailOTP";
        let connector =
            "/api/server/v1/identity-governance/T3RoZXIgU2V0dGluZ3M/connectors/dXNlci1jbGFpbS11cGRhdGU";
        let update = json!({"operation": "UPDATE", "properties": [{"name": property, "value": "true"}]});
        app.patch(connector).of(crate::test_app::ADMIN).json(update).await.expect(200);
        app.patch(BOB_PATH).of(BOB).json(replace_primary(NEW)).await.expect(200);
        let messages = app.deliver_all().await;
        let text = messages.mail_to(NEW).text();
        assert!(!text.contains("confirmregistration.do"), "{text}");

        app.later(SignedDuration::from_mins(10));
        let (status, body) = presented(app, code_in(&text)).await;

        assert_eq!(status, 400);
        assert!(body.contains("18002"), "{body}");
        let scenario =
            json!({"properties": [{"key": "RecoveryScenario", "value": "EMAIL_OTP_VERIFICATION_ON_UPDATE"}]});
        app.post("/api/identity/user/v1.0/me/resend-code").of(BOB).json(scenario).await.expect(201);
        let messages = app.deliver_all().await;
        let again = messages.mail_to(NEW).text();
        assert_eq!(presented(app, code_in(&again)).await, (202, String::new()));
        app.deliver_all().await;
    })
    .await;
}
