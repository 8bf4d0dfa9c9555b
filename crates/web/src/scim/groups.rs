//! `/Groups` (scim.md §10). Each handler reads what the request carries and hands it to the function that does it, which
//! takes an operation of a Bulk request as well.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use countersign_app::{Context, Members};
use countersign_domain::GroupId;
use countersign_domain::groups::{Group, Member};
use countersign_scim::group::{self, GroupWrite};
use countersign_scim::list::ListRequest;
use countersign_scim::patch::Patch;
use countersign_scim::render::{self, Projection};
use countersign_scim::schema::{AttributePath, Name, ResourceSchema};
use countersign_scim::{Dialect, body};

use super::error::Refused;
use super::resource::{self, Answer, Parameters, ScimBody};
use super::rights::{self, Asking};
use super::users::Id;
use super::{condition, group_list};

pub(super) async fn read(asking: Asking, Id(id): Id, given: Parameters, headers: HeaderMap) -> Answer {
    let (cx, id) = target(&asking, &id, rights::GROUP_VIEW)?;
    let projection = given.projection_over(asking.mount.groups())?;
    let group = asking.web.app.group(&cx, id).await?.ok_or(Refused::NotFound)?;
    if condition::is_known(&headers, group.version) {
        return Ok(resource::tagged(StatusCode::NOT_MODIFIED.into_response(), group.version));
    }
    present(&asking, &cx, StatusCode::OK, &group, &projection).await
}

pub(super) async fn create(asking: Asking, given: Parameters, body: ScimBody) -> Answer {
    let cx = asking.privileged(rights::GROUP_CREATE)?;
    let projection = given.projection_over(asking.mount.groups())?;
    let group = created(&asking, body).await?;
    present(&asking, &cx, StatusCode::CREATED, &group, &projection).await
}

pub(super) async fn replace(
    asking: Asking,
    Id(id): Id,
    given: Parameters,
    headers: HeaderMap,
    body: ScimBody,
) -> Answer {
    let (cx, _) = target(&asking, &id, rights::GROUP_UPDATE)?;
    let projection = given.projection_over(asking.mount.groups())?;
    let group = replaced(&asking, &id, condition::expected(&headers), body).await?;
    present(&asking, &cx, StatusCode::OK, &group, &projection).await
}

/// Where the answer is no group, its members are not read at all (SCIM-82).
pub(super) async fn patch(
    asking: Asking,
    Id(id): Id,
    given: Parameters,
    headers: HeaderMap,
    body: ScimBody,
) -> Answer {
    let (cx, _) = target(&asking, &id, rights::GROUP_UPDATE)?;
    let projection = given.projection_over(asking.mount.groups())?;
    let group = patched(&asking, &id, condition::expected(&headers), body).await?;
    let is_asked_for = matches!(projection, Projection::Only(_));
    let is_usual = asking.mount.dialect == Dialect::Wso2 && asking.web.options.group_patch_returns_group;
    if is_asked_for || is_usual {
        return present(&asking, &cx, StatusCode::OK, &group, &projection).await;
    }
    Ok(resource::tagged(StatusCode::NO_CONTENT.into_response(), group.version))
}

