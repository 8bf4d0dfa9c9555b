//! Recovery scenarios: the words clients use for "which kind of proof".

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Form;
use crate::claim::ClaimFamily;

/// What the proof is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A new value in force.
    Primary,
    /// A further member of the verified list.
    List,
}

impl Purpose {
    /// The name in MACs; never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::List => "list",
        }
    }
}

/// The scenarios Countersign serves (`verification.md` §4.6). Other names of the product are recognised and refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scenario {
    /// A link to a new primary address.
    EmailOnUpdate,
    /// A link to a new member of the verified addresses.
    EmailOnVerifiedListUpdate,
    /// A code to a new primary address.
    EmailOtpOnUpdate,
    /// A code to a new member of the verified addresses.
    EmailOtpOnVerifiedListUpdate,
    /// A code to a new mobile number.
    MobileOnUpdate,
    /// A code to a new member of the verified numbers.
    MobileOnVerifiedListUpdate,
}

impl Scenario {
    /// Which scenario a change of this family, purpose and form runs under.
    pub const fn of(family: ClaimFamily, purpose: Purpose, form: Form) -> Self {
        match (family, purpose, form) {
            (ClaimFamily::Mobile, Purpose::Primary, _) => Self::MobileOnUpdate,
            (ClaimFamily::Mobile, Purpose::List, _) => Self::MobileOnVerifiedListUpdate,
            (ClaimFamily::Email, Purpose::Primary, Form::Otp) => Self::EmailOtpOnUpdate,
            (ClaimFamily::Email, Purpose::List, Form::Otp) => Self::EmailOtpOnVerifiedListUpdate,
            (ClaimFamily::Email, Purpose::Primary, Form::Link | Form::LinkAndOtp) => Self::EmailOnUpdate,
            (ClaimFamily::Email, Purpose::List, Form::Link | Form::LinkAndOtp) => {
                Self::EmailOnVerifiedListUpdate
            }
        }
    }

    /// The family its changes belong to.
    pub const fn family(self) -> ClaimFamily {
        match self {
            Self::MobileOnUpdate | Self::MobileOnVerifiedListUpdate => ClaimFamily::Mobile,
            _ => ClaimFamily::Email,
        }
    }

    /// The wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailOnUpdate => "EMAIL_VERIFICATION_ON_UPDATE",
            Self::EmailOnVerifiedListUpdate => "EMAIL_VERIFICATION_ON_VERIFIED_LIST_UPDATE",
            Self::EmailOtpOnUpdate => "EMAIL_OTP_VERIFICATION_ON_UPDATE",
            Self::EmailOtpOnVerifiedListUpdate => "EMAIL_OTP_VERIFICATION_ON_VERIFIED_LIST_UPDATE",
            Self::MobileOnUpdate => "MOBILE_VERIFICATION_ON_UPDATE",
            Self::MobileOnVerifiedListUpdate => "MOBILE_VERIFICATION_ON_VERIFIED_LIST_UPDATE",
        }
    }

    /// The recovery step the product files a code of this scenario under.
    pub const fn step(self) -> &'static str {
        match self.family() {
            ClaimFamily::Email => "VERIFY_EMAIL",
            ClaimFamily::Mobile => "VERIFY_MOBILE_NUMBER",
        }
    }
}

/// A name that is no scenario served here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownScenario;

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(name: &str) -> Result<Self, UnknownScenario> {
        const ALL: [Scenario; 6] = [
            Scenario::EmailOnUpdate,
            Scenario::EmailOnVerifiedListUpdate,
            Scenario::EmailOtpOnUpdate,
            Scenario::EmailOtpOnVerifiedListUpdate,
            Scenario::MobileOnUpdate,
            Scenario::MobileOnVerifiedListUpdate,
        ];
        ALL.into_iter().find(|scenario| scenario.as_str() == name).ok_or(UnknownScenario)
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::ClaimFamily::{Email, Mobile};

    /// `verification.md` §2.4, §4.6: which change runs under which of the product's names, and its step.
    #[test]
    fn every_change_runs_under_the_products_name() {
        let named = |family, purpose, form| Scenario::of(family, purpose, form).to_string();
        for form in [Form::Link, Form::LinkAndOtp] {
            assert_eq!(named(Email, Purpose::Primary, form), "EMAIL_VERIFICATION_ON_UPDATE");
            assert_eq!(named(Email, Purpose::List, form), "EMAIL_VERIFICATION_ON_VERIFIED_LIST_UPDATE");
        }
        assert_eq!(named(Email, Purpose::Primary, Form::Otp), "EMAIL_OTP_VERIFICATION_ON_UPDATE");
        assert_eq!(named(Email, Purpose::List, Form::Otp), "EMAIL_OTP_VERIFICATION_ON_VERIFIED_LIST_UPDATE");
        for form in [Form::Otp, Form::Link, Form::LinkAndOtp] {
            assert_eq!(named(Mobile, Purpose::Primary, form), "MOBILE_VERIFICATION_ON_UPDATE");
            assert_eq!(named(Mobile, Purpose::List, form), "MOBILE_VERIFICATION_ON_VERIFIED_LIST_UPDATE");
        }
    }

    /// Every name reads back, and belongs to its family; other names of the product are recognised as not served.
    #[test]
    fn names_read_back_and_others_are_refused() {
        for family in ClaimFamily::ALL {
            for purpose in [Purpose::Primary, Purpose::List] {
                for form in [Form::Otp, Form::Link] {
                    let scenario = Scenario::of(family, purpose, form);
                    assert_eq!(scenario.as_str().parse(), Ok(scenario));
                    assert_eq!(scenario.family(), family);
                    let step = if family == Email { "VERIFY_EMAIL" } else { "VERIFY_MOBILE_NUMBER" };
                    assert_eq!(scenario.step(), step);
                }
            }
        }
        for other in ["", "SELF_SIGN_UP", "mobile_verification_on_update", "MOBILE_VERIFICATION_ON_UPDATE "] {
            assert_eq!(other.parse::<Scenario>(), Err(UnknownScenario), "{other:?}");
        }
    }
}
