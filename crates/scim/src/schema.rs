//! The attributes we know, once: what `/Schemas` announces, what the normaliser checks, what paths and filters may
//! name and what an answer holds are all read from these tables (SCIM-15).

mod attribute;
mod collation;
mod common;
mod core_group;
mod core_user;
pub mod custom;
mod definition;
mod discovery;
mod extension;
mod name;

pub(crate) use self::extension::{REASON, is_verification};
pub use self::{
    attribute::{Attribute, Kind, Mutability, Returned, Uniqueness},
    collation::Collation,
    core_group::{CORE_GROUP_URN, MEMBERS_MAX},
    core_user::CORE_USER_URN,
    discovery::{RESOURCE_TYPE_URN, SCHEMA_URN, SERVICE_PROVIDER_URN, discovery},
    extension::{ENTERPRISE_URN, SYSTEM_URN},
    name::{AttributePath, Name},
};

/// Which of the two mounts a request came in on (DESIGN §5: one router built twice).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `/scim2`, as the existing clients of verification on update speak it.
    Wso2,
    /// `/scim/v2`, RFC 7643 and 7644 to the letter.
    Strict,
}

/// A schema: a URN and the attributes in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// Its URN, in the spelling every answer uses.
    pub urn: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub description: &'static str,
    parts: &'static [&'static [Attribute]],
    place: Place,
}

/// Where a schema's attributes stand in a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the top: the schema says what the resource is.
    Top,
    /// In an object under the URN: the schema extends a resource.
    UnderUrn,
    /// There too, by an administrator's declaration.
    Declared,
}

impl Schema {
    /// Its attributes, in the order answers show them.
    pub fn attributes(&self) -> impl Iterator<Item = &'static Attribute> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// Its attribute of that name, whatever the case (SCIM-20).
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// Whether its attributes stand at the top of the resource rather than in an object under the URN.
    pub fn is_core(&self) -> bool {
        self.place == Place::Top
    }
}

/// A resource type at one dialect: its core schema and the extensions a resource of it may have.
#[derive(Debug, PartialEq, Eq)]
pub struct ResourceSchema {
    /// The dialect these tables are for.
    pub dialect: Dialect,
    /// The schema whose attributes stand at the top.
    pub core: &'static Schema,
    /// The extensions, none of them required.
    pub extensions: &'static [&'static Schema],
}

static USER_WSO2: ResourceSchema = ResourceSchema {
    dialect: Dialect::Wso2,
    core: &core_user::CORE_USER,
    extensions: &[&extension::ENTERPRISE_WSO2, &extension::SYSTEM],
};

static USER_STRICT: ResourceSchema = ResourceSchema {
    dialect: Dialect::Strict,
    core: &core_user::CORE_USER,
    extensions: &[&extension::ENTERPRISE_STRICT, &extension::SYSTEM_STRICT],
};

/// The User as this dialect announces it, before anything is declared beside it ([`Schemas`]).
pub const fn user(dialect: Dialect) -> &'static ResourceSchema {
    match dialect {
        Dialect::Wso2 => &USER_WSO2,
        Dialect::Strict => &USER_STRICT,
    }
}

/// The schemas in force: the built-in ones and those an administrator declares (SCIM-92). A value like any other: whoever
/// serves a request takes it once, and the request sees one state throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schemas {
    wso2: &'static ResourceSchema,
    strict: &'static ResourceSchema,
}

impl Schemas {
    /// Nothing declared.
    pub const fn built_in() -> Self {
        Self { wso2: user(Dialect::Wso2), strict: user(Dialect::Strict) }
    }

    /// The User as this dialect announces it.
    pub const fn user(&self, dialect: Dialect) -> &'static ResourceSchema {
        match dialect {
            Dialect::Wso2 => self.wso2,
            Dialect::Strict => self.strict,
        }
    }
}

static GROUP_WSO2: ResourceSchema =
    ResourceSchema { dialect: Dialect::Wso2, core: &core_group::CORE_GROUP, extensions: &[] };

static GROUP_STRICT: ResourceSchema =
    ResourceSchema { dialect: Dialect::Strict, core: &core_group::CORE_GROUP, extensions: &[] };

/// The Group as this dialect announces it: the same at both.
pub fn group(dialect: Dialect) -> &'static ResourceSchema {
    match dialect {
        Dialect::Wso2 => &GROUP_WSO2,
        Dialect::Strict => &GROUP_STRICT,
    }
}

