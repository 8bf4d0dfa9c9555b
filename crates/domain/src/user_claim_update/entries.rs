//! The entries around P: how they stand while a value waits, and what they become when it lands (DESIGN §5, "P among
//! SCIM values").

use super::WantedContacts;
use crate::change::{Entry, Pending};
use crate::profile::{self, Contacts, Held, Label};

/// The request, with entries that are sent back as they are shown read as "no change": while a first value waits, the
/// plain entries stand alone, and an echo of them must not make one of them P (`verification.md` §2.6).
pub(super) fn undisturbed(stored: &Contacts, wanted: &WantedContacts) -> WantedContacts {
    let mut wanted = wanted.clone();
    let asked = Contacts { held: wanted.held.clone(), others: wanted.others.clone(), ..Contacts::default() };
    if asked.entries() == stored.entries() {
        wanted.held.clone_from(&stored.held);
        wanted.others.clone_from(&stored.others);
    }
    wanted
}

/// P as it is, with what the request says about its label when it carries the same value.
pub(super) fn relabelled(stored: &Contacts, wanted: &WantedContacts) -> Option<Held> {
    let held = stored.held.clone()?;
    Some(match &wanted.held {
        Some(asked) if asked.address.same_as(&held.address) => {
            Held { address: held.address, label: asked.label.clone(), position: asked.position }
        }
        _ => held,
    })
}

/// The entries while `asked` waits: plain ones as wanted, P as it is, at its old place or at the one it would lose.
pub(super) fn hold(stored: &Contacts, asked: &Held, after: &mut Contacts) -> Entry {
    let copy_of_held = |held: &Held, entry: &profile::Entry| {
        entry.value == held.address.as_str() && entry.label.kind == held.label.kind
    };
    let kept =
        stored.held.as_ref().and_then(|held| after.others.iter().position(|entry| copy_of_held(held, entry)));
    if let Some(index) = kept {
        after.others.remove(index);
    }
    let was_plain = stored
        .others
        .iter()
        .find(|entry| entry.value == asked.address.as_str() && entry.label.kind == asked.label.kind);
    if let Some(entry) = was_plain {
        after.others.insert(asked.position.min(after.others.len()), entry.clone());
    }
    if let Some(held) = &mut after.held {
        held.position = kept.unwrap_or(asked.position);
    }
    Entry { label: asked.label.clone(), keeps_held: kept.is_some() }
}

/// The proven value becomes P with the label it was asked for with. The value it replaces stays as a plain entry if the
/// request kept it. A value that was P already keeps the label it has by now.
pub(super) fn land(pending: &Pending, after: &mut Contacts) {
    let address = pending.value.clone();
    if let Some(held) = after.held.as_mut().filter(|held| held.address.same_as(&address)) {
        held.address = address;
        return;
    }
    let label = pending.entry.label.clone();
    after.others.retain(|entry| !(entry.value == address.as_str() && entry.label.kind == label.kind));
    let position = after.held.as_ref().map_or(0, |held| held.position);
    let old = after.held.replace(Held { address, label, position });
    if let Some(old) = old.filter(|_| pending.entry.keeps_held) {
        let label = Label { primary: None, ..old.label };
        let entry = profile::Entry { value: old.address.as_str().to_owned(), label };
        after.others.insert(position.min(after.others.len()), entry);
    }
}
