//! Groups as the large identity providers push them, each in its own words (scim.md §8, §10).

use serde_json::{Value, json};

use crate::test_app::{ADMIN, BOB, BOB_ID, KIM, TestApp, on_both_databases};

/// What a provisioning client is granted, and nothing more.
const PROVISIONER: [&str; 7] = [
    "internal_user_mgt_list",
    "internal_user_mgt_create",
    "internal_group_mgt_list",
    "internal_group_mgt_view",
    "internal_group_mgt_create",
    "internal_group_mgt_update",
    "internal_group_mgt_delete",
];

async fn members(app: &TestApp, path: &str) -> Vec<String> {
    let group = app.get(path).of(ADMIN).await.expect(200).json();
    let members = group["members"].as_array().cloned().unwrap_or_default();
    members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

async fn groups_of(app: &TestApp, who: (&str, &str)) -> Vec<String> {
    let me = app.get("/scim2/Me").of(who).await.expect(200).json();
    let groups = me["groups"].as_array().cloned().unwrap_or_default();
    groups.iter().map(|group| group["display"].as_str().unwrap().to_owned()).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn patch(operations: Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

/// SCIM-96, SCIM-97, SCIM-80, SCIM-86: Entra looks a group up by name without its members, then adds and removes one
/// person at a time; its older mode removes by a value array.
#[tokio::test(flavor = "multi_thread")]
async fn entra_adds_and_removes_one_person_at_a_time() {
    on_both_databases(async |app| {
        let token = app.token(&PROVISIONER).await;
        let lookup = "/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22Sales+Team%22";
        let none = app.get(lookup).bearer(&token).await.expect(200).json();
        assert_eq!(none["totalResults"], 0);
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "displayName": "Sales Team",
        });
        let made = app.post("/scim/v2/Groups").bearer(&token).json(body).await.expect(201).json();
        let path = format!("/scim/v2/Groups/{}", made["id"].as_str().unwrap());
        let kim = app.id_of("kim").await;

        for member in [BOB_ID, &kim] {
            let add = patch(json!([{"op": "Add", "path": "members", "value": [{"value": member}]}]));
            let answer = app.patch(&path).bearer(&token).json(add).await.expect(204);
            assert!(answer.text.is_empty());
        }
        let found = app.get(lookup).bearer(&token).await.expect(200).json();
        assert_eq!((&found["totalResults"], &found["Resources"][0]["members"]), (&json!(1), &Value::Null));
        assert_eq!(groups_of(app, BOB).await, ["Sales Team"]);

        let by_filter = format!("members[value eq \"{BOB_ID}\"]");
        let remove = patch(json!([{"op": "Remove", "path": by_filter}]));
        app.patch(&path).bearer(&token).json(remove).await.expect(204);
        assert_eq!(members(app, &path).await, [kim.as_str()]);
        let array = patch(json!([{"op": "Remove", "path": "members", "value": [{"value": kim}]}]));
        app.patch(&path).bearer(&token).json(array).await.expect(204);
        assert_eq!(members(app, &path).await, [""; 0]);
        assert_eq!(groups_of(app, KIM).await, [""; 0]);
    })
    .await;
}

/// SCIM-81, SCIM-86: Okta renames with the group's own id in a path-less value, and pushes the whole list.
#[tokio::test(flavor = "multi_thread")]
async fn okta_pushes_a_group() {
    on_both_databases(async |app| {
        let token = app.token(&PROVISIONER).await;
        let kim = app.id_of("kim").await;
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Everyone at Example",
            "members": [{"value": BOB_ID, "display": "bob@example.org"}],
        });
        let made = app.post("/scim/v2/Groups").bearer(&token).json(body).await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        let path = format!("/scim/v2/Groups/{id}");

        let rename = patch(json!([{"op": "replace", "value": {"id": id, "displayName": "Everyone"}}]));
        app.patch(&path).bearer(&token).json(rename).await.expect(204);
        assert_eq!(groups_of(app, BOB).await, ["Everyone"]);
        let push = patch(json!([
            {"op": "remove", "path": format!("members[value eq \"{BOB_ID}\"]")},
            {"op": "add", "path": "members", "value": [{"value": kim, "display": "kim@example.org"}]},
        ]));
        app.patch(&path).bearer(&token).json(push).await.expect(204);
        assert_eq!(members(app, &path).await, [kim.as_str()]);
        let whole = patch(json!([{"op": "replace", "path": "members", "value": [{"value": BOB_ID}]}]));
        app.patch(&path).bearer(&token).json(whole).await.expect(204);
        assert_eq!(members(app, &path).await, [BOB_ID]);
        app.delete(&path).bearer(&token).await.expect(204);
        assert_eq!(groups_of(app, BOB).await, [""; 0]);
    })
    .await;
}

