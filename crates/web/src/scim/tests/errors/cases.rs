//! The requests: what they are made of, and what any operation can be refused for.

use axum::http::Method;
use serde_json::{Value, json};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Nobody,
    Person(&'static str),
    Program,
    /// With a token that nobody was given.
    Forger,
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

    #[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
    pub(super) fn json(self, body: Value) -> Self {
        Self { body: body.to_string(), ..self }
    }

    pub(super) fn for_cause(&self, cause: &'static str) -> Self {
        Self { cause, ..self.clone() }
    }

    pub(super) fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    pub(super) fn text(self, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(super) fn with(self, name: &'static str, value: &str) -> Self {
        Self { header: Some((name, value.to_owned())), ..self }
    }

    pub(super) fn at(self, path: String) -> Self {
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
            cases.push(case.for_cause("a made-up token").by(By::Forger));
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

/// What every operation is refused for once too many passwords were wrong.
pub(super) fn blocked(bob: &str, group: &str) -> Vec<Case> {
    let signed = operations(bob, group).into_iter().filter(|(_, right)| *right != Right::Open);
    signed.map(|(case, _)| case.for_cause("too many wrong passwords").by(By::Person("nobody"))).collect()
}
