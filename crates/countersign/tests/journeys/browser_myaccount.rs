//! My Account in a real browser, as the documents walk it: sign in, Personal info, the pencil beside a value, the new
//! value, Save; then the mail's link or the code. By keyboard, with script and without.

use crate::browser_driver::{Browser, ENTER, TAB, in_a_browser};
use crate::browser_look::looked_at;
use crate::test_app::{ADMIN, BOB, BOB_MOBILE, Given, TestApp, given, link_in};

/// SEED-32: Personal info → the pencil beside Email → the new address → Save: the old address stays in force and a notice
/// stays until the link of the mail has been pressed; then the page says what is in force.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_waits_until_its_link_is_pressed() {
    in_a_browser(Given::default(), async |app, browser| {
        for (scripts, new) in [(true, "first@example.org"), (false, "second@example.org")] {
            browser.scripts(scripts).await;
            browser.sign_in(app, BOB, "/myaccount/").await;
            looked_at(browser, "myaccount/personal").await;
            let before = browser.text("#email .value").await;
            browser.presses("#email .row-actions a").await;
            looked_at(browser, "myaccount/email-edit").await;
            browser.enters("#emails", new).await;
            let waiting = (browser.text("#email .value").await, browser.text("#email .pending").await);
            let said = browser.text("[role=status]").await;
            looked_at(browser, "myaccount/email-waits").await;
            let link = link_in(app.deliver_all().await.mail_to(new), "confirmregistration.do");
            browser.open(&app.url("/myaccount/")).await;
            let handed_over = browser.text("#email .pending").await;
            browser.open(&link).await;
            browser.presses("button.primary").await;
            browser.open(&app.url("/myaccount/")).await;

            assert!(waiting.0 == before && waiting.1.contains(&format!("Waiting for proof: {new}")));
            assert!(said.contains("The old one stays in force until you confirm the new one"), "{said}");
            assert!(handed_over.contains("Handed to the mail server"), "{handed_over}");
            assert_eq!(browser.text("#email .value").await, new);
            let badges = browser.text("#email .badges").await;
            assert!(badges.contains("Verified ·"), "{badges}");
            assert_eq!(
                browser.value_of("document.querySelector('#email .pending')").await,
                serde_json::Value::Null
            );
            browser.forget().await;
        }
        app.deliver_all().await;
    })
    .await;
}

/// SEED-7, pages §3.4: the code's page has an address of its own; a wrong code says how many tries are left, sending again
/// makes the one before worthless, the right one puts the number in force.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_waits_until_its_code_is_entered() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/").await;
        browser.presses("#mobile .row-actions a").await;
        browser.enters("#phoneNumbers", "0777777777").await;
        let address = browser.address().await;
        let old_code = app.deliver_all().await.only_code();
        browser.open(&address).await;
        looked_at(browser, "myaccount/code").await;
        let first = browser.value_of("document.activeElement.id").await;
        app.later(countersign_domain::SignedDuration::from_mins(1));
        browser.presses("#delivery button").await;
        let code = app.deliver_all().await.only_code();
        browser.scripts(false).await;
        browser.enters("#code", &old_code).await;
        let wrong = browser.text("[role=alert]").await;
        looked_at(browser, "myaccount/code-wrong").await;
        browser.open(&app.url("/myaccount/")).await;
        let in_force = browser.text("#mobile .value").await;
        looked_at(browser, "myaccount/mobile-waits").await;
        browser.open(&address).await;
        browser.enters("#code", &format!("{} {}", &code[..3], &code[3..])).await;

        assert!(address.contains("/myaccount/changes/") && address.ends_with("/code"), "{address}");
        assert_eq!(first, "code");
        assert!(wrong.contains("That is not the code. 4 tries are left."), "{wrong}");
        assert_eq!(in_force, BOB_MOBILE);
        assert_eq!(browser.text("#mobile .value").await, "0777777777");
        assert!(browser.text("[role=status]").await.contains("confirmed and in force"));
        app.deliver_all().await;
    })
    .await;
}

/// pages §3.2: a number is read back in international form with its country while it is typed; one that is not served is told at
/// once. Without script the same is said when it is saved.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_read_back_while_it_is_typed() {
    in_a_browser(
        given("[countersign.sms]\ndefault_region = \"LK\"\ncountries = [\"LK\"]"),
        async |app, browser| {
            browser.sign_in(app, BOB, "/myaccount/?edit=mobile").await;
            browser.focus("#phoneNumbers").await;
            browser.types("0771234567").await;
            read_back(browser, "+94 77 123 4567 · Sri Lanka").await;
            looked_at(browser, "myaccount/number-typed").await;
            browser.open(&app.url("/myaccount/?edit=mobile")).await;
            browser.focus("#phoneNumbers").await;
            browser.types("+4915112345678").await;
            read_back(browser, "We don’t send text messages to this country.").await;
            browser.scripts(false).await;
            browser.enters("#phoneNumbers", "").await;

            let refused = browser.text("#mobile .error").await;
            assert_eq!(refused, "We don’t send text messages to this country.");
            assert!(app.deliver_all().await.sms_to().is_empty());
        },
    )
    .await;
}

/// Until the line under the number says this.
async fn read_back(browser: &Browser, said: &str) {
    let reading = async { while browser.value_of("document.querySelector('output').value").await != said {} };
    tokio::time::timeout(std::time::Duration::from_mins(1), reading).await.expect(said);
}

