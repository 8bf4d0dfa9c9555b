//! Bulk over the whole router (SCIM-100 … SCIM-104, SEC-41, SEC-43).

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use countersign_domain::claim::Channel;
use serde_json::{Value, json};

use crate::sample::{Person, Reply, TestServer, basic};

const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn bulk(server: &TestServer, as_whom: &str, operations: Value) -> Vec<Value> {
    let body = json!({"Operations": operations});
    let reply = server.ask(as_whom, Method::POST, "/scim/v2/Bulk", Some(body)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.json()["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]));
    reply.json()["Operations"].as_array().unwrap().clone()
}

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn post(bulk_id: &str, data: Value) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data})
}

fn statuses(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["status"].as_str().unwrap()).collect()
}

fn new_email(id: impl std::fmt::Display, address: &str) -> Value {
    let operations = json!([{"op": "replace", "value": {"emails": [{"value": address, "primary": true}]}}]);
    json!({"method": "PATCH", "path": format!("/Users/{id}"), "data": {"Operations": operations}})
}

/// SCIM-100: what became of each operation, in the order of the request, whatever became of the others.
#[tokio::test]
async fn each_operation_is_answered_as_a_single_request_would_be() {
    let server = TestServer::start();
    server.admin().await;
    let kim = server.person("kim", Person::default()).await;
    let bob = server.person("bob", Person::default()).await;
    let title = |id: &str| {
        let operations = json!([{"op": "add", "path": "title", "value": "T"}]);
        json!({"method": "patch", "path": format!("/users/{id}"), "data": {"Operations": operations}})
    };
    let mut stale = title(&bob.to_string());
    stale["version"] = json!("W/\"99\"");

    let items = bulk(
        &server,
        "admin",
        json!([
            post("new", json!({"userName": "new"})),
            title(&kim.to_string()),
            stale,
            post("again", json!({"userName": "KIM"})),
            {"method": "PUT", "path": format!("/Users/{bob}"), "data": {"userName": "bob", "nickName": "B"}},
            {"method": "DELETE", "path": format!("/Users/{kim}"), "bulkId": "gone"},
            title("no-such-id"),
            {"method": "POST", "path": "/Nowhere", "bulkId": "nowhere", "data": {}},
            {"method": "DELETE", "path": "/Users"},
            {"method": "GET", "path": format!("/Users/{bob}")},
            post("broken", json!(null)),
        ]),
    )
    .await;

    let base = "https://id.example.com:9443/scim/v2/Users";
    let created = items[0]["location"].as_str().unwrap().strip_prefix(base).unwrap().to_owned();
    let error = |status: &str, kind: Option<&str>, detail: &str| {
        let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status});
        if let Some(kind) = kind {
            body["scimType"] = kind.into();
        }
        body["detail"] = detail.into();
        body
    };
    let no_object = error("400", Some("invalidSyntax"), "The body must be a JSON object.");
    let no_method = error("400", Some("invalidSyntax"), "method must be POST, PUT, PATCH or DELETE.");
    assert_eq!(
        Value::from(items),
        json!([
            {"location": format!("{base}{created}"), "method": "POST", "bulkId": "new", "version": "W/\"1\"", "status": "201"},
            {"location": format!("{base}/{kim}"), "method": "PATCH", "version": "W/\"2\"", "status": "200"},
            {"location": format!("{base}/{bob}"), "method": "PATCH", "status": "412",
             "response": error("412", None, "The resource has changed since it was read; read it again.")},
            {"method": "POST", "bulkId": "again", "status": "409",
             "response": error("409", Some("uniqueness"), "Another user has this userName.")},
            {"location": format!("{base}/{bob}"), "method": "PUT", "version": "W/\"2\"", "status": "200"},
            {"location": format!("{base}/{kim}"), "method": "DELETE", "bulkId": "gone", "status": "204"},
            {"method": "PATCH", "status": "404", "response": error("404", None, "There is no such resource.")},
            {"method": "POST", "bulkId": "nowhere", "status": "404",
             "response": error("404", None, "There is no such resource.")},
            {"method": "DELETE", "status": "405", "response": error("405", None, "This path does not take the method.")},
            {"status": "400", "response": no_method},
            {"method": "POST", "bulkId": "broken", "status": "400", "response": no_object},
        ])
    );
}

