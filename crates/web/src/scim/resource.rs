//! One user: read, replaced, patched, and answered with; `/Users/{id}` and `/Me` alike.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::{self, CONTENT_TYPE, ETAG, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_app::{Allowance, Edit, NewPassword, UNLIMITED, UserView, internal_form};
use countersign_domain::claim::{Address, PerFamily};
use countersign_domain::snapshot::{Snapshot, User};
use countersign_scim::body::{self, Edited};
use countersign_scim::list::ListRequest;
use countersign_scim::patch::Patch;
use countersign_scim::render::{self, Projection};
use countersign_scim::schema::ResourceSchema;
use countersign_scim::user::{self, How, Stored};
use countersign_scim::{ScimError, ScimType};
use serde_json::Value;

use super::condition;
use super::error::Refused;
use super::rights::{Asking, Target};
use crate::body::{BodyRejection, Untyped};
use crate::state::Web;

/// What every handler answers.
pub(super) type Answer = Result<Response, Refused>;

/// The parameters of a request, decoded.
pub(super) struct Parameters(pub(super) Vec<(String, String)>);

impl FromRequestParts<Web> for Parameters {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refused> {
        let unreadable = |_| ScimError::new(ScimType::InvalidSyntax, "The query string cannot be read.");
        let Query(pairs) = Query::from_request_parts(parts, web).await.map_err(unreadable)?;
        Ok(Self(pairs))
    }
}

impl Parameters {
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `attributes` and `excludedAttributes`; on a single resource the others mean nothing (RFC 7644 §3.9).
    pub(super) fn projection(&self, asking: &Asking) -> Result<Projection, Refused> {
        self.projection_over(asking.mount.schema())
    }

    /// The same over resources of any schema.
    pub(super) fn projection_over(&self, schema: &ResourceSchema) -> Result<Projection, Refused> {
        let ours = |name: &str| {
            ["attributes", "excludedAttributes"].iter().any(|own| own.eq_ignore_ascii_case(name))
        };
        let pairs = self.pairs().filter(|(name, _)| ours(name));
        Ok(ListRequest::from_query(pairs, schema)?.projection)
    }
}

/// A SCIM body, JSON whether it says so or not (SCIM-2): read, but not judged before the caller's rights are.
pub(super) struct ScimBody(Result<Value, BodyRejection>);

impl ScimBody {
    /// The JSON in it.
    pub(super) fn json(self) -> Result<Value, Refused> {
        Ok(self.0?)
    }
}

/// An operation's data takes the place of a body.
impl From<Value> for ScimBody {
    fn from(data: Value) -> Self {
        Self(Ok(data))
    }
}

impl FromRequest<Web> for ScimBody {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &Web) -> Result<Self, Infallible> {
        Ok(Self(crate::body::read(request, Untyped::Json).await))
    }
}

/// What bounds a write beside the caller's rights.
pub(super) struct Bounds<'b> {
    /// The versions it may replace.
    pub(super) expected: Option<Vec<u64>>,
    /// The verifications it may start.
    pub(super) allowance: &'b Allowance,
}

impl Bounds<'static> {
    /// Those of a single request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self { expected: condition::expected(headers), allowance: &UNLIMITED }
    }
}

/// What a write makes of the resource.
pub(super) enum Change {
    /// PUT.
    Replace(Value),
    /// PATCH.
    Modify(Patch),
}

impl Change {
    fn apply(&self, current: Value, asking: &Asking) -> Result<(Edited, How), ScimError> {
        let schema = asking.mount.schema();
        Ok(match self {
            Self::Replace(body) => (body::replaced(&current, body.clone(), schema)?, How::Whole),
            Self::Modify(patch) => (patch.apply(current, schema)?, How::Patch),
        })
    }
}

/// GET and HEAD.
pub(super) async fn read(
    asking: &Asking,
    target: &Target,
    given: &Parameters,
    headers: &HeaderMap,
) -> Answer {
    let projection = given.projection(asking)?;
    let view = asking.web.app.user(&target.cx, target.id).await?.ok_or(Refused::NotFound)?;
    if condition::is_known(headers, view.user.version) {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), view.user.version));
    }
    Ok(present(asking, StatusCode::OK, view, &projection))
}

/// PUT and PATCH. What waits for proof is shown as waiting in the answer.
pub(super) async fn write(
    asking: &Asking,
    target: &Target,
    change: &Change,
    bounds: &Bounds<'_>,
) -> Result<UserView, Refused> {
    let edit = |seen: &Snapshot| edit(asking, target, change, seen);
    let (app, expected) = (&asking.web.app, bounds.expected.as_deref());
    Ok(app.update_profile_within(&target.cx, target.id, expected, bounds.allowance, edit).await?)
}

fn edit(asking: &Asking, target: &Target, change: &Change, seen: &Snapshot) -> Result<Edit, ScimError> {
    let pending = PerFamily {
        email: seen.pending.email.as_ref().map(|pending| &pending.value),
        mobile: seen.pending.mobile.as_ref().map(|pending| &pending.value),
    };
    let (edited, how) = change.apply(internal(&seen.user, pending), asking)?;
    let request = user::Request {
        before: Some(&seen.user.profile),
        how,
        persona: target.persona(),
        dialect: asking.mount.dialect,
    };
    let write = user::wanted_of(&edited, &request)?;
    Ok(Edit { wanted: write.wanted, password: write.password.map(NewPassword::Chosen) })
}

/// The user of a decision in the internal form: what waits for him is there, the groups that others put him in are not.
fn internal(user: &User, pending: PerFamily<Option<&Address>>) -> Value {
    user::resource_of(&Stored {
        id: user.id,
        profile: &user.profile,
        pending,
        groups: &[],
        version: user.version,
        created: user.created,
        last_modified: user.last_modified,
    })
}

/// The user as this mount shows him, with his version and his place.
pub(super) fn present(
    asking: &Asking,
    status: StatusCode,
    view: UserView,
    projection: &Projection,
) -> Response {
    let rendering = asking.mount.rendering(&asking.web);
    let (id, version) = (view.user.id, view.user.version);
    let shown = render::user(internal_form(view), &rendering, projection);
    let location = format!("{}/Users/{id}", rendering.base_url);
    tagged(located(json(status, &shown), &location), version)
}

/// The answer, saying where the resource is.
pub(super) fn located(mut response: Response, location: &str) -> Response {
    set(response.headers_mut(), LOCATION, location);
    response
}

/// The answer, saying which version it is about.
pub(super) fn tagged(mut response: Response, version: u64) -> Response {
    set(response.headers_mut(), ETAG, &user::version_tag(version));
    response
}

/// A SCIM answer.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, Body::from(body.to_string())).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(super::CONTENT_TYPE));
    response
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    // A URL and a tag of ours are visible ASCII; an answer without the header is still right.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
