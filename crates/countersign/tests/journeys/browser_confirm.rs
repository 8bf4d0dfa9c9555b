//! The links of mails in a real browser: a person confirms, by mouse and by keyboard; every outcome is looked at by day
//! and by night, on a phone and on a desk.

use countersign_domain::SignedDuration;
use serde_json::json;

use crate::browser_driver::{Browser, ENTER, TAB, in_a_browser};
use crate::browser_look::looked_at;
use crate::email_link_code::{link_and_code, with_codes};
use crate::email_resource::{
    Emails, NEW, bob, bob_asks_for, confirmation_link, replace_verified, token_of, whole,
};
use crate::test_app::{BOB, BOB_MAIL, Given, KIM, KIM_MAIL, Messages, TestApp, given, link_in};

/// SEED-31, SEC-23, SEC-25: opening shows the masked address, its domain in full, at an address without the token, and
/// confirms nothing; the button does; who comes again is told that it is done.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_confirms_by_the_button() {
    in_a_browser(Given::default(), async |app, browser| {
        let began = app.now();
        let link = bob_asks_for(app, NEW).await;

        browser.open(&link).await;
        let shown = (browser.text("h1").await, browser.text(".target").await, browser.text("button").await);
        let address = browser.address().await;
        let looked = app.get("/scim2/Me").of(BOB).await;
        browser.click("button.primary").await;
        let done = (browser.text("h1").await, browser.text(".target").await);
        let after = app.get("/scim2/Me").of(BOB).await.json();
        browser.open(&link).await;
        let again = browser.text("h1").await;

        let open = ("Confirm your new e-mail address", "r***@example.org", "Confirm address");
        assert_eq!((shown.0.as_str(), shown.1.as_str(), shown.2.as_str()), open);
        let selector = token_of(&link).split('.').next().unwrap().to_owned();
        assert_eq!(
            address,
            app.url(&format!("/accountrecoveryendpoint/confirmregistration.do?s={selector}"))
        );
        assert_eq!(whole(&looked), (200, bob(app, began, Emails::BOB.with_pending(NEW))));
        assert_eq!(
            (done.0.as_str(), done.1.as_str()),
            ("Your e-mail address is confirmed", "r***@example.org")
        );
        assert_eq!(after["emails"], json!([NEW]));
        assert_eq!(again, "This e-mail address is confirmed already");
        assert_eq!(browser.value_of("document.scripts.length").await, 0);
        app.deliver_all().await;
    })
    .await;
}

/// pages §6, WCAG 2.1.1, 2.4.7: without a mouse: the first stop is the button that confirms, and it shows that it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_confirms_by_keyboard() {
    in_a_browser(Given::default(), async |app, browser| {
        let link = bob_asks_for(app, NEW).await;
        browser.open(&link).await;

        browser.press(&[TAB]).await;
        let focused = browser.value_of("document.activeElement.value").await;
        let ring = browser.value_of("getComputedStyle(document.activeElement).outlineWidth").await;
        browser.leads_on(browser.press(&[ENTER])).await;

        assert_eq!((focused, ring), (json!("confirm"), json!("3px")));
        assert_eq!(browser.text("h1").await, "Your e-mail address is confirmed");
        app.deliver_all().await;
    })
    .await;
}

/// SEC-23, pages §3.4: with `link_confirmation = "code"` the first stop of the keyboard is the code field; a wrong code is
/// said beside the emptied field, which has the focus; the code of the mail and Enter confirm. "This wasn't me" is pressed
/// with the field left empty.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_types_the_code_of_the_mail() {
    in_a_browser(with_codes(), async |app, browser| {
        app.patch("/scim2/Me").of(KIM).json(replace_verified("not.mine@example.org")).await.expect(200);
        let (not_mine, _) = link_and_code(app, "not.mine@example.org").await;
        browser.open(&not_mine).await;
        browser.click("button.secondary").await;
        let declined = browser.text("h1").await;
        app.patch("/scim2/Me").of(BOB).json(replace_verified(NEW)).await.expect(200);
        let (link, code) = link_and_code(app, NEW).await;

        browser.open(&link).await;
        seen(browser, "code", "Confirm your new e-mail address").await;
        browser.press(&[TAB]).await;
        let first = browser.value_of("document.activeElement.name").await;
        browser.types("wrong1").await;
        browser.leads_on(browser.press(&[ENTER])).await;
        let told = browser.text("#code-error").await;
        let field = "['name', 'value', 'type'].map(part => document.activeElement[part])";
        let emptied = browser.value_of(field).await;
        seen(browser, "code-wrong", "Confirm your new e-mail address").await;
        let looked = app.get("/scim2/Me").of(BOB).await.json();
        browser.types(&code).await;
        browser.leads_on(browser.press(&[ENTER])).await;

        assert_eq!(declined, "The change was stopped");
        assert_eq!(first, json!("code"));
        assert_eq!(told, "That is not the code. 4 tries are left.");
        assert_eq!(emptied, json!(["code", "", "text"]));
        assert_eq!(looked["emails"], json!([BOB_MAIL]));
        assert_eq!(browser.text("h1").await, "Your e-mail address is confirmed");
        app.deliver_all().await;
    })
    .await;
}

