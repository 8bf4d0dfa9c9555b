//! The governance API over the whole router.

use axum::http::Method;
use countersign_app::FileSettings;
use serde_json::{Value, json};

use super::catalogue::{CATEGORY, CONNECTOR, id_of};
use crate::sample::{Person, Reply, TestServer};

const BASE: &str = "/api/server/v1/identity-governance";
const ENABLE_SMS: &str = "UserClaimUpdate.MobileNumber.EnableVerification";
const SMS_EXPIRY: &str = "UserClaimUpdate.MobileNumber.VerificationCode.ExpiryTime";

fn connector_path() -> String {
    format!("/{}/connectors/{}", id_of(CATEGORY), id_of(CONNECTOR))
}

async fn ask(server: &TestServer, method: Method, path: &str, body: Option<Value>) -> Reply {
    server.ask("admin", method, &format!("{BASE}{path}"), body).await
}

/// Value and source of a property.
async fn property(server: &TestServer, name: &str) -> (String, String) {
    let connector = ask(server, Method::GET, &connector_path(), None).await.json();
    let properties = connector["properties"].as_array().unwrap().clone();
    let property = properties.into_iter().find(|property| property["name"] == name).unwrap();
    let text = |member: &str| property[member].as_str().unwrap().to_owned();
    (text("value"), text("source"))
}

async fn set(server: &TestServer, name: &str, value: Value) -> Reply {
    let body = json!({"operation": "UPDATE", "properties": [{"name": name, "value": value}]});
    ask(server, Method::PATCH, &connector_path(), Some(body)).await
}

