//! Real requests to an SMS gateway on loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside test functions")]

mod sinks;

use std::time::Duration;

use countersign_notify::outbound::{Outbound, OutboundAllow};
use countersign_notify::outcome::Outcome;
use countersign_notify::placeholder::Values;
use countersign_notify::publisher::http::send;
use countersign_notify::publisher::{EventPublisher, FileState, Folder, SMS_STREAM, Severity};
use countersign_notify::trust::Roots;
use jiff::Timestamp;
use sinks::http::{Answer, HttpSink};
use sinks::tls::install_provider;

const EQUALS_SIGNS: &str = include_str!("fixtures/equals-signs.xml");
const SEND_TO: &str = include_str!("fixtures/send-to.xml");

fn values() -> Values {
    Values::new()
        .with("send-to", "+12025550123")
        .with("mobile", "+12025550123")
        .with("confirmation-code", "815204")
        .with("body", "815204 is your \"Paper Boat\" code.\nPass it to nobody.")
}

fn outbound(allow: &[String]) -> Outbound {
    install_provider();
    Outbound::new(OutboundAllow::parse(allow).unwrap(), Roots::System).unwrap()
}

/// A publisher picked up from a folder, sending to `url`.
fn publisher(file: &str, url: &str) -> (EventPublisher, Vec<Severity>) {
    let folder = tempfile::tempdir().unwrap();
    let text = file.replace("https://gateway.example.com/messages", url);
    std::fs::write(folder.path().join("TextGateway.xml"), text).unwrap();
    let publishers = Folder::new(folder.path()).settle();
    let report = publishers.reports.first().unwrap();
    assert_eq!(report.state, FileState::Active, "{:?}", report.problems);
    let severities = report.problems.iter().map(|problem| problem.severity).collect();
    (publishers.active.get(SMS_STREAM).unwrap().clone(), severities)
}

