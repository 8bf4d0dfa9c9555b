//! A directory is read: searched, sorted, and walked by cursor while people come and go.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::test_app::{ADMIN, TestApp, on_both_databases};

const MOUNTS: [&str; 2] = ["/scim2", "/scim/v2"];

async fn hire(app: &TestApp, mount: &str, number: usize) -> Value {
    let department = ["Sales", "R&D", "Support"][number % 3];
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": format!("staff{number:02}"),
        "name": {"familyName": format!("F{}", 99 - number)},
        "emails": [{"value": format!("staff{number:02}@people.example"), "type": "work"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": department},
    });
    app.post(&format!("{mount}/Users")).of(ADMIN).json(body).await.expect(201).json()["id"].clone()
}

async fn search(app: &TestApp, mount: &str, body: Value) -> Value {
    app.post(&format!("{mount}/Users/.search")).of(ADMIN).json(body).await.expect(200).json()
}

fn names(page: &Value) -> Vec<String> {
    let users = page["Resources"].as_array().unwrap().iter();
    users.map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
}

/// SCIM-51, SCIM-57, SCIM-65, SCIM-67, SCIM-68, SCIM-70, at both mounts.
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_searched_sorted_and_walked_while_it_changes() {
    on_both_databases(async |app| {
        let mut staff = Vec::new();
        for number in 0..12 {
            staff.push(hire(app, MOUNTS[number % 2], number).await);
        }
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

        for mount in MOUNTS {
            let sales = json!({
                "filter": format!("emails co \"@PEOPLE\" and {department} eq \"sales\""),
                "sortBy": "name.familyName",
            });
            assert_eq!(names(&search(app, mount, sales).await), ["staff09", "staff06", "staff03", "staff00"]);
            let others = json!({
                "filter": format!("userName sw \"STAFF\" and not ({department} eq \"sales\")"),
                "count": 3,
            });
            let page = search(app, mount, others).await;
            assert_eq!((&page["totalResults"], names(&page).len()), (&json!(8), 3));
        }

        // One of them leaves and two arrive while the list is walked.
        let ask = |cursor: Value| {
            json!({"filter": "userName sw \"staff\"", "sortBy": "userName", "sortOrder": "descending", "count": 5, "cursor": cursor})
        };
        let first = search(app, "/scim2", ask(json!(""))).await;
        app.delete(&format!("/scim2/Users/{}", staff[11].as_str().unwrap())).of(ADMIN).await.expect(204);
        hire(app, "/scim2", 50).await;
        hire(app, "/scim2", 60).await;
        let mut seen = names(&first);
        let mut next = first["nextCursor"].clone();
        while next.is_string() {
            let page = search(app, "/scim2", ask(next)).await;
            seen.extend(names(&page));
            next = page["nextCursor"].clone();
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(once.len(), seen.len());
        assert_eq!(seen.first().map(String::as_str), Some("staff11"));
        assert_eq!(seen.last().map(String::as_str), Some("staff00"));
        assert_eq!(seen.len(), 12);

        // A cursor is one mount's and one question's.
        let elsewhere = app.post("/scim/v2/Users/.search").of(ADMIN).json(ask(first["nextCursor"].clone()));
        assert_eq!(elsewhere.await.expect(400).json()["scimType"], "invalidCursor");
    })
    .await;
}
