//! One group: what it is called, and who is in it.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::groups::{Group, Member, MemberKind};
use countersign_domain::{GroupId, MemberId};
use countersign_scim::group::{group_id, member_id};
use serde::Deserialize;

use super::new::name_field;
use super::{COUNTED, DELETE, LIST, PATH, UPDATE, VIEW, counted, path_of};
use crate::pages::PageError;
use crate::pages::component::{ErrorSummary, Field, Moment, Pager};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::console::{people, question, users};
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// How many members stand on a page.
const MEMBERS: u64 = 50;

/// Where the page begins, and what is open on it.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    after: String,
    #[serde(default)]
    edit: String,
}

/// A form that was not taken: the page shows it again.
pub(super) struct Refused {
    pub(super) field: &'static str,
    pub(super) typed: String,
    pub(super) status: StatusCode,
    pub(super) why: String,
}

/// `templates/console/group.html`.
#[derive(Template)]
#[template(path = "console/group.html")]
struct GroupPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    csrf: &'a str,
    error: Option<ErrorSummary<'a>>,
    path: &'a str,
    name: &'a str,
    /// The form of another name, where it is open.
    rename: Option<Field<'a>>,
    external_id: Option<&'a str>,
    count: String,
    created: Moment,
    changed: Moment,
    id: String,
    /// The form that adds somebody, for those who may.
    add: Option<Field<'a>>,
    /// Whether more are in it than stand here: then one is found by name only.
    is_long: bool,
    members: Vec<Row>,
    pager: Pager<'a>,
    may_update: bool,
    may_delete: bool,
}

/// A member.
struct Row {
    id: String,
    name: String,
    href: Option<String>,
    is_group: bool,
}

/// The group.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    page(&web, &visitor, named(&id)?, &asked, None).await
}

/// The group an address names.
pub(super) fn named(id: &str) -> Result<GroupId, PageError> {
    group_id(id).ok_or(PageError::NotFound)
}

/// Whether this visitor adds people: he has to be one who may learn what people there are (SEC-21).
pub(super) fn may_add(visitor: &Visitor) -> bool {
    visitor.has(UPDATE) && visitor.has(users::LIST)
}

pub(super) async fn page(
    web: &Web,
    visitor: &Visitor,
    id: GroupId,
    asked: &Asked,
    refused: Option<Refused>,
) -> Result<Response, PageError> {
    let (cx, t, clock) = (visitor.as_privileged(), visitor.look.texts, visitor.clock());
    let group = web.app.group(&cx, id).await?.ok_or(PageError::NotFound)?;
    let after = place(&asked.after)?;
    let found = web.app.members_page(&cx, id, after, MEMBERS).await?;
    let count = web.app.member_counts(&cx, &[id], COUNTED + 1).await?.remove(&id).unwrap_or_default();
    let (path, name) = (path_of(id), group.name.as_str());
    let on = |after: &str| question::address(&path, &[("after", after)]);
    let page = GroupPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "groups"),
        crumbs: Crumbs::new(t.say("console-breadcrumb"), above(visitor), name),
        csrf: visitor.csrf(),
        error: refused.as_ref().map(|refused| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![(refused.field.into(), refused.why.clone().into())],
        }),
        rename: rename(visitor, &group, &path, asked, refused.as_ref()),
        add: may_add(visitor).then(|| add(visitor, &path, refused.as_ref())),
        external_id: group.external_id.as_deref(),
        count: counted(t, count),
        created: clock.tell(group.created),
        changed: clock.tell(group.last_modified),
        id: id.to_string(),
        is_long: count > MEMBERS,
        members: found.members.iter().map(|member| row(visitor, member)).collect(),
        pager: Pager {
            label: t.say("pages"),
            previous: after.map(|_| (on(""), t.say("users-first"))),
            next: found.next.map(|next| (on(&next.to_string()), t.say("next-page"))),
        },
        may_update: visitor.has(UPDATE),
        may_delete: visitor.has(DELETE),
        path: &path,
        name,
    };
    Ok(visitor.answer(refused.map_or(StatusCode::OK, |refused| refused.status), &page))
}

/// The places a page of a group stands below.
pub(super) fn above(visitor: &Visitor) -> Vec<(Option<&'static str>, &'static str)> {
    vec![(visitor.has(LIST).then_some(PATH), visitor.look.texts.say("place-groups"))]
}

fn place(after: &str) -> Result<Option<MemberId>, PageError> {
    match after {
        "" => Ok(None),
        after => member_id(after).map(Some).ok_or(PageError::Malformed),
    }
}

fn rename<'a>(
    visitor: &Visitor,
    group: &Group,
    path: &str,
    asked: &Asked,
    refused: Option<&Refused>,
) -> Option<Field<'a>> {
    let refused = refused.filter(|refused| refused.field == "displayName");
    let is_open = visitor.has(UPDATE) && (asked.edit == "name" || refused.is_some());
    let typed = refused.map(|refused| refused.typed.as_str()).or_else(|| visitor.typed(path, "displayName"));
    let value = typed.unwrap_or(group.name.as_str()).to_owned();
    is_open.then(|| name_field(visitor.look.texts, value, refused.map(|refused| refused.why.clone())))
}

fn add<'a>(visitor: &Visitor, path: &str, refused: Option<&Refused>) -> Field<'a> {
    let t = visitor.look.texts;
    let refused = refused.filter(|refused| refused.field == "userName");
    let kept = || visitor.typed(&format!("{path}/members"), "userName");
    let typed = refused.map(|refused| refused.typed.as_str()).or_else(kept).unwrap_or_default();
    Field::text("userName", t.say("group-member-name"))
        .value(typed.to_owned())
        .error(refused.map(|refused| refused.why.clone()))
        .required()
        .length_max(255)
}

fn row(visitor: &Visitor, member: &Member) -> Row {
    let id = member.id.to_string();
    let is_group = member.kind == MemberKind::Group;
    let href = match member.kind {
        MemberKind::Group => Some(format!("{PATH}/{id}")),
        MemberKind::User => people::page_of(visitor, &member.id),
    };
    Row { name: member.display.clone().unwrap_or_else(|| id.clone()), id, href, is_group }
}
