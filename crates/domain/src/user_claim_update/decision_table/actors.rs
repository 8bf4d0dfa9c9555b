//! `verification.md` §2.7, D-1, SEC-38, I12: who asks, and what shuts the user out.

use crate::actor::Persona;
use crate::claim::ClaimFamily;
use crate::refusal::Refusal;
use crate::user_claim_update::NonOwnerUpdate;
use crate::user_claim_update::rendering::{both, expect};
use crate::user_claim_update::sample::{Ask, given};

const PRIVILEGED: [Persona; 2] = [Persona::Administrator, Persona::Application];

/// D-1, SEED-14, SEC-38: by default a value set by somebody else waits like the owner's.
#[test]
fn an_update_by_somebody_else_waits_by_default() {
    for (persona, name) in [(Persona::Administrator, "admin"), (Persona::Application, "importer")] {
        both(
            |family| {
                given(family).p('p').v().with(|s| s.notify_old = false).by(persona).asks(|ask| ask.p('x'))
            },
            &format!(
                "begin primary x for {name}
                 audit value_held by m11_held x
                 spends send, value
                 version moves"
            ),
        );
    }
}

/// D-1, SEC-38, SEED-14: with the skip the value is written, not verified, and both addresses are told; by the family's
/// flag or by the general setting.
#[test]
fn a_privileged_skip_writes_straight_and_tells_old_and_new() {
    for persona in PRIVILEGED {
        for by_flag in [true, false] {
            both(
                |family| {
                    let case = given(family).p('p').v().n('y').by(persona).with(|settings| {
                        settings.family.of_mut(family).skip_by_privileged = by_flag;
                        let otherwise = NonOwnerUpdate::Skip;
                        settings.non_owner_update = if by_flag { NonOwnerUpdate::Verify } else { otherwise };
                    });
                    case.knowing(|actor| actor.reason = Some("ticket 7".to_owned())).asks(|ask| ask.p('x'))
                },
                "P: p → x
                 V: true → false
                 entries: p → x
                 cancel N: overwritten
                 notice changed to p about x
                 notice changed to x about x
                 audit change_cancelled by request y (ticket 7)
                 audit value_written by m1_privileged_skip x (ticket 7)
                 version moves",
            );
        }
    }
}

/// The skip is for others: the owner's value waits.
#[test]
fn a_privileged_skip_is_not_for_the_owner() {
    both(
        |family| {
            let case = given(family).p('p').v().with(|s| s.notify_old = false);
            case.with(|s| s.non_owner_update = NonOwnerUpdate::Skip).asks(|ask| ask.p('x'))
        },
        "begin primary x for bob
         audit value_held by m11_held x
         spends send, value
         version moves",
    );
}

/// SEC-38: in the hardened profile a direct privileged write states its reason.
#[test]
fn a_privileged_skip_needs_a_reason_in_the_hardened_profile() {
    both(
        |family| {
            let case = given(family).p('p').v().by(Persona::Administrator).with(|settings| {
                settings.non_owner_update = NonOwnerUpdate::Skip;
                settings.reason_required = true;
            });
            assert!(
                case.clone().knowing(|a| a.reason = Some("moved".to_owned())).decide(|a| a.p('x')).is_ok()
            );
            case.asks(|ask| ask.p('x'))
        },
        "refused ReasonRequired",
    );
}

/// SEC-17: a change of one family is told to the proven addresses of both.
#[test]
fn notices_reach_the_proven_addresses_of_both_families() {
    both(
        |family| {
            let other = ClaimFamily::ALL.into_iter().find(|other| *other != family).unwrap();
            let mut case = given(family).p('p').v().a("q x").l("q x");
            *case.seen.user.profile.contacts.of_mut(other) =
                given(other).p('y').v().a("y z").l("y z").contacts().clone();
            case.switched_off().asks(|ask| ask.p('x'))
        },
        "P: p → x
         V: true → false
         entries: p → x
         notice changed to p about x
         email: notice changed to q about x
         email: notice changed to ~y about x
         email: notice changed to ~z about x
         mobile: notice changed to ~y about x
         mobile: notice changed to ~z about x
         mobile: notice changed to q about x
         audit value_written by m1_switched_off x
         version moves",
    );
}

