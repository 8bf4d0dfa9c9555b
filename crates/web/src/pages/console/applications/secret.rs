//! The secret of an application: shown on the answer that made it, which no browser keeps, and never again.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_app::{ClientRecord, NewClientSecret};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::one::{self, Open};
use super::{PATH, Refused, UPDATE, VIEW, named, path_of};
use crate::pages::PageError;
use crate::pages::component::{Notice, Tone};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::frame::Frame;
use crate::pages::posted::{Form, Posted};
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// `templates/console/application_ask_secret.html`.
#[derive(Template)]
#[template(path = "console/application_ask_secret.html")]
struct AskPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    csrf: &'a str,
    name: &'a str,
    path: String,
    /// Which secret is to end.
    held: String,
}

/// The form: a press is good for the secret it was shown for. Sent again, by a tab that is opened anew, it would end the
/// secret that has just been copied.
#[derive(Deserialize)]
pub(super) struct RenewForm {
    #[serde(default)]
    held: String,
}

impl Form for RenewForm {}

/// `templates/console/application_secret.html`.
#[derive(Template)]
#[template(path = "console/application_secret.html")]
struct SecretPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    notice: Notice<'a>,
    name: &'a str,
    id: String,
    secret: &'a str,
    token_endpoint: String,
    path: String,
}

/// Says what ends with the old one.
pub(super) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let client = renewable(&web, &visitor, &id).await?;
    let t = visitor.look.texts;
    let page = AskPage {
        frame: visitor.frame(&web).in_console(),
        navigation: Navigation::of(&web, &visitor, "applications"),
        crumbs: Crumbs::new(
            t.say("console-breadcrumb"),
            vec![(Some(PATH), t.say("place-applications"))],
            t.say("application-new-secret"),
        ),
        csrf: visitor.csrf(),
        name: &client.name,
        path: path_of(client.id),
        held: mark(&client),
    };
    Ok(visitor.show(&page))
}

/// Another secret; the old one and every token have ended with it.
pub(super) async fn make(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<RenewForm>,
) -> Result<Response, PageError> {
    let client = renewable(&web, &visitor, &id).await?;
    if form.held != mark(&client) {
        return Err(PageError::Conflict);
    }
    match web.app.rotate_client_secret(&visitor.as_privileged(), client.id).await {
        Ok(new) => Ok(shown(&web, &visitor, &client.name, &new, StatusCode::OK)),
        Err(error) => {
            let mut refused = Refused::of(visitor.look.texts, error)?;
            refused.field = "";
            Ok(one::page(&web, &visitor, &client, Open::default(), Some(refused)))
        }
    }
}

/// Tells one secret of a client from the next, and nothing of either.
fn mark(client: &ClientRecord) -> String {
    let digest = Sha256::new().chain_update(b"the secret it has").chain_update(client.secret_hash).finalize();
    URL_SAFE_NO_PAD.encode(digest)
}

async fn renewable(web: &Web, visitor: &Visitor, id: &str) -> Result<ClientRecord, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(UPDATE)?;
    named(web, visitor, id).await
}

/// The page that shows it (`Cache-Control: no-store`, as every page of ours).
pub(super) fn shown(
    web: &Web,
    visitor: &Visitor,
    name: &str,
    new: &NewClientSecret,
    status: StatusCode,
) -> Response {
    let t = visitor.look.texts;
    let said = match status {
        StatusCode::CREATED => t.say("application-added"),
        _ => t.say("application-renewed"),
    };
    let page = SecretPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "applications"),
        crumbs: Crumbs::new(
            t.say("console-breadcrumb"),
            vec![(Some(PATH), t.say("place-applications"))],
            name,
        ),
        notice: Notice::status(Tone::Good, said),
        name,
        id: new.id.to_string(),
        secret: &new.secret,
        token_endpoint: format!("{}/oauth2/token", web.options.public_url),
        path: path_of(new.id),
    };
    visitor.answer(status, &page)
}
