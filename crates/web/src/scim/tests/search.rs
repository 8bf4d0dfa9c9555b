//! `/.search` at the root of a mount: users and groups in one list.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::sample::{Person, Reply, TestServer};

const MOUNTS: [&str; 2] = ["/scim2", "/scim/v2"];

/// Three users, of whom one may list users, one groups and one both; and two groups.
async fn house() -> TestServer {
    let server = TestServer::start();
    server.admin().await;
    server.person("ursula", Person { scopes: &["internal_user_mgt_list"], ..Person::default() }).await;
    server.person("grace", Person { scopes: &["internal_group_mgt_list"], ..Person::default() }).await;
    for name in ["Sales", "Tools"] {
        let body = json!({"displayName": name});
        let reply = server.ask("admin", Method::POST, "/scim/v2/Groups", Some(body)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    }
    server
}

async fn search(server: &TestServer, as_whom: &str, mount: &str, body: Value) -> Reply {
    server.ask(as_whom, Method::POST, &format!("{mount}/.search"), Some(body)).await
}

/// The total, and what is shown of each resource.
fn found(reply: &Reply) -> (u64, Vec<String>) {
    let page = reply.json();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let shown = page["Resources"].as_array().unwrap();
    assert_eq!(page["itemsPerPage"], shown.len());
    let name = |resource: &Value| match &resource["userName"] {
        Value::Null => resource["displayName"].as_str().unwrap().to_owned(),
        name => name.as_str().unwrap().to_owned(),
    };
    (page["totalResults"].as_u64().unwrap(), shown.iter().map(name).collect())
}

/// SCIM-1, SCIM-70: users, then groups; a page counts over both, and so does the total.
#[tokio::test]
async fn users_and_groups_are_one_list() {
    let server = house().await;
    for mount in MOUNTS {
        for (asked, total, names) in [
            (json!({}), 5, vec!["admin", "ursula", "grace", "Sales", "Tools"]),
            (json!({"startIndex": 3, "count": 2}), 5, vec!["grace", "Sales"]),
            (json!({"startIndex": 5}), 5, vec!["Tools"]),
            (json!({"startIndex": 9}), 5, vec![]),
            (json!({"count": 2}), 5, vec!["admin", "ursula"]),
            (json!({"count": 0}), 5, vec![]),
            (json!({"filter": "userName sw \"u\""}), 1, vec!["ursula"]),
            (json!({"filter": "displayName eq \"sales\""}), 1, vec!["Sales"]),
            (json!({"filter": "userName eq \"grace\" or displayName sw \"to\""}), 2, vec!["grace", "Tools"]),
            (json!({"filter": "not (userName pr)"}), 2, vec!["Sales", "Tools"]),
            (json!({"filter": "members pr or userName eq \"admin\""}), 1, vec!["admin"]),
            (json!({"filter": "meta.resourceType eq \"Group\""}), 2, vec!["Sales", "Tools"]),
            (
                json!({"sortBy": "displayName", "sortOrder": "descending", "startIndex": 4}),
                5,
                vec!["Tools", "Sales"],
            ),
        ] {
            let reply = search(&server, "admin", mount, asked.clone()).await;

            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            assert_eq!(found(&reply), (total, names), "{mount} {asked}");
            assert_eq!(reply.json()["startIndex"], asked.get("startIndex").unwrap_or(&json!(1)).clone());
        }
    }
}

/// SCIM-69, SCIM-70, SEC-37: each half only to who may list it; with neither right it is refused.
#[tokio::test]
async fn each_half_is_for_those_who_may_list_it() {
    let server = house().await;
    let bob = server.person("bob", Person::default()).await;
    for mount in MOUNTS {
        let of_users = search(&server, "ursula", mount, json!({"startIndex": 2})).await;
        let of_groups = search(&server, "grace", mount, json!({})).await;
        let hidden = search(&server, "grace", mount, json!({"filter": "userName eq \"bob\""})).await;
        let refused = search(&server, "bob", mount, json!({"filter": "broken"})).await;

        assert_eq!(found(&of_users), (4, vec!["ursula".into(), "grace".into(), "bob".into()]), "{bob}");
        assert_eq!(found(&of_groups), (2, vec!["Sales".into(), "Tools".into()]));
        assert_eq!(found(&hidden), (0, vec![]));
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

/// SCIM-57: what no schema has is refused in words.
#[tokio::test]
async fn what_cannot_be_searched_over_both_is_refused() {
    let server = house().await;

    let reply = search(&server, "admin", "/scim/v2", json!({"filter": "shoeSize pr"})).await;

    let detail = "The filter names an attribute that the schema does not have.";
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        (&reply.json()["scimType"], &reply.json()["detail"]),
        (&json!("invalidFilter"), &json!(detail))
    );
}

/// SCIM-67, SCIM-70: a walk goes on from the users to the groups, wherever a page ends.
#[tokio::test]
async fn both_are_walked_by_cursor() {
    let server = house().await;
    for mount in MOUNTS {
        for (filter, expected) in [
            ("meta.created pr", vec!["admin", "ursula", "grace", "Sales", "Tools"]),
            ("members pr or userName pr", vec!["admin", "ursula", "grace"]),
            ("not (userName pr)", vec!["Sales", "Tools"]),
            ("userName eq \"nobody\"", vec![]),
        ] {
            for count in 1..=6 {
                let (mut cursor, mut walked) = (json!(""), Vec::new());
                loop {
                    let asked = json!({"filter": filter, "count": count, "cursor": cursor});
                    let reply = search(&server, "admin", mount, asked).await;
                    let (total, names) = found(&reply);
                    assert_eq!(total, expected.len() as u64);
                    assert!(reply.json().get("startIndex").is_none());
                    walked.extend(names);
                    cursor = match reply.json().get("nextCursor") {
                        Some(next) => next.clone(),
                        None => break,
                    };
                }
                assert_eq!(walked, expected, "{mount} {filter} by {count}");
            }
        }
    }
}

/// SCIM-67: a cursor of one list is none of another, and none of another question.
#[tokio::test]
async fn a_cursor_of_both_is_good_for_both_alone() {
    let server = house().await;
    let asked = json!({"count": 2, "cursor": ""});
    let cursor = search(&server, "admin", "/scim2", asked.clone()).await.json()["nextCursor"].clone();
    let with_cursor = json!({"count": 2, "cursor": cursor});
    for path in ["/scim2/Users/.search", "/scim2/Groups/.search", "/scim/v2/.search"] {
        let reply = server.ask("admin", Method::POST, path, Some(with_cursor.clone())).await;
        assert_eq!(
            (reply.status, &reply.json()["scimType"]),
            (StatusCode::BAD_REQUEST, &json!("invalidCursor"))
        );
    }
    let counted = search(&server, "admin", "/scim2", json!({"count": 3, "cursor": cursor})).await;
    assert_eq!(counted.json()["scimType"], "invalidCount");
}
