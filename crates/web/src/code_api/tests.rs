//! The code API over the whole router.

use axum::body::Body;
use axum::http::{Method, Request, header};
use countersign_app::FileSettings;
use countersign_domain::SignedDuration;
use countersign_domain::UserId;
use countersign_domain::claim::{Channel, ClaimFamily};
use serde_json::{Value, json};

use crate::mailbox::{ask_for, delivered, link_token, sms_code};
use crate::sample::{Person, Reply, TestServer, basic};

const BASE: &str = "/api/identity/user/v1.0";
const OLD: &str = "0111111111";
const NEW: &str = "0123456789";

async fn bob(server: &TestServer) -> UserId {
    server.admin().await;
    let person = Person { email: Some("bob@example.org"), mobile: Some(OLD), ..Person::default() };
    server.person("bob", person).await
}

async fn waiting_number(server: &TestServer) -> (UserId, String) {
    let bob = bob(server).await;
    ask_for(server, bob, ClaimFamily::Mobile, NEW).await;
    (bob, sms_code(server).await)
}

async fn post(server: &TestServer, whom: &str, path: &str, body: Value) -> Reply {
    server.ask(whom, Method::POST, &format!("{BASE}{path}"), Some(body)).await
}

async fn post_text(server: &TestServer, whom: &str, path: &str, kind: &str, body: &str) -> Reply {
    let request = Request::post(format!("{BASE}{path}")).header(header::AUTHORIZATION, basic(whom));
    server.send(request.header(header::CONTENT_TYPE, kind).body(Body::from(body.to_owned())).unwrap()).await
}

async fn number_in_force(server: &TestServer, user: UserId) -> String {
    let view = server.web.app.user(&server.operator(), user).await.unwrap().unwrap();
    view.user.profile.contacts.mobile.address().unwrap().as_str().to_owned()
}

fn scenario(name: &str) -> Value {
    json!([{"key": "RecoveryScenario", "value": name}])
}

fn resend_for(user: &str, name: &str) -> Value {
    json!({"user": {"username": user, "realm": "PRIMARY"}, "properties": scenario(name)})
}

/// Status, code, and whether the body is an error in the API's shape.
fn refused(reply: &Reply) -> (u16, String) {
    let body = reply.json();
    let members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["code", "message", "description", "traceId"], "{}", reply.text);
    assert_eq!(body["traceId"], reply.header("x-request-id"));
    (reply.status.as_u16(), body["code"].as_str().unwrap().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// SEED-16: the owner enters his code; 202 with an empty body, and the number is in force.
#[tokio::test]
async fn the_owner_confirms_with_his_code() {
    let server = TestServer::start();
    let (bob, code) = waiting_number(&server).await;

    let reply = post(&server, "bob", "/me/validate-code", json!({"code": code, "properties": []})).await;

    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (202, ""));
    assert_eq!(number_in_force(&server, bob).await, NEW);
}

/// SEED-17, SEED-18: whatever text is presented, a wrong code is a wrong code.
#[tokio::test]
async fn any_text_that_is_not_the_code_is_18001() {
    let server = TestServer::start();
    let (bob, _) = waiting_number(&server).await;
    let long = "x".repeat(5_000);

    for text in ["123ABC", "123https://is.docs.wso2.com/en/6.0.0", "", long.as_str()] {
        let reply = post(&server, "bob", "/me/validate-code", json!({"code": text, "properties": []})).await;
        assert_eq!(refused(&reply), is(400, "18001"));
    }
    assert_eq!(number_in_force(&server, bob).await, OLD);
}

/// SEC-14: never issued, no text, missing, used, somebody else's: same status and same bytes but for the trace id.
#[tokio::test]
async fn every_refused_code_is_answered_with_the_same_bytes() {
    let server = TestServer::start();
    let (_, code) = waiting_number(&server).await;
    server.person("eve", Person::default()).await;
    let bodies = [json!({"code": "zzzzzz"}), json!({"code": 7}), json!({"code": null}), json!({})];

    let mut replies = Vec::new();
    for whom in ["bob", "eve"] {
        for body in &bodies {
            replies.push(post(&server, whom, "/me/validate-code", body.clone()).await);
        }
    }
    replies.push(post(&server, "eve", "/me/validate-code", json!({"code": code})).await);
    let accepted = post(&server, "bob", "/me/validate-code", json!({"code": code})).await;
    replies.push(post(&server, "bob", "/me/validate-code", json!({"code": code})).await);
    replies.push(post(&server, "admin", "/validate-code", json!({"code": code})).await);
    replies.push(post(&server, "admin", "/introspect-code", json!({"code": code})).await);

    assert_eq!(accepted.status.as_u16(), 202);
    let untraced = |reply: &Reply| reply.text.replace(reply.header("x-request-id"), "");
    for reply in &replies {
        assert_eq!(reply.status.as_u16(), 400);
        assert_eq!(untraced(reply), untraced(&replies[0]));
    }
}

