//! What only some operations can be refused for.

use axum::http::Method;
use serde_json::{Value, json};

use super::cases::{By, Case};

/// All of it, but for what takes time.
pub(super) fn all(bob: &str, group: &str, cursor: &Value) -> Vec<Case> {
    let mut cases = methods(bob, group);
    cases.extend(users(bob));
    cases.extend(lists(cursor));
    cases.extend(groups(group));
    cases.extend(bulk());
    cases.extend(items(bob));
    cases.push(Case::new("discovery", "a filter", Method::GET, "/Schemas?filter=id%20pr"));
    cases.push(Case::new("discovery", "an unknown name", Method::GET, "/Schemas/urn:x"));
    cases.push(Case::new("any", "an unknown path", Method::GET, "/Nowhere"));
    cases
}

fn methods(bob: &str, group: &str) -> Vec<Case> {
    let of = |operation, method, path: &str| Case::new(operation, "another method", method, path);
    vec![
        of("list users", Method::DELETE, "/Users"),
        of("read user", Method::POST, &format!("/Users/{bob}")),
        of("search users", Method::PUT, "/Users/.search"),
        of("list groups", Method::DELETE, "/Groups"),
        of("read group", Method::POST, &format!("/Groups/{group}")),
        of("search groups", Method::PUT, "/Groups/.search"),
        of("search both", Method::GET, "/.search"),
        of("read me", Method::DELETE, "/Me"),
        of("bulk", Method::GET, "/Bulk"),
        of("discovery", Method::POST, "/Schemas"),
        of("discovery", Method::DELETE, "/ServiceProviderConfig"),
    ]
}

fn users(bob: &str) -> Vec<Case> {
    let whole = |cause, body| Case::new("create user", cause, Method::POST, "/Users").json(body);
    let replace =
        |cause, body| Case::new("replace user", cause, Method::PUT, format!("/Users/{bob}")).json(body);
    let mut cases = vec![
        whole("no userName", json!({"title": "T"})),
        whole("an empty userName", json!({"userName": ""})),
        whole("a wrong type", json!({"userName": "u", "active": "maybe"})),
        whole(
            "two primary values",
            json!({"userName": "u", "roles": [
            {"value": "a", "primary": true}, {"value": "b", "primary": true}]}),
        ),
        whole("no address", json!({"userName": "u", "emails": [{"value": "x", "primary": true}]})),
        whole("a weak password", json!({"userName": "u", "password": "short"})),
        whole("a taken userName", json!({"userName": "BOB"})),
        whole(
            "a taken address",
            json!({"userName": "u", "emails": [{"value": "Carol@example.org", "primary": true}]}),
        ),
        replace("no userName", json!({"title": "T"})),
        replace("a wrong type", json!({"userName": "bob", "name": "B"})),
        replace(
            "a taken address",
            json!({"userName": "bob", "emails": [{"value": "carol@example.org", "primary": true}]}),
        ),
    ];
    let path = format!("/Users/{bob}");
    cases.extend(patches("patch user", &path, By::Person("admin")));
    let taken = json!({"op": "replace", "path": "emails", "value": [{"value": "carol@example.org", "primary": true}]});
    cases.push(
        Case::new("patch user", "a taken address", Method::PATCH, path).json(json!({"Operations": [taken]})),
    );
    cases.extend(patches("patch me", "/Me", By::Person("bob")));
    let own = json!({"Operations": [{"op": "replace", "path": "title", "value": "Boss"}]});
    let other = json!({"userName": "robert"});
    cases.push(
        Case::new("replace me", "another userName", Method::PUT, "/Me").json(other).by(By::Person("bob")),
    );
    cases.push(
        Case::new("patch me", "not the owner's to write", Method::PATCH, "/Me")
            .json(own)
            .by(By::Person("carol")),
    );
    cases
}

