//! One application: what it is called, what it may do, and the way to another secret or to its end.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::ClientRecord;
use serde::Deserialize;

use super::new::{name_field, summary};
use super::scopes::{self, ScopeGroup};
use super::{DELETE, PATH, Refused, UPDATE, VIEW, named, path_of};
use crate::pages::PageError;
use crate::pages::component::{ErrorSummary, Field};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::console::scopes::word;
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// What is open on the page, with what was typed where a form comes back.
#[derive(Default)]
pub(super) struct Open {
    /// The form of another name.
    pub(super) name: Option<String>,
    /// The boxes as they were ticked.
    pub(super) scopes: Option<Vec<String>>,
}

/// `templates/console/application.html`.
#[derive(Template)]
#[template(path = "console/application.html")]
struct ApplicationPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    csrf: &'a str,
    error: Option<ErrorSummary<'a>>,
    path: &'a str,
    name: &'a str,
    rename: Option<Field<'a>>,
    id: String,
    grants: String,
    token_endpoint: String,
    groups: Vec<ScopeGroup>,
    /// What it may do, for those who only look.
    granted: Vec<(&'static str, &'a str)>,
    may_update: bool,
    may_delete: bool,
}

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    edit: String,
}

/// The application.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let client = named(&web, &visitor, &id).await?;
    let is_open = asked.is_ok_and(|Query(asked)| asked.edit == "name");
    let typed = visitor.typed(&path_of(client.id), "name").map(str::to_owned);
    let name = typed.or_else(|| is_open.then(|| client.name.clone()));
    let ticked = visitor.ticked(&format!("{}/scopes", path_of(client.id)), "scopes");
    let scopes = (!ticked.is_empty()).then_some(ticked);
    Ok(page(&web, &visitor, &client, Open { name, scopes }, None))
}

pub(super) fn page(
    web: &Web,
    visitor: &Visitor,
    client: &ClientRecord,
    open: Open,
    refused: Option<Refused>,
) -> Response {
    let t = visitor.look.texts;
    let path = path_of(client.id);
    let may_update = visitor.has(UPDATE);
    let ticked = open.scopes.as_ref().unwrap_or(&client.scopes);
    let page = ApplicationPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "applications"),
        crumbs: Crumbs::new(
            t.say("console-breadcrumb"),
            vec![(Some(PATH), t.say("place-applications"))],
            &client.name,
        ),
        csrf: visitor.csrf(),
        error: refused.as_ref().map(|refused| summary(t, refused)),
        path: &path,
        name: &client.name,
        id: client.id.to_string(),
        grants: client.grants.join(" "),
        token_endpoint: format!("{}/oauth2/token", web.options.public_url),
        groups: scopes::boxes(visitor, ticked, &client.scopes),
        granted: client.scopes.iter().map(|scope| (word(t, scope), scope.as_str())).collect(),
        rename: open.name.filter(|_| may_update).map(|name| name_field(t, name, refused.as_ref()).focused()),
        may_update,
        may_delete: visitor.has(DELETE),
    };
    visitor.answer(refused.map_or(StatusCode::OK, |refused| refused.status), &page)
}
