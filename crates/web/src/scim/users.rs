//! `/Users` (RFC 7644 §3.3 … §3.6).

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use countersign_app::{NewPassword, UserView};
use countersign_scim::list::ListRequest;
use countersign_scim::patch::Patch;
use countersign_scim::{body, user};

use super::error::Refused;
use super::list;
use super::resource::{self, Answer, Bounds, Change, Parameters, ScimBody};
use super::rights::{self, Asking};
use crate::state::Web;

/// The id segment, decoded. One that is no text is no id either (SCIM-7).
pub(super) struct Id(pub(super) String);

impl FromRequestParts<Web> for Id {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, web).await;
        Ok(Self(path.map(|Path(id)| id).unwrap_or_default()))
    }
}

pub(super) async fn read(asking: Asking, Id(id): Id, given: Parameters, headers: HeaderMap) -> Answer {
    let target = asking.other_or_own(&id, rights::VIEW)?;
    resource::read(&asking, &target, &given, &headers).await
}

pub(super) async fn replace(
    asking: Asking,
    Id(id): Id,
    given: Parameters,
    headers: HeaderMap,
    body: ScimBody,
) -> Answer {
    let projection = given.projection(&asking)?;
    let view = replaced(&asking, &id, body, &Bounds::of(&headers)).await?;
    Ok(resource::present(&asking, StatusCode::OK, view, &projection))
}

/// PUT, for a request or an operation of one. Rights are judged before the body is.
pub(super) async fn replaced(
    asking: &Asking,
    id: &str,
    body: ScimBody,
    bounds: &Bounds<'_>,
) -> Result<UserView, Refused> {
    let target = asking.other_or_own(id, rights::UPDATE)?;
    resource::write(asking, &target, &Change::Replace(body.json()?), bounds).await
}

pub(super) async fn patch(
    asking: Asking,
    Id(id): Id,
    given: Parameters,
    headers: HeaderMap,
    body: ScimBody,
) -> Answer {
    let projection = given.projection(&asking)?;
    let view = patched(&asking, &id, body, &Bounds::of(&headers)).await?;
    Ok(resource::present(&asking, StatusCode::OK, view, &projection))
}

/// PATCH, for a request or an operation of one.
pub(super) async fn patched(
    asking: &Asking,
    id: &str,
    body: ScimBody,
    bounds: &Bounds<'_>,
) -> Result<UserView, Refused> {
    let target = asking.other_or_own(id, rights::UPDATE)?;
    let patch = Patch::parse(body.json()?, asking.mount.schema())?;
    resource::write(asking, &target, &Change::Modify(patch), bounds).await
}

pub(super) async fn delete(asking: Asking, Id(id): Id, headers: HeaderMap) -> Answer {
    deleted(&asking, &id, &Bounds::of(&headers)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// DELETE, for a request or an operation of one.
pub(super) async fn deleted(asking: &Asking, id: &str, bounds: &Bounds<'_>) -> Result<(), Refused> {
    let target = asking.other(id, rights::DELETE)?;
    Ok(asking.web.app.delete_user(&target.cx, target.id, bounds.expected.as_deref()).await?)
}

pub(super) async fn create(asking: Asking, given: Parameters, headers: HeaderMap, body: ScimBody) -> Answer {
    let projection = given.projection(&asking)?;
    let view = created(&asking, body, &Bounds::of(&headers)).await?;
    Ok(resource::present(&asking, StatusCode::CREATED, view, &projection))
}

/// POST, for a request or an operation of one. What does not exist has no version to be bound to.
pub(super) async fn created(
    asking: &Asking,
    body: ScimBody,
    bounds: &Bounds<'_>,
) -> Result<UserView, Refused> {
    let cx = asking.privileged(rights::CREATE)?;
    let edited = body::created(body.json()?, asking.mount.schema())?;
    let request = user::Request {
        before: None,
        how: user::How::Whole,
        persona: cx.actor.persona(),
        dialect: asking.mount.dialect,
    };
    let write = user::wanted_of(&edited, &request)?;
    let password = write.password.map(NewPassword::Chosen);
    let app = &asking.web.app;
    Ok(app.create_user_within(&cx, None, &write.wanted, password, bounds.allowance).await?)
}

pub(super) async fn list(asking: Asking, given: Parameters) -> Answer {
    let cx = asking.privileged(rights::LIST)?;
    let request = ListRequest::from_query(given.pairs(), asking.mount.schema())?;
    list::answer(&asking, &cx, &request).await
}

/// The same by POST, so that what is searched for stands in no URL (SCIM-70).
pub(super) async fn search(asking: Asking, body: ScimBody) -> Answer {
    let cx = asking.privileged(rights::LIST)?;
    let request = ListRequest::from_search(body.json()?, asking.mount.schema())?;
    list::answer(&asking, &cx, &request).await
}
