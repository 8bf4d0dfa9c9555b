//! `[countersign.verification] link_confirmation = "code"`: the link of a mail, and its code typed on the link's page.

use countersign_domain::SignedDuration;
use serde_json::json;

use crate::email_code::code_in;
use crate::email_resource::{NEW, replace_verified, token_of};
use crate::email_visitor::{Page, Visitor};
use crate::test_app::{ADMIN, BOB, BOB_MAIL, Given, TestApp, given, link_in};

const ASKS: &str = "Confirm your new e-mail address";

pub(crate) fn with_codes() -> Given {
    given("[countersign.verification]\nlink_confirmation = \"code\"")
}

/// The link and the code of the one mail to this address.
pub(crate) async fn link_and_code(app: &mut TestApp, address: &str) -> (String, String) {
    let messages = app.deliver_all().await;
    let mail = messages.mail_to(address);
    let text = mail.text();
    let code = code_in(&text).to_owned();
    assert!(mail.html().contains(&code), "both twins have it");
    (link_in(mail, "confirmregistration.do"), code)
}

async fn bob_asks(app: &mut TestApp) -> (String, String) {
    app.patch("/scim2/Me").of(BOB).json(replace_verified(NEW)).await.expect(200);
    link_and_code(app, NEW).await
}

async fn types(visitor: &mut Visitor, app: &TestApp, page: &Page, code: &str) -> Page {
    visitor.post(app, page, &[("nonce", &page.nonce()), ("code", code), ("do", "confirm")]).await
}

async fn in_force(app: &TestApp) -> serde_json::Value {
    app.get("/scim2/Me").of(BOB).await.json()["emails"].clone()
}

/// SEC-23: a look, a press without the code and a wrong code leave the address as it is; the code that came with the link
/// confirms, and both have ended then.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_confirms_with_the_code_of_its_mail() {
    with_codes()
        .on_both_databases(async |app| {
            let (link, code) = bob_asks(app).await;
            let mut visitor = Visitor::default();

            let page = visitor.open(app, &link).await;
            let pressed = visitor.press(app, &page, "confirm").await;
            let wrong = types(&mut visitor, app, &page, "wrong1").await;
            let before = in_force(app).await;
            let done = types(&mut visitor, app, &wrong, &format!(" {code} ")).await;
            let again = types(&mut visitor, app, &page, &code).await;

            assert_eq!(page.outcome(), (200, ASKS.to_owned()));
            assert!(page.lines().contains(&"Code from the e-mail".to_owned()), "{:?}", page.lines());
            assert_eq!(
                (pressed.outcome(), wrong.outcome()),
                ((400, ASKS.to_owned()), (400, ASKS.to_owned()))
            );
            assert!(pressed.lines().contains(&"Type the code first.".to_owned()), "{:?}", pressed.lines());
            let told = "That is not the code. 4 tries are left.".to_owned();
            assert!(wrong.lines().contains(&told), "{:?}", wrong.lines());
            assert!(!wrong.answer.text.contains("wrong1"), "what was typed is not shown again");
            assert_eq!(before, json!([BOB_MAIL]));
            assert_eq!(done.outcome(), (200, "Your e-mail address is confirmed".to_owned()));
            assert_eq!(again.outcome(), (410, "This e-mail address is confirmed already".to_owned()));
            assert_eq!(in_force(app).await, json!([NEW]));
            app.deliver_all().await;
        })
        .await;
}

/// SEC-9, SEC-10: five wrong codes use the link up; a new mail with a new link and a new code is sent from its page.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_used_up_by_wrong_codes_is_sent_again() {
    with_codes()
        .on_both_databases(async |app| {
            let (link, code) = bob_asks(app).await;
            let mut visitor = Visitor::default();
            let page = visitor.open(app, &link).await;

            for _ in 0..4 {
                assert_eq!(types(&mut visitor, app, &page, "wrong1").await.answer.status, 400);
            }
            let last = types(&mut visitor, app, &page, "wrong1").await;
            let late = types(&mut visitor, app, &page, &code).await;
            let sent = visitor.press(app, &late, "resend").await;
            let (link, newer) = link_and_code(app, NEW).await;
            let page = visitor.open(app, &link).await;
            let done = types(&mut visitor, app, &page, &newer).await;

            let used_up = (410, "This link can’t be used any more".to_owned());
            assert_eq!((last.outcome(), late.outcome()), (used_up.clone(), used_up));
            assert_eq!((sent.answer.status, done.answer.status), (200, 200));
            assert_eq!(in_force(app).await, json!([NEW]));
            app.deliver_all().await;
        })
        .await;
}

