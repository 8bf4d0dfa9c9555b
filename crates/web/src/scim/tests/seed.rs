//! The seeds' requests, in our own words (`verification.md` §10).

use axum::http::{Method, StatusCode};
use countersign_domain::claim::Channel;
use serde_json::{Value, json};

use crate::sample::{Person, TestServer};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const SYSTEM: &str = "urn:scim:wso2:schema";

const BOB: Person<'static> =
    Person { email: Some("bob@old.example.org"), mobile: Some("0111111111"), scopes: &[] };

fn replace_mobile(number: &str) -> Value {
    json!({
        "schemas": [],
        "Operations": [
            {"op": "replace", "value": {"phoneNumbers": [{"type": "mobile", "value": number}]}},
        ],
    })
}

/// SEED-8, SEED-10: an administrator's new number waits; the old one stays in force; one SMS goes to the new one.
#[tokio::test]
async fn a_new_number_waits_and_the_old_one_holds() {
    let server = TestServer::start();
    let bob = server.person("bob", BOB).await;
    server.admin().await;

    let reply = server
        .ask("admin", Method::PATCH, &format!("/scim2/Users/{bob}"), Some(replace_mobile("0123456789")))
        .await;

    let body = reply.json();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(body["phoneNumbers"], json!([{"type": "mobile", "value": "0111111111"}]));
    assert_eq!(body[ENTERPRISE]["pendingMobileNumber"], "0123456789");
    assert_eq!(body["id"], bob.to_string());
    let secrets: Vec<_> = server.sent(Channel::Sms).await;
    assert_eq!(secrets, [("verifyMobileOnUpdate".to_owned(), "0123456789".to_owned())]);
}

/// SEED-12: the number in force, sent again, starts nothing.
#[tokio::test]
async fn the_number_in_force_starts_nothing() {
    let server = TestServer::start();
    server.person("bob", BOB).await;

    let reply = server.ask("bob", Method::PATCH, "/scim2/Me", Some(replace_mobile("0111111111"))).await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.json()[ENTERPRISE]["pendingMobileNumber"], Value::Null);
    assert_eq!(server.sent(Channel::Sms).await, []);
}

/// SEED-29, SEED-11: `verifyEmail` in the enterprise extension beside the address; it is never shown or stored.
#[tokio::test]
async fn a_new_address_waits_and_the_trigger_leaves_no_trace() {
    let server = TestServer::start();
    server.person("bob", BOB).await;
    let body = json!({"schemas": [], "Operations": [{"op": "replace", "value": {
        ENTERPRISE: {"verifyEmail": "true"},
        "emails": [{"primary": true, "value": "bob@new.example.org"}],
    }}]});

    let reply = server.ask("bob", Method::PATCH, "/scim2/Me", Some(body)).await;

    let shown = reply.json();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(shown["emails"], json!(["bob@old.example.org"]));
    assert_eq!(shown[ENTERPRISE]["pendingEmails"], json!([{"value": "bob@new.example.org"}]));
    let again = server.ask("bob", Method::GET, "/scim/v2/Me?attributes=urn:scim:wso2:schema", None).await;
    assert!(!reply.text.contains("verifyEmail") && !again.text.contains("verifyEmail"), "{}", again.text);
}