fn patches(operation: &'static str, path: &str, by: By) -> Vec<Case> {
    let of = |cause, operations: Value| {
        Case::new(operation, cause, Method::PATCH, path).json(json!({"Operations": operations})).by(by)
    };
    vec![
        of("no Operations", Value::Null),
        of("an unknown op", json!([{"op": "move", "path": "nickName"}])),
        of("a broken path", json!([{"op": "add", "path": "emails[", "value": "x"}])),
        of("an unknown path", json!([{"op": "add", "path": "shoeSize", "value": 43}])),
        of("remove without path", json!([{"op": "remove"}])),
        of(
            "replace of no match",
            json!([{"op": "replace", "path": "addresses[type eq \"x\"].locality", "value": "L"}]),
        ),
        of("a readOnly path", json!([{"op": "replace", "path": "id", "value": "mine"}])),
        of(
            "what waits, made up",
            json!([{"op": "replace", "path": "urn:scim:wso2:schema:pendingMobileNumber", "value": "0999999999"}]),
        ),
        of("a wrong type", json!([{"op": "replace", "path": "nickName", "value": 7}])),
        of("a required attribute removed", json!([{"op": "remove", "path": "userName"}])),
    ]
}

fn lists(cursor: &Value) -> Vec<Case> {
    let terms = vec!["userName pr"; 201].join(" or ");
    let mut cases = Vec::new();
    for (operation, path) in [
        ("search users", "/Users/.search"),
        ("search groups", "/Groups/.search"),
        ("search both", "/.search"),
    ] {
        let of = |cause, body| Case::new(operation, cause, Method::POST, path).json(body);
        let terms =
            if operation == "search groups" { terms.replace("userName", "id") } else { terms.clone() };
        cases.extend([
            of("a broken filter", json!({"filter": "id eq"})),
            of("an unknown attribute", json!({"filter": "shoeSize eq \"43\""})),
            of("an unquoted word", json!({"filter": "displayName eq x"})),
            of("201 terms", json!({"filter": terms})),
            of("an unknown order", json!({"sortBy": "shoeSize"})),
            of("startIndex no number", json!({"startIndex": "first"})),
            of("count no number", json!({"count": "many"})),
            of("a made-up cursor", json!({"cursor": "made-up"})),
            of(
                "attributes and excludedAttributes",
                json!({"attributes": ["id"], "excludedAttributes": ["name"]}),
            ),
        ]);
    }
    let list = |cause, query: &str| Case::new("list users", cause, Method::GET, format!("/Users?{query}"));
    cases.extend([
        list("a broken filter", "filter=id%20eq"),
        list("a secret attribute", "filter=password%20pr"),
        list("an unknown order", "sortBy=shoeSize"),
        list("startIndex no number", "startIndex=first"),
        list("count no number", "count=many"),
        list("a parameter twice", "count=1&count=2"),
        list("a made-up cursor", "cursor=made-up"),
        list("a cursor of other pages", &format!("count=3&cursor={}", cursor.as_str().unwrap())),
        Case::new("list groups", "a broken filter", Method::GET, "/Groups?filter=id%20eq"),
        Case::new("list groups", "an order that has none", Method::GET, "/Groups?sortBy=members"),
        Case::new("list groups", "a made-up cursor", Method::GET, "/Groups?cursor=made-up"),
        Case::new(
            "list groups",
            "a cursor of users",
            Method::GET,
            format!("/Groups?count=2&cursor={}", cursor.as_str().unwrap()),
        ),
    ]);
    cases
}

/// After a day.
pub(super) fn late(cursor: &Value) -> Vec<Case> {
    let path = format!("/Users?count=2&cursor={}", cursor.as_str().unwrap());
    vec![Case::new("list users", "a cursor of yesterday", Method::GET, path)]
}

fn groups(group: &str) -> Vec<Case> {
    let place = format!("/Groups/{group}");
    let nobody = json!([{"value": "00000000-0000-7000-8000-000000000000"}]);
    let mut cases = Vec::new();
    for (operation, method, path) in
        [("create group", Method::POST, "/Groups"), ("replace group", Method::PUT, place.as_str())]
    {
        let of = |cause, body| Case::new(operation, cause, method.clone(), path).json(body);
        cases.extend([
            of("no displayName", json!({})),
            of("a wrong type", json!({"displayName": 7})),
            of("an unknown member", json!({"displayName": "G", "members": nobody})),
            of("a taken displayName", json!({"displayName": "TOOLS"})),
        ]);
    }
    let of = |cause, operation: Value| {
        Case::new("patch group", cause, Method::PATCH, place.clone()).json(json!({"Operations": [operation]}))
    };
    cases.extend([
        Case::new("patch group", "no Operations", Method::PATCH, place.clone()).json(json!({})),
        of("an unknown path", json!({"op": "add", "path": "userName", "value": "x"})),
        of("remove without path", json!({"op": "remove"})),
        of("a readOnly path", json!({"op": "replace", "path": "id", "value": "mine"})),
        of("an unknown member", json!({"op": "add", "path": "members", "value": nobody})),
        of("itself a member", json!({"op": "add", "path": "members", "value": [{"value": group}]})),
        of("a taken displayName", json!({"op": "replace", "path": "displayName", "value": "tools"})),
    ]);
    cases
}

