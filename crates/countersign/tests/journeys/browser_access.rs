//! What administrators do to somebody's access, in a real browser: by keyboard, with script and without.

use countersign_domain::SignedDuration;
use serde_json::json;

use crate::browser_driver::{Browser, ENTER, TAB, in_a_browser};
use crate::browser_look::{looked_at, seen_otherwise};
use crate::test_app::{ADMIN, BOB, BOB_ID, Given};

const NEW_PASSWORD: &str = "brass-heron-comet";

fn access_of_bob() -> String {
    format!("/console/users/{BOB_ID}/access")
}

/// Ticks or unticks a box by the space key.
async fn ticks(browser: &Browser, id: &str) {
    browser.focus(&format!("#{id}")).await;
    browser.press(&[" "]).await;
}

/// pages §5: *Users › New user*: slips are said beside their fields, what was typed is kept; the user is there, asked for the
/// proof that was ticked, and signs in.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_created() {
    in_a_browser(Given::default(), async |app, browser| {
        for (scripts, name) in [(true, "eve"), (false, "mallory")] {
            browser.scripts(scripts).await;
            browser.sign_in(app, ADMIN, "/console/users").await;
            looked_at(browser, "access/users").await;
            browser.presses("main a[href='/console/users/new']").await;
            looked_at(browser, "access/new-user").await;
            let focus = browser.value_of("document.activeElement.id").await;
            browser.types(name).await;
            browser.focus("#emails").await;
            browser.types("not an address").await;
            browser.enters("#password", "short").await;
            let wrong = (browser.text("[role=alert]").await, browser.text("#emails-error").await);
            let kept = browser.value_of("[userName.value, password.value, document.activeElement.id]").await;
            looked_at(browser, "access/new-user-wrong").await;
            browser.value_of("document.getElementById('emails').select()").await;
            let address = format!("{name}@example.net");
            browser.types(&address).await;
            browser.enters("#password", NEW_PASSWORD).await;
            let said = browser.text("[role=status]").await;
            let there = browser.text("h1").await;
            let mails = app.deliver_all().await.mails_to();
            browser.forget().await;
            browser.sign_in(app, (name, NEW_PASSWORD), "/myaccount/").await;

            assert_eq!(focus, "userName");
            assert!(wrong.0.contains("Please check"), "{}", wrong.0);
            assert!(wrong.1.contains("That is no e-mail address"), "{}", wrong.1);
            assert_eq!(kept, json!([name, "", "emails"]));
            assert!(said.contains("a message that asks for proof is on its way"), "{said}");
            assert_eq!((there.as_str(), mails), (name, vec![address]));
            assert_eq!(browser.text("h1").await, "Personal info");
            browser.forget().await;
        }
    })
    .await;
}

/// pages §5, I13: disabled or locked, the person is out with the next request, and in again when it is taken back; the page
/// says since when and by whom.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_shut_out_and_let_in_again() {
    in_a_browser(Given::default(), async |app, browser| {
        for (scripts, shut, says, open) in [
            (true, "disable", "The account is disabled", "enable"),
            (false, "lock", "The account is locked", "unlock"),
        ] {
            browser.scripts(scripts).await;
            browser.sign_in(app, ADMIN, &access_of_bob()).await;
            looked_at(browser, "access/enabled").await;
            browser.presses(&format!("form[action$='/{shut}'] button")).await;
            let state = (browser.text("[role=status]").await, browser.text("#state").await);
            looked_at(browser, &format!("access/after-{shut}")).await;
            let out = app.get("/scim2/Me").of(BOB).await.status;
            browser.presses(&format!("form[action$='/{open}'] button")).await;
            let again = browser.text("[role=status]").await;
            looked_at(browser, &format!("access/after-{open}")).await;

            assert!(state.0.contains(says), "{}", state.0);
            assert!(state.1.contains("Since") && state.1.contains("by admin"), "{}", state.1);
            assert_eq!(out, 401);
            assert!(again.contains("can sign in again"), "{again}");
            app.get("/scim2/Me").of(BOB).await.expect(200);
            browser.forget().await;
        }
        app.deliver_all().await;
    })
    .await;
}

/// pages §5, SEC-24, I13: after five minutes the administrator's own password is asked for in place; a weak one is refused
/// beside its field; with the new one the person's session ends, and his list of sessions is empty.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_reset_and_his_session_ends() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/").await;
        let his = browser.session().await;
        browser.forget().await;
        browser.sign_in(app, ADMIN, &access_of_bob()).await;
        let sessions = browser.text("#sessions").await;
        browser.scripts(false).await;
        app.later(SignedDuration::from_mins(6));
        browser.presses("#password a").await;
        let focus = browser.value_of("document.activeElement.name").await;
        looked_at(browser, "access/password").await;
        browser.types("short").await;
        browser.press(&[TAB]).await;
        browser.types(ADMIN.1).await;
        browser.leads_on(browser.press(&[ENTER])).await;
        let wrong = browser.text("#password .error").await;
        looked_at(browser, "access/password-refused").await;
        browser.types(NEW_PASSWORD).await;
        browser.leads_on(browser.press(&[ENTER])).await;
        let said = browser.text("[role=status]").await;
        let none = browser.text("#sessions").await;
        looked_at(browser, "access/password-reset").await;
        browser.forget().await;
        browser.comes_back(&his).await;
        browser.open(&app.url("/myaccount/")).await;
        let ended = browser.text("h1").await;

        assert!(sessions.contains("Signed in"), "{sessions}");
        assert_eq!(focus, "password");
        assert!(wrong.contains("A password has at least"), "{wrong}");
        assert!(said.contains("The new password is in force"), "{said}");
        assert!(none.contains("Nowhere at the moment."), "{none}");
        assert_eq!(ended, "Sign in");
        app.get("/scim2/Me").basic(BOB.0, NEW_PASSWORD).await.expect(200);
        app.deliver_all().await;
    })
    .await;
}

