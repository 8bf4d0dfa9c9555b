//! What an administrator does with somebody's addresses and numbers, as the rules have it for privileged callers (SEC-38).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{
    ContactEditError, ContactEditResult, ContactEdited, ContactSeen, EditOutcome, UpdateError, reason_stated,
};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{Refusal, UserId};
use serde::Deserialize;

use super::profile::{self, Again, UPDATE, VIEW};
use super::{id_of, path_of};
use crate::pages::contact::act::{Act, Asked, family_of};
use crate::pages::contact::typo;
use crate::pages::contact::words::{self, Refused, Words};
use crate::pages::posted::{self, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page};
use crate::state::Web;

/// What learning that a value is somebody else's needs (SEC-21).
const LIST: &str = "internal_user_mgt_list";

/// What such a form says.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ContactForm {
    emails: String,
    #[serde(rename = "phoneNumbers")]
    phone_numbers: String,
    /// The value of a row.
    value: String,
    reason: String,
    #[serde(rename = "asTyped")]
    as_typed: bool,
    /// Sent by the form in the row, not by the menu that opens it.
    confirmed: bool,
    #[serde(rename = "shown.held")]
    shown_held: String,
    #[serde(rename = "shown.pending")]
    shown_pending: String,
}

impl posted::Form for ContactForm {
    const KEPT: &'static [&'static str] = &["emails", "phoneNumbers", "reason"];
}

/// A form's address, looked at: the form is on the page.
pub(super) async fn opened(Path((id, family)): Path<(String, String)>) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    Ok(page::see_other(&format!("{}#{}", path_of(id_of(&id)?), family.as_str())))
}

/// The same.
pub(super) async fn opened_act(
    Path((id, family, act)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    let act = Act::of_path(&Act::OF_OTHERS, &act).ok_or(PageError::NotFound)?;
    let home = path_of(id_of(&id)?);
    Ok(page::see_other(&match act {
        Act::Add | Act::Mark | Act::Renew => format!("{home}?{}={}", act.word(), family.as_str()),
        _ => home,
    }))
}

/// Another value in force: *Update*.
pub(super) async fn set(
    State(web): State<Web>,
    Path((id, family)): Path<(String, String)>,
    posted: Posted<ContactForm>,
) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    take(&web, posted, id_of(&id)?, Act::Set, family).await
}

/// Everything else.
pub(super) async fn act(
    State(web): State<Web>,
    Path((id, family, act)): Path<(String, String, String)>,
    posted: Posted<ContactForm>,
) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    let act = Act::of_path(&Act::OF_OTHERS, &act).ok_or(PageError::NotFound)?;
    take(&web, posted, id_of(&id)?, act, family).await
}

async fn take(
    web: &Web,
    Posted { visitor, form }: Posted<ContactForm>,
    user: UserId,
    act: Act,
    family: ClaimFamily,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(UPDATE)?;
    let shown = ContactSeen { held: form.shown_held, pending: form.shown_pending.parse().ok() };
    let value = match (act.is_typed(), family) {
        (false, _) => form.value,
        (true, ClaimFamily::Email) => form.emails,
        (true, ClaimFamily::Mobile) => form.phone_numbers,
    };
    let mut asked = Asked {
        as_typed: form.as_typed,
        is_confirmed: form.confirmed,
        reason: form.reason,
        ..Asked::new(act, family, value.trim().to_owned())
    };
    if is_asked_first(&mut asked) {
        return again(web, &visitor, user, asked, StatusCode::OK).await;
    }
    match carry_out(web, &visitor, user, &asked, &shown).await {
        Ok(edited) => Ok(landed(user, act, family, &edited)),
        Err(UpdateError::Edit(ContactEditError::Moved)) => {
            asked.error = Some(moved(web, &visitor, user, family, &shown).await?);
            again(web, &visitor, user, asked, StatusCode::CONFLICT).await
        }
        Err(error) => refused(web, &visitor, user, asked, error).await,
    }
}

/// Whether something has to be asked before it is done: what was probably meant, or whether what will happen is wanted.
fn is_asked_first(asked: &mut Asked) -> bool {
    if asked.act.is_typed() && asked.family == ClaimFamily::Email && !asked.as_typed {
        asked.meant = typo::probably_meant(&asked.value);
    }
    let is_unseen = matches!(asked.act, Act::Remove | Act::Primary | Act::Renew) && !asked.is_confirmed;
    asked.meant.is_some() || is_unseen
}

