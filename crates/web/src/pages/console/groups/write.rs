//! What is done to a group: another name, who comes and goes, and its end.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::GroupError;
use countersign_domain::groups::{Group, MemberChange};
use countersign_domain::{MemberId, Refusal};
use countersign_scim::group::{GroupWrite, member_id};
use serde::Deserialize;

use super::new::NameForm;
use super::one::{Asked, Refused, above, may_add, named, page};
use super::{DELETE, PATH, UPDATE, VIEW, path_of};
use crate::pages::PageError;
use crate::pages::console::removal::{self, Removal, TypedName};
use crate::pages::language::Texts;
use crate::pages::posted::{Form, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// Why a group was not written, for the page; what is no slip of the form's is a page of its own.
pub(super) fn worded(t: &'static Texts, error: GroupError) -> Result<(StatusCode, String), PageError> {
    match error {
        GroupError::NameTaken => Ok((StatusCode::CONFLICT, t.say("group-name-taken").to_owned())),
        GroupError::Edit(_) => Ok((StatusCode::UNPROCESSABLE_ENTITY, t.say("group-member-gone").to_owned())),
        GroupError::NoSuchGroup => Err(PageError::NotFound),
        GroupError::StaleVersion => Err(PageError::Conflict),
        GroupError::Refused(Refusal::TooManyRequests { retry_after }) => Err(PageError::TooMany(retry_after)),
        GroupError::Refused(_) => Err(PageError::Forbidden),
        GroupError::Failure(failure) => Err(failure.into()),
    }
}

/// *Save*: another name.
pub(super) async fn rename(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<NameForm>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(UPDATE)?;
    let (id, t, typed) = (named(&id)?, visitor.look.texts, form.name.clone());
    let (status, why) = match form.parsed(t) {
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, why.to_owned()),
        Ok(name) => {
            let write = GroupWrite::plain(Some(name), MemberChange::Keep);
            let renamed =
                web.app.update_group(&visitor.as_privileged(), id, None, false, |_| Ok(write.clone())).await;
            match renamed {
                Ok(_) => return Ok(visitor::done(&path_of(id), "group-renamed")),
                Err(error) => worded(t, error)?,
            }
        }
    };
    let refused = Refused { field: "displayName", typed, status, why };
    page(&web, &visitor, id, &Asked::default(), Some(refused)).await
}

/// Who comes or goes: somebody by name, or the member of a row.
#[derive(Deserialize)]
pub(super) struct MemberForm {
    #[serde(rename = "do", default)]
    what: String,
    #[serde(rename = "userName", default)]
    user_name: String,
    /// The id of who goes.
    #[serde(default)]
    member: String,
}

impl Form for MemberForm {
    const KEPT: &'static [&'static str] = &["userName"];
}

/// *Add*, *Remove*.
pub(super) async fn members(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<MemberForm>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(UPDATE)?;
    let (id, t) = (named(&id)?, visitor.look.texts);
    let Some(member) = meant(&web, &visitor, &form).await? else {
        let why = match form.user_name.trim() {
            "" => t.say("group-member-nobody").to_owned(),
            name => t.fill("group-member-unknown", &[("name", name)]),
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let refused = Refused { field: "userName", typed: form.user_name, status, why };
        return page(&web, &visitor, id, &Asked::default(), Some(refused)).await;
    };
    let (add, remove, said) = match form.what.as_str() {
        "add" => (vec![member], Vec::new(), "group-member-added"),
        "remove" => (Vec::new(), vec![member], "group-member-removed"),
        _ => return Err(PageError::Malformed),
    };
    let write = GroupWrite::plain(None, MemberChange::Delta { add, remove });
    let cx = visitor.as_privileged();
    match web.app.update_group(&cx, id, None, false, |_| Ok(write.clone())).await {
        Ok(_) => Ok(visitor::done(&path_of(id), said)),
        Err(error) => {
            let (status, why) = worded(t, error)?;
            let refused = Refused { field: "userName", typed: form.user_name, status, why };
            page(&web, &visitor, id, &Asked::default(), Some(refused)).await
        }
    }
}

/// Whom the form means; `None` where a name is nobody's.
async fn meant(web: &Web, visitor: &Visitor, form: &MemberForm) -> Result<Option<MemberId>, PageError> {
    if !form.member.is_empty() {
        return member_id(&form.member).map(Some).ok_or(PageError::Malformed);
    }
    if !may_add(visitor) {
        return Err(PageError::Forbidden);
    }
    let user = web.app.user_named(&visitor.as_privileged(), form.user_name.trim()).await?;
    Ok(user.map(|user| MemberId::new(user.uuid())))
}

/// Says what is lost, and asks for the name.
pub(super) async fn ask_delete(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let group = deletable(&web, &visitor, &id).await?;
    Ok(asked_to_delete(&web, &visitor, &group, None))
}

/// The group is gone.
pub(super) async fn delete(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<TypedName>,
) -> Result<Response, PageError> {
    let group = deletable(&web, &visitor, &id).await?;
    if !form.is(group.name.as_str()) {
        return Ok(asked_to_delete(&web, &visitor, &group, Some(&form)));
    }
    // What was confirmed is the group of that name: another name meanwhile is a conflict.
    match web.app.delete_group(&visitor.as_privileged(), group.id, Some(&[group.version])).await {
        Ok(()) => {
            Ok(visitor::done(if visitor.has(super::LIST) { PATH } else { "/console/" }, "group-deleted"))
        }
        Err(error) => {
            Err(worded(visitor.look.texts, error).map_or_else(|page| page, |_| PageError::Conflict))
        }
    }
}

async fn deletable(web: &Web, visitor: &Visitor, id: &str) -> Result<Group, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(DELETE)?;
    web.app.group(&visitor.as_privileged(), named(id)?).await?.ok_or(PageError::NotFound)
}

fn asked_to_delete(web: &Web, visitor: &Visitor, group: &Group, typed: Option<&TypedName>) -> Response {
    let t = visitor.look.texts;
    let path = path_of(group.id);
    let removal = Removal {
        place: "groups",
        above: above(visitor),
        heading: t.say("group-delete").to_owned(),
        lost: t.say("group-delete-text"),
        name: group.name.as_str(),
        submit: t.say("group-delete"),
        action: format!("{path}/delete"),
        back: path,
    };
    removal::ask(web, visitor, &removal, typed)
}
