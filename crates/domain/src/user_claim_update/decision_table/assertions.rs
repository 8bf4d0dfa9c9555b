//! SEC-22, DESIGN §5: `emailVerified` and `phoneVerified`, written by a client.

use crate::actor::Persona;
use crate::user_claim_update::rendering::both;
use crate::user_claim_update::sample::given;

/// SEC-22: an owner asserts nothing; an echo of the flag is ignored.
#[test]
fn an_owner_cannot_assert_a_verified_flag() {
    both(
        |family| given(family).p('p').asks(|ask| ask.asserts(true)),
        "email: refused Mutability(\"emailVerified\")
         mobile: refused Mutability(\"phoneVerified\")",
    );
    both(
        |family| given(family).p('p').v().asks(|ask| ask.asserts(false)),
        "email: refused Mutability(\"emailVerified\")
         mobile: refused Mutability(\"phoneVerified\")",
    );
    both(|family| given(family).p('p').v().asks(|ask| ask.asserts(true)), "");
}

/// SEC-22: nor does somebody else without the permission.
#[test]
fn asserting_needs_the_permission() {
    both(
        |family| {
            let case = given(family).p('p').by(Persona::Administrator);
            case.knowing(|actor| actor.may_assert = false).asks(|ask| ask.asserts(true))
        },
        "email: refused Mutability(\"emailVerified\")
         mobile: refused Mutability(\"phoneVerified\")",
    );
}

/// DESIGN §5: an assertion verifies P, lists it, ends what waits (I12), and is on record as an assertion.
#[test]
fn an_assertion_verifies_and_lists_the_primary() {
    for persona in [Persona::Administrator, Persona::Application] {
        both(
            |family| given(family).p('p').n('x').by(persona).asks(|ask| ask.asserts(true)),
            "V: false → true
             A: [] → [p]
             L: [] → [p]
             cancel N: overwritten
             notice marked_verified to p about p
             audit change_cancelled by request x
             audit verified_asserted by assertion p
             version moves",
        );
    }
}

/// SEC-17: that a value is verified on somebody's word is told to it and to every proven address, unless notices are off.
#[test]
fn an_assertion_is_told_to_the_person() {
    both(
        |family| {
            let case = given(family).p('p').a("q").l("q").with(|s| s.lists = false);
            case.by(Persona::Administrator).asks(|ask| ask.asserts(true))
        },
        "V: false → true
         notice marked_verified to p about p
         notice marked_verified to q about p
         audit verified_asserted by assertion p
         version moves",
    );
    both(
        |family| {
            let case = given(family).p('p').with(|s| (s.lists, s.notify_old) = (false, false));
            case.by(Persona::Administrator).asks(|ask| ask.asserts(true))
        },
        "V: false → true
         audit verified_asserted by assertion p
         version moves",
    );
}

/// pages.md §5, *Ask for new proof*: the proof there was is withdrawn and one for the same value begins, in one decision,
/// whatever waits and whoever asked for that.
#[test]
fn a_new_proof_is_asked_for_in_place_of_the_one_there_was() {
    both(
        |family| {
            let case = given(family).p('p').v().a("p").l("p").n('x').by(Persona::Administrator);
            case.asks(|ask| ask.p('p').verify(true).asserts(false))
        },
        "V: true → false
         L: [p] → []
         end N: superseded
         begin primary p for admin
         audit change_superseded by m11_held x
         audit value_held by m11_held p
         audit verified_withdrawn by assertion p
         spends send, value
         version moves",
    );
}

/// SEC-22: to whom the proof is not his to withdraw, asking for a new one is refused as withdrawing is.
#[test]
fn an_owner_does_not_withdraw_his_proof_by_asking_for_a_new_one() {
    both(
        |family| given(family).p('p').v().asks(|ask| ask.p('p').verify(true).asserts(false)),
        "email: refused Mutability(\"emailVerified\")
         mobile: refused Mutability(\"phoneVerified\")",
    );
}

/// Without lists an assertion moves the flag alone.
#[test]
fn an_assertion_lists_nothing_where_lists_are_off() {
    both(
        |family| {
            given(family)
                .p('p')
                .with(|s| s.lists = false)
                .by(Persona::Administrator)
                .asks(|ask| ask.asserts(true))
        },
        "V: false → true
         notice marked_verified to p about p
         audit verified_asserted by assertion p
         version moves",
    );
}

/// A withdrawn assertion takes P out of L: every member of L has a proof (I5).
#[test]
fn a_withdrawal_takes_the_primary_out_of_the_verified_list() {
    both(
        |family| {
            given(family)
                .p('p')
                .v()
                .a("p x")
                .l("p x")
                .by(Persona::Administrator)
                .asks(|ask| ask.asserts(false))
        },
        "V: true → false
         L: [p x] → [x]
         audit verified_withdrawn by assertion p
         version moves",
    );
}

/// A value that waits cannot be asserted in the same request; that it is not verified goes without saying.
#[test]
fn a_value_that_waits_cannot_be_asserted() {
    both(
        |family| given(family).p('p').by(Persona::Administrator).asks(|ask| ask.p('x').asserts(true)),
        "refused AssertsPending",
    );
    both(
        |family| {
            let case = given(family).p('p').v().by(Persona::Administrator).with(|s| s.notify_old = false);
            case.asks(|ask| ask.p('x').asserts(false))
        },
        "begin primary x for admin
         audit value_held by m11_held x
         spends send, value
         version moves",
    );
}

/// There must be something to assert.
#[test]
fn nothing_can_be_asserted_without_a_primary() {
    both(
        |family| given(family).by(Persona::Administrator).asks(|ask| ask.asserts(true)),
        "refused NothingToAssert",
    );
    both(
        |family| given(family).p('p').by(Persona::Administrator).asks(|ask| ask.no_p().asserts(true)),
        "refused NothingToAssert",
    );
}

/// A direct write and its assertion in one request: two rows on record.
#[test]
fn a_value_written_straight_can_be_asserted_in_the_same_request() {
    both(
        |family| {
            let case = given(family).p('p').switched_off().by(Persona::Administrator);
            case.asks(|ask| ask.p('x').asserts(true))
        },
        "P: p → x
         V: false → true
         entries: p → x
         A: [] → [x]
         L: [] → [x]
         notice changed to p about x
         audit value_written by m1_switched_off x
         audit verified_asserted by assertion x
         version moves",
    );
}

/// An assertion of what M7 has just proven adds nothing.
#[test]
fn an_assertion_of_a_proven_value_adds_nothing() {
    both(
        |family| {
            given(family).p('p').a("x").l("x").by(Persona::Administrator).asks(|ask| ask.p('x').asserts(true))
        },
        "P: p → x
         V: false → true
         entries: p → x
         notice changed to p about x
         audit value_written by m7_already_proven x
         version moves",
    );
}

/// An assertion beside the value in force, or beside P in L', verifies it; no proof of it begins.
#[test]
fn an_assertion_of_the_named_primary_begins_no_proof() {
    both(
        |family| given(family).p('p').by(Persona::Administrator).asks(|ask| ask.p('p').asserts(true)),
        "V: false → true
         A: [] → [p]
         L: [] → [p]
         notice marked_verified to p about p
         audit nothing_started by m8_already_held p
         audit verified_asserted by assertion p
         version moves",
    );
    both(
        |family| given(family).p('p').by(Persona::Administrator).asks(|ask| ask.l("p").asserts(true)),
        "V: false → true
         A: [] → [p]
         L: [] → [p]
         notice marked_verified to p about p
         audit nothing_started by m8_already_held p
         audit verified_asserted by assertion p
         version moves",
    );
}