/// SEC-9, security §8: wrong codes take from the budget of their source; over it the right one is refused as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_of_wrong_codes_rests() {
    with_codes()
        .toml("[countersign.limits]\nwrong_codes_per_source = 2")
        .on_both_databases(async |app| {
            let (link, code) = bob_asks(app).await;
            let mut visitor = Visitor::default();
            let page = visitor.open(app, &link).await;

            let mut statuses = Vec::new();
            for typed in ["wrong1", "wrong2", "wrong3", &code] {
                statuses.push(types(&mut visitor, app, &page, typed).await.answer.status);
            }

            assert_eq!(statuses, [400, 400, 429, 429]);
            assert_eq!(in_force(app).await, json!([BOB_MAIL]));
        })
        .await;
}

/// SEC-23: nor does the link alone prove anything to the API, for its owner or for a privileged caller; its code does.
#[tokio::test(flavor = "multi_thread")]
async fn the_api_takes_the_code_and_not_the_link() {
    with_codes()
        .on_both_databases(async |app| {
            let (link, code) = bob_asks(app).await;
            let present = async |who, path: &str, code: &str| {
                let body = json!({"code": code, "properties": []});
                let answer = app.post(&format!("/api/identity/user/v1.0/{path}")).of(who).json(body).await;
                answer.status
            };

            let own = present(BOB, "me/validate-code", &token_of(&link)).await;
            let privileged = present(ADMIN, "validate-code", &token_of(&link)).await;
            let before = in_force(app).await;
            let by_code = present(BOB, "me/validate-code", &code).await;

            assert_eq!((own, privileged, before), (400, 400, json!([BOB_MAIL])));
            assert_eq!((by_code, in_force(app).await), (202, json!([NEW])));
            app.deliver_all().await;
        })
        .await;
}

/// "This wasn't me" needs no code.
#[tokio::test(flavor = "multi_thread")]
async fn declining_needs_no_code() {
    with_codes()
        .on_both_databases(async |app| {
            let (link, code) = bob_asks(app).await;
            let mut visitor = Visitor::default();
            let page = visitor.open(app, &link).await;

            let declined = visitor.press(app, &page, "decline").await;
            let late = types(&mut visitor, app, &page, &code).await;

            assert_eq!(declined.outcome(), (200, "The change was stopped".to_owned()));
            assert_eq!(late.outcome(), (410, "This change was called off".to_owned()));
            assert_eq!(in_force(app).await, json!([BOB_MAIL]));
        })
        .await;
}

/// A link that was sent before codes were asked for has none: a mail with both is sent from its page.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_from_before_is_sent_again_with_a_code() {
    Given::default()
        .on_both_databases(async |app| {
            app.patch("/scim2/Me").of(BOB).json(replace_verified(NEW)).await.expect(200);
            let link = crate::email_resource::confirmation_link(app, NEW).await;
            let path = app.home().deployment_toml();
            let before = std::fs::read_to_string(&path).unwrap();
            let asking = format!("{before}\n[countersign.verification]\nlink_confirmation = \"code\"\n");
            std::fs::write(&path, asking).unwrap();
            app.restart().await;
            app.later(SignedDuration::from_mins(1));
            let mut visitor = Visitor::default();

            let page = visitor.open(app, &link).await;
            let sent = visitor.press(app, &page, "resend").await;
            let (link, code) = link_and_code(app, NEW).await;
            let page_again = visitor.open(app, &link).await;
            let done = types(&mut visitor, app, &page_again, &code).await;

            assert_eq!(page.outcome(), (410, "This link can’t be used any more".to_owned()));
            assert_eq!((sent.answer.status, done.answer.status), (200, 200));
            assert_eq!(in_force(app).await, json!([NEW]));
            app.deliver_all().await;
        })
        .await;
}