/// SEED-30, SEED-44: a template sent as it is printed.
#[tokio::test]
async fn placeholders_sent_as_values_are_refused() {
    let server = TestServer::start();
    server.person("bob", BOB).await;
    let array = json!({"Operations": [{"op": "replace", "value": {ENTERPRISE: {"verifyEmail": [true]}}}]});
    let operation = json!({"Operations": [{"op": "<operation>", "value": {}}]});

    let not_a_flag = server.ask("bob", Method::PATCH, "/scim2/Me", Some(array)).await;
    let not_an_op = server.ask("bob", Method::PATCH, "/scim2/Me", Some(operation)).await;

    assert_eq!(
        (not_a_flag.status, &not_a_flag.json()["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("invalidValue"))
    );
    assert_eq!(
        (not_an_op.status, &not_an_op.json()["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("invalidSyntax"))
    );
}

/// SEED-35: without a trigger the same happens, and the lists stay as they are.
#[tokio::test]
async fn a_new_address_waits_without_a_trigger_and_lists_stay() {
    let server = TestServer::start();
    let bob = server.person("bob", BOB).await;
    server.admin().await;
    let body = json!({"Operations": [
        {"op": "replace", "value": {"emails": [{"value": "bob@new.example.org", "primary": true}]}},
    ]});

    let reply = server.ask("admin", Method::PATCH, &format!("/scim2/Users/{bob}"), Some(body)).await;

    let shown = reply.json();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(shown["emails"], json!(["bob@old.example.org"]));
    assert_eq!(shown[SYSTEM]["pendingEmails"], json!([{"value": "bob@new.example.org"}]));
    assert_eq!(shown[SYSTEM]["emailAddresses"], json!(["bob@old.example.org"]));
    assert_eq!(shown[SYSTEM]["verifiedEmailAddresses"], json!(["bob@old.example.org"]));
}

/// SEED-37, SEED-38: one more verified address, as a comma-joined string and as a list, is one that waits.
#[tokio::test]
async fn a_new_member_of_the_verified_list_waits() {
    for members in [
        json!("bob@old.example.org,bob@more.example.org"),
        json!(["bob@old.example.org", "bob@more.example.org"]),
    ] {
        let server = TestServer::start();
        let bob = server.person("bob", BOB).await;
        server.admin().await;
        let body = json!({"Operations": [{"op": "replace", "value": {SYSTEM: {"verifiedEmailAddresses": members}}}]});

        let reply = server.ask("admin", Method::PATCH, &format!("/scim2/Users/{bob}"), Some(body)).await;

        let shown = reply.json();
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        assert_eq!(shown[SYSTEM]["verifiedEmailAddresses"], json!(["bob@old.example.org"]));
        assert_eq!(shown[SYSTEM]["pendingEmails"], json!([{"value": "bob@more.example.org"}]));
        let sent = server.sent(Channel::Email).await;
        assert!(
            sent.contains(&("verifyEmailOnUpdate".to_owned(), "bob@more.example.org".to_owned())),
            "{sent:?}"
        );
    }
}

/// SEED-40: two at once are refused, whole: nothing stored, nothing sent.
#[tokio::test]
async fn two_new_members_at_once_are_refused() {
    let server = TestServer::start();
    server.person("bob", BOB).await;
    let before = server.ask("bob", Method::GET, "/scim2/Me", None).await;
    let body = json!({"Operations": [{"op": "replace", "value": {
        "displayName": "Bob",
        SYSTEM: {"verifiedEmailAddresses": ["bob@old.example.org", "b@more.example.org", "c@more.example.org"]},
    }}]});

    let reply = server.ask("bob", Method::PATCH, "/scim2/Me", Some(body)).await;

    let after = server.ask("bob", Method::GET, "/scim2/Me", None).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "application/scim+json");
    assert_eq!(reply.json()["scimType"], "invalidValue");
    assert_eq!(after.text, before.text);
    assert_eq!(server.sent(Channel::Email).await, []);
}

/// SEED-43: our own output is JSON, with every URN quoted.
#[tokio::test]
async fn answers_are_json() {
    let server = TestServer::start();
    server.person("bob", BOB).await;

    let reply = server.ask("bob", Method::GET, "/scim2/Me", None).await;

    let read = countersign_scim::json::read(reply.text.as_bytes(), usize::MAX);
    assert_eq!(read.unwrap()[SYSTEM]["emailAddresses"], json!(["bob@old.example.org"]));
}

/// SEED-48: PUT on `/Me`, of what GET said with another number, does what PATCH on `/Users` does.
#[tokio::test]
async fn put_on_me_starts_the_same_change() {
    let server = TestServer::start();
    server.person("bob", BOB).await;
    let mut body = server.ask("bob", Method::GET, "/scim2/Me", None).await.json();
    body["phoneNumbers"][0]["value"] = json!("0123456789");

    let reply = server.ask("bob", Method::PUT, "/scim2/Me", Some(body)).await;

    let shown = reply.json();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(shown["phoneNumbers"], json!([{"type": "mobile", "value": "0111111111"}]));
    assert_eq!(shown[ENTERPRISE]["pendingMobileNumber"], "0123456789");
}

/// SEED-45: an obfuscated address is no address.
#[tokio::test]
async fn what_is_no_address_is_refused_by_name() {
    let server = TestServer::start();
    server.person("bob", BOB).await;
    let body = json!({"Operations": [{"op": "replace", "path": "emails", "value": ["[email protected]"]}]});

    let reply = server.ask("bob", Method::PATCH, "/scim2/Me", Some(body)).await;

    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        reply.json(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": "400",
            "scimType": "invalidValue",
            "detail": "emails: an e-mail address has one @ with a name before it and a domain after it.",
        })
    );
}
