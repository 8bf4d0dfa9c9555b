//! The one door (SEC-1).

use super::plan::{Plan, Trail};
use super::primary::Table;
use super::{PendingWish, Settings, Wanted, WantedContacts, entries, numbers};
use crate::actor::Actor;
use crate::audit::{self, Event, Rule};
use crate::change::Cancelled;
use crate::claim::{ClaimFamily, PerFamily};
use crate::profile::{Contacts, Profile, refused_attribute};
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;

/// What a request that wants `wanted` leads to, decided on `seen`.
///
/// Values that need proof stay out of the new profile and begin to wait; everything else lands. Refuses, whole, what the
/// caller may not write, what is no address, and what a limit forbids; nothing has happened then.
pub fn decide(seen: &Snapshot, wanted: &Wanted, actor: &Actor, settings: &Settings) -> Result<Plan, Refusal> {
    let actor = &actor.stating(wanted.reason.as_deref());
    check_rights(seen, wanted, actor)?;
    let mut plan = Plan::new(seen);
    let mut contacts = PerFamily::<Contacts>::default();
    let shut_out = shuts_out(&seen.user.profile, wanted);
    let tables = ClaimFamily::ALL.map(|family| Table { family, seen, settings, actor, shut_out });
    for table in &tables {
        let wish = entries::undisturbed(table.stored(), wanted.contacts.of(table.family));
        let pending = seen.pending(table.family).map(|pending| &pending.value);
        let wish = numbers::keyed(table.stored(), pending, wish, settings)?;
        apply_pending_wish(table, &wish, &mut plan)?;
        let mut after = table.decide(&wish, &mut plan)?;
        assert_verified(table, &wish, &mut after, &mut plan)?;
        record_lists(table, &after, &mut plan);
        *contacts.of_mut(table.family) = after;
    }
    if shut_out || wanted.password_set {
        // I12: a password change, a lock or a disable ends what waits, in both families.
        plan.credential_moves = true;
        for table in &tables {
            table.call_off(Cancelled::Security, &mut plan);
        }
    }
    finish(seen, wanted, contacts, actor, &mut plan);
    Ok(plan)
}

/// SEC-37's attribute layer, and `userName` (DESIGN §5).
fn check_rights(seen: &Snapshot, wanted: &Wanted, actor: &Actor) -> Result<(), Refusal> {
    let before = &seen.user.profile;
    if before.user_name != wanted.user_name && !(wanted.rename_allowed && actor.persona().is_privileged()) {
        return Err(Refusal::Mutability("userName".to_owned()));
    }
    if let Some(name) = refused_attribute(actor.persona(), before, &wanted.as_profile(before)) {
        return Err(Refusal::Mutability(name));
    }
    if wanted.password_set && !actor.persona().is_privileged() && !actor.recent_auth {
        return Err(Refusal::StaleAuthentication);
    }
    Ok(())
}

/// D-12: clearing calls the change off, an identical echo is ignored, anything else is refused.
fn apply_pending_wish(table: &Table<'_>, wanted: &WantedContacts, plan: &mut Plan) -> Result<(), Refusal> {
    let pending = table.seen.pending(table.family);
    match (&wanted.pending, pending) {
        (PendingWish::Unnamed, _) | (PendingWish::Cleared, None) => Ok(()),
        (PendingWish::Cleared, Some(_)) => {
            let replaced = wanted.held.as_ref().is_some_and(|asked| !table.stored().holds(&asked.address));
            if !replaced {
                table.call_off(Cancelled::Request, plan);
            }
            Ok(())
        }
        (PendingWish::Value(value), Some(pending)) if value == pending.value.as_str() => Ok(()),
        (PendingWish::Value(_), _) => Err(Refusal::Mutability(pending_attribute(table.family).to_owned())),
    }
}

const fn pending_attribute(family: ClaimFamily) -> &'static str {
    match family {
        ClaimFamily::Email => "pendingEmails",
        ClaimFamily::Mobile => "pendingMobileNumber",
    }
}

const fn verified_attribute(family: ClaimFamily) -> &'static str {
    match family {
        ClaimFamily::Email => "emailVerified",
        ClaimFamily::Mobile => "phoneVerified",
    }
}

