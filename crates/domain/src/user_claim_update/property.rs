//! The properties of the product's `user-claim-update` connector: what an administrator changes at runtime, and how the
//! settings in force follow from the file's values with his over them.

use std::collections::BTreeMap;

use super::{LinkConfirmation, Settings};
use crate::change::{Form, OtpShape};

/// One property of the connector, in the product's order (`verification.md` §5.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "each is the property its name says; Property::name has the wire spelling")]
pub enum Property {
    EmailEnableVerification,
    EmailEnableOtp,
    EmailSkipByPrivileged,
    OtpSendInEmail,
    OtpUppercase,
    OtpLowercase,
    OtpNumbers,
    OtpLength,
    EmailExpiry,
    EmailNotifyExisting,
    MobileEnableVerification,
    MobileExpiry,
    MobileByPrivileged,
    MobileSkipByPrivileged,
}

/// What kind of value a property takes (`meta.type`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PropertyType {
    Boolean,
    Integer,
    Text,
}

/// Why a value is refused. One sentence for the administrator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum InvalidProperty {
    #[error("this property is either true or false")]
    NotBoolean,
    #[error("a validity is a whole number of minutes from 1 to {max}")]
    Validity { max: u32 },
    #[error("a code has 6 to 10 characters")]
    OtpLength,
}

impl Property {
    /// All, in the product's order.
    pub const ALL: [Self; 14] = [
        Self::EmailEnableVerification,
        Self::EmailEnableOtp,
        Self::EmailSkipByPrivileged,
        Self::OtpSendInEmail,
        Self::OtpUppercase,
        Self::OtpLowercase,
        Self::OtpNumbers,
        Self::OtpLength,
        Self::EmailExpiry,
        Self::EmailNotifyExisting,
        Self::MobileEnableVerification,
        Self::MobileExpiry,
        Self::MobileByPrivileged,
        Self::MobileSkipByPrivileged,
    ];

    /// The wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EmailEnableVerification => "UserClaimUpdate.Email.EnableVerification",
            Self::EmailEnableOtp => "UserClaimUpdate.Email.EnableEmailOTP",
            Self::EmailSkipByPrivileged => {
                "UserClaimUpdate.Email.EnableSkipInitiatingVerificationByPrivilegedUser"
            }
            Self::OtpSendInEmail => "UserClaimUpdate.OTP.SendOTPInEmail",
            Self::OtpUppercase => "UserClaimUpdate.OTP.UseUppercaseCharactersInOTP",
            Self::OtpLowercase => "UserClaimUpdate.OTP.UseLowercaseCharactersInOTP",
            Self::OtpNumbers => "UserClaimUpdate.OTP.UseNumbersInOTP",
            Self::OtpLength => "UserClaimUpdate.OTP.OTPLength",
            Self::EmailExpiry => "UserClaimUpdate.Email.VerificationCode.ExpiryTime",
            Self::EmailNotifyExisting => "UserClaimUpdate.Email.EnableNotification",
            Self::MobileEnableVerification => "UserClaimUpdate.MobileNumber.EnableVerification",
            Self::MobileExpiry => "UserClaimUpdate.MobileNumber.VerificationCode.ExpiryTime",
            Self::MobileByPrivileged => "UserClaimUpdate.MobileNumber.EnableVerificationByPrivilegedUser",
            Self::MobileSkipByPrivileged => {
                "UserClaimUpdate.MobileNumber.EnableSkipInitiatingVerificationByPrivilegedUser"
            }
        }
    }

    /// The property of that wire name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|property| property.name() == name)
    }

    /// The kind of value it takes.
    pub const fn kind(self) -> PropertyType {
        match self {
            Self::EmailExpiry | Self::MobileExpiry => PropertyType::Integer,
            Self::OtpLength => PropertyType::Text,
            _ => PropertyType::Boolean,
        }
    }
}

/// The connector's values, typed.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "one field for each Property")]
pub struct Connector {
    pub email_enable_verification: bool,
    pub email_enable_otp: bool,
    pub email_skip_by_privileged: bool,
    pub otp_send_in_email: bool,
    pub otp_uppercase: bool,
    pub otp_lowercase: bool,
    pub otp_numbers: bool,
    pub otp_length: u32,
    pub email_expiry_minutes: u32,
    pub email_notify_existing: bool,
    pub mobile_enable_verification: bool,
    pub mobile_expiry_minutes: u32,
    pub mobile_by_privileged: bool,
    pub mobile_skip_by_privileged: bool,
    /// Whether validities above the maxima of SEC-11 are allowed (`allow_long_validity`). Not a property.
    pub long_validity: bool,
}

