//! Signing in and out in a real browser: by keyboard alone, with script and without.

use serde_json::json;

use crate::browser_driver::{Browser, ENTER, TAB, in_a_browser};
use crate::browser_look::looked_at;
use crate::test_app::{ADMIN, BOB, Given, TestApp, given};

impl Browser {
    /// Signs in as a person does, by keyboard; ends at `path`.
    pub(crate) async fn sign_in(&self, app: &TestApp, user: (&str, &str), path: &str) {
        self.open(&app.url(path)).await;
        self.focus("#userName").await;
        self.types(user.0).await;
        self.press(&[TAB]).await;
        self.types(user.1).await;
        self.leads_on(self.press(&[ENTER])).await;
    }
}

/// pages §2, §6: the first stop of the keyboard is the user name; what was wrong is said above, the name is kept, the
/// password is not; the way in and the way out need neither mouse nor script.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_out_by_keyboard_alone() {
    in_a_browser(Given::default(), async |app, browser| {
        for scripts in [true, false] {
            browser.scripts(scripts).await;
            browser.sign_in(app, (BOB.0, "not-the-password"), "/myaccount/").await;
            let wrong = (browser.text("h1").await, browser.text("[role=alert]").await);
            let address = browser.address().await;
            let kept = browser
                .value_of("['userName', 'password'].map(id => document.getElementById(id).value)")
                .await;
            looked_at(browser, "sign-in/wrong").await;
            browser.enters("#password", BOB.1).await;
            let there = browser.text("h1").await;
            browser.open(&app.url("/logout")).await;
            let asked = browser.text("h1").await;
            looked_at(browser, "sign-in/sign-out").await;
            browser.presses("button.primary").await;

            assert_eq!(wrong.0, "Sign in");
            assert!(wrong.1.contains("User name or password is not right"), "{}", wrong.1);
            assert_eq!(address, app.url("/login"));
            assert_eq!(kept, json!([BOB.0, ""]));
            assert_eq!((there.as_str(), asked.as_str()), ("Personal info", "Sign out"));
            assert_eq!(browser.text("[role=status]").await, "You are signed out.");
            looked_at(browser, "sign-in/signed-out").await;
        }
    })
    .await;
}

/// pages §1: a page that is not there says so to a person, and how to go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_there_says_so() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.open(&app.url("/myaccount/nothing-here")).await;

        assert_eq!(browser.text("h1").await, "There is nothing here");
        looked_at(browser, "refused/404").await;
    })
    .await;
}

/// pages §1: what is refused is a page, too: what one may not see, what is done by a form only, a form of another session, what
/// was tried too often.
#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_page_worth_looking_at() {
    in_a_browser(given("[countersign.limits]\nlogin_failures_per_source = 2"), async |app, browser| {
        browser.open(&app.url("/login")).await;
        looked_at(browser, "sign-in/sign-in").await;
        browser.sign_in(app, BOB, "/console/users").await;
        let forbidden = browser.text("h1").await;
        looked_at(browser, "refused/403").await;
        browser.open(&app.url("/myaccount/security/sessions/0/end")).await;
        let by_form = browser.text("h1").await;
        looked_at(browser, "refused/405").await;
        browser.open(&app.url("/logout")).await;
        browser.value_of("document.querySelector('main [name=csrf]').value = 'of another session'").await;
        browser.presses("main button.primary").await;
        let stale = browser.text("h1").await;
        looked_at(browser, "refused/stale-form").await;
        browser.forget().await;
        for _ in 0..3 {
            browser.sign_in(app, (BOB.0, "not-the-password"), "/myaccount/").await;
        }
        let throttled = browser.text("[role=alert]").await;
        looked_at(browser, "sign-in/throttled").await;

        assert_eq!(forbidden, "You may not do that");
        assert_eq!(by_form, "That cannot be done here");
        assert_eq!(stale, "This form is out of date");
        assert!(throttled.contains("Too many"), "{throttled}");
    })
    .await;
}

/// DESIGN §5, "Dev inbox": what a newcomer's server would send is there for whoever sits at it, signed in or not.
#[tokio::test(flavor = "multi_thread")]
async fn the_dev_inbox_is_worth_looking_at() {
    in_a_browser(Given::default().without_senders(), async |app, browser| {
        browser.open(&app.url("/console/dev-inbox")).await;
        let empty = browser.text("main").await;
        looked_at(browser, "console/dev-inbox-empty").await;
        browser.sign_in(app, BOB, "/myaccount/?edit=email").await;
        browser.enters("#emails", "new@example.org").await;
        app.deliver_all().await;
        browser.forget().await;
        browser.sign_in(app, ADMIN, "/console/").await;
        browser.open(&app.url("/console/dev-inbox")).await;
        looked_at(browser, "console/dev-inbox").await;

        assert!(empty.contains("No messages yet"), "{empty}");
        assert!(browser.text("#inbox").await.contains("new@example.org"));
    })
    .await;
}
