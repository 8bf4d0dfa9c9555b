//! A proven value takes effect.

use super::notices::notices;
use super::plan::{Plan, Step, Trail};
use super::{Settings, entries};
use crate::actor::Actor;
use crate::audit::{self, Event, Rule};
use crate::change::{Pending, Proven, Purpose};
use crate::message::NoticeKind;
use crate::profile::{Contacts, Held, Label};
use crate::snapshot::Snapshot;

/// What a proof leads to: the value lands, the change ends, everybody who ought to know is told.
///
/// Only a [`Proven`] opens this door, and only redeeming makes one (SEC-1).
pub fn land(seen: &Snapshot, proven: &Proven, actor: &Actor, settings: &Settings) -> Plan {
    let pending = proven.change();
    let family = pending.family();
    let before = seen.user.profile.contacts(family);
    let mut profile = seen.user.profile.clone();
    let after = profile.contacts.of_mut(family);
    let kind = match pending.purpose {
        Purpose::Primary => land_primary(pending, after, settings),
        Purpose::List => land_in_list(pending, after),
    };
    let mut plan = Plan::new(seen);
    plan.budget.of_mut(family).record_right();
    if !before.holds(&pending.value) && pending.purpose == Purpose::Primary {
        // The next notice goes to another address: it is due whenever it comes (SEC-18).
        plan.budget.of_mut(family).noticed_at = None;
    }
    plan.steps.push(Step::Prove { change: pending.id, challenge: pending.challenge.id });
    let entry = Trail { seen, actor }.change(Event::ValueProven, Rule::Proof, pending);
    plan.audit.push(audit::Entry { means: Some(proven.means()), ..entry });
    let already_held = before.holds(&pending.value);
    if settings.notify_old && !already_held {
        let value = &pending.value;
        plan.notices = notices(seen, kind, value, before.address(), Some(value));
    }
    plan.version_moves = true;
    plan.profile = Some(profile);
    plan
}

/// P := N, V := true; with lists on the proven value is listed too (D-5).
fn land_primary(pending: &Pending, after: &mut Contacts, settings: &Settings) -> NoticeKind {
    entries::land(pending, after);
    after.verified = true;
    if settings.lists {
        after.list_as_proven(&pending.value);
    }
    NoticeKind::Changed
}

/// The table of `verification.md` §2.4: L and A gain the value; it becomes P where there is none; V follows if it is P.
fn land_in_list(pending: &Pending, after: &mut Contacts) -> NoticeKind {
    let value = &pending.value;
    after.list_as_proven(value);
    if after.held.is_none() {
        let label = first_label(pending);
        after.held = Some(Held { address: value.clone(), label, position: 0 });
    }
    if after.holds(value) {
        after.verified = true;
    }
    NoticeKind::Added
}

/// A mobile number is P by its type; a first e-mail address needs none.
fn first_label(pending: &Pending) -> Label {
    let kind = (pending.family() == crate::claim::ClaimFamily::Mobile).then(|| "mobile".to_owned());
    Label { kind, ..Label::default() }
}
