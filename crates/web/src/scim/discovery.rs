//! What this service provider offers (RFC 7644 §4): read without credentials (SCIM-5), and honest about what is not
//! there yet.

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::{Extension, RequestPartsExt as _};
use countersign_scim::list::{COUNT_DEFAULT, COUNT_MAX, list_response};
use countersign_scim::schema::{ResourceSchema, Schema};
use serde_json::{Value, json};

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
}

impl FromRequestParts<Web> for Asked {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refused> {
        let Extension(mount) = parts.extract::<Extension<Mount>>().await.map_err(|_| Refused::NotFound)?;
        let name = parts.extract::<Path<String>>().await.ok().map(|Path(name)| name);
        let parameters = parts.uri.query().unwrap_or_default().split('&');
        let is_filtered = parameters.map(|pair| pair.split('=').next().unwrap_or_default());
        let is_filtered = is_filtered.map(str::to_ascii_lowercase).any(|name| name == "filter");
        Ok(Self { mount, web: web.clone(), name, is_filtered })
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
        Ok(resource::json(StatusCode::OK, &list_response(resources, total, 1)))
    }
}

/// SCIM-10.
pub(super) async fn service_provider(asked: Asked) -> Answer {
    Ok(resource::json(StatusCode::OK, &provider(&asked.base_url())))
}

fn provider(base_url: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
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
    Ok(resource::json(StatusCode::OK, &type_of(&asked, found)))
}

fn type_of(asked: &Asked, schema: &ResourceSchema) -> Value {
    let extensions = schema.extensions.iter();
    let extensions: Vec<Value> =
        extensions.map(|extension| json!({"schema": extension.urn, "required": false})).collect();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
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

/// SCIM-13: the schemas of users and groups, from the tables the server itself goes by (SCIM-15).
pub(super) async fn schemas(asked: Asked) -> Answer {
    let base_url = asked.base_url();
    let schemas = resources(&asked).into_iter().flat_map(ResourceSchema::schemas);
    let definitions = schemas.map(|schema| schema.definition(&base_url)).collect();
    asked.list(definitions)
}

/// One schema, by its URN in any case.
pub(super) async fn schema(asked: Asked) -> Answer {
    let named = |schema: &&'static Schema| {
        asked.name.as_deref().is_some_and(|urn| urn.eq_ignore_ascii_case(schema.urn))
    };
    let mut schemas = resources(&asked).into_iter().flat_map(ResourceSchema::schemas);
    let found = schemas.find(named).ok_or(Refused::NotFound)?;
    Ok(resource::json(StatusCode::OK, &found.definition(&asked.base_url())))
}
