//! The name of a group.

use std::fmt;

/// The longest name, in characters.
const CHARACTERS_MAX: usize = 255;

/// A group's `displayName`, kept as it was sent (SCIM-28).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupName(String);

/// Why a text names no group.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidGroupName {
    /// Nothing to read.
    #[error("it must not be empty")]
    Empty,
    /// Longer than names are kept.
    #[error("it must not be longer than 255 characters")]
    TooLong,
    /// A character that cannot be shown on one line.
    #[error("it must not contain control characters")]
    Control,
}

impl GroupName {
    /// A name a client sent.
    pub fn parse(text: &str) -> Result<Self, InvalidGroupName> {
        if text.trim().is_empty() {
            return Err(InvalidGroupName::Empty);
        }
        if text.chars().count() > CHARACTERS_MAX {
            return Err(InvalidGroupName::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidGroupName::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// A name that is held, not judged again: a stricter rule must not lose it.
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared and must be unique (SCIM-96): without case, as filters compare it.
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// What a client's text is compared with.
    pub fn key_of(text: &str) -> String {
        text.to_lowercase()
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SCIM-95: a group has a name somebody can read.
    #[test]
    fn a_name_is_something_to_read() {
        let cases = [
            ("Sales", None),
            (" Sales ", None),
            ("Vertrieb Süd 🚚", None),
            ("", Some(InvalidGroupName::Empty)),
            ("  ", Some(InvalidGroupName::Empty)),
            ("Sales\nTeam", Some(InvalidGroupName::Control)),
        ];
        for (text, refused) in cases {
            assert_eq!(GroupName::parse(text).err(), refused, "{text:?}");
        }
        assert!(GroupName::parse(&"ü".repeat(255)).is_ok());
        assert_eq!(GroupName::parse(&"ü".repeat(256)), Err(InvalidGroupName::TooLong));
    }

    /// SCIM-96, SCIM-53: names that differ in case only are one name, whatever the script.
    #[test]
    fn names_are_compared_without_case() {
        assert_eq!(GroupName::stored("VERTRIEB SÜD".to_owned()).key(), GroupName::key_of("vertrieb süd"));
    }
}
