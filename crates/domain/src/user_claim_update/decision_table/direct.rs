//! `verification.md` §2.2, row M1: verification is switched off.

use crate::user_claim_update::rendering::both;
use crate::user_claim_update::sample::given;

/// M1, D-8: without verification the value is written straight, is not verified, and nothing waits any more.
#[test]
fn m1_switched_off_writes_straight_and_ends_what_waits() {
    both(
        |family| given(family).p('p').v().n('y').switched_off().asks(|ask| ask.p('x').verify(true)),
        "P: p → x
         V: true → false
         entries: p → x
         cancel N: switched_off
         notice changed to p about x
         audit change_cancelled by request y
         audit value_written by m1_switched_off x
         version moves",
    );
}

/// M1 stands before M7: a direct write proves nothing, even of a listed value (§2.9-2).
#[test]
fn m1_switched_off_does_not_verify_a_listed_value() {
    both(
        |family| given(family).p('p').a("x").l("x").switched_off().asks(|ask| ask.p('X')),
        "P: p → X
         entries: p → X
         notice changed to p about X
         audit value_written by m1_switched_off x
         version moves",
    );
}

/// M1: members of L' are dropped silently, but what waits ends, and the trail says why no message went out.
#[test]
fn m1_switched_off_drops_the_verified_list() {
    both(
        |family| given(family).p('p').a("p x y").l("x").n_list('y').switched_off().asks(|ask| ask.l("y z")),
        "cancel N: switched_off
         audit change_cancelled by request y
         audit nothing_started by m1_switched_off y
         version moves",
    );
}

/// M1 stands before M6; A is still written, and L stays within it.
#[test]
fn m1_switched_off_keeps_l_within_a() {
    both(
        |family| given(family).p('p').a("x y").l("x y").switched_off().asks(|ask| ask.a("y z").l("x")),
        "A: [x y] → [y z]
         L: [x y] → [y]
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// §2.6 under M1: a PUT that echoes L touches nothing.
#[test]
fn m1_switched_off_ignores_an_echo_of_the_lists() {
    both(
        |family| {
            given(family)
                .p('p')
                .a("p x")
                .l("x")
                .n('y')
                .switched_off()
                .asks(|ask| ask.put('p').a("p x").l("x"))
        },
        "",
    );
}

/// SCIM-28: where no proof is at stake, another spelling is kept as sent.
#[test]
fn m1_switched_off_keeps_the_spelling_as_sent() {
    both(
        |family| given(family).p('p').switched_off().asks(|ask| ask.put('P')),
        "P: p → P
         entries: p → P
         audit value_written by m1_switched_off p
         version moves",
    );
}

/// SEC-47: a verified value keeps the bytes that were proven.
#[test]
fn m1_switched_off_keeps_the_proven_spelling_of_a_verified_value() {
    both(|family| given(family).p('p').v().switched_off().asks(|ask| ask.put('P')), "");
}
