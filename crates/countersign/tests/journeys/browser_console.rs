//! The Console in a real browser: every page is looked at; a switch is live with the next change.

use countersign_domain::SignedDuration;
use serde_json::Value;

use crate::browser_driver::{Browser, in_a_browser};
use crate::browser_look::looked_at;
use crate::email_resource::replace_verified;
use crate::test_app::{ADMIN, BOB, Given, TestApp, new_mobile};

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

/// SEED-7, pages §5: *Identity Providers › Resident › Other Settings › User Claim Update*: a switch and an expiry are changed by
/// keyboard, *Update*; both hold for the next change, over what the file says, and after a restart; with script and without.
#[tokio::test(flavor = "multi_thread")]
async fn a_switch_and_an_expiry_are_live_with_the_next_change() {
    in_a_browser(Given::default(), async |app, browser| {
        let switch = "UserClaimUpdate.Email.EnableVerification";
        let expiry = "UserClaimUpdate.MobileNumber.VerificationCode.ExpiryTime";
        for (scripts, minutes, address, [in_time, too_late]) in [
            (true, "7", "first@example.org", ["0777777771", "0777777772"]),
            (false, "9", "second@example.org", ["0777777773", "0777777774"]),
        ] {
            browser.scripts(scripts).await;
            browser.sign_in(app, ADMIN, "/console/identity-providers/resident").await;
            browser.presses("main a[href$='user-claim-update']").await;
            let was = checked(browser, switch).await;
            if was == true {
                browser.focus(&format!("[name='{switch}'][type=checkbox]")).await;
                browser.press(&[" "]).await;
            }
            browser.focus(&format!("[name='{expiry}']:not([type=hidden])")).await;
            browser.value_of("document.activeElement.select()").await;
            browser.types(minutes).await;
            browser.presses("main form.settings button.primary").await;
            let now = checked(browser, switch).await;
            let shown = browser
                .value_of(&format!("document.querySelector(`[name='{expiry}']:not([type=hidden])`).value"))
                .await;
            app.restart().await;

            app.patch("/scim2/Me").of(BOB).json(replace_verified(address)).await.expect(200);
            app.patch("/scim2/Me").of(BOB).json(new_mobile(in_time)).await.expect(200);

            assert_eq!(was, scripts, "the first time the file's value, then what was set");
            assert_eq!((now, shown), (false.into(), minutes.into()));
            assert_eq!(app.get("/scim2/Me").of(BOB).await.json()["emails"][0], address);
            let code = code_to(app, in_time).await;
            app.later(SignedDuration::from_secs(60 * (minutes.parse::<i64>().unwrap() - 1)));
            app.enter_code(BOB, &code).await.expect(202);
            app.patch("/scim2/Me").of(BOB).json(new_mobile(too_late)).await.expect(200);
            let code = code_to(app, too_late).await;
            app.later(SignedDuration::from_secs(60 * minutes.parse::<i64>().unwrap() + 1));
            app.enter_code(BOB, &code).await.expect(400);
            browser.forget().await;
        }
        app.deliver_all().await;
    })
    .await;
}

async fn code_to(app: &mut TestApp, number: &str) -> String {
    let messages = app.deliver_all().await;
    messages.sms.iter().find(|sms| sms.to() == number).expect("a code").code()
}

async fn checked(browser: &Browser, name: &str) -> Value {
    browser.value_of(&format!("document.querySelector(`[name='{name}'][type=checkbox]`).checked")).await
}
