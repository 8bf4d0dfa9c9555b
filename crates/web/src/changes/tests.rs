//! Changes as a resource, over the whole router (DESIGN §6).

use axum::http::Method;
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::{SignedDuration, UserId};
use serde_json::{Value, json};

use crate::mailbox::{ask_for, delivered, sms_code};
use crate::sample::{Person, Reply, TestServer};

const BASE: &str = "/api/identity/user/v1.0";

async fn bob_with_a_change(server: &TestServer) -> (UserId, String) {
    server.admin().await;
    let person = Person { mobile: Some("+94770000001"), ..Person::default() };
    let bob = server.person("bob", person).await;
    ask_for(server, bob, ClaimFamily::Mobile, "+94770000002").await;
    let listed = get(server, "bob", "/me/changes").await.json();
    (bob, listed["changes"][0]["id"].as_str().unwrap().to_owned())
}

async fn get(server: &TestServer, whom: &str, path: &str) -> Reply {
    server.ask(whom, Method::GET, &format!("{BASE}{path}"), None).await
}

async fn delete(server: &TestServer, whom: &str, path: &str) -> u16 {
    server.ask(whom, Method::DELETE, &format!("{BASE}{path}"), None).await.status.as_u16()
}

async fn post(server: &TestServer, whom: &str, path: &str) -> Reply {
    server.ask(whom, Method::POST, &format!("{BASE}{path}"), None).await
}

fn is_problem(reply: &Reply, status: u16, code: &str) {
    let body = reply.json();
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert_eq!(
        (reply.status.as_u16(), &body["status"], &body["code"]),
        (status, &json!(status), &json!(code))
    );
    assert_eq!(
        (&body["type"], &body["traceId"]),
        (&json!("about:blank"), &json!(reply.header("x-request-id")))
    );
}

#[tokio::test]
async fn the_owner_sees_his_change_and_what_became_of_it() {
    let server = TestServer::start();
    let (_, id) = bob_with_a_change(&server).await;

    let change = get(&server, "bob", &format!("/me/changes/{id}")).await.json();

    assert_eq!(
        change,
        json!({
            "id": id,
            "channel": "SMS",
            "scenario": "MOBILE_VERIFICATION_ON_UPDATE",
            "state": "pending",
            "target": change["target"],
            "requestedBy": {"type": "owner", "display": "owner"},
            "requestedAt": "2026-03-02T10:00:00.000Z",
            "expiresAt": "2026-03-02T10:05:00.000Z",
            "expired": false,
            "attemptsLeft": 5,
            "resendAvailableAt": "2026-03-02T10:00:00.000Z",
            "timeline": [
                {"at": "2026-03-02T10:00:00.000Z", "event": "requested", "detail": "owner"},
                {"at": "2026-03-02T10:00:00.000Z", "event": "queued"},
            ],
        })
    );
    assert!(!change["target"].as_str().unwrap().contains("+94770000002"), "the target is masked");
}

#[tokio::test]
async fn those_with_permission_see_all_changes_and_whose_they_are() {
    let server = TestServer::start();
    let (bob, id) = bob_with_a_change(&server).await;

    let listed = get(&server, "admin", "/changes?state=pending").await.json();
    let ended = get(&server, "admin", "/changes?state=proven").await.json();

    assert_eq!(listed["changes"][0]["id"], json!(id));
    assert_eq!(listed["changes"][0]["userId"], json!(bob.to_string()));
    assert_eq!(listed["changes"][0]["userName"], json!("bob"));
    assert_eq!(ended, json!({"changes": []}));
}

/// DESIGN §6: DELETE 204, again 204; the code is dead.
#[tokio::test]
async fn a_change_is_cancelled_once_and_again_without_complaint() {
    let server = TestServer::start();
    let (_, id) = bob_with_a_change(&server).await;
    let code = sms_code(&server).await;
    let path = format!("/me/changes/{id}");

    let first = delete(&server, "bob", &path).await;
    let second = delete(&server, "bob", &path).await;

    assert_eq!((first, second), (204, 204));
    assert_eq!(get(&server, "bob", &path).await.json()["state"], "cancelled");
    let body = Some(json!({"code": code}));
    let late = server.ask("bob", Method::POST, &format!("{BASE}/me/validate-code"), body).await;
    assert_eq!(late.json()["code"], "18001");
}

/// What has taken effect cannot be cancelled, and 204 would say it was.
#[tokio::test]
async fn a_confirmed_change_is_not_cancelled() {
    let server = TestServer::start();
    let (_, id) = bob_with_a_change(&server).await;
    let body = Some(json!({"code": sms_code(&server).await}));
    server.ask("bob", Method::POST, &format!("{BASE}/me/validate-code"), body).await;

    let reply = server.ask("bob", Method::DELETE, &format!("{BASE}/me/changes/{id}"), None).await;

    is_problem(&reply, 409, "CS-40901");
}

