use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::http::header::COOKIE;
use axum::http::{Method, Request, StatusCode, header};
use countersign_app::NewPassword;
use countersign_domain::SignedDuration;
use countersign_domain::actor::Origin;

use super::*;
use crate::sample::{PASSWORD, Person, TestServer};

fn sent(cookies: &[&str]) -> HeaderMap {
    cookies.iter().map(|cookie| (COOKIE, HeaderValue::from_str(cookie).unwrap())).collect()
}

fn caller(is_local: bool) -> Caller {
    let address = if is_local { Ipv4Addr::LOCALHOST } else { Ipv4Addr::new(192, 0, 2, 7) };
    let origin = Origin { address: Some(IpAddr::V4(address)), client: Some("Browser/1".to_owned()) };
    Caller { origin, is_local }
}

async fn opened(server: &TestServer, user_name: &str) -> String {
    open(&server.web, &caller(true), user_name, PASSWORD, None).await.unwrap().token.to_string()
}

/// SEC-28: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, no `Domain`; gone when the browser is closed.
#[test]
fn the_cookie_is_for_this_host_and_no_script() {
    let (kept, forgotten) = (kept("TOKEN").unwrap(), forgotten().unwrap());

    assert_eq!(kept, "__Host-cs-session=TOKEN; Path=/; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(forgotten, "__Host-cs-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_eq!(super::kept("a\r\nSet-Cookie: b"), None);
}

/// SEC-28.
#[test]
fn the_token_is_found_among_other_cookies_and_only_where_it_is_alone() {
    let found = |cookies: &[&str]| presented(&sent(cookies)).map(str::to_owned);
    let token = Some("TOKEN".to_owned());

    assert_eq!(found(&["__Host-cs-session=TOKEN"]), token);
    assert_eq!(found(&["a=b; __Host-cs-session=TOKEN;c=d"]), token);
    assert_eq!(found(&["a=b", "__Host-cs-session=TOKEN"]), token);
    assert_eq!(found(&[]), None);
    assert_eq!(found(&["__Host-cs-session="]), None);
    assert_eq!(found(&["cs-session=TOKEN; __host-cs-session=TOKEN; __Host-cs-session2=TOKEN"]), None);
    assert_eq!(found(&["__Host-cs-session=TOKEN; __Host-cs-session=OTHER"]), None);
    assert_eq!(found(&["__Host-cs-session=TOKEN", "__Host-cs-session=OTHER"]), None);
}

/// SEC-24: the principal of a session is as recent as its password, and may what its user may.
#[tokio::test]
async fn a_session_is_its_user_and_no_longer_recent_after_five_minutes() {
    let server = TestServer::start();
    let bob = server.person("bob", Person { scopes: &["internal_user_mgt_list"], ..Person::default() }).await;
    let token = opened(&server, "PRIMARY/Bob").await;
    let principal = async || {
        let signed_in = server.web.app.session(&token).await.unwrap().unwrap();
        Principal::of_session(&signed_in, caller(true), "trace".to_owned()).unwrap()
    };

    let fresh = principal().await;
    server.clock.advance(SignedDuration::from_mins(5));
    let stale = principal().await;

    assert_eq!((fresh.user(), fresh.trace_id()), (Some(bob), "trace"));
    assert!(fresh.has("internal_user_mgt_list") && fresh.has("internal_login"));
    assert!(fresh.as_owner().actor.recent_auth);
    assert!(!stale.as_owner().actor.recent_auth);
    assert_eq!(stale.as_owner().actor.origin, caller(true).origin);
}

/// SEC-24, SEC-28: the password makes it recent again, under another token; the old one is dead.
#[tokio::test]
async fn showing_the_password_again_renews_the_session() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;
    let token = opened(&server, "bob").await;
    server.clock.advance(SignedDuration::from_mins(6));
    let signed_in = server.web.app.session(&token).await.unwrap().unwrap();
    let again = async |password| renew(&server.web, &caller(true), &signed_in, &token, password).await;

    assert!(matches!(again("a wrong one").await, Err(AuthRefusal::Unauthorized)));
    let renewed = again(PASSWORD).await.unwrap();

    assert_eq!(server.web.app.session(&token).await.unwrap(), None);
    assert!(server.web.app.session(&renewed.token).await.unwrap().unwrap().is_recent());
    assert!(matches!(again(PASSWORD).await, Err(AuthRefusal::Unauthorized)));
}