/// SCIM-98: AWS sends a hundred members in one request, and takes a hundred away.
#[tokio::test(flavor = "multi_thread")]
async fn aws_adds_a_hundred_members_at_once() {
    on_both_databases(async |app| {
        let token = app.token(&PROVISIONER).await;
        let mut people = Vec::new();
        for number in 0..100 {
            let body = json!({"userName": format!("person{number}")});
            let made = app.post("/scim/v2/Users").bearer(&token).json(body).await.expect(201).json();
            people.push(made["id"].as_str().unwrap().to_owned());
        }
        let made = app.post("/scim/v2/Groups").bearer(&token).json(json!({"displayName": "Hundred"})).await;
        let path = format!("/scim/v2/Groups/{}", made.expect(201).json()["id"].as_str().unwrap());
        let values: Vec<Value> = people.iter().map(|person| json!({"value": person})).collect();

        let add = patch(json!([{"op": "add", "path": "members", "value": values}]));
        let answer = app.patch(&path).bearer(&token).json(add.clone()).await.expect(204);
        let again = app.patch(&path).bearer(&token).json(add).await.expect(204);

        assert_eq!(answer.header("etag"), again.header("etag"));
        let held: std::collections::BTreeSet<String> = members(app, &path).await.into_iter().collect();
        assert_eq!(held, people.iter().cloned().collect());
        let remove = patch(json!([{"op": "remove", "path": "members", "value": values}]));
        app.patch(&path).bearer(&token).json(remove).await.expect(204);
        assert_eq!(members(app, &path).await, [""; 0]);
    })
    .await;
}

/// SCIM-75, SCIM-86, SCIM-87, scim.md §14: `OneLogin` names no schema and sends a lone object; at `/scim2` the group comes
/// back.
#[tokio::test(flavor = "multi_thread")]
async fn onelogin_replaces_members_without_naming_a_schema() {
    on_both_databases(async |app| {
        let token = app.token(&PROVISIONER).await;
        let kim = app.id_of("kim").await;
        let body = json!({"schemas": [], "displayName": "PRIMARY/Sales", "members": {"value": BOB_ID}});
        let made = app.post("/scim2/Groups").bearer(&token).json(body).await.expect(201).json();
        assert_eq!(made["displayName"], "Sales");
        let path = format!("/scim2/Groups/{}", made["id"].as_str().unwrap());

        let replace = json!({"Operations": [{"op": "replace", "path": "members", "value": {"value": kim}}]});
        let answer = app.patch(&path).bearer(&token).json(replace).await.expect(200).json();

        assert_eq!(answer["members"][0]["value"], json!(kim));
        assert_eq!(answer["members"].as_array().unwrap().len(), 1);
        let unknown =
            json!({"Operations": [{"op": "add", "path": "members", "value": [{"value": "nobody"}]}]});
        let refused = app.patch(&path).bearer(&token).json(unknown).await.expect(400).json();
        assert_eq!(refused["detail"], "Operation 1: members: value 1 is no user or group here.");
        assert_eq!(members(app, &path).await, [kim]);
    })
    .await;
}

/// SCIM-45: a person who is deleted is in no group any more, and the group says that it has changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_person_is_in_no_group() {
    on_both_databases(async |app| {
        let person = app.person("leaver", None).await;
        let body = json!({"displayName": "Sales", "members": [{"value": person}, {"value": BOB_ID}]});
        let made = app.post("/scim/v2/Groups").of(ADMIN).json(body).await.expect(201);
        let path = format!("/scim/v2/Groups/{}", made.json()["id"].as_str().unwrap());

        app.delete(&format!("/scim/v2/Users/{person}")).of(ADMIN).await.expect(204);

        assert_eq!(members(app, &path).await, [BOB_ID]);
        let read = app.get(&path).of(ADMIN).await.expect(200);
        assert_ne!(read.header("etag"), made.header("etag"));
    })
    .await;
}
