//! What the log tells about SMS (security §8), and a direct write's reason at the door (SEC-38).

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::http::{Method, StatusCode};
use countersign_app::FileSettings;
use countersign_domain::SignedDuration;
use countersign_domain::claim::Channel;
use countersign_domain::user_claim_update::NonOwnerUpdate;
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;

use crate::sample::{Person, Reply, TestServer};

/// The log of one test, from here on.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn keep() -> (Self, DefaultGuard) {
        let log = Self::default();
        let sink = log.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || sink.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// The fields of the events about SMS.
    fn told(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].clone());
        lines
            .filter(|fields| fields["event"].as_str().is_some_and(|event| event.starts_with("sms_")))
            .collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Nothing else stops one person from asking for many numbers.
fn unlimited(file: &mut FileSettings) {
    let limits = &mut file.base.limits;
    (limits.sends_burst, limits.sends_per_hour, limits.sends_per_day) = (0, 0, 0);
    (limits.pending_values_per_day, limits.sms_per_block_hour, limits.writes_per_minute) = (0, 0, 0);
}

async fn ask(server: &TestServer, number: &str) -> Reply {
    let value = json!({"phoneNumbers": [{"type": "mobile", "value": number}]});
    let body = json!({"Operations": [{"op": "replace", "value": value}]});
    server.ask("bob", Method::PATCH, "/scim2/Me", Some(body)).await
}

/// Security §8: at 80 % of a country's budget and of the server's, once for each day of each, without a number.
#[tokio::test]
async fn the_log_tells_when_a_budget_is_nearly_spent() {
    let server = TestServer::start_with(|file| {
        unlimited(file);
        (file.base.limits.sms_per_country_day, file.base.limits.sms_per_day) = (5, 10);
    });
    server.person("bob", Person::default()).await;
    let (log, _guard) = Log::keep();
    let country =
        json!({"event": "sms_budget_alert", "budget": "country", "country": "LK", "taken": 4, "limit": 5});

    for number in 0..3 {
        assert_eq!(ask(&server, &format!("+9477123450{number}")).await.status, StatusCode::OK);
    }
    assert_eq!(log.told(), <[Value; 0]>::default());
    assert_eq!(ask(&server, "+94771234503").await.status, StatusCode::OK);
    assert_eq!(log.told(), std::slice::from_ref(&country));
    assert_eq!(ask(&server, "+94771234504").await.status, StatusCode::OK);
    assert_eq!(ask(&server, "+94771234505").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(log.told(), std::slice::from_ref(&country), "once");

    for number in 0..3 {
        assert_eq!(ask(&server, &format!("+44740012345{number}")).await.status, StatusCode::OK);
    }
    let all = json!({"event": "sms_budget_alert", "budget": "server", "taken": 8, "limit": 10});
    assert_eq!(log.told(), [country.clone(), all.clone()]);
    server.clock.advance(SignedDuration::from_hours(24));
    for number in 0..4 {
        assert_eq!(ask(&server, &format!("+9477123450{number}")).await.status, StatusCode::OK);
    }
    assert_eq!(log.told(), [country.clone(), all, country], "again on the next day");
    assert!(!String::from_utf8(log.0.lock().unwrap().clone()).unwrap().contains("7712345"));
}

/// Security §8: fewer than one code in ten of fifty: told once an hour, and nothing is stopped unless asked for.
#[tokio::test]
async fn the_log_tells_when_codes_do_not_come_back() {
    let server = TestServer::start_with(unlimited);
    server.person("bob", Person::default()).await;
    let (log, _guard) = Log::keep();

    for number in 0..49 {
        assert_eq!(ask(&server, &format!("+94771{number:06}")).await.status, StatusCode::OK);
    }
    assert_eq!(log.told(), <[Value; 0]>::default());
    for number in 50..53 {
        assert_eq!(ask(&server, &format!("+94771{number:06}")).await.status, StatusCode::OK);
    }
    let low = json!({"event": "sms_conversion_low", "country": "LK", "sent": 50, "proved": 0});
    assert_eq!(log.told(), [low]);
}

/// SEC-38: without a reason 400 that names the attribute, by PATCH and PUT at both mounts; with one it is written and
/// nothing waits.
#[tokio::test]
async fn a_direct_write_asks_for_its_reason_by_name() {
    for mount in ["/scim2", "/scim/v2"] {
        let server = TestServer::start_with(|file| {
            file.base.non_owner_update = NonOwnerUpdate::Skip;
            file.base.reason_required = true;
        });
        let bob = server.person("bob", Person { mobile: Some("0111111111"), ..Person::default() }).await;
        server.admin().await;
        let path = format!("{mount}/Users/{bob}");
        let whole = |reason: Value| {
            json!({
                "userName": "bob",
                "phoneNumbers": [{"type": "mobile", "value": "0123456789"}],
                "urn:scim:wso2:schema": {"changeReason": reason},
            })
        };
        let part = |reason: Value| json!({"Operations": [{"op": "replace", "value": whole(reason)}]});

        for reason in [Value::Null, json!(""), json!(" \n ")] {
            for (method, body) in
                [(Method::PUT, whole(reason.clone())), (Method::PATCH, part(reason.clone()))]
            {
                let reply = server.ask("admin", method, &path, Some(body)).await;
                assert_eq!(
                    (reply.status, &reply.json()["scimType"]),
                    (StatusCode::BAD_REQUEST, &json!("invalidValue"))
                );
                assert!(
                    reply.json()["detail"].as_str().unwrap().starts_with("changeReason: "),
                    "{}",
                    reply.text
                );
            }
        }
        let long = server.ask("admin", Method::PATCH, &path, Some(part(json!("x".repeat(501))))).await;
        assert_eq!(long.json()["detail"], "changeReason has at most 500 characters.", "{}", long.text);

        let reply = server.ask("admin", Method::PUT, &path, Some(whole(json!("moved")))).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        assert_eq!(reply.json()["phoneNumbers"][0]["value"], "0123456789");
        assert!(!reply.text.contains("moved"), "{}", reply.text);
        assert!(
            server.sent(Channel::Sms).await.iter().all(|(template, _)| template != "verifyMobileOnUpdate")
        );
    }
}

/// SCIM-14, SCIM-120: `/Schemas` of `/scim2` announces the reason as writeOnly and never returned, where the triggers
/// stand; at `/scim/v2` what a request says of itself is understood and not announced (decision 0003).
#[tokio::test]
async fn the_reason_is_announced() {
    let server = TestServer::start();
    let reason = async |mount: &str| {
        let path = format!("{mount}/Schemas/urn:scim:wso2:schema");
        let schema = server.ask("", Method::GET, &path, None).await.json();
        let attributes = schema["attributes"].as_array().unwrap().clone();
        attributes.into_iter().find(|attribute| attribute["name"] == "changeReason")
    };

    let announced = reason("/scim2").await.unwrap();

    assert_eq!(
        (&announced["type"], &announced["mutability"], &announced["returned"]),
        (&json!("string"), &json!("writeOnly"), &json!("never"))
    );
    assert_eq!(reason("/scim/v2").await, None);
}
