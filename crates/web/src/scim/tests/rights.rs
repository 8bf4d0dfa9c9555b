//! Who may do what (`verification.md` §8.3, D-20, SEC-22, SEC-37).

use axum::http::{Method, Request, StatusCode, header};
use countersign_domain::change::ChangeEnd;
use serde_json::{Value, json};

use crate::sample::{PASSWORD, Person, TestServer, basic};

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn set(name: &str, value: Value) -> Value {
    json!({"Operations": [{"op": "replace", "path": name, "value": value}]})
}

/// SCIM-3, SEED-19: no credential, a wrong one, and one without a scheme: 401 that names both schemes.
#[tokio::test]
async fn without_a_credential_that_counts_both_schemes_are_offered() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;
    let mut with_scheme_missing = Request::get("/scim2/Me");
    let bare = basic("bob").strip_prefix("Basic ").unwrap().to_owned();
    with_scheme_missing = with_scheme_missing.header(header::AUTHORIZATION, bare);

    let replies = [
        server.ask("", Method::GET, "/scim2/Me", None).await,
        server.ask("nobody", Method::GET, "/scim2/Me", None).await,
        server.send(with_scheme_missing.body(axum::body::Body::empty()).unwrap()).await,
    ];

    for reply in replies {
        let offered: Vec<_> = reply.headers.get_all(header::WWW_AUTHENTICATE).iter().collect();
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            offered,
            ["Basic realm=\"countersign\", charset=\"UTF-8\"", "Bearer realm=\"countersign\""]
        );
        assert_eq!(reply.json()["status"], "401");
    }
}

/// SCIM-3: without the right, a user who is there and one who is not look the same.
#[tokio::test]
async fn strangers_do_not_learn_who_exists() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    server.person("eve", Person::default()).await;

    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let there = server
            .ask("eve", method.clone(), &format!("/scim2/Users/{bob}"), Some(set("title", json!("x"))))
            .await;
        let not_there =
            server.ask("eve", method, "/scim2/Users/no-such-id", Some(set("title", json!("x")))).await;

        assert_eq!((there.status, &there.text), (StatusCode::FORBIDDEN, &not_there.text));
        assert_eq!(not_there.status, StatusCode::FORBIDDEN);
    }
}

/// SCIM-7: whatever stands in the id's place, it is nobody.
#[tokio::test]
async fn odd_ids_are_nobody() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    server.admin().await;
    let long = "a".repeat(3_000);
    let upper = bob.to_string().to_uppercase();

    for id in ["%00", "a%2Fb", "%F0%9F%98%80", "%ff", "{}", &long, &upper, &bob.to_string().replace('-', "")]
    {
        let id = id.replace('{', "%7B").replace('}', "%7D");
        let reply = server.ask("admin", Method::GET, &format!("/scim2/Users/{id}"), None).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{id}");
        assert_eq!(reply.json()["status"], "404");
    }
}

