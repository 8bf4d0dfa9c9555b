//! What is gone for good is asked for twice: its name is typed before it is removed (pages §5).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::crumbs::Crumbs;
use super::navigation::Navigation;
use crate::pages::component::{ErrorSummary, Field};
use crate::pages::frame::Frame;
use crate::pages::posted::Form;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// `templates/console/removal.html`.
#[derive(Template)]
#[template(path = "console/removal.html")]
struct RemovalPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    csrf: &'a str,
    error: Option<ErrorSummary<'a>>,
    removal: &'a Removal<'a>,
    field: Field<'a>,
}

/// What is about to be removed.
pub(super) struct Removal<'a> {
    /// The place it belongs to.
    pub(super) place: &'static str,
    /// Where it stands.
    pub(super) above: Vec<(Option<&'static str>, &'a str)>,
    pub(super) heading: String,
    /// What is lost with it, and what is not.
    pub(super) lost: &'a str,
    pub(super) name: &'a str,
    /// What the button says.
    pub(super) submit: &'a str,
    /// Where the form goes.
    pub(super) action: String,
    /// Where it is kept instead.
    pub(super) back: String,
}

/// The form.
#[derive(Deserialize)]
pub(super) struct TypedName {
    #[serde(default)]
    name: String,
}

impl Form for TypedName {
    const KEPT: &'static [&'static str] = &["name"];
}

impl TypedName {
    /// Whether it is this one that is meant; spaces around a name cannot be seen.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.trim() == name.trim()
    }
}

/// Asks for the name; again where another one was `typed`.
pub(super) fn ask(
    web: &Web,
    visitor: &Visitor,
    removal: &Removal<'_>,
    typed: Option<&TypedName>,
) -> Response {
    let t = visitor.look.texts;
    let value = typed.map(|typed| typed.name.as_str()).or_else(|| visitor.typed(&removal.action, "name"));
    let wrong = typed.map(|_| t.say("removal-differs"));
    let page = RemovalPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, removal.place),
        crumbs: Crumbs::new(t.say("console-breadcrumb"), removal.above.clone(), &removal.heading),
        csrf: visitor.csrf(),
        error: wrong.map(|why| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![("name".into(), why.into())],
        }),
        field: Field::text("name", t.say("removal-name"))
            .value(value.unwrap_or_default().to_owned())
            .error(wrong)
            .required()
            .focused(),
        removal,
    };
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visitor.answer(status, &page)
}
