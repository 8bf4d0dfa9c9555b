//! What there is to govern: one category, one connector, and what its properties mean in words.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::user_claim_update::{Property, PropertyType};

use super::error;
use crate::pages::Texts;
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

/// A property in words: what stands beside its field, and what it does. The Console says the same in the reader's
/// language.
pub(crate) fn words(property: Property, texts: &'static Texts) -> (&'static str, &'static str) {
    let name = id(property);
    let say = |id: String| texts.find(&id).unwrap_or(name);
    (say(format!("property-{name}")), say(format!("property-{name}-text")))
}

/// What the catalogue calls a property.
const fn id(property: Property) -> &'static str {
    match property {
        Property::EmailEnableVerification => "email-verification",
        Property::EmailEnableOtp => "email-code",
        Property::EmailSkipByPrivileged => "email-skip",
        Property::OtpSendInEmail => "code-beside-link",
        Property::OtpUppercase => "code-capitals",
        Property::OtpLowercase => "code-small-letters",
        Property::OtpNumbers => "code-digits",
        Property::OtpLength => "code-length",
        Property::EmailExpiry => "email-validity",
        Property::EmailNotifyExisting => "email-notice",
        Property::MobileEnableVerification => "mobile-verification",
        Property::MobileExpiry => "mobile-validity",
        Property::MobileByPrivileged => "mobile-by-privileged",
        Property::MobileSkipByPrivileged => "mobile-skip",
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
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::Language;

    /// `verification.md` §5.2: the ids existing clients have in their source.
    #[test]
    fn ids_are_the_ones_clients_know() {
        assert_eq!(id_of(CATEGORY), "T3RoZXIgU2V0dGluZ3M");
        assert_eq!(id_of(CONNECTOR), "dXNlci1jbGFpbS11cGRhdGU");
    }

    #[test]
    fn every_property_has_words_of_its_own() {
        for language in Language::ALL {
            let all = Property::ALL.map(|property| words(property, language.texts()));
            let said: BTreeSet<_> = all.iter().flat_map(|(name, text)| [name, text]).collect();

            assert_eq!(said.len(), 2 * Property::ALL.len());
            assert!(Property::ALL.iter().all(|property| !said.contains(&id(*property))), "{language:?}");
        }
    }
}