async fn carry_out(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    asked: &Asked,
    shown: &ContactSeen,
) -> ContactEditResult {
    let reason = reason_stated(Some(&asked.reason));
    let (cx, app) = (visitor.as_privileged().stating(reason.as_deref()), &web.app);
    let (family, value) = (asked.family, asked.value.as_str());
    match asked.act {
        Act::Set => app.replace_primary(&cx, user, family, shown, value).await,
        Act::Add => app.add_to_list(&cx, user, family, value).await,
        Act::Remove => app.remove_contact(&cx, user, family, value).await,
        Act::Primary => app.make_primary(&cx, user, family, value).await,
        Act::Verify => app.verify_contact(&cx, user, family, value).await,
        Act::Mark => app.mark_verified(&cx, user, family, value, &asked.reason).await,
        Act::Renew => app.ask_for_new_proof(&cx, user, family, value, reason.as_deref()).await,
    }
}

/// Says what is true now.
fn landed(user: UserId, act: Act, family: ClaimFamily, edited: &ContactEdited) -> Response {
    let word = family.as_str();
    let of_family = |id: &str| format!("user-{word}-{id}");
    let what = match (&edited.outcome, act) {
        (EditOutcome::CalledOff, _) => "called-off".to_owned(),
        (EditOutcome::Unchanged, _) => "unchanged".to_owned(),
        (EditOutcome::Waits { .. }, Act::Add) => of_family("listed-waits"),
        (EditOutcome::Waits { .. }, Act::Set) => of_family("waits"),
        (EditOutcome::Waits { .. }, _) => of_family("asked"),
        (EditOutcome::Landed, Act::Add) => of_family("listed"),
        (EditOutcome::Landed, Act::Remove) => of_family("removed"),
        (EditOutcome::Landed, Act::Primary) => of_family("primary"),
        (EditOutcome::Landed, Act::Mark) => "user-marked".to_owned(),
        (EditOutcome::Landed, _) => of_family("landed"),
    };
    visitor::done(&path_of(user), &what)
}

/// Who was faster, and what is true now.
async fn moved(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    family: ClaimFamily,
    shown: &ContactSeen,
) -> Result<String, PageError> {
    let words = Words::about_others(visitor.look.texts);
    let proofs = web.app.contact_proofs(&visitor.as_privileged(), user).await?.ok_or(PageError::NotFound)?;
    let waiting = proofs.pending.iter().find(|waiting| waiting.value.family() == family);
    if let Some(waiting) = waiting.filter(|waiting| shown.pending != Some(waiting.change.id)) {
        let name = waiting.change.requested_by.display.as_str();
        return Ok(words.filled(family, "moved-waits", &[("name", name), ("value", waiting.value.as_str())]));
    }
    let held = proofs.values.iter().find(|proof| proof.family == family && proof.in_force);
    Ok(match held {
        Some(held) => words.filled(family, "moved-held", &[("value", held.value.as_str())]),
        None => words.of(family, "moved-gone").to_owned(),
    })
}

/// The form again, with what was typed and what was wrong with it.
async fn refused(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    mut asked: Asked,
    error: UpdateError<ContactEditError>,
) -> Result<Response, PageError> {
    let t = visitor.look.texts;
    let is_taken = matches!(error, UpdateError::Taken(_) | UpdateError::Refused(Refusal::Taken(_)));
    let words = if is_taken && !visitor.has(LIST) { Words::to_owner(t) } else { Words::about_others(t) };
    let mut wait = None;
    let status = match words::refused(words, asked.family, error)? {
        Refused::Field(error) => {
            asked.error = Some(error);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refused::Reason(error) => {
            asked.reason_error = Some(error);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refused::Meanwhile(error) => {
            asked.error = Some(error);
            StatusCode::CONFLICT
        }
        Refused::Wait(long) => {
            asked.error = Some(t.fill("wrong-too-often", &[("wait", &visitor.clock().span(long))]));
            wait = Some(long);
            StatusCode::TOO_MANY_REQUESTS
        }
        // It is an owner who shows his password; whoever looks after others has shown it when he signed in.
        Refused::Password => return Err(PageError::Forbidden),
    };
    let answer = again(web, visitor, user, asked, status).await?;
    Ok(page::with_wait(answer, wait))
}

async fn again(
    web: &Web,
    visitor: &Visitor,
    user: UserId,
    asked: Asked,
    status: StatusCode,
) -> Result<Response, PageError> {
    let again = Again { contact: Some(asked), ..Again::default() };
    profile::render(web, visitor, user, again, status).await
}
