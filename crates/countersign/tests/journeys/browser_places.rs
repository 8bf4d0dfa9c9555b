//! Groups, applications and the audit trail in a real browser, by keyboard, with script and without.

use serde_json::json;

use crate::browser_driver::{Browser, in_a_browser};
use crate::browser_look::looked_at;
use crate::test_app::{ADMIN, Given};

/// What stands in a row of a table.
async fn has_row(browser: &Browser, text: &str) -> bool {
    let script = format!(
        "[...document.querySelectorAll('tbody th')].some(cell => cell.textContent.includes({text:?}))"
    );
    browser.value_of(&script).await == true
}

/// pages §5: a group is made, found while its name is typed, filled, emptied, and deleted by typing its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_lives_and_ends() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, ADMIN, "/console/groups").await;
        looked_at(browser, "groups/none").await;
        for name in ["Sales", "Service", "Vertrieb und Kundendienst der Niederlassung Süd"] {
            app.post("/scim2/Groups").of(ADMIN).json(json!({"displayName": name})).await.expect(201);
        }
        browser.open(&app.url("/console/groups/new")).await;
        looked_at(browser, "groups/new").await;
        browser.enters("#displayName", "sales").await;
        looked_at(browser, "groups/new-taken").await;
        browser.open(&app.url("/console/groups/new")).await;
        browser.enters("#displayName", "Support").await;
        let created = browser.text("[role=status]").await;
        browser.enters("#userName", "bob").await;
        let added = (browser.text("[role=status]").await, has_row(browser, "bob").await);
        browser.enters("#userName", "nobody").await;
        looked_at(browser, "groups/unknown-member").await;
        browser.presses("main .group-head a.button").await;
        looked_at(browser, "groups/rename").await;
        browser.open(&app.url("/console/groups")).await;
        looked_at(browser, "groups/list").await;
        browser.focus("#q").await;
        browser.types("supp").await;
        let found = async { while has_row(browser, "Sales").await {} };
        tokio::time::timeout(std::time::Duration::from_mins(1), found).await.expect("the list is searched");
        browser.scripts(false).await;
        browser.presses("tbody a").await;
        looked_at(browser, "groups/one").await;
        browser.presses("td.act button").await;
        let emptied = has_row(browser, "bob").await;
        browser.presses("a.button.destructive").await;
        looked_at(browser, "groups/delete").await;
        browser.enters("#name", "Support").await;

        assert!(created.contains("The group is there."), "{created}");
        assert!(added.0.contains("The person is a member now.") && added.1, "{added:?}");
        assert!(!emptied && !has_row(browser, "Support").await && has_row(browser, "Sales").await);
    })
    .await;
}

/// pages §5: an application is made; its secret is on that page and on no other, and opens the API at once; what it may do
/// and its secret change, and it is removed by typing its name.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_lives_and_ends() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, ADMIN, "/console/applications").await;
        looked_at(browser, "applications/demo").await;
        browser.presses("main a.button").await;
        looked_at(browser, "applications/new").await;
        browser.value_of("document.getElementById('scope-internal_user_mgt_list').click()").await;
        browser.enters("#name", "Nightly import").await;
        looked_at(browser, "applications/secret").await;
        let (id, secret) =
            (browser.text("dd .whole").await, browser.text("dl div:nth-child(2) .whole").await);
        let form = [("grant_type", "client_credentials")];
        let token = app.post("/oauth2/token").basic(&id, &secret).form(&form).await.expect(200).json();
        let address = browser.address().await;
        browser.presses("main a.primary").await;
        let shows =
            browser.value_of(&format!("document.documentElement.outerHTML.includes({secret:?})")).await;
        looked_at(browser, "applications/one").await;
        browser.scripts(false).await;
        browser.presses("a[href$='/secret']").await;
        looked_at(browser, "applications/ask-secret").await;
        browser.presses("button.destructive").await;
        let old = app.post("/oauth2/token").basic(&id, &secret).form(&form).await.status;
        let bearer = token["access_token"].as_str().unwrap();
        let with_token = app.get("/scim2/Users?count=1").bearer(bearer).await.status;
        browser.open(&app.url("/console/applications")).await;
        looked_at(browser, "applications/list").await;
        browser.presses(&format!("tbody a[href$='{id}']")).await;
        browser.presses("a.button.destructive").await;
        looked_at(browser, "applications/remove").await;
        browser.enters("#name", "another").await;
        let refused = browser.text("[role=alert]").await;
        browser.focus("#name").await;
        browser.value_of("document.getElementById('name').value = ''").await;
        browser.enters("#name", "Nightly import").await;

        assert!(!address.contains(&secret) && shows == false);
        assert_eq!((old, with_token), (401, 401), "the old secret and its tokens have ended");
        assert!(refused.contains("That is not its name"), "{refused}");
        assert!(browser.text("[role=status]").await.contains("The application is removed."));
    })
    .await;
}

/// pages §5: the trail is searched by person and by day, and what cannot be asked is said beside its field.
#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_searched_and_exported() {
    in_a_browser(Given::default(), async |app, browser| {
        app.patch("/scim2/Me")
            .of(crate::test_app::BOB)
            .json(crate::email_resource::replace_verified("new@example.org"))
            .await
            .expect(200);
        app.deliver_all().await;
        browser.sign_in(app, ADMIN, "/console/audit").await;
        looked_at(browser, "audit/list").await;
        browser.scripts(false).await;
        browser.enters("#user", "bob").await;
        let held = has_row(browser, "held until it is proven").await;
        let file = browser.value_of("document.querySelector('a[download]').getAttribute('href')").await;
        looked_at(browser, "audit/of-bob").await;
        browser.enters("#q", "nothing like it").await;
        looked_at(browser, "audit/none").await;
        browser.open(&app.url("/console/audit?user=nobody&from=someday")).await;
        looked_at(browser, "audit/slip").await;

        assert!(held);
        assert_eq!(file, "/console/audit/export?user=bob&format=csv");
    })
    .await;
}
