//! Whatever is sent to SCIM, somebody is told that it is wrong and the server goes on (SEC-41, SEC-40, SCIM-7): every
//! endpoint and method, over real sockets, on threads with small stacks.

use serde_json::{Value, json};

use crate::test_app::{ADMIN, Answer, BOB_ID, Request, TestApp, on_both_databases};

/// A quarter of what threads usually get: recursion over hostile input would end the process here.
const STACK_BYTES: usize = 512 * 1024;

const MOUNTS: [&str; 2] = ["/scim2", "/scim/v2"];

/// Where bodies go.
const WRITES: [(&str, &str); 7] = [
    ("POST", "/Users"),
    ("PUT", "/Users/{bob}"),
    ("PATCH", "/Users/{bob}"),
    ("PUT", "/Me"),
    ("PATCH", "/Me"),
    ("POST", "/Users/.search"),
    ("POST", "/Bulk"),
];

/// Where an id or a name is read from the path.
const NAMED: [(&str, &str); 6] = [
    ("GET", "/Users/"),
    ("PUT", "/Users/"),
    ("PATCH", "/Users/"),
    ("DELETE", "/Users/"),
    ("GET", "/ResourceTypes/"),
    ("GET", "/Schemas/"),
];

/// Runs a journey on a runtime of small threads.
fn on_small_stacks(case: impl AsyncFn(&mut TestApp)) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).thread_stack_size(STACK_BYTES).enable_all().build().unwrap();
    runtime.block_on(on_both_databases(case));
}

/// Bodies that nothing good can be made of.
fn bodies() -> Vec<(&'static str, String)> {
    let long = "a".repeat(1_000_000);
    vec![
        ("nothing", String::new()),
        ("null", "null".into()),
        ("a number", "7".into()),
        ("a text", "\"text\"".into()),
        ("a list", "[]".into()),
        ("a deep list", "[".repeat(1_000_000)),
        ("a deep object", "{\"a\":".repeat(200_000)),
        ("a deep mixture", "[{\"Operations\":".repeat(60_000)),
        ("a closed deep list", format!("{{\"a\":{}{}}}", "[".repeat(32), "]".repeat(32))),
        ("an endless number", format!("{{\"a\":{}}}", "9".repeat(900_000)).replace("999}", "9e9}")),
        ("an infinite number", "{\"a\":1e999999}".into()),
        ("a lone surrogate", "{\"userName\":\"\\ud800\"}".into()),
        ("a lone low surrogate", "{\"userName\":\"\\udc00x\"}".into()),
        ("a key twice", "{\"userName\":\"a\",\"userName\":\"b\",\"Operations\":[]}".into()),
        ("a key twice, once escaped", "{\"Operations\":[],\"Operation\\u0073\":[]}".into()),
        ("a raw control character", "{\"userName\":\"a\u{1}\"}".into()),
        ("an unfinished text", format!("{{\"userName\":\"{long}")),
        ("an unfinished escape", "{\"userName\":\"\\u12".into()),
        ("a comment", "{/* */\"userName\":\"a\"}".into()),
        ("two values", "{} {}".into()),
        ("a mark of byte order", "\u{feff}{}".into()),
        ("too much", format!("{{\"userName\":\"{long}{long}{long}{long}{long}\"}}")),
    ]
}

/// Values that are JSON and still no name, value, filter or path, for each place they could stand in.
fn documents() -> Vec<(&'static str, String)> {
    let patch = |operation: Value| json!({"filter": "x", "Operations": [operation]}).to_string();
    let all = |user_name: Value, filter: &str, operation: Value| {
        json!({"userName": user_name, "filter": filter, "Operations": [operation]}).to_string()
    };
    let at = |path: &str| json!({"op": "remove", "path": path});
    let title = |value: &str| json!({"op": "add", "path": "title", "value": value});
    let long = "a".repeat(300_000);
    let (open, not) = ("(".repeat(100_000), "not (".repeat(60_000));
    let external = json!({
        "userName": "somebody", "externalId": long, "filter": format!("externalId eq \"{long}\""),
        "Operations": [{"op": "add", "path": "externalId", "value": long}],
    });
    vec![
        ("a NUL", all(json!("a\0b"), "userName eq \"a\0b", title("a\0b"))),
        ("a long name", all(json!(long), &format!("userName eq \"{long}\""), at(&long))),
        ("a long external id", external.to_string()),
        ("open brackets", all(json!([]), &open, at(&format!("emails[{open}")))),
        ("many negations", all(json!({}), &not, at(&format!("emails[{not}")))),
        (
            "wrong types",
            json!({"userName": 7, "filter": 7, "count": [], "Operations": {"op": 7}}).to_string(),
        ),
        ("a value that is none", all(json!(true), "userName eq", json!({"op": "add"}))),
        ("an unknown operation", patch(json!({"op": "move", "path": "title"}))),
        ("too many operations", json!({"filter": "x", "Operations": vec![title("x"); 1_001]}).to_string()),
        ("operations that are none", patch(Value::Null)),
        (
            "a list of lists",
            json!({"emails": [[[[["x"]]]]], "filter": "((((", "Operations": [[]]}).to_string(),
        ),
    ]
}

