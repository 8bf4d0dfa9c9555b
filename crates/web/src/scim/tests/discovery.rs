//! What discovery says, to whom, and whether it is true (SCIM-4 … SCIM-16).

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::sample::{Reply, TestServer};

const MOUNTS: [&str; 2] = ["/scim2", "/scim/v2"];

async fn told(server: &TestServer, path: &str) -> Value {
    let reply = server.ask("", Method::GET, path, None).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
    reply.json()
}

/// SCIM-4, SCIM-5, SCIM-11, SCIM-48: what is offered is told to everybody, by GET and HEAD alone.
#[tokio::test]
async fn discovery_needs_no_credential() {
    let server = TestServer::start();

    for mount in MOUNTS {
        let provider = told(&server, &format!("{mount}/ServiceProviderConfig")).await;
        let types = told(&server, &format!("{mount}/ResourceTypes")).await;
        let filtered = server.ask("", Method::GET, &format!("{mount}/Schemas?filter=id%20pr"), None).await;

        assert_eq!(provider["patch"]["supported"], true);
        let schemes = provider["authenticationSchemes"].as_array().unwrap();
        let primary = schemes.iter().filter(|scheme| scheme["primary"] == true);
        assert_eq!(primary.map(|scheme| &scheme["type"]).collect::<Vec<_>>(), ["oauthbearertoken"]);
        assert!(schemes.iter().any(|scheme| scheme["type"] == "httpbasic"));
        assert_eq!(types["Resources"][0]["endpoint"], "/Users");
        assert_eq!(filtered.status, StatusCode::FORBIDDEN);
        for path in
            ["ServiceProviderConfig", "ResourceTypes", "ResourceTypes/User", "Schemas", "Schemas/urn:x"]
        {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let refused = server.ask("", method, &format!("{mount}/{path}"), Some(json!({}))).await;
                assert_eq!(
                    (refused.status, refused.header("allow"), &refused.json()["status"]),
                    (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD", &json!("405"))
                );
            }
        }
    }
}

/// SCIM-13: every schema in use is announced, those of discovery too, in the list and by its URN in any case.
#[tokio::test]
async fn every_schema_in_use_is_announced() {
    let server = TestServer::start();

    for mount in MOUNTS {
        let all = told(&server, &format!("{mount}/Schemas")).await;
        let urns: Vec<&str> = all["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|schema| schema["id"].as_str().unwrap())
            .collect();

        for urn in [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:scim:wso2:schema",
            "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
            "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
            "urn:ietf:params:scim:schemas:core:2.0:Schema",
        ] {
            assert!(urns.contains(&urn), "{urn}");
        }
        for urn in urns {
            let one = told(&server, &format!("{mount}/schemas/{}", urn.to_uppercase())).await;
            assert!(all["Resources"].as_array().unwrap().contains(&one), "{urn}");
            assert_eq!(
                one["meta"]["location"],
                json!(format!("https://id.example.com:9443{mount}/Schemas/{urn}"))
            );
        }
    }
}

/// What a document holds that its announced schema does not, or lacks though it is required there.
fn differences(document: &Value, attributes: &Value, at: &str, found: &mut Vec<String>) {
    let attributes = attributes.as_array().unwrap();
    for attribute in attributes.iter().filter(|attribute| attribute["required"] == true) {
        if document[attribute["name"].as_str().unwrap()].is_null() {
            found.push(format!("{at}: {} is missing", attribute["name"]));
        }
    }
    for (name, value) in document.as_object().unwrap() {
        let at = format!("{at}.{name}");
        let Some(attribute) = attributes.iter().find(|attribute| attribute["name"] == *name) else {
            found.push(format!("{at} is not announced"));
            continue;
        };
        let values = match value {
            Value::Array(values) if attribute["multiValued"] == true => values.clone(),
            single => vec![single.clone()],
        };
        for value in values {
            match attribute["type"].as_str().unwrap() {
                "complex" => differences(&value, &attribute["subAttributes"], &at, found),
                "string" | "reference" if value.is_string() => {}
                "integer" if value.is_u64() => {}
                "boolean" if value.is_boolean() => {}
                other => found.push(format!("{at} is no {other}")),
            }
        }
    }
}

/// SCIM-13 … SCIM-16: everything discovery answers, schemas included, is as its own announced schema says.
#[tokio::test]
async fn discovery_describes_itself_truly() {
    let server = TestServer::start();

    for mount in MOUNTS {
        let all = told(&server, &format!("{mount}/Schemas")).await;
        let mut documents = all["Resources"].as_array().unwrap().clone();
        documents.push(told(&server, &format!("{mount}/ServiceProviderConfig")).await);
        documents.push(told(&server, &format!("{mount}/ResourceTypes/User")).await);

        let mut found = Vec::new();
        for mut document in documents {
            let members = document.as_object_mut().unwrap();
            let urn = members.remove("schemas").unwrap()[0].clone();
            members.remove("meta").unwrap();
            let schemas = all["Resources"].as_array().unwrap();
            let schema = schemas.iter().find(|schema| schema["id"] == urn).unwrap();
            differences(&document, &schema["attributes"], urn.as_str().unwrap(), &mut found);
        }
        // The schema of schemas is one level deeper than what it can describe, as it is in RFC 7643 §8.7.2.
        let own = "urn:ietf:params:scim:schemas:core:2.0:Schema.attributes.subAttributes.subAttributes";
        assert_eq!(found, [format!("{own} is not announced")]);
    }
}

async fn get(server: &TestServer, path: &str, tag: &str) -> Reply {
    server.send(Request::get(path).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap()).await
}

/// SCIM-32, SCIM-33, SCIM-48: discovery is versioned like everything else, so that a client need not read it twice.
#[tokio::test]
async fn a_known_document_is_not_sent_again() {
    let server = TestServer::start();

    for path in [
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/ResourceTypes/User",
        "/Schemas",
        "/Schemas/urn:scim:wso2:schema",
    ] {
        for mount in MOUNTS {
            let path = format!("{mount}{path}");
            let first = get(&server, &path, "W/\"1\"").await;
            let tag = first.header("etag").to_owned();
            let again = get(&server, &path, &format!("\"x\", {tag}")).await;
            let head = server.ask("", Method::HEAD, &path, None).await;

            assert_eq!(first.status, StatusCode::OK);
            assert!(tag.starts_with("W/\""), "{tag}");
            if mount == "/scim/v2" && !first.json()["meta"].is_null() {
                assert_eq!(first.json()["meta"]["version"], json!(tag));
            }
            assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
            assert_eq!(
                (head.status, head.header("etag"), head.text.as_str()),
                (StatusCode::OK, tag.as_str(), "")
            );
        }
    }
}

/// SCIM-7: whatever stands in a name's place, it is nothing we have.
#[tokio::test]
async fn odd_names_are_nothing() {
    let server = TestServer::start();
    let long = "a".repeat(3_000);

    for name in ["%00", "a%2Fb", "%F0%9F%98%80", "%ff", "user", &long] {
        for endpoint in ["ResourceTypes", "Schemas"] {
            let reply = server.ask("", Method::GET, &format!("/scim/v2/{endpoint}/{name}"), None).await;
            assert_eq!(
                (reply.status, &reply.json()["status"]),
                (StatusCode::NOT_FOUND, &json!("404")),
                "{name}"
            );
        }
    }
}