/// pages §3.3: what waits disappears by itself when it is proven elsewhere; nobody reloads the page.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_proven_elsewhere_disappears_by_itself() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/?edit=mobile").await;
        browser.enters("#phoneNumbers", "0777777777").await;
        let code = app.deliver_all().await.only_code();
        let waits = browser.value_of("document.querySelectorAll('#change form').length").await;
        let body = serde_json::json!({"code": code, "properties": []});
        app.post("/api/identity/user/v1.0/me/validate-code").of(BOB).json(body).await.expect(202);

        let ended = async {
            while browser.value_of("document.querySelectorAll('#change form').length").await != 0 {}
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), ended).await.expect("the page sees it");

        assert_ne!(waits, 0);
        assert!(browser.text("#change").await.contains("This is confirmed and in force."));
        app.deliver_all().await;
    })
    .await;
}

/// SEC-28: a page that is left open looks by itself, and shows that the code has expired; its session becomes idle as if it
/// had not.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_left_open_lets_its_session_become_idle() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/?edit=mobile").await;
        browser.enters("#phoneNumbers", "0777777777").await;
        app.deliver_all().await;
        browser.open(&app.url("/myaccount/")).await;

        app.later(countersign_domain::SignedDuration::from_mins(20));
        let looked = async {
            while browser.value_of("document.querySelector('#mobile').classList.contains('changed')").await
                != true
            {}
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), looked).await.expect("the page looks");
        app.later(countersign_domain::SignedDuration::from_mins(10));
        browser.open(&app.url("/myaccount/")).await;

        assert_eq!(browser.text("h1").await, "Sign in");
    })
    .await;
}

/// pages §3.1: what is lost is said before it is; the menu alone removes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn removing_is_asked_for_twice() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/").await;
        browser.focus("#mobile .menu summary").await;
        browser.press(&[ENTER]).await;
        browser.presses("#mobile .menu button.destructive").await;
        let asked = browser.text("#mobile form.ask").await;
        let still = app.get("/scim2/Me").of(BOB).await.json()["phoneNumbers"].clone();
        looked_at(browser, "myaccount/remove").await;
        browser.presses("#mobile form.ask button.destructive").await;

        assert!(asked.contains("We can’t send text messages to this number any more"), "{asked}");
        assert!(still.to_string().contains(BOB_MOBILE), "{still}");
        assert!(browser.text("#mobile").await.contains("No mobile number yet."));
        app.deliver_all().await;
    })
    .await;
}

/// SEC-24, pages §3.2: after five minutes the password is asked for in place; the value typed is kept; a wrong password
/// changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_session_shows_the_password_first() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/?edit=email").await;
        app.later(countersign_domain::SignedDuration::from_mins(6));
        browser.enters("#emails", "new@example.org").await;
        let kept = browser.value_of("[emails.value, document.activeElement.id]").await;
        looked_at(browser, "myaccount/password-asked").await;
        browser.enters("#password", "not-the-password").await;
        let wrong = browser.text("[role=alert]").await;
        let nothing = app.deliver_all().await.mails_to();
        browser.enters("#password", BOB.1).await;

        assert_eq!(kept, serde_json::json!(["new@example.org", "password"]));
        assert!(wrong.contains("The password is not right"), "{wrong}");
        assert_eq!(nothing, [""; 0]);
        assert!(browser.text("#email .pending").await.contains("new@example.org"));
        app.deliver_all().await;
    })
    .await;
}

/// pages §3.5, §3.6: what an administrator began is seen, and stopped with one press; sessions are listed and ended; every
/// page of My Account is worth looking at.
#[tokio::test(flavor = "multi_thread")]
async fn what_others_began_is_seen_and_stopped() {
    in_a_browser(Given::default(), async |app, browser| {
        begun_by_admin(app).await;
        browser.sign_in(app, BOB, "/myaccount/activity").await;
        let seen = browser.text(".timeline").await;
        looked_at(browser, "myaccount/activity").await;
        browser.presses(".timeline button").await;
        let stopped = browser.text("[role=status]").await;
        browser.open(&app.url("/myaccount/security")).await;
        looked_at(browser, "myaccount/security").await;
        browser.focus("#current").await;
        browser.types(BOB.1).await;
        browser.press(&[TAB]).await;
        browser.types("tin-goose-orbit").await;
        browser.press(&[TAB]).await;
        browser.types("tin-goose-orbit").await;
        browser.leads_on(browser.press(&[ENTER])).await;
        let changed = browser.text("[role=status]").await;
        browser.open(&app.url("/myaccount/?edit=profile")).await;
        looked_at(browser, "myaccount/profile-edit").await;

        assert!(
            seen.contains("A new address or number was asked for") && seen.contains("By admin"),
            "{seen}"
        );
        assert!(stopped.contains("The change is stopped"), "{stopped}");
        assert!(changed.contains("Your password is changed"), "{changed}");
        assert_eq!(app.get("/scim2/Me").of(BOB).await.status, 401);
        app.deliver_all().await;
    })
    .await;
}

async fn begun_by_admin(app: &mut TestApp) {
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": {"phoneNumbers": [{"type": "mobile", "value": "0123456789"}]}}],
    });
    app.patch(crate::test_app::BOB_PATH).of(ADMIN).json(body).await.expect(200);
    app.deliver_all().await;
}
