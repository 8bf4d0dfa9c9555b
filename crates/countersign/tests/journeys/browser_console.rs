//! The Console in a real browser: every page is looked at; a switch is live with the next change.

use crate::browser_driver::in_a_browser;
use crate::browser_look::looked_at;
use crate::test_app::{ADMIN, BOB, Given};

/// Where User Claim Update is, under the product's names.
const SETTINGS: &str = "/console/identity-providers/resident/other-settings/user-claim-update";

/// pages §5: every place the navigation names is there, and worth looking at.
#[tokio::test(flavor = "multi_thread")]
async fn every_place_is_worth_looking_at() {
    in_a_browser(Given::default(), async |app, browser| {
        app.patch("/scim2/Me")
            .of(BOB)
            .json(crate::email_resource::replace_verified("new@example.org"))
            .await
            .expect(200);
        app.deliver_all().await;
        browser.sign_in(app, ADMIN, "/console/").await;

        let script = "[...document.querySelectorAll('nav.places a')].map(link => link.getAttribute('href'))";
        let places = browser.value_of(script).await;
        for place in places.as_array().unwrap() {
            let path = place.as_str().unwrap();
            browser.open(&app.url(path)).await;
            assert_eq!(browser.value_of("document.querySelectorAll('h1').length").await, 1, "{path}");
            looked_at(browser, &format!("console/{}", path.rsplit('/').next().unwrap())).await;
        }
        browser.open(&app.url(SETTINGS)).await;
        looked_at(browser, "console/user-claim-update").await;
        browser.open(&app.url("/console/messages")).await;
        browser.presses("table a").await;
        looked_at(browser, "console/message").await;
        browser.open(&app.url("/console/messages/test")).await;
        looked_at(browser, "console/test").await;
    })
    .await;
}

/// SEED-42, pages §5: *Identity Providers › Resident › Other Settings › User Claim Update*: the switch is taken back, *Update*,
/// and the next new address takes effect at once; without script too.
#[tokio::test(flavor = "multi_thread")]
async fn a_switch_is_live_with_the_next_change() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.scripts(false).await;
        browser.sign_in(app, ADMIN, "/console/identity-providers/resident").await;
        browser.presses("main a[href$='user-claim-update']").await;
        let name = "UserClaimUpdate.Email.EnableVerification";
        let was = browser.value_of(&format!("document.getElementsByName('{name}')[0].checked")).await;
        browser.value_of(&format!("document.getElementsByName('{name}')[0].click()")).await;
        browser.presses("main button.primary").await;
        let now = browser.value_of(&format!("document.getElementsByName('{name}')[0].checked")).await;

        app.patch("/scim2/Me")
            .of(BOB)
            .json(crate::email_resource::replace_verified("new@example.org"))
            .await
            .expect(200);

        assert_eq!((was, now), (true.into(), false.into()));
        assert_eq!(app.get("/scim2/Me").of(BOB).await.json()["emails"][0], "new@example.org");
        app.deliver_all().await;
    })
    .await;
}
