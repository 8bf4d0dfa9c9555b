use axum::body::Body;
use axum::http::Request;
use axum::http::header::{ACCEPT, COOKIE};
use countersign_domain::TenantId;
use countersign_domain::actor::Origin;
use countersign_domain::claim::ClaimFamily;

use super::*;
use crate::sample::{PASSWORD, Person, Reply, TestServer};

/// The page, as somebody new with these permissions sees it.
async fn seen(server: &TestServer, by: &str, scopes: &[&str], query: &str) -> Reply {
    server.person(by, Person { scopes, ..Person::default() }).await;
    let (app, tenant) = (&server.web.app, TenantId::carbon_super());
    let account = app.sign_in(&tenant, by, PASSWORD, None).await.unwrap();
    let opened = app.open_session(&tenant, &account, &Origin::default(), None).await.unwrap();
    let request = Request::get(format!("{PATH}{query}"))
        .header(ACCEPT, "text/html")
        .header(COOKIE, format!("__Host-cs-session={}", *opened.token));
    server.send(request.body(Body::empty()).unwrap()).await
}

async fn with_bob_waiting() -> TestServer {
    let server = TestServer::start();
    let bob = Person { email: Some("bob@example.org"), ..Person::default() };
    let bob = server.person("bob", bob).await;
    server.person("kim", Person { email: Some("kim@example.org"), ..Person::default() }).await;
    let cx = server.operator();
    server.web.app.set_primary(&cx, bob, ClaimFamily::Email, "rob@example.net").await.unwrap();
    server
}

/// pages §5: found by the beginning of an address; what waits stands beside what is in force.
#[tokio::test]
async fn a_user_is_found_by_his_address_with_the_state_of_his_contacts() {
    let server = with_bob_waiting().await;

    let page = seen(&server, "ann", &[LIST, VIEW], "?q=bob%40ex").await;

    assert_eq!(page.status, 200);
    assert!(page.text.contains("<bdi>bob@example.org</bdi>"), "{}", page.text);
    assert!(page.text.contains("Waiting for proof: rob@example.net"), "{}", page.text);
    assert!(!page.text.contains("kim@example.org"), "{}", page.text);
}

/// pages §5: the filter shows those of whom the state is true, and says so where there is nobody.
#[tokio::test]
async fn users_are_listed_by_the_state_of_their_contacts() {
    let server = with_bob_waiting().await;

    let waiting = seen(&server, "ann", &[LIST, VIEW], "?only=pending").await;
    let refused = seen(&server, "eve", &[LIST, VIEW], "?only=undeliverable").await;

    assert!(waiting.text.contains("bob@example.org") && !waiting.text.contains("kim@example.org"));
    assert!(refused.text.contains("Nobody found"), "{}", refused.text);
}

/// pages §1, SEC-21: whoever may not view profiles sees addresses masked, and cannot search for them.
#[tokio::test]
async fn addresses_are_masked_from_who_may_only_list() {
    let server = with_bob_waiting().await;

    let page = seen(&server, "ann", &[LIST], "").await;
    let searched = seen(&server, "eve", &[LIST], "?q=bob").await;

    assert_eq!((page.status.as_u16(), searched.status.as_u16()), (200, 403));
    assert!(page.text.contains("<bdi>bob</bdi>"));
    assert!(!page.text.contains("bob@example.org") && !page.text.contains("rob@example.net"));
    assert!(!page.text.contains("type=\"search\""));
}

/// verification §8.3: without the permission there is no list; a cursor that is none is refused.
#[tokio::test]
async fn the_list_needs_its_permission_and_its_own_cursors() {
    let server = TestServer::start();

    let stranger = seen(&server, "ann", &[VIEW], "").await;
    let slip = seen(&server, "eve", &[LIST, VIEW], "?after=nowhere").await;

    assert_eq!((stranger.status.as_u16(), slip.status.as_u16()), (403, 400));
}
