//! `verification.md` §2.2 and §2.3: the rows M2 … M11.

use crate::claim::ClaimFamily;
use crate::user_claim_update::rendering::{both, expect};
use crate::user_claim_update::sample::{Ask, given};

/// M2: nothing asked, nothing done, nothing on record.
#[test]
fn m2_an_echo_does_nothing() {
    both(|family| given(family).p('p').v().a("p").l("p").n('x').asks(|ask| ask), "");
}

/// M4, D-7: clearing P clears V and ends what waits; every proven address learns of it (SEC-17).
#[test]
fn m4_clearing_the_primary_ends_what_waits() {
    both(
        |family| given(family).p('p').v().a("p q").l("p q").n('x').asks(Ask::no_p),
        "P: p → –
         V: true → false
         entries: p → –
         cancel N: overwritten
         notice removed to p about p
         notice removed to q about p
         audit change_cancelled by request x
         audit value_removed by m4_cleared p
         version moves",
    );
}

/// M5: without a new member there is only list clean-up.
#[test]
fn m5_without_a_new_member_only_the_lists_change() {
    both(
        |family| given(family).p('p').v().a("p x y").l("x y").n('z').asks(|ask| ask.a("p x").l("x y")),
        "A: [p x y] → [p x]
         L: [x y] → [x]
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// M6 (`UEV-10003`, `UMV-10002`), SEED-40: two new members are refused, whole.
#[test]
fn m6_two_new_members_are_refused() {
    both(|family| given(family).p('p').v().asks(|ask| ask.l("x y")), "refused SeveralCandidates");
}

/// M7: a value with a proof takes effect at once, in the bytes that were proven (SEC-47), and ends what waits.
#[test]
fn m7_a_listed_value_takes_effect_at_once_as_it_was_proven() {
    both(
        |family| given(family).p('p').v().a("p x").l("p x").n('y').asks(|ask| ask.p('X')),
        "P: p → x
         entries: p → x
         cancel N: overwritten
         notice changed to p about x
         audit change_cancelled by request y
         audit value_written by m7_already_proven x
         version moves",
    );
}

/// M7 for the value in force: written straight once although it was proven, it is verified when it is sent again.
#[test]
fn m7_verifies_a_listed_value_that_is_in_force_already() {
    both(
        |family| given(family).p('P').a("p").l("p").n('y').asks(|ask| ask.p('P')),
        "P: P → p
         V: false → true
         entries: P → p
         cancel N: overwritten
         audit change_cancelled by request y
         audit value_written by m7_already_proven p
         version moves",
    );
}

/// M7 looks at L after clean-up: a value that the same request takes out of A has no proof any more.
#[test]
fn m7_does_not_serve_a_value_removed_from_a_in_the_same_request() {
    both(
        |family| given(family).p('p').v().a("p x").l("x").asks(|ask| ask.p('x').a("p")),
        "A: [p x] → [p]
         email: L: [x] → [p]
         mobile: L: [x] → []
         email: begin primary x for bob, cancel link to p
         mobile: begin primary x for bob
         audit value_held by m11_held x
         audit lists_updated by m5_lists_only ·
         email: spends send, value, notice
         mobile: spends send, value
         version moves",
    );
}

/// M7 where the lists are switched off: a proof that was made still holds (and N never stands in L).
#[test]
fn m7_serves_a_value_proven_before_the_lists_were_switched_off() {
    both(
        |family| given(family).p('p').v().a("x").l("x").with(|s| s.lists = false).asks(|ask| ask.p('x')),
        "P: p → x
         entries: p → x
         notice changed to p about x
         audit value_written by m7_already_proven x
         version moves",
    );
}

/// M8, D-6, SEED-12: the verified value sent again cancels what waits; no message.
#[test]
fn m8_the_value_in_force_cancels_what_waits() {
    both(
        |family| given(family).p('p').v().n('x').asks(|ask| ask.p('P')),
        "cancel N: request
         audit change_cancelled by request x
         audit nothing_started by m8_already_held p
         version moves",
    );
}

/// M8: with lists in the request the value joins them, as it was proven.
#[test]
fn m8_adds_the_value_to_the_lists_of_the_request() {
    both(
        |family| given(family).p('p').v().asks(|ask| ask.p('P').a("x")),
        "A: [] → [x p]
         L: [] → [p]
         audit nothing_started by m8_already_held p
         audit lists_updated by m5_lists_only ·
         version moves",
    );
}

/// M9: the same value, not verified, is proven like a new one; the address itself needs no notice about itself.
#[test]
fn m9_the_unverified_value_in_force_is_verified() {
    both(
        |family| given(family).p('p').asks(|ask| ask.p('p')),
        "begin primary p for bob
         audit value_held by m11_held p
         spends send, value
         version moves",
    );
}

/// M10, SEC-16, SEED-13, SEED-33: where the client decides and did not ask, the value is written, unverified, unlisted, and
/// the old one learns of it.
#[test]
fn m10_without_the_verify_flag_the_value_is_written_unverified() {
    for flag in [None, Some(false)] {
        both(
            |family| {
                let case =
                    given(family).p('p').v().a("p x").l("p").n('y').with(|s| s.use_verify_claim = true);
                case.asks(|ask| match flag {
                    Some(flag) => ask.p('x').verify(flag),
                    None => ask.p('x'),
                })
            },
            "P: p → x
             V: true → false
             entries: p → x
             cancel N: overwritten
             notice changed to p about x
             audit change_cancelled by request y
             audit value_written by m10_unverified_write x
             version moves",
        );
    }
}

/// SEC-16: an owner's unverified write needs fresh proof of identity.
#[test]
fn m10_demands_recent_authentication_of_the_owner() {
    both(
        |family| {
            let case = given(family).p('p').v().with(|settings| settings.use_verify_claim = true);
            case.knowing(|actor| actor.recent_auth = false).asks(|ask| ask.p('x'))
        },
        "refused StaleAuthentication",
    );
}

/// M10 for the value in force: it stays, and what waits ends.
#[test]
fn m10_the_unverified_value_in_force_ends_what_waits() {
    both(
        |family| given(family).p('p').n('x').with(|s| s.use_verify_claim = true).asks(|ask| ask.p('p')),
        "cancel N: overwritten
         audit change_cancelled by request x
         audit nothing_started by m10_unverified_write p
         version moves",
    );
}

/// M10 stands after M7: a proven value needs no flag.
#[test]
fn m10_does_not_stand_before_m7() {
    both(
        |family| {
            given(family).p('p').a("x").l("x").with(|s| s.use_verify_claim = true).asks(|ask| ask.p('x'))
        },
        "P: p → x
         V: false → true
         entries: p → x
         notice changed to p about x
         audit value_written by m7_already_proven x
         version moves",
    );
}

/// M11, SEED-8, SEED-29: the new value waits, the old one holds and, for e-mail, gets a cancel link (SEC-18).
#[test]
fn m11_a_new_value_waits_and_the_old_one_holds() {
    both(
        |family| given(family).p('p').v().asks(|ask| ask.p('x')),
        "email: begin primary x for bob, cancel link to p
         mobile: begin primary x for bob
         audit value_held by m11_held x
         email: spends send, value, notice
         mobile: spends send, value
         version moves",
    );
}

/// M11 with the flag, SEED-11: `verify…: true` under `use_verify_claim` starts the proof.
#[test]
fn m11_with_the_verify_flag_the_value_waits() {
    both(
        |family| {
            let case = given(family).p('p').v().with(|settings| settings.use_verify_claim = true);
            case.asks(|ask| ask.put('x').verify(true))
        },
        "email: begin primary x for bob, cancel link to p
         mobile: begin primary x for bob
         audit value_held by m11_held x
         email: spends send, value, notice
         mobile: spends send, value
         version moves",
    );
}

/// DESIGN §5: without a P the first value is held as well.
#[test]
fn m11_the_first_value_waits_too() {
    both(
        |family| given(family).asks(|ask| ask.p('x')),
        "begin primary x for bob
         audit value_held by m11_held x
         spends send, value
         version moves",
    );
}

/// §2.3, DESIGN §5: with our own notices off, WSO2's notice goes to the old address; on request and on a direct write.
#[test]
fn the_products_own_notices_replace_ours_where_those_are_off() {
    let case = given(ClaimFamily::Email).p('p').v().with(|settings| {
        settings.notify_old = false;
        settings.notify_existing_email = true;
    });

    let held = case.asks(|ask| ask.p('x'));
    let written = case.clone().switched_off().asks(|ask| ask.p('x'));
    let removed = case.asks(Ask::no_p);

    let held_expected = "begin primary x for bob
         notice existing_email_update to p about x
         audit value_held by m11_held x
         spends send, value
         version moves";
    expect(ClaimFamily::Email, &held, held_expected);
    let written_expected = "P: p → x
         V: true → false
         entries: p → x
         notice existing_email_update_without_verification to p about x
         audit value_written by m1_switched_off x
         version moves";
    expect(ClaimFamily::Email, &written, written_expected);
    assert!(!removed.contains("notice"), "there is no new address to tell of: {removed}");
}

/// With both notices off nobody is told.
#[test]
fn notices_can_be_switched_off() {
    both(
        |family| given(family).p('p').v().with(|s| s.notify_old = false).asks(|ask| ask.p('x')),
        "begin primary x for bob
         audit value_held by m11_held x
         spends send, value
         version moves",
    );
}
