//! The requests, by operation.

use axum::http::Method;
use serde_json::{Value, json};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Nobody,
    Person(&'static str),
    Program,
}

/// A request that is refused, and why.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) operation: &'static str,
    pub(super) cause: &'static str,
    pub(super) by: By,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) header: Option<(&'static str, String)>,
    pub(super) body: String,
}

/// Without the body: it may be megabytes.
impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} ({:?} {} {})", self.operation, self.cause, self.by, self.method, self.path)
    }
}

impl Case {
    /// By the administrator, without a body.
    pub(super) fn new(
        operation: &'static str,
        cause: &'static str,
        method: Method,
        path: impl Into<String>,
    ) -> Self {
        let (by, path) = (By::Person("admin"), path.into());
        Self { operation, cause, by, method, path, header: None, body: String::new() }
    }

    pub(super) fn json(self, body: Value) -> Self {
        Self { body: body.to_string(), ..self }
    }

    fn for_cause(&self, cause: &'static str) -> Self {
        Self { cause, ..self.clone() }
    }

    fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    fn text(self, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self }
    }

    fn with(self, name: &'static str, value: &str) -> Self {
        Self { header: Some((name, value.to_owned())), ..self }
    }

    fn at(self, path: String) -> Self {
        Self { path, ..self }
    }
}

/// Of whom a request asks a permission.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Right {
    Open,
    Own,
    Scoped,
    Each,
}

/// Every operation, as it would succeed.
fn operations(bob: &str, group: &str) -> Vec<(Case, Right)> {
    let of = |operation, method, path: String| Case::new(operation, "", method, path);
    let nick = json!({"Operations": [{"op": "add", "path": "nickName", "value": "n"}]});
    let name = json!({"Operations": [{"op": "replace", "path": "displayName", "value": "Own"}]});
    let (user, group) = (format!("/Users/{bob}"), format!("/Groups/{group}"));
    let whole = json!({"userName": "bob"});
    vec![
        (of("create user", Method::POST, "/Users".into()).json(json!({"userName": "new"})), Right::Scoped),
        (of("read user", Method::GET, user.clone()), Right::Scoped),
        (of("list users", Method::GET, "/Users".into()), Right::Scoped),
        (of("search users", Method::POST, "/Users/.search".into()).json(json!({})), Right::Scoped),
        (of("replace user", Method::PUT, user.clone()).json(whole.clone()), Right::Scoped),
        (of("patch user", Method::PATCH, user.clone()).json(nick.clone()), Right::Scoped),
        (of("delete user", Method::DELETE, user), Right::Scoped),
        (
            of("create group", Method::POST, "/Groups".into()).json(json!({"displayName": "New"})),
            Right::Scoped,
        ),
        (of("read group", Method::GET, group.clone()), Right::Scoped),
        (of("list groups", Method::GET, "/Groups".into()), Right::Scoped),
        (of("search groups", Method::POST, "/Groups/.search".into()).json(json!({})), Right::Scoped),
        (of("replace group", Method::PUT, group.clone()).json(json!({"displayName": "Own"})), Right::Scoped),
        (of("patch group", Method::PATCH, group.clone()).json(name), Right::Scoped),
        (of("delete group", Method::DELETE, group), Right::Scoped),
        (of("search both", Method::POST, "/.search".into()).json(json!({})), Right::Scoped),
        (of("read me", Method::GET, "/Me".into()), Right::Own),
        (of("replace me", Method::PUT, "/Me".into()).json(whole), Right::Own),
        (of("patch me", Method::PATCH, "/Me".into()).json(nick), Right::Own),
        (of("bulk", Method::POST, "/Bulk".into()).json(json!({"Operations": []})), Right::Each),
        (of("discovery", Method::GET, "/Schemas".into()), Right::Open),
    ]
}

/// What any operation can be refused for.
pub(super) fn common(bob: &str, group: &str) -> Vec<Case> {
    let all = operations(bob, group).into_iter();
    all.flat_map(|(case, right)| {
        let mut cases = Vec::new();
        if right != Right::Open {
            cases.push(case.for_cause("no credential").by(By::Nobody));
            cases.push(case.for_cause("an unknown credential").by(By::Person("nobody")));
        }
        match right {
            Right::Scoped => cases.push(case.for_cause("no permission").by(By::Person("carol"))),
            Right::Own => cases.push(case.for_cause("a program's credential").by(By::Program)),
            Right::Open | Right::Each => {}
        }
        cases.extend(about_the_path(&case));
        if !case.body.is_empty() {
            cases.extend(about_the_body(&case));
        }
        cases
    })
    .collect()
}

fn about_the_path(case: &Case) -> Vec<Case> {
    let mut cases = Vec::new();
    let is_one = case.path.len() > 40;
    let is_write = [Method::PUT, Method::PATCH, Method::DELETE].contains(&case.method);
    if is_one {
        let kind = case.path.split('/').nth(1).unwrap();
        let nobody = format!("/{kind}/00000000-0000-7000-8000-000000000000");
        cases.push(case.for_cause("an unknown id").at(nobody));
        cases.push(case.for_cause("an id that is none").at(format!("/{kind}/%00")));
    }
    if is_write {
        cases.push(case.for_cause("another version").with("if-match", "W/\"99\""));
        let foreign = if case.path == "/Me" { Some(case.clone().by(By::Person("bob"))) } else { None };
        cases.extend(foreign.map(|case| case.for_cause("a version that is none").with("if-match", "x")));
    }
    let answers_in_parts = case.method != Method::DELETE
        && !case.path.ends_with(".search")
        && case.path != "/Bulk"
        && case.path != "/Schemas";
    if answers_in_parts {
        let query = format!("{}?attributes=id&excludedAttributes=name", case.path);
        cases.push(case.for_cause("attributes and excludedAttributes").at(query));
    }
    cases
}

fn about_the_body(case: &Case) -> Vec<Case> {
    let long = if case.path == "/Bulk" { 4 } else { 1 } * 1024 * 1024 + 1;
    vec![
        case.for_cause("another media type").with("content-type", "text/plain"),
        case.for_cause("another charset").with("content-type", "application/json; charset=latin1"),
        case.for_cause("a content encoding").with("content-encoding", "gzip"),
        case.for_cause("a body too long").text(" ".repeat(long)),
        case.for_cause("no JSON").text("{"),
        case.for_cause("no object").text("[]"),
    ]
}

/// What only some operations can be refused for.
pub(super) fn of_each(bob: &str, group: &str, cursor: &Value) -> Vec<Case> {
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
        Case::new("list groups", "a cursor", Method::GET, "/Groups?cursor="),
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
        of("bulk item", Method::POST, "/Bulk").json(json!({"Operations": [item]})),
    ]
}
