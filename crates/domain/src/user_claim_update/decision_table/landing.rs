//! `verification.md` §2.2 (confirmation), §2.4 (its table), D-5, SEC-17: what a proof leads to.

use crate::change::Purpose;
use crate::claim::ClaimFamily;
use crate::user_claim_update::land;
use crate::user_claim_update::rendering::both;
use crate::user_claim_update::sample::{Case, given};

fn lands(case: &Case) -> String {
    let pending = case.seen.pending(case.family).cloned().unwrap();
    let plan = land(&case.seen, &pending.proven_for_tests(case.seen.now), &case.actor, &case.settings);
    case.render(&plan)
}

/// SEED-16, SEED-31, SEED-36, D-5: the value becomes P, verified and listed; the old and every proven address is told.
#[test]
fn a_proven_primary_takes_effect_and_is_listed() {
    both(
        |family| lands(&given(family).p('p').v().a("p q").l("p q").n('x')),
        "P: p → x
         entries: p → x
         A: [p q] → [p q x]
         L: [p q] → [p q x]
         prove N
         notice changed to p about x
         notice changed to q about x
         audit value_proven by proof x
         version moves",
    );
}

/// D-5 needs the lists.
#[test]
fn a_proven_primary_is_not_listed_where_lists_are_off() {
    both(
        |family| lands(&given(family).p('p').n('x').with(|settings| settings.lists = false)),
        "P: p → x
         V: false → true
         entries: p → x
         prove N
         notice changed to p about x
         audit value_proven by proof x
         version moves",
    );
}

/// M9: a proof of the value in force changes nothing that anybody would have to be told.
#[test]
fn a_proof_of_the_value_in_force_sets_the_flag() {
    both(
        |family| lands(&given(family).p('p').n('p')),
        "V: false → true
         A: [] → [p]
         L: [] → [p]
         prove N
         audit value_proven by proof p
         version moves",
    );
}

/// §2.4, SEED-39: x ∉ L, x ∉ A: both gain it; P and V stay.
#[test]
fn a_proven_member_joins_both_lists() {
    both(
        |family| lands(&given(family).p('p').v().a("p").l("p").n_list('x')),
        "A: [p] → [p x]
         L: [p] → [p x]
         prove N
         notice added to p about x
         audit value_proven by proof x
         version moves",
    );
}

/// §2.4: x ∈ A keeps its place and spelling there.
#[test]
fn a_proven_member_keeps_its_place_in_a() {
    both(
        |family| lands(&given(family).p('p').a("X p").n_list('x')),
        "L: [] → [x]
         prove N
         notice added to p about x
         audit value_proven by proof x
         version moves",
    );
}

/// §2.4: P blank: the first proven value becomes P.
#[test]
fn the_first_proven_value_becomes_the_primary() {
    both(
        |family| lands(&given(family).a("x").n_list('x')),
        "P: – → x
         V: false → true
         entries: – → x
         L: [] → [x]
         prove N
         audit value_proven by proof x
         version moves",
    );
}

/// §2.4: x = P: V follows.
#[test]
fn a_proven_member_that_is_the_primary_verifies_it() {
    both(
        |family| lands(&given(family).p('p').a("p").n_list('p')),
        "V: false → true
         L: [] → [p]
         prove N
         audit value_proven by proof p
         version moves",
    );
}

/// SEC-17 can be switched off.
#[test]
fn nobody_is_told_where_notices_are_off() {
    both(
        |family| {
            lands(&given(family).p('p').v().a("p").l("p").n('x').with(|settings| settings.notify_old = false))
        },
        "P: p → x
         entries: p → x
         A: [p] → [p x]
         L: [p] → [p x]
         prove N
         audit value_proven by proof x
         version moves",
    );
}

/// A right code starts the long count of wrong ones again, not the hourly one (SEC-10).
#[test]
fn a_proof_clears_the_long_count_of_wrong_codes() {
    for family in ClaimFamily::ALL {
        let mut case = given(family).p('p').n('x');
        let now = case.seen.now;
        (0..3).for_each(|_| case.seen.budget.of_mut(family).record_wrong(now));
        let pending = case.seen.pending(family).cloned().unwrap();
        assert_eq!(pending.purpose, Purpose::Primary);

        let plan = land(&case.seen, &pending.proven_for_tests(now), &case.actor, &case.settings);

        let budget = plan.budget.of(family);
        assert_eq!((budget.wrong_since_success, budget.wrong_hour.count), (0, 3));
    }
}
