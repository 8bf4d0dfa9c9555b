//! Versions, creation and deletion (SCIM-32 … SCIM-45).

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use countersign_domain::SignedDuration;
use serde_json::json;

use crate::sample::{Person, Reply, TestServer, basic};

async fn conditional(server: &TestServer, method: Method, path: &str, condition: (&str, &str)) -> Reply {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, basic("admin"));
    let body = r#"{"Operations": [{"op": "replace", "path": "title", "value": "T"}]}"#;
    server.send(request.header(condition.0, condition.1).body(Body::from(body)).unwrap()).await
}

/// SCIM-32, SCIM-33: the tag of a read guards the write after it, once.
#[tokio::test]
async fn a_stale_version_is_refused() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    server.admin().await;
    let path = format!("/scim/v2/Users/{bob}");
    let read = server.ask("admin", Method::GET, &path, None).await;
    let tag = read.header("etag").to_owned();

    let first = conditional(&server, Method::PATCH, &path, ("if-match", &tag)).await;
    let second = conditional(&server, Method::PATCH, &path, ("if-match", &tag)).await;
    let either =
        conditional(&server, Method::PATCH, &path, ("if-match", &format!("{tag}, {}", first.header("etag"))))
            .await;
    let any = conditional(&server, Method::DELETE, &path, ("if-match", "*")).await;

    assert_eq!(read.json()["meta"]["version"], json!(tag));
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_ne!(first.header("etag"), tag);
    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(second.json()["status"], "412");
    assert_eq!((either.status, either.header("etag")), (StatusCode::OK, first.header("etag")));
    assert_eq!(any.status, StatusCode::NO_CONTENT);
}

/// SCIM-33: a client that has the version is told so, without a body.
#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    server.admin().await;
    let path = format!("/scim2/Users/{bob}");
    let tag = server.ask("admin", Method::GET, &path, None).await.header("etag").to_owned();

    let known = conditional(&server, Method::GET, &path, ("if-none-match", &tag)).await;
    let other = conditional(&server, Method::GET, &path, ("if-none-match", "W/\"999\"")).await;

    assert_eq!(
        (known.status, known.text.as_str(), known.header("etag")),
        (StatusCode::NOT_MODIFIED, "", tag.as_str())
    );
    assert_eq!(other.status, StatusCode::OK);
}

/// SCIM-124: a value that waits changes the representation, and so the tag.
#[tokio::test]
async fn what_waits_moves_the_version() {
    let server = TestServer::start();
    server.person("bob", Person { email: Some("bob@example.org"), ..Person::default() }).await;
    let before = server.ask("bob", Method::GET, "/scim/v2/Me", None).await;
    let body = json!({"Operations": [{"op": "replace", "path": "emails", "value": [{"value": "b@new.example.org"}]}]});

    let patched = server.ask("bob", Method::PATCH, "/scim/v2/Me", Some(body)).await;

    assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
    assert_ne!(patched.header("etag"), before.header("etag"));
    assert_eq!(patched.json()["emails"], before.json()["emails"]);
}

/// SCIM-40, SCIM-41, SCIM-45: created, found, taken without regard to case, deleted, free again.
#[tokio::test]
async fn a_user_comes_and_goes() {
    let server = TestServer::start();
    server.admin().await;
    let body = json!({
        "schemas": [], "userName": "Carol", "password": "copper-kettle-9", "id": "mine", "externalId": "C-7",
        "emails": [{"value": "carol@example.org", "type": "work", "primary": true}],
        "urn:scim:wso2:schema": {"pendingEmails": [{"value": "x@example.org"}], "verifiedEmailAddresses": ["x@example.org"]},
    });

    let created = server.ask("admin", Method::POST, "/scim/v2/Users", Some(body.clone())).await;
    let again = server.ask("admin", Method::POST, "/scim/v2/Users", Some(json!({"userName": "cAROL"}))).await;
    let location = created.header("location").to_owned();
    let path = location.strip_prefix(crate::sample::PUBLIC_URL).unwrap().to_owned();
    let deleted = server.ask("admin", Method::DELETE, &path, None).await;
    let gone = server.ask("admin", Method::GET, &path, None).await;
    let free = server.ask("admin", Method::POST, "/scim/v2/Users", Some(json!({"userName": "carol"}))).await;

    let shown = created.json();
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    assert_eq!(shown["meta"]["location"], json!(location));
    assert_eq!(shown["emails"], json!([{"value": "carol@example.org", "type": "work", "primary": true}]));
    assert_eq!(shown["urn:scim:wso2:schema"], json!(null), "nothing is proven, and nothing made up waits");
    assert_ne!(shown["id"], "mine");
    assert_eq!((again.status, &again.json()["scimType"]), (StatusCode::CONFLICT, &json!("uniqueness")));
    assert_eq!((deleted.status, deleted.text.as_str()), (StatusCode::NO_CONTENT, ""));
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(free.status, StatusCode::CREATED);
}

/// SCIM-31, SCIM-78: `lastModified` moves when something changed, and only then; `created` never does.
#[tokio::test]
async fn last_modified_moves_only_with_a_change() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;
    let set = async |name: &str| {
        let body = json!({"Operations": [{"op": "replace", "path": "displayName", "value": name}]});
        server.ask("bob", Method::PATCH, "/scim/v2/Me", Some(body)).await.json()["meta"].clone()
    };

    let first = set("Bob").await;
    server.clock.advance(SignedDuration::from_mins(1));
    let same = set("Bob").await;
    let other = set("Robert").await;

    assert_eq!(first["lastModified"], "2026-03-02T10:00:00.000Z");
    assert_eq!(same, first);
    assert_eq!(other["lastModified"], "2026-03-02T10:01:00.000Z");
    assert_eq!(other["created"], first["created"]);
}