/// `emailVerified` / `phoneVerified`: an identical echo is ignored; a privileged caller may assert, audited (SEC-22).
fn assert_verified(
    table: &Table<'_>,
    wanted: &WantedContacts,
    after: &mut Contacts,
    plan: &mut Plan,
) -> Result<(), Refusal> {
    let stored = table.seen.user.profile.contacts(table.family).verified;
    let Some(asserted) = wanted.asserts_verified.filter(|asserted| *asserted != stored) else {
        return Ok(());
    };
    if !table.may_assert() {
        return Err(Refusal::Mutability(verified_attribute(table.family).to_owned()));
    }
    let waits = wanted.held.as_ref().is_some_and(|asked| !after.holds(&asked.address));
    if waits && asserted {
        return Err(Refusal::AssertsPending(table.family));
    }
    if waits || after.verified == asserted {
        return Ok(()); // what waits is unverified as it is, and what was just written may be what is asserted
    }
    let Some(address) = after.address().cloned() else {
        return if asserted { Err(Refusal::NothingToAssert(table.family)) } else { Ok(()) };
    };
    after.verified = asserted;
    if asserted && !plan.notices.iter().any(|notice| notice.about.same_as(&address)) {
        table.tell_marked(&address, plan);
    }
    if !asserted {
        after.proven.retain(|member| !member.same_as(&address));
    } else if table.settings.lists {
        after.list_as_proven(&address);
    }
    table.call_off(Cancelled::Overwritten, plan);
    let event = if asserted { Event::VerifiedAsserted } else { Event::VerifiedWithdrawn };
    let trail = Trail { seen: table.seen, actor: table.actor };
    plan.audit.push(trail.address(event, Rule::Assertion, &address));
    Ok(())
}

/// I6: what happens to A and L is on record, unless an assertion that moved them is.
fn record_lists(table: &Table<'_>, after: &Contacts, plan: &mut Plan) {
    let before = table.stored();
    let same = before.all == after.all && before.proven == after.proven;
    let told =
        plan.audit.iter().any(|entry| entry.family == Some(table.family) && entry.rule == Rule::Assertion);
    if !same && !told {
        let trail = Trail { seen: table.seen, actor: table.actor };
        let entry = trail.user(Event::ListsUpdated, Rule::M5ListsOnly);
        plan.audit.push(audit::Entry { family: Some(table.family), ..entry });
    }
}

/// Whether the request locks or disables the user.
fn shuts_out(before: &Profile, wanted: &Wanted) -> bool {
    (before.is_active() && wanted.active == Some(false))
        || (!before.is_locked() && wanted.locked == Some(true))
}

/// Who is shut out or let in again is on record under its own name (SEC-60).
fn turns(before: &Profile, after: &Profile) -> impl Iterator<Item = Event> {
    let turn = |was: bool, is: bool, on: Event, off: Event| (was != is).then_some(if is { on } else { off });
    let active = turn(before.is_active(), after.is_active(), Event::UserEnabled, Event::UserDisabled);
    let locked = turn(before.is_locked(), after.is_locked(), Event::UserLocked, Event::UserUnlocked);
    active.into_iter().chain(locked)
}

/// Puts the profile together.
fn finish(seen: &Snapshot, wanted: &Wanted, contacts: PerFamily<Contacts>, actor: &Actor, plan: &mut Plan) {
    let profile = Profile {
        user_name: wanted.user_name.clone(),
        active: wanted.active,
        locked: wanted.locked,
        contacts,
        attributes: wanted.attributes.clone(),
    };
    let trail = Trail { seen, actor };
    if wanted.password_set {
        plan.audit.push(trail.user(Event::PasswordSet, Rule::Request));
    }
    if profile == seen.user.profile {
        return;
    }
    plan.audit.extend(turns(&seen.user.profile, &profile).map(|event| trail.user(event, Rule::Request)));
    if plan.audit.is_empty() {
        plan.audit.push(trail.user(Event::UserUpdated, Rule::Request));
    }
    plan.version_moves = true;
    plan.profile = Some(profile);
}
