//! What must hold after every commit (`security.md` §3).

use std::collections::BTreeSet;

use super::model::Model;
use crate::actor::Actor;
use crate::audit::{Event as Audited, Rule};
use crate::claim::{Address, ClaimFamily};
use crate::profile::Contacts;
use crate::snapshot::Snapshot;
use crate::user_claim_update::{Plan, Step};

impl Model {
    /// I1, I5, I6, I10, I12 of one family after a commit.
    pub(super) fn check(&self, family: ClaimFamily, before: &Snapshot, user: usize, plan: &Plan, by: &Actor) {
        let after = &self.users[user];
        let (was, is) = (before.user.profile.contacts(family), after.user.profile.contacts(family));
        let proven = |address: &Address| self.proofs.contains(&(after.user.id, address.clone()));
        let count = |event| {
            plan.audit.iter().filter(|entry| entry.family == Some(family) && entry.event == event).count()
        };

        assert!(!is.verified || is.address().is_some_and(proven), "I5: V without a proof of these bytes");
        assert!(is.proven.iter().all(proven), "I5: a member of L without a proof of its bytes");
        let listed = |address: &Address| is.all.iter().any(|member| member.same_as(address));
        assert!(is.proven.iter().all(listed), "I5: L is not within A");
        if let Some(waits) = after.pending(family) {
            assert!(is.proven_as(&waits.value).is_none(), "I5: N is in L");
        }

        let begun = |step: &&Step| matches!(step, Step::Begin(begin) if begin.value.family() == family);
        assert_eq!(count(Audited::ValueHeld), plan.steps.iter().filter(begun).count(), "I6: a value held");
        let waited = before.pending(family).map(|pending| pending.id);
        let ends = |step: &&Step| matches!(step, Step::End { change, .. } if Some(*change) == waited);
        let ended = count(Audited::ChangeCancelled) + count(Audited::ChangeSuperseded);
        assert_eq!(ended, plan.steps.iter().filter(ends).count(), "I6: a change ended");
        let written = count(Audited::ValueWritten) + count(Audited::ValueRemoved);
        let asserted = count(Audited::VerifiedAsserted) + count(Audited::VerifiedWithdrawn);
        let landed = count(Audited::ValueProven);
        let value_moved = was.address() != is.address();
        let moved = value_moved || was.verified != is.verified;
        assert!(!moved || written + landed + asserted > 0, "I6: P or V moved without a row");
        assert!(written <= 1 && asserted <= 1 && landed <= 1, "I6: more than one row of a kind");
        assert_eq!(
            written == 1,
            moved && landed == 0 && (value_moved || asserted == 0),
            "I6: P or V, and its row"
        );
        let list_moved = was.proven != is.proven || was.all != is.all;
        assert_eq!(
            list_moved,
            list_moved && count(Audited::ListsUpdated) + landed + asserted > 0,
            "I6: lists"
        );

        self.check_reason(family, was, is, plan, by);
        if let Some(waited) = waited.filter(|_| moved) {
            assert!(self.ended.contains(&waited), "I12: P or V moved and the change still waits");
        }
        let old = was.address().filter(|old| self.settings.notify_old && value_moved && !is.holds(old));
        assert!(
            old.is_none_or(|old| plan.notices.iter().any(|notice| notice.to == *old)),
            "I6, SEC-17: the old address was not told"
        );
        let keys = |user: &Snapshot| taken_keys(user.user.profile.contacts(family));
        assert!(keys(&self.users[0]).is_disjoint(&keys(&self.users[1])), "I10: two users hold one value");
    }

    /// I1: P, V and L change by a proof, by an exception that configuration allows and the trail names, or by removal.
    fn check_reason(&self, family: ClaimFamily, was: &Contacts, is: &Contacts, plan: &Plan, by: &Actor) {
        let rows = || plan.audit.iter().filter(|entry| entry.family == Some(family));
        let landed = rows().any(|entry| entry.event == Audited::ValueProven);
        let asserted = rows().any(|entry| entry.event == Audited::VerifiedAsserted);
        let withdrawn = rows().any(|entry| entry.event == Audited::VerifiedWithdrawn);
        let rule = rows().find(|entry| entry.event == Audited::ValueWritten).map(|entry| entry.rule);
        let of = self.settings.of(family);
        if let Some(address) = is.address().filter(|_| was.address() != is.address() && !landed) {
            let allowed = match rule {
                Some(Rule::M1SwitchedOff) => !of.enabled,
                Some(Rule::M1PrivilegedSkip) => of.skip_by_privileged && by.persona().is_privileged(),
                Some(Rule::M7AlreadyProven) => was.proven.contains(address) && (is.verified || withdrawn),
                Some(Rule::M10UnverifiedWrite) => {
                    self.settings.use_verify_claim && (asserted || !is.proven.contains(address))
                }
                _ => false,
            };
            assert!(allowed, "I1: P was written by {rule:?}");
            assert!(
                rule == Some(Rule::M7AlreadyProven) || asserted || !is.verified,
                "D-8: V without a proof"
            );
        }
        let gained = is.verified && !(was.verified && was.address() == is.address());
        assert!(!gained || landed || asserted || rule == Some(Rule::M7AlreadyProven), "I1: V was gained");
        assert!(!asserted || by.may_assert, "SEC-22: asserted by somebody who may not");
        let held_already = |member: &Address| was.verified && was.address() == Some(member);
        for member in is.proven.iter().filter(|member| !was.proven.contains(member)) {
            assert!(landed || asserted || held_already(member), "I1: L was gained");
        }
    }
}

/// What a user takes from others where values are unique: P and L (I10).
pub(super) fn taken_keys(contacts: &Contacts) -> BTreeSet<String> {
    contacts.address().into_iter().chain(&contacts.proven).map(|address| address.key().to_owned()).collect()
}