pub(super) async fn delete(asking: Asking, Id(id): Id, headers: HeaderMap) -> Answer {
    deleted(&asking, &id, condition::expected(&headers)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn list(asking: Asking, given: Parameters) -> Answer {
    let cx = asking.privileged(rights::GROUP_LIST)?;
    let request = ListRequest::from_query(given.pairs(), asking.mount.groups())?;
    group_list::answer(&asking, &cx, &request).await
}

/// The same by POST, so that what is searched for stands in no URL (SCIM-70).
pub(super) async fn search(asking: Asking, body: ScimBody) -> Answer {
    let cx = asking.privileged(rights::GROUP_LIST)?;
    let request = ListRequest::from_search(body.json()?, asking.mount.groups())?;
    group_list::answer(&asking, &cx, &request).await
}

/// POST, for a request or an operation of one. Rights are judged before the body is.
pub(super) async fn created(asking: &Asking, body: ScimBody) -> Result<Group, Refused> {
    let cx = asking.privileged(rights::GROUP_CREATE)?;
    let edited = body::created(body.json()?, asking.mount.groups())?;
    let write = GroupWrite::of_body(&edited, asking.mount.dialect)?;
    Ok(asking.web.app.create_group(&cx, &write).await?)
}

/// PUT to the group `id`, if it is at one of the `expected` versions.
pub(super) async fn replaced(
    asking: &Asking,
    id: &str,
    expected: Option<Vec<u64>>,
    body: ScimBody,
) -> Result<Group, Refused> {
    let (cx, id) = target(asking, id, rights::GROUP_UPDATE)?;
    let edited = body::created(body.json()?, asking.mount.groups())?;
    let write = GroupWrite::of_body(&edited, asking.mount.dialect)?;
    let edit = |_: &[Member]| Ok(write.clone());
    Ok(asking.web.app.update_group(&cx, id, expected.as_deref(), false, edit).await?)
}

/// PATCH of the group `id`, if it is at one of the `expected` versions.
pub(super) async fn patched(
    asking: &Asking,
    id: &str,
    expected: Option<Vec<u64>>,
    body: ScimBody,
) -> Result<Group, Refused> {
    let (cx, id) = target(asking, id, rights::GROUP_UPDATE)?;
    let patch = Patch::parse(body.json()?, asking.mount.groups())?;
    let edit = |held: &[Member]| patch.of_group(asking.mount.dialect, held);
    let app = &asking.web.app;
    Ok(app.update_group(&cx, id, expected.as_deref(), patch.needs_members(), edit).await?)
}

/// DELETE of the group `id`, if it is at one of the `expected` versions.
pub(super) async fn deleted(asking: &Asking, id: &str, expected: Option<Vec<u64>>) -> Result<(), Refused> {
    let (cx, id) = target(asking, id, rights::GROUP_DELETE)?;
    Ok(asking.web.app.delete_group(&cx, id, expected.as_deref()).await?)
}

/// The group behind an id segment, for a caller who holds `scope`; rights before existence (SCIM-3).
fn target(asking: &Asking, id: &str, scope: &'static str) -> Result<(Context, GroupId), Refused> {
    let cx = asking.privileged(scope)?;
    Ok((cx, group::group_id(id).ok_or(Refused::NotFound)?))
}

/// The group as this mount shows it, with its version and its place.
async fn present(
    asking: &Asking,
    cx: &Context,
    status: StatusCode,
    group: &Group,
    projection: &Projection,
) -> Result<Response, Refused> {
    let wanted = wanted_members(asking.mount.groups(), projection);
    let members = asking.web.app.members_of(cx, &[group.id], wanted, u64::MAX).await?;
    let members: Vec<Member> = members.into_iter().map(|(_, member)| member).collect();
    let rendering = asking.mount.rendering(&asking.web);
    let shown = render::group(group::resource_of(group, &members), &rendering, projection);
    let location = format!("{}/Groups/{}", rendering.base_url, group.id);
    Ok(resource::tagged(resource::located(resource::json(status, &shown), &location), group.version))
}

/// How much of the members an answer shows, and therefore has to read (SCIM-97).
pub(super) fn wanted_members(schema: &ResourceSchema, projection: &Projection) -> Members {
    let shows = |name: &str| path(schema, name).is_some_and(|path| projection.shows(&path));
    match (shows("members"), shows("members.display")) {
        (_, true) => Members::Named,
        (true, false) => Members::Ids,
        (false, false) => Members::Unseen,
    }
}

fn path(schema: &ResourceSchema, name: &str) -> Option<AttributePath> {
    match schema.resolve(name)? {
        Name::Attribute(path) => Some(path),
        Name::Schema(_) => None,
    }
}
