//! What can be done with an address or number, and the form in which it is asked for.

use countersign_domain::claim::ClaimFamily;

/// One of the things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Act {
    /// Another one in force.
    Set,
    Add,
    Remove,
    Primary,
    Verify,
    /// Say that it is the user's, without a proof of his: for administrators.
    Mark,
    /// Take its proof away and ask for another one: for administrators.
    Renew,
}

impl Act {
    /// What a person does with his own.
    pub(crate) const OF_OWNERS: [Self; 4] = [Self::Add, Self::Remove, Self::Primary, Self::Verify];
    /// What an administrator does with somebody's.
    pub(crate) const OF_OTHERS: [Self; 6] =
        [Self::Add, Self::Remove, Self::Primary, Self::Verify, Self::Mark, Self::Renew];

    /// The one of these whose form goes to an address with this end.
    pub(crate) fn of_path(acts: &[Self], path: &str) -> Option<Self> {
        acts.iter().copied().find(|act| act.word() == path)
    }

    /// In addresses, and in the names of messages.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Primary => "primary",
            Self::Verify => "verify",
            Self::Mark => "mark",
            Self::Renew => "renew",
        }
    }

    /// Whether a value is typed; otherwise it is that of the row.
    pub(crate) const fn is_typed(self) -> bool {
        matches!(self, Self::Set | Self::Add)
    }

    /// What the field for its reason is called in the page.
    pub(crate) const fn reason_id(self, family: ClaimFamily) -> &'static str {
        match (self, family) {
            (Self::Set, ClaimFamily::Email) => "email-reason",
            (Self::Set, ClaimFamily::Mobile) => "mobile-reason",
            _ => "reason",
        }
    }
}

/// The family an address names: `email`, `mobile`.
pub(crate) fn family_of(path: &str) -> Option<ClaimFamily> {
    ClaimFamily::ALL.into_iter().find(|family| family.as_str() == path)
}

/// The SCIM attribute a family's field is named by.
pub(crate) const fn attribute(family: ClaimFamily) -> &'static str {
    match family {
        ClaimFamily::Email => "emails",
        ClaimFamily::Mobile => "phoneNumbers",
    }
}

/// A form that is open in its row, and how far it got.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) act: Act,
    pub(crate) family: ClaimFamily,
    /// What was typed, or the value of the row.
    pub(crate) value: String,
    /// What was wrong with it.
    pub(crate) error: Option<String>,
    /// What was probably meant (pages §3.2).
    pub(crate) meant: Option<String>,
    /// Whether a probable slip was said to be none.
    pub(crate) as_typed: bool,
    /// Whether the form has been seen: what is lost is said before it is.
    pub(crate) is_confirmed: bool,
    pub(crate) password: Ask,
    /// Why, where an administrator says so, and what was wrong with it.
    pub(crate) reason: String,
    pub(crate) reason_error: Option<String>,
}

/// Whether the password is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Ask {
    No,
    Yes,
    /// And what was wrong with the one typed.
    Again(String),
}

impl Asked {
    /// A form nobody has sent yet.
    pub(crate) fn new(act: Act, family: ClaimFamily, value: String) -> Self {
        Self {
            act,
            family,
            value,
            error: None,
            meant: None,
            as_typed: false,
            is_confirmed: false,
            password: Ask::No,
            reason: String::new(),
            reason_error: None,
        }
    }
}
