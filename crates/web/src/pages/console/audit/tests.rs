use axum::http::Method;
use countersign_domain::SignedDuration;
use countersign_domain::claim::ClaimFamily;
use serde_json::{Value, json};

use super::*;
use crate::pages::console::sample::Browser;
use crate::sample::{Person, TestServer};

/// Bob's address is marked as verified on the second of March, on somebody's word.
async fn with_bob() -> TestServer {
    let server = TestServer::start();
    server.admin().await;
    let emails = json!([{"primary": true, "value": "bob@example.org"}]);
    let bob = json!({"userName": "bob", "password": "tin-goose-orbit", "emails": emails});
    let made = server.ask("admin", Method::POST, "/scim2/Users", Some(bob)).await;
    let bob = made.json()["id"].as_str().unwrap().parse().unwrap();
    server.person("kim", Person { email: Some("kim@example.org"), ..Person::default() }).await;
    server.clock.advance(SignedDuration::from_secs(1));
    let (cx, why) = (server.operator(), "=seen his passport");
    server.web.app.mark_verified(&cx, bob, ClaimFamily::Email, "bob@example.org", why).await.unwrap();
    server
}

/// The rows of a page, as their headings.
fn events(page: &str) -> Vec<&str> {
    page.split("<th scope=\"row\">").skip(1).map(|row| row.split('<').next().unwrap()).collect()
}

/// pages §5, SEC-63: what, when, by whom, what decided and why, newest first; a value masked; the person's page is a link for
/// those who may look at it.
#[tokio::test]
async fn the_trail_is_read_newest_first() {
    let server = with_bob().await;
    let mut ann = Browser::of(&server, "ann", &[VIEW]).await;
    let mut eve = Browser::of(&server, "eve", &[VIEW, "internal_user_mgt_view"]).await;
    let bob = server.web.app.user_named(&server.operator(), "bob").await.unwrap().unwrap();

    let page = ann.open("/console/audit?user=bob").await.text;
    let linked = eve.open("/console/audit?user=bob").await.text;

    assert_eq!(events(&page)[0], "Marked as verified");
    assert!(page.contains("On somebody’s word") && page.contains("=seen his passport"), "{page}");
    assert!(page.contains("b***@e***.org") && !page.contains("bob@example.org"), "{page}");
    assert!(page.contains("datetime=\"2026-03-02T10:00:01Z\"") && page.contains("this server"));
    assert!(!page.contains("/console/users/") && linked.contains(&format!("href=\"/console/users/{bob}\"")));
    assert!(!page.contains("kim"));
}

/// pages §5: by person, event, days and words; what is not there is said, and how everything is shown again.
#[tokio::test]
async fn the_trail_is_searched() {
    let server = with_bob().await;
    let mut ann = Browser::of(&server, "ann", &[VIEW]).await;
    let mut asked = async |query: &str| ann.open(&format!("/console/audit?{query}")).await.text;

    let marked = asked("event=verified_asserted").await;
    let words = asked("q=PASSPORT").await;
    let before = asked("to=2026-03-01").await;
    let day = asked("from=2026-03-02&to=2026-03-02&user=kim&event=user_created").await;

    assert!(events(&marked).iter().all(|event| *event == "Marked as verified"), "{marked}");
    assert!(marked.contains("<option value=\"verified_asserted\" selected>"));
    assert_eq!(events(&words), ["Marked as verified"]);
    assert!(before.contains("Nothing on record") && before.contains("Show everything"), "{before}");
    assert_eq!(events(&day), ["Account created"]);
}

