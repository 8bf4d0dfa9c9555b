//! Users: from the rules' words to the internal form and back (`verification.md` §1, DESIGN §5).
//!
//! [`resource_of`] is what every answer, filter and PATCH starts from; [`wanted_of`] is what the rules decide on. The
//! guarded part (addresses, flags, lists, what is pending) and the plain attributes part ways here and nowhere else.

pub(crate) mod resource;
mod wanted;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use self::{
    resource::{Stored, resource_of, resource_with, version_tag},
    wanted::{How, Request, Write, wanted_of},
};

/// Where the primary e-mail address stands: the entry with `primary: true`; else the untyped one; else the first.
pub fn primary_email(emails: &[Value]) -> Option<usize> {
    let marked = emails.iter().position(|email| email["primary"] == true);
    let untyped = || emails.iter().position(|email| type_of(email).is_none());
    marked.or_else(untyped).or(if emails.is_empty() { None } else { Some(0) })
}

/// Where the mobile number stands: the entry of type `mobile`, whatever its `primary`.
pub fn mobile_number(numbers: &[Value]) -> Option<usize> {
    numbers.iter().position(|number| type_of(number).is_some_and(|kind| kind.eq_ignore_ascii_case("mobile")))
}

/// The `type` of one value, if it has a non-empty one.
pub(crate) fn type_of(value: &Value) -> Option<&str> {
    value.get("type").and_then(Value::as_str).filter(|kind| !kind.is_empty())
}

/// What the claims of one family are called in the internal form.
struct FamilyNames {
    /// At the top of the resource: the entries.
    entries: &'static str,
    /// In the system schema: A, L, N, V and the trigger.
    all: &'static str,
    proven: &'static str,
    pending: &'static str,
    verified: &'static str,
    verify: &'static str,
}

const EMAIL: FamilyNames = FamilyNames {
    entries: "emails",
    all: "emailAddresses",
    proven: "verifiedEmailAddresses",
    pending: "pendingEmails",
    verified: "emailVerified",
    verify: "verifyEmail",
};

const MOBILE: FamilyNames = FamilyNames {
    entries: "phoneNumbers",
    all: "mobileNumbers",
    proven: "verifiedMobileNumbers",
    pending: "pendingMobileNumber",
    verified: "phoneVerified",
    verify: "verifyMobile",
};

const fn names(family: countersign_domain::claim::ClaimFamily) -> &'static FamilyNames {
    match family {
        countersign_domain::claim::ClaimFamily::Email => &EMAIL,
        countersign_domain::claim::ClaimFamily::Mobile => &MOBILE,
    }
}
