//! The messages as they are built in: text by us, placeholders by WSO2's names (verification.md §6.2, §7.2) where WSO2
//! has one.

use crate::placeholder::Values;
use crate::render::{Language, Template};

mod german;

/// What surrounds every HTML mail: page, card, dark colours.
pub(crate) const FRAME: &str = include_str!("templates/frame.html");
/// Where the frame takes the mail's own part.
pub(crate) const FRAME_SLOT: &str = "<!-- content -->";
/// Where the frame takes the line beneath the card.
pub(crate) const FOOTER_SLOT: &str = "<!-- footer -->";

/// The three parts of an e-mail.
pub(crate) struct EmailParts {
    pub(crate) subject: &'static str,
    pub(crate) text: &'static str,
    pub(crate) html: &'static str,
}

macro_rules! email {
    ($name:literal) => {
        Some(EmailParts {
            subject: include_str!(concat!("templates/email/", $name, ".subject")),
            text: include_str!(concat!("templates/email/", $name, ".txt")),
            html: include_str!(concat!("templates/email/", $name, ".html")),
        })
    };
}

/// The built-in e-mail of a template in a language; `None` where there is none in it.
pub(crate) fn email_in(language: Language, template: Template) -> Option<EmailParts> {
    match language {
        Language::English => email(template),
        Language::German => german::email(template),
    }
}

/// The built-in text message of a template in a language; `None` where there is none in it.
pub(crate) fn sms_in(language: Language, template: Template) -> Option<&'static str> {
    match language {
        Language::English => sms(template),
        Language::German => german::sms(template),
    }
}

/// The built-in e-mail of a template; `None` for what is only a text message.
pub(crate) fn email(template: Template) -> Option<EmailParts> {
    match template {
        Template::VerifyEmail => email!("verifyEmailOnUpdate"),
        Template::ResendVerifyEmail => email!("resendVerifyEmailOnUpdate"),
        Template::VerifyEmailWithOtp => email!("verifyEmailOnUpdateWithOTP"),
        Template::EmailOtp => email!("emailOTPVerificationOnUpdate"),
        Template::ExistingEmailChanging => email!("notifyOnExistingEmailUpdate"),
        Template::ExistingEmailChanged => email!("notifyOnExistingEmailUpdateWithoutVerification"),
        Template::ContactChanged => email!("contactChanged"),
        Template::ContactRemoved => email!("contactRemoved"),
        Template::ContactAdded => email!("contactAdded"),
        Template::ContactMarkedVerified => email!("contactMarkedVerified"),
        Template::ContactChangeRequested => email!("contactChangeRequested"),
        Template::ChannelTest => email!("channelTest"),
        Template::VerifyMobile => None,
    }
}

/// The built-in text message of a template; `None` for what is only an e-mail.
pub(crate) fn sms(template: Template) -> Option<&'static str> {
    match template {
        Template::VerifyMobile => Some(include_str!("templates/sms/verifyMobileOnUpdate.txt")),
        Template::ContactChanged => Some(include_str!("templates/sms/contactChanged.txt")),
        Template::ContactRemoved => Some(include_str!("templates/sms/contactRemoved.txt")),
        Template::ContactAdded => Some(include_str!("templates/sms/contactAdded.txt")),
        Template::ContactMarkedVerified => Some(include_str!("templates/sms/contactMarkedVerified.txt")),
        Template::ChannelTest => Some(include_str!("templates/sms/channelTest.txt")),
        _ => None,
    }
}

/// The text message of a template before it is filled, as `{{body-template}}` hands it on.
pub(crate) fn body_template(template: Template, locale: Option<&str>) -> &'static str {
    sms_in(Language::of(locale), template).or_else(|| sms(template)).unwrap_or_default().trim_end()
}

/// Every placeholder a message carries, with a sample of ordinary length. Overriding templates are checked against
/// these, and a preview shows them.
pub(crate) const SAMPLES: [(&str, &str); 32] = [
    // WSO2's names
    ("user-name", "ann.example"),
    ("send-to", "ann@example.org"),
    ("mobile", "+12025550123"),
    ("confirmation-code", "815204"),
    ("otpTokenString", "815204"),
    ("OTPCode", "815204"),
    ("verificationOtpExpiryTime", "5"),
    ("userstore-domain", "PRIMARY"),
    ("tenant-domain", "carbon.super"),
    ("account.recovery.endpoint-url", "https://localhost:9443/accountrecoveryendpoint"),
    ("carbon.product-url", "https://localhost:9443"),
    ("organization-name", "Countersign"),
    ("current-year", "2026"),
    ("verification-pending-email", "b***@example.org"),
    ("new-email-address", "b***@example.org"),
    ("notification-event", "verifyMobileOnUpdate"),
    ("notification-channel", "SMS"),
    ("TEMPLATE_TYPE", "verifyMobileOnUpdate"),
    ("recovery-scenario", "MOBILE_VERIFICATION_ON_UPDATE"),
    ("locale", "en"),
    // ours
    ("language-tag", "en"),
    ("validity", "5 minutes"),
    ("claim-name", "mobile number"),
    ("old-value", "+12***99"),
    ("new-value", "+12***23"),
    ("requested-by", "the account's owner"),
    ("requested-from", "203.0.113.7"),
    ("requested-at", "2026-03-01 10:00 UTC"),
    ("cancel-link", "https://localhost:9443/accountrecoveryendpoint/cancel.do?confirmation=8Qn2.xw3Jb7c"),
    ("send-from", "Countersign"),
    ("footer", ""),
    ("body-template", ""),
];

/// The samples as values.
pub(crate) fn samples() -> Values {
    SAMPLES.into_iter().collect()
}
