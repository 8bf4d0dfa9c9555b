//! The extensions of the User: enterprise (RFC 7643 §4.3) and the system schema that verification lives in.
//!
//! At `/scim2` the verification attributes are announced in both; at `/scim/v2` only in the system schema, so that the
//! enterprise extension is exactly the RFC's (scim.md §14).

use super::{Attribute, Collation, Place, Schema};

/// The URN of the enterprise extension ("ENT").
pub const ENTERPRISE_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The URN of the system schema ("SYS"): lists of addresses and everything about verification.
pub const SYSTEM_URN: &str = "urn:scim:wso2:schema";

const MANAGER: &[Attribute] = &[
    Attribute::string("value", "The id of the manager.").case_exact().indexed("manager"),
    Attribute::reference("$ref", "Where the manager is.", &["User"]),
    Attribute::string("displayName", "The name of the manager.").read_only(),
];

const ENTERPRISE: &[Attribute] = &[
    Attribute::string("employeeNumber", "What the organization calls the person.").indexed("employeeNumber"),
    Attribute::string("costCenter", "The cost center."),
    Attribute::string("organization", "The organization."),
    Attribute::string("division", "The division."),
    Attribute::string("department", "The department.").indexed("department"),
    Attribute::complex("manager", "The person's manager.", MANAGER),
];

/// Where a request states its reason; of one request, like `verifyEmail`.
pub(crate) const REASON: &str = "changeReason";

const PENDING_EMAIL: &[Attribute] = &[Attribute::string("value", "The address that waits for proof.")
    .compared(Collation::Email)
    .read_only()
    .server_kept()];

/// What only the server says about proofs.
const PROOFS: [Attribute; 4] = [
    Attribute::complex(
        "pendingEmails",
        "The e-mail address that waits for proof, at most one.",
        PENDING_EMAIL,
    )
    .multi_valued()
    .read_only()
    .server_kept(),
    Attribute::string("pendingMobileNumber", "The mobile number that waits for proof.")
        .compared(Collation::Number)
        .read_only()
        .server_kept(),
    Attribute::boolean("emailVerified", "Whether the primary e-mail address has been proven.").server_kept(),
    Attribute::boolean("phoneVerified", "Whether the mobile number has been proven.").server_kept(),
];

/// What administrators say beside them.
const LOCK: [Attribute; 1] =
    [Attribute::boolean("accountLocked", "Whether the account is locked.").server_kept()];

/// What a request says of itself: never stored, never returned (SCIM-120).
const TRIGGERS: [Attribute; 3] = [
    Attribute::boolean("verifyEmail", "Asks that this request's e-mail address be proven first.")
        .write_only(),
    Attribute::boolean("verifyMobile", "Asks that this request's mobile number be proven first.")
        .write_only(),
    Attribute::string(
        REASON,
        "Why an administrator or a program makes this change: kept in the audit trail.",
    )
    .write_only(),
];

/// The attribute of that name among those the dialects disagree about where to put. [`super::AttributePath`] folds them
/// into SYS.
pub(super) fn verification(name: &str) -> Option<&'static Attribute> {
    [&PROOFS[..], &LOCK, &TRIGGERS]
        .into_iter()
        .flatten()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// Whether the attribute is one of those both extensions have at `/scim2`.
pub(crate) fn is_verification(attribute: &Attribute) -> bool {
    verification(attribute.name).is_some()
}

const LISTS: [Attribute; 4] = [
    Attribute::string("emailAddresses", "All e-mail addresses of the user.")
        .compared(Collation::Email)
        .multi_valued()
        .server_kept(),
    Attribute::string("verifiedEmailAddresses", "Those of them that have been proven.")
        .compared(Collation::Email)
        .multi_valued()
        .server_kept(),
    Attribute::string("mobileNumbers", "All mobile numbers of the user.")
        .compared(Collation::Number)
        .multi_valued()
        .server_kept(),
    Attribute::string("verifiedMobileNumbers", "Those of them that have been proven.")
        .compared(Collation::Number)
        .multi_valued()
        .server_kept(),
];

pub(super) static ENTERPRISE_STRICT: Schema = Schema {
    urn: ENTERPRISE_URN,
    name: "EnterpriseUser",
    description: "What an organization knows about its people.",
    parts: &[ENTERPRISE],
    place: Place::UnderUrn,
};

pub(super) static ENTERPRISE_WSO2: Schema = Schema {
    urn: ENTERPRISE_URN,
    name: "EnterpriseUser",
    description: "What an organization knows about its people, and what waits for proof.",
    parts: &[ENTERPRISE, &PROOFS, &LOCK, &TRIGGERS],
    place: Place::UnderUrn,
};

pub(super) static SYSTEM: Schema = SYSTEM_TABLE;

const SYSTEM_TABLE: Schema = Schema {
    urn: SYSTEM_URN,
    name: "SystemUser",
    description: "The lists of a user's addresses, and what waits for proof.",
    parts: &[&LISTS, &PROOFS, &LOCK, &TRIGGERS],
    place: Place::UnderUrn,
};

/// The same at `/scim/v2`, where a client goes by what is announced. Nothing RFC 7643 can say of a list of addresses tells
/// it that each must be one, nor that some of them have to be proven first, so it is told not to write them; and what a
/// request says of itself is no attribute of a user. Clients that know the product say and write all of it there as they do
/// at `/scim2`.
pub(super) static SYSTEM_STRICT: Schema =
    Schema { parts: &[&announced_read_only(LISTS), &announced_read_only(PROOFS), &LOCK], ..SYSTEM_TABLE };

#[expect(
    clippy::indexing_slicing,
    reason = "a const fn has no iterators, and the index stays below the length"
)]
const fn announced_read_only<const N: usize>(mut attributes: [Attribute; N]) -> [Attribute; N] {
    let mut index = 0;
    while index < N {
        attributes[index] = attributes[index].read_only();
        index += 1;
    }
    attributes
}
