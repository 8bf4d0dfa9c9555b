//! Rules that hold between keys: what each table settles by itself, then what no table can see alone.

use super::database::DatabaseType;
use super::reader::{Origin, Reader};
use super::security::Profile;
use super::settings::Settings;
use super::validity::ValidityMinutes;
use super::verification::LinkConfirmation;

/// Lets the tables agree, and notes where they do not.
pub(super) fn settle(settings: &mut Settings, reader: &mut Reader<'_>) {
    settings.server.settle(reader);
    settings.https.settle(&settings.server, reader);
    settings.super_admin.settle(&settings.https, reader);
    settings.identity_db.settle(reader);
    settings.email.settle(&settings.email_custom_properties, reader);
    settings.email.settle_endpoint(&settings.security.outbound_allow, reader);
    settings.user_claim_update.settle(reader);
    settings.otp.settle(reader);
    settings.security.settle(reader);
    settings.sms.settle(reader);
    settle_profile(settings, reader);
    settle_validities(settings, reader);
    settle_unbuilt(reader);
}

/// What the reference knows and this version cannot do is said to have no effect: nothing is ignored in silence.
fn settle_unbuilt(reader: &mut Reader<'_>) {
    let without_effect = [
        ("scim2.me.blocked_claims", "a person can never write these on `/Me`, and no list widens that yet"),
        (
            "identity_mgt.user_claim_update.uniqueness.scope_within_userstore",
            "there is one user store, so both scopes are the same",
        ),
        (
            "identity_mgt.user_claim_update.restrict_immutable_local_claim_update",
            "what a schema calls immutable can never be changed",
        ),
    ];
    for (key, why) in without_effect {
        reader.caution_if_given(
            key,
            &format!("has no effect: {why}"),
            "Delete the line, or leave it: it does no harm.",
        );
    }
}

/// The hardened profile switches on what is not said and refuses what contradicts it.
fn settle_profile(settings: &mut Settings, reader: &mut Reader<'_>) {
    if settings.security.profile != Profile::Hardened {
        return;
    }
    let recent = "countersign.security.require_recent_auth_api";
    if !reader.is_given(recent) {
        settings.security.require_recent_auth_api = true;
        reader.origins.insert(recent.to_owned(), Origin::Profile);
    }
    let link = "countersign.verification.link_confirmation";
    if !reader.is_given(link) {
        settings.verification.link_confirmation = LinkConfirmation::Session;
        reader.origins.insert(link.to_owned(), Origin::Profile);
    }
    let contradictions = [
        (recent, !settings.security.require_recent_auth_api),
        (link, settings.verification.link_confirmation != LinkConfirmation::Session),
        ("countersign.security.allow_long_validity", settings.security.allow_long_validity),
        ("identity_mgt.user_claim_update.use_verify_claim", settings.user_claim_update.use_verify_claim),
    ];
    for (key, _) in contradictions.into_iter().filter(|(_, contradicts)| *contradicts) {
        reader.refuse(
            key,
            "contradicts the hardened profile",
            "Delete the line, or use `[countersign.security] profile = \"compatible\"`.",
        );
    }
    if settings.identity_db.kind != DatabaseType::Postgresql {
        reader.caution(
            "countersign.security.profile",
            "is `hardened`, which expects PostgreSQL with a synchronous standby",
            "Set up `[database.identity_db] type = \"postgresql\"`.",
        );
    }
}

/// SEC-11: links live a day at most and codes ten minutes, unless the operator insists, which is said at every start.
fn settle_validities(settings: &Settings, reader: &mut Reader<'_>) {
    let link = "identity_mgt.user_claim_update.email.verification_email_validity";
    let link = if reader.is_given(link) { link } else { "identity_mgt.default_mail_validity_period" };
    let validities = [
        (link, settings.email_link_validity(), 1440, "a day"),
        (
            "identity_mgt.user_claim_update.mobile.verification_sms_otp_validity",
            settings.mobile_update.verification_sms_otp_validity,
            10,
            "ten minutes",
        ),
    ];
    for (key, validity, longest, words) in validities {
        if validity.minutes() <= longest {
            continue;
        }
        let message = format!("is {} minutes, longer than {words} ({longest} minutes)", validity.minutes());
        if settings.security.allow_long_validity {
            reader.caution(key, &message, "Shorten it as soon as whoever needs it this long does not.");
        } else {
            let remedy = format!(
                "Write {longest} or less, or insist with `[countersign.security] allow_long_validity = true`."
            );
            reader.refuse(key, &message, &remedy);
        }
    }
}

impl Settings {
    /// How long a link in a mail is valid.
    pub(crate) fn email_link_validity(&self) -> ValidityMinutes {
        self.email_update
            .verification_email_validity
            .unwrap_or(self.identity_mgt.default_mail_validity_period)
    }

    /// How long a code in a mail is valid: as long as a link, but at most ten minutes (D-21, SEC-11).
    pub(crate) fn email_code_validity(&self) -> ValidityMinutes {
        self.email_link_validity().min(ValidityMinutes::new(10))
    }

    /// The port to listen on.
    pub(crate) fn port(&self) -> u16 {
        // `https.rs` has refused a sum that is no port.
        self.https.port.saturating_add(self.server.offset)
    }

    /// The address that links begin with, without a slash at the end. Never taken from a request (SEC-54).
    pub(crate) fn public_url(&self) -> String {
        match &self.server.base_path {
            Some(url) => url.as_str().to_owned(),
            None if self.server.hostname.as_str().contains(':') => {
                format!("https://[{}]:{}", self.server.hostname.as_str(), self.port())
            }
            None => format!("https://{}:{}", self.server.hostname.as_str(), self.port()),
        }
    }

    /// Whether messages without a sender may be read here: nobody but this machine can reach the server (DESIGN §5).
    pub(crate) fn dev_inbox_is_possible(&self) -> bool {
        self.dev.inbox == super::dev::Inbox::Auto
            && self.https.address.is_loopback()
            && self.server.hostname.is_local()
            && self.security.trusted_proxies.is_empty()
    }
}
