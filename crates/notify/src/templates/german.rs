//! The built-in messages in German. What is missing here is sent in English.

use super::EmailParts;
use crate::render::Template;

macro_rules! email {
    ($name:literal) => {
        Some(EmailParts {
            subject: include_str!(concat!("email/", $name, ".de.subject")),
            text: include_str!(concat!("email/", $name, ".de.txt")),
            html: include_str!(concat!("email/", $name, ".de.html")),
        })
    };
}

/// The German e-mail of a template.
pub(super) fn email(template: Template) -> Option<EmailParts> {
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

/// The German text message of a template.
pub(super) fn sms(template: Template) -> Option<&'static str> {
    match template {
        Template::VerifyMobile => Some(include_str!("sms/verifyMobileOnUpdate.de.txt")),
        Template::ContactChanged => Some(include_str!("sms/contactChanged.de.txt")),
        Template::ContactRemoved => Some(include_str!("sms/contactRemoved.de.txt")),
        Template::ContactAdded => Some(include_str!("sms/contactAdded.de.txt")),
        Template::ContactMarkedVerified => Some(include_str!("sms/contactMarkedVerified.de.txt")),
        Template::ChannelTest => Some(include_str!("sms/channelTest.de.txt")),
        _ => None,
    }
}