/// pages §1, §4: every outcome has its page; none is cut off at 320 px, offers a target below 24 px, or makes the browser
/// complain. The pictures are in `screenshots/link` of the target folder.
#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_has_a_page_worth_looking_at() {
    let begin = given("[identity_mgt.user_claim_update.uniqueness]\nenable = true");
    in_a_browser(begin, async |app, browser| {
        confirmed(app, browser).await;
        ended(app, browser).await;
        expired(app, browser).await;
        stopped(app, browser).await;
        taken(app, browser).await;
        refused(app, browser).await;
    })
    .await;
}

async fn confirmed(app: &mut TestApp, browser: &Browser) {
    let (confirm, cancel) = asked(app, NEW).await;
    browser.open(&confirm).await;
    seen(browser, "confirm", "Confirm your new e-mail address").await;
    browser.open(&cancel).await;
    seen(browser, "stop", "Stop this change?").await;
    browser.open(&confirm).await;
    browser.click("button.primary").await;
    seen(browser, "confirmed", "Your e-mail address is confirmed").await;
    app.later(SignedDuration::from_hours(1));
    browser.open(&confirm).await;
    seen(browser, "confirmed-already", "This e-mail address is confirmed already").await;
    browser.open(&cancel).await;
    seen(browser, "too-late-to-stop", "The change has already taken effect").await;
    app.deliver_all().await;
}

async fn ended(app: &mut TestApp, browser: &Browser) {
    let first = bob_asks_for(app, "first@example.org").await;
    let second =
        bob_asks_for(app, "an.unusually.long.name@a-rather-long-department.some-university.example.org")
            .await;
    browser.open(&second).await;
    seen(browser, "confirm-long", "Confirm your new e-mail address").await;
    browser.open(&first).await;
    seen(browser, "replaced", "There is a newer link").await;
    browser.open(&second).await;
    browser.click("button.secondary").await;
    seen(browser, "declined", "The change was stopped").await;
    browser.open(&second).await;
    seen(browser, "called-off", "This change was called off").await;
}

async fn expired(app: &mut TestApp, browser: &Browser) {
    let link = bob_asks_for(app, "late@example.org").await;
    app.later(SignedDuration::from_hours(24));
    browser.open(&link).await;
    seen(browser, "expired", "This link can’t be used any more").await;
    browser.click("button.primary").await;
    seen(browser, "sent-again", "A new link is on its way").await;
    app.deliver_all().await;
}

async fn stopped(app: &mut TestApp, browser: &Browser) {
    app.later(SignedDuration::from_hours(1));
    app.patch("/scim2/Me").of(KIM).json(replace_verified("other@example.org")).await.expect(200);
    let messages = app.deliver_all().await;
    browser.open(&link_in(messages.mail_to(KIM_MAIL), "cancel.do")).await;
    browser.click("button.primary").await;
    seen(browser, "stopped", "The change was stopped").await;
}

/// The address goes to kim while bob's link is open.
async fn taken(app: &mut TestApp, browser: &Browser) {
    let bobs = bob_asks_for(app, "both@example.org").await;
    app.patch("/scim2/Me").of(KIM).json(replace_verified("both@example.org")).await.expect(200);
    let kims = confirmation_link(app, "both@example.org").await;
    browser.open(&kims).await;
    browser.click("button.primary").await;
    browser.forget().await;
    browser.open(&bobs).await;
    browser.click("button.primary").await;
    seen(browser, "taken", "This e-mail address is in use").await;
    app.deliver_all().await;
}

async fn refused(app: &mut TestApp, browser: &Browser) {
    browser.open(&app.url("/accountrecoveryendpoint/confirmregistration.do?confirmation=cut.off")).await;
    seen(browser, "unknown", "This link doesn’t work").await;
    app.later(SignedDuration::from_hours(1));
    let link = bob_asks_for(app, "open@example.org").await;
    browser.open(&link).await;
    browser.value_of("document.querySelector('[name=nonce]').value = 'AAAA'").await;
    browser.click("button.primary").await;
    seen(browser, "from-elsewhere", "Please open the link again").await;
    for _ in 0..60 {
        app.get(&link).await;
    }
    browser.open(&link).await;
    seen(browser, "too-many", "Too many tries").await;
}

/// Bob asks for another address: the link to confirm, and the one in the notice.
async fn asked(app: &mut TestApp, address: &str) -> (String, String) {
    app.patch("/scim2/Me").of(BOB).json(replace_verified(address)).await.expect(200);
    let messages: Messages = app.deliver_all().await;
    let confirm = link_in(messages.mail_to(address), "confirmregistration.do");
    (confirm, link_in(messages.mail_to(BOB_MAIL), "cancel.do"))
}

/// Looks at the page of an outcome.
async fn seen(browser: &Browser, name: &str, heading: &str) {
    assert_eq!(browser.text("h1").await, heading);
    looked_at(browser, &format!("link/{name}")).await;
}