/// pages §1: what cannot be asked is said beside its field; somebody who was deleted is found by his id.
#[tokio::test]
async fn what_cannot_be_asked_is_said() {
    let server = with_bob().await;
    let mut ann = Browser::of(&server, "ann", &[VIEW]).await;
    let bob = server.web.app.user_named(&server.operator(), "bob").await.unwrap().unwrap();
    server.web.app.delete_user(&server.operator(), bob, None).await.unwrap();

    let nobody = ann.open("/console/audit?user=bob").await;
    let gone = ann.open(&format!("/console/audit?user={bob}")).await;
    let slip = ann.open("/console/audit?from=yesterday").await;
    let cursor = ann.open("/console/audit?before=yesterday").await;

    let statuses = [&nobody, &gone, &slip, &cursor].map(|answer| answer.status.as_u16());
    assert_eq!(statuses, [422, 200, 422, 400]);
    assert!(nobody.text.contains("href=\"#user\"") && nobody.text.contains("People who were deleted"));
    assert_eq!(events(&gone.text)[0], "Account deleted");
    assert!(gone.text.contains(&format!("deleted person {bob}")), "{}", gone.text);
    assert!(slip.text.contains("id=\"from-error\"") && slip.text.contains("value=\"yesterday\""));
}

/// pages §1: a long trail goes on by cursor, with what was asked.
#[tokio::test]
async fn a_long_trail_goes_on_by_cursor() {
    let server = with_bob().await;
    for number in 0..60 {
        let scopes = [countersign_app::SCOPES[number % 20].to_owned()];
        let bob = server.web.app.user_named(&server.operator(), "bob").await.unwrap().unwrap();
        let subject = countersign_domain::actor::Subject::User(bob);
        server.web.app.set_grants(&server.operator(), subject, &scopes, true).await.unwrap();
    }
    let mut ann = Browser::of(&server, "ann", &[VIEW]).await;

    let first = ann.open("/console/audit?user=bob&event=grant_changed").await.text;
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = ann.open(&next.replace("&#38;", "&")).await.text;

    assert_eq!((events(&first).len(), events(&second).len()), (50, 10));
    assert!(second.contains("<a class=\"button secondary\" rel=\"prev\" href=\"/console/audit?user=bob&#38;event=grant_changed\">Newest</a>"), "{second}");
}

/// pages §5: a file holds every row the question fits, as a table with a head or as an object a line; in a table no text is a
/// formula, and a file is for its reader alone.
#[tokio::test]
async fn the_trail_is_exported_whole() {
    let server = with_bob().await;
    for number in 0..210 {
        server
            .person_with(
                &format!("user{number}"),
                Person::default(),
                countersign_app::NewPassword::Chosen("tin-goose-orbit".to_owned().into()),
            )
            .await;
    }
    let mut ann = Browser::of(&server, "ann", &[VIEW]).await;

    let page = ann.open("/console/audit?q=passport").await.text;
    let table = ann.open("/console/audit/export?format=csv&q=passport").await;
    let lines = ann.open("/console/audit/export?format=jsonl&event=user_created").await;

    assert!(page.contains("href=\"/console/audit/export?q=passport&#38;format=csv\""), "{page}");
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"audit-2026-03-02.csv\"");
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(
        (table.header("cache-control"), table.header("x-content-type-options")),
        ("no-store", "nosniff")
    );
    let (head, row) = table.text.split_once('\n').unwrap();
    assert!(head.starts_with("id,at,event,rule,user_id,user_name,"), "{head}");
    assert!(
        row.contains(",2026-03-02T10:00:01Z,verified_asserted,assertion,") && row.contains(",bob,"),
        "{row}"
    );
    assert!(row.ends_with(",'=seen his passport\n") && row.lines().count() == 1, "{row}");
    let rows: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 214, "admin, bob, kim, ann and the others, over two portions");
    assert!(rows.is_sorted_by(|one, other| one["id"].as_str() > other["id"].as_str()));
    assert_eq!(rows[0]["by"], json!({"type": "administrator", "id": null, "display": "server"}));
}

/// SEC-37: page and file are for those who may read the trail; a file that is none of ours is refused.
#[tokio::test]
async fn the_trail_needs_its_permission() {
    let server = with_bob().await;
    let mut eve = Browser::of(&server, "eve", &["internal_user_mgt_view"]).await;
    let mut ann = Browser::of(&server, "ann", &[VIEW]).await;

    let refused = [
        eve.open("/console/audit").await,
        eve.open("/console/audit/export?format=csv").await,
        ann.open("/console/audit/export?format=xls").await,
        ann.open("/console/audit/export").await,
    ];

    assert_eq!(refused.map(|answer| answer.status.as_u16()), [403, 403, 400, 400]);
}
