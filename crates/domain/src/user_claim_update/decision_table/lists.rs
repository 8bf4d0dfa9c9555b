//! `verification.md` §2.4: the lists A and L.

use crate::claim::ClaimFamily;
use crate::user_claim_update::rendering::both;
use crate::user_claim_update::sample::{address, given};

/// §2.4-1, -4, SEED-37: one new member of L' waits; it enters neither list before it is proven.
#[test]
fn one_new_member_of_the_verified_list_waits() {
    both(
        |family| given(family).p('p').v().a("p").l("p").asks(|ask| ask.l("p x")),
        "email: begin list x for bob, cancel link to p
         mobile: begin list x for bob
         audit value_held by m11_held x
         email: spends send, value, notice
         mobile: spends send, value
         version moves",
    );
}

/// §2.4-4: A' is written at once, also with the member that waits.
#[test]
fn the_all_list_is_written_while_the_member_waits() {
    both(
        |family| {
            given(family)
                .p('p')
                .v()
                .a("p")
                .l("p")
                .with(|s| s.notify_old = false)
                .asks(|a| a.a("p x").l("p x"))
        },
        "A: [p] → [p x]
         begin list x for bob
         audit value_held by m11_held x
         audit lists_updated by m5_lists_only ·
         spends send, value
         version moves",
    );
}

/// §2.4-1: members that were proven are no news; what they were proven as stays.
#[test]
fn known_members_of_the_verified_list_start_nothing() {
    both(|family| given(family).p('p').v().a("p x").l("p x").asks(|ask| ask.l("P X x")), "");
}

/// §2.4-2, D-10: with the primary in the request L' is ignored, even several new members of it.
#[test]
fn the_verified_list_is_ignored_beside_the_primary() {
    both(
        |family| {
            given(family)
                .p('p')
                .v()
                .a("p q")
                .l("p q")
                .with(|s| s.notify_old = false)
                .asks(|a| a.p('x').l("x y z"))
        },
        "begin primary x for bob
         audit value_held by m11_held x
         spends send, value
         version moves",
    );
}

/// D-10: nor can a client shorten L while it changes P.
#[test]
fn the_verified_list_is_not_shortened_beside_the_primary() {
    both(
        |family| given(family).p('p').v().a("p q").l("p q").asks(|ask| ask.p('p').l("p")),
        "audit nothing_started by m8_already_held p",
    );
}

/// §2.4-3: L' ∩ A', whichever of the two the request names.
#[test]
fn removing_an_address_from_a_removes_it_from_l() {
    both(
        |family| given(family).p('p').v().a("p x y").l("p x y").asks(|ask| ask.a("p Y")),
        "A: [p x y] → [p Y]
         L: [p x y] → [p y]
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// L can be shortened on its own.
#[test]
fn removing_an_address_from_l_keeps_it_in_a() {
    both(
        |family| given(family).p('p').v().a("p x").l("p x").asks(|ask| ask.l("p")),
        "L: [p x] → [p]
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// §2.4-5: the verified P joins both lists without a message.
#[test]
fn the_verified_primary_joins_the_lists_at_once() {
    both(
        |family| given(family).p('p').v().asks(|ask| ask.l("P")),
        "A: [] → [p]
         L: [] → [p]
         audit nothing_started by m8_already_held p
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// §2.4-5: the unverified P joins A, and is proven under the list scenario.
#[test]
fn the_unverified_primary_joins_a_and_waits() {
    both(
        |family| given(family).p('p').asks(|ask| ask.l("P")),
        "A: [] → [p]
         begin list p for bob
         audit value_held by m11_held p
         audit lists_updated by m5_lists_only ·
         spends send, value
         version moves",
    );
}

/// M10 for a member: it does not enter L (SEC-16), and nothing starts.
#[test]
fn without_the_verify_flag_a_new_member_is_dropped() {
    both(
        |family| given(family).p('p').v().with(|s| s.use_verify_claim = true).asks(|ask| ask.a("x").l("x")),
        "A: [] → [x]
         audit nothing_started by m10_unverified_write x
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// §2.3, 7.3+: a verified e-mail P that stands in A but not in L joins L before anything else.
#[test]
fn a_verified_email_in_a_joins_l_before_anything_else() {
    both(
        |family| given(family).p('p').v().a("p").asks(|ask| ask.a("p x")),
        "A: [p] → [p x]
         email: L: [] → [p]
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// §2.4-7: a list longer than the maximum is refused …
#[test]
fn a_list_over_the_maximum_is_refused() {
    both(
        |family| given(family).with(|settings| settings.list_max = 2).asks(|ask| ask.a("x y z")),
        "refused TooMany { max: 2 }",
    );
    both(
        |family| given(family).l("x y").a("x y").with(|s| s.list_max = 2).asks(|ask| ask.l("x y z")),
        "refused TooMany { max: 2 }",
    );
}

/// … unless a proof made it that long: a PUT of what is there must go through (§2.6).
#[test]
fn a_list_that_proofs_made_long_can_be_sent_back() {
    both(
        |family| {
            given(family).a("x y z").l("x y z").with(|s| s.list_max = 2).asks(|a| a.a("x y z").l("x y z"))
        },
        "",
    );
}

/// §2.4-8: duplicates count once, at their first position, whatever their spelling.
#[test]
fn duplicates_are_dropped_and_the_first_position_stays() {
    both(
        |family| given(family).asks(|ask| ask.a("x y X z Y")),
        "A: [] → [x y z]
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// Without the lists, what a request says about them is ignored.
#[test]
fn lists_that_are_switched_off_are_ignored() {
    both(|family| given(family).p('p').with(|s| s.lists = false).asks(|ask| ask.a("x").l("x y z")), "");
}

/// SEC-47: what waits for the list is sent to as it was typed, not as A spells it.
#[test]
fn a_candidate_is_written_to_as_it_was_typed() {
    for family in ClaimFamily::ALL {
        let plan = given(family).p('p').v().a("x").decide(|ask| ask.l("X")).unwrap();

        let values: Vec<_> = plan
            .steps
            .iter()
            .filter_map(|step| match step {
                crate::user_claim_update::Step::Begin(begin) => Some(begin.value.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(values, [address(family, 'X')]);
    }
}
