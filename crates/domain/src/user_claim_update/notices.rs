//! Who learns that a change was asked for (SEC-18), and that a value in force changed (SEC-17).

use super::plan::Plan;
use super::primary::Table;
use crate::claim::{Address, ClaimFamily};
use crate::message::{Notice, NoticeKind};
use crate::snapshot::Snapshot;

impl Table<'_> {
    /// Who is told at once that a change was asked for: the e-mail address in force, once an hour (SEC-18).
    pub(super) fn cancel_link_to(&self, value: &Address, plan: &mut Plan) -> Option<Address> {
        let held = self
            .stored()
            .address()
            .filter(|held| !held.same_as(value) && self.family == ClaimFamily::Email)?;
        if self.settings.notify_old {
            return plan.budget.of_mut(self.family).take_notice(self.seen.now).then(|| held.clone());
        }
        if self.settings.notify_existing_email {
            let kind = NoticeKind::ExistingEmailUpdate;
            plan.notices.push(Notice { to: held.clone(), kind, about: value.clone() });
        }
        None
    }

    /// SEC-17: that a value counts as verified on somebody's word is told to it and to every proven address.
    pub(super) fn tell_marked(&self, address: &Address, plan: &mut Plan) {
        if self.settings.notify_old {
            let kind = NoticeKind::MarkedVerified;
            plan.notices.extend(notices(self.seen, kind, address, Some(address), None));
        }
    }

    /// SEC-17: the address that was in force and every proven one of the user learn of it; never the new value itself.
    pub(super) fn tell_all(&self, kind: NoticeKind, about: &Address, new: Option<&Address>, plan: &mut Plan) {
        let old = self.stored().address();
        if self.settings.notify_old {
            plan.notices.extend(notices(self.seen, kind, about, old, new));
        } else if self.settings.notify_existing_email && self.family == ClaimFamily::Email {
            let kind = NoticeKind::ExistingEmailUpdateWithoutVerification;
            let replaced = old.filter(|old| new.is_some_and(|new| !new.same_as(old)));
            plan.notices.extend(replaced.map(|old| Notice { to: old.clone(), kind, about: about.clone() }));
        }
    }
}

/// Notices about `about` to the old address and every proven address of both families, but not to `new`.
pub(super) fn notices(
    seen: &Snapshot,
    kind: NoticeKind,
    about: &Address,
    old: Option<&Address>,
    new: Option<&Address>,
) -> Vec<Notice> {
    let proven =
        ClaimFamily::ALL.into_iter().flat_map(|family| seen.user.profile.contacts(family).proven_addresses());
    let mut told: Vec<&Address> = Vec::new();
    for address in old.into_iter().chain(proven) {
        let known =
            told.iter().any(|seen| seen.same_as(address)) || new.is_some_and(|new| new.same_as(address));
        if !known {
            told.push(address);
        }
    }
    told.into_iter().map(|to| Notice { to: to.clone(), kind, about: about.clone() }).collect()
}
