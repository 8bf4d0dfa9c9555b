//! What fills the messages: the product's placeholder names (`verification.md` §6.2, §7.2) and our own beside them.

use std::collections::BTreeMap;

use countersign_domain::actor::{Actor, Origin, Requester};
use countersign_domain::change::{Form, LinkToken, Purpose, Scenario};
use countersign_domain::claim::{Address, Channel, ClaimFamily};
use countersign_domain::message::{Notice, NoticeKind};
use countersign_domain::profile::Profile;
use countersign_domain::{ChangeId, Entropy as _, MessageId, TenantId, Timestamp, UserId};
use countersign_store::{MessageKind, NewMessage};
use serde_json::json;

use super::secret::Issued;
use crate::app::App;

/// Who is told what happened to whom.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'a> {
    pub(crate) app: &'a App,
    pub(crate) actor: &'a Actor,
    pub(crate) tenant: &'a TenantId,
    pub(crate) user: UserId,
    pub(crate) profile: &'a Profile,
    pub(crate) now: Timestamp,
}

type Values = BTreeMap<String, String>;

impl Telling<'_> {
    /// The message that carries a secret to the value that waits. The secret itself is sealed (SEC-55).
    pub(super) fn secret(
        &self,
        change: ChangeId,
        to: &Address,
        purpose: Purpose,
        issued: &Issued,
        again: bool,
    ) -> NewMessage {
        let form = issued.challenge.form;
        let template = match (to.family(), form, again) {
            (ClaimFamily::Mobile, _, _) => "verifyMobileOnUpdate",
            (ClaimFamily::Email, Form::Otp, _) => "emailOTPVerificationOnUpdate",
            (ClaimFamily::Email, Form::LinkAndOtp, _) => "verifyEmailOnUpdateWithOTP",
            (ClaimFamily::Email, Form::Link, false) => "verifyEmailOnUpdate",
            (ClaimFamily::Email, Form::Link, true) => "resendVerifyEmailOnUpdate",
        };
        let scenario = Scenario::of(to.family(), purpose, form);
        let mut values = self.values(to, template);
        values.insert("recovery-scenario".to_owned(), scenario.as_str().to_owned());
        values.insert("validity".to_owned(), in_words(issued.validity_minutes));
        values.insert("verificationOtpExpiryTime".to_owned(), issued.validity_minutes.to_string());
        if let Address::Mobile(_) = to {
            values.insert("mobile".to_owned(), to.as_str().to_owned());
        }
        let secrets = match (&issued.link, &issued.code) {
            (Some(link), Some(code)) => {
                json!({"confirmation-code": link.to_text().as_str(), "OTPCode": code.as_str()})
            }
            (Some(link), None) => json!({"confirmation-code": link.to_text().as_str()}),
            (None, Some(code)) => json!({
                "confirmation-code": code.as_str(), "otpTokenString": code.as_str(), "OTPCode": code.as_str(),
            }),
            (None, None) => json!({}),
        };
        let message = self.message(to, template, MessageKind::Secret, values);
        let message = NewMessage { change: Some(change), challenge: Some(issued.challenge.id), ..message };
        self.sealed(message, &secrets)
    }

    /// The notice to the address in force, with the link that calls the change off (SEC-18). The link is a secret too.
    pub(super) fn change_requested(
        &self,
        change: ChangeId,
        value: &Address,
        to: &Address,
        token: &LinkToken,
    ) -> NewMessage {
        let template = "contactChangeRequested";
        let mut values = self.values(to, template);
        self.about(&mut values, value);
        let link = format!(
            "{}/accountrecoveryendpoint/cancel.do?confirmation={}",
            self.app.file.public_url,
            token.to_text().as_str()
        );
        let message = self.message(to, template, MessageKind::Notice, values);
        self.sealed(NewMessage { change: Some(change), ..message }, &json!({"cancel-link": link}))
    }

    /// A notice without a secret.
    pub(crate) fn notice(&self, notice: &Notice, change: Option<ChangeId>) -> NewMessage {
        let template = match notice.kind {
            NoticeKind::Changed => "contactChanged",
            NoticeKind::Removed => "contactRemoved",
            NoticeKind::Added => "contactAdded",
            NoticeKind::MarkedVerified => "contactMarkedVerified",
            NoticeKind::ExistingEmailUpdate => "notifyOnExistingEmailUpdate",
            NoticeKind::ExistingEmailUpdateWithoutVerification => {
                "notifyOnExistingEmailUpdateWithoutVerification"
            }
        };
        let mut values = self.values(&notice.to, template);
        self.about(&mut values, &notice.about);
        let masked = notice.about.masked_with_domain();
        values.insert("verification-pending-email".to_owned(), masked.clone());
        values.insert("new-email-address".to_owned(), masked);
        NewMessage { change, ..self.message(&notice.to, template, MessageKind::Notice, values) }
    }

    /// A message that says nothing but that it arrived.
    pub(crate) fn channel_test(&self, to: &Address) -> NewMessage {
        let template = "channelTest";
        let mut values = self.values(to, template);
        if let Address::Mobile(_) = to {
            values.insert("mobile".to_owned(), to.as_str().to_owned());
        }
        self.message(to, template, MessageKind::Notice, values)
    }

    /// Which claim a notice is about, what it was, what it is.
    fn about(&self, values: &mut Values, about: &Address) {
        let family = about.family();
        let name = match family {
            ClaimFamily::Email => "e-mail address",
            ClaimFamily::Mobile => "mobile number",
        };
        let old = self
            .profile
            .contacts(family)
            .address()
            .map_or_else(|| "none".to_owned(), Address::masked_with_domain);
        values.insert("claim-name".to_owned(), name.to_owned());
        values.insert("old-value".to_owned(), old);
        values.insert("new-value".to_owned(), about.masked_with_domain());
    }

    /// What every message may say.
    fn values(&self, to: &Address, template: &str) -> Values {
        let file = &self.app.file;
        let channel = to.family().channel();
        let given = self.profile.attributes.get("name").and_then(|name| name.get("givenName")?.as_str());
        let pairs = [
            ("send-to", to.as_str().to_owned()),
            ("user-name", self.profile.user_name.clone()),
            ("userstore-domain", "PRIMARY".to_owned()),
            ("tenant-domain", self.tenant.to_string()),
            ("organization-name", file.organization.clone()),
            ("account.recovery.endpoint-url", format!("{}/accountrecoveryendpoint", file.public_url)),
            ("carbon.product-url", file.public_url.clone()),
            ("user.claim.givenname", given.unwrap_or_default().to_owned()),
            ("current-year", self.now.to_zoned(jiff::tz::TimeZone::UTC).year().to_string()),
            ("locale", self.profile.locale().unwrap_or("en_US").to_owned()),
            ("requested-by", by(&self.actor.requester)),
            ("requested-from", from(&self.actor.origin)),
            ("requested-at", self.now.strftime("%Y-%m-%d %H:%M UTC").to_string()),
            ("TEMPLATE_TYPE", template.to_owned()),
            ("notification-event", "TRIGGER_NOTIFICATION".to_owned()),
            ("notification-channel", channel.as_str().to_owned()),
            ("send-from", file.organization.clone()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn message(&self, to: &Address, template: &str, kind: MessageKind, values: Values) -> NewMessage {
        let channel: Channel = to.family().channel();
        NewMessage {
            id: MessageId::new(self.app.entropy.clone().id(self.now)),
            user: self.user,
            change: None,
            challenge: None,
            channel,
            kind,
            template: template.to_owned(),
            locale: self.profile.locale().map(ToOwned::to_owned),
            to: to.clone(),
            values,
            sealed: None,
        }
    }

    /// Seals the secret values for this message and no other (SEC-55).
    fn sealed(&self, message: NewMessage, secrets: &serde_json::Value) -> NewMessage {
        let plain = zeroize::Zeroizing::new(secrets.to_string());
        let sealed = self.app.keys.seal.seal(&mut self.app.entropy.clone(), message.id, plain.as_bytes());
        NewMessage { sealed: Some(sealed), ..message }
    }
}

fn by(requester: &Requester) -> String {
    match requester.persona {
        countersign_domain::actor::Persona::Owner => "the account's owner".to_owned(),
        countersign_domain::actor::Persona::Administrator => "an administrator".to_owned(),
        countersign_domain::actor::Persona::Application => format!("the application {}", requester.display),
    }
}

fn from(origin: &Origin) -> String {
    let address =
        origin.address.map_or_else(|| "an unknown address".to_owned(), |address| address.to_string());
    match &origin.client {
        Some(client) => format!("{address} ({client})"),
        None => address,
    }
}

/// `5 minutes`, `24 hours`, `3 days`.
fn in_words(minutes: u32) -> String {
    let (count, unit) = match minutes {
        m if m >= 2_880 && m % 1_440 == 0 => (m / 1_440, "day"),
        m if m >= 120 && m % 60 == 0 => (m / 60, "hour"),
        m => (m, "minute"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