impl Default for Connector {
    /// The product's defaults.
    fn default() -> Self {
        Self {
            email_enable_verification: false,
            email_enable_otp: false,
            email_skip_by_privileged: false,
            otp_send_in_email: false,
            otp_uppercase: true,
            otp_lowercase: true,
            otp_numbers: true,
            otp_length: 6,
            email_expiry_minutes: EMAIL_MAX,
            email_notify_existing: false,
            mobile_enable_verification: false,
            mobile_expiry_minutes: 5,
            mobile_by_privileged: false,
            mobile_skip_by_privileged: false,
            long_validity: false,
        }
    }
}

/// SEC-11: minutes a link proves at most.
const EMAIL_MAX: u32 = 1_440;
/// SEC-11: minutes a short code proves at most.
const CODE_MAX: u32 = 10;
/// A year: beyond, a validity is a slip even where long ones are allowed.
const LONG_MAX: u32 = 525_600;

impl Connector {
    /// The value of a property as the API shows it: always a string.
    pub fn get(&self, property: Property) -> String {
        match property {
            Property::OtpLength => self.otp_length.to_string(),
            Property::EmailExpiry => self.email_expiry_minutes.to_string(),
            Property::MobileExpiry => self.mobile_expiry_minutes.to_string(),
            _ => self.clone().switch(property).is_some_and(|switch| *switch).to_string(),
        }
    }

    /// Sets a property from its string form. Refuses what the settings could not be made of (SEC-2, SEC-11).
    pub fn set(&mut self, property: Property, value: &str) -> Result<(), InvalidProperty> {
        let value = value.trim();
        match property {
            Property::OtpLength => {
                let length = value.parse().ok().filter(|length| (6..=10).contains(length));
                self.otp_length = length.ok_or(InvalidProperty::OtpLength)?;
            }
            Property::EmailExpiry => self.email_expiry_minutes = self.validity(value, EMAIL_MAX)?,
            Property::MobileExpiry => self.mobile_expiry_minutes = self.validity(value, CODE_MAX)?,
            _ => {
                let value = boolean(value).ok_or(InvalidProperty::NotBoolean)?;
                if let Some(switch) = self.switch(property) {
                    *switch = value;
                }
            }
        }
        Ok(())
    }

    fn validity(&self, value: &str, max: u32) -> Result<u32, InvalidProperty> {
        let max = if self.long_validity { LONG_MAX } else { max };
        let minutes = value.parse().ok().filter(|minutes| (1..=max).contains(minutes));
        minutes.ok_or(InvalidProperty::Validity { max })
    }

    /// The switch behind a boolean property; properties of another kind have none.
    fn switch(&mut self, property: Property) -> Option<&mut bool> {
        Some(match property {
            Property::EmailEnableVerification => &mut self.email_enable_verification,
            Property::EmailEnableOtp => &mut self.email_enable_otp,
            Property::EmailSkipByPrivileged => &mut self.email_skip_by_privileged,
            Property::OtpSendInEmail => &mut self.otp_send_in_email,
            Property::OtpUppercase => &mut self.otp_uppercase,
            Property::OtpLowercase => &mut self.otp_lowercase,
            Property::OtpNumbers => &mut self.otp_numbers,
            Property::EmailNotifyExisting => &mut self.email_notify_existing,
            Property::MobileEnableVerification => &mut self.mobile_enable_verification,
            Property::MobileByPrivileged => &mut self.mobile_by_privileged,
            Property::MobileSkipByPrivileged => &mut self.mobile_skip_by_privileged,
            Property::OtpLength | Property::EmailExpiry | Property::MobileExpiry => return None,
        })
    }

    /// The file's values with an administrator's over them. An override that no longer parses is passed over: it was
    /// checked when it was set, and a rule that became stricter since must not stop the server.
    #[must_use]
    pub fn with(&self, overrides: &BTreeMap<String, String>) -> Self {
        let mut merged = self.clone();
        for (name, value) in overrides {
            if let Some(property) = Property::named(name) {
                let _ = merged.set(property, value);
            }
        }
        merged
    }

