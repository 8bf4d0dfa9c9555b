//! DESIGN §5, "P among SCIM values": which entry is P, how the entries stand while a value waits, and how it lands.
//!
//! An entry reads `letter:type“display”*`, the star for `primary`; the type `mobile` is left out.

use crate::actor::Persona;
use crate::change::{Pending, Purpose};
use crate::claim::ClaimFamily::{Email, Mobile};
use crate::profile::{Contacts, Entry};
use crate::user_claim_update::rendering::expect;
use crate::user_claim_update::sample::{Ask, Case, actor, entry, given, pending};
use crate::user_claim_update::{Step, land};

/// Bob with these entries, P verified.
fn with_entries(entries: Vec<Entry>) -> Case {
    let mut case = given(Email).with(|settings| settings.notify_old = false);
    let (held, others) = Contacts::sort_entries(Email, entries).unwrap();
    *case.contacts() = Contacts { verified: held.is_some(), held, others, ..Contacts::default() };
    case.with(|settings| settings.lists = false)
}

/// The entries as shown while the value of `ask` waits, and after it was proven.
fn waits_then_lands(case: &Case, ask: impl FnOnce(Ask) -> Ask) -> (Case, String) {
    let plan = case.decide(ask).unwrap();
    let mut waiting = case.clone();
    if let Some(profile) = plan.profile {
        waiting.seen.user.profile = profile;
    }
    let [Step::Begin(begin)] = plan.steps.as_slice() else {
        panic!("one value begins to wait: {:?}", plan.steps)
    };
    let requester = actor(Persona::Owner).requester;
    let change =
        Pending { entry: begin.entry.clone(), ..pending(begin.value.clone(), Purpose::Primary, requester) };
    *waiting.seen.pending.of_mut(case.family) = Some(change.clone());
    let proven = change.proven_for_tests(case.seen.now);
    let plan = land(&waiting.seen, &proven, &waiting.actor, &waiting.settings);
    let landed = waiting.render(&plan);
    (waiting, landed)
}

fn home_and_work() -> Vec<Entry> {
    vec![entry(Email, 'p', "work", true), entry(Email, 'x', "home", false)]
}

/// Making another entry primary is a change of P: both stay where they are until the proof, then they change places.
#[test]
fn making_another_entry_primary_waits() {
    let case = with_entries(home_and_work());
    let swapped = vec![entry(Email, 'p', "work", false), entry(Email, 'x', "home", true)];

    let (waiting, landed) = waits_then_lands(&case, |ask| ask.entries(swapped));

    assert_eq!(waiting.seen.user.profile, case.seen.user.profile, "nothing shows but the pending value");
    expect(
        Email,
        &landed,
        "P: p → x
         entries: p:work* x:home → x:home* p:work
         prove N
         audit value_proven by proof x
         version moves",
    );
}

/// Editing the value of the entry that is P waits; its type, display and primary land with it.
#[test]
fn an_edited_value_lands_whole() {
    let case = with_entries(home_and_work());
    let mut edited = vec![entry(Email, 'y', "other", true), entry(Email, 'x', "home", false)];
    edited[0].label.display = Some("office".to_owned());

    let (waiting, landed) = waits_then_lands(&case, |ask| ask.entries(edited));

    assert_eq!(waiting.seen.user.profile, case.seen.user.profile);
    expect(
        Email,
        &landed,
        "P: p → y
         entries: p:work* x:home → y:other“office”* x:home
         prove N
         audit value_proven by proof y
         version moves",
    );
}

/// A new primary entry beside the old one: the old one stays as a plain entry, no longer primary.
#[test]
fn an_added_primary_leaves_the_old_one_as_a_plain_entry() {
    let case = with_entries(home_and_work());
    let mut added = home_and_work();
    added[0].label.primary = None;
    added.push(entry(Email, 'y', "", true));

    let (waiting, landed) = waits_then_lands(&case, |ask| ask.entries(added));

    assert_eq!(waiting.seen.user.profile, case.seen.user.profile);
    expect(
        Email,
        &landed,
        "P: p → y
         entries: p:work* x:home → y* p:work x:home
         prove N
         audit value_proven by proof y
         version moves",
    );
}

