//! The core Group (RFC 7643 §4.2, §8.7.1).

use super::{Attribute, Place, Schema};

/// The URN of the core Group.
pub const CORE_GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// The most members one request may name. A body of 1 MiB (SEC-41) holds about as many.
pub const MEMBERS_MAX: usize = 20_000;

/// `value` is not marked as required: a body that only says `$ref` is understood too, and a PATCH path may name a
/// member by its `type`.
const MEMBER: &[Attribute] = &[
    Attribute::string("value", "The id of the member.").case_exact().immutable(),
    Attribute::reference("$ref", "Where the member is.", &["User", "Group"]).immutable(),
    Attribute::string("type", "What the member is.").suggesting(&["User", "Group"]).immutable(),
    // Asked for by name only: it belongs to another resource and would have to be read from there (SCIM-29b).
    Attribute::string("display", "The name of the member.").read_only().on_request(),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::string("displayName", "The name of the group.").required().server_unique(),
    Attribute::complex("members", "Who is in the group.", MEMBER).multi_valued().at_most(MEMBERS_MAX),
];

pub(super) static CORE_GROUP: Schema = Schema {
    urn: CORE_GROUP_URN,
    name: "Group",
    description: "A group of users, and of groups.",
    parts: &[ATTRIBUTES],
    place: Place::Top,
};
