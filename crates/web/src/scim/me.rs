//! `/Me`: the caller's own user, always as its owner (SCIM-93, `verification.md` §2.7).

use axum::http::{HeaderMap, StatusCode};
use countersign_app::UserView;
use countersign_scim::patch::Patch;

use super::error::Refused;
use super::resource::{self, Answer, Bounds, Change, Parameters, ScimBody};
use super::rights::Asking;

pub(super) async fn read(asking: Asking, given: Parameters, headers: HeaderMap) -> Answer {
    let target = asking.own()?;
    resource::read(&asking, &target, &given, &headers).await
}

pub(super) async fn replace(asking: Asking, given: Parameters, headers: HeaderMap, body: ScimBody) -> Answer {
    let projection = given.projection(&asking)?;
    let view = replaced(&asking, body, &Bounds::of(&headers)).await?;
    Ok(resource::present(&asking, StatusCode::OK, view, &projection))
}

/// PUT, for a request or an operation of one.
pub(super) async fn replaced(
    asking: &Asking,
    body: ScimBody,
    bounds: &Bounds<'_>,
) -> Result<UserView, Refused> {
    resource::write(asking, &asking.own()?, &Change::Replace(body.json()?), bounds).await
}

pub(super) async fn patch(asking: Asking, given: Parameters, headers: HeaderMap, body: ScimBody) -> Answer {
    let projection = given.projection(&asking)?;
    let view = patched(&asking, body, &Bounds::of(&headers)).await?;
    Ok(resource::present(&asking, StatusCode::OK, view, &projection))
}

/// PATCH, for a request or an operation of one.
pub(super) async fn patched(
    asking: &Asking,
    body: ScimBody,
    bounds: &Bounds<'_>,
) -> Result<UserView, Refused> {
    let target = asking.own()?;
    let patch = Patch::parse(body.json()?, asking.mount.schema())?;
    resource::write(asking, &target, &Change::Modify(patch), bounds).await
}
