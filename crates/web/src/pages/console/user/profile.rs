//! A user's page, the part *Profile*: addresses and numbers, their proofs, names (pages §5).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::UserId;
use countersign_domain::claim::ClaimFamily;
use serde::Deserialize;

use super::contacts::{Group, Shown};
use super::head::{Head, Part};
use super::proofs::Proofs;
use super::{id_of, path_of};
use crate::pages::component::{ErrorSummary, Notice};
use crate::pages::console::messages;
use crate::pages::console::navigation::Navigation;
use crate::pages::console::people;
use crate::pages::contact::Place;
use crate::pages::contact::act::{Act, Asked, attribute, family_of};
use crate::pages::contact::form::{Forms, summary};
use crate::pages::frame::Frame;
use crate::pages::posted::Posted;
use crate::pages::profile_form::{Profile, ProfileForm, Saved, Surroundings, Typed};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page};
use crate::state::Web;

/// What seeing a user needs, as at `/scim2/Users/{id}`.
pub(super) const VIEW: &str = "internal_user_mgt_view";
/// What changing him needs.
pub(super) const UPDATE: &str = "internal_user_mgt_update";
/// What seeing what happened to a change needs, as at `/changes`.
const CHANGES: &str = "internal_user_code_mgt_view";
/// What acting on it needs.
pub(super) const CODES: &str = "internal_user_code_mgt_create";

/// What a visitor may do here: what he may not is not shown, and refused when it is posted.
#[derive(Clone, Copy)]
pub(super) struct May {
    pub(super) edit: bool,
    pub(super) see_changes: bool,
    pub(super) act_on_changes: bool,
    pub(super) see_messages: bool,
}

impl May {
    pub(super) fn of(visitor: &Visitor) -> Self {
        Self {
            edit: visitor.has(UPDATE),
            see_changes: visitor.has(CHANGES),
            act_on_changes: visitor.has(CODES),
            see_messages: visitor.has(messages::VIEW),
        }
    }
}

/// Which form the address opens.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Opened {
    edit: String,
    add: String,
    mark: String,
    renew: String,
}

/// What of a form is shown again, and why something was not done.
#[derive(Default)]
pub(super) struct Again {
    pub(super) contact: Option<Asked>,
    pub(super) profile: Option<Typed>,
    pub(super) refused: Option<Notice<'static>>,
}

/// `templates/console/user/profile.html`.
#[derive(Template)]
#[template(path = "console/user/profile.html")]
struct ProfilePage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    head: Head<'a>,
    name: &'a str,
    error: Option<ErrorSummary<'a>>,
    refused: Option<Notice<'a>>,
    groups: [Group<'a>; 2],
    proofs: Proofs<'a>,
    profile: Profile<'a>,
    csrf: &'a str,
}

/// The page, with the form its address opens.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(opened): Query<Opened>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let user = id_of(&id)?;
    let may_edit = visitor.has(UPDATE);
    let opens_profile = may_edit && opened.edit == "profile";
    let again = Again {
        contact: asked(&web, &visitor, user, &opened).await?.filter(|_| may_edit),
        profile: opens_profile.then(|| Typed::kept(&visitor, &names_path(user))),
        refused: None,
    };
    render(&web, &visitor, user, again, StatusCode::OK).await
}

/// The form an address opens, with what was typed into it before the session ended.
async fn asked(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    opened: &Opened,
) -> Result<Option<Asked>, PageError> {
    let place = Place::of_user(visitor.look.texts, &path_of(user));
    let acts = [(Act::Add, &opened.add), (Act::Mark, &opened.mark), (Act::Renew, &opened.renew)];
    let Some((act, family)) = acts.into_iter().find_map(|(act, word)| Some((act, family_of(word)?))) else {
        return Ok(None);
    };
    let typed = |name: &str| visitor.typed(&place.action(act, family), name).unwrap_or_default().to_owned();
    if act == Act::Add {
        let value = typed(attribute(family));
        return Ok(Some(Asked { reason: typed("reason"), ..Asked::new(act, family, value) }));
    }
    let view = web.app.user(&visitor.as_privileged(), user).await?.ok_or(PageError::NotFound)?;
    let held = view.user.profile.contacts(family).address().map(|held| held.as_str().to_owned());
    Ok(held.map(|held| Asked { reason: typed("reason"), ..Asked::new(act, family, held) }))
}

/// The page with forms as they stand.
pub(super) async fn render(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    again: Again,
    status: StatusCode,
) -> Result<Response, PageError> {
    let cx = visitor.as_privileged();
    let proofs = web.app.contact_proofs(&cx, user).await?.ok_or(PageError::NotFound)?;
    let settings = &proofs.settings;
    let profile = &proofs.user.profile;
    let (clock, may) = (visitor.clock(), May::of(visitor));
    let t = clock.texts;
    let place = Place::of_user(t, &path_of(user));
    let usual = ClaimFamily::ALL.map(|family| {
        let held = proofs.values.iter().find(|proof| proof.family == family && proof.in_force);
        let typed = |name: &str| visitor.typed(&place.action(Act::Set, family), name);
        let value = typed(attribute(family)).or(held.map(|held| held.value.as_str())).unwrap_or_default();
        let reason = typed("reason").unwrap_or_default().to_owned();
        Asked { reason, ..Asked::new(Act::Set, family, value.to_owned()) }
    });
    let forms = Forms { place: &place, csrf: visitor.csrf(), settings };
    let shown = Shown { clock, forms, proofs: &proofs, may, asked: again.contact.as_ref() };
    let typed = again.profile.as_ref();
    let names = Surroundings {
        t,
        csrf: visitor.csrf(),
        home: &place.home,
        action: names_path(user),
        submit: t.say("update"),
        may_edit: may.edit,
        is_own: false,
    };
    let [email, mobile] = &usual;
    let page = ProfilePage {
        frame: visitor.frame(web).in_console(),
        navigation: people::navigation(web, visitor),
        head: Head::of(&proofs.user, t, Part::Profile),
        name: &profile.user_name,
        error: summary(&place, shown.asked).or_else(|| typed?.summary(t)),
        refused: again.refused,
        groups: [shown.group(email.family, email), shown.group(mobile.family, mobile)],
        proofs: shown.contact_proofs(&profile.user_name),
        profile: Profile::of(&profile.attributes, typed, names),
        csrf: visitor.csrf(),
    };
    Ok(visitor.answer(status, &page))
}

/// Where the form for names goes to.
fn names_path(user: UserId) -> String {
    format!("{}/profile", path_of(user))
}

/// That form's address, looked at.
pub(super) async fn opened(Path(id): Path<String>) -> Result<Response, PageError> {
    Ok(page::see_other(&format!("{}?edit=profile", path_of(id_of(&id)?))))
}

/// Takes the form for names.
pub(super) async fn save(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<ProfileForm>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(UPDATE)?;
    let user = id_of(&id)?;
    match form.save(&web, &visitor.as_privileged(), user, visitor.look.texts).await? {
        Saved::Changed => Ok(visitor::done(&path_of(user), "user-profile-saved")),
        Saved::Unchanged => Ok(visitor::done(&path_of(user), "unchanged")),
        Saved::Refused(typed) => {
            let again = Again { profile: Some(typed), ..Again::default() };
            render(&web, &visitor, user, again, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