/// Segments that are no id and no name.
fn segments() -> Vec<String> {
    let mut segments: Vec<String> = [
        "%00",
        "a%00b",
        "..%2F..%2Fetc",
        "%F0%9F%98%80",
        "%ff%fe",
        "%",
        "%zz",
        "a%20b",
        "{}",
        "%7B%7D",
        "bulkId:x",
        "-1",
        "*",
    ]
    .map(str::to_owned)
    .into();
    segments.push("a".repeat(3_000));
    segments.push("%41".repeat(1_000));
    segments.push(BOB_ID.to_uppercase());
    segments
}

fn refused(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {answer}");
}

fn to(app: &TestApp, method: &str, mount: &str, path: &str) -> Request {
    app.request(method, &format!("{mount}{path}").replace("{bob}", BOB_ID)).of(ADMIN)
}

async fn lives(app: &TestApp) {
    app.get(&format!("/scim/v2/Users/{BOB_ID}")).of(ADMIN).await.expect(200);
}

/// SEC-41, SEC-40, SCIM-25: bodies.
#[test]
fn no_body_does_more_than_be_refused() {
    on_small_stacks(async |app| {
        for mount in MOUNTS {
            for (method, path) in WRITES {
                for (what, body) in bodies().into_iter().chain(documents()) {
                    let answer = to(app, method, mount, path).text("application/scim+json", &body).await;
                    // A Bulk request of operations that are wrong by themselves says so for each.
                    if path == "/Bulk" && answer.status == 200 {
                        let items = answer.json()["Operations"].as_array().unwrap().clone();
                        assert!(
                            items.iter().all(|item| item["status"].as_str().unwrap().starts_with('4')),
                            "{what}: {answer}"
                        );
                    } else {
                        refused(&answer, &format!("{what}, {method} {mount}{path}"));
                    }
                }
                lives(app).await;
            }
        }
    });
}

/// SCIM-7: path segments.
#[test]
fn no_segment_does_more_than_be_refused() {
    on_small_stacks(async |app| {
        for mount in MOUNTS {
            for (method, path) in NAMED {
                for segment in segments() {
                    let request = to(app, method, mount, &format!("{path}{segment}"));
                    let answer = request
                        .text(
                            "application/json",
                            "{\"userName\":\"x\",\"Operations\":[{\"op\":\"remove\",\"path\":\"title\"}]}",
                        )
                        .await;
                    refused(&answer, &format!("{segment}, {method} {mount}{path}"));
                }
            }
            lives(app).await;
        }
    });
}

/// SEC-41, SCIM-60: parameters.
#[test]
fn no_parameter_does_more_than_be_refused() {
    let long = "a".repeat(7_000);
    let nested = "%28".repeat(2_000);
    let queries = [
        "filter=".to_owned(),
        format!("filter={nested}"),
        format!("filter=userName%20eq%20%22{long}"),
        "filter=userName%20eq%20%22a%00".to_owned(),
        "filter=%ff".to_owned(),
        "filter=userName%20eq%20bob".to_owned(),
        "filter=shoeSize%20eq%20%22a%22".to_owned(),
        "startIndex=one".to_owned(),
        "count=%00".to_owned(),
        "count=1e9".to_owned(),
        "attributes=userName&excludedAttributes=title".to_owned(),
    ];
    on_small_stacks(async |app| {
        for mount in MOUNTS {
            for query in &queries {
                let answer = to(app, "GET", mount, &format!("/Users?{query}")).await;
                if query == "filter=" {
                    assert!(answer.status < 500, "{answer}");
                } else {
                    refused(&answer, query);
                }
            }
            lives(app).await;
        }
    });
}
