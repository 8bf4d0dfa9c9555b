//! What there is to govern: one category, one connector, and what its properties mean in words.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::user_claim_update::{Property, PropertyType};

use super::error;
use crate::rest::Refused;

/// The category's name.
pub(super) const CATEGORY: &str = "Other Settings";
/// The connector's name.
pub(super) const CONNECTOR: &str = "user-claim-update";

/// The id of a category or connector: its name in base64url, without padding.
pub(super) fn id_of(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(name)
}

/// Whether this is the category's id.
pub(super) fn find_category(id: &str) -> Result<(), Refused> {
    if id == id_of(CATEGORY) { Ok(()) } else { Err(error::no_such_category()) }
}

/// Whether this is the connector's id.
pub(super) fn find_connector(id: &str) -> Result<(), Refused> {
    if id == id_of(CONNECTOR) { Ok(()) } else { Err(error::no_such_connector()) }
}

/// A property in words: what stands beside its field, and what it does.
pub(super) const fn words(property: Property) -> (&'static str, &'static str) {
    match property {
        Property::EmailEnableVerification => (
            "Verify e-mail addresses on change",
            "A new e-mail address takes effect only after the link or code sent to it was used.",
        ),
        Property::EmailEnableOtp => (
            "Send a code instead of a link by e-mail",
            "The mail to a new address carries a one-time code to type, and no link.",
        ),
        Property::EmailSkipByPrivileged => (
            "Administrators write e-mail addresses directly",
            "An address set by an administrator or an application takes effect at once, unverified.",
        ),
        Property::OtpSendInEmail => (
            "Add a code to the link mail",
            "The mail with the link also carries a one-time code, for those who would rather type.",
        ),
        Property::OtpUppercase => ("Capital letters in codes", "One-time codes may have capital letters."),
        Property::OtpLowercase => ("Small letters in codes", "One-time codes may have small letters."),
        Property::OtpNumbers => (
            "Digits in codes",
            "One-time codes may have digits. With all three switched off, all three are on.",
        ),
        Property::OtpLength => ("Length of codes", "How many characters a one-time code has: 6 to 10."),
        Property::EmailExpiry => {
            ("E-mail validity in minutes", "How long the link or code in a mail can be used.")
        }
        Property::EmailNotifyExisting => (
            "Tell the present e-mail address",
            "The address in force is told when another one is asked for. Our own notices do this already unless they are switched off.",
        ),
        Property::MobileEnableVerification => (
            "Verify mobile numbers on change",
            "A new mobile number takes effect only after the code sent to it by SMS was entered.",
        ),
        Property::MobileExpiry => ("SMS validity in minutes", "How long the code in an SMS can be used."),
        Property::MobileByPrivileged => (
            "Administrators may enter SMS codes",
            "An administrator or application may confirm a user's new number with the code the user received.",
        ),
        Property::MobileSkipByPrivileged => (
            "Administrators write mobile numbers directly",
            "A number set by an administrator or an application takes effect at once, unverified.",
        ),
    }
}

/// The kind of value, as the product's clients spell it.
pub(super) const fn type_of(property: Property) -> &'static str {
    match property.kind() {
        PropertyType::Boolean => "boolean",
        PropertyType::Integer => "integer",
        PropertyType::Text => "string",
    }
}

/// What a value has to look like, where a pattern can say it.
pub(super) const fn pattern_of(property: Property) -> &'static str {
    match property {
        Property::OtpLength => "^([6-9]|10)$",
        Property::EmailExpiry | Property::MobileExpiry => "^[1-9][0-9]*$",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `verification.md` §5.2: the ids existing clients have in their source.
    #[test]
    fn ids_are_the_ones_clients_know() {
        assert_eq!(id_of(CATEGORY), "T3RoZXIgU2V0dGluZ3M");
        assert_eq!(id_of(CONNECTOR), "dXNlci1jbGFpbS11cGRhdGU");
    }

    #[test]
    fn every_property_has_words_of_its_own() {
        let mut names: Vec<_> = Property::ALL.map(|property| words(property).0).to_vec();
        names.sort_unstable();
        names.dedup();

        assert_eq!(names.len(), Property::ALL.len());
    }
}