/// D-20: one's own id without permission is `/Me`: readable, writable as the owner, not deletable.
#[tokio::test]
async fn ones_own_id_is_me() {
    let server = TestServer::start();
    let bob = server.person("bob", Person { email: Some("bob@example.org"), ..Person::default() }).await;
    let own = format!("/scim2/Users/{bob}");

    let read = server.ask("bob", Method::GET, &own, None).await;
    let renamed = server.ask("bob", Method::PATCH, &own, Some(set("displayName", json!("Bob")))).await;
    let promoted = server.ask("bob", Method::PATCH, &own, Some(set("title", json!("Chief")))).await;
    let deleted = server.ask("bob", Method::DELETE, &own, None).await;
    let listed = server.ask("bob", Method::GET, "/scim2/Users", None).await;

    assert_eq!(read.status, StatusCode::OK);
    assert_eq!((renamed.status, &renamed.json()["displayName"]), (StatusCode::OK, &json!("Bob")));
    assert_eq!(
        (promoted.status, &promoted.json()["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("mutability"))
    );
    assert_eq!(deleted.status, StatusCode::FORBIDDEN);
    assert_eq!(listed.status, StatusCode::FORBIDDEN);
}

/// `verification.md` §2.7: with the permission the same person is an administrator at his own id, and the owner at `/Me`.
#[tokio::test]
async fn an_administrator_is_an_owner_only_at_me() {
    let server = TestServer::start();
    let admin = server.admin().await;

    let by_id = server
        .ask("admin", Method::PATCH, &format!("/scim2/Users/{admin}"), Some(set("title", json!("Chief"))))
        .await;
    let by_me = server.ask("admin", Method::PATCH, "/scim2/Me", Some(set("title", json!("Boss")))).await;

    assert_eq!((by_id.status, &by_id.json()["title"]), (StatusCode::OK, &json!("Chief")));
    assert_eq!((by_me.status, &by_me.json()["scimType"]), (StatusCode::BAD_REQUEST, &json!("mutability")));
}

/// SEC-22: the owner cannot say that something is proven, unlocked or pending.
#[tokio::test]
async fn the_owner_cannot_assert() {
    let server = TestServer::start();
    server.person("bob", Person { mobile: Some("0111111111"), ..Person::default() }).await;
    let system = "urn:scim:wso2:schema";

    for (name, value) in [
        ("phoneVerified", json!(false)),
        ("emailVerified", json!(true)),
        ("accountLocked", json!(true)),
        ("pendingMobileNumber", json!("0999999999")),
        ("pendingEmails", json!([{"value": "x@example.org"}])),
    ] {
        let reply = server
            .ask("bob", Method::PATCH, "/scim2/Me", Some(set(&format!("{system}:{name}"), value)))
            .await;
        let refusal = (reply.status, reply.json()["scimType"].clone());
        assert_eq!(refusal, (StatusCode::BAD_REQUEST, json!("mutability")), "{name}: {}", reply.text);
    }
}

/// SCIM-44: what the owner may not write survives a PUT of his that does not mention it.
#[tokio::test]
async fn an_owners_put_keeps_what_is_not_his_to_write() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    server.admin().await;
    let given = json!({"Operations": [{"op": "add", "value": {
        "title": "Engineer",
        "nickName": "bobby",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Tools"},
    }}]});
    server.ask("admin", Method::PATCH, &format!("/scim/v2/Users/{bob}"), Some(given)).await;

    let reply = server.ask("bob", Method::PUT, "/scim/v2/Me", Some(json!({"userName": "bob"}))).await;

    let shown = reply.json();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(shown["title"], "Engineer");
    assert_eq!(shown["nickName"], Value::Null);
    assert_eq!(shown["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["department"], "Tools");
}

/// D-12, SCIM-121: clearing what waits calls it off; anything else but an echo is refused.
#[tokio::test]
async fn clearing_what_waits_calls_it_off() {
    let server = TestServer::start();
    let bob = server.person("bob", Person { mobile: Some("0111111111"), ..Person::default() }).await;
    let number = json!([{"type": "mobile", "value": "0123456789"}]);
    server.ask("bob", Method::PATCH, "/scim2/Me", Some(set("phoneNumbers", number))).await;
    let pending = "urn:scim:wso2:schema:pendingMobileNumber";

    let echoed = server.ask("bob", Method::PATCH, "/scim2/Me", Some(set(pending, json!("0123456789")))).await;
    let cleared = server.ask("bob", Method::PATCH, "/scim2/Me", Some(set(pending, json!("")))).await;

    let (waits, ends) = (echoed.json(), cleared.json());
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    assert_eq!(
        (echoed.status, &waits[enterprise]["pendingMobileNumber"]),
        (StatusCode::OK, &json!("0123456789"))
    );
    assert_eq!((cleared.status, &ends[enterprise]), (StatusCode::OK, &json!({"phoneVerified": true})));
    let query = countersign_store::ChangeQuery { user: Some(bob), state: None, before: None, limit: 10 };
    let changes = server.web.app.store().changes(&server.operator().tenant, query).await.unwrap();
    let ended: Vec<ChangeEnd> =
        changes.into_iter().filter_map(|change| change.ended).map(|(end, _)| end).collect();
    assert!(matches!(ended.as_slice(), [ChangeEnd::Cancelled { .. }]), "{ended:?}");
}

/// SCIM-42: a new password works at once, the old one no longer, and neither is shown.
#[tokio::test]
async fn a_password_can_be_set_and_is_never_shown() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    server.admin().await;
    let path = format!("/scim2/Users/{bob}");

    let weak = server.ask("admin", Method::PATCH, &path, Some(set("password", json!("short")))).await;
    let reset =
        server.ask("admin", Method::PATCH, &path, Some(set("password", json!("copper-kettle-9")))).await;
    let old = server.ask("bob", Method::GET, "/scim2/Me", None).await;

    assert_eq!((weak.status, &weak.json()["scimType"]), (StatusCode::BAD_REQUEST, &json!("invalidValue")));
    assert_eq!(reset.status, StatusCode::OK);
    assert!(
        !reset.text.contains("copper") && !reset.text.contains(PASSWORD) && !reset.text.contains("password")
    );
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
}

/// SEED-35's credential: a program with `internal_user_mgt_update` and nothing else. It starts changes, is nobody at
/// `/Me` (SCIM-93), and reads nobody.
#[tokio::test]
async fn a_program_writes_with_its_scope_and_has_no_self() {
    let server = TestServer::start();
    let bob = server.person("bob", Person { email: Some("bob@old.example.org"), ..Person::default() }).await;
    let token = server.program(&["internal_user_mgt_update"]).await;
    let ask = async |method: Method, path: &str| {
        let body = set("emails", json!([{"value": "bob@new.example.org", "primary": true}])).to_string();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        server.send(request.body(axum::body::Body::from(body)).unwrap()).await
    };

    let patched = ask(Method::PATCH, &format!("/scim/v2/Users/{bob}")).await;
    let read = ask(Method::GET, &format!("/scim/v2/Users/{bob}")).await;
    let me = ask(Method::GET, "/scim/v2/Me").await;

    let system = &patched.json()["urn:scim:wso2:schema"];
    assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
    assert_eq!(system["pendingEmails"], json!([{"value": "bob@new.example.org"}]));
    assert_eq!(read.status, StatusCode::FORBIDDEN);
    assert_eq!(me.status, StatusCode::NOT_FOUND);
}

/// DESIGN §5, "Taken value at request": told to those who may list users; everybody else learns when proving.
#[tokio::test]
async fn only_those_who_may_list_learn_that_a_value_is_taken() {
    let server = TestServer::start();
    let bob = server.person("bob", Person { email: Some("bob@example.org"), ..Person::default() }).await;
    server.person("carol", Person { email: Some("carol@example.org"), ..Person::default() }).await;
    server.admin().await;
    let body = set("emails", json!([{"value": "Carol@example.org", "primary": true}]));

    let told = server.ask("admin", Method::PATCH, &format!("/scim2/Users/{bob}"), Some(body.clone())).await;
    let untold = server.ask("bob", Method::PATCH, "/scim2/Me", Some(body)).await;

    assert_eq!((told.status, &told.json()["scimType"]), (StatusCode::CONFLICT, &json!("uniqueness")));
    assert_eq!(untold.status, StatusCode::OK, "{}", untold.text);
}

/// DESIGN §5, "P among SCIM values": the first value waits like any other; until then there is none in force.
#[tokio::test]
async fn the_first_value_waits_too() {
    let server = TestServer::start();
    server.person("bob", Person::default()).await;

    let reply = server
        .ask("bob", Method::PATCH, "/scim/v2/Me", Some(set("emails", json!(["bob@example.org"]))))
        .await;

    let shown = reply.json();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(shown["emails"], Value::Null);
    assert_eq!(shown["urn:scim:wso2:schema"], json!({"pendingEmails": [{"value": "bob@example.org"}]}));
}
