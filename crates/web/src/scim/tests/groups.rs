//! Groups (scim.md §10, §14): what each mount answers, to whom, and what it does not look at.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::sample::{Person, Reply, TestServer, basic};
use crate::state::Web;

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

async fn at_least_bob() -> (TestServer, String) {
    let server = TestServer::start();
    server.admin().await;
    let bob = server.person("bob", Person::default()).await.to_string();
    (server, bob)
}

async fn founded(server: &TestServer, mount: &str, body: Value) -> Value {
    let reply = server.ask("admin", Method::POST, &format!("{mount}/Groups"), Some(body)).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply.json()
}

fn path_of(mount: &str, group: &Value) -> String {
    format!("{mount}/Groups/{}", group["id"].as_str().unwrap())
}

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
#[expect(clippy::unnecessary_wraps, reason = "it is a body as the server is asked with it")]
fn operations(operations: Value) -> Option<Value> {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    Some(json!({"schemas": schemas, "Operations": operations}))
}

fn adding(member: &str) -> Option<Value> {
    operations(json!([{"op": "add", "path": "members", "value": [{"value": member}]}]))
}

async fn with_header(
    server: &TestServer,
    method: Method,
    path: &str,
    (name, value): (&str, &str),
    body: Option<Value>,
) -> Reply {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, basic("admin"));
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    server.send(request.header(name, value).body(body).unwrap()).await
}

/// SCIM-40, SCIM-95, SCIM-6, SCIM-32: created whole, and read the same.
#[tokio::test]
async fn a_group_is_created_and_read() {
    for mount in ["/scim2", "/scim/v2"] {
        let (server, bob) = at_least_bob().await;
        let body = json!({
            "schemas": [GROUP], "displayName": "Sales", "externalId": "e-7",
            "members": [{"value": bob, "type": "User", "display": "sent and not kept"}],
        });

        let reply = server.ask("admin", Method::POST, &format!("{mount}/Groups"), Some(body)).await;

        let base = format!("https://id.example.com:9443{mount}");
        let shown = reply.json();
        let place = format!("{base}/Groups/{}", shown["id"].as_str().unwrap());
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        assert_eq!((reply.header("location"), reply.header("etag")), (place.as_str(), "W/\"1\""));
        let mut meta = json!({
            "resourceType": "Group", "created": "2026-03-02T10:00:00.000Z",
            "lastModified": "2026-03-02T10:00:00.000Z", "location": place,
        });
        if mount == "/scim/v2" {
            meta["version"] = json!("W/\"1\"");
        }
        assert_eq!(
            shown,
            json!({
                "schemas": [GROUP], "id": shown["id"], "externalId": "e-7", "displayName": "Sales",
                "members": [{"value": bob, "$ref": format!("{base}/Users/{bob}"), "type": "User"}],
                "meta": meta,
            })
        );
        let read = server.ask("admin", Method::GET, &path_of(mount, &shown), None).await;
        assert_eq!((read.status, read.json()), (StatusCode::OK, shown));
    }
}

/// SCIM-82, scim.md §14: what a PATCH answers at each mount, and with the switch off.
#[tokio::test]
async fn a_patch_answers_as_its_mount_does() {
    let (mut server, bob) = at_least_bob().await;
    let group = founded(&server, "/scim2", json!({"displayName": "Sales"})).await;
    let patch =
        async |server: &TestServer, path: &str| server.ask("admin", Method::PATCH, path, adding(&bob)).await;
    let (wso2, strict) = (path_of("/scim2", &group), path_of("/scim/v2", &group));

    let usual = patch(&server, &wso2).await;
    assert_eq!((usual.status, &usual.json()["members"][0]["value"]), (StatusCode::OK, &json!(bob)));
    let silent = patch(&server, &strict).await;
    assert_eq!((silent.status, silent.text.as_str()), (StatusCode::NO_CONTENT, ""));
    assert_eq!((usual.header("etag"), silent.header("etag")), ("W/\"2\"", "W/\"2\""));
    let asked = patch(&server, &format!("{strict}?attributes=displayName")).await;
    assert_eq!(asked.json(), json!({"schemas": [GROUP], "id": group["id"], "displayName": "Sales"}));

    let mut parts = (*server.web).clone();
    parts.options.group_patch_returns_group = false;
    server.serve(Web::new(parts));
    assert_eq!(patch(&server, &wso2).await.status, StatusCode::NO_CONTENT);
    assert_eq!(patch(&server, &format!("{wso2}?attributes=id")).await.status, StatusCode::OK);
}

