//! Lists over the whole router: filters, orders, cursors, and who may.

use axum::http::{Method, StatusCode};
use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::sample::{Person, Reply, TestServer};

const MOUNTS: [&str; 2] = ["/scim2", "/scim/v2"];

/// An administrator and five people.
async fn house() -> TestServer {
    let server = TestServer::start();
    server.admin().await;
    for (name, email) in [
        ("carol", Some("c@Work.example")),
        ("Bob", Some("bob@example.org")),
        ("alice", None),
        ("dave", Some("d@work.example")),
        ("erin", None),
    ] {
        server.person(name, Person { email, ..Person::default() }).await;
        server.clock.advance(SignedDuration::from_secs(1));
    }
    server
}

async fn search(server: &TestServer, mount: &str, body: Value) -> Reply {
    server.ask("admin", Method::POST, &format!("{mount}/Users/.search"), Some(body)).await
}

fn names(page: &Value) -> Vec<&str> {
    page["Resources"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap()).collect()
}

/// SCIM-51, SCIM-53, SCIM-57, SCIM-65, SCIM-70: the whole language at both mounts.
#[tokio::test]
async fn any_filter_and_any_order_are_answered() {
    let server = house().await;
    let cases = [
        (json!({"filter": "emails co \"WORK\""}), 2, vec!["carol", "dave"]),
        (
            json!({"filter": "emails ew \"example\" or userName eq \"ALICE\""}),
            3,
            vec!["carol", "alice", "dave"],
        ),
        (
            json!({"filter": "not (emails pr) and active eq true", "sortBy": "userName"}),
            3,
            vec!["admin", "alice", "erin"],
        ),
        (json!({"sortBy": "userName", "sortOrder": "descending", "count": 2}), 6, vec!["erin", "dave"]),
        (json!({"sortBy": "emails", "startIndex": 2, "count": 3}), 6, vec!["carol", "dave", "admin"]),
        (json!({"filter": "meta.created ge \"2026-03-02T10:00:03Z\""}), 2, vec!["dave", "erin"]),
        (json!({"filter": "nickName pr"}), 0, vec![]),
    ];
    for mount in MOUNTS {
        for (asked, total, found) in &cases {
            let reply = search(&server, mount, asked.clone()).await;
            let page = reply.json();

            assert_eq!(reply.status, StatusCode::OK, "{asked}: {}", reply.text);
            assert_eq!(
                (page["totalResults"].as_u64(), names(&page)),
                (Some(*total), found.clone()),
                "{asked}"
            );
            assert_eq!(page["itemsPerPage"], found.len());
        }
    }
}

/// SCIM-67, SCIM-68, SCIM-115: a walk by cursor, forwards and back, in a query string and in a search body.
#[tokio::test]
async fn a_list_is_walked_by_cursor() {
    let server = house().await;
    for mount in MOUNTS {
        let query = format!("{mount}/Users?sortBy=userName&count=4&attributes=userName&cursor=");
        let first = server.ask("admin", Method::GET, &query, None).await.json();
        let next = first["nextCursor"].as_str().unwrap();
        let second = server.ask("admin", Method::GET, &format!("{query}{next}"), None).await.json();
        let again = json!({"sortBy": "username", "sortOrder": "ascending", "count": 4, "cursor": second["previousCursor"]});
        let back = search(&server, mount, again).await.json();

        assert_eq!(names(&first), ["admin", "alice", "Bob", "carol"]);
        assert_eq!(names(&second), ["dave", "erin"]);
        assert_eq!(names(&back), names(&first));
        assert_eq!((&first["totalResults"], &second["totalResults"]), (&json!(6), &json!(6)));
        assert!(first.get("previousCursor").is_none() && second.get("nextCursor").is_none());
        assert!(first.get("startIndex").is_none());
        assert!(next.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)), "{next}");
        assert!(back.get("previousCursor").is_none() && back["nextCursor"].is_string());
    }
}

/// SCIM-67: every refusal of RFC 9865, with its word.
#[tokio::test]
async fn a_cursor_that_does_not_belong_is_refused_by_name() {
    let server = house().await;
    let asked = json!({"filter": "userName pr", "count": 2, "cursor": ""});
    let cursor = search(&server, "/scim2", asked.clone()).await.json()["nextCursor"].clone();
    let with = |name: &str, value: Value| {
        let mut asked = asked.clone();
        asked["cursor"] = cursor.clone();
        asked[name] = value;
        asked
    };
    let cases = [
        ("/scim2", with("cursor", json!("made-up")), "invalidCursor"),
        ("/scim/v2", with("count", json!(2)), "invalidCursor"),
        ("/scim2", with("filter", json!("userName sw \"a\"")), "invalidCursor"),
        ("/scim2", with("sortBy", json!("title")), "invalidCursor"),
        ("/scim2", with("count", json!(3)), "invalidCount"),
        ("/scim2", with("count", json!("many")), "invalidCount"),
    ];
    for (mount, asked, kind) in cases {
        let reply = search(&server, mount, asked).await;
        assert_eq!((reply.status, &reply.json()["scimType"]), (StatusCode::BAD_REQUEST, &json!(kind)));
    }

    server.clock.advance(SignedDuration::from_hours(24));

    let late = search(&server, "/scim2", with("count", json!(2))).await;
    assert_eq!((late.status, &late.json()["scimType"]), (StatusCode::BAD_REQUEST, &json!("expiredCursor")));
}

/// SEC-42, SCIM-57, SCIM-69: what cannot be searched is refused; who may not list may not walk on either.
#[tokio::test]
async fn secrets_and_what_waits_are_not_searched_and_rights_count_on_every_page() {
    let server = house().await;
    for filter in [
        "password sw \"a\"",
        "urn:scim:wso2:schema:pendingEmails.value co \"a\"",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:pendingMobileNumber pr",
        "shoeSize eq \"7\"",
    ] {
        let reply = search(&server, "/scim2", json!({"filter": filter})).await;
        assert_eq!(reply.json()["scimType"], "invalidFilter", "{filter}");
    }
    for by in ["password", "urn:scim:wso2:schema:pendingMobileNumber"] {
        assert_eq!(search(&server, "/scim2", json!({"sortBy": by})).await.status, StatusCode::BAD_REQUEST);
    }
    let page = search(&server, "/scim2", json!({"count": 1, "cursor": ""})).await.json();

    let asked = json!({"count": 1, "cursor": page["nextCursor"]});
    let refused = server.ask("erin", Method::POST, "/scim2/Users/.search", Some(asked)).await;

    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// SCIM-10: what is announced is what is done.
#[tokio::test]
async fn sorting_and_cursors_are_announced() {
    let server = TestServer::start();
    for mount in MOUNTS {
        let provider =
            server.ask("", Method::GET, &format!("{mount}/ServiceProviderConfig"), None).await.json();

        assert_eq!(provider["sort"], json!({"supported": true}));
        assert_eq!(
            provider["pagination"],
            json!({
                "cursor": true, "index": true, "defaultPaginationMethod": "index",
                "defaultPageSize": 100, "maxPageSize": 1_000, "cursorTimeout": 86_400,
            })
        );
    }
}
