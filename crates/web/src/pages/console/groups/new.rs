//! A new group: its name. Members are added on its own page.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::groups::{GroupName, InvalidGroupName, MemberChange};
use countersign_scim::group::GroupWrite;
use serde::Deserialize;

use super::{CREATE, LIST, PATH, VIEW, path_of, write};
use crate::pages::PageError;
use crate::pages::component::{ErrorSummary, Field};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::posted::{Form, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// `templates/console/group_new.html`.
#[derive(Template)]
#[template(path = "console/group_new.html")]
struct NewGroupPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    csrf: &'a str,
    error: Option<ErrorSummary<'a>>,
    name: Field<'a>,
}

/// The form: here, and where a group is renamed.
#[derive(Deserialize)]
pub(super) struct NameForm {
    #[serde(rename = "displayName", default)]
    pub(super) name: String,
}

impl Form for NameForm {
    const KEPT: &'static [&'static str] = &["displayName"];
}

impl NameForm {
    /// The name, or what is wrong with it.
    pub(super) fn parsed(&self, t: &'static Texts) -> Result<GroupName, &'static str> {
        GroupName::parse(self.name.trim()).map_err(|why| match why {
            InvalidGroupName::Empty => t.say("group-name-empty"),
            InvalidGroupName::TooLong => t.say("group-name-long"),
            InvalidGroupName::Control => t.say("group-name-control"),
        })
    }
}

/// The field of both forms.
pub(super) fn name_field<'a>(t: &'static Texts, value: String, wrong: Option<String>) -> Field<'a> {
    Field::text("displayName", t.say("group-name"))
        .value(value)
        .error(wrong)
        .required()
        .focused()
        .length_max(255)
}

/// The form.
pub(super) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.needs(CREATE)?;
    let typed = visitor.typed(PATH, "displayName").unwrap_or_default().to_owned();
    Ok(show(&web, &visitor, typed, None))
}

/// The group is there from now on.
pub(super) async fn create(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<NameForm>,
) -> Result<Response, PageError> {
    visitor.needs(CREATE)?;
    let name = match form.parsed(visitor.look.texts) {
        Ok(name) => name,
        Err(why) => {
            let refused = (StatusCode::UNPROCESSABLE_ENTITY, why.to_owned());
            return Ok(show(&web, &visitor, form.name, Some(refused)));
        }
    };
    let new = GroupWrite::plain(Some(name), MemberChange::Keep);
    match web.app.create_group(&visitor.as_privileged(), &new).await {
        Ok(group) => {
            let places = [(VIEW, path_of(group.id)), (LIST, PATH.to_owned())];
            let place = places.into_iter().find(|(scope, _)| visitor.has(scope)).map(|(_, place)| place);
            Ok(visitor::done(place.as_deref().unwrap_or("/console/groups/new"), "group-created"))
        }
        Err(error) => {
            let refused = write::worded(visitor.look.texts, error)?;
            Ok(show(&web, &visitor, form.name, Some(refused)))
        }
    }
}

fn show(web: &Web, visitor: &Visitor, typed: String, refused: Option<(StatusCode, String)>) -> Response {
    let t = visitor.look.texts;
    let (status, wrong) = refused.map_or((StatusCode::OK, None), |(status, why)| (status, Some(why)));
    let page = NewGroupPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "groups"),
        crumbs: Crumbs::new(
            t.say("console-breadcrumb"),
            vec![(Some(PATH), t.say("place-groups"))],
            t.say("group-new"),
        ),
        csrf: visitor.csrf(),
        error: wrong.clone().map(|why| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![("displayName".into(), why.into())],
        }),
        name: name_field(t, typed, wrong),
    };
    visitor.answer(status, &page)
}
