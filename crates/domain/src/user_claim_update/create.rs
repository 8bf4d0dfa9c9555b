//! A user who is created (DESIGN §5, "Values given at creation").

use super::plan::Begin;
use super::{Settings, Wanted, WantedContacts, numbers};
use crate::actor::Actor;
use crate::change::{Entry, Purpose};
use crate::claim::{Address, ClaimFamily, PerFamily};
use crate::profile::{Contacts, Profile};
use crate::refusal::Refusal;

/// A profile to insert, and the verifications asked for with it.
#[derive(Clone, PartialEq, Debug)]
pub struct Creation {
    /// The claims: P and A as given, V false unless asserted, nothing pending.
    pub profile: Profile,
    /// Values whose proof was asked for by `verifyEmail` / `verifyMobile` (M9).
    pub begins: Vec<Begin>,
    /// Addresses asserted as verified by a caller who may: one audit row each.
    pub asserted: Vec<Address>,
}

/// What a POST or an import leads to. Pending attributes and unasserted members of L are dropped; too long lists and
/// numbers that are not served are refused.
pub fn create(wanted: &Wanted, actor: &Actor, settings: &Settings) -> Result<Creation, Refusal> {
    let mut contacts = PerFamily::<Contacts>::default();
    let mut begins = Vec::new();
    let mut asserted = Vec::new();
    for family in ClaimFamily::ALL {
        let wish = wanted.contacts.of(family).clone();
        let wish = &numbers::keyed(&Contacts::default(), None, wish, settings)?;
        let mut given = given(wish, settings);
        if wish.asserts_verified == Some(true) && actor.may_assert {
            let address = given.address().cloned().ok_or(Refusal::NothingToAssert(family))?;
            given.verified = true;
            if settings.lists {
                given.list_as_proven(&address);
            }
            asserted.push(address);
        } else if let Some(begin) = asked_for(family, wish, actor, settings) {
            begins.push(begin);
        }
        for member in listed_as_proven(wish, actor, settings) {
            if given.proven_as(member).is_none() {
                given.list_as_proven(member);
                asserted.push(member.clone());
            }
            given.verified |= given.holds(member);
        }
        if given.all.len() > settings.list_max {
            return Err(Refusal::TooMany { max: settings.list_max });
        }
        *contacts.of_mut(family) = given;
    }
    let profile = Profile {
        user_name: wanted.user_name.clone(),
        active: wanted.active,
        locked: wanted.locked,
        contacts,
        attributes: wanted.attributes.clone(),
    };
    Ok(Creation { profile, begins, asserted })
}

fn given(wish: &WantedContacts, settings: &Settings) -> Contacts {
    let mut all: Vec<Address> = Vec::new();
    for address in wish.all.iter().flatten().filter(|_| settings.lists) {
        if !all.iter().any(|seen| seen.same_as(address)) {
            all.push(address.clone());
        }
    }
    Contacts {
        held: wish.held.clone(),
        verified: false,
        others: wish.others.clone(),
        all,
        proven: Vec::new(),
    }
}

/// The members of L' that an import brings along as proven.
fn listed_as_proven<'w>(
    wish: &'w WantedContacts,
    actor: &Actor,
    settings: &Settings,
) -> impl Iterator<Item = &'w Address> {
    let counts = wish.asserts_listed && actor.may_assert && settings.lists;
    wish.proven.iter().flatten().filter(move |_| counts)
}

