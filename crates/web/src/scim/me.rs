//! `/Me`: the caller's own user, always as its owner (SCIM-93, `verification.md` §2.7).

use axum::http::HeaderMap;
use countersign_scim::patch::Patch;

use super::resource::{self, Answer, Change, Parameters, ScimBody};
use super::rights::Asking;

pub(super) async fn read(asking: Asking, given: Parameters, headers: HeaderMap) -> Answer {
    let target = asking.own()?;
    resource::read(&asking, &target, &given, &headers).await
}

pub(super) async fn replace(asking: Asking, given: Parameters, headers: HeaderMap, body: ScimBody) -> Answer {
    let target = asking.own()?;
    resource::write(&asking, &target, &given, &headers, &Change::Replace(body.json()?)).await
}

pub(super) async fn patch(asking: Asking, given: Parameters, headers: HeaderMap, body: ScimBody) -> Answer {
    let target = asking.own()?;
    let patch = Patch::parse(body.json()?, asking.mount.schema())?;
    resource::write(&asking, &target, &given, &headers, &Change::Modify(patch)).await
}
