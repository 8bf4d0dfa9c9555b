//! Claims that can be proven: e-mail addresses and mobile numbers, valid because they exist.

mod address;
mod email;
mod mobile;
mod numbering;

pub use address::{Address, InvalidAddress};
pub use email::{EmailAddress, InvalidEmail};
pub use mobile::{InvalidMobile, MobileNumber};
pub use numbering::{Country, Numbering, Region};

use serde::{Deserialize, Serialize};

/// The two kinds of claim a person can be reached at. Everything about a change is kept per family (I3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimFamily {
    /// `http://wso2.org/claims/emailaddress` and its lists.
    Email,
    /// `http://wso2.org/claims/mobile` and its lists.
    Mobile,
}

impl ClaimFamily {
    /// Both, in the order every table lists them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Mobile];

    /// How a secret reaches an address of this family.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Email => Channel::Email,
            Self::Mobile => Channel::Sms,
        }
    }

    /// The name in storage keys and MACs; never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Mobile => "mobile",
        }
    }
}

/// How a message travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Channel {
    /// By SMTP.
    Email,
    /// By an HTTP publisher.
    Sms,
}

impl Channel {
    /// Both, in the order every table lists them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];

    /// The wire name, as `preferredChannel` and the changes API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }
}

/// One value for each claim family.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PerFamily<T> {
    /// For e-mail addresses.
    pub email: T,
    /// For mobile numbers.
    pub mobile: T,
}

impl<T> PerFamily<T> {
    /// The value of one family.
    pub const fn of(&self, family: ClaimFamily) -> &T {
        match family {
            ClaimFamily::Email => &self.email,
            ClaimFamily::Mobile => &self.mobile,
        }
    }

    /// The value of one family, to change it.
    pub const fn of_mut(&mut self, family: ClaimFamily) -> &mut T {
        match family {
            ClaimFamily::Email => &mut self.email,
            ClaimFamily::Mobile => &mut self.mobile,
        }
    }
}
