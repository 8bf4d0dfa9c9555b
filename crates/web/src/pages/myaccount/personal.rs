//! Personal info: names, addresses, numbers (pages §3.1–§3.3).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::claim::ClaimFamily;
use serde::Deserialize;

use super::contact::{Group, Shown};
use super::profile;
use super::tabs::{Part, tabs};
use crate::pages::component::{ErrorSummary, Tabs};
use crate::pages::contact::Place;
use crate::pages::contact::act::{Act, Asked, attribute, family_of};
use crate::pages::contact::form::{Forms, summary};
use crate::pages::contact::pending::Pending;
use crate::pages::frame::Frame;
use crate::pages::profile_form::{Profile, Surroundings, Typed};
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
    pub(super) profile: Option<Typed>,
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
    let place = Place::my_account(visitor.look.texts);
    let contact = |act: Act, family: &Option<String>| {
        let family = family_of(family.as_deref()?)?;
        let typed = visitor.typed(&place.action(act, family), attribute(family)).unwrap_or_default();
        Some(Asked::new(act, family, typed.to_owned()))
    };
    let form = Form {
        contact: contact(Act::Set, &opened.edit).or_else(|| contact(Act::Add, &opened.add)),
        profile: (opened.edit.as_deref() == Some("profile")).then(|| Typed::kept(&visitor, profile::PATH)),
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
    let proofs = web.app.contact_proofs(&cx, user).await?.ok_or(PageError::NotFound)?;
    let settings = &proofs.settings;
    let clock = visitor.clock();
    let place = Place::my_account(clock.texts);
    let asked = form.contact.as_ref();
    let forms = Forms { place: &place, csrf: visitor.csrf(), settings };
    let shown = Shown { clock, forms, asked };
    let groups = ClaimFamily::ALL.map(|family| {
        let mut pending = proofs.pending.iter().filter(|proof| proof.value.family() == family);
        let pending = pending.next().map(|proof| Pending::of(proof, settings, &place, clock));
        shown.group(family, &proofs.values, pending)
    });
    let stands = Surroundings {
        t: clock.texts,
        csrf: visitor.csrf(),
        home: &place.home,
        action: profile::PATH.to_owned(),
        submit: clock.texts.say("save"),
        may_edit: true,
        is_own: true,
    };
    let typed = form.profile.as_ref();
    let page = PersonalPage {
        tabs: tabs(clock.texts, Part::PersonalInfo),
        error: summary(&place, asked).or_else(|| typed?.summary(clock.texts)),
        groups: groups.into(),
        profile: Profile::of(&proofs.user.profile.attributes, typed, stands),
        csrf: visitor.csrf(),
        frame: visitor.frame(web),
    };
    Ok(visitor.answer(status, &page))
}
