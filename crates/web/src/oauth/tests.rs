//! The token endpoint over the whole router (RFC 6749).

use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_app::NewClientSecret;
use serde_json::json;

use crate::sample::{Reply, TestServer};

const FORM: &str = "application/x-www-form-urlencoded";

async fn client(server: &TestServer, grant: &str) -> NewClientSecret {
    let scopes = ["internal_idp_view".to_owned(), "internal_user_code_mgt_view".to_owned()];
    server.web.app.add_client(&server.operator(), "reporter", vec![grant.to_owned()], &scopes).await.unwrap()
}

fn basic(client: &NewClientSecret) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", client.id, client.secret.as_str())))
}

async fn ask(server: &TestServer, authorization: Option<&str>, kind: &str, form: &str) -> Reply {
    let mut request = Request::post("/oauth2/token").header(header::CONTENT_TYPE, kind);
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    server.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

fn refused(reply: &Reply) -> (u16, String) {
    assert_eq!(reply.header("cache-control"), "no-store");
    let body = reply.json();
    assert!(body["error_description"].is_string());
    (reply.status.as_u16(), body["error"].as_str().unwrap().to_owned())
}

fn is(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

/// RFC 6749 §4.4, §5.1: by Basic, everything the client holds; the token opens what its scopes allow.
#[tokio::test]
async fn a_client_gets_a_token_that_works() {
    let server = TestServer::start();
    let client = client(&server, "client_credentials").await;

    let reply = ask(&server, Some(&basic(&client)), FORM, "grant_type=client_credentials").await;

    let body = reply.json();
    let token = body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(reply.status.as_u16(), 200);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(
        body,
        json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "internal_idp_view internal_user_code_mgt_view",
        })
    );
    let bearer = async |method: Method, path: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        server.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    assert_eq!(bearer(Method::GET, "/api/server/v1/identity-governance").await, 200);
    assert_eq!(bearer(Method::GET, "/api/identity/user/v1.0/changes").await, 200);
    assert_eq!(bearer(Method::GET, "/api/identity/user/v1.0/me/changes").await, 403);
}

/// RFC 6749 §2.3.1: in the body as well; §3.3: fewer scopes on request.
#[tokio::test]
async fn a_client_shows_itself_in_the_body_and_asks_for_less() {
    let server = TestServer::start();
    let client = client(&server, "client_credentials").await;
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=internal_idp_view",
        client.id,
        client.secret.as_str()
    );

    let reply = ask(&server, None, FORM, &form).await;

    assert_eq!((reply.status.as_u16(), &reply.json()["scope"]), (200, &json!("internal_idp_view")));
}

/// RFC 6749 §5.2.
#[tokio::test]
async fn every_bad_request_has_its_error() {
    let server = TestServer::start();
    let able = client(&server, "client_credentials").await;
    let unable = client(&server, "authorization_code").await;
    let (able_header, unable_header) = (basic(&able), basic(&unable));
    let wrong = NewClientSecret { id: able.id, secret: "wrong".to_owned().into() };
    let ask = async |authorization: Option<&str>, form: &str| {
        refused(&ask(&server, authorization, FORM, form).await)
    };
    let grant = "grant_type=client_credentials";

    assert_eq!(ask(Some(&able_header), "").await, is(400, "invalid_request"));
    assert_eq!(ask(Some(&able_header), &format!("{grant}&{grant}")).await, is(400, "invalid_request"));
    assert_eq!(
        ask(Some(&able_header), &format!("{grant}&client_secret=x")).await,
        is(400, "invalid_request")
    );
    assert_eq!(ask(Some(&able_header), "grant_type=password").await, is(400, "unsupported_grant_type"));
    assert_eq!(ask(Some(&unable_header), grant).await, is(400, "unauthorized_client"));
    assert_eq!(
        ask(Some(&able_header), &format!("{grant}&scope=internal_idp_update")).await,
        is(400, "invalid_scope")
    );
    assert_eq!(ask(Some(&basic(&wrong)), grant).await, is(401, "invalid_client"));
    assert_eq!(ask(Some("Basic !"), grant).await, is(401, "invalid_client"));
    assert_eq!(ask(None, grant).await, is(401, "invalid_client"));
}

/// RFC 6749 §5.2: 401 names the scheme; an unknown client and a wrong secret are told the same.
#[tokio::test]
async fn an_unknown_client_and_a_wrong_secret_get_the_same_answer() {
    let server = TestServer::start();
    let known = client(&server, "client_credentials").await;
    let wrong = NewClientSecret { id: known.id, secret: "wrong".to_owned().into() };
    let nobody = format!("Basic {}", STANDARD.encode("nobody:wrong"));

    let first = ask(&server, Some(&basic(&wrong)), FORM, "grant_type=client_credentials").await;
    let second = ask(&server, Some(&nobody), FORM, "grant_type=client_credentials").await;

    assert_eq!(refused(&first), is(401, "invalid_client"));
    assert_eq!(first.text, second.text);
    assert!(first.header("www-authenticate").starts_with("Basic "));
}

#[tokio::test]
async fn only_a_posted_form_is_a_token_request() {
    let server = TestServer::start();
    let client = client(&server, "client_credentials").await;

    let json = ask(&server, Some(&basic(&client)), "application/json", "{}").await;
    let got = server.ask("", Method::GET, "/oauth2/token", None).await;

    assert_eq!(refused(&json), is(400, "invalid_request"));
    assert_eq!(got.status.as_u16(), 405);
}
