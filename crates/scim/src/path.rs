//! PATCH paths (RFC 7644 §3.5.2, SCIM-76): `attr`, `attr.sub`, `attr[filter]`, `attr[filter].sub`, each optionally under
//! a URN, and a bare URN for all of a schema's attributes.

use crate::{
    error::{ScimError, ScimType},
    filter::{
        Filter,
        parse::within,
        token::{Token, TokenKind, tokens},
    },
    schema::{AttributePath, Name, ResourceSchema, Schema},
};

/// The longest path that is read (SEC-41).
pub const BYTES_MAX: usize = 512;

/// What an operation is applied to.
#[derive(Debug, Clone, PartialEq)]
pub enum Path {
    /// All attributes of a schema.
    Schema(&'static Schema),
    /// An attribute, the values of it that satisfy a filter, or one sub-attribute of those.
    Attribute {
        /// The attribute, and its sub-attribute if one was named.
        target: AttributePath,
        /// Which of its values.
        filter: Option<Filter>,
    },
}

impl Path {
    /// Reads a path over resources of `schema`.
    ///
    /// Refuses with `invalidPath` what is malformed, longer than [`BYTES_MAX`], or names an attribute the schema does
    /// not have (SCIM-24), and with `invalidFilter` what is wrong between the brackets.
    pub fn parse(text: &str, schema: &ResourceSchema) -> Result<Self, ScimError> {
        if text.len() > BYTES_MAX {
            return Err(invalid_path("The path is longer than 512 bytes."));
        }
        let tokens =
            tokens(text).map_err(|at| invalid_path(format!("The path cannot be read at byte {at}.")))?;
        let (name, rest) = match tokens.as_slice() {
            [Token { kind: TokenKind::Word(name), .. }, rest @ ..] => (*name, rest),
            _ => return Err(malformed()),
        };
        let named = schema.resolve(name);
        let named = named
            .ok_or_else(|| invalid_path("The path names an attribute that the schema does not have."))?;
        match (named, rest) {
            (Name::Schema(schema), []) => Ok(Self::Schema(schema)),
            (Name::Attribute(target), []) => Ok(Self::Attribute { target, filter: None }),
            (Name::Attribute(target), selection) => selected(target, selection, schema),
            (Name::Schema(_), _) => Err(malformed()),
        }
    }
}

/// `[filter]` or `[filter].sub` after an attribute.
fn selected(target: AttributePath, tokens: &[Token<'_>], schema: &ResourceSchema) -> Result<Path, ScimError> {
    let (inner, sub) = match tokens {
        [open, inner @ .., close]
            if is(open, &TokenKind::OpenBracket) && is(close, &TokenKind::CloseBracket) =>
        {
            (inner, None)
        }
        [open, inner @ .., close, Token { kind: TokenKind::Word(word), .. }]
            if is(open, &TokenKind::OpenBracket) && is(close, &TokenKind::CloseBracket) =>
        {
            (inner, Some(word.strip_prefix('.').ok_or_else(malformed)?))
        }
        _ => return Err(malformed()),
    };
    if target.sub.is_some() || !target.attribute.multi_valued {
        return Err(invalid_path(format!("{target} has no list of values to select from.")));
    }
    let filter = Some(within(inner, target, schema)?);
    let target = match sub {
        None => target,
        Some(name) => target
            .with_sub(name)
            .ok_or_else(|| invalid_path(format!("The path names a part that {target} does not have.")))?,
    };
    Ok(Path::Attribute { target, filter })
}

fn is(token: &Token<'_>, kind: &TokenKind<'_>) -> bool {
    token.kind == *kind
}

fn invalid_path(detail: impl Into<String>) -> ScimError {
    ScimError::new(ScimType::InvalidPath, detail)
}

fn malformed() -> ScimError {
    invalid_path("The path is not of the form attr, attr.sub, attr[filter] or attr[filter].sub.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::{Dialect, user};

    fn read(text: &str) -> Result<String, ScimType> {
        Path::parse(text, user(Dialect::Wso2)).map_err(|error| error.kind).map(|path| match path {
            Path::Schema(schema) => format!("all of {}", schema.urn),
            Path::Attribute { target, filter: None } => target.to_string(),
            Path::Attribute { target, filter: Some(filter) } => format!("{target} where {filter:?}"),
        })
    }

    /// SCIM-76, SCIM-20, SCIM-21.
    #[test]
    fn every_form_of_path_is_read() {
        let cases = [
            ("userName", "userName"),
            ("NAME.givenname", "name.givenName"),
            ("emails[type eq \"work\"]", "emails where emails.type Eq <string>"),
            ("emails[type eq \"work\"].value", "emails.value where emails.type Eq <string>"),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:emails[primary eq \"True\"].display",
                "emails.display where emails.primary Eq true",
            ),
            (
                "urn:scim:wso2:schema:mobileNumbers[value eq \"+1\"]",
                "urn:scim:wso2:schema:mobileNumbers where urn:scim:wso2:schema:mobileNumbers Eq <string>",
            ),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                "all of urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    /// SCIM-24, SCIM-76.
    #[test]
    fn what_is_no_path_is_refused() {
        let refused = [
            ("", ScimType::InvalidPath),
            (" ", ScimType::InvalidPath),
            ("shoeSize", ScimType::InvalidPath),
            ("emails[", ScimType::InvalidPath),
            ("emails]", ScimType::InvalidPath),
            ("emails[type eq \"w\"]value", ScimType::InvalidPath),
            ("emails[type eq \"w\"].colour", ScimType::InvalidPath),
            ("emails.value[type eq \"w\"]", ScimType::InvalidPath),
            ("userName[value eq \"w\"]", ScimType::InvalidPath),
            ("name[givenName eq \"w\"].familyName", ScimType::InvalidPath),
            ("emails value", ScimType::InvalidPath),
            ("urn:scim:wso2:schema[value pr]", ScimType::InvalidPath),
            ("emails[]", ScimType::InvalidFilter),
            ("emails[colour eq \"w\"]", ScimType::InvalidFilter),
            ("emails[type eq work].value", ScimType::InvalidFilter),
        ];
        for (text, expected) in refused {
            assert_eq!(read(text), Err(expected), "{text}");
        }
    }

    /// SEC-41: 512 bytes are read, 513 are not.
    #[test]
    fn the_length_of_a_path_is_bounded() {
        let padded = |length: usize| format!("userName{}", " ".repeat(length - 8));

        assert_eq!(read(&padded(512)).as_deref(), Ok("userName"));
        assert_eq!(read(&padded(513)), Err(ScimType::InvalidPath));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(emails|urn:scim:wso2:schema:)?[\\[\\]().:\" a-z]{0,40}") {
            let _ = Path::parse(&text, user(Dialect::Strict));
        }
    }
}
