//! The schemas of what discovery itself answers (RFC 7643 §5 … §7, §8.7.2): the service provider's configuration,
//! resource types, and schemas. Nobody writes any of it.

use super::{Attribute, Place, Schema};

/// The URN of `/ServiceProviderConfig`.
pub const SERVICE_PROVIDER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// The URN of a resource type.
pub const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// The URN of a schema definition.
pub const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// A part of discovery: never written.
const fn told(attribute: Attribute) -> Attribute {
    attribute.read_only()
}

const SUPPORTED: Attribute =
    told(Attribute::boolean("supported", "Whether the server does this.").required());

const SUPPORT: &[Attribute] = &[SUPPORTED];

const BULK: &[Attribute] = &[
    SUPPORTED,
    told(Attribute::integer("maxOperations", "The most operations in one request.").required()),
    told(Attribute::integer("maxPayloadSize", "The longest body, in bytes.").required()),
];

const FILTER: &[Attribute] =
    &[SUPPORTED, told(Attribute::integer("maxResults", "The most resources in one answer.").required())];

/// RFC 9865 §4.
const PAGINATION: &[Attribute] = &[
    told(Attribute::boolean("cursor", "Whether lists are paged by cursor.").required()),
    told(Attribute::boolean("index", "Whether lists are paged by startIndex.").required()),
    told(
        Attribute::string("defaultPaginationMethod", "How lists are paged unless the request says.")
            .suggesting(&["cursor", "index"]),
    ),
    told(Attribute::integer("defaultPageSize", "How many resources a page holds unless the request says.")),
    told(Attribute::integer("maxPageSize", "How many resources a page holds at most.")),
    told(Attribute::integer("cursorTimeout", "For how many seconds a cursor can be used.")),
];

const AUTHENTICATION: &[Attribute] = &[
    told(Attribute::string("type", "The kind of scheme.").required().suggesting(&[
        "oauth",
        "oauth2",
        "oauthbearertoken",
        "httpbasic",
        "httpdigest",
    ])),
    told(Attribute::string("name", "What the scheme is called.").required()),
    told(Attribute::string("description", "What it is.").required()),
    told(Attribute::reference("specUri", "Where it is specified.", &["external"])),
    told(Attribute::reference("documentationUri", "Where its use here is documented.", &["external"])),
    told(Attribute::boolean("primary", "Whether it is the preferred one.")),
];

const SERVICE_PROVIDER_ATTRIBUTES: &[Attribute] = &[
    told(Attribute::reference("documentationUri", "Where the service is documented.", &["external"])),
    told(Attribute::complex("patch", "PATCH.", SUPPORT).required()),
    told(Attribute::complex("bulk", "Several operations in one request.", BULK).required()),
    told(Attribute::complex("filter", "Filters.", FILTER).required()),
    told(Attribute::complex("changePassword", "Setting a password.", SUPPORT).required()),
    told(Attribute::complex("sort", "Sorted lists.", SUPPORT).required()),
    told(Attribute::complex("etag", "Versions of resources.", SUPPORT).required()),
    told(Attribute::complex("pagination", "Lists in pages.", PAGINATION)),
    told(
        Attribute::complex("authenticationSchemes", "How callers authenticate.", AUTHENTICATION)
            .multi_valued()
            .required(),
    ),
];

const EXTENSION: &[Attribute] = &[
    told(Attribute::reference("schema", "The URN of the extension.", &["uri"]).required()),
    told(Attribute::boolean("required", "Whether every resource of the type has it.").required()),
];

const RESOURCE_TYPE_ATTRIBUTES: &[Attribute] = &[
    told(Attribute::string("id", "What the server calls it.").case_exact()),
    told(Attribute::string("name", "What a resource of this type calls its type.").case_exact().required()),
    told(Attribute::string("description", "What it is.")),
    told(
        Attribute::reference("endpoint", "Where its resources are, below the base path.", &["uri"])
            .required(),
    ),
    told(Attribute::reference("schema", "The URN of its core schema.", &["uri"]).required()),
    told(
        Attribute::complex("schemaExtensions", "The extensions of its resources.", EXTENSION).multi_valued(),
    ),
];

/// RFC 7643 §7, for an attribute and for a sub-attribute alike.
const FLAT: [Attribute; 11] = [
    told(Attribute::string("name", "The name of the attribute.").case_exact().required()),
    told(Attribute::string("type", "The type of its value.").required().suggesting(&[
        "string",
        "complex",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "reference",
        "binary",
    ])),
    told(Attribute::boolean("multiValued", "Whether it holds a list.").required()),
    told(Attribute::string("description", "What it is.")),
    told(Attribute::boolean("required", "Whether a resource must have it.")),
    told(Attribute::string("canonicalValues", "Values that are suggested.").case_exact().multi_valued()),
    told(Attribute::boolean("caseExact", "Whether case matters when its values are compared.")),
    told(Attribute::string("mutability", "When it may be written.").suggesting(&[
        "readOnly",
        "readWrite",
        "immutable",
        "writeOnly",
    ])),
    told(
        Attribute::string("returned", "When it is in an answer.")
            .suggesting(&["always", "never", "default", "request"]),
    ),
    told(
        Attribute::string("uniqueness", "Among whom its value is unique.")
            .suggesting(&["none", "server", "global"]),
    ),
    told(Attribute::string("referenceTypes", "What a reference may point at.").case_exact().multi_valued()),
];

const CHARACTERISTICS: &[Attribute] = &FLAT;

const CHARACTERISTICS_WITH_PARTS: &[Attribute] = &{
    let [
        name,
        kind,
        multi_valued,
        description,
        required,
        canonical,
        case,
        mutability,
        returned,
        unique,
        refers,
    ] = FLAT;
    [
        name,
        kind,
        multi_valued,
        description,
        required,
        canonical,
        case,
        mutability,
        returned,
        unique,
        refers,
        told(
            Attribute::complex("subAttributes", "The parts of a complex attribute.", CHARACTERISTICS)
                .multi_valued(),
        ),
    ]
};

const SCHEMA_ATTRIBUTES: &[Attribute] = &[
    told(Attribute::string("id", "Its URN.").case_exact().required()),
    told(Attribute::string("name", "Its name.").case_exact()),
    told(Attribute::string("description", "What it is.")),
    told(
        Attribute::complex("attributes", "Its attributes.", CHARACTERISTICS_WITH_PARTS)
            .multi_valued()
            .required(),
    ),
];

static SERVICE_PROVIDER: Schema = Schema {
    urn: SERVICE_PROVIDER_URN,
    name: "ServiceProviderConfig",
    description: "What this server does, and within which limits.",
    parts: &[SERVICE_PROVIDER_ATTRIBUTES],
    place: Place::Top,
};

static RESOURCE_TYPE: Schema = Schema {
    urn: RESOURCE_TYPE_URN,
    name: "ResourceType",
    description: "A kind of resource and where it is.",
    parts: &[RESOURCE_TYPE_ATTRIBUTES],
    place: Place::Top,
};

static SCHEMA: Schema = Schema {
    urn: SCHEMA_URN,
    name: "Schema",
    description: "The attributes of a kind of resource, or of an extension.",
    parts: &[SCHEMA_ATTRIBUTES],
    place: Place::Top,
};

/// What discovery answers, described by the same means as everything else (SCIM-13).
pub fn discovery() -> impl Iterator<Item = &'static Schema> {
    [&SERVICE_PROVIDER, &RESOURCE_TYPE, &SCHEMA].into_iter()
}