/// DESIGN §6: resend 202, and a new message; 429 when it comes too soon; 409 when nothing waits any more.
#[tokio::test]
async fn a_change_is_sent_again() {
    let server = TestServer::start();
    let (_, id) = bob_with_a_change(&server).await;
    delivered(&server, Channel::Sms).await;

    let again = post(&server, "bob", &format!("/me/changes/{id}/resend")).await;
    let by_admin = post(&server, "admin", &format!("/changes/{id}/resend")).await;
    let too_soon = post(&server, "bob", &format!("/me/changes/{id}/resend")).await;
    server.clock.advance(SignedDuration::from_mins(1));
    delete(&server, "bob", &format!("/me/changes/{id}")).await;
    let ended = post(&server, "bob", &format!("/me/changes/{id}/resend")).await;

    assert_eq!((again.status.as_u16(), by_admin.status.as_u16()), (202, 202));
    assert_eq!(delivered(&server, Channel::Sms).await.len(), 0, "the change ended before its messages left");
    is_problem(&too_soon, 429, "CS-42901");
    assert_eq!(too_soon.header("retry-after"), "30");
    is_problem(&ended, 409, "CS-40902");
}

/// DESIGN §6: somebody else's, unknown, and no id at all: one answer.
#[tokio::test]
async fn what_one_may_not_see_is_not_there() {
    let server = TestServer::start();
    let (_, id) = bob_with_a_change(&server).await;
    server.person("eve", Person::default()).await;
    let unknown = "00000000-0000-7000-8000-000000000000";

    let mut texts: Vec<Value> = Vec::new();
    for id in [id.as_str(), unknown, "not-an-id"] {
        let reply = get(&server, "eve", &format!("/me/changes/{id}")).await;
        is_problem(&reply, 404, "CS-40401");
        texts.push(reply.json()["detail"].clone());
        assert_eq!(delete(&server, "eve", &format!("/me/changes/{id}")).await, 404);
        assert_eq!(post(&server, "eve", &format!("/me/changes/{id}/resend")).await.status.as_u16(), 404);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1);
}

/// DESIGN §5 "Permissions": view reads all, create cancels and resends.
#[tokio::test]
async fn permissions_are_asked_for() {
    let server = TestServer::start();
    let (_, id) = bob_with_a_change(&server).await;
    let viewer = Person { scopes: &["internal_user_code_mgt_view"], ..Person::default() };
    server.person("viewer", viewer).await;

    is_problem(&get(&server, "", "/changes").await, 401, "CS-40101");
    is_problem(&get(&server, "bob", "/changes").await, 403, "CS-40301");
    assert_eq!(get(&server, "viewer", &format!("/changes/{id}")).await.status.as_u16(), 200);
    assert_eq!(delete(&server, "viewer", &format!("/changes/{id}")).await, 403);
    is_problem(&post(&server, "viewer", &format!("/changes/{id}/resend")).await, 403, "CS-40301");
    assert_eq!(delete(&server, "admin", &format!("/changes/{id}")).await, 204);
}

#[tokio::test]
async fn a_query_that_names_nothing_of_ours_is_refused() {
    let server = TestServer::start();
    bob_with_a_change(&server).await;

    for query in ["state=done", "cursor=2", "state=pending&state=proven"] {
        is_problem(&get(&server, "bob", &format!("/me/changes?{query}")).await, 400, "CS-40002");
    }
}

/// Newest first; a cursor goes on after the change it names.
#[tokio::test]
async fn a_cursor_goes_on_where_the_page_before_ended() {
    let server = TestServer::start();
    let (bob, older) = bob_with_a_change(&server).await;
    server.clock.advance(SignedDuration::from_mins(1));
    ask_for(&server, bob, ClaimFamily::Mobile, "+94770000003").await;

    let all = get(&server, "bob", "/me/changes").await.json();
    let newest = all["changes"][0]["id"].as_str().unwrap().to_owned();
    let after = get(&server, "bob", &format!("/me/changes?cursor={newest}")).await.json();

    let states = |page: &Value| -> Vec<Value> {
        page["changes"].as_array().unwrap().iter().map(|change| change["state"].clone()).collect()
    };
    assert_eq!(states(&all), ["pending", "superseded"]);
    assert_eq!((states(&after), &after["changes"][0]["id"]), (vec![json!("superseded")], &json!(older)));
}