/// SEC-28, SEC-37: a session of somebody is ended from the list; permissions are ticked by the keyboard.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_and_permissions_ticked() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/").await;
        browser.forget().await;
        browser.sign_in(app, ADMIN, &access_of_bob()).await;
        browser.presses("#sessions form[action$='/end'] button").await;
        let ended = browser.text("[role=status]").await;
        browser.presses("#permissions a").await;
        looked_at(browser, "access/permissions-edit").await;
        ticks(browser, "internal_user_mgt_list").await;
        ticks(browser, "internal_user_mgt_view").await;
        browser.presses("#permissions button.primary").await;
        let said = browser.text("[role=status]").await;
        let given = browser.text("#permissions").await;
        looked_at(browser, "access/permissions").await;
        browser.presses("#permissions a").await;
        ticks(browser, "internal_user_mgt_list").await;
        browser.presses("#permissions button.primary").await;
        let taken = browser.text("#permissions").await;

        assert!(ended.contains("The session has ended"), "{ended}");
        assert!(said.contains("The permissions are changed"), "{said}");
        assert!(given.contains("List users") && given.contains("See profiles"), "{given}");
        assert!(!taken.contains("List users") && taken.contains("See profiles"), "{taken}");
        assert_eq!(app.get("/scim2/Users").of(BOB).await.status, 403);
    })
    .await;
}

/// pages §5: what is lost is said, the name is typed; another name deletes nothing; then the list says so.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_deleted_by_its_name() {
    in_a_browser(Given::default(), async |app, browser| {
        for scripts in [true, false] {
            let name = if scripts { "eve" } else { "mallory" };
            let id = app.person(name, None).await;
            browser.scripts(scripts).await;
            browser.sign_in(app, ADMIN, &format!("/console/users/{id}/access")).await;
            let before = browser.text("#delete").await;
            browser.presses("#delete a").await;
            looked_at(browser, "access/delete").await;
            browser.types("somebody else").await;
            browser.leads_on(browser.press(&[ENTER])).await;
            let wrong = browser.text("#userName-error").await;
            looked_at(browser, "access/delete-wrong").await;
            browser.value_of("document.getElementById('userName').select()").await;
            browser.types(name).await;
            browser.leads_on(browser.press(&[ENTER])).await;

            assert!(before.contains("It cannot be undone"), "{before}");
            assert!(wrong.contains("That is not the name of this account"), "{wrong}");
            assert!(browser.text("[role=status]").await.contains("The account is deleted"));
            assert_eq!(browser.address().await, app.url("/console/users"));
            looked_at(browser, "access/deleted").await;
            assert_eq!(app.get(&format!("/scim2/Users/{id}")).of(ADMIN).await.status, 404);
            browser.forget().await;
        }
    })
    .await;
}

/// Nobody shuts himself out: his own page offers nothing of the kind, and says where his password is.
#[tokio::test(flavor = "multi_thread")]
async fn ones_own_page_says_what_is_not_done_here() {
    in_a_browser(Given::default(), async |app, browser| {
        let me = app.get("/scim2/Me").of(ADMIN).await.json();
        let path = format!("/console/users/{}/access", me["id"].as_str().unwrap());
        browser.sign_in(app, ADMIN, &path).await;

        assert!(browser.text("main").await.contains("This is your own account."));
        let forms = browser.value_of("document.querySelectorAll('main form').length").await;
        looked_at(browser, "access/own").await;
        assert_eq!(forms, 0);
    })
    .await;
}

/// pages §1, §6: the same pages in German, at twice the size and in colours of one's own.
#[tokio::test(flavor = "multi_thread")]
async fn access_and_new_users_are_there_in_german_and_otherwise() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.devtools("Network.enable", json!({})).await;
        let german = json!({"headers": {"Accept-Language": "de"}});
        browser.devtools("Network.setExtraHTTPHeaders", german).await;
        browser.sign_in(app, ADMIN, "/console/users/new").await;
        app.later(SignedDuration::from_mins(6));
        let pages = [
            ("/console/users/new".to_owned(), "new-user"),
            (access_of_bob(), "access"),
            (format!("{}?edit=password", access_of_bob()), "password"),
            (format!("{}?edit=permissions", access_of_bob()), "permissions"),
            (format!("{}?edit=delete", access_of_bob()), "delete"),
        ];
        for (path, name) in &pages {
            browser.open(&app.url(path)).await;
            looked_at(browser, &format!("access/de-{name}")).await;
        }
        for (path, name) in &pages {
            browser.open(&app.url(path)).await;
            seen_otherwise(browser, &format!("access/de-{name}")).await;
        }

        assert_eq!(browser.text("#state-heading").await, "Anmelden");
    })
    .await;
}
