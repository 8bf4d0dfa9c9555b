//! Activity (pages §3.5).

use super::*;

/// pages §3.5, SEC-15: what happened, newest first, and no code of it; what somebody else began is stopped from here.
#[tokio::test]
async fn what_happened_is_told_and_what_others_began_is_stopped() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (mine, code) = waiting(&server, bob).await;
    browser.post(&format!("{mine}/cancel"), &[]).await;
    server.admin().await;
    let email = serde_json::json!({"emails": [{"primary": true, "value": NEW_EMAIL}]});
    let body = serde_json::json!({"Operations": [{"op": "replace", "value": email}]});
    let path = format!("/scim2/Users/{bob}");
    let asked = server.ask("admin", axum::http::Method::PATCH, &path, Some(body)).await;
    let theirs = change_of(&server, bob, ClaimFamily::Email).await.unwrap();

    let page = browser.open("/myaccount/activity").await;
    let stopped = browser.press(&format!("{theirs}/cancel"), &[("from", "activity")]).await;

    assert_eq!(asked.status.as_u16(), 200, "{}", asked.text);
    says(&page, "A new address or number was asked for");
    says(&page, "A change was called off");
    says(&page, "By admin");
    says(&page, &format!("action=\"{theirs}/cancel\""));
    assert!(!page.text.contains(&format!("action=\"{mine}/cancel\"")) && !page.text.contains(&code));
    says(&stopped, "<h1>Activity</h1>");
    says(&stopped, "The change is stopped. If it wasn’t you who signed in, choose a new password now.");
    assert!(is_untouched(&server, bob).await);
}

/// A place that is none is not there.
#[tokio::test]
async fn a_place_in_the_list_is_one_of_it_or_nothing() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;

    assert_eq!(browser.open("/myaccount/activity?before=x").await.status.as_u16(), 404);
    let never = "/myaccount/activity?before=00000000-0000-7000-8000-000000000000";
    assert_eq!(browser.open(never).await.status.as_u16(), 200);
}
