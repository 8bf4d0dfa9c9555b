//! The attributes every resource has (RFC 7643 §3.1).

use super::Attribute;

const META: &[Attribute] = &[
    Attribute::string("resourceType", "The kind of resource.").case_exact().read_only(),
    Attribute::date_time("created", "When it was created.").read_only(),
    Attribute::date_time("lastModified", "When it last changed.").read_only(),
    Attribute::reference("location", "Where it is.", &["uri"]).read_only(),
    Attribute::string("version", "Its version, equal to its ETag.").case_exact().read_only(),
];

/// The attributes of every resource. They belong to no schema and are therefore not announced.
pub(super) const COMMON: &[Attribute] = &[
    Attribute::string("id", "What the server calls it.")
        .case_exact()
        .read_only()
        .always_returned()
        .server_unique(),
    Attribute::string("externalId", "What the client calls it.").case_exact().indexed("externalId"),
    Attribute::complex("meta", "What the server knows about it.", META).read_only(),
];