fn refused(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn was(value: &str, source: &str) -> (String, String) {
    (value.to_owned(), source.to_owned())
}

#[tokio::test]
async fn categories_lead_to_the_connector() {
    let server = TestServer::start();
    server.admin().await;

    let listed = ask(&server, Method::GET, "", None).await.json();
    let slashed = ask(&server, Method::GET, "/", None).await.json();
    let to_category = listed[0]["self"].as_str().unwrap().to_owned();
    let to_connector = listed[0]["connectors"][0]["self"].as_str().unwrap().to_owned();
    let category = server.ask("admin", Method::GET, &to_category, None).await.json();
    let connector = server.ask("admin", Method::GET, &to_connector, None).await.json();
    let connectors =
        server.ask("admin", Method::GET, &format!("{to_category}/connectors"), None).await.json();

    assert_eq!(
        listed,
        json!([{
            "id": "T3RoZXIgU2V0dGluZ3M",
            "name": "Other Settings",
            "self": "/api/server/v1/identity-governance/T3RoZXIgU2V0dGluZ3M",
            "connectors": [{
                "id": "dXNlci1jbGFpbS11cGRhdGU",
                "self": "/api/server/v1/identity-governance/T3RoZXIgU2V0dGluZ3M/connectors/dXNlci1jbGFpbS11cGRhdGU",
            }],
        }])
    );
    assert_eq!(slashed, listed);
    assert_eq!(category["connectors"][0], connector);
    assert_eq!(connectors, json!([connector]));
    assert_eq!(connector["properties"].as_array().unwrap().len(), 14);
}

/// SEED-7: what is set is in force with the next request, wins over the file, and is given back by a revert.
#[tokio::test]
async fn a_setting_goes_round() {
    let server = TestServer::start();
    server.admin().await;
    let before = (property(&server, ENABLE_SMS).await, property(&server, SMS_EXPIRY).await);

    let off = set(&server, ENABLE_SMS, json!(false)).await;
    let longer = set(&server, SMS_EXPIRY, json!("9")).await;
    let during = (property(&server, ENABLE_SMS).await, property(&server, SMS_EXPIRY).await);
    let path = format!("/{}/connectors/revert?connectorId={}", id_of(CATEGORY), id_of(CONNECTOR));
    let body = Some(json!({"properties": [ENABLE_SMS, SMS_EXPIRY]}));
    let reverted = ask(&server, Method::POST, &path, body).await;
    let after = (property(&server, ENABLE_SMS).await, property(&server, SMS_EXPIRY).await);

    assert_eq!((off.status.as_u16(), off.text.as_str(), longer.status.as_u16()), (200, "", 200));
    assert_eq!(before, (was("true", "file"), was("5", "default")));
    assert_eq!(during, (was("false", "runtime"), was("9", "runtime")));
    assert_eq!((reverted.status.as_u16(), after), (200, before));
}

/// `verification.md` §5.2: several connectors in one request, and all or nothing.
#[tokio::test]
async fn an_update_lands_whole_or_not_at_all() {
    let server = TestServer::start();
    server.admin().await;
    let good = json!({"name": SMS_EXPIRY, "value": 7});
    let bad = json!({"name": "UserClaimUpdate.OTP.OTPLength", "value": "3"});
    let several = |properties: Value| {
        Some(
            json!({"operation": "UPDATE", "connectors": [{"id": id_of(CONNECTOR), "properties": properties}]}),
        )
    };
    let path = format!("/{}/connectors", id_of(CATEGORY));

    let refusal = ask(&server, Method::PATCH, &path, several(json!([good, bad]))).await;
    let between = property(&server, SMS_EXPIRY).await;
    let landed = ask(&server, Method::PATCH, &path, several(json!([good]))).await;

    assert_eq!(refused(&refusal), is(400, "IDG-50013"));
    assert_eq!(between, was("5", "default"));
    assert_eq!((landed.status.as_u16(), property(&server, SMS_EXPIRY).await), (200, was("7", "runtime")));
}

/// `verification.md` §9.1: My Account reads the switches as the signed-in user.
#[tokio::test]
async fn preferences_are_for_everybody_who_signed_in() {
    let server =
        TestServer::start_with(|file: &mut FileSettings| file.connector.email_enable_verification = false);
    server.person("bob", Person::default()).await;
    let asked = json!([{
        "connector-name": "user-claim-update",
        "properties": ["UserClaimUpdate.Email.EnableVerification", ENABLE_SMS],
    }]);

    let told = server.ask("bob", Method::POST, &format!("{BASE}/preferences"), Some(asked.clone())).await;
    let stranger = server.ask("", Method::POST, &format!("{BASE}/preferences"), Some(asked)).await;

    assert_eq!(
        told.json(),
        json!([{
            "connector-name": "user-claim-update",
            "properties": [
                {"name": "UserClaimUpdate.Email.EnableVerification", "value": "false"},
                {"name": ENABLE_SMS, "value": "true"},
            ],
        }])
    );
    assert_eq!(stranger.status.as_u16(), 401);
}

#[tokio::test]
async fn what_is_not_there_has_the_products_codes() {
    let server = TestServer::start();
    server.admin().await;
    let category = id_of(CATEGORY);
    let revert = |query: &str| format!("/{category}/connectors/revert{query}");
    let this = format!("?connectorId={}", id_of(CONNECTOR));
    let names = |names: Value| Some(json!({"properties": names}));

    let get = async |path: &str| refused(&ask(&server, Method::GET, path, None).await);
    let post = async |path: &str, body| refused(&ask(&server, Method::POST, path, body).await);

    assert_eq!(get("/nothing").await, is(404, "IDG-50008"));
    assert_eq!(get("/nothing/connectors").await, is(404, "IDG-50008"));
    assert_eq!(get(&format!("/{category}/connectors/nothing")).await, is(404, "IDG-50009"));
    assert_eq!(get("/%ff").await, is(400, "CS-40002"));
    assert_eq!(get(&format!("/{category}/connectors/%ff")).await, is(400, "CS-40002"));
    assert_eq!(get("?limit=10").await, is(501, "IDG-50005"));
    assert_eq!(get(&format!("/{category}/connectors?sort=name")).await, is(501, "IDG-50007"));
    assert_eq!(refused(&set(&server, "No.Such", json!("x")).await), is(400, "IDG-50012"));
    assert_eq!(post(&revert(""), names(json!([SMS_EXPIRY]))).await, is(400, "CS-40002"));
    assert_eq!(post(&revert("?connectorId=x"), names(json!([SMS_EXPIRY]))).await, is(404, "IDG-50009"));
    assert_eq!(post(&revert(&this), names(json!([]))).await, is(400, "IDG-50016"));
    assert_eq!(post(&revert(&this), names(json!(["x"]))).await, is(400, "IDG-50017"));
    assert_eq!(post("/preferences", Some(json!([{"connector-name": "x"}]))).await, is(400, "IDG-50011"));
    assert_eq!(refused(&ask(&server, Method::PUT, &connector_path(), None).await), is(405, "CS-40501"));
}

#[tokio::test]
async fn permissions_are_asked_for() {
    let server = TestServer::start();
    let viewer = Person { scopes: &["internal_idp_view"], ..Person::default() };
    server.person("viewer", viewer).await;
    server.person("bob", Person::default()).await;
    let path = format!("{BASE}{}", connector_path());

    let looked = server.ask("viewer", Method::GET, &path, None).await;
    let wrote = server.ask("viewer", Method::PATCH, &path, Some(json!({}))).await;
    let bob = server.ask("bob", Method::GET, &path, None).await;

    assert_eq!(looked.status.as_u16(), 200);
    assert_eq!(refused(&wrote), is(403, "CS-40301"));
    assert_eq!(refused(&bob), is(403, "CS-40301"));
}