/// SCIM-101: a reference is the id of what was created, whichever came first in the request; a circle is 409.
#[tokio::test]
async fn references_hold_in_any_order() {
    let server = TestServer::start();
    server.admin().await;
    let led_by = |name: &str, manager: &str| {
        post(name, json!({"userName": name, MANAGER: {"manager": {"value": format!("bulkId:{manager}")}}}))
    };
    let rename = json!([{"op": "add", "path": "title", "value": "Boss"}]);

    let items = bulk(
        &server,
        "admin",
        json!([
            led_by("ann", "cleo"),
            led_by("ben", "ann"),
            {"method": "PATCH", "path": "/Users/bulkId:cleo", "data": {"Operations": rename}},
            post("cleo", json!({"userName": "cleo"})),
            led_by("dan", "eve"),
            led_by("eve", "dan"),
            led_by("fay", "nobody"),
            post("taken", json!({"userName": "admin"})),
            led_by("gus", "taken"),
        ]),
    )
    .await;

    assert_eq!(statuses(&items), ["201", "201", "200", "201", "409", "409", "409", "409", "409"]);
    assert_eq!(items[8]["response"]["detail"], "What a bulkId refers to was not created.");
    let user = async |item: &Value| {
        let path = item["location"]
            .as_str()
            .unwrap()
            .strip_prefix("https://id.example.com:9443")
            .unwrap()
            .to_owned();
        server.ask("admin", Method::GET, &path, None).await.json()
    };
    let (ann, ben, cleo) = (user(&items[0]).await, user(&items[1]).await, user(&items[3]).await);
    assert_eq!(
        (&ann[MANAGER]["manager"]["value"], &ben[MANAGER]["manager"]["value"]),
        (&cleo["id"], &ann["id"])
    );
    assert_eq!(cleo["title"], "Boss");
}

/// SCIM-102: after that many errors nothing more is done, and the answer ends there.
#[tokio::test]
async fn fail_on_errors_stops_the_rest() {
    let server = TestServer::start();
    server.admin().await;
    let operations = json!([
        post("a", json!({"userName": "a"})),
        post("b", json!({})),
        post("c", json!({"userName": "c"})),
        post("d", json!({"userName": "A"})),
        post("e", json!({"userName": "e"})),
    ]);
    let body = json!({"failOnErrors": 2, "Operations": operations});

    let reply = server.ask("admin", Method::POST, "/scim2/bulk", Some(body)).await.json();

    assert_eq!(statuses(reply["Operations"].as_array().unwrap()), ["201", "400", "201", "409"]);
    let all = server.ask("admin", Method::GET, "/scim2/Users?count=0", None).await.json();
    assert_eq!(all["totalResults"], 3);
}

/// SCIM-104: where two operations meet in a unique value, the request's order decides, each time.
#[tokio::test]
async fn what_meets_in_a_unique_value_happens_in_order() {
    let server = TestServer::start();
    server.admin().await;
    let kim = server.person("kim", Person::default()).await;
    let named = |bulk_id: &str, name: &str| post(bulk_id, json!({"userName": name}));
    // Hashing takes its time: whoever did not wait for it would be first.
    let slow = post("first", json!({"userName": "Kim", "password": crate::sample::PASSWORD}));

    let items = bulk(
        &server,
        "admin",
        json!([
            named("early", "kim"),
            {"method": "DELETE", "path": format!("/Users/{kim}")},
            slow,
            named("second", "kim"),
            named("other", "other"),
        ]),
    )
    .await;

    assert_eq!(statuses(&items), ["409", "204", "201", "409", "201"]);
}

/// SCIM-103, SEC-41: exactly as announced, and nothing is done beyond it.
#[tokio::test]
async fn more_than_announced_is_refused_whole() {
    let server = TestServer::start_with(|file| file.base.limits.writes_per_minute = 0);
    server.admin().await;
    let users = |count: usize| {
        (0..count).map(|number| post(&number.to_string(), json!({"userName": format!("u{number}")})))
    };
    let send = async |body: String| {
        let request = Request::post("/scim/v2/Bulk").header(header::AUTHORIZATION, basic("admin"));
        server.send(request.body(Body::from(body)).unwrap()).await
    };
    let total = async || {
        let all = server.ask("admin", Method::GET, "/scim/v2/Users?count=0", None).await.json();
        all["totalResults"].as_u64().unwrap()
    };
    let told = |reply: &Reply| reply.json()["detail"].as_str().unwrap_or_default().to_owned();
    let provider = server.ask("", Method::GET, "/scim/v2/ServiceProviderConfig", None).await.json();
    assert_eq!(
        provider["bulk"],
        json!({"supported": true, "maxOperations": 1_000, "maxPayloadSize": 4_194_304})
    );

    let too_many = send(json!({"Operations": users(1_001).collect::<Vec<_>>()}).to_string()).await;
    let padded = |bytes: usize| {
        let body = json!({"Operations": users(1).collect::<Vec<_>>()}).to_string();
        format!("{}{body}", " ".repeat(bytes - body.len()))
    };
    let too_long = send(padded(4_194_305)).await;
    assert_eq!(
        (too_many.status, too_long.status),
        (StatusCode::PAYLOAD_TOO_LARGE, StatusCode::PAYLOAD_TOO_LARGE)
    );
    assert_eq!(told(&too_many), "A Bulk request holds at most 1000 operations; nothing was done.");
    assert_eq!(told(&too_long), "A Bulk request has at most 4194304 bytes; nothing was done.");
    assert_eq!(total().await, 1);

    assert_eq!(send(padded(4_194_304)).await.status, StatusCode::OK);
    let thousand = send(json!({"Operations": users(1_000).collect::<Vec<_>>()}).to_string()).await.json();
    let created = thousand["Operations"].as_array().unwrap().iter().filter(|item| item["status"] == "201");
    assert_eq!((created.count(), total().await), (999, 1_001));
}

