//! *Identity Providers › Resident › Other Settings › User Claim Update* (pages §5; SEED-7): every property of the
//! connector, where its value comes from, and what all of them come to in words. What is saved holds from the next request
//! on.

mod look;
pub(super) mod policy;
mod typed;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{FileSettings, PropertyView, SettingError};
use countersign_domain::user_claim_update::{Connector, LinkConfirmation, NonOwnerUpdate, Property};
use serde::Deserialize;

use self::look::{Content, Errors, SettingsPage, wrong};
use self::typed::Typed;
use super::channel_test;
use super::crumbs::Crumbs;
use super::navigation::Navigation;
use super::resident;
use crate::pages::PageError;
use crate::pages::component::{ErrorSummary, Notice, Tone};
use crate::pages::language::Texts;
use crate::pages::posted::{Form, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// Where it is.
pub(super) const PATH: &str = "/console/identity-providers/resident/other-settings/user-claim-update";
/// What seeing it needs.
pub(super) const VIEW: &str = "internal_idp_view";
const UPDATE: &str = "internal_idp_update";

/// The settings in force, or what was typed before a session ended.
pub(super) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let kept = Typed::kept(&visitor, PATH);
    page(&web, &visitor, kept.as_ref(), Vec::new(), StatusCode::OK).await
}

/// *Update*: all that was changed, or nothing of it. *Preview*: the words, and nothing is changed.
pub(super) async fn update(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<Typed>,
) -> Result<Response, PageError> {
    visitor.needs(UPDATE)?;
    let (cx, t, changed) = (visitor.as_privileged(), visitor.look.texts, form.changed());
    let invalid = web.app.invalid_properties(&cx, &changed).await?;
    let mut errors: Errors<'_> =
        invalid.into_iter().map(|(property, why)| (property, wrong(t, why))).collect();
    if errors.is_empty() && form.is_preview() {
        return page(&web, &visitor, Some(&form), errors, StatusCode::OK).await;
    }
    if errors.is_empty() {
        match web.app.set_properties(&cx, &changed).await {
            Ok(()) if changed.is_empty() => return Ok(visitor::done(PATH, "settings-as-they-were")),
            Ok(()) => return Ok(visitor::done(PATH, "settings-saved")),
            Err(SettingError::BrokenSender(why)) => {
                let sentence = t.fill("settings-broken-sender", &[("why", &why)]);
                errors.push((Property::MobileEnableVerification, sentence.into()));
            }
            Err(SettingError::Invalid { name, why }) => {
                errors.extend(Property::named(name).map(|property| (property, wrong(t, why))));
            }
            Err(SettingError::Unknown(_)) => return Err(PageError::Malformed),
            Err(SettingError::Failure(failure)) => return Err(failure.into()),
        }
    }
    page(&web, &visitor, Some(&form), errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The button beside a value that was set here.
#[derive(Deserialize, Debug)]
pub(super) struct Reverted {
    property: String,
}

impl Form for Reverted {}

/// *Revert*: the file's value, or the built-in one.
pub(super) async fn revert(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<Reverted>,
) -> Result<Response, PageError> {
    visitor.needs(UPDATE)?;
    match web.app.revert_properties(&visitor.as_privileged(), &[form.property]).await {
        Ok(()) => Ok(visitor::done(PATH, "settings-reverted")),
        Err(SettingError::Failure(failure)) => Err(failure.into()),
        Err(_) => Err(PageError::Malformed),
    }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    typed: Option<&Typed>,
    errors: Errors<'_>,
    status: StatusCode,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let (cx, t, file) = (visitor.as_privileged(), visitor.look.texts, web.app.file());
    let properties = web.app.properties(&cx).await?;
    let is_preview = typed.is_some_and(Typed::is_preview) && errors.is_empty();
    let connector = connector(file, &properties, typed.filter(|_| is_preview));
    let content = Content { t, properties: &properties, file: &file.connector, typed, errors: &errors };
    let page = SettingsPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "resident"),
        crumbs: crumbs(t),
        csrf: visitor.csrf(),
        path: PATH,
        may_update: visitor.has(UPDATE),
        errors: summary(t, &errors),
        preview: is_preview.then(|| Notice::status(Tone::Waiting, t.say("settings-not-saved"))),
        policy: policy::sentences(t, &connector.settings(&file.base)),
        groups: content.groups(),
        fixed: fixed(t, file),
        tests: channel_test::forms(web, visitor).await?,
    };
    Ok(visitor.answer(status, &page))
}

fn crumbs(t: &'static Texts) -> Crumbs<'static> {
    let above = vec![
        (None, t.say("section-identity-providers")),
        (Some(resident::PATH), t.say("place-resident")),
        (Some("/console/identity-providers/resident#other-settings"), t.say("other-settings")),
    ];
    Crumbs::new(t.say("console-breadcrumb"), above, t.say("user-claim-update"))
}

fn summary<'a>(t: &'static Texts, errors: &Errors<'a>) -> Option<ErrorSummary<'a>> {
    let line =
        |(property, text): &(Property, std::borrow::Cow<'a, str>)| (property.name().into(), text.clone());
    (!errors.is_empty()).then(|| ErrorSummary {
        heading: t.say("something-to-mend").into(),
        errors: errors.iter().map(line).collect(),
    })
}

/// The values in force, with what was typed over them.
fn connector(file: &FileSettings, properties: &[PropertyView], typed: Option<&Typed>) -> Connector {
    let mut connector = file.connector.clone();
    for view in properties {
        let value = typed.and_then(|typed| typed.value(view.property)).unwrap_or(&view.value);
        let _ = connector.set(view.property, value); // checked before: what is wrong is told beside its field
    }
    connector
}

/// What belongs to the policy and only the file says.
fn fixed(t: &'static Texts, file: &FileSettings) -> Vec<(&'static str, String)> {
    let base = &file.base;
    let switch = |on: bool| t.say(if on { "settings-on" } else { "settings-off" }).to_owned();
    let non_owner_update = match base.non_owner_update {
        NonOwnerUpdate::Verify => "verify",
        NonOwnerUpdate::Skip => "skip",
    };
    let link_confirmation = match base.link_confirmation {
        LinkConfirmation::Button => "button",
        LinkConfirmation::Session => "session",
        LinkConfirmation::Code => "code",
    };
    vec![
        ("identity_mgt.user_claim_update.use_verify_claim", switch(base.use_verify_claim)),
        ("identity_mgt.user_claim_update.enable_multiple_emails_and_mobile_numbers", switch(base.lists)),
        ("identity_mgt.user_claim_update.uniqueness.enable", switch(base.unique)),
        ("countersign.verification.non_owner_update", non_owner_update.to_owned()),
        ("countersign.verification.link_confirmation", link_confirmation.to_owned()),
        ("countersign.security.notify_old", switch(base.notify_old)),
        ("countersign.limits.sends_per_hour", base.limits.sends_per_hour.to_string()),
        ("countersign.limits.sends_per_day", base.limits.sends_per_day.to_string()),
    ]
}

#[cfg(test)]
mod tests;
