//! What this service provider offers (RFC 7644 §4): read without credentials (SCIM-5), and honest about what is not
//! there yet. What it says is fixed while the server runs, but for what an administrator declares; an answer's tag is
//! therefore made from its text.

use axum::extract::{FromRequestParts, Path};
use axum::http::header::ETAG;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, RequestPartsExt as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_scim::Dialect;
use countersign_scim::bulk::{OPERATIONS_MAX, PAYLOAD_MAX};
use countersign_scim::list::{COUNT_DEFAULT, COUNT_MAX, list_response};
use countersign_scim::schema::{RESOURCE_TYPE_URN, ResourceSchema, SERVICE_PROVIDER_URN, Schema, discovery};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::condition;
use super::error::Refused;
use super::mount::Mount;
use super::resource::{self, Answer};
use crate::state::Web;

/// The mount, and the segment after the endpoint if there is one.
pub(super) struct Asked {
    mount: Mount,
    web: Web,
    name: Option<String>,
    is_filtered: bool,
    headers: HeaderMap,
}

impl FromRequestParts<Web> for Asked {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refused> {
        let Extension(mount) = parts.extract::<Extension<Mount>>().await.map_err(|_| Refused::NotFound)?;
        let name = parts.extract::<Path<String>>().await.ok().map(|Path(name)| name);
        let parameters = parts.uri.query().unwrap_or_default().split('&');
        let is_filtered = parameters.map(|pair| pair.split('=').next().unwrap_or_default());
        let is_filtered = is_filtered.map(str::to_ascii_lowercase).any(|name| name == "filter");
        let mount = mount.with(*web.schemas.borrow());
        Ok(Self { mount, web: web.clone(), name, is_filtered, headers: parts.headers.clone() })
    }
}

impl Asked {
    fn base_url(&self) -> String {
        self.mount.base_url(&self.web)
    }

    /// SCIM-11: a filter is refused, the other parameters mean nothing here.
    fn list(&self, resources: Vec<Value>) -> Answer {
        if self.is_filtered {
            return Err(Refused::NoFilterHere);
        }
        let total = resources.len() as u64;
        let versioned = resources.into_iter().map(|resource| self.versioned(resource)).collect();
        Ok(self.tagged(&list_response(versioned, total, 1)))
    }

    fn one(&self, resource: Value) -> Response {
        self.tagged(&self.versioned(resource))
    }

    /// With its version in `meta`, where the dialect has one there (scim.md §14).
    fn versioned(&self, mut resource: Value) -> Value {
        if self.mount.dialect == Dialect::Strict {
            let version = tag(&resource);
            if let Some(meta) = resource.get_mut("meta").and_then(Value::as_object_mut) {
                meta.insert("version".into(), version.into());
            }
        }
        resource
    }

    /// SCIM-32, SCIM-33: the answer with its tag; 304 to a client that has it.
    fn tagged(&self, body: &Value) -> Response {
        let version = match body.pointer("/meta/version").and_then(Value::as_str) {
            Some(version) => version.to_owned(),
            None => tag(body),
        };
        let mut response = if condition::knows(&self.headers, &version) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            resource::json(StatusCode::OK, body)
        };
        if let Ok(version) = HeaderValue::from_str(&version) {
            response.headers_mut().insert(ETAG, version);
        }
        response
    }
}

/// Equal for equal documents.
fn tag(document: &Value) -> String {
    let digest = Sha256::digest(document.to_string());
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default()))
}

/// SCIM-10.
pub(super) async fn service_provider(asked: Asked) -> Answer {
    Ok(asked.one(provider(&asked.base_url())))
}

fn provider(base_url: &str) -> Value {
    json!({
        "schemas": [SERVICE_PROVIDER_URN],
        "patch": {"supported": true},
        "bulk": {"supported": true, "maxOperations": OPERATIONS_MAX, "maxPayloadSize": PAYLOAD_MAX},
        "filter": {"supported": true, "maxResults": COUNT_MAX},
        "changePassword": {"supported": true},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "pagination": {
            "cursor": true, "index": true, "defaultPaginationMethod": "index",
            "defaultPageSize": COUNT_DEFAULT, "maxPageSize": COUNT_MAX,
            "cursorTimeout": countersign_app::CURSOR_LIFETIME.as_secs(),
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken", "primary": true, "name": "OAuth Bearer Token",
                "description": "An access token of this server's token endpoint.",
                "specUri": "https://www.rfc-editor.org/info/rfc6750",
            },
            {
                "type": "httpbasic", "name": "HTTP Basic",
                "description": "A user's name and password.",
                "specUri": "https://www.rfc-editor.org/info/rfc7617",
            },
        ],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base_url}/ServiceProviderConfig"),
        },
    })
}

/// SCIM-12: users and groups.
pub(super) async fn resource_types(asked: Asked) -> Answer {
    let types = resources(&asked).map(|schema| type_of(&asked, schema)).to_vec();
    asked.list(types)
}

/// What is served at this mount.
fn resources(asked: &Asked) -> [&'static ResourceSchema; 2] {
    [asked.mount.schema(), asked.mount.groups()]
}

/// One resource type.
pub(super) async fn resource_type(asked: Asked) -> Answer {
    let named = |schema: &&ResourceSchema| asked.name.as_deref() == Some(schema.core.name);
    let found = resources(&asked).into_iter().find(named).ok_or(Refused::NotFound)?;
    Ok(asked.one(type_of(&asked, found)))
}

fn type_of(asked: &Asked, schema: &ResourceSchema) -> Value {
    let extensions = schema.extensions.iter();
    let extensions: Vec<Value> =
        extensions.map(|extension| json!({"schema": extension.urn, "required": false})).collect();
    json!({
        "schemas": [RESOURCE_TYPE_URN],
        "id": schema.core.name,
        "name": schema.core.name,
        "description": schema.core.description,
        "endpoint": format!("/{}s", schema.core.name),
        "schema": schema.core.urn,
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{}/ResourceTypes/{}", asked.base_url(), schema.core.name),
        },
    })
}

/// SCIM-13: every schema in use, from the tables the server itself goes by (SCIM-15), and those of discovery.
pub(super) async fn schemas(asked: Asked) -> Answer {
    let base_url = asked.base_url();
    let definitions = announced(&asked).map(|schema| schema.definition(&base_url)).collect();
    asked.list(definitions)
}

/// One schema, by its URN in any case.
pub(super) async fn schema(asked: Asked) -> Answer {
    let named = |schema: &&'static Schema| {
        asked.name.as_deref().is_some_and(|urn| urn.eq_ignore_ascii_case(schema.urn))
    };
    let found = announced(&asked).find(named).ok_or(Refused::NotFound)?;
    Ok(asked.one(found.definition(&asked.base_url())))
}

fn announced(asked: &Asked) -> impl Iterator<Item = &'static Schema> {
    resources(asked).into_iter().flat_map(ResourceSchema::schemas).chain(discovery())
}
