//! Forms about addresses and numbers (pages §3.2): the value is kept while somebody shows his password again.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{ContactEditResult, ContactEdited, EditOutcome};
use countersign_domain::SignedDuration;
use countersign_domain::claim::ClaimFamily;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::personal;
use crate::pages::contact::act::{Act, Ask, Asked, family_of};
use crate::pages::contact::pending::needs_code;
use crate::pages::contact::typo;
use crate::pages::contact::words::{self, Refused, Words};
use crate::pages::fresh::{self, Shown};
use crate::pages::posted::{self, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page};
use crate::state::Web;

/// What such a form says.
#[derive(Deserialize)]
pub(super) struct EditForm {
    #[serde(default)]
    emails: String,
    #[serde(default, rename = "phoneNumbers")]
    phone_numbers: String,
    /// The value of a row.
    #[serde(default)]
    value: String,
    #[serde(default, deserialize_with = "posted::secret")]
    password: Zeroizing<String>,
    #[serde(default, rename = "asTyped")]
    as_typed: bool,
    /// Sent by the form in the row, not by the menu that opens it.
    #[serde(default)]
    confirmed: bool,
}

impl posted::Form for EditForm {
    const KEPT: &'static [&'static str] = &["emails", "phoneNumbers"];
}

/// A form's address, looked at: the form is on the page.
pub(super) async fn opened(Path(family): Path<String>) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    Ok(page::see_other(&format!("/myaccount/?edit={}", family.as_str())))
}

/// The same.
pub(super) async fn opened_act(Path((family, act)): Path<(String, String)>) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    let act = Act::of_path(&Act::OF_OWNERS, &act).ok_or(PageError::NotFound)?;
    let query = if act == Act::Add { format!("?add={}", family.as_str()) } else { String::new() };
    Ok(page::see_other(&format!("/myaccount/{query}")))
}

/// Another value in force.
pub(super) async fn set(
    State(web): State<Web>,
    Path(family): Path<String>,
    posted: Posted<EditForm>,
) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    take(&web, posted, Act::Set, family).await
}

/// Everything else.
pub(super) async fn act(
    State(web): State<Web>,
    Path((family, act)): Path<(String, String)>,
    posted: Posted<EditForm>,
) -> Result<Response, PageError> {
    let family = family_of(&family).ok_or(PageError::NotFound)?;
    let act = Act::of_path(&Act::OF_OWNERS, &act).ok_or(PageError::NotFound)?;
    take(&web, posted, act, family).await
}

async fn take(
    web: &Web,
    Posted { mut visitor, form }: Posted<EditForm>,
    act: Act,
    family: ClaimFamily,
) -> Result<Response, PageError> {
    let typed = match (act.is_typed(), family) {
        (false, _) => form.value,
        (true, ClaimFamily::Email) => form.emails,
        (true, ClaimFamily::Mobile) => form.phone_numbers,
    };
    let mut asked = Asked {
        as_typed: form.as_typed,
        is_confirmed: form.confirmed,
        ..Asked::new(act, family, typed.trim().to_owned())
    };
    let t = visitor.look.texts;
    let cookie = match fresh::show_password(web, &mut visitor, &form.password).await? {
        Shown::Nothing => None,
        Shown::Fresh(cookie) => cookie,
        Shown::Wrong => {
            asked.password = Ask::Again(t.say("password-wrong").to_owned());
            return again(web, &visitor, asked, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Shown::Throttled(wait) => {
            let span = visitor.clock().span(wait);
            asked.password = Ask::Again(t.fill("sign-in-throttled", &[("wait", &span)]));
            let answer = again(web, &visitor, asked, StatusCode::TOO_MANY_REQUESTS).await?;
            return Ok(page::with_wait(answer, Some(wait)));
        }
    };
    let mut wait = None;
    let answer = match attempt(web, &visitor, &mut asked, &mut wait).await {
        Ok(edited) => landed(web, &visitor, family, &edited).await?,
        Err(status) => again(web, &visitor, asked, status?).await?,
    };
    let answer = page::with_cookie(answer, cookie);
    Ok(page::with_wait(answer, wait))
}

/// Does what is asked; what has to be asked first, or was wrong, is written into `asked`.
async fn attempt(
    web: &Web,
    visitor: &Visitor,
    asked: &mut Asked,
    how_long: &mut Option<SignedDuration>,
) -> Result<ContactEdited, Result<StatusCode, PageError>> {
    let family = asked.family;
    if asked.act.is_typed() && family == ClaimFamily::Email && !asked.as_typed {
        asked.meant = typo::probably_meant(&asked.value);
        if asked.meant.is_some() {
            return Err(Ok(StatusCode::OK));
        }
    }
    if asked.act == Act::Remove && !asked.is_confirmed {
        return Err(Ok(StatusCode::OK));
    }
    let refused = match carry_out(web, visitor, asked).await.map_err(Err)? {
        Ok(edited) => return Ok(edited),
        Err(error) => words::refused(Words::to_owner(visitor.look.texts), family, error).map_err(Err)?,
    };
    Err(Ok(match refused {
        Refused::Password => {
            asked.password = Ask::Yes;
            StatusCode::OK
        }
        Refused::Field(error) | Refused::Meanwhile(error) | Refused::Reason(error) => {
            asked.error = Some(error);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refused::Wait(wait) => {
            *how_long = Some(wait);
            let wait = visitor.clock().span(wait);
            asked.error = Some(visitor.look.texts.fill("wrong-too-often", &[("wait", &wait)]));
            StatusCode::TOO_MANY_REQUESTS
        }
    }))
}

async fn carry_out(web: &Web, visitor: &Visitor, asked: &Asked) -> Result<ContactEditResult, PageError> {
    let (cx, user, app) = (visitor.as_owner(), visitor.user()?, &web.app);
    let (family, value) = (asked.family, asked.value.as_str());
    Ok(match asked.act {
        Act::Set => app.set_primary(&cx, user, family, value).await,
        Act::Add => app.add_to_list(&cx, user, family, value).await,
        Act::Remove => app.remove_contact(&cx, user, family, value).await,
        Act::Primary => app.make_primary(&cx, user, family, value).await,
        Act::Verify => app.verify_contact(&cx, user, family, value).await,
        Act::Mark | Act::Renew => return Err(PageError::Forbidden),
    })
}

/// Leads on to where the value is proven, or says what is true now.
async fn landed(
    web: &Web,
    visitor: &Visitor,
    family: ClaimFamily,
    edited: &ContactEdited,
) -> Result<Response, PageError> {
    let word = family.as_str();
    Ok(match &edited.outcome {
        EditOutcome::Waits { change, .. } => {
            let settings = web.app.settings_in_force(&visitor.as_owner()).await?;
            let code = format!("/myaccount/changes/{change}/code");
            let to = if needs_code(family, &settings) { code } else { format!("/myaccount/#{word}") };
            visitor::done(&to, &format!("{word}-waits"))
        }
        EditOutcome::Landed => visitor::done("/myaccount/", &format!("{word}-landed")),
        EditOutcome::CalledOff => visitor::done("/myaccount/", "called-off"),
        EditOutcome::Unchanged => visitor::done("/myaccount/", "unchanged"),
    })
}

async fn again(
    web: &Web,
    visitor: &Visitor,
    asked: Asked,
    status: StatusCode,
) -> Result<Response, PageError> {
    let form = personal::Form { contact: Some(asked), profile: None };
    personal::render(web, visitor, form, status).await
}