/// Other typed entries are plain data: stored as sent, whatever they hold, while the new P waits.
#[test]
fn plain_entries_are_stored_as_sent_while_p_waits() {
    let case = with_entries(home_and_work());
    let mut plain = entry(Email, 'x', "home", false);
    plain.value = "not an address".to_owned();

    let text = case.asks(|ask| ask.entries(vec![plain, entry(Email, 'y', "work", true)]));

    expect(
        Email,
        &text,
        "entries: p:work* x:home → not an address:home p:work*
         begin primary y for bob
         audit value_held by m11_held y
         spends send, value
         version moves",
    );
}

/// The label of P is never guarded: the same value with another type or display is stored at once.
#[test]
fn a_label_of_the_held_value_changes_at_once() {
    let case = with_entries(home_and_work());
    let mut relabelled = home_and_work();
    relabelled[0].label.kind = Some("other".to_owned());
    relabelled.reverse();

    let text = case.asks(|ask| ask.entries(relabelled));

    expect(
        Email,
        &text,
        "entries: p:work* x:home → x:home p:other*
         audit user_updated by request
         version moves",
    );
}

/// The first value is held as well; the plain entries beside it stand alone meanwhile.
#[test]
fn a_first_value_is_held_beside_its_plain_entries() {
    let case = with_entries(Vec::new());

    let (waiting, landed) = waits_then_lands(&case, |ask| ask.entries(home_and_work()));

    assert_eq!(waiting.seen.user.profile.contacts.email.entries(), [entry(Email, 'x', "home", false)]);
    expect(
        Email,
        &landed,
        "P: – → p
         V: false → true
         entries: x:home → p:work* x:home
         prove N
         audit value_proven by proof p
         version moves",
    );
}

/// §2.6: while a first value waits, a PUT of what is shown makes no plain entry P and supersedes nothing.
#[test]
fn an_echo_of_plain_entries_makes_none_of_them_p() {
    let case = with_entries(Vec::new());
    let (waiting, _) = waits_then_lands(&case, |ask| ask.entries(home_and_work()));
    let shown = waiting.seen.user.profile.contacts.email.entries();

    expect(Email, &waiting.asks(|ask| ask.entries(shown)), "");
}

/// §2.6: whatever waits, a PUT of what is shown changes nothing, also where an untyped entry stands beside P.
#[test]
fn an_echo_of_the_entries_changes_nothing_while_a_value_waits() {
    let case = with_entries(vec![entry(Email, 'p', "work", false)]);
    let asked = vec![entry(Email, 'x', "", false), entry(Email, 'y', "work", true)];
    let (waiting, _) = waits_then_lands(&case, |ask| ask.entries(asked));
    let shown = waiting.seen.user.profile.contacts.email.entries();

    assert_eq!(shown, [entry(Email, 'x', "", false), entry(Email, 'p', "work", false)]);
    expect(Email, &waiting.asks(|ask| ask.entries(shown)), "");
}

/// Mobile: the entry of type `mobile` is P whatever its `primary`; a work number is plain data.
#[test]
fn only_the_number_of_type_mobile_waits() {
    let mut case = given(Mobile).p('p').v();
    case.contacts().others = vec![entry(Mobile, 'x', "work", true)];
    let edited = vec![entry(Mobile, 'p', "Mobile", false), entry(Mobile, 'y', "work", true)];

    expect(
        Mobile,
        &case.asks(|ask| ask.entries(edited)),
        "entries: p x:work* → p:Mobile y:work*
         audit user_updated by request
         version moves",
    );
}

/// A proof of the value in force (M9) verifies it and leaves a label alone that changed meanwhile.
#[test]
fn a_proof_of_the_value_in_force_keeps_its_label() {
    let mut case = with_entries(home_and_work()).n('P');
    case.contacts().verified = false;
    let proven = case.seen.pending.email.clone().unwrap().proven_for_tests(case.seen.now);

    let plan = land(&case.seen, &proven, &case.actor, &case.settings);

    expect(
        Email,
        &case.render(&plan),
        "P: p → P
         V: false → true
         entries: p:work* x:home → P:work* x:home
         prove N
         audit value_proven by proof p
         version moves",
    );
}
