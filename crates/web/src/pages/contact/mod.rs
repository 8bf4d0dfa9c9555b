//! Addresses and numbers on a page, whoever looks: a person at his own, an administrator at somebody's.
//!
//! ```text
//! act.rs what can be done with one, and how far its form got · form.rs that form · row.rs what each is
//! number.rs a number read back · pending.rs what waits · code.rs where its code is entered · words.rs what the use cases answer, said to whoever asked
//! ```

pub(super) mod act;
pub(super) mod code;
pub(super) mod form;
pub(super) mod number;
pub(super) mod pending;
pub(super) mod row;
pub(super) mod typo;
pub(super) mod words;

use countersign_domain::ChangeId;
use countersign_domain::claim::ClaimFamily;

use act::Act;
use words::Words;

/// Whose page it is: in which words things are said, and where its forms go to.
pub(crate) struct Place {
    pub(crate) words: Words,
    /// The page itself.
    pub(crate) home: String,
    /// What the addresses of its forms begin with.
    contacts: String,
    changes: String,
}

impl Place {
    /// A person's own.
    pub(crate) fn my_account(t: &'static super::Texts) -> Self {
        Self {
            words: Words::to_owner(t),
            home: "/myaccount/".to_owned(),
            contacts: "/myaccount".to_owned(),
            changes: "/myaccount/changes".to_owned(),
        }
    }

    /// A user's, in the Console, at `path`.
    pub(crate) fn of_user(t: &'static super::Texts, path: &str) -> Self {
        Self {
            words: Words::about_others(t),
            home: path.to_owned(),
            contacts: format!("{path}/contacts"),
            changes: format!("{path}/changes"),
        }
    }

    /// Where the form for an act goes to.
    pub(crate) fn action(&self, act: Act, family: ClaimFamily) -> String {
        let (contacts, family) = (&self.contacts, family.as_str());
        match act {
            Act::Set => format!("{contacts}/{family}"),
            _ => format!("{contacts}/{family}/{}", act.word()),
        }
    }

    /// The page with the form for an act open.
    pub(crate) fn opening(&self, act: Act, family: ClaimFamily) -> String {
        format!("{}?{}={}", self.home, act.word(), family.as_str())
    }

    /// Where another value is asked for.
    pub(crate) fn editing(&self, family: ClaimFamily) -> String {
        let open = if self.is_always_open() { "#" } else { "?edit=" };
        format!("{}{open}{}", self.home, family.as_str())
    }

    /// What the field of a form is called in the page: where one form is always open, the other is called otherwise.
    pub(crate) fn field_id(&self, act: Act, family: ClaimFamily) -> &'static str {
        match (act, family) {
            (Act::Add, ClaimFamily::Email) if self.is_always_open() => "add-emails",
            (Act::Add, ClaimFamily::Mobile) if self.is_always_open() => "add-phoneNumbers",
            _ => act::attribute(family),
        }
    }

    fn is_always_open(&self) -> bool {
        self.words.persona().is_privileged()
    }

    /// Where a change is acted upon.
    pub(crate) fn change(&self, id: ChangeId) -> String {
        format!("{}/{id}", self.changes)
    }
}
