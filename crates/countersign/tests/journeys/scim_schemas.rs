//! Schemas an administrator declares (SCIM-92), dropped into the home folder of a running server.

use std::process::Command;

use serde_json::{Value, json};

use crate::test_app::{ADMIN, BOB, BOB_ID, TestApp, on_both_databases};

const URN: &str = "urn:scim:schemas:extension:custom:User";
const MOUNTS: [&str; 2] = ["/scim2", "/scim/v2"];

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn declared(attributes: Value) -> String {
    serde_json::to_string_pretty(&json!([{"id": URN, "name": "CustomUser", "attributes": attributes}]))
        .unwrap()
}

fn badge() -> Value {
    json!({"name": "badge", "type": "integer", "description": "The number of the badge."})
}

fn colours() -> Value {
    json!({"name": "colours", "multiValued": true})
}

async fn announced(app: &TestApp, mount: &str) -> (bool, bool) {
    let schemas = app.get(&format!("{mount}/Schemas/{URN}")).await;
    let types = app.get(&format!("{mount}/ResourceTypes/User")).await.expect(200).json();
    let extensions = types["schemaExtensions"].as_array().unwrap();
    (schemas.status == 200, extensions.iter().any(|extension| extension["schema"] == URN))
}

fn config_check(app: &TestApp) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output = command.args(["config", "check", "--home"]).arg(app.home().root()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// SCIM-92: a declared attribute is announced, written, found, patched and shown at once, at both mounts.
#[tokio::test(flavor = "multi_thread")]
async fn a_declared_attribute_is_there_at_once() {
    on_both_databases(async |app| {
        for mount in MOUNTS {
            assert_eq!(announced(app, mount).await, (false, false));
        }

        app.declare_schemas(&declared(json!([badge(), colours()]))).await;

        for (number, mount) in MOUNTS.into_iter().enumerate() {
            assert_eq!(announced(app, mount).await, (true, true));
            let name = format!("kim{number}");
            let body =
                json!({"userName": name, URN: {"BADGE": number, "colours": ["red"], "hat": "ignored"}});
            let made = app.post(&format!("{mount}/Users")).of(ADMIN).json(body).await.expect(201).json();
            assert_eq!(made[URN], json!({"badge": number, "colours": ["red"]}));
            assert!(made["schemas"].as_array().unwrap().contains(&json!(URN)));

            let path = format!("{mount}/Users/{}", made["id"].as_str().unwrap());
            let operations = json!([
                {"op": "add", "path": format!("{URN}:colours"), "value": ["blue"]},
                {"op": "replace", "value": {format!("{URN}:badge"): 42}},
            ]);
            let patched =
                app.patch(&path).of(ADMIN).json(json!({"Operations": operations})).await.expect(200).json();
            assert_eq!(patched[URN], json!({"badge": 42, "colours": ["red", "blue"]}));

            let only = app.get(&format!("{path}?attributes={URN}:badge")).of(ADMIN).await.expect(200).json();
            assert_eq!(only[URN], json!({"badge": 42}));
            for (value, found) in [("42", 1), ("41", 0)] {
                let filter = json!({"filter": format!("userName eq \"{name}\" and {URN}:badge eq {value}")});
                let list = app
                    .post(&format!("{mount}/Users/.search"))
                    .of(ADMIN)
                    .json(filter)
                    .await
                    .expect(200)
                    .json();
                assert_eq!(list["totalResults"], json!(found));
            }
            let wrong = json!({"userName": format!("{name}x"), URN: {"badge": "seven"}});
            let refused = app.post(&format!("{mount}/Users")).of(ADMIN).json(wrong).await.expect(400).json();
            assert_eq!(
                (&refused["scimType"], &refused["detail"]),
                (&json!("invalidValue"), &json!(format!("{URN}:badge must be a whole number.")))
            );
            let read = app.get(&path).of(ADMIN).await.expect(200).json();
            assert_eq!(app.put(&path).of(ADMIN).json(read.clone()).await.expect(200).json()[URN], read[URN]);
        }
    })
    .await;
}

/// DESIGN §5: a declared extension is readOnly to the owner; an echo of it is no change.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_may_not_write_it() {
    on_both_databases(async |app| {
        app.declare_schemas(&declared(json!([badge()]))).await;
        let set = |number: u32| json!({"Operations": [{"op": "add", "path": format!("{URN}:badge"), "value": number}]});
        app.patch(&format!("/scim2/Users/{BOB_ID}")).of(ADMIN).json(set(7)).await.expect(200);

        let refused = app.patch("/scim2/Me").of(BOB).json(set(8)).await.expect(400).json();
        app.patch("/scim2/Me").of(BOB).json(set(7)).await.expect(200);

        assert_eq!(refused["scimType"], "mutability");
        assert_eq!(app.get("/scim2/Me").of(BOB).await.json()[URN], json!({"badge": 7}));
    })
    .await;
}

/// SCIM-92: a file that cannot be used, or that stored data does not fit, changes nothing, over a restart too; `config
/// check` says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_leaves_the_last_good_one() {
    on_both_databases(async |app| {
        app.declare_schemas(&declared(json!([badge(), colours()]))).await;
        let set = json!({"Operations": [{"op": "add", "path": format!("{URN}:badge"), "value": 7}]});
        app.patch(&format!("/scim2/Users/{BOB_ID}")).of(ADMIN).json(set).await.expect(200);
        let shown = async |app: &TestApp| {
            app.get(&format!("/scim2/Users/{BOB_ID}")).of(ADMIN).await.expect(200).json()[URN].clone()
        };
        assert_eq!(config_check(app).0, Some(0));

        let narrowed = declared(json!([{"name": "badge", "type": "boolean"}, colours()]));
        let gone = declared(json!([colours()]));
        for (text, why) in [
            ("[\n{\"id\": \"urn:scim:wso2:schema\"}]", "line 2: A schema with this URN exists already"),
            ("[\n{]", "line 2: The body is not JSON"),
            (narrowed.as_str(), "badge holds data of another type than is declared."),
            (gone.as_str(), "badge holds data and is not declared."),
            ("[]", "holds data and is not declared."),
        ] {
            app.declare_schemas(text).await;

            assert_eq!(announced(app, "/scim/v2").await, (true, true), "{why}");
            assert_eq!(shown(app).await, json!({"badge": 7}), "{why}");
            let (status, said) = config_check(app);
            assert_eq!(status, Some(2), "{said}");
            assert!(said.contains(why), "{said}");
        }
        app.restart().await;
        assert_eq!(shown(app).await, json!({"badge": 7}));

        let cleared = json!({"Operations": [{"op": "remove", "path": format!("{URN}:badge")}]});
        app.patch(&format!("/scim2/Users/{BOB_ID}")).of(ADMIN).json(cleared).await.expect(200);
        app.declare_schemas(&declared(json!([colours(), {"name": "hat"}]))).await;
        let schema = app.get(&format!("/scim2/Schemas/{URN}")).await.expect(200).json();
        let names: Vec<&Value> =
            schema["attributes"].as_array().unwrap().iter().map(|attribute| &attribute["name"]).collect();
        assert_eq!(names, ["colours", "hat"]);
        assert_eq!(config_check(app).0, Some(0));
    })
    .await;
}
