use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::from_fn;
use axum::routing::get;
use serde_json::json;
use tower::ServiceExt as _;

use super::*;
use crate::sample::{Reply, TestServer, basic};

async fn get_as(server: &TestServer, path: &str, hosts: &[&str]) -> Reply {
    let mut request = Request::get(path);
    for host in hosts {
        request = request.header(header::HOST, *host);
    }
    server.send(request.body(Body::empty()).unwrap()).await
}

/// SEC-54: the public name and its aliases, in any case; nothing else, and never two.
#[tokio::test]
async fn only_known_hosts_are_answered() {
    let server = TestServer::start();
    let status = async |hosts: &[&str]| get_as(&server, "/scim2/Schemas", hosts).await.status.as_u16();

    assert_eq!(status(&["id.example.com:9443"]).await, 200);
    assert_eq!(status(&["LocalHost:9443"]).await, 200);
    assert_eq!(status(&["evil.example.com"]).await, 421);
    assert_eq!(status(&["id.example.com"]).await, 421);
    assert_eq!(status(&["id.example.com:9443", "evil.example.com"]).await, 400);
    assert_eq!(status(&["id.example.com:9443", "id.example.com:9443"]).await, 400);
    assert_eq!(get_as(&server, "/healthz", &["10.0.0.7"]).await.status, StatusCode::OK);
}

/// SEC-54: a target that names another host than the header does is refused; HTTP/2 has only the target.
#[tokio::test]
async fn a_target_and_a_header_have_to_agree() {
    let server = TestServer::start();

    let agreed = get_as(&server, "https://id.example.com:9443/healthz/", &["id.example.com:9443"]).await;
    let contrary = get_as(&server, "https://localhost:9443/scim2/Schemas", &["id.example.com:9443"]).await;

    assert_eq!(agreed.status, StatusCode::NOT_FOUND);
    assert_eq!(contrary.status, StatusCode::BAD_REQUEST);
}

/// SEC-30: browsers name the site they write for; another one's writes stop here, reads and programs pass.
#[tokio::test]
async fn writes_for_another_site_are_refused() {
    let server = TestServer::start();
    server.person("bob", crate::sample::Person::default()).await;
    let ask = async |method: Method, site: &str| {
        let request = Request::builder().method(method).uri("/scim2/Me").header("sec-fetch-site", site);
        let body = Body::from(r#"{"Operations": [{"op": "add", "path": "nickName", "value": "b"}]}"#);
        server
            .send(request.header(header::AUTHORIZATION, basic("bob")).body(body).unwrap())
            .await
            .status
            .as_u16()
    };

    assert_eq!(ask(Method::PATCH, "cross-site").await, 403);
    assert_eq!(ask(Method::PATCH, "same-origin").await, 200);
    assert_eq!(ask(Method::GET, "cross-site").await, 200);
}

/// SEC-27: on every answer, errors included.
#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = TestServer::start();

    for path in ["/healthz", "/scim2/Me", "/nowhere"] {
        let reply = server.ask("", Method::GET, path, None).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(reply.header("x-request-id").len(), 16);
    }
}

/// DESIGN §3.5: outside SCIM, problem details, with the id of the answer's own header.
#[tokio::test]
async fn unknown_paths_are_told_in_problem_details() {
    let server = TestServer::start();

    let reply = server.ask("", Method::GET, "/nowhere", None).await;

    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert_eq!(
        reply.json(),
        json!({
            "type": "about:blank", "title": "Not Found", "status": 404,
            "detail": "There is nothing at this path.", "traceId": reply.header("x-request-id"),
        })
    );
}

