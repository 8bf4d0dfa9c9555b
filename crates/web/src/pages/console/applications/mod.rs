//! *Server › Applications* (pages §5): the OAuth clients, and what each may do.
//!
//! ```text
//! mod.rs the list · new.rs · one.rs an application · write.rs what is done to it · secret.rs shows a secret, once
//! ```

mod new;
mod one;
mod scopes;
mod secret;
#[cfg(test)]
mod tests;
mod write;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use countersign_app::{ClientError, ClientRecord};
use countersign_domain::ClientId;

use super::navigation::Navigation;
use super::scopes::word;
use crate::pages::PageError;
use crate::pages::component::Empty;
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// Where it is.
const PATH: &str = "/console/applications";
/// What each needs.
const VIEW: &str = "internal_config_mgt_view";
const ADD: &str = "internal_config_mgt_add";
const UPDATE: &str = "internal_config_mgt_update";
const DELETE: &str = "internal_config_mgt_delete";

/// `/console/applications…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/console/applications", get(show).post(new::create))
        .route("/console/applications/new", get(new::ask))
        .route("/console/applications/{id}", get(one::show).post(write::rename))
        .route("/console/applications/{id}/scopes", post(write::grant))
        .route("/console/applications/{id}/secret", get(secret::ask).post(secret::make))
        .route("/console/applications/{id}/remove", get(write::ask_remove).post(write::remove))
}

/// The page of one application.
fn path_of(id: ClientId) -> String {
    format!("{PATH}/{id}")
}

/// The application an address names.
async fn named(web: &Web, visitor: &Visitor, id: &str) -> Result<ClientRecord, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    web.app.client(&visitor.as_privileged(), id).await?.ok_or(PageError::NotFound)
}

/// A form that was not taken.
struct Refused {
    /// Where the summary leads.
    field: &'static str,
    status: StatusCode,
    why: String,
}

impl Refused {
    /// Why an application was not added or changed; what is no slip of the form's is a page of its own.
    fn of(t: &'static Texts, error: ClientError) -> Result<Self, PageError> {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        match error {
            ClientError::Name => Ok(Self {
                field: "name",
                status: unprocessable,
                why: t.say("application-name-wrong").to_owned(),
            }),
            ClientError::BeyondOwn(scope) => {
                tracing::info!(event = "denied", scope);
                let why = t.fill("scope-refused", &[("scope", word(t, &scope))]);
                Ok(Self { field: "scopes", status: StatusCode::FORBIDDEN, why })
            }
            ClientError::UnknownScope(_) => Err(PageError::Malformed),
            ClientError::NoSuchClient => Err(PageError::NotFound),
            ClientError::Failure(failure) => Err(failure.into()),
        }
    }
}

/// `templates/console/applications.html`.
#[derive(Template)]
#[template(path = "console/applications.html")]
struct ApplicationsPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    rows: Vec<Row>,
    /// Instead of rows.
    empty: Option<Empty<'a>>,
    may_add: bool,
}

struct Row {
    href: String,
    name: String,
    id: String,
    scopes: String,
}

/// All of them: there are as many as there are programs, not as there are people.
async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let t = visitor.look.texts;
    let clients = web.app.clients(&visitor.as_privileged()).await?;
    let row = |client: ClientRecord| Row {
        href: path_of(client.id),
        name: client.name,
        id: client.id.to_string(),
        scopes: t.fill("application-scopes-count", &[("count", &client.scopes.len().to_string())]),
    };
    let rows: Vec<Row> = clients.into_iter().map(row).collect();
    let may_add = visitor.has(ADD);
    let page = ApplicationsPage {
        frame: visitor.frame(&web).in_console(),
        navigation: Navigation::of(&web, &visitor, "applications"),
        empty: rows.is_empty().then(|| Empty {
            heading: t.say("applications-empty").into(),
            text: t.say("applications-empty-text").into(),
            action: may_add.then(|| ("/console/applications/new".into(), t.say("application-new").into())),
        }),
        rows,
        may_add,
    };
    Ok(visitor.show(&page))
}