/// M9: the value is in force already and its proof is asked for.
fn asked_for(
    family: ClaimFamily,
    wish: &WantedContacts,
    actor: &Actor,
    settings: &Settings,
) -> Option<Begin> {
    let enabled = settings.of(family).enabled && wish.verify == Some(true);
    let held = wish.held.as_ref().filter(|_| enabled)?;
    Some(Begin {
        purpose: Purpose::Primary,
        value: held.address.clone(),
        entry: Entry { label: held.label.clone(), keeps_held: false },
        form: settings.of(family).form,
        validity_minutes: settings.of(family).validity_minutes,
        requester: actor.requester.clone(),
        cancel_link_to: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Persona;
    use crate::change::Form;
    use crate::user_claim_update::PendingWish;
    use crate::user_claim_update::sample::{Case, actor, address, addresses, given, held};

    /// A POST by an administrator with P = x in this family.
    fn post(family: ClaimFamily, change: impl FnOnce(&mut WantedContacts)) -> (Case, Wanted) {
        let case = given(family).by(Persona::Administrator);
        let mut wanted = Wanted::echo(&case.seen.user.profile);
        let contacts = wanted.contacts.of_mut(family);
        contacts.held = Some(held(family, 'x'));
        change(contacts);
        (case, wanted)
    }

    fn created(family: ClaimFamily, change: impl FnOnce(&mut WantedContacts)) -> Creation {
        let (case, wanted) = post(family, change);
        create(&wanted, &case.actor, &case.settings).unwrap()
    }

    /// DESIGN §5, "Values given at creation": P and A as given, V false, nothing pending, no message; members of L and
    /// pending values are dropped.
    #[test]
    fn values_given_at_creation_are_in_force_and_not_verified() {
        for family in ClaimFamily::ALL {
            let creation = created(family, |contacts| {
                contacts.all = Some(addresses(family, "x y X"));
                contacts.proven = Some(addresses(family, "x y"));
                contacts.pending = PendingWish::Value("anything".to_owned());
                contacts.verify = Some(false);
            });

            let expected = Contacts {
                held: Some(held(family, 'x')),
                all: addresses(family, "x y"),
                ..Contacts::default()
            };
            assert_eq!(creation.profile.contacts(family), &expected);
            assert_eq!((creation.begins, creation.asserted), (Vec::new(), Vec::new()));
        }
    }

    /// `emailVerified` / `phoneVerified` from a caller who may assert: V, A and L.
    #[test]
    fn a_value_asserted_at_creation_is_verified_and_listed() {
        for family in ClaimFamily::ALL {
            let creation = created(family, |contacts| contacts.asserts_verified = Some(true));

            let contacts = creation.profile.contacts(family);
            assert!(contacts.verified);
            assert_eq!((&contacts.all, &contacts.proven), (&addresses(family, "x"), &addresses(family, "x")));
            assert_eq!(creation.asserted, [address(family, 'x')]);
        }
    }

    /// Without the lists only the flag is set; without the permission nothing is; without an address it is refused.
    #[test]
    fn an_assertion_at_creation_has_its_limits() {
        let family = ClaimFamily::Email;
        let (mut case, wanted) = post(family, |contacts| contacts.asserts_verified = Some(true));
        case.settings.lists = false;
        let unlisted = create(&wanted, &case.actor, &case.settings).unwrap();
        let contacts = unlisted.profile.contacts(family);
        assert_eq!((contacts.verified, contacts.all.len(), contacts.proven.len()), (true, 0, 0));

        case.actor.may_assert = false;
        let dropped = create(&wanted, &case.actor, &case.settings).unwrap();
        assert_eq!((dropped.profile.contacts(family).verified, dropped.asserted), (false, Vec::new()));

        let (case, nothing) =
            post(family, |contacts| (contacts.held, contacts.asserts_verified) = (None, Some(true)));
        let refused = create(&nothing, &case.actor, &case.settings);
        assert_eq!(refused, Err(Refusal::NothingToAssert(family)));
    }

    /// An import carries proofs along: members of L' and, where P is one of them, V. A request over the network does not.
    #[test]
    fn an_import_brings_its_proven_addresses_along() {
        for family in ClaimFamily::ALL {
            let lists = |contacts: &mut WantedContacts| {
                (contacts.all, contacts.proven) =
                    (Some(addresses(family, "y x z")), Some(addresses(family, "z x Z")));
            };
            let imported = created(family, |contacts| {
                lists(contacts);
                contacts.asserts_listed = true;
            });
            let contacts = imported.profile.contacts(family);
            assert_eq!(contacts.all, addresses(family, "y x z"));
            assert_eq!((&contacts.proven, contacts.verified), (&addresses(family, "z x"), true));
            assert_eq!(imported.asserted, addresses(family, "z x"));

            let sent = created(family, lists);
            assert_eq!((sent.profile.contacts(family).proven.len(), sent.asserted.len()), (0, 0));
        }
    }

    /// M9: `verify…: true` starts the proof of the value that is in force; not where verification is off, nor without a
    /// value, nor beside an assertion.
    #[test]
    fn a_proof_asked_for_at_creation_begins() {
        for family in ClaimFamily::ALL {
            let ask = |contacts: &mut WantedContacts| contacts.verify = Some(true);
            let expected = Begin {
                purpose: Purpose::Primary,
                value: address(family, 'x'),
                entry: Entry { label: held(family, 'x').label, keeps_held: false },
                form: Form::Otp,
                validity_minutes: 10,
                requester: actor(Persona::Administrator).requester,
                cancel_link_to: None,
            };
            assert_eq!(created(family, ask).begins, [expected]);

            let (case, wanted) = post(family, ask);
            let off = case.clone().switched_off();
            assert_eq!(create(&wanted, &off.actor, &off.settings).unwrap().begins, []);
            let none = created(family, |contacts| (contacts.held, contacts.verify) = (None, Some(true)));
            assert_eq!(none.begins, []);
            let asserted = created(family, |contacts| {
                (contacts.asserts_verified, contacts.verify) = (Some(true), Some(true));
            });
            assert_eq!(asserted.begins, []);
        }
    }

    /// §2.4-7: a list longer than the maximum is refused; lists that are off are dropped.
    #[test]
    fn a_list_over_the_maximum_is_refused_at_creation() {
        let (mut case, wanted) = post(ClaimFamily::Email, |contacts| {
            contacts.all = Some(addresses(ClaimFamily::Email, "x y z"));
        });
        case.settings.list_max = 2;
        assert_eq!(create(&wanted, &case.actor, &case.settings), Err(Refusal::TooMany { max: 2 }));

        case.settings.lists = false;
        let creation = create(&wanted, &case.actor, &case.settings).unwrap();
        assert_eq!(creation.profile.contacts.email.all, []);
    }
}
