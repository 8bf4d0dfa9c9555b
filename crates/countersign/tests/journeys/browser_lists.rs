//! Several addresses, and second thoughts: added, made primary, removed, changed and cancelled while they wait
//! (pages §3.1–§3.3), by keyboard, with script and without.

use crate::browser_driver::{Browser, ENTER, in_a_browser};
use crate::browser_look::looked_at;
use crate::test_app::{BOB, BOB_MAIL, Given, TestApp, link_in};

/// SEED-37, SEED-39, pages §3.1: another address is listed once it is proven; only then it can be the primary one, and the
/// one it replaces stays listed until it is removed.
#[tokio::test(flavor = "multi_thread")]
async fn another_address_is_added_made_primary_and_the_old_one_removed() {
    in_a_browser(Given::default(), async |app, browser| {
        for (scripts, old, new) in
            [(true, BOB_MAIL, "first@example.org"), (false, "first@example.org", "second@example.org")]
        {
            browser.scripts(scripts).await;
            browser.sign_in(app, BOB, "/myaccount/").await;
            browser.presses("#email > p a").await;
            browser.enters("#emails", new).await;
            let in_force = browser.text("#email .value").await;
            let waiting = browser.text("#email .pending").await;
            confirmed(app, browser, new).await;
            from_the_menu_of(browser, new, "Make primary").await;
            looked_at(browser, "myaccount/primary").await;
            let primary = browser.text("#email .value").await;
            from_the_menu_of(browser, old, "Remove").await;
            browser.presses("#email form.ask button.primary").await;

            assert_eq!(in_force, old);
            assert!(waiting.contains(new), "{waiting}");
            assert_eq!(primary, new);
            let left = browser.text("#email").await;
            assert!(left.contains(new) && !left.contains(old), "{left}");
            browser.forget().await;
        }
        app.deliver_all().await;
    })
    .await;
}

/// pages §3.3: what waits is changed into something else, and then cancelled; what is in force never moved, and the first
/// link is worth nothing any more.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_changed_and_cancelled() {
    in_a_browser(Given::default(), async |app, browser| {
        for scripts in [true, false] {
            browser.scripts(scripts).await;
            browser.sign_in(app, BOB, "/myaccount/?edit=email").await;
            browser.enters("#emails", "mistyped@example.org").await;
            let link =
                link_in(app.deliver_all().await.mail_to("mistyped@example.org"), "confirmregistration.do");
            browser.open(&app.url("/myaccount/")).await;
            browser.presses("#email .pending a.button").await;
            browser.enters("#emails", "meant@example.org").await;
            let waiting = browser.text("#email .pending").await;
            app.deliver_all().await;
            browser.open(&link).await;
            let stale = browser.text("h1").await;
            browser.open(&app.url("/myaccount/")).await;
            browser.presses("#email .pending form[action$=cancel] button").await;

            assert!(waiting.contains("meant@example.org") && !waiting.contains("mistyped"), "{waiting}");
            assert_eq!(stale, "There is a newer link");
            let said = browser.text("[role=status]").await;
            assert!(said.contains("stays as it was") || said.contains("cancelled"), "{said}");
            assert_eq!(browser.text("#email .value").await, BOB_MAIL);
            assert_eq!(
                browser.value_of("document.querySelector('#email .pending')").await,
                serde_json::Value::Null
            );
            browser.forget().await;
            app.later(countersign_domain::SignedDuration::from_hours(1));
        }
        app.deliver_all().await;
    })
    .await;
}

/// pages §3.2: a common slip of a domain is asked about and not corrected by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_probable_slip_is_asked_about() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/?edit=email").await;
        browser.enters("#emails", "bob@gmial.com").await;
        let asked = browser.text("#email form.ask").await;
        let nothing = app.deliver_all().await.mails_to();
        looked_at(browser, "myaccount/slip").await;
        browser.presses("#email form.ask button[name=asTyped]").await;

        assert!(asked.contains("gmail.com"), "{asked}");
        assert_eq!(nothing, [""; 0]);
        assert!(browser.text("#email .pending").await.contains("bob@gmial.com"));
        app.deliver_all().await;
    })
    .await;
}

/// Follows the link of the newest mail to `address`, and comes back.
async fn confirmed(app: &mut TestApp, browser: &Browser, address: &str) {
    let link = link_in(app.deliver_all().await.mail_to(address), "confirmregistration.do");
    browser.open(&link).await;
    browser.presses("button.primary").await;
    browser.open(&app.url("/myaccount/")).await;
}

/// Opens the menu beside a value and chooses what is called so.
async fn from_the_menu_of(browser: &Browser, value: &str, item: &str) {
    let row = format!(
        "[...document.querySelectorAll('#email .rows > li')].find(row => row.querySelector('.value').textContent == '{value}')"
    );
    browser.value_of(&format!("{row}.querySelector('.menu summary').focus()")).await;
    browser.press(&[ENTER]).await;
    let button =
        format!("[...{row}.querySelectorAll('.menu button')].find(one => one.textContent == '{item}')");
    browser.value_of(&format!("{button}.focus()")).await;
    browser.leads_on(browser.press(&[ENTER])).await;
}