/// DESIGN §5 "Codes refused": the owner may know that his code has expired or that a newer change exists.
#[tokio::test]
async fn the_owner_is_told_of_an_expired_code_and_of_a_newer_change() {
    let server = TestServer::start();
    let (bob, first) = waiting_number(&server).await;
    ask_for(&server, bob, ClaimFamily::Mobile, "0199999999").await;
    let second = sms_code(&server).await;

    let superseded = post(&server, "bob", "/me/validate-code", json!({"code": first})).await;
    server.clock.advance(SignedDuration::from_mins(5));
    let expired = post(&server, "bob", "/me/validate-code", json!({"code": second})).await;

    assert_eq!(refused(&superseded), is(400, "18023"));
    assert_eq!(refused(&expired), is(400, "18002"));
}

/// SEED-15: entering codes for others has to be switched on; then 202 with the user, and the code was still good.
#[tokio::test]
async fn an_administrator_confirms_a_number_only_where_that_is_switched_on() {
    for enabled in [false, true] {
        let server =
            TestServer::start_with(|file: &mut FileSettings| file.connector.mobile_by_privileged = enabled);
        let (bob, code) = waiting_number(&server).await;

        let reply = post(&server, "admin", "/validate-code", json!({"code": code, "properties": []})).await;

        if enabled {
            let user = json!({
                "username": "bob", "realm": "PRIMARY", "tenant-domain": "carbon.super", "userId": bob.to_string(),
            });
            assert_eq!((reply.status.as_u16(), reply.json()), (202, user));
            assert_eq!(number_in_force(&server, bob).await, NEW);
        } else {
            assert_eq!(refused(&reply), is(400, "17007"));
            let own = post(&server, "bob", "/me/validate-code", json!({"code": code})).await;
            assert_eq!(own.status.as_u16(), 202);
        }
    }
}

/// `verification.md` §4.1: what a code is for, without using it up.
#[tokio::test]
async fn a_code_can_be_asked_about() {
    let server = TestServer::start();
    let (bob, code) = waiting_number(&server).await;

    let reply = post(&server, "admin", "/introspect-code", json!({"code": code})).await;

    assert_eq!(reply.status.as_u16(), 202);
    assert_eq!(
        reply.json(),
        json!({
            "user": {
                "username": "bob", "realm": "PRIMARY", "tenant-domain": "carbon.super", "userId": bob.to_string(),
            },
            "recoveryScenario": "MOBILE_VERIFICATION_ON_UPDATE",
            "recoveryStep": "VERIFY_MOBILE_NUMBER",
            "isExpired": false,
        })
    );
    assert_eq!(post(&server, "bob", "/me/validate-code", json!({"code": code})).await.status.as_u16(), 202);
}

/// SEED-20: a resend is 201 with nothing in it (SEED-47), a new SMS with a new code; the old code is dead.
#[tokio::test]
async fn a_resend_replaces_the_code() {
    let server = TestServer::start();
    let (bob, old) = waiting_number(&server).await;

    let body = json!({"properties": scenario("MOBILE_VERIFICATION_ON_UPDATE")});
    let reply = post(&server, "bob", "/me/resend-code", body).await;

    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (201, ""));
    let sent = delivered(&server, Channel::Sms).await;
    assert_eq!(sent.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [NEW]);
    let with_old = post(&server, "bob", "/me/validate-code", json!({"code": old})).await;
    let with_new = post(&server, "bob", "/me/validate-code", json!({"code": sent[0].code()})).await;
    assert_eq!(refused(&with_old), is(400, "18001"));
    assert_eq!(with_new.status.as_u16(), 202);
    assert_eq!(number_in_force(&server, bob).await, NEW);
}

