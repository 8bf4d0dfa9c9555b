//! The addresses of one family: the held one with its verified flag, plain entries beside it, and the two lists.

use serde::{Deserialize, Serialize};

use crate::claim::{Address, ClaimFamily, InvalidAddress};

/// What `emails` or `phoneNumbers` and the two lists of the family hold.
///
/// The specification's letters: P is `held`, V is `verified`, A is `all`, L is `proven`. Invariants: L ⊆ A; V only with
/// a P; nothing pending stands here (the pending value belongs to its change).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Contacts {
    /// P: the address in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// V: whether P was proven (or asserted, with an audit row that says so; I5).
    #[serde(default)]
    pub verified: bool,
    /// Entries that are plain data: stored as sent, never verified, never written to (DESIGN §5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Entry>,
    /// A: every address the user listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Address>,
    /// L: those of A that were proven.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proven: Vec<Address>,
}

/// The entry in force, and where it stands among its neighbours.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Held {
    /// The address itself: the one part of the entry that waits for proof.
    pub address: Address,
    /// What the client said about it.
    #[serde(flatten)]
    pub label: Label,
    /// Its index when the plain entries are written around it, so that a GET → PUT keeps the order.
    #[serde(default)]
    pub position: usize,
}

/// What a client says about an entry besides its value (RFC 7643 §2.4). Never guarded.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Label {
    /// `type`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `display`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// `primary`, as sent: a client that says `false` reads it back (SCIM-28).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
}

impl Label {
    /// Whether it says so of its entry. Saying `false` is saying nothing.
    pub fn is_primary(&self) -> bool {
        self.primary == Some(true)
    }
}

/// An entry as a client sends it, not judged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// `value`.
    pub value: String,
    /// The rest.
    #[serde(flatten)]
    pub label: Label,
}

impl Contacts {
    /// Sorts a client's entries into the one that is P and the plain ones (DESIGN §5, "P among SCIM values").
    ///
    /// A P with an empty value is a cleared one (`verification.md` §2.2, M4); no other entry takes its place. Refuses a
    /// P whose value is no address of the family; plain entries are not judged.
    pub fn sort_entries(
        family: ClaimFamily,
        mut entries: Vec<Entry>,
    ) -> Result<(Option<Held>, Vec<Entry>), InvalidAddress> {
        let Some(position) = held_position(family, &entries) else { return Ok((None, entries)) };
        let Entry { value, label } = entries.remove(position);
        if value.trim().is_empty() {
            return Ok((None, entries));
        }
        let address = Address::parse(family, &value)?;
        Ok((Some(Held { address, label, position }), entries))
    }

    /// The entries as a client sees them: P at its place among the plain ones.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = self.others.clone();
        if let Some(held) = &self.held {
            let entry = Entry { value: held.address.as_str().to_owned(), label: held.label.clone() };
            entries.insert(held.position.min(entries.len()), entry);
        }
        entries
    }

    /// P.
    pub fn address(&self) -> Option<&Address> {
        self.held.as_ref().map(|held| &held.address)
    }

    /// Whether `address` is P.
    pub fn holds(&self, address: &Address) -> bool {
        self.address().is_some_and(|held| held.same_as(address))
    }

    /// The member of L that names the same mailbox or number, as it was proven (SEC-47).
    pub fn proven_as(&self, address: &Address) -> Option<&Address> {
        self.proven.iter().find(|member| member.same_as(address))
    }

    /// Adds to A and L what has just been proven; keeps the first position of what is there.
    pub fn list_as_proven(&mut self, address: &Address) {
        for list in [&mut self.all, &mut self.proven] {
            if !list.iter().any(|member| member.same_as(address)) {
                list.push(address.clone());
            }
        }
    }

    /// Every address with a proof: P if verified, and L. Where notices go (SEC-17).
    pub fn proven_addresses(&self) -> Vec<&Address> {
        let held = self.address().filter(|_| self.verified);
        let listed = self.proven.iter().filter(|member| !held.is_some_and(|held| held.same_as(member)));
        held.into_iter().chain(listed).collect()
    }
}

