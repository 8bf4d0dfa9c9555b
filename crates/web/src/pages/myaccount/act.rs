//! What can be done with an address or number, and the form in which it is asked for.

use countersign_domain::claim::ClaimFamily;

/// One of the things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Act {
    /// Another one in force.
    Set,
    Add,
    Remove,
    Primary,
    Verify,
}

impl Act {
    /// The end of the address its form goes to.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        [Self::Add, Self::Remove, Self::Primary, Self::Verify].into_iter().find(|act| act.word() == path)
    }

    /// In addresses, and in the names of messages.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Primary => "primary",
            Self::Verify => "verify",
        }
    }

    /// Whether a value is typed; otherwise it is that of the row.
    pub(super) const fn is_typed(self) -> bool {
        matches!(self, Self::Set | Self::Add)
    }

    /// Where its form goes to.
    pub(super) fn action(self, family: ClaimFamily) -> String {
        match self {
            Self::Set => format!("/myaccount/{}", family.as_str()),
            _ => format!("/myaccount/{}/{}", family.as_str(), self.word()),
        }
    }
}

/// The family of an address like `/myaccount/email`.
pub(super) fn family_of(path: &str) -> Option<ClaimFamily> {
    ClaimFamily::ALL.into_iter().find(|family| family.as_str() == path)
}

/// The SCIM attribute a family's field is named by.
pub(super) const fn attribute(family: ClaimFamily) -> &'static str {
    match family {
        ClaimFamily::Email => "emails",
        ClaimFamily::Mobile => "phoneNumbers",
    }
}

/// A form that is open in its row, and how far it got.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) act: Act,
    pub(super) family: ClaimFamily,
    /// What was typed, or the value of the row.
    pub(super) value: String,
    /// What was wrong with it.
    pub(super) error: Option<String>,
    /// What was probably meant (pages §3.2).
    pub(super) meant: Option<String>,
    /// Whether a probable slip was said to be none.
    pub(super) as_typed: bool,
    /// Whether the form has been seen: what is lost is said before it is.
    pub(super) is_confirmed: bool,
    pub(super) password: Ask,
}

/// Whether the password is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ask {
    No,
    Yes,
    /// And what was wrong with the one typed.
    Again(String),
}

impl Asked {
    /// A form nobody has sent yet.
    pub(super) fn new(act: Act, family: ClaimFamily, value: String) -> Self {
        Self {
            act,
            family,
            value,
            error: None,
            meant: None,
            as_typed: false,
            is_confirmed: false,
            password: Ask::No,
        }
    }
}
