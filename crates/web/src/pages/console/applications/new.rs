//! A new application: a name, and what it may do. Its secret is on the page that follows, and nowhere else.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::scopes::{self, ScopeGroup};
use super::{ADD, PATH, Refused, VIEW, secret};
use crate::pages::PageError;
use crate::pages::component::{ErrorSummary, Field};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::posted::{Form, Posted};
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// The one grant an application of ours uses (RFC 6749 §4.4).
const GRANT: &str = "client_credentials";

/// `templates/console/application_new.html`.
#[derive(Template)]
#[template(path = "console/application_new.html")]
struct NewApplicationPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    csrf: &'a str,
    error: Option<ErrorSummary<'a>>,
    name: Field<'a>,
    groups: Vec<ScopeGroup>,
}

/// The form.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct NewForm {
    name: String,
    scopes: Vec<String>,
}

impl Form for NewForm {
    const KEPT: &'static [&'static str] = &["name", "scopes"];
}

/// The field of a name, here and where an application is renamed.
pub(super) fn name_field<'a>(t: &'static Texts, value: String, refused: Option<&Refused>) -> Field<'a> {
    let wrong = refused.filter(|refused| refused.field == "name").map(|refused| refused.why.clone());
    Field::text("name", t.say("application-name")).value(value).error(wrong).required().length_max(100)
}

/// What was wrong, above a form.
pub(super) fn summary<'a>(t: &'static Texts, refused: &Refused) -> ErrorSummary<'a> {
    let errors = vec![(refused.field.into(), refused.why.clone().into())];
    ErrorSummary { heading: t.say("something-to-mend").into(), errors }
}

/// The form, empty.
pub(super) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    needed(&visitor)?;
    let name = visitor.typed(PATH, "name").unwrap_or_default().to_owned();
    let scopes = visitor.ticked(PATH, "scopes");
    Ok(show(&web, &visitor, NewForm { name, scopes }, None))
}

/// The application is there from now on; the answer shows its secret.
pub(super) async fn create(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<NewForm>,
) -> Result<Response, PageError> {
    needed(&visitor)?;
    let (cx, grants) = (visitor.as_privileged(), vec![GRANT.to_owned()]);
    match web.app.add_client(&cx, &form.name, grants, &form.scopes).await {
        Ok(new) => Ok(secret::shown(&web, &visitor, form.name.trim(), &new, StatusCode::CREATED)),
        Err(error) => {
            let refused = Refused::of(visitor.look.texts, error)?;
            Ok(show(&web, &visitor, form, Some(&refused)))
        }
    }
}

fn needed(visitor: &Visitor) -> Result<(), PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(ADD)
}

fn show(web: &Web, visitor: &Visitor, form: NewForm, refused: Option<&Refused>) -> Response {
    let t = visitor.look.texts;
    let page = NewApplicationPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "applications"),
        crumbs: Crumbs::new(
            t.say("console-breadcrumb"),
            vec![(Some(PATH), t.say("place-applications"))],
            t.say("application-new"),
        ),
        csrf: visitor.csrf(),
        error: refused.map(|refused| summary(t, refused)),
        groups: scopes::boxes(visitor, &form.scopes, &[]),
        name: name_field(t, form.name, refused).focused(),
    };
    visitor.answer(refused.map_or(StatusCode::OK, |refused| refused.status), &page)
}
