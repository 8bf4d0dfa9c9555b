//! The same pages for people who see or read otherwise: German, twice the size, colours of their own (pages §6).

use serde_json::json;

use crate::browser_driver::{Browser, in_a_browser};
use crate::browser_look::{looked_at, seen_otherwise};
use crate::test_app::{ADMIN, BOB, BOB_ID, Given, TestApp};

/// Pages of My Account that are worth a look of their own.
const MY_ACCOUNT: [&str; 5] = [
    "/myaccount/",
    "/myaccount/?edit=email",
    "/myaccount/?edit=profile",
    "/myaccount/security",
    "/myaccount/activity",
];

/// pages §1: every sentence is there in German, and none of them needs more room than there is.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_there_in_german() {
    in_a_browser(Given::default(), async |app, browser| {
        let german = json!({"headers": {"Accept-Language": "de"}});
        browser.devtools("Network.enable", json!({})).await;
        browser.devtools("Network.setExtraHTTPHeaders", german).await;
        browser.open(&app.url("/login")).await;
        let sign_in = (browser.text("h1").await, browser.value_of("document.documentElement.lang").await);
        looked_at(browser, "de/sign-in").await;
        each_page(app, browser, async |name| looked_at(browser, &format!("de/{name}")).await).await;

        assert_eq!(sign_in, ("Anmelden".to_owned(), "de".into()));
        app.deliver_all().await;
    })
    .await;
}

/// WCAG 1.4.4, 1.4.11, pages §6: at 200 % nothing is cut off; with the colours a person has chosen everything that can be
/// pressed still has an outline.
#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_at_twice_the_size_and_in_forced_colours() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.open(&app.url("/login")).await;
        seen_otherwise(browser, "otherwise/sign-in").await;
        each_page(app, browser, async |name| seen_otherwise(browser, &format!("otherwise/{name}")).await)
            .await;
        app.deliver_all().await;
    })
    .await;
}

/// Walks through My Account as bob, with something that waits, and through the Console as admin.
async fn each_page(app: &mut TestApp, browser: &Browser, look: impl AsyncFn(&str)) {
    browser.sign_in(app, BOB, "/myaccount/?edit=mobile").await;
    browser.enters("#phoneNumbers", "0777777777").await;
    app.deliver_all().await;
    look("code").await;
    for (page, path) in MY_ACCOUNT.iter().enumerate() {
        browser.open(&app.url(path)).await;
        look(&format!("myaccount-{page}")).await;
    }
    browser.forget().await;
    browser.sign_in(app, ADMIN, "/console/").await;
    let script = "[...document.querySelectorAll('nav.places a')].map(link => link.getAttribute('href'))";
    let places = browser.value_of(script).await;
    let settings = json!("/console/identity-providers/resident/other-settings/user-claim-update");
    for path in places.as_array().unwrap().iter().chain([&settings]) {
        let path = path.as_str().unwrap();
        browser.open(&app.url(path)).await;
        look(&format!("console-{}", path.rsplit('/').next().unwrap())).await;
    }
    for (page, open) in ["", "?renew=email&edit=profile"].iter().enumerate() {
        browser.open(&app.url(&format!("/console/users/{BOB_ID}{open}"))).await;
        look(&format!("user-{page}")).await;
    }
    browser.forget().await;
}
