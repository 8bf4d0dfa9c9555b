//! `verification.md` §2.5 and §2.6, D-6, D-7, D-11, D-12: what happens to a value that waits when another update arrives.

use crate::actor::{Persona, Surface};
use crate::claim::ClaimFamily;
use crate::refusal::Refusal;
use crate::user_claim_update::rendering::both;
use crate::user_claim_update::sample::{Ask, given};

/// §2.5: another new value takes its place.
#[test]
fn a_newer_value_supersedes_the_one_that_waits() {
    both(
        |family| given(family).p('p').v().n('x').with(|s| s.notify_old = false).asks(|ask| ask.p('y')),
        "end N: superseded
         begin primary y for bob
         audit change_superseded by m11_held x
         audit value_held by m11_held y
         spends send, value
         version moves",
    );
}

/// §2.5: the same value again gets a new code; it is not one more value of the day.
#[test]
fn the_same_value_again_gets_a_new_code() {
    both(
        |family| given(family).p('p').v().n('x').with(|s| s.notify_old = false).asks(|ask| ask.p('X')),
        "end N: superseded
         begin primary X for bob
         audit change_superseded by m11_held x
         audit value_held by m11_held x
         spends send
         version moves",
    );
}

/// §2.5, D-11: a list candidate supersedes a primary change: one live code per family.
#[test]
fn a_list_candidate_supersedes_the_value_that_waits() {
    both(
        |family| given(family).p('p').v().n('x').with(|s| s.notify_old = false).asks(|ask| ask.l("z")),
        "end N: superseded
         begin list z for bob
         audit change_superseded by m11_held x
         audit value_held by m11_held z
         spends send, value
         version moves",
    );
}

/// §2.5: an update of something else touches nothing that waits.
#[test]
fn an_unrelated_update_keeps_what_waits() {
    both(
        |family| {
            given(family).p('p').v().n('x').asks(|mut ask| {
                ask.wanted.attributes.insert("nickName".to_owned(), "Bobby".into());
                ask
            })
        },
        "plain attributes change
         audit user_updated by request
         version moves",
    );
}

/// D-6: a PUT that carries the held value cancels nothing, whoever sends it.
#[test]
fn a_put_with_the_held_value_cancels_nothing() {
    for persona in [Persona::Owner, Persona::Administrator, Persona::Application] {
        both(|family| given(family).p('p').v().n('x').by(persona).asks(|ask| ask.put('P')), "");
    }
}

/// D-6: the held value from somebody else touches nothing; the trail says that nothing was started.
#[test]
fn the_held_value_from_somebody_else_cancels_nothing() {
    for verified in [true, false] {
        both(
            |family| {
                let case = given(family).p('p').n('x').by(Persona::Administrator);
                if verified { case.v() } else { case }.asks(|ask| ask.p('p'))
            },
            "audit nothing_started by m8_already_held p",
        );
    }
}

/// D-6: whoever asked for the change may take it back that way; so may the owner.
#[test]
fn the_held_value_from_who_asked_or_from_the_owner_cancels() {
    for persona in [Persona::Administrator, Persona::Owner] {
        both(
            |family| {
                given(family).p('p').v().n_by('x', Persona::Administrator).by(persona).asks(|ask| ask.p('p'))
            },
            "cancel N: request
             audit change_cancelled by request x
             audit nothing_started by m8_already_held p
             version moves",
        );
    }
}

/// D-6 under a privileged skip: somebody else's held value touches nothing.
#[test]
fn the_held_value_cancels_nothing_for_a_privileged_skip() {
    both(
        |family| {
            let case = given(family).p('p').v().n('x').by(Persona::Administrator);
            case.with(|s| s.family.of_mut(family).skip_by_privileged = true).asks(|ask| ask.p('p'))
        },
        "",
    );
}

