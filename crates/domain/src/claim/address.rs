//! An address of either family, for the rules that treat both alike.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ClaimFamily, EmailAddress, InvalidEmail, InvalidMobile, MobileNumber};

/// An e-mail address or a mobile number: one decision table serves both.
///
/// `==` compares what is stored, byte for byte; [`Address::same_as`] compares as the claim does (D-9).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// An e-mail address.
    Email(EmailAddress),
    /// A mobile number.
    Mobile(MobileNumber),
}

/// Why a text is no address of its family: one sentence for the caller that does not echo it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidAddress {
    /// Not an e-mail address.
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    /// Not a mobile number.
    #[error(transparent)]
    Mobile(#[from] InvalidMobile),
}

impl Address {
    /// Reads an address of `family`. Refuses what [`EmailAddress::parse`] and [`MobileNumber::parse`] refuse.
    pub fn parse(family: ClaimFamily, text: &str) -> Result<Self, InvalidAddress> {
        Ok(match family {
            ClaimFamily::Email => Self::Email(EmailAddress::parse(text)?),
            ClaimFamily::Mobile => Self::Mobile(MobileNumber::parse(text)?),
        })
    }

    /// Which family it belongs to.
    pub const fn family(&self) -> ClaimFamily {
        match self {
            Self::Email(_) => ClaimFamily::Email,
            Self::Mobile(_) => ClaimFamily::Mobile,
        }
    }

    /// As it was typed, and as it is sent to (SCIM-28, SEC-47).
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Mobile(number) => number.as_str(),
        }
    }

    /// The comparison key: what uniqueness, lists and look-ups use (SEC-47, SEC-48).
    pub fn key(&self) -> &str {
        match self {
            Self::Email(address) => address.key(),
            Self::Mobile(number) => number.key(),
        }
    }

    /// As it stands in the database: an address whose key does not follow from what was typed carries it (SEC-48).
    pub fn stored(&self) -> Cow<'_, str> {
        match self {
            Self::Email(address) => Cow::Borrowed(address.as_str()),
            Self::Mobile(number) => number.stored(),
        }
    }

    /// Whether both name the same mailbox or number (D-9).
    pub fn same_as(&self, other: &Self) -> bool {
        self.family() == other.family() && self.key() == other.key()
    }

    /// Enough to recognise one's own, too little to use: for logs, audit rows and strangers (SEC-59).
    pub fn masked(&self) -> String {
        match self {
            Self::Email(address) => address.masked(),
            Self::Mobile(number) => number.masked(),
        }
    }

    /// As [`Address::masked`], with an e-mail's domain in full: for the link pages and the changes API.
    pub fn masked_with_domain(&self) -> String {
        match self {
            Self::Email(address) => address.masked_with_domain(),
            Self::Mobile(number) => number.masked(),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}