/// E-mail: the primary entry; else the untyped one; else the first. Mobile: the entry of type `mobile`.
fn held_position(family: ClaimFamily, entries: &[Entry]) -> Option<usize> {
    match family {
        ClaimFamily::Email => entries
            .iter()
            .position(|entry| entry.label.is_primary())
            .or_else(|| entries.iter().position(|entry| entry.label.kind.is_none()))
            .or(if entries.is_empty() { None } else { Some(0) }),
        ClaimFamily::Mobile => entries.iter().position(|entry| {
            entry.label.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("mobile"))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: &str, kind: Option<&str>, primary: bool) -> Entry {
        Entry {
            value: value.to_owned(),
            label: Label { kind: kind.map(str::to_owned), display: None, primary: primary.then_some(true) },
        }
    }

    fn p(family: ClaimFamily, entries: Vec<Entry>) -> Option<String> {
        let (held, _) = Contacts::sort_entries(family, entries).unwrap();
        held.map(|held| held.address.as_str().to_owned())
    }

    /// DESIGN §5: e-mail: the primary entry; else the untyped one; else the first.
    #[test]
    fn the_email_in_force_is_the_primary_else_the_untyped_else_the_first() {
        let (work, home) = (entry("w@a.org", Some("work"), false), entry("h@a.org", Some("home"), false));
        let (plain, primary) = (entry("u@a.org", None, false), entry("p@a.org", Some("other"), true));
        let email = |entries: &[&Entry]| p(ClaimFamily::Email, entries.iter().copied().cloned().collect());

        assert_eq!(email(&[&work, &plain, &primary, &home]).as_deref(), Some("p@a.org"));
        assert_eq!(email(&[&work, &plain, &home]).as_deref(), Some("u@a.org"));
        assert_eq!(email(&[&work, &home]).as_deref(), Some("w@a.org"));
        assert_eq!(email(&[]), None);
    }

    /// DESIGN §5: mobile: the entry of type `mobile`, whatever its `primary`; none without one.
    #[test]
    fn the_number_in_force_is_the_one_of_type_mobile() {
        let (work, mobile) = (entry("0111111", Some("work"), true), entry("0222222", Some("Mobile"), false));

        assert_eq!(p(ClaimFamily::Mobile, vec![work.clone(), mobile]).as_deref(), Some("0222222"));
        assert_eq!(p(ClaimFamily::Mobile, vec![work, entry("0333333", None, false)]), None);
    }

    /// SCIM-28: what is sorted comes back in its order, byte for byte.
    #[test]
    fn sorted_entries_come_back_as_they_were_sent() {
        let sent = vec![
            entry("not judged", Some("home"), false),
            entry("W@A.org", Some("work"), true),
            entry("", None, false),
        ];

        let (held, others) = Contacts::sort_entries(ClaimFamily::Email, sent.clone()).unwrap();

        assert_eq!(Contacts { held, others, ..Contacts::default() }.entries(), sent);
    }

    /// M4: an emptied P is a cleared one; no other entry takes its place.
    #[test]
    fn an_empty_value_clears_the_primary() {
        for empty in ["", " "] {
            let home = entry("h@a.org", Some("home"), false);
            let sent = vec![entry(empty, Some("work"), true), home.clone()];

            assert_eq!(Contacts::sort_entries(ClaimFamily::Email, sent), Ok((None, vec![home])));
        }
    }

    /// A P that is no address is refused; a plain entry is not judged.
    #[test]
    fn a_primary_that_is_no_address_is_refused() {
        let bad = entry("nonsense", None, true);
        let why = Contacts::sort_entries(ClaimFamily::Email, vec![bad]).unwrap_err();
        assert_eq!(why, InvalidAddress::Email(crate::claim::InvalidEmail::Form));

        let bad = entry("nonsense", Some("mobile"), false);
        let why = Contacts::sort_entries(ClaimFamily::Mobile, vec![bad]).unwrap_err();
        assert_eq!(why, InvalidAddress::Mobile(crate::claim::InvalidMobile::Characters));
    }

    /// SEC-17: P counts among the proven addresses only if verified, and once.
    #[test]
    fn proven_addresses_name_each_once() {
        let address = |text: &str| Address::parse(ClaimFamily::Email, text).unwrap();
        let (held, others) =
            Contacts::sort_entries(ClaimFamily::Email, vec![entry("a@a.org", None, false)]).unwrap();
        let proven = vec![address("A@a.org"), address("b@a.org")];
        let contacts = Contacts { held, others, verified: true, all: proven.clone(), proven };
        let shown = |contacts: &Contacts| {
            contacts.proven_addresses().iter().map(|address| address.as_str().to_owned()).collect::<Vec<_>>()
        };

        assert_eq!(shown(&contacts), ["a@a.org", "b@a.org"]);
        assert_eq!(shown(&Contacts { verified: false, ..contacts }), ["A@a.org", "b@a.org"]);
    }

    /// What is stored of a user without addresses is no bytes more than needed, and reads back.
    #[test]
    fn contacts_survive_storage() {
        let sent = vec![entry("w@a.org", Some("work"), true), entry("x", Some("home"), false)];
        let (held, others) = Contacts::sort_entries(ClaimFamily::Email, sent).unwrap();
        let contacts = Contacts { held, others, verified: true, ..Contacts::default() };

        let text = serde_json::to_string(&contacts).unwrap();

        assert_eq!(serde_json::to_string(&Contacts::default()).unwrap(), r#"{"verified":false}"#);
        assert_eq!(serde_json::from_str::<Contacts>(&text).unwrap(), contacts);
    }
}
