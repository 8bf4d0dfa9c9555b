//! A user's page in the Console in a real browser, as the documents walk it: edit Email, *Update*; *Verify* beside an address of
//! the list. By keyboard, with script and without; every state is looked at.

use crate::browser_driver::{Browser, in_a_browser};
use crate::browser_look::looked_at;
use crate::test_app::{ADMIN, BOB, BOB_ID, BOB_MAIL, BOB_MOBILE, Given, KIM_MAIL, TestApp, given, link_in};

/// The page of somebody.
fn page_of(app: &TestApp, id: &str) -> String {
    app.url(&format!("/console/users/{id}"))
}

/// Types over what a field shows, as after tabbing into it, and sends its form.
async fn types_over(browser: &Browser, selector: &str, text: &str) {
    browser.value_of(&format!("document.querySelector({selector:?}).select()")).await;
    browser.enters(selector, text).await;
}

/// SEED-42, SEED-35: edit Email, *Update*: the old address stays in force, the new one waits and its mail arrives; its link is
/// pressed, and it is in force, with its proof.
#[tokio::test(flavor = "multi_thread")]
async fn an_edited_address_waits_for_its_link() {
    in_a_browser(Given::default(), async |app, browser| {
        for (scripts, new) in [(true, "first@example.org"), (false, "second@example.org")] {
            browser.scripts(scripts).await;
            browser.sign_in(app, ADMIN, &format!("/console/users/{BOB_ID}")).await;
            looked_at(browser, "user/plain").await;
            let before = browser.value_of("document.querySelector('#emails').value").await;
            types_over(browser, "#emails", new).await;
            let (said, email) = (browser.text("[role=status]").await, browser.text("#email").await);
            let after = browser.value_of("document.querySelector('#emails').value").await;
            looked_at(browser, "user/pending").await;
            let link = link_in(app.deliver_all().await.mail_to(new), "confirmregistration.do");
            browser.forget().await;
            browser.open(&link).await;
            browser.presses("button.primary").await;
            browser.sign_in(app, ADMIN, &format!("/console/users/{BOB_ID}")).await;

            assert_eq!(before, after);
            assert!(said.contains("The address in force stays until the user has confirmed"), "{said}");
            assert!(email.contains(&format!("Waiting for proof: {new}")), "{email}");
            assert_eq!(browser.value_of("document.querySelector('#emails').value").await, new);
            let row = browser.text("#email .rows li").await;
            assert!(row.contains("Verified ·") && row.contains("Proven by the link, by bob"), "{row}");
            app.deliver_all().await;
            browser.forget().await;
        }
    })
    .await;
}

/// SEED-42, SEED-37: *Verify* beside a member of Email Addresses: the mail goes there, and with its link it is verified; the
/// address in force has not moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_the_list_is_verified_by_its_button() {
    in_a_browser(Given::default(), async |app, browser| {
        let kim = app.id_of("kim").await;
        for (scripts, new) in [(true, "kim.second@example.org"), (false, "kim.third@example.org")] {
            let listed = serde_json::json!({"emailAddresses": [KIM_MAIL, new]});
            let body = crate::test_app::replacing(&serde_json::json!({crate::test_app::SYSTEM: listed}));
            app.patch(&format!("/scim2/Users/{kim}")).of(ADMIN).json(body).await.expect(200);
            browser.scripts(scripts).await;
            browser.sign_in(app, ADMIN, &format!("/console/users/{kim}")).await;
            looked_at(browser, "user/lists").await;
            browser.presses(&format!("#email button[aria-label='Verify {new}']")).await;
            let said = browser.text("[role=status]").await;
            let link = link_in(app.deliver_all().await.mail_to(new), "confirmregistration.do");
            browser.open(&link).await;
            browser.presses("button.primary").await;
            browser.open(&page_of(app, &kim)).await;

            assert!(said.contains("We’ve written to the address."), "{said}");
            assert_eq!(browser.value_of("document.querySelector('#emails').value").await, KIM_MAIL);
            let rows = browser.text("#email .rows").await;
            assert!(rows.contains(new) && rows.matches("Verified ·").count() == 2, "{rows}");
            app.deliver_all().await;
            browser.forget().await;
        }
    })
    .await;
}

