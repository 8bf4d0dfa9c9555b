//! Every operation × everything that refuses it, over the whole router, as one table (SCIM-110, SCIM-111, SCIM-112).

mod cases;
mod of_each;

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, Request, header};
use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::sample::{Person, Reply, TestServer, basic};
use cases::{By, Case};

const HEAD: &str = "| operation | cause | status | scimType | headers |\n|---|---|---|---|---|\n";

/// What the requests are about: at each mount the same.
struct House {
    server: TestServer,
    mount: &'static str,
    token: String,
    bob: String,
    group: String,
    /// Of a list of two a page.
    cursor: Value,
}

impl House {
    async fn at(mount: &'static str) -> Self {
        let server = TestServer::start();
        server.admin().await;
        let of = |email| Person { email: Some(email), ..Person::default() };
        let bob = server.person("bob", of("bob@example.org")).await.to_string();
        server.person("carol", of("carol@example.org")).await;
        let token = server.program(&["internal_user_mgt_view"]).await;
        let mut house = Self { server, mount, token, bob, group: String::new(), cursor: Value::Null };
        for name in ["Tools", "Sales"] {
            let case = Case::new("", "", Method::POST, "/Groups").json(json!({"displayName": name}));
            house.group = house.answer(&case).await.json()["id"].as_str().unwrap().to_owned();
        }
        let page = Case::new("", "", Method::GET, "/Users?count=2&cursor=");
        house.cursor = house.answer(&page).await.json()["nextCursor"].clone();
        house
    }

    async fn answer(&self, case: &Case) -> Reply {
        let mut request =
            Request::builder().method(case.method.clone()).uri(format!("{}{}", self.mount, case.path));
        let credential = match case.by {
            By::Nobody => None,
            By::Person(name) => Some(basic(name)),
            By::Forger => Some("Bearer made-up".to_owned()),
            By::Program => Some(format!("Bearer {}", self.token)),
        };
        if let Some(credential) = credential {
            request = request.header(header::AUTHORIZATION, credential);
        }
        if let Some((name, value)) = &case.header {
            request = request.header(*name, value);
        }
        self.server.send(request.body(Body::from(case.body.clone())).unwrap()).await
    }

    /// The lines of the table for these.
    async fn lines(&self, cases: Vec<Case>) -> String {
        let mut table = String::new();
        for case in cases {
            let reply = self.answer(&case).await;
            let outer = reply.status;
            let (error, headers) = if case.operation == "bulk item" {
                assert_eq!(outer, 200, "{case:?}");
                let items = reply.json()["Operations"].as_array().unwrap().clone();
                let item = items.into_iter().last().unwrap();
                assert_eq!(item["status"], item["response"]["status"], "{case:?}");
                (item["response"].clone(), String::new())
            } else {
                assert_eq!(reply.json()["status"], outer.as_str(), "{case:?}: {outer} {}", reply.text);
                assert_eq!(reply.header("content-type"), "application/scim+json", "{case:?}");
                (reply.json(), headers(&reply))
            };
            assert_is_error(&error, &case);
            let kind = error["scimType"].as_str().unwrap_or_default();
            let status = error["status"].as_str().unwrap();
            writeln!(table, "| {} | {} | {status} | {kind} | {headers} |", case.operation, case.cause)
                .unwrap();
        }
        table
    }
}

/// SCIM-110: the schema of an error, a `status` that is a string, and a sentence.
fn assert_is_error(error: &Value, case: &Case) {
    assert_eq!(error["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{case:?}: {error}");
    assert!(error["status"].is_string(), "{case:?}: {error}");
    let detail = error["detail"].as_str().unwrap_or_default();
    assert!(detail.ends_with('.') && !detail.contains("SELECT"), "{case:?}: {error}");
}

/// Those that belong to a refusal.
fn headers(reply: &Reply) -> String {
    let mut shown = Vec::new();
    let schemes = reply.headers.get_all("www-authenticate").iter();
    let schemes: Vec<&str> = schemes.filter_map(|value| value.to_str().ok()?.split(' ').next()).collect();
    if !schemes.is_empty() {
        shown.push(format!("WWW-Authenticate: {}", schemes.join(", ")));
    }
    for (name, told) in [("allow", "Allow"), ("retry-after", "Retry-After")] {
        if !reply.header(name).is_empty() {
            shown.push(format!("{told}: {}", reply.header(name)));
        }
    }
    shown.join("; ")
}

/// SCIM-110, SCIM-111, SCIM-112, SCIM-25, SCIM-2, SCIM-3, SCIM-9: every error of every operation, the same at both mounts,
/// is as the table beside this file says.
#[tokio::test]
async fn every_error_of_every_operation() {
    let (wso2, wso2_rename) = table("/scim2", "patch user at /scim2").await;
    let (strict, strict_rename) = table("/scim/v2", "patch user at /scim/v2").await;
    let printed = format!("{wso2}{wso2_rename}{strict_rename}");

    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/src/scim/tests/errors/table.md");
    if std::env::var_os("COUNTERSIGN_WRITE_ERRORS").is_some() {
        std::fs::write(beside, &printed).unwrap();
    }
    assert_eq!(wso2, strict, "what is refused is refused at both");
    assert_eq!(
        printed,
        std::fs::read_to_string(beside).unwrap(),
        "COUNTERSIGN_WRITE_ERRORS=1 writes it anew"
    );
}

/// The table of a mount, and its line about renaming.
async fn table(mount: &'static str, renaming: &'static str) -> (String, String) {
    let mut house = House::at(mount).await;
    let mut table = HEAD.to_owned();
    table += &house.lines(cases::common(&house.bob, &house.group)).await;
    table += &house.lines(of_each::all(&house.bob, &house.group, &house.cursor)).await;
    let rename = house.lines(of_each::renames(renaming, &house.bob)).await;
    let wrong = Case::new("", "", Method::GET, "/Users").by(By::Person("nobody"));
    while house.answer(&wrong).await.status == 401 {}
    table += &house.lines(cases::blocked(&house.bob, &house.group)).await;
    house.server.clock.advance(SignedDuration::from_hours(24));
    table += &house.lines(of_each::late(&house.cursor)).await;
    // From here on, one write a minute.
    house.server = TestServer::start_with(|file| file.base.limits.writes_per_minute = 1);
    house.server.admin().await;
    house.bob = house.server.person("bob", Person::default()).await.to_string();
    house.answer(&Case::new("", "", Method::POST, "/Users").json(json!({"userName": "one"}))).await;
    table += &house.lines(of_each::throttled(&house.bob)).await;
    (table, rename)
}
