//! `[countersign.verification] link_confirmation = "session"`: a link is confirmed by its owner, signed in (SEC-23).

use serde_json::json;

use crate::browser_driver::{Browser, ENTER, in_a_browser};
use crate::email_resource::{NEW, bob_asks_for};
use crate::email_visitor::Visitor;
use crate::test_app::{BOB, BOB_MAIL, Given, TestApp, given};

const SIGN_IN_FIRST: &str = "Sign in to confirm your new e-mail address";

fn with_sessions() -> Given {
    given("[countersign.verification]\nlink_confirmation = \"session\"")
}

async fn in_force(app: &TestApp) -> serde_json::Value {
    app.get("/scim2/Me").of(BOB).await.json()["emails"].clone()
}

/// SEC-23: robots that look and press confirm nothing; who declines needs no session.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_without_its_owner_confirms_nothing_and_still_stops_the_change() {
    with_sessions()
        .on_both_databases(async |app| {
            let link = bob_asks_for(app, NEW).await;
            let mut robot = Visitor::default();

            let page = robot.open(app, &link).await;
            let pressed = robot.post(app, &page, &[("nonce", &page.nonce()), ("do", "confirm")]).await;
            let before = in_force(app).await;
            let declined = robot.press(app, &page, "decline").await;
            let late = robot.post(app, &page, &[("nonce", &page.nonce()), ("do", "confirm")]).await;

            assert_eq!(
                (page.outcome(), page.buttons()),
                ((200, SIGN_IN_FIRST.to_owned()), vec!["decline".to_owned()])
            );
            assert_eq!(pressed.outcome(), (403, SIGN_IN_FIRST.to_owned()));
            assert_eq!(before, json!([BOB_MAIL]));
            assert_eq!(declined.outcome(), (200, "The change was stopped".to_owned()));
            assert_eq!(late.outcome(), (410, "This change was called off".to_owned()));
            assert_eq!(in_force(app).await, json!([BOB_MAIL]));
            app.deliver_all().await;
        })
        .await;
}

/// SEC-23, SEC-26: another user is told that the link is not his, signs out there, and the owner signs in, is back at the
/// link, and confirms.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_signs_in_from_the_link_and_confirms() {
    in_a_browser(with_sessions(), async |app, browser| {
        let link = bob_asks_for(app, NEW).await;

        browser.open(&link).await;
        let first = browser.text("h1").await;
        browser.picture("link/sign-in-first").await;
        browser.click("a.primary").await;
        sign_in(browser, "kim", "pass123").await;
        let other = browser.text("h1").await;
        browser.picture("link/somebody-else").await;
        browser.click("button.primary").await;
        sign_in(browser, "bob", "pass123").await;
        let asks = browser.text("h1").await;
        let before = in_force(app).await;
        browser.click("button.primary").await;

        assert_eq!(first, SIGN_IN_FIRST);
        assert_eq!(other, "This link is for another account");
        assert_eq!((asks.as_str(), before), ("Confirm your new e-mail address", json!([BOB_MAIL])));
        assert_eq!(browser.text("h1").await, "Your e-mail address is confirmed");
        assert_eq!(in_force(app).await, json!([NEW]));
        app.deliver_all().await;
    })
    .await;
}

async fn sign_in(browser: &Browser, user_name: &str, password: &str) {
    for (field, value) in [("userName", user_name), ("password", password)] {
        browser.value_of(&format!("document.querySelector('[name={field}]').focus()")).await;
        let keys: Vec<String> = value.chars().map(String::from).collect();
        browser.press(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
    browser.leads_on(browser.press(&[ENTER])).await;
}