fn bulk() -> Vec<Case> {
    let many: Vec<Value> = (0..1_001).map(|_| json!({"method": "DELETE", "path": "/Users/x"})).collect();
    let of = |cause, body| Case::new("bulk", cause, Method::POST, "/Bulk").json(body);
    vec![
        of("no Operations", json!({})),
        of("failOnErrors no number", json!({"failOnErrors": "x", "Operations": []})),
        of("1,001 operations", json!({"Operations": many})),
    ]
}

fn items(bob: &str) -> Vec<Case> {
    let of = |cause, item: Value| {
        Case::new("bulk item", cause, Method::POST, "/Bulk").json(json!({"Operations": [item]}))
    };
    let user = format!("/Users/{bob}");
    let create = |data: Value| json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": data});
    let nick = json!({"Operations": [{"op": "add", "path": "nickName", "value": "n"}]});
    let patch = |path: &str| json!({"method": "PATCH", "path": path, "data": nick});
    let led = json!({"userName": "u", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "manager": {"value": "bulkId:nobody"}}});
    vec![
        of("an unknown method", json!({"method": "GET", "path": user})),
        of("POST without bulkId", json!({"method": "POST", "path": "/Users", "data": {"userName": "u"}})),
        of("an unknown endpoint", json!({"method": "POST", "path": "/Nowhere", "bulkId": "a", "data": {}})),
        of("an unknown id", patch("/Users/x")),
        of("another method", json!({"method": "DELETE", "path": "/Users"})),
        of("no permission", patch(&user)).by(By::Person("carol")),
        of("a program's credential", patch("/Me")).by(By::Program),
        of("another version", json!({"method": "DELETE", "path": user, "version": "W/\"99\""})),
        of("no object", create(json!([]))),
        of("no userName", create(json!({"title": "T"}))),
        of("a taken userName", create(json!({"userName": "bob"}))),
        of("an unknown reference", create(led)),
        of(
            "an unknown path",
            json!({"method": "PATCH", "path": user, "data": {"Operations": [{"op": "add", "path": "shoeSize", "value": 1}]}}),
        ),
        of(
            "remove without path",
            json!({"method": "PATCH", "path": user, "data": {"Operations": [{"op": "remove"}]}}),
        ),
        of(
            "a readOnly path",
            json!({"method": "PATCH", "path": user, "data": {"Operations": [{"op": "replace", "path": "id", "value": "x"}]}}),
        ),
    ]
}

/// After the only write of this minute.
pub(super) fn throttled(bob: &str) -> Vec<Case> {
    let cause = "too many writes";
    let of = |operation, method, path: &str| Case::new(operation, cause, method, path);
    let user = format!("/Users/{bob}");
    let patch = json!({"Operations": [{"op": "add", "path": "nickName", "value": "n"}]});
    let item = json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "two"}});
    vec![
        of("create user", Method::POST, "/Users").json(json!({"userName": "two"})),
        of("replace user", Method::PUT, &user).json(json!({"userName": "bob", "title": "T"})),
        of("patch user", Method::PATCH, &user).json(patch.clone()),
        of("patch me", Method::PATCH, "/Me").json(patch),
        of("delete user", Method::DELETE, &user),
        of("create group", Method::POST, "/Groups").json(json!({"displayName": "Tools"})),
        of("bulk item", Method::POST, "/Bulk").json(json!({"Operations": [item]})),
    ]
}

/// `userName` changes at `/scim/v2` alone (DESIGN §5).
pub(super) fn renames(operation: &'static str, bob: &str) -> Vec<Case> {
    let body = json!({"Operations": [{"op": "replace", "path": "userName", "value": "carol"}]});
    vec![Case::new(operation, "a taken userName", Method::PATCH, format!("/Users/{bob}")).json(body)]
}
