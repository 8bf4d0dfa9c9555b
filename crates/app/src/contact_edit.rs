//! What a page does to one address or number: set it, list it, remove it, make it primary, ask for its proof, or mark it.
//!
//! Each is [`App::update_profile`] with a wish made of the profile as it stands, so the rules that decide about a PATCH
//! decide here too. At a page the owner has shown his password lately (SEC-24): the context says that it is one
//! ([`Context::at_a_page`]).

mod wish;

use std::sync::{Mutex, PoisonError};

use countersign_domain::actor::Persona;
use countersign_domain::claim::{Address, ClaimFamily, InvalidAddress};
use countersign_domain::profile::Contacts;
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::{PendingWish, Wanted};
use countersign_domain::{ChangeId, Refusal, UserId};
use countersign_store::UserView;

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;
use crate::profile_update::{Edit, UpdateError};
pub use wish::reason_stated;
use wish::{hold, in_force, is, known, list, stands_as};

/// What an edit came to.
#[derive(Clone, PartialEq, Debug)]
pub enum EditOutcome {
    /// A value waits for proof; what was in force still is.
    Waits {
        /// The change, for the page on which its code is entered.
        change: ChangeId,
        /// The value, in full.
        value: Address,
    },
    /// It has taken effect.
    Landed,
    /// What waited does not wait any more; nothing else has changed.
    CalledOff,
    /// Everything was as asked already.
    Unchanged,
}

/// A user after an edit of his contacts.
#[derive(Clone, PartialEq, Debug)]
pub struct ContactEdited {
    /// What it came to.
    pub outcome: EditOutcome,
    /// The user now.
    pub view: UserView,
}

/// Why an edit does not fit the contacts as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ContactEditError {
    /// What was typed is no address, or no number.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// Users have one address and one number here.
    #[error("further addresses and numbers are switched off")]
    ListsOff,
    /// Nothing of the user's is that value; somebody may have been faster.
    #[error("the user does not have this address or number")]
    NotThere,
    /// Meanwhile another value is in force, or waits: somebody was faster.
    #[error("the address or number has been changed meanwhile")]
    Moved,
    /// Only a verified value is made primary as it stands.
    #[error("the address or number has not been verified")]
    NotVerified,
    /// Verification is switched off, for everybody or for writes like this one: no proof would begin.
    #[error("verification is switched off")]
    VerificationOff,
}

/// What an edit answers.
pub type ContactEditResult = Result<ContactEdited, UpdateError<ContactEditError>>;

/// What a form showed of a family when it was opened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactSeen {
    /// The value in force; empty for none.
    pub held: String,
    /// The change that waited.
    pub pending: Option<ChangeId>,
}

/// What the outcome is judged against.
struct Before {
    version: u64,
    contacts: Contacts,
    pending: Option<ChangeId>,
}

impl App {
    /// Makes `value` the address or number in force, once it is proven.
    pub async fn set_primary(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        value: &str,
    ) -> ContactEditResult {
        let asked = Address::parse(family, value).map_err(|why| UpdateError::Edit(why.into()))?;
        self.edit_contacts(cx, id, family, |seen, wanted| {
            hold(seen, wanted, asked.clone());
            Ok(())
        })
        .await
    }

    /// As [`Self::set_primary`], if everything stands as the form showed it: of two who edit at once the second is told, and
    /// nothing of the first is lost.
    pub async fn replace_primary(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        shown: &ContactSeen,
        value: &str,
    ) -> ContactEditResult {
        let asked = Address::parse(family, value).map_err(|why| UpdateError::Edit(why.into()))?;
        self.edit_contacts(cx, id, family, |seen, wanted| {
            if !stands_as(seen, family, shown) {
                return Err(ContactEditError::Moved);
            }
            hold(seen, wanted, asked.clone());
            Ok(())
        })
        .await
    }

    /// Adds `value` to the user's list, and to the verified ones once it is proven.
    pub async fn add_to_list(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        value: &str,
    ) -> ContactEditResult {
        let asked = Address::parse(family, value).map_err(|why| UpdateError::Edit(why.into()))?;
        self.edit_contacts(cx, id, family, |seen, wanted| {
            self.check_lists(seen)?;
            list(seen, wanted, &asked);
            Ok(())
        })
        .await
    }

    /// Removes `value` from wherever it stands: as the one in force, from the list, and from waiting to be listed.
    pub async fn remove_contact(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        value: &str,
    ) -> ContactEditResult {
        self.edit_contacts(cx, id, family, |seen, wanted| {
            let contacts = seen.user.profile.contacts(family);
            let pending = seen.pending(family).map(|pending| &pending.value);
            let known = known(contacts).chain(pending).find(|known| is(known, value));
            let gone = known.cloned().ok_or(ContactEditError::NotThere)?;
            let without = |list: &[Address]| {
                Some(list.iter().filter(|member| !member.same_as(&gone)).cloned().collect())
            };
            let wish = wanted.contacts.of_mut(family);
            if contacts.holds(&gone) {
                (wish.held, wish.named) = (None, true);
            }
            if contacts.all.iter().any(|member| member.same_as(&gone)) {
                (wish.all, wish.proven) = (without(&contacts.all), without(&contacts.proven));
            }
            if pending.is_some_and(|pending| pending.same_as(&gone)) {
                wish.pending = PendingWish::Cleared;
            }
            Ok(())
        })
        .await
    }