/// pages §5: the page sees by itself that what waited is proven; what an administrator has typed meanwhile stays.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_proven_elsewhere_is_seen_without_losing_what_is_typed() {
    in_a_browser(Given::default(), async |app, browser| {
        app.patch("/scim2/Me").of(BOB).json(crate::test_app::new_mobile("0123456789")).await.expect(200);
        let code = app.deliver_all().await.only_code();
        browser.sign_in(app, ADMIN, &format!("/console/users/{BOB_ID}")).await;
        browser.value_of("document.querySelector('#phoneNumbers').select()").await;
        browser.types("0999").await;
        browser.value_of("document.activeElement.blur()").await;
        app.enter_code(BOB, &code).await.expect(202);

        let seen = async {
            while browser.value_of("document.querySelectorAll('#proofs .pending').length").await != 0 {}
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), seen).await.expect("the page sees it");

        assert!(browser.text("#proofs").await.contains("Nothing waits for proof."));
        assert_eq!(browser.value_of("document.querySelector('#phoneNumbers').value").await, "0999");
        app.deliver_all().await;
    })
    .await;
}

/// pages §5: a mailbox that does not exist is said plainly, with what to do; it is sent again and called off from here.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_delivery_is_said_plainly_and_called_off() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.scripts(false).await;
        browser.sign_in(app, ADMIN, &format!("/console/users/{BOB_ID}")).await;
        app.smtp.refuse("RCPT", "550 5.1.1 <nobody@example.org> no such mailbox");
        types_over(browser, "#emails", "nobody@example.org").await;
        app.deliver_all().await;
        browser.open(&page_of(app, BOB_ID)).await;
        let proofs = browser.text("#proofs").await;
        looked_at(browser, "user/failed").await;
        browser.presses("#email-pending form[action$='/cancel'] button").await;
        let called_off = browser.text("[role=status]").await;
        types_over(browser, "#emails", "no address").await;
        let wrong = browser.text("[role=alert]").await;
        looked_at(browser, "user/error").await;

        assert!(proofs.contains("That mailbox doesn’t exist"), "{proofs}");
        assert!(proofs.contains("Check the address with the user"), "{proofs}");
        assert!(proofs.contains("SMTP 550 5.1.1"), "{proofs}");
        assert!(called_off.contains("The change is called off."), "{called_off}");
        assert!(wrong.contains("That is no e-mail address."), "{wrong}");
        assert_eq!(app.get("/scim2/Me").of(BOB).await.json()["emails"][0], BOB_MAIL);
        app.leaves_messages();
    })
    .await;
}

/// `verification.md` §9.2: with the setting, the code a user reads out is entered on its own page; a number is marked as
/// verified with a reason, after saying what that means.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_entered_for_a_user_and_a_number_marked() {
    let setting = "[identity_mgt.user_claim_update.mobile]\nenable_verification_by_privileged_user = true";
    in_a_browser(given(setting), async |app, browser| {
        browser.sign_in(app, ADMIN, &format!("/console/users/{BOB_ID}")).await;
        types_over(browser, "#phoneNumbers", "0777777777").await;
        let code = app.deliver_all().await.only_code();
        browser.open(&page_of(app, BOB_ID)).await;
        let in_force = browser.value_of("document.querySelector('#phoneNumbers').value").await;
        browser.presses("#mobile-pending a").await;
        looked_at(browser, "user/code").await;
        browser.scripts(false).await;
        browser.enters("#code", "123ABC").await;
        let wrong = browser.text("[role=alert]").await;
        looked_at(browser, "user/code-wrong").await;
        browser.enters("#code", &code).await;
        let proven = browser.text("[role=status]").await;
        browser.presses("#proofs a[href*='renew=mobile']").await;
        looked_at(browser, "user/renew").await;
        browser.presses("#proofs form.ask button").await;
        app.later(countersign_domain::SignedDuration::from_mins(1));
        browser.presses("#proofs a[href*='mark=mobile']").await;
        looked_at(browser, "user/mark").await;
        browser.enters("#reason", "showed the phone at the desk").await;
        let row = browser.text("#mobile .rows li").await;

        assert_eq!(in_force, BOB_MOBILE);
        assert!(wrong.contains("That is not the code. 4 tries are left."), "{wrong}");
        assert!(proven.contains("The number is confirmed."), "{proven}");
        assert!(row.contains("Marked as verified by admin"), "{row}");
        assert!(row.contains("Reason: showed the phone at the desk"), "{row}");
        app.deliver_all().await;
    })
    .await;
}
