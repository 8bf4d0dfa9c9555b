//! The settings restated in words: what somebody who changes an address will meet.

use countersign_domain::change::Form;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::{FamilySettings, LinkConfirmation, NonOwnerUpdate, Settings};

use crate::pages::language::Texts;

/// The policy, one sentence for each thing it settles, in the order people meet them.
pub(in crate::pages::console) fn sentences(t: &Texts, settings: &Settings) -> Vec<String> {
    let mut said = Vec::new();
    for family in [ClaimFamily::Email, ClaimFamily::Mobile] {
        said.extend(of_family(t, settings, family));
    }
    said.push(t.say(told(settings)).to_owned());
    if let Some(codes) = codes(t, settings) {
        said.push(codes);
    }
    said
}

/// Whether a new value waits, for what, and who is excepted.
fn of_family(t: &Texts, settings: &Settings, family: ClaimFamily) -> Vec<String> {
    let (is_email, own) = (family == ClaimFamily::Email, settings.of(family));
    let either = |email, mobile| if is_email { email } else { mobile };
    if !own.enabled {
        return vec![t.say(either("policy-email-off", "policy-mobile-off")).to_owned()];
    }
    let mut said =
        vec![t.fill(proven_by(settings, is_email), &[("validity", &validity(t, own.validity_minutes))])];
    if settings.use_verify_claim {
        said.push(t.say(either("policy-email-on-request", "policy-mobile-on-request")).to_owned());
    }
    if own.skip_by_privileged || settings.non_owner_update == NonOwnerUpdate::Skip {
        said.push(t.say(either("policy-email-skip", "policy-mobile-skip")).to_owned());
    }
    if enters_codes(own, is_email) {
        said.push(t.say("policy-privileged-codes").to_owned());
    }
    said
}

/// Administrators can always confirm an e-mail's code through the API; the switch is one of SMS.
const fn enters_codes(own: &FamilySettings, is_email: bool) -> bool {
    !is_email && own.privileged_validation
}

fn proven_by(settings: &Settings, is_email: bool) -> &'static str {
    match (is_email, settings.family.email.form) {
        (false, _) => "policy-mobile-code",
        (true, Form::Otp) => "policy-email-code",
        (true, Form::LinkAndOtp) if settings.link_confirmation == LinkConfirmation::Code => {
            "policy-email-link-with-code"
        }
        (true, Form::LinkAndOtp) => "policy-email-link-or-code",
        (true, Form::Link) => "policy-email-link",
    }
}

const fn told(settings: &Settings) -> &'static str {
    match (settings.notify_old, settings.notify_existing_email) {
        (true, _) => "policy-told",
        (false, true) => "policy-told-by-mail",
        (false, false) => "policy-told-nobody",
    }
}

/// What codes look like, where any are sent.
fn codes(t: &Texts, settings: &Settings) -> Option<String> {
    let (email, mobile) = (&settings.family.email, &settings.family.mobile);
    let sent = mobile.enabled || (email.enabled && email.form != Form::Link);
    let id = if settings.otp.is_numeric() { "policy-codes-of-digits" } else { "policy-codes" };
    let (length, tries) = (settings.otp.length().to_string(), settings.limits.attempts_per_code.to_string());
    sent.then(|| t.fill(id, &[("length", &length), ("tries", &tries)]))
}

/// Exactly so long: in the largest unit that leaves nothing over.
fn validity(t: &Texts, minutes: u32) -> String {
    let (count, id) = match minutes {
        minutes if minutes >= 2_880 && minutes % 1_440 == 0 => (minutes / 1_440, "days"),
        minutes if minutes >= 60 && minutes % 60 == 0 => (minutes / 60, "hours"),
        minutes => (minutes, "minutes"),
    };
    t.fill(id, &[("count", &count.to_string())])
}

#[cfg(test)]
mod tests;
