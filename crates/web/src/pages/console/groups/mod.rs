//! *User Management › Groups* (pages §5): found by the beginning of their names, each with how many are in it.
//!
//! ```text
//! mod.rs the list · new.rs · one.rs a group and its members · write.rs what is done to it
//! ```

mod new;
mod one;
#[cfg(test)]
mod tests;
mod write;

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use countersign_app::{ListError, Listed};
use countersign_domain::GroupId;
use countersign_domain::groups::Group;
use countersign_scim::list::ListRequest;
use countersign_scim::schema::{Dialect, group as groups};
use serde::Deserialize;

use super::navigation::Navigation;
use super::question;
use crate::pages::component::{Empty, Field, Moment, Pager};
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::pages::{PageError, page};
use crate::state::Web;

/// Where it is.
const PATH: &str = "/console/groups";
/// What each needs, as the API of the same thing does (scim.md §10).
const LIST: &str = "internal_group_mgt_list";
const VIEW: &str = "internal_group_mgt_view";
const CREATE: &str = "internal_group_mgt_create";
const UPDATE: &str = "internal_group_mgt_update";
const DELETE: &str = "internal_group_mgt_delete";
/// How many stand on a page, as the question says it.
const PAGE: &str = "25";
/// So far members are counted for a list.
const COUNTED: u64 = 1_000;

/// `/console/groups…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/groups", get(show).post(new::create))
        .route("/console/groups/new", get(new::ask))
        .route("/console/groups/{id}", get(one::show).post(write::rename))
        .route("/console/groups/{id}/members", post(write::members))
        .route("/console/groups/{id}/delete", get(write::ask_delete).post(write::delete))
}

/// The page of one group.
pub(super) fn path_of(id: GroupId) -> String {
    format!("{PATH}/{id}")
}

/// Whether this visitor may look at one group.
pub(super) fn may_view(visitor: &Visitor) -> bool {
    visitor.has(VIEW)
}

/// Which groups are asked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    cursor: String,
}

impl Asked {
    fn from(&self, cursor: &str) -> String {
        question::address(PATH, &[("q", &self.q), ("cursor", cursor)])
    }

    /// As clients ask it; a text is quoted as JSON is.
    fn request(&self) -> Result<ListRequest, PageError> {
        let text = serde_json::Value::from(self.q.trim()).to_string();
        let filter = format!("displayName sw {text}");
        let mut said = vec![("sortBy", "displayName"), ("count", PAGE), ("cursor", self.cursor.as_str())];
        if !self.q.trim().is_empty() {
            said.push(("filter", &filter));
        }
        ListRequest::from_query(said, groups(Dialect::Strict)).map_err(|_| PageError::Malformed)
    }
}

/// `templates/console/groups.html`.
#[derive(Template)]
#[template(path = "console/groups.html")]
struct GroupsPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    search: Field<'a>,
    rows: Vec<Row>,
    /// Instead of rows.
    empty: Option<Empty<'a>>,
    pager: Pager<'a>,
    may_create: bool,
}

struct Row {
    href: Option<String>,
    name: String,
    members: String,
    changed: Moment,
}

/// A page of groups.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(LIST)?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let (cx, t) = (visitor.as_privileged(), visitor.look.texts);
    let listed = match web.app.groups(&cx, (PATH, Dialect::Strict), &asked.request()?).await {
        Ok(listed) => listed,
        Err(ListError::ExpiredCursor) => return Ok(page::see_other(&asked.from(""))),
        Err(ListError::Failure(failure)) => return Err(failure.into()),
        Err(_) => return Err(PageError::Malformed),
    };
    let Listed { resources, next, previous, .. } = listed;
    let ids: Vec<GroupId> = resources.iter().map(|group| group.id).collect();
    let counts = web.app.member_counts(&cx, &ids, COUNTED + 1).await?;
    let row = |group: &Group| row(&visitor, group, counts.get(&group.id).copied().unwrap_or_default());
    let rows: Vec<Row> = resources.iter().map(row).collect();
    let page = GroupsPage {
        frame: visitor.frame(&web).in_console(),
        navigation: Navigation::of(&web, &visitor, "groups"),
        search: Field::search("q", t.say("groups-search")).value(asked.q.clone()).length_max(255),
        empty: rows.is_empty().then(|| nothing(&visitor, &asked)),
        rows,
        pager: Pager {
            label: t.say("pages"),
            previous: previous.map(|cursor| (asked.from(&cursor), t.say("previous-page"))),
            next: next.map(|cursor| (asked.from(&cursor), t.say("next-page"))),
        },
        may_create: visitor.has(CREATE),
    };
    Ok(visitor.show(&page))
}

fn row(visitor: &Visitor, group: &Group, members: u64) -> Row {
    Row {
        href: may_view(visitor).then(|| path_of(group.id)),
        name: group.name.as_str().to_owned(),
        members: counted(visitor.look.texts, members),
        changed: visitor.clock().tell(group.last_modified),
    }
}

/// How many are in it, as far as was counted.
fn counted(t: &Texts, members: u64) -> String {
    if members > COUNTED {
        return t.say("group-members-many").to_owned();
    }
    t.fill("group-members-count", &[("count", &members.to_string())])
}

/// What stands where no group does.
fn nothing(visitor: &Visitor, asked: &Asked) -> Empty<'static> {
    let t = visitor.look.texts;
    if asked.q.trim().is_empty() {
        let action = visitor.has(CREATE).then(|| ("/console/groups/new".into(), t.say("group-new").into()));
        let (heading, text) = (t.say("groups-empty").into(), t.say("groups-empty-text").into());
        return Empty { heading, text, action };
    }
    let action = Some((PATH.into(), t.say("groups-all").into()));
    Empty { heading: t.say("groups-none").into(), text: t.say("groups-none-text").into(), action }
}
