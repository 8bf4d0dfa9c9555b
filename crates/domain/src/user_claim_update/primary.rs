//! The decision table of one family: rows M1 … M11 of `verification.md` §2.2, in its order.

use super::lists::{self, Lists};
use super::plan::{Begin, Plan, Step, Trail};
use super::{Settings, WantedContacts, entries, numbers};
use crate::actor::{Actor, Surface};
use crate::audit::{Event, Rule};
use crate::change::{Cancelled, ChangeEnd, Entry, Pending, Purpose};
use crate::claim::{Address, ClaimFamily};
use crate::message::{Notice, NoticeKind};
use crate::profile::{Contacts, Held};
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;

/// Everything the rows of one family look at.
pub(super) struct Table<'a> {
    pub(super) family: ClaimFamily,
    pub(super) seen: &'a Snapshot,
    pub(super) settings: &'a Settings,
    pub(super) actor: &'a Actor,
    /// Whether the same request locks or disables the user: nothing begins then (I12).
    pub(super) shut_out: bool,
}

/// What a request wants of P.
enum Wish<'a> {
    Nothing,
    Clear(&'a Held),
    Same { held: &'a Held, asked: &'a Held },
    New(&'a Held),
}

impl Table<'_> {
    /// The contacts after the request; what else follows from it goes into `plan`.
    pub(super) fn decide(&self, wanted: &WantedContacts, plan: &mut Plan) -> Result<Contacts, Refusal> {
        let stored = self.stored();
        let wish = self.wish(wanted);
        let lists = lists::evaluate(self, wanted, !matches!(wish, Wish::Nothing))?;
        self.check_recent_auth(&wish, &lists)?;
        let mut after = Contacts {
            held: entries::relabelled(stored, wanted),
            verified: stored.verified,
            others: wanted.others.clone(),
            all: lists.all.clone(),
            proven: lists.proven.clone(),
        };
        match wish {
            Wish::Clear(held) => self.clear(held, &mut after, plan),
            Wish::New(asked) => self.new_value(asked, wanted, &mut after, plan)?,
            Wish::Same { held, asked } => self.same_value(held, asked, wanted, &lists, &mut after, plan)?,
            Wish::Nothing => self.lists_only(wanted, &lists, &mut after, plan)?,
        }
        Ok(after)
    }

    /// P is compared by its key (D-9). Where no proof is at stake another spelling is a new value: it is kept as sent.
    fn wish<'a>(&'a self, wanted: &'a WantedContacts) -> Wish<'a> {
        let stored = self.stored();
        match (&wanted.held, &stored.held) {
            (Some(asked), Some(held)) if held.address.same_as(&asked.address) => {
                let respelled = held.address != asked.address && !stored.verified && self.direct().is_some();
                match (respelled, wanted.named) {
                    (true, _) => Wish::New(asked),
                    (false, true) => Wish::Same { held, asked },
                    (false, false) => Wish::Nothing,
                }
            }
            (Some(asked), _) => Wish::New(asked),
            (None, Some(held)) => Wish::Clear(held),
            (None, None) => Wish::Nothing,
        }
    }

    pub(super) fn stored(&self) -> &Contacts {
        self.seen.user.profile.contacts(self.family)
    }

    fn pending(&self) -> Option<&Pending> {
        self.seen.pending(self.family)
    }

    fn trail(&self) -> Trail<'_> {
        Trail { seen: self.seen, actor: self.actor }
    }

    /// M1: the rule by which values are written straight, if there is one.
    pub(super) fn direct(&self) -> Option<Rule> {
        self.settings.writes_straight(self.family, self.actor.persona())
    }

    /// M10: the client decides whether a proof is asked for, and did not ask (SEC-16).
    fn proof_declined(&self, wanted: &WantedContacts) -> bool {
        self.settings.use_verify_claim && wanted.verify != Some(true)
    }

    /// Whether the caller may assert that a value is verified (SEC-22).
    pub(super) fn may_assert(&self) -> bool {
        self.actor.persona().is_privileged() && self.actor.may_assert
    }

    /// Whether the request asserts that P is verified: no proof of it begins then.
    fn asserts(&self, wanted: &WantedContacts) -> bool {
        wanted.asserts_verified == Some(true) && self.may_assert()
    }

    /// Whether a proof of P is asked for anew, in place of the one it has: by whoever may also withdraw that one.
    fn asks_anew(&self, wanted: &WantedContacts) -> bool {
        wanted.asserts_verified == Some(false) && wanted.verify == Some(true) && self.may_assert()
    }

    /// SEC-24: changing or removing P, and adding to L, by the owner.
    fn check_recent_auth(&self, wish: &Wish<'_>, lists: &Lists) -> Result<(), Refusal> {
        let touches = matches!(wish, Wish::Clear(_) | Wish::New(_)) || lists.candidate.is_some();
        let required = self.settings.require_recent_auth || self.actor.surface == Surface::Page;
        let stale = required && !self.actor.recent_auth;
        if touches && stale && !self.actor.persona().is_privileged() {
            Err(Refusal::StaleAuthentication)
        } else {
            Ok(())
        }
    }

    /// M4, with D-7: clearing P calls the pending change off.
    fn clear(&self, held: &Held, after: &mut Contacts, plan: &mut Plan) {
        after.held = None;
        after.verified = false;
        plan.budget.of_mut(self.family).noticed_at = None;
        self.call_off(Cancelled::Overwritten, plan);
        plan.audit.push(self.trail().address(Event::ValueRemoved, Rule::M4Cleared, &held.address));
        self.tell_all(NoticeKind::Removed, &held.address, None, plan);
    }

    /// A value that is not in force: M1, M7, M10 or M11.
    fn new_value(
        &self,
        asked: &Held,
        wanted: &WantedContacts,
        after: &mut Contacts,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        if let Some(rule) = self.direct() {
            self.check_reason(rule)?;
            self.write(asked.clone(), rule, after, plan);
            return Ok(());
        }
        if let Some(proven) = after.proven_as(&asked.address).cloned() {
            let asked = Held { address: proven, ..asked.clone() };
            self.write(asked, Rule::M7AlreadyProven, after, plan);
            return Ok(());
        }
        if self.proof_declined(wanted) {
            let owner = !self.actor.persona().is_privileged();
            if owner && !self.actor.recent_auth {
                return Err(Refusal::StaleAuthentication);
            }
            self.write(asked.clone(), Rule::M10UnverifiedWrite, after, plan);
            return Ok(());
        }
        let entry = entries::hold(self.stored(), asked, after);
        self.begin(Purpose::Primary, asked.address.clone(), entry, plan)
    }

    /// The value in force, named again: M1, M7, M8 and M9, with D-6.
    fn same_value(
        &self,
        held: &Held,
        asked: &Held,
        wanted: &WantedContacts,
        lists: &Lists,
        after: &mut Contacts,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let mine = self.pending().is_none_or(|pending| self.may_cancel(pending));
        if let Some(rule) = self.direct() {
            if mine || rule == Rule::M1SwitchedOff {
                self.call_off(overwritten_by(rule), plan);
            }
            return Ok(());
        }
        let anew = self.asks_anew(wanted);
        if !anew && (after.verified || self.asserts(wanted)) {
            if lists.named {
                after.list_as_proven(&held.address);
            }
            if mine {
                self.call_off(Cancelled::Request, plan);
            }
            self.nothing_started(Rule::M8AlreadyHeld, &held.address, plan);
            return Ok(());
        }
        if !mine && !anew {
            self.nothing_started(Rule::M8AlreadyHeld, &held.address, plan);
            return Ok(());
        }
        if let Some(proven) = after.proven_as(&held.address).filter(|_| !anew).cloned() {
            self.call_off(Cancelled::Overwritten, plan);
            plan.audit.push(self.trail().address(Event::ValueWritten, Rule::M7AlreadyProven, &proven));
            (after.verified, after.held) =
                (true, after.held.take().map(|held| Held { address: proven, ..held }));
            return Ok(());
        }
        if self.proof_declined(wanted) {
            self.call_off(Cancelled::Overwritten, plan);
            self.nothing_started(Rule::M10UnverifiedWrite, &held.address, plan);
            return Ok(());
        }
        let entry = Entry { label: held.label.clone(), keeps_held: false };
        self.begin(Purpose::Primary, asked.address.clone(), entry, plan)
    }

    /// No new P: M5, or one candidate for L.
    fn lists_only(
        &self,
        wanted: &WantedContacts,
        lists: &Lists,
        after: &mut Contacts,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        if let Some(rule) = self.direct() {
            if lists.proven_differs {
                self.call_off(overwritten_by(rule), plan);
            }
            if let Some(candidate) = &lists.candidate {
                self.nothing_started(rule, candidate, plan);
            }
            return Ok(());
        }
        let Some(candidate) = &lists.candidate else { return Ok(()) };
        if after.holds(candidate) && (after.verified || self.asserts(wanted)) {
            if let Some(held) = after.address().cloned() {
                after.list_as_proven(&held);
            }
            self.nothing_started(Rule::M8AlreadyHeld, candidate, plan);
            return Ok(());
        }
        if self.proof_declined(wanted) {
            self.nothing_started(Rule::M10UnverifiedWrite, candidate, plan);
            return Ok(());
        }
        let value = match after.address() {
            Some(held) if held.same_as(candidate) => held.clone(),
            _ => candidate.clone(),
        };
        if after.holds(&value) && !after.all.iter().any(|member| member.same_as(&value)) {
            after.all.push(value.clone());
        }
        self.begin(Purpose::List, value, Entry::default(), plan)
    }

    /// P := `held` without a proof made now (M1, M7, M10). Only M7 has a proof at all: V is false otherwise (D-8).
    fn write(&self, held: Held, rule: Rule, after: &mut Contacts, plan: &mut Plan) {
        self.call_off(overwritten_by(rule), plan);
        plan.audit.push(self.trail().address(Event::ValueWritten, rule, &held.address));
        self.tell_all(NoticeKind::Changed, &held.address, Some(&held.address), plan);
        if rule == Rule::M1PrivilegedSkip && self.settings.notify_old {
            // SEC-38: nobody at the new value asked for it, so it is told as well.
            let (to, about) = (held.address.clone(), held.address.clone());
            plan.notices.push(Notice { to, kind: NoticeKind::Changed, about });
        }
        after.verified = rule == Rule::M7AlreadyProven;
        after.held = Some(held);
        plan.budget.of_mut(self.family).noticed_at = None;
    }

    /// M11: `value` begins to wait, in place of whatever waited before.
    fn begin(&self, purpose: Purpose, value: Address, entry: Entry, plan: &mut Plan) -> Result<(), Refusal> {
        if self.shut_out {
            self.call_off(Cancelled::Security, plan);
            self.nothing_started(Rule::Security, &value, plan);
            return Ok(());
        }
        numbers::check_served(&value, self.settings)?;
        let now = self.seen.now;
        let budget = plan.budget.of_mut(self.family);
        budget.take_send(&self.settings.limits, now)?;
        if self.pending().is_none_or(|pending| !pending.value.same_as(&value)) {
            budget.take_value(&self.settings.limits, now)?;
            if self.actor.recent_auth || self.actor.persona().is_privileged() {
                budget.forgive_wrong_codes(&self.settings.limits);
            }
        }
        let cancel_link_to = self.cancel_link_to(&value, plan);
        if let Some(pending) = self.pending().filter(|pending| !plan.ends(pending.id)) {
            plan.audit.push(self.trail().change(Event::ChangeSuperseded, Rule::M11Held, pending));
            plan.end(pending.id, ChangeEnd::Superseded);
        }
        plan.audit.push(self.trail().address(Event::ValueHeld, Rule::M11Held, &value));
        plan.version_moves = true;
        let family = self.settings.of(self.family);
        plan.steps.push(Step::Begin(Begin {
            purpose,
            value,
            entry,
            form: family.form,
            validity_minutes: family.validity_minutes,
            requester: self.actor.requester.clone(),
            cancel_link_to,
        }));
        Ok(())
    }

    /// Ends the pending change, if there is one.
    pub(super) fn call_off(&self, by: Cancelled, plan: &mut Plan) {
        let Some(pending) = self.pending().filter(|pending| !plan.ends(pending.id)) else { return };
        let rule = if by == Cancelled::Security { Rule::Security } else { Rule::Request };
        plan.audit.push(self.trail().change(Event::ChangeCancelled, rule, pending));
        plan.end(pending.id, ChangeEnd::Cancelled { by });
    }

    /// D-6: the owner, or whoever asked for the change.
    fn may_cancel(&self, pending: &Pending) -> bool {
        !self.actor.persona().is_privileged() || pending.requester.subject == self.actor.requester.subject
    }

    /// "Why was no message sent?" has an answer (DESIGN §6).
    fn nothing_started(&self, rule: Rule, value: &Address, plan: &mut Plan) {
        plan.audit.push(self.trail().address(Event::NothingStarted, rule, value));
    }

    /// SEC-38: in the hardened profile a direct write by somebody else states its reason.
    fn check_reason(&self, rule: Rule) -> Result<(), Refusal> {
        let missing = self.settings.reason_required && self.actor.reason.is_none();
        if rule == Rule::M1PrivilegedSkip && missing { Err(Refusal::ReasonRequired) } else { Ok(()) }
    }
}

/// Why a change ends whose place a write without proof takes.
fn overwritten_by(rule: Rule) -> Cancelled {
    if rule == Rule::M1SwitchedOff { Cancelled::SwitchedOff } else { Cancelled::Overwritten }
}