/// SEED-21, `verification.md` §4.5.
#[tokio::test]
async fn a_resend_without_one_scenario_that_waits_is_uar_10011() {
    let server = TestServer::start();
    waiting_number(&server).await;
    let twice =
        json!([scenario("MOBILE_VERIFICATION_ON_UPDATE")[0], scenario("MOBILE_VERIFICATION_ON_UPDATE")[0]]);
    let refusals = [
        json!([]),
        twice,
        scenario("EMAIL_VERIFICATION_ON_UPDATE"),
        scenario("PASSWORD_EXPIRY"),
        scenario("NO_SUCH_SCENARIO"),
    ];

    for properties in refusals {
        let reply = post(&server, "bob", "/me/resend-code", json!({"properties": properties})).await;
        assert_eq!(refused(&reply), is(400, "UAR-10011"), "{properties}");
    }
    assert!(delivered(&server, Channel::Sms).await.is_empty());
}

/// SEED-22, SEED-49: an administrator has a code sent again; it goes to the pending number.
#[tokio::test]
async fn an_administrator_resends_for_somebody_else() {
    let server = TestServer::start();
    waiting_number(&server).await;

    let reply =
        post(&server, "admin", "/resend-code", resend_for("bob", "MOBILE_VERIFICATION_ON_UPDATE")).await;
    let own =
        post(&server, "admin", "/resend-code", resend_for("admin", "MOBILE_VERIFICATION_ON_UPDATE")).await;

    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (201, ""));
    assert_eq!(refused(&own), is(400, "18005"));
    let sent = delivered(&server, Channel::Sms).await;
    assert_eq!(sent.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [NEW]);
}

/// SEED-23: an empty user is the caller's mistake; D-16: so are the product's other scenarios.
#[tokio::test]
async fn a_resend_that_names_nobody_or_nothing_of_ours_is_400() {
    let server = TestServer::start();
    waiting_number(&server).await;
    let cases = [
        (json!({"user": {}, "properties": []}), "PWR-60001"),
        (json!({"user": {"username": "", "realm": ""}, "properties": []}), "PWR-60001"),
        (json!({"properties": scenario("MOBILE_VERIFICATION_ON_UPDATE")}), "PWR-60001"),
        (json!({"user": {"username": "bob"}, "properties": []}), "20021"),
        (resend_for("bob", "SELF_SIGN_UP"), "20021"),
        (resend_for("bob", "ASK_PASSWORD"), "UAR-10011"),
        (resend_for("bob", "nonsense"), "UAR-10011"),
        (json!({"user": {"username": "bob"}, "properties": "x"}), "CS-40002"),
        (json!([]), "CS-40002"),
    ];

    for (body, code) in cases {
        let reply = post(&server, "admin", "/resend-code", body.clone()).await;
        assert_eq!(refused(&reply), is(400, code), "{body}");
    }
}

/// SEC-14: a user who does not exist is answered as one with nothing pending.
#[tokio::test]
async fn a_resend_does_not_tell_who_exists() {
    let server = TestServer::start();
    bob(&server).await;

    let known =
        post(&server, "admin", "/resend-code", resend_for("bob", "MOBILE_VERIFICATION_ON_UPDATE")).await;
    let unknown =
        post(&server, "admin", "/resend-code", resend_for("nobody", "MOBILE_VERIFICATION_ON_UPDATE")).await;

    let untraced = |reply: &Reply| reply.text.replace(reply.header("x-request-id"), "");
    assert_eq!(refused(&known), is(400, "18005"));
    assert_eq!(untraced(&known), untraced(&unknown));
}

/// SEED-25, SEED-41, SEED-50: a mail goes out again under the scenario that waits, to the pending address.
#[tokio::test]
async fn a_link_is_sent_again_under_its_own_scenario() {
    let server = TestServer::start();
    let bob = bob(&server).await;
    ask_for(&server, bob, ClaimFamily::Email, "new@example.org").await;
    delivered(&server, Channel::Email).await;

    let waits =
        post(&server, "admin", "/resend-code", resend_for("bob", "EMAIL_VERIFICATION_ON_UPDATE")).await;
    let other = resend_for("bob", "EMAIL_VERIFICATION_ON_VERIFIED_LIST_UPDATE");
    let other = post(&server, "admin", "/resend-code", other).await;

    assert_eq!(waits.status.as_u16(), 201);
    assert_eq!(refused(&other), is(400, "18005"));
    let sent = delivered(&server, Channel::Email).await;
    let sent: Vec<_> = sent.iter().map(|mail| (mail.template.as_str(), mail.to.as_str())).collect();
    assert_eq!(sent, [("resendVerifyEmailOnUpdate", "new@example.org")]);
}

