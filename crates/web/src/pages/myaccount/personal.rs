//! Personal info: names, addresses, numbers (pages §3.1–§3.3).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::claim::ClaimFamily;
use serde::Deserialize;

use super::act::{Act, Asked, attribute, family_of};
use super::contact::{Group, Shown};
use super::pending::Pending;
use super::profile::{self, Profile};
use super::tabs::{Part, tabs};
use crate::pages::component::{ErrorSummary, Tabs};
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::pages::{PageError, page};
use crate::state::Web;

/// Which form is open.
#[derive(Deserialize, Default)]
pub(super) struct Opened {
    edit: Option<String>,
    add: Option<String>,
}

/// `templates/myaccount/personal.html`.
#[derive(Template)]
#[template(path = "myaccount/personal.html")]
struct PersonalPage<'a> {
    frame: Frame<'a>,
    tabs: Tabs<'a>,
    error: Option<ErrorSummary<'a>>,
    groups: Vec<Group<'a>>,
    profile: Profile<'a>,
    csrf: &'a str,
}

/// What of a form is shown again on the page.
#[derive(Default)]
pub(super) struct Form {
    pub(super) contact: Option<Asked>,
    pub(super) profile: Option<profile::Typed>,
}

/// The short address.
pub(super) async fn front_door() -> Response {
    page::see_other("/myaccount/")
}

/// The page, with the form its address opens.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Query(opened): Query<Opened>,
) -> Result<Response, PageError> {
    let contact = |act: Act, family: &Option<String>| {
        let family = family_of(family.as_deref()?)?;
        let typed = visitor.typed(&act.action(family), attribute(family)).unwrap_or_default();
        Some(Asked::new(act, family, typed.to_owned()))
    };
    let form = Form {
        contact: contact(Act::Set, &opened.edit).or_else(|| contact(Act::Add, &opened.add)),
        profile: (opened.edit.as_deref() == Some("profile")).then(profile::Typed::default),
    };
    render(&web, &visitor, form, StatusCode::OK).await
}

/// The page with a form as it stands.
pub(super) async fn render(
    web: &Web,
    visitor: &Visitor,
    form: Form,
    status: StatusCode,
) -> Result<Response, PageError> {
    let (cx, user) = (visitor.as_owner(), visitor.user()?);
    let view = web.app.user(&cx, user).await?.ok_or(PageError::NotFound)?;
    let proofs = web.app.contact_proofs(&cx, user).await?.ok_or(PageError::NotFound)?;
    let settings = web.app.settings_in_force(&cx).await?;
    let clock = visitor.clock();
    let asked = form.contact.as_ref();
    let shown = Shown { clock, csrf: visitor.csrf(), settings: &settings, asked };
    let groups = ClaimFamily::ALL.map(|family| {
        let mut pending = proofs.pending.iter().filter(|proof| proof.value.family() == family);
        let pending = pending.next().map(|proof| Pending::of(proof, &settings, clock));
        shown.group(family, &proofs.values, pending)
    });
    let page = PersonalPage {
        tabs: tabs(clock.texts, Part::PersonalInfo),
        error: summary(visitor, asked),
        groups: groups.into(),
        profile: Profile::of(&view.user.profile.attributes, form.profile.as_ref(), clock.texts),
        csrf: visitor.csrf(),
        frame: visitor.frame(web),
    };
    Ok(visitor.answer(status, &page))
}

fn summary<'a>(visitor: &Visitor, asked: Option<&'a Asked>) -> Option<ErrorSummary<'a>> {
    let asked = asked?;
    let mut errors = Vec::new();
    if let Some(error) = &asked.error {
        let id = if asked.act.is_typed() { attribute(asked.family) } else { "" };
        errors.push((id.into(), error.as_str().into()));
    }
    if let super::act::Ask::Again(error) = &asked.password {
        errors.push(("password".into(), error.as_str().into()));
    }
    let heading = visitor.look.texts.say("something-to-mend").into();
    (!errors.is_empty()).then_some(ErrorSummary { heading, errors })
}
