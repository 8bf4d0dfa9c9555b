//! How a text names an attribute: plain, with a sub-attribute, or under a URN (RFC 7644 §3.10, SCIM-20, SCIM-21).

use std::fmt;

use super::{Attribute, ENTERPRISE_URN, Kind, ResourceSchema, SYSTEM_URN, Schema, common::COMMON, extension};

/// An attribute of a resource, or one of its sub-attributes.
#[derive(Clone, Copy)]
pub struct AttributePath {
    /// The schema it is in. Common attributes count as the core's.
    pub schema: &'static Schema,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The sub-attribute, if one was named.
    pub sub: Option<&'static Attribute>,
}

impl AttributePath {
    /// The same attribute without its sub-attribute.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { sub: None, ..self }
    }

    /// What the value at the end of the path is: the sub-attribute if there is one, else the attribute.
    pub fn leaf(&self) -> &'static Attribute {
        self.sub.unwrap_or(self.attribute)
    }

    /// The URN of the extension it is in, `None` for attributes at the top of the resource.
    pub fn extension(&self) -> Option<&'static str> {
        (!self.schema.is_core()).then_some(self.schema.urn)
    }

    /// The attribute's canonical name: plain for core attributes, `URN:name` for those of an extension, without the
    /// sub-attribute.
    pub fn qualified(&self) -> String {
        match self.extension() {
            Some(urn) => format!("{urn}:{}", self.attribute.name),
            None => self.attribute.name.to_owned(),
        }
    }
}

impl PartialEq for AttributePath {
    fn eq(&self, other: &Self) -> bool {
        let key = |path: &Self| (path.schema.urn, path.attribute.name, path.sub.map(|sub| sub.name));
        key(self) == key(other)
    }
}

impl Eq for AttributePath {}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.qualified())?;
        self.sub.map_or(Ok(()), |sub| write!(f, ".{}", sub.name))
    }
}

impl fmt::Debug for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// A bare schema URN: all of that schema's attributes.
    Schema(&'static Schema),
    /// An attribute.
    Attribute(AttributePath),
}

impl ResourceSchema {
    /// What `text` names, with verification attributes folded into the system schema whichever extension they were
    /// written under (scim.md §14: accepted in either URN, at both dialects). `None` for what is unknown.
    pub fn resolve(&self, text: &str) -> Option<Name> {
        Some(match self.resolve_as_written(text)? {
            Name::Attribute(path) => Name::Attribute(canonical(path)),
            schema @ Name::Schema(_) => schema,
        })
    }

    /// As [`Self::resolve`], without the folding: which URN the client wrote matters to what an answer shows.
    pub fn resolve_as_written(&self, text: &str) -> Option<Name> {
        let Some((schema, rest)) = self.schemas().find_map(|schema| Some((schema, after_urn(schema, text)?)))
        else {
            // A colon outside a known URN: somebody else's schema.
            return if text.contains(':') {
                None
            } else {
                self.attribute_in(self.core, text).map(Name::Attribute)
            };
        };
        match rest.strip_prefix(':') {
            None => Some(Name::Schema(schema)),
            Some(name) => self.attribute_in(schema, name).map(Name::Attribute),
        }
    }

    /// The attribute `name[.sub]` in `schema`, folded as [`Self::resolve`] does.
    pub fn resolve_in(&self, schema: &'static Schema, name: &str) -> Option<AttributePath> {
        self.attribute_in(schema, name).map(canonical)
    }

    fn attribute_in(&self, schema: &'static Schema, text: &str) -> Option<AttributePath> {
        let (name, sub) = match text.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (text, None),
        };
        let understands = [ENTERPRISE_URN, SYSTEM_URN];
        let attribute = if schema.urn == self.core.urn { find(COMMON, name) } else { None }
            .or_else(|| schema.attribute(name))
            // Some are understood where they are not announced: scim.md §14, "accepted at both".
            .or_else(|| extension::verification(name).filter(|_| understands.contains(&schema.urn)))?;
        let whole = AttributePath { schema, attribute, sub: None };
        sub.map_or(Some(whole), |sub| whole.with_sub(sub))
    }
}

