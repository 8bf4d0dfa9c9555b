//! What every SCIM client relies on from the first request (scim.md §1 … §5, §14).

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::sample::{Person, Reply, TestServer};

const MOUNTS: [&str; 2] = ["/scim2", "/scim/v2"];
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const SYSTEM: &str = "urn:scim:wso2:schema";

async fn create(server: &TestServer, mount: &str, body: Value) -> Reply {
    let reply = server.ask("admin", Method::POST, &format!("{mount}/Users"), Some(body)).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply
}

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
#[expect(clippy::unnecessary_wraps, reason = "it is a body as the server is asked with it")]
fn replace(path: &str, value: Value) -> Option<Value> {
    Some(json!({"Operations": [{"op": "replace", "path": path, "value": value}]}))
}

/// SCIM-1: every endpoint of RFC 7644 §3.2 is served at both mounts.
#[tokio::test]
async fn every_endpoint_of_the_rfc_is_served() {
    let server = TestServer::start();
    server.admin().await;
    for mount in MOUNTS {
        for (method, path) in [
            (Method::GET, "/Users"),
            (Method::GET, "/Groups"),
            (Method::GET, "/Me"),
            (Method::GET, "/ServiceProviderConfig"),
            (Method::GET, "/ResourceTypes"),
            (Method::GET, "/ResourceTypes/User"),
            (Method::GET, "/ResourceTypes/Group"),
            (Method::GET, "/Schemas"),
            (Method::GET, "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group"),
            (Method::POST, "/Bulk"),
            (Method::POST, "/.search"),
            (Method::POST, "/Users/.search"),
            (Method::POST, "/Groups/.search"),
        ] {
            let body = (method == Method::POST)
                .then(|| json!({"Operations": [{"method": "DELETE", "path": "/Users"}]}));
            let reply = server.ask("admin", method, &format!("{mount}{path}"), body).await;
            assert_eq!(reply.status, StatusCode::OK, "{mount}{path}: {}", reply.text);
        }
    }
}

/// SCIM-12: a resource type says what it is, where it is, and with which extensions.
#[tokio::test]
async fn a_resource_type_is_described() {
    let server = TestServer::start();
    for mount in MOUNTS {
        let shown = server.ask("", Method::GET, &format!("{mount}/ResourceTypes/User"), None).await.json();

        assert_eq!(
            [
                &shown["id"],
                &shown["name"],
                &shown["endpoint"],
                &shown["schema"],
                &shown["meta"]["resourceType"]
            ],
            ["User", "User", "/Users", USER, "ResourceType"]
        );
        assert!(shown["description"].is_string());
        assert_eq!(
            shown["schemaExtensions"],
            json!([{"schema": ENTERPRISE, "required": false}, {"schema": SYSTEM, "required": false}])
        );
        assert_eq!(
            shown["meta"]["location"],
            json!(format!("https://id.example.com:9443{mount}/ResourceTypes/User"))
        );
    }
}

/// SCIM-23: `schemas` may be missing, empty, or name what nobody knows; an answer of the strict mount names exactly
/// what holds data.
#[tokio::test]
async fn schemas_are_inferred_and_told() {
    let server = TestServer::start();
    server.admin().await;
    for (name, schemas) in [
        ("a", Value::Null),
        ("b", json!([])),
        ("c", json!([USER, "urn:example:unknown"])),
        ("d", json!([USER])),
    ] {
        let plain = create(&server, "/scim/v2", json!({"schemas": schemas, "userName": name})).await;
        assert_eq!(plain.json()["schemas"], json!([USER]), "{name}");
    }

    let body = json!({"userName": "e", ENTERPRISE: {"department": "R&D"}});
    let extended = create(&server, "/scim/v2", body).await;

    assert_eq!(extended.json()["schemas"], json!([USER, ENTERPRISE]));
}

/// SCIM-30: the id is the server's, whatever was sent; an external id is the client's, kept in its case, searched by it,
/// and may repeat.
#[tokio::test]
async fn an_id_is_the_servers_and_an_external_id_the_clients() {
    let server = TestServer::start();
    server.admin().await;
    for mount in MOUNTS {
        let user = |name: &str, external: &str| json!({"userName": format!("{name}{}", mount.len()), "id": "mine", "externalId": external});
        let tag = format!("X-{}", mount.len());
        let first = create(&server, mount, user("first", &tag)).await.json();
        let second = create(&server, mount, user("second", &tag)).await.json();
        create(&server, mount, user("third", &tag.to_lowercase())).await;
        let asked = json!({"filter": format!("externalId eq \"{tag}\""), "attributes": "title"});
        let path = format!("{mount}/Users/.search");
        let page = server.ask("admin", Method::POST, &path, Some(asked)).await.json();

        assert!(first["id"] != "mine" && first["id"] != second["id"]);
        assert_eq!(first["externalId"], json!(tag));
        let ids: Vec<&Value> = page["Resources"].as_array().unwrap().iter().map(|user| &user["id"]).collect();
        assert_eq!(ids, [&first["id"], &second["id"]], "an id is shown though it was not asked for");
    }
}