    /// The settings in force: everything the connector does not say comes from `base`.
    pub fn settings(&self, base: &Settings) -> Settings {
        let mut settings = base.clone();
        let otp_only = self.email_enable_otp;
        let otp_beside = self.otp_send_in_email || base.link_confirmation == LinkConfirmation::Code;
        let email = &mut settings.family.email;
        email.enabled = self.email_enable_verification;
        email.skip_by_privileged = self.email_skip_by_privileged;
        email.form = match (otp_only, otp_beside) {
            (true, _) => Form::Otp,
            (false, true) => Form::LinkAndOtp,
            (false, false) => Form::Link,
        };
        let code_capped = otp_only && !self.long_validity;
        email.validity_minutes =
            if code_capped { self.email_expiry_minutes.min(CODE_MAX) } else { self.email_expiry_minutes };
        let mobile = &mut settings.family.mobile;
        mobile.enabled = self.mobile_enable_verification;
        mobile.skip_by_privileged = self.mobile_skip_by_privileged;
        mobile.privileged_validation = self.mobile_by_privileged;
        mobile.validity_minutes = self.mobile_expiry_minutes;
        settings.notify_existing_email = self.email_notify_existing;
        let length = usize::try_from(self.otp_length).unwrap_or_default();
        settings.otp = OtpShape::new(self.otp_uppercase, self.otp_lowercase, self.otp_numbers, length);
        settings
    }
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEED-7: what an administrator sets wins over the file, property by property.
    #[test]
    fn an_override_wins_over_the_file_and_leaves_the_rest() {
        let file = Connector { mobile_enable_verification: true, ..Connector::default() };
        let overrides = BTreeMap::from([(Property::MobileExpiry.name().to_owned(), "9".to_owned())]);

        let settings = file.with(&overrides).settings(&Settings::default());

        assert!(settings.family.mobile.enabled);
        assert_eq!(settings.family.mobile.validity_minutes, 9);
        assert_eq!(settings.family.email.validity_minutes, 1_440);
    }

    /// SEC-2, SEC-11: values below the floor or above the ceiling are refused when they are set.
    #[test]
    fn values_outside_the_bounds_are_refused() {
        let mut connector = Connector::default();
        for (property, value) in [
            (Property::OtpLength, "4"),
            (Property::OtpLength, "six"),
            (Property::MobileExpiry, "0"),
            (Property::MobileExpiry, "-1"),
            (Property::MobileExpiry, "11"),
            (Property::EmailExpiry, "1441"),
            (Property::EmailEnableVerification, "yes"),
        ] {
            assert!(connector.set(property, value).is_err(), "{} = {value}", property.name());
        }
        assert_eq!(connector, Connector::default());
    }

    /// D-21: a code by e-mail alone lives ten minutes at most, whatever the link's validity says.
    #[test]
    fn a_code_without_a_link_lives_ten_minutes_at_most() {
        let connector = Connector { email_enable_otp: true, ..Connector::default() };

        let settings = connector.settings(&Settings::default());

        assert_eq!((settings.family.email.form, settings.family.email.validity_minutes), (Form::Otp, 10));
    }

    /// SEC-23: where links need a code, every link mail has one, whatever `SendOTPInEmail` says; a code alone stays alone.
    #[test]
    fn a_link_that_needs_a_code_comes_with_one() {
        let asking = Settings { link_confirmation: LinkConfirmation::Code, ..Settings::default() };
        let form = |email_enable_otp, otp_send_in_email, base: &Settings| {
            let connector = Connector { email_enable_otp, otp_send_in_email, ..Connector::default() };
            connector.settings(base).family.email.form
        };

        assert_eq!([false, true].map(|sent| form(false, sent, &asking)), [Form::LinkAndOtp; 2]);
        assert_eq!(form(false, false, &Settings::default()), Form::Link);
        assert_eq!(form(true, false, &asking), Form::Otp);
    }

    /// The wire names are a contract: every property is found by its own, and shows the value it was given.
    #[test]
    fn every_property_is_read_back_as_it_was_set() {
        for property in Property::ALL {
            let value = match property.kind() {
                PropertyType::Boolean => "true",
                PropertyType::Integer | PropertyType::Text => "7",
            };
            let mut connector = Connector::default();
            connector.set(property, value).unwrap();
            assert_eq!(connector.get(property), value, "{}", property.name());
            assert_eq!(Property::named(property.name()), Some(property));
        }
    }
}