impl AttributePath {
    /// The sub-attribute of that name. A list of plain values answers to `value`, meaning its elements.
    pub(crate) fn with_sub(self, name: &str) -> Option<Self> {
        if let Some(sub) = self.attribute.sub(name) {
            return Some(Self { sub: Some(sub), ..self });
        }
        let element = self.attribute.multi_valued && self.attribute.kind != Kind::Complex;
        (element && name.eq_ignore_ascii_case("value")).then_some(self.whole())
    }
}

/// The one place of an attribute that both extensions show.
fn canonical(path: AttributePath) -> AttributePath {
    let folds = path.schema.urn == ENTERPRISE_URN && extension::is_verification(path.attribute);
    if folds { AttributePath { schema: &extension::SYSTEM, ..path } } else { path }
}

fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// What follows the schema's URN in `text`: nothing, or something that starts with a colon.
fn after_urn<'t>(schema: &Schema, text: &'t str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(schema.urn.len())?;
    (head.eq_ignore_ascii_case(schema.urn) && (rest.is_empty() || rest.starts_with(':'))).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Dialect, group, user};

    fn named(dialect: Dialect, text: &str) -> Option<String> {
        Some(match user(dialect).resolve(text)? {
            Name::Schema(schema) => format!("all of {}", schema.urn),
            Name::Attribute(path) => path.to_string(),
        })
    }

    fn wso2(text: &str) -> Option<String> {
        named(Dialect::Wso2, text)
    }

    /// SCIM-20, SCIM-21: any case, any of the written forms; the answer is the schema's spelling.
    #[test]
    fn names_are_understood_in_every_written_form() {
        let cases = [
            ("USERNAME", "userName"),
            ("name.FamilyName", "name.familyName"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName"),
            ("URN:IETF:params:scim:schemas:core:2.0:user:name.givenName", "name.givenName"),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.$REF",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.$ref",
            ),
            ("urn:scim:wso2:schema", "all of urn:scim:wso2:schema"),
            ("meta.lastModified", "meta.lastModified"),
            ("urn:scim:wso2:schema:mobileNumbers.value", "urn:scim:wso2:schema:mobileNumbers"),
        ];
        for (text, expected) in cases {
            assert_eq!(wso2(text).as_deref(), Some(expected), "{text}");
        }
    }

    /// scim.md §14: verification attributes are one attribute, whichever URN and dialect they came in.
    #[test]
    fn verification_attributes_fold_into_the_system_schema() {
        for dialect in [Dialect::Wso2, Dialect::Strict] {
            for urn in [ENTERPRISE_URN, crate::schema::SYSTEM_URN] {
                assert_eq!(
                    named(dialect, &format!("{urn}:PendingEmails.value")).as_deref(),
                    Some("urn:scim:wso2:schema:pendingEmails.value")
                );
            }
        }
    }

    /// SCIM-21, SCIM-95: a group's attributes stand at the top of it, and none of them is a user's.
    #[test]
    fn the_names_of_a_group_are_its_own() {
        let named = |text: &str| match group(Dialect::Wso2).resolve(text)? {
            Name::Attribute(path) => Some((path.to_string(), path.extension())),
            Name::Schema(schema) => Some((schema.urn.to_owned(), None)),
        };
        let cases = [
            ("urn:ietf:params:scim:schemas:core:2.0:Group:Members.Value", Some("members.value")),
            ("externalid", Some("externalId")),
            ("meta.version", Some("meta.version")),
            (
                "urn:ietf:params:scim:schemas:core:2.0:Group",
                Some("urn:ietf:params:scim:schemas:core:2.0:Group"),
            ),
            ("userName", None),
            ("urn:ietf:params:scim:schemas:core:2.0:User:displayName", None),
            ("urn:scim:wso2:schema:pendingEmails", None),
        ];
        for (text, expected) in cases {
            assert_eq!(named(text), expected.map(|name| (name.to_owned(), None)), "{text}");
        }
    }

    #[test]
    fn what_is_unknown_names_nothing() {
        for text in [
            "",
            "shoeSize",
            "userName.first",
            "name.",
            "verifiedEmailAddresses",
            "urn:scim:wso2:schemas:emailAddresses",
            "urn:scim:wso2:schema:",
            "urn:x:y:userName",
            "urn:scim:wso2:schema:employeeNumber",
        ] {
            assert_eq!(wso2(text), None, "{text}");
        }
    }
}