/// SCIM-43: read by id, or 404 with a SCIM error.
#[tokio::test]
async fn a_user_is_read_by_id_or_is_not_there() {
    let server = TestServer::start();
    server.admin().await;
    let bob = server.person("bob", Person::default()).await;
    for mount in MOUNTS {
        let read = server.ask("admin", Method::GET, &format!("{mount}/Users/{bob}"), None).await;
        let path = format!("{mount}/Users/00000000-0000-7000-8000-000000000000");
        let nobody = server.ask("admin", Method::GET, &path, None).await;

        assert_eq!((read.status, &read.json()["userName"]), (StatusCode::OK, &json!("bob")));
        assert_eq!(nobody.status, StatusCode::NOT_FOUND);
        assert_eq!(
            nobody.json(),
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "404",
                "detail": "There is no such resource.",
            })
        );
    }
}

/// SCIM-46: who is not active is still read, listed and changed, and comes back; he only does not sign in.
#[tokio::test]
async fn not_active_is_not_deleted() {
    let server = TestServer::start();
    server.admin().await;
    let bob = server.person("bob", Person::default()).await;
    for mount in MOUNTS {
        let path = format!("{mount}/Users/{bob}");
        let off = server.ask("admin", Method::PATCH, &path, replace("active", json!(false))).await;
        let signed_in = server.ask("bob", Method::GET, "/scim2/Me", None).await;
        let read = server.ask("admin", Method::GET, &path, None).await;
        let asked = json!({"filter": "userName eq \"bob\" and active eq false"});
        let listed = server.ask("admin", Method::POST, &format!("{mount}/Users/.search"), Some(asked)).await;
        let patched = server.ask("admin", Method::PATCH, &path, replace("title", json!("T"))).await;
        let on = server.ask("admin", Method::PATCH, &path, replace("active", json!(true))).await;
        let again = server.ask("bob", Method::GET, "/scim2/Me", None).await;

        assert_eq!((off.status, &off.json()["active"]), (StatusCode::OK, &json!(false)));
        assert_eq!(signed_in.status, StatusCode::UNAUTHORIZED);
        assert_eq!((read.status, &read.json()["active"]), (StatusCode::OK, &json!(false)));
        assert_eq!(listed.json()["totalResults"], 1);
        assert_eq!((patched.status, &patched.json()["title"]), (StatusCode::OK, &json!("T")));
        assert_eq!((on.status, again.status), (StatusCode::OK, StatusCode::OK));
    }
}

/// SCIM-91: the six attributes of the enterprise extension are kept; a manager's `displayName` is not the client's.
#[tokio::test]
async fn the_enterprise_extension_is_kept() {
    let server = TestServer::start();
    let boss = server.admin().await;
    let held = json!({
        "employeeNumber": "7", "costCenter": "c", "organization": "o", "division": "d", "department": "R&D",
        "manager": {"value": boss.to_string()},
    });
    let mut sent = held.clone();
    sent["manager"]["displayName"] = json!("made up");

    let shown = create(&server, "/scim/v2", json!({"userName": "kim", ENTERPRISE: sent})).await.json();

    let mut kept = shown[ENTERPRISE].clone();
    kept["manager"].as_object_mut().unwrap().remove("$ref");
    assert_eq!(kept, held);
}

/// SCIM-121: what waits cannot be made up: by path it is refused, at either mount and to whomever; in a body that creates
/// somebody it is ignored.
#[tokio::test]
async fn what_waits_cannot_be_made_up() {
    let server = TestServer::start();
    server.admin().await;
    let bob = server.person("bob", Person::default()).await;
    for mount in MOUNTS {
        for (name, value) in [
            ("pendingMobileNumber", json!("0999999999")),
            ("pendingEmails", json!([{"value": "x@example.org"}])),
        ] {
            let body = replace(&format!("{SYSTEM}:{name}"), value.clone());
            let refused = server.ask("admin", Method::PATCH, &format!("{mount}/Users/{bob}"), body).await;
            let user = json!({"userName": format!("{name}{}", mount.len()), SYSTEM: {name: value}});
            let ignored = create(&server, mount, user).await.json();

            let refusal = (refused.status, refused.json()["scimType"].clone());
            assert_eq!(refusal, (StatusCode::BAD_REQUEST, json!("mutability")), "{mount} {name}");
            assert_eq!((&ignored[SYSTEM][name], &ignored[ENTERPRISE][name]), (&Value::Null, &Value::Null));
        }
    }
}

/// SCIM-125: with both verifications off a new address and a new number are in force at once, as a conformance run wants
/// it.
#[tokio::test]
async fn without_verification_a_new_value_is_in_force_at_once() {
    let server = TestServer::start_with(|file| {
        file.connector.email_enable_verification = false;
        file.connector.mobile_enable_verification = false;
    });
    server.admin().await;
    let person = Person { email: Some("bob@example.org"), mobile: Some("+94771234567"), ..Person::default() };
    let bob = server.person("bob", person).await;
    for (name, value) in [
        ("emails", json!([{"value": "new@example.org", "type": "work", "primary": true}])),
        ("phoneNumbers", json!([{"value": "+94777654321", "type": "mobile", "primary": true}])),
    ] {
        let path = format!("/scim/v2/Users/{bob}");
        let patched = server.ask("admin", Method::PATCH, &path, replace(name, value.clone())).await;

        assert_eq!((patched.status, &patched.json()[name]), (StatusCode::OK, &value), "{}", patched.text);
    }
}
