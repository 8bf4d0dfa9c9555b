//! The two mounts, lists, and what stands before every handler.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::sample::{Person, TestServer, basic};

/// SCIM-122, SCIM-123: one user, shown in the words of the mount he was asked for at.
#[tokio::test]
async fn one_user_is_shown_in_two_dialects() {
    let server = TestServer::start();
    let bob = server.person("bob", Person { email: Some("bob@example.org"), ..Person::default() }).await;
    server.admin().await;

    let wso2 = server.ask("admin", Method::GET, &format!("/scim2/Users/{bob}"), None).await;
    let strict = server.ask("admin", Method::GET, &format!("/scim/v2/Users/{bob}"), None).await;

    let (seen, strictly) = (wso2.json(), strict.json());
    assert_eq!(seen["emails"], json!(["bob@example.org"]));
    assert_eq!(strictly["emails"], json!([{"value": "bob@example.org", "primary": true}]));
    assert_eq!(seen["roles"], json!([{"type": "default", "value": "Internal/everyone"}]));
    assert_eq!(strictly["roles"], Value::Null);
    assert_eq!(seen["meta"]["version"], Value::Null);
    assert_eq!(seen["meta"]["location"], json!(format!("https://id.example.com:9443/scim2/Users/{bob}")));
    assert_eq!(
        strictly["meta"]["location"],
        json!(format!("https://id.example.com:9443/scim/v2/Users/{bob}"))
    );
    assert_eq!(wso2.header("etag"), strict.header("etag"));
}

/// DESIGN §5, `userName`: never at `/scim2`, by privileged callers at `/scim/v2`.
#[tokio::test]
async fn a_user_is_renamed_only_at_the_strict_mount() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    server.admin().await;
    let body = json!({"Operations": [{"op": "replace", "path": "userName", "value": "robert"}]});

    let own = server.ask("bob", Method::PATCH, "/scim/v2/Me", Some(body.clone())).await;
    let wso2 = server.ask("admin", Method::PATCH, &format!("/scim2/Users/{bob}"), Some(body.clone())).await;
    let strict = server.ask("admin", Method::PATCH, &format!("/scim/v2/Users/{bob}"), Some(body)).await;

    assert_eq!((own.status, &own.json()["scimType"]), (StatusCode::BAD_REQUEST, &json!("mutability")));
    assert_eq!((wso2.status, &wso2.json()["scimType"]), (StatusCode::BAD_REQUEST, &json!("mutability")));
    assert_eq!((strict.status, &strict.json()["userName"]), (StatusCode::OK, &json!("robert")));
}

/// SCIM-50, SCIM-58, SCIM-59, SCIM-66: filters the index answers, narrowed or not, and pages.
#[tokio::test]
async fn users_are_found_and_paged() {
    let server = TestServer::start();
    server.admin().await;
    server.person("bob", Person { email: Some("bob@example.org"), ..Person::default() }).await;
    server.person("carol", Person { mobile: Some("+94771234567"), ..Person::default() }).await;
    let list = async |query: &str| {
        let path = format!("/scim2/Users?attributes=userName&{query}");
        let reply = server.ask("admin", Method::GET, &path, None).await;
        assert_eq!(reply.status, StatusCode::OK, "{query}: {}", reply.text);
        let page = reply.json();
        let names: Vec<Value> =
            page["Resources"].as_array().unwrap().iter().map(|user| user["userName"].clone()).collect();
        (page["totalResults"].clone(), Value::from(names))
    };

    assert_eq!(list("").await, (json!(3), json!(["admin", "bob", "carol"])));
    assert_eq!(list("startIndex=2&count=1").await, (json!(3), json!(["bob"])));
    assert_eq!(list("count=0").await, (json!(3), json!([])));
    assert_eq!(list("filter=userName%20Eq%20%22BOB%22").await, (json!(1), json!(["bob"])));
    assert_eq!(list("filter=emails%20eq%20%22Bob@example.org%22").await, (json!(1), json!(["bob"])));
    assert_eq!(
        list("filter=userName%20eq%20%22bob%22%20and%20active%20eq%20false").await,
        (json!(0), json!([]))
    );
    let typed = "filter=phoneNumbers%5Btype%20eq%20%22mobile%22%5D.value%20eq%20%22%2B94771234567%22";
    assert_eq!(list(typed).await, (json!(1), json!(["carol"])));
    assert_eq!(list("filter=userName%20sw%20%22B%22").await, (json!(1), json!(["bob"])));
    let searched = server
        .ask("admin", Method::POST, "/scim2/users/.search", Some(json!({"filter": "userName eq \"bob\""})))
        .await;
    assert_eq!((searched.status, &searched.json()["totalResults"]), (StatusCode::OK, &json!(1)));
}

/// SCIM-2: bodies say they are JSON or say nothing; answers are SCIM's unless plain JSON was asked for.
#[tokio::test]
async fn media_types_are_negotiated() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;
    let patch = |kind: Option<&'static str>, accept: &'static str| {
        let mut request = Request::patch("/scim2/Me").header(header::AUTHORIZATION, basic("bob"));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let body = r#"{"Operations": [{"op": "add", "path": "nickName", "value": "b"}]}"#;
        server.send(request.header(header::ACCEPT, accept).body(Body::from(body)).unwrap())
    };

    let silent = patch(None, "*/*").await;
    let scim = patch(Some("application/scim+json; charset=utf-8"), "application/json").await;
    let form = patch(Some("text/plain"), "*/*").await;

    assert_eq!((silent.status, silent.header("content-type")), (StatusCode::OK, "application/scim+json"));
    assert_eq!((scim.status, scim.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!((form.status, &form.json()["status"]), (StatusCode::UNSUPPORTED_MEDIA_TYPE, &json!("415")));
}

/// SEC-40: a key said twice, and JSON that is none, with the place.
#[tokio::test]
async fn broken_json_is_refused_with_its_place() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;
    let send = |body: &'static str| {
        let request = Request::patch("/scim2/Me").header(header::AUTHORIZATION, basic("bob"));
        server.send(request.body(Body::from(body)).unwrap())
    };

    let twice = send(r#"{"Operations": [], "Operations": []}"#).await;
    let broken = send("{\"Operations\": <x>}").await;

    assert_eq!((twice.status, &twice.json()["scimType"]), (StatusCode::BAD_REQUEST, &json!("invalidSyntax")));
    assert_eq!(broken.json()["detail"], "The body is not JSON (line 1, column 16).");
}

/// SCIM-48, SCIM-8: HEAD is GET without a body; unknown paths and methods are told in SCIM's words.
#[tokio::test]
async fn methods_and_paths_nobody_serves_are_told_apart() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;

    let head = server.ask("bob", Method::HEAD, "/Scim2/me", None).await;
    let trace = server.ask("bob", Method::TRACE, "/scim2/Me", None).await;
    let post = server.ask("bob", Method::POST, "/scim2/Me", Some(json!({}))).await;
    let nowhere = server.ask("bob", Method::GET, "/scim2/Nowhere", None).await;

    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    assert!(head.header("etag").starts_with("W/\""));
    assert_eq!((trace.status, trace.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,PUT,PATCH"));
    assert_eq!((post.status, &post.json()["status"]), (StatusCode::METHOD_NOT_ALLOWED, &json!("405")));
    assert_eq!((nowhere.status, &nowhere.json()["status"]), (StatusCode::NOT_FOUND, &json!("404")));
}