    /// Makes a verified member of the list the address or number in force; it lands at once (M7). The one it replaces stays
    /// listed.
    pub async fn make_primary(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        value: &str,
    ) -> ContactEditResult {
        self.edit_contacts(cx, id, family, |seen, wanted| {
            self.check_lists(seen)?;
            let contacts = seen.user.profile.contacts(family);
            let chosen = known(contacts).find(|known| is(known, value)).ok_or(ContactEditError::NotThere)?;
            if contacts.proven_as(chosen).is_none() && !contacts.holds(chosen) {
                return Err(ContactEditError::NotVerified);
            }
            hold(seen, wanted, chosen.clone());
            if let Some(old) = contacts.address().filter(|old| !old.same_as(chosen)) {
                let mut all = contacts.all.clone();
                if !all.iter().any(|member| member.same_as(old)) {
                    all.push(old.clone());
                }
                wanted.contacts.of_mut(family).all = Some(all);
            }
            Ok(())
        })
        .await
    }

    /// Asks for the proof of a value the user has: the one in force (M9), or a member of the list.
    pub async fn verify_contact(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        value: &str,
    ) -> ContactEditResult {
        self.edit_contacts(cx, id, family, |seen, wanted| {
            let contacts = seen.user.profile.contacts(family);
            let chosen = known(contacts).find(|known| is(known, value)).ok_or(ContactEditError::NotThere)?;
            self.check_proof_begins(cx.actor.persona(), seen, family)?;
            if contacts.holds(chosen) {
                hold(seen, wanted, chosen.clone());
            } else {
                self.check_lists(seen)?;
                list(seen, wanted, chosen);
            }
            Ok(())
        })
        .await
    }

    /// Says that the value in force is the user's, without a proof of his: `reason` stands in the audit trail, and he is told
    /// (SEC-17, SEC-22). For callers who may assert.
    pub async fn mark_verified(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        value: &str,
        reason: &str,
    ) -> ContactEditResult {
        let reason = reason_stated(Some(reason)).ok_or(Refusal::ReasonRequired)?;
        self.edit_contacts(cx, id, family, |seen, wanted| {
            in_force(seen, family, value)?;
            wanted.contacts.of_mut(family).asserts_verified = Some(true);
            wanted.reason = Some(reason.clone());
            Ok(())
        })
        .await
    }

    /// Takes the proof of the value in force away and asks for a new one, in one step. For callers who may assert.
    pub async fn ask_for_new_proof(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        value: &str,
        reason: Option<&str>,
    ) -> ContactEditResult {
        let reason = reason_stated(reason);
        self.edit_contacts(cx, id, family, |seen, wanted| {
            let held = in_force(seen, family, value)?.clone();
            self.check_proof_begins(cx.actor.persona(), seen, family)?;
            hold(seen, wanted, held);
            wanted.contacts.of_mut(family).asserts_verified = Some(false);
            wanted.reason.clone_from(&reason);
            Ok(())
        })
        .await
    }

    async fn edit_contacts(
        &self,
        cx: &Context,
        id: UserId,
        family: ClaimFamily,
        edit: impl Fn(&Snapshot, &mut Wanted) -> Result<(), ContactEditError>,
    ) -> ContactEditResult {
        let before = Mutex::new(None);
        let view = self
            .update_profile(cx, id, None, |seen| {
                let pending = seen.pending(family).map(|pending| pending.id);
                let contacts = seen.user.profile.contacts(family).clone();
                let seen_before = Before { version: seen.user.version, contacts, pending };
                *before.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen_before);
                let mut wanted = Wanted::echo(&seen.user.profile);
                edit(seen, &mut wanted)?;
                Ok(Edit { wanted, password: None })
            })
            .await?;
        let before = before.into_inner().unwrap_or_else(PoisonError::into_inner);
        let seen = self.snapshot(cx, id).await?.ok_or(UpdateError::NoSuchUser)?;
        let outcome = match before {
            Some(before) => outcome(&before, &view, &seen, family),
            None => return Err(Failure::Busy.into()),
        };
        Ok(ContactEdited { outcome, view })
    }

    fn check_lists(&self, seen: &Snapshot) -> Result<(), ContactEditError> {
        if self.settings(&seen.overrides).lists { Ok(()) } else { Err(ContactEditError::ListsOff) }
    }

    fn check_proof_begins(
        &self,
        persona: Persona,
        seen: &Snapshot,
        family: ClaimFamily,
    ) -> Result<(), ContactEditError> {
        match self.settings(&seen.overrides).writes_straight(family, persona) {
            Some(_) => Err(ContactEditError::VerificationOff),
            None => Ok(()),
        }
    }
}

fn outcome(before: &Before, view: &UserView, seen: &Snapshot, family: ClaimFamily) -> EditOutcome {
    let old = before.pending;
    match seen.pending(family) {
        Some(pending) if old != Some(pending.id) => {
            EditOutcome::Waits { change: pending.id, value: pending.value.clone() }
        }
        _ if view.user.version == before.version => EditOutcome::Unchanged,
        None if old.is_some() && view.user.profile.contacts(family) == &before.contacts => {
            EditOutcome::CalledOff
        }
        _ => EditOutcome::Landed,
    }
}

#[cfg(test)]
mod tests;