impl ResourceSchema {
    /// The core schema, then the extensions.
    pub fn schemas(&self) -> impl Iterator<Item = &'static Schema> {
        std::iter::once(self.core).chain(self.extensions.iter().copied())
    }

    /// Every attribute and sub-attribute whose values are indexed ([`Attribute::index`]).
    pub fn indexed(&self) -> impl Iterator<Item = AttributePath> {
        let at_top = common::COMMON.iter().map(|attribute| (self.core, attribute));
        let announced = self.schemas().flat_map(|schema| schema.attributes().map(move |one| (schema, one)));
        at_top.chain(announced).flat_map(|(schema, attribute)| {
            let parts = attribute.sub_attributes.iter().map(Some);
            let paths = std::iter::once(None).chain(parts);
            paths
                .map(move |sub| AttributePath { schema, attribute, sub })
                .filter(|path| path.leaf().index.is_some())
        })
    }

    /// The extensions an administrator declared.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &'static Schema> {
        self.extensions.iter().copied().filter(|extension| extension.place == Place::Declared)
    }

    /// The attributes at the top of a resource, common ones first.
    pub fn top_level(&self) -> impl Iterator<Item = &'static Attribute> {
        common::COMMON.iter().chain(self.core.attributes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(schema: &Schema) -> Vec<&'static str> {
        schema.attributes().map(|attribute| attribute.name).collect()
    }

    /// SCIM-91, scim.md §14: at `/scim/v2` the enterprise extension is exactly the RFC's.
    #[test]
    fn the_strict_enterprise_extension_holds_the_six_attributes_of_the_rfc() {
        let enterprise = user(Dialect::Strict).extensions[0];

        assert_eq!(
            names(enterprise),
            ["employeeNumber", "costCenter", "organization", "division", "department", "manager"]
        );
    }

    /// SCIM-15: at `/scim/v2` nothing that obeys rules beyond the schema is announced as the client's to write.
    #[test]
    fn the_strict_system_schema_is_the_servers_to_write() {
        let system = user(Dialect::Strict).extensions[1];

        for attribute in system.attributes() {
            let expected = match attribute.name {
                "accountLocked" => Mutability::ReadWrite,
                _ => Mutability::ReadOnly,
            };
            assert_eq!(attribute.mutability, expected, "{}", attribute.name);
            assert!(!attribute.is_closed(), "{} still reaches the rules", attribute.name);
        }
    }

    /// scim.md §14: at `/scim2` verification is announced in both extensions.
    #[test]
    fn the_wso2_dialect_announces_verification_in_both_extensions() {
        for extension in user(Dialect::Wso2).extensions {
            for name in [
                "pendingEmails",
                "pendingMobileNumber",
                "emailVerified",
                "phoneVerified",
                "accountLocked",
                "verifyEmail",
                "verifyMobile",
                "changeReason",
            ] {
                assert!(extension.attribute(name).is_some(), "{name} in {}", extension.urn);
            }
        }
    }

    /// SCIM-95: a group is named, and what its members are is said once.
    #[test]
    fn a_group_is_the_rfcs_own() {
        let members = group(Dialect::Strict).core.attribute("MEMBERS").unwrap();

        assert_eq!(names(group(Dialect::Strict).core), ["displayName", "members"]);
        assert!(group(Dialect::Wso2).core.attribute("displayName").is_some_and(|name| name.required));
        for name in ["value", "$ref", "type"] {
            assert_eq!(members.sub(name).unwrap().mutability, Mutability::Immutable, "{name}");
        }
        assert_eq!(members.sub("display").unwrap().returned, Returned::Request);
    }

    /// SCIM-14: every attribute is described, complex ones have parts and only they, references say what they point at.
    #[test]
    fn the_tables_are_complete() {
        let resources = [user(Dialect::Wso2), group(Dialect::Wso2)];
        let schemas = resources.into_iter().flat_map(ResourceSchema::schemas).chain(discovery());
        let all = schemas.flat_map(Schema::attributes).chain(common::COMMON);
        for attribute in all.flat_map(|attribute| std::iter::once(attribute).chain(attribute.sub_attributes))
        {
            assert!(!attribute.description.is_empty(), "{}", attribute.name);
            assert_eq!(
                attribute.kind == Kind::Complex,
                !attribute.sub_attributes.is_empty(),
                "{}",
                attribute.name
            );
            assert_eq!(
                attribute.kind == Kind::Reference,
                !attribute.reference_types.is_empty(),
                "{}",
                attribute.name
            );
        }
    }
}