async fn sent(sink: &HttpSink) -> Outcome {
    let (publisher, _) = publisher(SEND_TO, &sink.url("/messages"));
    send(&outbound(&[sink.address.to_string()]), &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await
}

/// SEED-1, SEED-2, SEED-3, D-19: both files of the documentation's shape reach the gateway as the same valid JSON.
#[tokio::test]
async fn both_publisher_files_deliver_valid_json() {
    let sink = HttpSink::start([]).await;
    let outbound = outbound(&[sink.address.to_string()]);

    for (file, expected) in [(EQUALS_SIGNS, vec![Severity::Warning]), (SEND_TO, vec![])] {
        let (publisher, reported) = publisher(file, &sink.url("/messages"));
        let outcome = send(&outbound, &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await;

        assert_eq!(reported, expected);
        assert_eq!(outcome, Outcome::HandedOver { detail: "HTTP 200: {\"ok\":true}".into() });
    }

    for request in sink.requests.all() {
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/messages"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("idempotency-key"), Some("m-7"));
        let payload: serde_json::Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(
            payload,
            serde_json::json!({
                "account": "shop-71",
                "token": "Wq-20=x",
                "sender": "PAPERBOAT",
                "recipient": "+12025550123",
                "message": "815204 is your \"Paper Boat\" code.\nPass it to nobody.",
            })
        );
    }
    assert_eq!(sink.requests.all().len(), 2);
}

/// REL-7: the status decides; any 2xx is done, what may pass is tried again, redirects and other refusals are final.
#[tokio::test]
async fn statuses_are_classified() {
    let retry = |seconds: Option<u64>| ("retry", seconds.map(Duration::from_secs));
    let expected = [
        (200, ("done", None)),
        (202, ("done", None)),
        (204, ("done", None)),
        (301, ("dead", None)),
        (400, ("dead", None)),
        (401, ("dead", None)),
        (404, ("dead", None)),
        (408, retry(Some(7))),
        (425, retry(Some(7))),
        (429, retry(Some(7))),
        (500, retry(Some(7))),
        (503, retry(Some(7))),
    ];
    let answers = expected.map(|(status, _)| Answer::Says(status, "Retry-After: 7\r\n", String::new()));
    let sink = HttpSink::start(answers).await;

    for (status, expected) in expected {
        let outcome = sent(&sink).await;
        let found = match &outcome {
            Outcome::HandedOver { .. } => ("done", None),
            Outcome::Retry { after, .. } => ("retry", *after),
            Outcome::Unreached { .. } => ("unreached", None),
            Outcome::Dead { .. } => ("dead", None),
        };
        assert_eq!(found, expected, "{status}: {outcome:?}");
    }
}

/// REL-7: silence and a broken connection are tried again.
#[tokio::test]
async fn a_gateway_that_hangs_up_is_tried_again() {
    let sink = HttpSink::start([Answer::HangsUp]).await;

    let outcome = sent(&sink).await;

    assert!(
        matches!(&outcome, Outcome::Unreached { why } if why.starts_with("not reached: ")),
        "{outcome:?}"
    );
}

/// SEC-52: an answer is awaited for ten seconds, on the clock of the test.
#[tokio::test(start_paused = true)]
async fn a_silent_gateway_is_tried_again() {
    let sink = HttpSink::start([Answer::IsSilent]).await;

    let outcome = sent(&sink).await;

    assert!(
        matches!(&outcome, Outcome::Unreached { why } if why.starts_with("no answer in time")),
        "{outcome:?}"
    );
}

/// SEC-52, I11: a huge answer that echoes code and number is kept as 200 characters without them.
#[tokio::test]
async fn an_echoing_answer_keeps_no_secret() {
    let body = format!("to=%2B12025550123 text=815204 to=+12025550123 {}", "x".repeat(300_000));
    let sink = HttpSink::start([Answer::Says(422, "", body)]).await;

    let outcome = sent(&sink).await;

    let expected = format!("HTTP 422: to=••• text=••• to=••• {}", "x".repeat(200 - 23));
    assert_eq!(outcome, Outcome::Dead { why: expected });
}

/// SEC-52: loopback is refused unless listed, by address and by name, over http and https; nothing arrives.
#[tokio::test]
async fn loopback_is_refused_unless_listed() {
    let sink = HttpSink::start([]).await;
    let port = sink.address.port();
    let closed = outbound(&[]);

    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://0x7f.1:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
    ] {
        let (publisher, _) = publisher(SEND_TO, &url);
        let outcome = send(&closed, &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await;
        assert!(
            matches!(&outcome, Outcome::Dead { why } if why.contains("outbound_allow")),
            "{url}: {outcome:?}"
        );
    }

    assert_eq!(sink.requests.all(), []);
}

/// SEC-52: a listed network opens its addresses, also behind a name and for plain http; others stay shut.
#[tokio::test]
async fn a_listed_network_is_reached() {
    let sink = HttpSink::start([]).await;
    let (by_name, _) = publisher(SEND_TO, &format!("http://localhost:{}/", sink.address.port()));
    let (by_address, _) = publisher(SEND_TO, &sink.url("/"));

    let loopback = outbound(&["127.0.0.0/8".into(), "::1/128".into()]);
    let elsewhere = outbound(&["10.0.0.0/8".into()]);

    for publisher in [by_name, by_address] {
        let opened = send(&loopback, &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await;
        let shut = send(&elsewhere, &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await;
        assert!(matches!(opened, Outcome::HandedOver { .. }), "{opened:?}");
        assert!(matches!(&shut, Outcome::Dead { why } if why.contains("outbound_allow")), "{shut:?}");
    }
    assert_eq!(sink.requests.all().len(), 2);
}

/// SEC-52: a redirect is an answer, not an errand.
#[tokio::test]
async fn redirects_are_not_followed() {
    let inner = HttpSink::start([]).await;
    let location: &'static str = format!("Location: {}\r\n", inner.url("/")).leak();
    let outer = HttpSink::start([Answer::Says(307, location, String::new())]).await;
    let (publisher, _) = publisher(SEND_TO, &outer.url("/"));
    let both = outbound(&[outer.address.to_string(), inner.address.to_string()]);

    let outcome = send(&both, &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await;

    assert_eq!(outcome, Outcome::Dead { why: "HTTP 307".into() });
    assert_eq!(inner.requests.all(), []);
}

/// verification.md §7.1: a proxy is used when the file names one, and its address is what must be permitted.
#[tokio::test]
async fn a_named_proxy_is_used_when_it_is_permitted() {
    let proxy = HttpSink::start([]).await;
    let [host, port] = ["host", "port"].map(|part| format!("<property name=\"http.proxy.{part}\">"));
    let properties =
        format!("{host}127.0.0.1</property>{port}{}</property>\n    </to>", proxy.address.port());
    let file = SEND_TO.replace("</to>", &properties);
    let (publisher, _) = publisher(&file, "http://gateway.example.com:8080/send");
    let named = "gateway.example.com:8080".to_owned();

    let permitted = outbound(&[named.clone(), proxy.address.to_string()]);
    let refused = outbound(&[named]);
    let through = send(&permitted, &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await;
    let shut = send(&refused, &publisher, &values(), "m-7", Timestamp::UNIX_EPOCH).await;

    assert!(matches!(through, Outcome::HandedOver { .. }), "{through:?}");
    assert_eq!(
        proxy.requests.all().first().map(|request| request.target.clone()).unwrap(),
        "http://gateway.example.com:8080/send"
    );
    assert!(matches!(&shut, Outcome::Dead { why } if why.contains("outbound_allow")), "{shut:?}");
    assert_eq!(proxy.requests.all().len(), 1);
}

/// verification.md §7.3: a message without a value the file asks for is not sent, and the file is named.
#[tokio::test]
async fn an_absent_value_is_a_dead_letter() {
    let sink = HttpSink::start([]).await;
    let (publisher, _) = publisher(SEND_TO, &sink.url("/"));
    let outbound = outbound(&[sink.address.to_string()]);

    let outcome =
        send(&outbound, &publisher, &Values::new().with("body", "x"), "m-7", Timestamp::UNIX_EPOCH).await;

    let why = "publisher TextGateway: the placeholder {{send-to}} has no value in this message".to_owned();
    assert_eq!(outcome, Outcome::Dead { why });
    assert_eq!(sink.requests.all(), []);
}