/// D-18: the owner asks for his link again; a link's token is a code like any other.
#[tokio::test]
async fn the_owner_has_his_link_sent_again_and_presents_it_here() {
    let server = TestServer::start();
    let bob = bob(&server).await;
    ask_for(&server, bob, ClaimFamily::Email, "new@example.org").await;

    let body = json!({"properties": scenario("EMAIL_VERIFICATION_ON_UPDATE")});
    let again = post(&server, "bob", "/me/resend-code", body).await;
    let token = link_token(&server).await;
    let reply = post(&server, "bob", "/me/validate-code", json!({"code": token})).await;

    assert_eq!(again.status.as_u16(), 201);
    assert_eq!(reply.status.as_u16(), 202);
}

/// D-15, security §8: too soon is 429 with the time to wait.
#[tokio::test]
async fn too_many_resends_are_told_to_wait() {
    let server = TestServer::start();
    waiting_number(&server).await;
    let body = json!({"properties": scenario("MOBILE_VERIFICATION_ON_UPDATE")});

    let mut last = post(&server, "bob", "/me/resend-code", body.clone()).await;
    for _ in 0..2 {
        last = post(&server, "bob", "/me/resend-code", body.clone()).await;
    }

    assert_eq!(refused(&last), is(429, "CS-42901"));
    assert_eq!(last.header("retry-after"), "30");
}

/// SEC-9: five wrong guesses use a code up; the right one is then answered as a wrong one.
#[tokio::test]
async fn a_code_guessed_wrong_too_often_is_dead() {
    let server = TestServer::start();
    let (bob, code) = waiting_number(&server).await;

    for _ in 0..5 {
        let wrong = post(&server, "bob", "/me/validate-code", json!({"code": "zzzzzz"})).await;
        assert_eq!(refused(&wrong), is(400, "18001"));
    }
    let right = post(&server, "bob", "/me/validate-code", json!({"code": code})).await;

    assert_eq!(refused(&right), is(400, "18001"));
    assert_eq!(number_in_force(&server, bob).await, OLD);
}

/// SEED-19, `verification.md` §4.1: no scheme, no credential, no permission, a program at `/me`.
#[tokio::test]
async fn callers_without_credential_or_permission_are_turned_away() {
    let server = TestServer::start();
    waiting_number(&server).await;
    let bare = basic("bob").replace("Basic ", "");

    let anonymous = post(&server, "", "/me/validate-code", json!({"code": "x"})).await;
    let request = Request::post(format!("{BASE}/me/validate-code")).header(header::AUTHORIZATION, bare);
    let schemeless = server.send(request.body(Body::from("{}")).unwrap()).await;

    for reply in [&anonymous, &schemeless] {
        assert_eq!(refused(reply), is(401, "CS-40101"));
        assert!(reply.header("www-authenticate").starts_with("Basic"));
    }
    for path in ["/validate-code", "/resend-code", "/introspect-code"] {
        let reply = post_text(&server, "bob", path, "application/json", "{").await;
        assert_eq!(refused(&reply), is(403, "CS-40301"), "{path}");
    }
}

/// SEED-24, SEC-30, SEC-40: what is no JSON is located and not repaired; a form is no JSON; nothing is said twice.
#[tokio::test]
async fn a_body_that_is_not_json_is_located() {
    let server = TestServer::start();
    waiting_number(&server).await;

    let stray = r#"{"user":{"realm": PRIMARY"}}"#;
    let stray = post_text(&server, "admin", "/resend-code", "application/json", stray).await;
    let twice =
        post_text(&server, "bob", "/me/validate-code", "application/json", r#"{"code":"a","code":"b"}"#)
            .await;
    let form = post_text(&server, "bob", "/me/validate-code", "text/plain", "{}").await;
    let empty = post_text(&server, "bob", "/me/validate-code", "application/json", "").await;

    assert_eq!(refused(&stray), is(400, "CS-40001"));
    assert!(stray.json()["description"].as_str().unwrap().contains("line 1, column 19"));
    assert_eq!(refused(&twice), is(400, "CS-40001"));
    assert_eq!(refused(&form), is(415, "CS-41501"));
    assert_eq!(refused(&empty), is(400, "CS-40001"));
}

#[tokio::test]
async fn only_post_is_taken() {
    let server = TestServer::start();

    let reply = server.ask("", Method::GET, &format!("{BASE}/me/validate-code"), None).await;

    assert_eq!(refused(&reply), is(405, "CS-40501"));
    assert_eq!(reply.header("allow"), "POST");
}
