//! Names and the like.

use super::*;

/// pages §3.1: names are saved as one group; what is emptied is gone.
#[tokio::test]
async fn names_are_saved_together() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;

    let form = [("name.givenName", " Bob "), ("name.familyName", "Smith"), ("nickName", "Bobby")];
    let saved = browser.press("/myaccount/profile", &form).await;
    let form = [("name.givenName", "Bob"), ("name.familyName", " "), ("nickName", "")];
    let emptied = browser.press("/myaccount/profile", &form).await;
    let open = browser.open("/myaccount/?edit=profile").await;

    says(&saved, "Your profile is saved.");
    for value in ["<bdi>Bob</bdi>", "<bdi>Smith</bdi>", "<bdi>Bobby</bdi>"] {
        says(&saved, value);
    }
    assert!(!emptied.text.contains("Smith") && !emptied.text.contains("Bobby"), "{}", emptied.text);
    says(&open, "name=\"name.givenName\" type=\"text\" value=\"Bob\"");
    assert!(is_untouched(&server, bob).await);
}

/// SEC-40: a form with more in it than the page has reaches nothing else.
#[tokio::test]
async fn only_what_the_page_asks_for_is_saved() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;

    let more = [("displayName", "B"), ("userName", "king"), ("active", "false"), ("emails", NEW_EMAIL)];
    let saved = browser.post("/myaccount/profile", &more).await;
    let view = server.web.app.user(&server.operator(), bob).await.unwrap().unwrap();

    assert_eq!(led(&saved), (303, "/myaccount/"));
    assert_eq!(view.user.profile.attributes["displayName"], "B");
    assert_eq!((view.user.profile.user_name.as_str(), view.user.profile.active), ("bob", Some(true)));
    assert!(is_untouched(&server, bob).await);
}

/// SEC-31: a name is text wherever it stands, in pages of any kind.
#[tokio::test]
async fn a_name_is_never_markup() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;

    let name = "\"><script>alert(1)</script>{{7*7}}";
    let page = browser.press("/myaccount/profile", &[("displayName", name)]).await;
    let open = browser.open("/myaccount/?edit=profile").await;

    for page in [&page, &open] {
        assert!(!page.text.contains("<script>alert"), "{}", page.text);
        says(page, "{{7*7}}");
    }
}
