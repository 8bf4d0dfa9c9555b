//! Bulk as provisioning clients use it (SCIM-100 … SCIM-104, SEC-43).

use serde_json::{Value, json};

use crate::test_app::{ADMIN, Answer, BOB_ID, ENTERPRISE, TestApp, given, on_both_databases};

/// As many writes as one likes.
const UNCOUNTED: &str = "[countersign.limits]\nwrites_per_minute = 0";

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn post(bulk_id: &str, data: Value) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data})
}

async fn bulk(app: &TestApp, body: Value) -> Answer {
    app.post("/scim/v2/Bulk").of(ADMIN).json(body).await
}

fn statuses(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let items = body["Operations"].as_array().unwrap_or_else(|| panic!("{answer}"));
    items.iter().map(|item| item["status"].as_str().unwrap().to_owned()).collect()
}

async fn count(app: &TestApp) -> u64 {
    let all = app.get("/scim/v2/Users?count=0").of(ADMIN).await.expect(200).json();
    all["totalResults"].as_u64().unwrap()
}

/// SCIM-101: whole departments in one request, whoever comes first; the ids are the right ones afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_department_arrives_in_any_order() {
    on_both_databases(async |app| {
        let led_by = |name: &str, manager: &str| {
            let manager =
                json!({"value": format!("bulkId:{manager}"), "$ref": format!("../Users/bulkId:{manager}")});
            post(name, json!({"userName": name, ENTERPRISE: {"manager": manager}}))
        };
        let operations = [
            led_by("ann", "head"),
            led_by("ben", "ann"),
            post("head", json!({"userName": "head"})),
            led_by("cleo", "head"),
        ];

        let answer = bulk(app, json!({"Operations": operations})).await.expect(200).json();

        let place = |index: usize| answer["Operations"][index]["location"].as_str().unwrap().to_owned();
        for (index, manager) in [(0, 2), (1, 0), (3, 2)] {
            let path = place(index).replace(&app.url(""), "");
            let shown = app.get(&path).of(ADMIN).await.expect(200).json();
            let id = place(manager).rsplit('/').next().unwrap().to_owned();
            assert_eq!(shown[ENTERPRISE]["manager"]["value"], json!(id), "{answer}");
            assert_eq!(shown[ENTERPRISE]["manager"]["$ref"], json!(format!("../Users/{id}")));
        }
    })
    .await;
}

/// SCIM-33, SCIM-102: a version guards an operation; `failOnErrors` ends the request where the client wants it to.
#[tokio::test(flavor = "multi_thread")]
async fn versions_guard_and_errors_stop() {
    on_both_databases(async |app| {
        let tag = app.get(&format!("/scim/v2/Users/{BOB_ID}")).of(ADMIN).await.expect(200).json()["meta"]["version"].clone();
        let titled = |title: &str| {
            let operations = json!([{"op": "replace", "path": "title", "value": title}]);
            json!({"method": "PATCH", "path": format!("/Users/{BOB_ID}"), "version": tag, "data": {"Operations": operations}})
        };
        let operations = [titled("first"), titled("second"), post("new", json!({"userName": "new"}))];

        let stopped = bulk(app, json!({"failOnErrors": 1, "Operations": operations})).await.expect(200);
        let bob = app.get(&format!("/scim/v2/Users/{BOB_ID}")).of(ADMIN).await.json();

        assert_eq!(statuses(&stopped), ["200", "412"]);
        assert_eq!((&bob["title"], &bob["meta"]["version"]), (&json!("first"), &stopped.json()["Operations"][0]["version"]));
        assert_eq!(statuses(&bulk(app, json!({"Operations": operations})).await), ["412", "412", "201"]);
    })
    .await;
}

/// SCIM-103: a thousand operations are done, all of them; one more and nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_are_imported_and_one_more_is_refused_whole() {
    given(UNCOUNTED)
        .on_both_databases(async |app| {
            let before = count(app).await;
            let users = |many: usize| {
                let user = |number: usize| {
                    let name = format!("import{number}");
                    post(
                        &name,
                        json!({"userName": name, "emails": [{"value": format!("{name}@example.org")}]}),
                    )
                };
                json!({"Operations": (0..many).map(user).collect::<Vec<_>>()})
            };

            let refused = bulk(app, users(1_001)).await.expect(413).json();
            assert_eq!(refused["detail"], "A Bulk request holds at most 1000 operations; nothing was done.");
            assert_eq!(count(app).await, before);

            let done = bulk(app, users(1_000)).await.expect(200);
            assert_eq!(statuses(&done), vec!["201"; 1_000]);
            assert_eq!(count(app).await, before + 1_000);
            let places = done.json()["Operations"].as_array().unwrap().clone();
            for number in [0, 499, 999] {
                let path = places[number]["location"].as_str().unwrap().replace(&app.url(""), "");
                let shown = app.get(&path).of(ADMIN).await.expect(200).json();
                assert_eq!(shown["userName"], json!(format!("import{number}")));
            }
        })
        .await;
}

/// SEC-43: thirty changes of address in one request: twenty mails, ten 429, and nothing waits for those ten.
#[tokio::test(flavor = "multi_thread")]
async fn one_request_sends_twenty_messages() {
    on_both_databases(async |app| {
        let person = |number: usize| {
            let emails = json!([{"value": format!("p{number}@example.org"), "primary": true}]);
            post(&number.to_string(), json!({"userName": format!("p{number}"), "emails": emails}))
        };
        let made = bulk(app, json!({"Operations": (0..30).map(person).collect::<Vec<_>>()})).await.expect(200).json();
        let paths: Vec<String> = (0..30)
            .map(|number| made["Operations"][number]["location"].as_str().unwrap().replace(&app.url("/scim/v2"), ""))
            .collect();
        let moved = |(number, path): (usize, &String)| {
            let value = json!({"emails": [{"value": format!("p{number}@new.example.org"), "primary": true}]});
            json!({"method": "PATCH", "path": path, "data": {"Operations": [{"op": "replace", "value": value}]}})
        };
        let token = app.token(&["internal_user_mgt_update"]).await;
        let body = json!({"Operations": paths.iter().enumerate().map(moved).collect::<Vec<_>>()});

        let answer = app.post("/scim/v2/Bulk").bearer(&token).json(body).await.expect(200);

        let mut expected = vec!["200"; 20];
        expected.extend(["429"; 10]);
        assert_eq!(statuses(&answer), expected);
        let sent = app.deliver_all().await.mails_to();
        let proofs = sent.iter().filter(|to| to.ends_with("@new.example.org")).count();
        assert_eq!(proofs, 20, "{sent:?}");
        for (number, path) in paths.iter().enumerate() {
            let shown = app.get(&format!("/scim/v2{path}")).of(ADMIN).await.expect(200).json();
            let waits = shown["urn:scim:wso2:schema"]["pendingEmails"].is_array();
            assert_eq!(waits, number < 20, "{number}");
        }
    })
    .await;
}