/// §2.5: switched off, any update of the family ends what waits, also with the held value.
#[test]
fn the_held_value_ends_what_waits_once_verification_is_off() {
    for persona in [Persona::Owner, Persona::Administrator] {
        both(
            |family| given(family).p('p').v().n('x').switched_off().by(persona).asks(|ask| ask.p('p')),
            "cancel N: switched_off
             audit change_cancelled by request x
             version moves",
        );
    }
}

/// M9 while another value waits: the proof of P takes its place.
#[test]
fn verifying_the_held_value_supersedes_what_waits() {
    both(
        |family| given(family).p('p').n('x').asks(|ask| ask.p('p')),
        "end N: superseded
         begin primary p for bob
         audit change_superseded by m11_held x
         audit value_held by m11_held p
         spends send, value
         version moves",
    );
}

/// D-12: an identical echo of the pending attribute is ignored.
#[test]
fn an_echo_of_the_pending_value_is_ignored() {
    both(|family| given(family).p('p').v().n('x').asks(|ask| ask.n('x')), "");
}

/// D-12: clearing the pending attribute cancels; where nothing waits it does nothing.
#[test]
fn clearing_the_pending_attribute_cancels() {
    both(
        |family| given(family).p('p').v().n('x').asks(Ask::no_n),
        "cancel N: request
         audit change_cancelled by request x
         version moves",
    );
    both(|family| given(family).p('p').v().asks(Ask::no_n), "");
}