/// SCIM-33, SCIM-34, SCIM-31: conditions, and a version that moves only with a change.
#[tokio::test]
async fn conditions_hold_for_groups() {
    let (server, bob) = at_least_bob().await;
    let group = founded(&server, "/scim/v2", json!({"displayName": "Sales"})).await;
    let path = path_of("/scim/v2", &group);
    let stale = ("if-match", "W/\"9\"");
    let held = ("if-match", "W/\"1\"");

    for (method, body) in [
        (Method::PATCH, adding(&bob)),
        (Method::PUT, Some(json!({"displayName": "x"}))),
        (Method::DELETE, None),
    ] {
        let reply = with_header(&server, method, &path, stale, body).await;
        assert_eq!(reply.status, StatusCode::PRECONDITION_FAILED);
    }
    let first = with_header(&server, Method::PATCH, &path, held, adding(&bob)).await;
    let second = with_header(&server, Method::PATCH, &path, held, adding(&bob)).await;
    assert_eq!((first.status, first.header("etag")), (StatusCode::NO_CONTENT, "W/\"2\""));
    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    let again = server.ask("admin", Method::PATCH, &path, adding(&bob)).await;
    assert_eq!(again.header("etag"), "W/\"2\"");
    let known = with_header(&server, Method::GET, &path, ("if-none-match", "W/\"2\""), None).await;
    assert_eq!((known.status, known.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let gone = with_header(&server, Method::DELETE, &path, ("if-match", "*"), None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(server.ask("admin", Method::GET, &path, None).await.status, StatusCode::NOT_FOUND);
}

/// SCIM-44: PUT says everything; GET → PUT loses nothing.
#[tokio::test]
async fn a_put_says_everything() {
    let (server, bob) = at_least_bob().await;
    let body = json!({"displayName": "Sales", "externalId": "7", "members": [{"value": bob}]});
    let group = founded(&server, "/scim/v2", body).await;
    let path = path_of("/scim/v2", &group);

    let echoed = server.ask("admin", Method::PUT, &path, Some(group.clone())).await;
    assert_eq!((echoed.status, echoed.json()), (StatusCode::OK, group));
    let bare = server.ask("admin", Method::PUT, &path, Some(json!({"displayName": "Sold"}))).await.json();
    assert_eq!(
        (&bare["displayName"], &bare["externalId"], &bare["members"]),
        (&json!("Sold"), &json!(null), &json!(null))
    );
    let nowhere = format!("/scim/v2/Groups/{bob}");
    let reply = server.ask("admin", Method::PUT, &nowhere, Some(json!({"displayName": "x"}))).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
}

/// SCIM-96, SCIM-99, SCIM-95, SCIM-112: refusals, each with its word and its sentence.
#[tokio::test]
async fn what_cannot_be_is_refused_in_words() {
    let (server, bob) = at_least_bob().await;
    let sales = founded(&server, "/scim2", json!({"displayName": "Sales"})).await;
    let inner =
        founded(&server, "/scim2", json!({"displayName": "In", "members": [{"value": sales["id"]}]})).await;
    let sales_path = path_of("/scim2", &sales);
    let refusal = async |method: Method, path: &str, body: Value| {
        let reply = server.ask("admin", method, path, Some(body)).await;
        let body = reply.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (reply.status.as_u16(), text("scimType"), text("detail"))
    };
    let expect = |status: u16, kind: &str, detail: &str| (status, kind.to_owned(), detail.to_owned());

    let taken = expect(409, "uniqueness", "Another group has this displayName.");
    assert_eq!(refusal(Method::POST, "/scim2/Groups", json!({"displayName": "SALES"})).await, taken);
    let rename = operations(json!([{"op": "replace", "path": "displayName", "value": "in"}])).unwrap();
    assert_eq!(refusal(Method::PATCH, &sales_path, rename).await, taken);
    let members = json!([{"value": bob}, {"value": "00000000-0000-7000-8000-000000000000"}]);
    assert_eq!(
        refusal(Method::POST, "/scim2/Groups", json!({"displayName": "New", "members": members})).await,
        expect(400, "invalidValue", "members: value 2 is no user or group here.")
    );
    let patch = operations(json!([
        {"op": "replace", "path": "displayName", "value": "Changed"},
        {"op": "add", "path": "members", "value": [{"value": bob}, {"value": inner["id"]}]},
    ]));
    assert_eq!(
        refusal(Method::PATCH, &sales_path, patch.unwrap()).await,
        expect(400, "invalidValue", "Operation 2: members: value 2 would put the group into itself.")
    );
    assert_eq!(
        refusal(Method::POST, "/scim2/Groups", json!({"members": []})).await,
        expect(400, "invalidValue", "displayName is required.")
    );
    let unchanged = server.ask("admin", Method::GET, &sales_path, None).await.json();
    assert_eq!(unchanged, sales);
}

/// SCIM-96: the policy can be switched off.
#[tokio::test]
async fn names_may_repeat_where_the_policy_is_off() {
    let server = TestServer::start_with(|file| file.unique_group_names = false);
    server.admin().await;

    for _ in 0..2 {
        founded(&server, "/scim2", json!({"displayName": "Sales"})).await;
    }
    let found =
        server.ask("admin", Method::GET, "/scim2/Groups?filter=displayName+eq+%22sales%22", None).await;
    assert_eq!(found.json()["totalResults"], 2);
}

/// SCIM-50, SCIM-57, SCIM-59, SCIM-65, SCIM-66, SCIM-70: lists, by GET and by POST.
#[tokio::test]
async fn groups_are_listed_filtered_and_sorted() {
    let (server, bob) = at_least_bob().await;
    let inner = founded(&server, "/scim2", json!({"displayName": "beta", "members": [{"value": bob}]})).await;
    founded(&server, "/scim2", json!({"displayName": "Alpha", "externalId": "2"})).await;
    let of_both = json!([{"value": bob}, {"value": inner["id"]}]);
    founded(&server, "/scim2", json!({"displayName": "Gamma", "externalId": "1", "members": of_both})).await;
    let listed = async |body: Value| {
        let path = "/scim/v2/Groups/.search";
        let reply = server.ask("admin", Method::POST, path, Some(body.clone())).await;
        assert_eq!(reply.status, StatusCode::OK, "{body}: {}", reply.text);
        let page = reply.json();
        let names = page["Resources"].as_array().unwrap().iter().map(|group| group["displayName"].clone());
        (page["totalResults"].clone(), names.collect::<Vec<_>>())
    };
    let by = |filter: String| json!({"filter": filter});
    let inner_id = inner["id"].as_str().unwrap();

    for (asked, total, names) in [
        (json!({}), 3, vec!["beta", "Alpha", "Gamma"]),
        (json!({"count": 1, "startIndex": 2}), 3, vec!["Alpha"]),
        (json!({"count": 0}), 3, vec![]),
        (json!({"sortBy": "displayName"}), 3, vec!["Alpha", "beta", "Gamma"]),
        (json!({"sortBy": "displayName", "sortOrder": "descending", "count": 2}), 3, vec!["Gamma", "beta"]),
        (json!({"sortBy": "externalId"}), 3, vec!["Gamma", "Alpha", "beta"]),
        (json!({"sortBy": "externalId", "sortOrder": "descending"}), 3, vec!["beta", "Alpha", "Gamma"]),
        (by("displayName eq \"ALPHA\"".to_owned()), 1, vec!["Alpha"]),
        (by("displayName co \"a\" and externalId pr".to_owned()), 2, vec!["Alpha", "Gamma"]),
        (by(format!("members eq \"{bob}\"")), 2, vec!["beta", "Gamma"]),
        (by(format!("members[value eq \"{bob}\"] and displayName eq \"gamma\"")), 1, vec!["Gamma"]),
        (by(format!("members[value eq \"{inner_id}\" and type eq \"Group\"]")), 1, vec!["Gamma"]),
        (by(format!("members[value eq \"{bob}\" and type eq \"Group\"]")), 0, vec![]),
        (by("not (members pr)".to_owned()), 1, vec!["Alpha"]),
        (by("members.display eq \"BOB\"".to_owned()), 2, vec!["beta", "Gamma"]),
        (by("meta.resourceType eq \"Group\"".to_owned()), 3, vec!["beta", "Alpha", "Gamma"]),
        (by("id eq \"nothing\"".to_owned()), 0, vec![]),
    ] {
        let names = names.into_iter().map(Value::from).collect::<Vec<_>>();
        assert_eq!(listed(asked.clone()).await, (json!(total), names), "{asked}");
    }
    let unknown = server.ask("admin", Method::GET, "/scim2/Groups?filter=userName+pr", None).await;
    assert_eq!((unknown.status.as_u16(), &unknown.json()["scimType"]), (400, &json!("invalidFilter")));
    let by_members = server.ask("admin", Method::GET, "/scim2/Groups?sortBy=members", None).await;
    assert_eq!(by_members.status, StatusCode::BAD_REQUEST);
}

/// SCIM-47, SCIM-29b: a projection on every answer; names of members only for who asks.
#[tokio::test]
async fn members_are_shown_as_asked() {
    let (server, bob) = at_least_bob().await;
    let group =
        founded(&server, "/scim2", json!({"displayName": "Sales", "members": [{"value": bob}]})).await;
    let members = async |query: &str| {
        let one =
            server.ask("admin", Method::GET, &format!("{}?{query}", path_of("/scim2", &group)), None).await;
        let list = server.ask("admin", Method::GET, &format!("/scim2/Groups?{query}"), None).await;
        let (one, list) = (one.json()["members"].clone(), list.json()["Resources"][0]["members"].clone());
        assert_eq!(one, list);
        one
    };

    assert_eq!(members("excludedAttributes=members").await, Value::Null);
    assert_eq!(members("attributes=displayName").await, Value::Null);
    assert_eq!(members("attributes=members.value").await, json!([{"value": bob}]));
    assert_eq!(
        members("attributes=members.value,members.display").await,
        json!([{"value": bob, "display": "bob"}])
    );
}

/// SCIM-90: a user is shown with his groups, direct and indirect, at both mounts; his own tag does not move.
#[tokio::test]
async fn a_user_is_shown_with_his_groups() {
    let (server, bob) = at_least_bob().await;
    let path = format!("/scim/v2/Users/{bob}");
    let before = server.ask("admin", Method::GET, &path, None).await;
    let inner = founded(&server, "/scim2", json!({"displayName": "In", "members": [{"value": bob}]})).await;
    let outer =
        founded(&server, "/scim2", json!({"displayName": "Out", "members": [{"value": inner["id"]}]})).await;

    for (mount, path) in [("/scim/v2", path.as_str()), ("/scim2", "/scim2/Me")] {
        let asker = if path == "/scim2/Me" { "bob" } else { "admin" };
        let shown = server.ask(asker, Method::GET, path, None).await;
        let group = |group: &Value, name: &str, kind: &str| {
            let place =
                format!("https://id.example.com:9443{mount}/Groups/{}", group["id"].as_str().unwrap());
            json!({"value": group["id"], "display": name, "type": kind, "$ref": place})
        };
        let mut expected = [group(&inner, "In", "direct"), group(&outer, "Out", "indirect")];
        expected.sort_by_key(|group| group["value"].to_string());
        assert_eq!(shown.json()["groups"], json!(expected));
        assert_eq!(shown.header("etag"), before.header("etag"));
    }
    // What is the server's to say is ignored in a body, and refused by path (SCIM-81).
    let echo = server.ask("admin", Method::GET, &path, None).await.json();
    let put = server.ask("admin", Method::PUT, &path, Some(echo.clone())).await;
    assert_eq!((put.status, put.json()["groups"].clone()), (StatusCode::OK, echo["groups"].clone()));
    let own = server.ask("bob", Method::PUT, "/scim2/Me", Some(echo)).await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.text);
    let body = operations(json!([{"op": "remove", "path": "groups"}]));
    let patched = server.ask("admin", Method::PATCH, &path, body).await;
    assert_eq!((patched.status.as_u16(), &patched.json()["scimType"]), (400, &json!("mutability")));
}

/// SCIM-3: without the right every id answers 403, with it an unknown one 404; a user's id is no group's.
#[tokio::test]
async fn rights_come_before_existence() {
    let (server, bob) = at_least_bob().await;
    let group =
        founded(&server, "/scim2", json!({"displayName": "Sales", "members": [{"value": bob}]})).await;
    let token = server.program(&["internal_group_mgt_view"]).await;

    for path in [path_of("/scim2", &group), format!("/scim2/Groups/{bob}"), "/scim2/Groups/x".to_owned()] {
        for (method, body) in [(Method::GET, None), (Method::DELETE, None), (Method::PATCH, adding(&bob))] {
            assert_eq!(server.ask("bob", method, &path, body).await.status, StatusCode::FORBIDDEN);
        }
        let known = path == path_of("/scim2", &group);
        let request = Request::get(&path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let read = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(read.status.as_u16(), if known { 200 } else { 404 });
        let request = Request::delete(&path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        assert_eq!(server.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
    }
}

/// SCIM-67, SCIM-68, SCIM-115: groups are walked by cursor, forwards and back, as users are.
#[tokio::test]
async fn groups_are_walked_by_cursor() {
    let (server, _) = at_least_bob().await;
    for name in ["delta", "Alpha", "gamma", "Beta", "epsilon"] {
        founded(&server, "/scim2", json!({"displayName": name})).await;
    }
    let names = |page: &Value| -> Vec<String> {
        let groups = page["Resources"].as_array().unwrap().iter();
        groups.map(|group| group["displayName"].as_str().unwrap().to_owned()).collect()
    };
    for mount in ["/scim2", "/scim/v2"] {
        let query = format!("{mount}/Groups?sortBy=displayName&count=2&cursor=");
        let page = async |cursor: &Value| {
            let path = format!("{query}{}", cursor.as_str().unwrap());
            server.ask("admin", Method::GET, &path, None).await.json()
        };
        let first = page(&json!("")).await;
        let second = page(&first["nextCursor"]).await;
        let third = page(&second["nextCursor"]).await;
        let again = json!({"sortBy": "displayname", "count": 2, "cursor": third["previousCursor"]});
        let back =
            server.ask("admin", Method::POST, &format!("{mount}/Groups/.search"), Some(again)).await.json();

        assert_eq!(names(&first), ["Alpha", "Beta"]);
        assert_eq!(names(&second), ["delta", "epsilon"]);
        assert_eq!(names(&third), ["gamma"]);
        assert_eq!(names(&back), names(&second));
        assert!(first.get("previousCursor").is_none() && third.get("nextCursor").is_none());
        assert!(first.get("startIndex").is_none());
    }
    let page = server.ask("admin", Method::GET, "/scim2/Groups?count=1&cursor=", None).await.json();
    let path = format!("/scim2/Users?count=1&cursor={}", page["nextCursor"].as_str().unwrap());
    let foreign = server.ask("admin", Method::GET, &path, None).await;
    assert_eq!(
        (foreign.status, &foreign.json()["scimType"]),
        (StatusCode::BAD_REQUEST, &json!("invalidCursor"))
    );
}