/// What a browser asks with for something to read.
async fn browse(server: &TestServer, method: Method, path: &str, host: &str) -> Reply {
    let request = Request::builder().method(method).uri(path).header(header::HOST, host);
    let request = request.header(header::ACCEPT, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    server.send(request.body(Body::empty()).unwrap()).await
}

/// pages §1, DESIGN §3.5: a refusal no surface made is a page to a browser, problem details to a program, and SCIM's error
/// at the SCIM mounts, whoever asks.
#[tokio::test]
async fn a_browser_gets_a_page_where_a_program_gets_problem_details() {
    let server = TestServer::start();
    let here = "id.example.com:9443";
    let cases = [
        (Method::GET, "/nowhere", here, 404, "There is nothing here"),
        (Method::TRACE, "/login", here, 405, "That cannot be done here"),
        (Method::GET, "/login", "evil.example.com", 421, "Wrong host name"),
    ];

    for (method, path, host, status, heading) in cases {
        let page = browse(&server, method.clone(), path, host).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (status, "text/html; charset=utf-8"));
        assert!(page.text.contains(&format!("<h1>{heading}</h1>")), "{}", page.text);
        assert_eq!(page.header("cache-control"), "no-store");

        let request = Request::builder().method(method).uri(path).header(header::HOST, host);
        let program = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((program.status.as_u16(), &program.json()["status"]), (status, &json!(status)));
        assert_eq!(program.header("content-type"), "application/problem+json");
        assert_eq!(page.header("allow"), program.header("allow"));
    }
    let scim = browse(&server, Method::GET, "/scim2/nowhere", here).await;
    assert_eq!((scim.status.as_u16(), scim.header("content-type")), (404, "application/scim+json"));
}

/// A form longer than any of ours.
#[tokio::test]
async fn a_browser_is_told_that_a_form_is_too_long() {
    let server = TestServer::start();
    let kind = "application/x-www-form-urlencoded";
    let request =
        Request::post("/login").header(header::ACCEPT, "text/html").header(header::CONTENT_TYPE, kind);

    let page = server.send(request.body(Body::from("a".repeat(70_000))).unwrap()).await;

    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text.contains("<h1>That is too much at once</h1>"), "{}", page.text);
}

/// A method nobody serves, anywhere: 405 with `Allow`.
#[tokio::test]
async fn unknown_methods_are_told_what_is_allowed() {
    let server = TestServer::start();

    let reply = server.ask("", Method::TRACE, "/healthz", None).await;

    assert_eq!((reply.status, reply.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
}

async fn mistaken() {
    panic!("a mistake");
}

/// SEC-62: a panic is one request's end.
#[tokio::test]
async fn a_panic_is_answered() {
    let router = Router::new().route("/scim2/x", get(mistaken)).layer(from_fn(limit::bounded));

    let response = router.oneshot(Request::get("/scim2/x").body(Body::empty()).unwrap()).await.unwrap();

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/scim+json");
}

/// pages §1: the server's own mistake, and its being too slow, are pages for a browser: the one with the name of the
/// request, the other with the wait.
#[tokio::test(start_paused = true)]
async fn a_browser_is_shown_what_failed() {
    let server = TestServer::start();
    let router = Router::new()
        .route("/panics", get(mistaken))
        .route("/hangs", get(|| async { std::future::pending::<()>().await }))
        .layer(axum::middleware::from_fn_with_state(Around::new(server.web.clone()), around));
    let ask = async |path: &str| {
        let request =
            Request::get(path).header(header::HOST, "localhost:9443").header(header::ACCEPT, "text/html");
        let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (head, String::from_utf8(bytes.to_vec()).unwrap())
    };

    let (broken, broken_page) = ask("/panics").await;
    let (slow, slow_page) = ask("/hangs").await;

    assert_eq!((broken.status.as_u16(), slow.status.as_u16()), (500, 503));
    assert!(broken_page.contains("<h1>Something went wrong on our side</h1>"), "{broken_page}");
    assert!(broken_page.contains(broken.headers["x-request-id"].to_str().unwrap()), "{broken_page}");
    assert!(!broken_page.contains("a mistake"), "{broken_page}");
    assert!(slow_page.contains("<h1>The server cannot answer right now</h1>"), "{slow_page}");
    assert_eq!(slow.headers[header::RETRY_AFTER], "5");
}

/// A handler that never ends is answered for.
#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_answered() {
    let router = Router::new()
        .route("/x", get(|| async { std::future::pending::<()>().await }))
        .layer(from_fn(limit::bounded));

    let response = router.oneshot(Request::get("/x").body(Body::empty()).unwrap()).await.unwrap();

    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[header::RETRY_AFTER], "5");
}
