//! What somebody typed into the settings' form.

use std::collections::BTreeMap;

use countersign_domain::user_claim_update::{Property, PropertyType};
use serde::Deserialize;

use crate::pages::posted::Form;
use crate::pages::visitor::Visitor;

/// A form as it was sent: the fields by name. Beside each field stands what it showed when the page was opened, so that
/// saving changes what somebody changed and nothing else, whatever another administrator did meanwhile.
#[derive(Deserialize, Debug, Default)]
#[serde(transparent)]
pub(in crate::pages::console) struct Typed(BTreeMap<String, String>);

/// What stands before the name of the field that says what was shown.
const SHOWN: &str = "shown.";

impl Form for Typed {
    const KEPT: &'static [&'static str] = &[
        Property::EmailEnableVerification.name(),
        Property::EmailEnableOtp.name(),
        Property::EmailSkipByPrivileged.name(),
        Property::OtpSendInEmail.name(),
        Property::OtpUppercase.name(),
        Property::OtpLowercase.name(),
        Property::OtpNumbers.name(),
        Property::OtpLength.name(),
        Property::EmailExpiry.name(),
        Property::EmailNotifyExisting.name(),
        Property::MobileEnableVerification.name(),
        Property::MobileExpiry.name(),
        Property::MobileByPrivileged.name(),
        Property::MobileSkipByPrivileged.name(),
    ];
}

impl Typed {
    /// What survived the end of the visitor's session, if anything did.
    pub(super) fn kept(visitor: &Visitor, action: &str) -> Option<Self> {
        let typed =
            |name: &&str| visitor.typed(action, name).map(|value| ((*name).to_owned(), value.to_owned()));
        let mut fields: BTreeMap<String, String> = Self::KEPT.iter().filter_map(typed).collect();
        if fields.is_empty() {
            return None;
        }
        // Every switch was on the form: one that was not sent was off.
        fields.extend(Property::ALL.map(|property| (shown_name(property), String::new())));
        Some(Self(fields))
    }

    /// What was typed for a property; `None` where the form had no field for it. A switch that is off is not sent.
    pub(super) fn value(&self, property: Property) -> Option<&str> {
        let sent = self.0.get(property.name()).map(String::as_str);
        let was_there = property.kind() == PropertyType::Boolean && self.shown(property).is_some();
        sent.or_else(|| was_there.then_some("false"))
    }

    /// What its field showed.
    pub(super) fn shown(&self, property: Property) -> Option<&str> {
        self.0.get(&shown_name(property)).map(String::as_str)
    }

    /// What somebody changed, by wire name.
    pub(super) fn changed(&self) -> Vec<(String, String)> {
        let changed = |property: Property| {
            let value = self.value(property)?.trim();
            (self.shown(property) != Some(value)).then(|| (property.name().to_owned(), value.to_owned()))
        };
        Property::ALL.into_iter().filter_map(changed).collect()
    }

    /// Whether only the words are asked for.
    pub(super) fn is_preview(&self) -> bool {
        self.0.get("then").is_some_and(|then| then == "preview")
    }
}

/// The name of the field that says what a property's field showed.
pub(super) fn shown_name(property: Property) -> String {
    format!("{SHOWN}{}", property.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        serde_html_form::from_str(&serde_html_form::to_string(pairs).unwrap()).unwrap()
    }

    /// Two administrators at once: what one did not touch is not set back to what he saw.
    #[test]
    fn only_what_was_changed_is_saved() {
        let expiry = Property::MobileExpiry.name();
        let (switch, other) = (Property::MobileEnableVerification, Property::EmailEnableVerification);

        let sent = typed(&[
            (&shown_name(switch), "false"),
            (switch.name(), "true"),
            (&shown_name(other), "true"),
            (other.name(), "true"),
            (&shown_name(Property::MobileExpiry), "5"),
            (expiry, " 5 "),
            ("csrf", "x"),
        ]);

        assert_eq!(sent.changed(), [(switch.name().to_owned(), "true".to_owned())]);
        assert!(!sent.is_preview());
    }

    /// A browser sends nothing for a switch that is off.
    #[test]
    fn a_switch_that_is_not_sent_is_off_where_it_was_on_the_form() {
        let switch = Property::EmailEnableVerification;

        let sent = typed(&[(&shown_name(switch), "true"), ("then", "preview")]);

        assert_eq!(sent.changed(), [(switch.name().to_owned(), "false".to_owned())]);
        assert_eq!(sent.value(Property::MobileEnableVerification), None);
        assert!(sent.is_preview());
    }
}
