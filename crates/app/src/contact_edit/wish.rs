//! What an edit wishes of the profile as it stands.

use countersign_domain::claim::{Address, ClaimFamily};
use countersign_domain::profile::{Contacts, Held, Label};
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::Wanted;

use super::{ContactEditError, ContactSeen};

/// P := `asked`, as a page asks for it: by name, and with its proof.
pub(super) fn hold(seen: &Snapshot, wanted: &mut Wanted, asked: Address) {
    let family = asked.family();
    let stored = seen.user.profile.contacts(family);
    let (label, position) = match &stored.held {
        Some(held) => (held.label.clone(), held.position),
        None => (first_label(stored, family), 0),
    };
    let wish = wanted.contacts.of_mut(family);
    wish.held = Some(Held { address: asked, label, position });
    wish.named = true;
    wish.verify = Some(true);
}

/// A number is P by its type. An address needs a mark only beside others.
fn first_label(stored: &Contacts, family: ClaimFamily) -> Label {
    match family {
        ClaimFamily::Mobile => Label { kind: Some("mobile".to_owned()), ..Label::default() },
        ClaimFamily::Email => {
            Label { primary: (!stored.others.is_empty()).then_some(true), ..Label::default() }
        }
    }
}

/// A and L with `asked` in them.
pub(super) fn list(seen: &Snapshot, wanted: &mut Wanted, asked: &Address) {
    let family = asked.family();
    let stored = seen.user.profile.contacts(family);
    let listed = |list: &[Address], address: &Address| list.iter().any(|member| member.same_as(address));
    let mut all = stored.all.clone();
    if !listed(&all, asked) {
        all.push(asked.clone());
    }
    let mut proven = stored.proven.clone();
    let repaired = stored.address().filter(|held| stored.verified && listed(&stored.all, held));
    for member in repaired.into_iter().chain([asked]) {
        if !listed(&proven, member) {
            proven.push(member.clone());
        }
    }
    let wish = wanted.contacts.of_mut(family);
    (wish.all, wish.proven, wish.verify) = (Some(all), Some(proven), Some(true));
}

/// Every address the user has, the one in force first.
pub(super) fn known(contacts: &Contacts) -> impl Iterator<Item = &Address> {
    contacts.address().into_iter().chain(&contacts.all).chain(&contacts.proven)
}

/// Whether a row of the page means this address: by its text, or by what it reads as.
pub(super) fn is(address: &Address, text: &str) -> bool {
    address.as_str() == text
        || Address::parse(address.family(), text).is_ok_and(|parsed| parsed.same_as(address))
}

/// The value in force, if it is the one the caller saw.
pub(super) fn in_force<'s>(
    seen: &'s Snapshot,
    family: ClaimFamily,
    value: &str,
) -> Result<&'s Address, ContactEditError> {
    let held = seen.user.profile.contacts(family).address();
    held.filter(|held| is(held, value)).ok_or(ContactEditError::NotThere)
}

/// The characters of a reason, as SCIM's `changeReason` has them.
const REASON_MAX: usize = 500;

/// A reason as it is kept: one line, not blank.
pub fn reason_stated(reason: Option<&str>) -> Option<String> {
    let line: String = reason?.chars().filter(|c| !c.is_control()).take(REASON_MAX).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Whether a family stands as somebody saw it: the same value is in force, and nothing waits that he did not see.
pub(super) fn stands_as(seen: &Snapshot, family: ClaimFamily, shown: &ContactSeen) -> bool {
    let held = seen.user.profile.contacts(family).address();
    let same = held.map_or(shown.held.is_empty(), |held| is(held, &shown.held));
    same && seen.pending(family).is_none_or(|pending| shown.pending == Some(pending.id))
}
