//! What is done to an application: another name, other scopes, its end.

use axum::extract::{Path, State};
use axum::response::Response;
use countersign_app::ClientRecord;
use serde::Deserialize;

use super::one::{self, Open};
use super::{DELETE, PATH, Refused, UPDATE, VIEW, named, path_of};
use crate::pages::PageError;
use crate::pages::console::removal::{self, Removal, TypedName};
use crate::pages::posted::{Form, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// Another name.
#[derive(Deserialize)]
pub(super) struct NameForm {
    #[serde(default)]
    name: String,
}

impl Form for NameForm {
    const KEPT: &'static [&'static str] = &["name"];
}

/// The boxes that are ticked.
#[derive(Deserialize)]
pub(super) struct ScopesForm {
    #[serde(default)]
    scopes: Vec<String>,
}

impl Form for ScopesForm {
    const KEPT: &'static [&'static str] = &["scopes"];
}

/// *Save* of the name.
pub(super) async fn rename(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<NameForm>,
) -> Result<Response, PageError> {
    let client = changeable(&web, &visitor, &id, UPDATE).await?;
    match web.app.rename_client(&visitor.as_privileged(), client.id, &form.name).await {
        Ok(()) => Ok(visitor::done(&path_of(client.id), "application-renamed")),
        Err(error) => {
            let refused = Refused::of(visitor.look.texts, error)?;
            let open = Open { name: Some(form.name), scopes: None };
            Ok(one::page(&web, &visitor, &client, open, Some(refused)))
        }
    }
}

/// *Save* of what it may do.
pub(super) async fn grant(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<ScopesForm>,
) -> Result<Response, PageError> {
    let client = changeable(&web, &visitor, &id, UPDATE).await?;
    match web.app.set_client_scopes(&visitor.as_privileged(), client.id, &form.scopes).await {
        Ok(()) => Ok(visitor::done(&path_of(client.id), "application-granted")),
        Err(error) => {
            let refused = Refused::of(visitor.look.texts, error)?;
            let open = Open { name: None, scopes: Some(form.scopes) };
            Ok(one::page(&web, &visitor, &client, open, Some(refused)))
        }
    }
}

/// Says what ends with it, and asks for its name.
pub(super) async fn ask_remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let client = changeable(&web, &visitor, &id, DELETE).await?;
    Ok(asked_to_remove(&web, &visitor, &client, None))
}

/// It is gone, and its tokens with it.
pub(super) async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<TypedName>,
) -> Result<Response, PageError> {
    let client = changeable(&web, &visitor, &id, DELETE).await?;
    if !form.is(&client.name) {
        return Ok(asked_to_remove(&web, &visitor, &client, Some(&form)));
    }
    if web.app.remove_client(&visitor.as_privileged(), client.id).await? {
        return Ok(visitor::done(PATH, "application-removed"));
    }
    Err(PageError::NotFound)
}

async fn changeable(web: &Web, visitor: &Visitor, id: &str, scope: &str) -> Result<ClientRecord, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(scope)?;
    named(web, visitor, id).await
}

fn asked_to_remove(
    web: &Web,
    visitor: &Visitor,
    client: &ClientRecord,
    typed: Option<&TypedName>,
) -> Response {
    let t = visitor.look.texts;
    let path = path_of(client.id);
    let removal = Removal {
        place: "applications",
        above: vec![(Some(PATH), t.say("place-applications"))],
        heading: t.say("application-remove").to_owned(),
        lost: t.say("application-remove-text"),
        name: &client.name,
        submit: t.say("application-remove"),
        action: format!("{path}/remove"),
        back: path,
    };
    removal::ask(web, visitor, &removal, typed)
}