/// SEC-43: one request starts twenty verifications, the rest changes nothing and the others go on; `bulk_verify` lifts
/// the bound.
#[tokio::test]
async fn one_request_starts_twenty_verifications() {
    let server = TestServer::start();
    server.person("plain", Person { scopes: &["internal_user_mgt_update"], ..Person::default() }).await;
    let scopes = &["internal_user_mgt_update", "bulk_verify"];
    server.person("trusted", Person { scopes, ..Person::default() }).await;
    let mut operations = Vec::new();
    for number in 0..30 {
        let name = format!("p{number}");
        let held = format!("{name}@example.org");
        let id = server.person(&name, Person { email: Some(&held), ..Person::default() }).await;
        operations.push(new_email(id, &format!("{name}@new.example.org")));
    }
    let last = operations[29]["path"].as_str().unwrap().to_owned();
    let nick = json!([{"op": "add", "path": "nickName", "value": "N"}]);
    operations.push(json!({"method": "PATCH", "path": last, "data": {"Operations": nick}}));

    let bounded = bulk(&server, "plain", json!(operations)).await;

    let mut expected = vec!["200"; 20];
    expected.extend(vec!["429"; 10]);
    expected.push("200");
    assert_eq!(statuses(&bounded), expected);
    let detail = bounded[20]["response"]["detail"].as_str().unwrap();
    assert!(detail.contains("20") && detail.contains("bulk_verify"), "{detail}");
    let verifications =
        |sent: Vec<(String, String)>| sent.iter().filter(|(_, to)| to.contains("@new.")).count();
    assert_eq!(verifications(server.sent(Channel::Email).await), 20);

    let unbounded = bulk(&server, "trusted", json!(operations)).await;
    assert!(statuses(&unbounded).iter().all(|status| *status == "200"), "{unbounded:?}");
    assert_eq!(verifications(server.sent(Channel::Email).await), 30);
}

/// Security §8: an actor's writes are counted one by one, in Bulk too.
#[tokio::test]
async fn the_budget_of_writes_holds_for_each_operation() {
    let server = TestServer::start_with(|file| file.base.limits.writes_per_minute = 3);
    server.admin().await;
    let users = (0..5).map(|number| post(&number.to_string(), json!({"userName": format!("u{number}")})));

    let items = bulk(&server, "admin", users.collect()).await;

    let count = |status: &str| statuses(&items).iter().filter(|own| **own == status).count();
    assert_eq!((count("201"), count("429")), (3, 2));
    let refused = items.iter().find(|item| item["status"] == "429").unwrap();
    assert_eq!(refused["response"]["detail"], "Too many requests; try again in 60 seconds.");
}

/// SCIM-104, SEC-37, SEC-22: in Bulk nobody may what he may not alone; whoever is nobody may nothing.
#[tokio::test]
async fn rights_are_those_of_single_requests() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    let kim = server.person("kim", Person::default()).await;
    let patch = |path: String, name: &str| {
        let operations = json!([{"op": "add", "path": name, "value": "x"}]);
        json!({"method": "PATCH", "path": path, "data": {"Operations": operations}})
    };

    let items = bulk(
        &server,
        "bob",
        json!([
            post("new", json!({"userName": "new"})),
            patch(format!("/Users/{kim}"), "nickName"),
            patch("/Users/no-such-id".into(), "nickName"),
            {"method": "DELETE", "path": format!("/Users/{bob}")},
            patch(format!("/Users/{bob}"), "nickName"),
            patch("/Me".into(), "displayName"),
            patch("/Me".into(), "title"),
        ]),
    )
    .await;
    let nobody = server.ask("", Method::POST, "/scim2/Bulk", Some(json!({"Operations": []}))).await;
    let read = server.ask("bob", Method::GET, "/scim2/Bulk", None).await;

    assert_eq!(statuses(&items), ["403", "403", "403", "403", "200", "200", "400"]);
    assert_eq!(items[1]["response"], items[2]["response"]);
    assert_eq!(items[5]["location"], json!(format!("https://id.example.com:9443/scim/v2/Users/{bob}")));
    assert_eq!(items[6]["response"]["scimType"], "mutability");
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!((read.status, read.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
}