/// I12: a lock or a disable ends what waits in both families, and nothing begins in the same request. It is on record under
/// its own name (SEC-60).
#[test]
fn shutting_a_user_out_ends_what_waits_and_begins_nothing() {
    let ways: [fn(&mut Ask); 2] =
        [|ask| ask.wanted.active = Some(false), |ask| ask.wanted.locked = Some(true)];
    for (shut_out, event) in ways.into_iter().zip(["user_disabled", "user_locked"]) {
        both(
            |family| {
                let other = ClaimFamily::ALL.into_iter().find(|other| *other != family).unwrap();
                let mut case = given(family).p('p').v().n('x').by(Persona::Administrator);
                *case.seen.pending.of_mut(other) = given(other).n('z').seen.pending.of(other).clone();
                case.asks(|mut ask| {
                    shut_out(&mut ask);
                    ask.p('y')
                })
            },
            &format!(
                "plain attributes change
             cancel N: security
             audit change_cancelled by security x
             audit nothing_started by security y
             audit {event} by request
             version moves
             credentials end"
            ),
        );
    }
}

/// I12: also of a user who was shut out another way before.
#[test]
fn locking_a_disabled_user_ends_what_waits() {
    both(
        |family| {
            let mut case = given(family).p('p').v().n('x').by(Persona::Administrator);
            case.seen.user.profile.active = Some(false);
            case.asks(|mut ask| {
                ask.wanted.locked = Some(true);
                ask
            })
        },
        "plain attributes change
         cancel N: security
         audit change_cancelled by security x
         audit user_locked by request
         version moves
         credentials end",
    );
}

/// SEC-60: whoever is let in again is on record, and nothing else is said of it.
#[test]
fn letting_in_again_is_on_record() {
    both(
        |family| {
            let mut case = given(family).p('p').by(Persona::Administrator);
            (case.seen.user.profile.active, case.seen.user.profile.locked) = (Some(false), Some(true));
            case.asks(|mut ask| {
                (ask.wanted.active, ask.wanted.locked) = (Some(true), Some(false));
                ask
            })
        },
        "plain attributes change
         audit user_enabled by request
         audit user_unlocked by request
         version moves",
    );
}

/// I12: a new password ends what waited; a value asked for in the same request begins to wait.
#[test]
fn a_new_password_ends_what_waited_and_not_what_begins() {
    both(
        |family| {
            let case = given(family).p('p').v().n('x').with(|s| s.notify_old = false);
            case.asks(|mut ask| {
                ask.wanted.password_set = true;
                ask
            })
        },
        "cancel N: security
         audit change_cancelled by security x
         audit password_set by request
         version moves
         credentials end",
    );
    both(
        |family| {
            let case = given(family).p('p').v().n('x').with(|s| s.notify_old = false);
            case.asks(|mut ask| {
                ask.wanted.password_set = true;
                ask.p('y')
            })
        },
        "end N: superseded
         begin primary y for bob
         audit change_superseded by m11_held x
         audit value_held by m11_held y
         audit password_set by request
         spends send, value
         version moves
         credentials end",
    );
}

/// DESIGN §5: an owner's new password needs recent authentication; a privileged caller's does not.
#[test]
fn an_owner_sets_a_password_with_recent_authentication_only() {
    let case = given(ClaimFamily::Email).p('p').knowing(|actor| actor.recent_auth = false);
    let password = |mut ask: Ask| {
        ask.wanted.password_set = true;
        ask
    };

    assert_eq!(case.decide(password), Err(Refusal::StaleAuthentication));
    let privileged = case.by(Persona::Administrator).knowing(|actor| actor.recent_auth = false);
    expect(
        ClaimFamily::Email,
        &privileged.asks(password),
        "audit password_set by request
         credentials end",
    );
}

/// DESIGN §5, `userName`: never by the owner, by others only where the dialect allows it.
#[test]
fn a_user_name_changes_only_by_a_privileged_caller_of_a_dialect_that_allows_it() {
    let rename = |allowed: bool| {
        move |mut ask: Ask| {
            ask.wanted.user_name = "robert".to_owned();
            ask.wanted.rename_allowed = allowed;
            ask
        }
    };
    let case = given(ClaimFamily::Email);
    let refused = Err(Refusal::Mutability("userName".to_owned()));

    assert_eq!(case.decide(rename(true)), refused);
    let case = case.by(Persona::Administrator);
    assert_eq!(case.decide(rename(false)), refused);
    assert_eq!(case.decide(rename(true)).unwrap().profile.unwrap().user_name, "robert");
}

/// DESIGN §5: what is readOnly to the owner is refused by name.
#[test]
fn an_owner_cannot_write_what_is_read_only_to_him() {
    let title = |mut ask: Ask| {
        ask.wanted.attributes.insert("title".to_owned(), "Director".into());
        ask
    };
    let case = given(ClaimFamily::Email);

    assert_eq!(case.decide(title), Err(Refusal::Mutability("title".to_owned())));
    assert!(case.by(Persona::Application).decide(title).is_ok());
}