/// D-12: any other value is refused: a client cannot forge a pending state (SEC-22).
#[test]
fn another_pending_value_is_refused() {
    for persona in [Persona::Owner, Persona::Administrator] {
        both(
            |family| given(family).p('p').v().n('x').by(persona).asks(|ask| ask.n('y')),
            "email: refused Mutability(\"pendingEmails\")
             mobile: refused Mutability(\"pendingMobileNumber\")",
        );
        both(
            |family| given(family).p('p').v().by(persona).asks(|ask| ask.n('p')),
            "email: refused Mutability(\"pendingEmails\")
             mobile: refused Mutability(\"pendingMobileNumber\")",
        );
    }
}

/// D-12 beside a new value: the change ends once, as superseded.
#[test]
fn clearing_the_pending_attribute_beside_a_new_value_ends_the_change_once() {
    both(
        |family| given(family).p('p').v().n('x').with(|s| s.notify_old = false).asks(|ask| ask.p('y').no_n()),
        "end N: superseded
         begin primary y for bob
         audit change_superseded by m11_held x
         audit value_held by m11_held y
         spends send, value
         version moves",
    );
}

/// D-12 beside a list candidate: the change ends once, as cancelled, and the candidate begins to wait.
#[test]
fn clearing_the_pending_attribute_beside_a_candidate_ends_the_change_once() {
    both(
        |family| given(family).p('p').v().n('x').with(|s| s.notify_old = false).asks(|ask| ask.l("z").no_n()),
        "cancel N: request
         begin list z for bob
         audit change_cancelled by request x
         audit value_held by m11_held z
         spends send, value
         version moves",
    );
}

/// D-7: clearing P and N together ends the change once.
#[test]
fn clearing_the_primary_and_the_pending_attribute_ends_the_change_once() {
    both(
        |family| given(family).p('p').n('x').asks(|ask| ask.no_p().no_n()),
        "P: p → –
         entries: p → –
         cancel N: request
         notice removed to p about p
         audit change_cancelled by request x
         audit value_removed by m4_cleared p
         version moves",
    );
}

/// §2.6: removing P from A clears neither P nor V.
#[test]
fn removing_the_primary_from_a_does_not_clear_it() {
    both(
        |family| given(family).p('p').v().a("p x").l("p x").asks(|ask| ask.a("x")),
        "A: [p x] → [x]
         L: [p x] → [x]
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// §2.6: removing P keeps it in the lists; they are another attribute.
#[test]
fn removing_the_primary_keeps_the_lists() {
    both(
        |family| given(family).p('p').a("p").l("p").with(|s| s.notify_old = false).asks(Ask::no_p),
        "P: p → –
         entries: p → –
         audit value_removed by m4_cleared p
         version moves",
    );
}

/// D-15: a request over the send limit changes nothing at all and says when to come back.
#[test]
fn a_request_over_the_send_limit_is_refused_whole() {
    both(
        |family| {
            let mut case = given(family).p('p').v();
            let (limits, now) = (case.settings.limits.clone(), case.seen.now);
            for _ in 0..3 {
                case.seen.budget.of_mut(family).take_send(&limits, now).unwrap();
            }
            case.asks(|ask| ask.p('x').a("x"))
        },
        "refused TooManyRequests, 30 s",
    );
}

/// Security §8: ten different values a day; the one that waits already does not count.
#[test]
fn the_eleventh_value_of_the_day_is_refused() {
    both(
        |family| {
            let mut case = given(family).p('p').v().n('x');
            let (limits, now) = (case.settings.limits.clone(), case.seen.now);
            for _ in 0..10 {
                case.seen.budget.of_mut(family).take_value(&limits, now).unwrap();
            }
            assert!(case.decide(|ask| ask.p('x')).is_ok());
            case.asks(|ask| ask.p('y'))
        },
        "refused TooManyRequests, 86400 s",
    );
}

/// SEC-18: the old address is told once an hour, however often the value changes.
#[test]
fn the_cancel_link_is_sent_once_an_hour() {
    let mut case = given(ClaimFamily::Email).p('p').v();
    case.seen.budget.email.noticed_at = Some(case.seen.now - jiff::SignedDuration::from_mins(59));
    assert!(!case.asks(|ask| ask.p('x')).contains("cancel link"));

    case.seen.budget.email.noticed_at = Some(case.seen.now - jiff::SignedDuration::from_mins(60));
    assert!(case.asks(|ask| ask.p('x')).contains("cancel link to p"));
}

/// SEC-24: where the API demands it, changing P, removing it and adding to L need fresh proof of identity.
#[test]
fn stale_authentication_is_refused_where_fresh_is_demanded() {
    for family in ClaimFamily::ALL {
        let case = given(family).p('p').v().a("p").l("p");
        let stale = case.with(|s| s.require_recent_auth = true).knowing(|actor| actor.recent_auth = false);
        assert_eq!(stale.decide(|ask| ask.p('x')), Err(Refusal::StaleAuthentication));
        assert_eq!(stale.decide(Ask::no_p), Err(Refusal::StaleAuthentication));
        assert_eq!(stale.decide(|ask| ask.l("p x")), Err(Refusal::StaleAuthentication));
        assert!(stale.decide(|ask| ask.p('p')).is_ok());
        assert!(stale.decide(|ask| ask.a("p x")).is_ok());
        assert!(stale.clone().by(Persona::Administrator).decide(|ask| ask.p('x')).is_ok());
        let fresh = stale.clone().knowing(|actor| actor.recent_auth = true);
        assert_eq!(fresh.decide(|ask| ask.p('x')).map(|plan| plan.steps.len()), Ok(1));
    }
}

/// SEC-24: at a page the same is demanded of an owner, whatever the API demands; of nobody else, and for nothing else.
#[test]
fn a_page_demands_fresh_authentication_whatever_the_api_demands() {
    for family in ClaimFamily::ALL {
        let case = given(family).p('p').v().a("p q").l("p q").knowing(|actor| {
            (actor.recent_auth, actor.surface) = (false, Surface::Page);
        });
        for asks in [|ask: Ask| ask.p('x'), |ask: Ask| ask.p('q'), |ask: Ask| ask.l("p q x"), Ask::no_p] {
            assert_eq!(case.decide(asks), Err(Refusal::StaleAuthentication));
        }
        assert!(case.decide(|ask| ask.p('p')).is_ok());
        assert!(case.clone().by(Persona::Administrator).decide(|ask| ask.p('x')).is_ok());
        let api = case.clone().knowing(|actor| actor.surface = Surface::Api);
        assert_eq!(api.decide(|ask| ask.p('x')).map(|plan| plan.steps.len()), Ok(1));
    }
}
