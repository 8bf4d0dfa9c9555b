//! Sessions as a person meets them: one ends in the middle of a form, one is ended from another device (pages §2, §3.6).

use countersign_domain::SignedDuration;

use crate::browser_driver::in_a_browser;
use crate::browser_look::looked_at;
use crate::test_app::{BOB, Given};

/// pages §1, SEC-28: half an hour later the form leads through signing in, and comes back with what was typed.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_survives_the_end_of_the_session() {
    in_a_browser(Given::default(), async |app, browser| {
        for scripts in [true, false] {
            browser.scripts(scripts).await;
            browser.sign_in(app, BOB, "/myaccount/?edit=email").await;
            app.later(SignedDuration::from_mins(31));
            browser.enters("#emails", "new@example.org").await;
            let ended = (browser.text("h1").await, browser.text("form").await);
            looked_at(browser, "sign-in/ended").await;
            browser.focus("#userName").await;
            browser.types(BOB.0).await;
            browser.enters("#password", BOB.1).await;

            assert_eq!(ended.0, "Sign in");
            assert_eq!(browser.value_of("document.getElementById('emails').value").await, "new@example.org");
            assert_eq!(app.deliver_all().await.mails_to(), [""; 0]);
            browser.forget().await;
        }
    })
    .await;
}

/// pages §3.6, SEC-28: every session is listed, and the others are ended at once with one press.
#[tokio::test(flavor = "multi_thread")]
async fn another_device_is_signed_out_from_here() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/").await;
        let cookies = browser.devtools("Network.getAllCookies", serde_json::json!({})).await;
        browser.forget().await;
        browser.sign_in(app, BOB, "/myaccount/security").await;
        let listed = browser.value_of("document.querySelectorAll('main ul.rows > li').length").await;
        looked_at(browser, "myaccount/sessions").await;
        browser.presses("form[action$=end-others] button").await;
        let left = browser.value_of("document.querySelectorAll('main ul.rows > li').length").await;
        browser.forget().await;
        browser.devtools("Network.setCookies", cookies).await;
        browser.open(&app.url("/myaccount/")).await;

        assert_eq!((listed, left), (2.into(), 1.into()));
        assert_eq!(browser.text("h1").await, "Sign in");
    })
    .await;
}