/// SEC-28: a page that is left open looks by itself and is answered; its session becomes idle all the same. A form is no
/// look, whatever it says of itself, and the header opens nothing to anybody else.
#[tokio::test]
async fn an_unattended_page_lets_its_session_become_idle() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;
    let cookie = format!("__Host-cs-session={}", opened(&server, "bob").await);
    let ask = async |method: Method, header: &str, cookie: &str| {
        let request = Request::builder().method(method).uri("/myaccount/security").header(COOKIE, cookie);
        server.send(request.header(header, "1").body(Body::empty()).unwrap()).await.status.as_u16()
    };
    let (attended, unattended) = ("accept", "x-countersign-unattended");
    let minutes = |minutes| server.clock.advance(SignedDuration::from_mins(minutes));

    assert_eq!(ask(Method::GET, unattended, "").await, 303);
    minutes(20);
    assert_eq!(ask(Method::GET, attended, &cookie).await, 200);
    minutes(20);
    assert_eq!(ask(Method::GET, unattended, &cookie).await, 200);
    minutes(9);
    assert_eq!(ask(Method::GET, unattended, &cookie).await, 200);
    minutes(1);
    assert_eq!(ask(Method::GET, unattended, &cookie).await, 303);

    let cookie = format!("__Host-cs-session={}", opened(&server, "bob").await);
    minutes(20);
    let form = Request::post("/theme").header(COOKIE, &cookie).header(unattended, "1");
    let form = form.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert_eq!(server.send(form.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
    minutes(20);
    assert_eq!(ask(Method::GET, unattended, &cookie).await, 200);
}

/// SEC-30: a browser sends the cookie along with what its user knows nothing of; only the header counts there.
#[tokio::test]
async fn json_and_scim_ignore_the_session_cookie() {
    let server = TestServer::start();
    server.admin().await;
    let cookie = format!("__Host-cs-session={}", opened(&server, "admin").await);
    let routes = [
        (Method::GET, "/scim2/Me"),
        (Method::PATCH, "/scim2/Me"),
        (Method::GET, "/scim2/Users"),
        (Method::POST, "/scim2/Bulk"),
        (Method::GET, "/scim/v2/Users"),
        (Method::GET, "/api/identity/user/v1.0/me/changes"),
        (Method::POST, "/api/identity/user/v1.0/me/validate-code"),
        (Method::GET, "/api/server/v1/identity-governance"),
    ];

    for (method, path) in routes {
        let request = Request::builder().method(method.clone()).uri(path).header(COOKIE, &cookie);
        let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from("{}"));
        let reply = server.send(request.unwrap()).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}: {}", reply.text);
    }
}

/// SEC-34: wrong passwords are counted together, whether a page or Basic took them.
#[tokio::test]
async fn a_page_and_basic_share_the_sign_in_throttle() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;

    for _ in 0..5 {
        let refused = open(&server.web, &caller(true), "bob", "a wrong one", None).await;
        assert!(matches!(refused, Err(AuthRefusal::Unauthorized)));
    }
    let page = open(&server.web, &caller(true), "PRIMARY/BOB", PASSWORD, None).await;
    let basic = server.ask("bob", Method::GET, "/scim2/Me", None).await;

    assert!(matches!(page, Err(AuthRefusal::Throttled(wait)) if wait <= SignedDuration::from_mins(1)));
    assert_eq!(basic.status, StatusCode::TOO_MANY_REQUESTS);
}

/// SEC-32: neither signing in nor going on works from elsewhere with a password that everybody tries.
#[tokio::test]
async fn a_session_on_a_weak_password_is_good_on_this_machine_only() {
    let server = TestServer::start();
    let weak = NewPassword::Configured("password".to_owned().into());
    server.person_with("bob", Person::default(), weak).await;
    let sign_in = async |is_local| open(&server.web, &caller(is_local), "bob", "password", None).await;

    assert!(matches!(sign_in(false).await, Err(AuthRefusal::Unauthorized)));
    let token = sign_in(true).await.unwrap().token;
    let signed_in = server.web.app.session(&token).await.unwrap().unwrap();
    let going_on = |is_local| Principal::of_session(&signed_in, caller(is_local), String::new());

    assert!(going_on(true).is_ok());
    assert!(matches!(going_on(false), Err(AuthRefusal::Unauthorized)));
}
