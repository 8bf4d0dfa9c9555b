//! The invariants of `security.md` §3 that `domain` answers for, over random sequences of events: I1 – I6, I10, I12, I16.

mod checks;
mod events;
mod model;

use proptest::prelude::*;

use self::events::{Account, Event, PendingPart, Primary, Request, Switch, Who};
use self::model::Model;
use crate::claim::ClaimFamily;

fn family() -> impl Strategy<Value = ClaimFamily> {
    prop_oneof![Just(ClaimFamily::Email), Just(ClaimFamily::Mobile)]
}

fn letter() -> impl Strategy<Value = char> {
    prop::sample::select(vec!['p', 'q', 'x', 'y', 'P', 'X'])
}

fn list() -> impl Strategy<Value = Option<Vec<char>>> {
    prop_oneof![3 => Just(None), 2 => prop::collection::vec(letter(), 0..4).prop_map(Some)]
}

fn flag() -> impl Strategy<Value = Option<bool>> {
    prop_oneof![4 => Just(None), 2 => Just(Some(true)), 1 => Just(Some(false))]
}

fn primary() -> impl Strategy<Value = Primary> {
    prop_oneof![
        3 => Just(Primary::Echo),
        1 => Just(Primary::Named),
        1 => Just(Primary::Cleared),
        5 => letter().prop_map(Primary::Value),
    ]
}

fn request() -> impl Strategy<Value = Event> {
    let who = prop_oneof![3 => Just(Who::Owner), 2 => Just(Who::Administrator), 1 => Just(Who::Application)];
    let pending = prop_oneof![
        8 => Just(PendingPart::Unnamed),
        1 => Just(PendingPart::Cleared),
        1 => Just(PendingPart::Echo),
        1 => letter().prop_map(PendingPart::Forged),
    ];
    let account = prop_oneof![
        12 => Just(Account::Kept),
        1 => Just(Account::LockToggled),
        1 => Just(Account::ActiveToggled),
        1 => Just(Account::PasswordSet),
    ];
    let parts = (primary(), list(), list(), flag(), flag(), pending, account);
    (0..2_usize, family(), who, any::<bool>(), parts).prop_map(|(user, family, who, recent_auth, parts)| {
        let (primary, all, proven, verify, asserts, pending, account) = parts;
        Event::Update(Request {
            user,
            family,
            who,
            recent_auth,
            primary,
            all,
            proven,
            verify,
            asserts,
            pending,
            account,
        })
    })
}

fn event() -> impl Strategy<Value = Event> {
    let whose = || (0..2_usize, family());
    let switch = prop_oneof![
        family().prop_map(Switch::Verification),
        family().prop_map(Switch::PrivilegedSkip),
        Just(Switch::UseVerifyClaim),
        Just(Switch::Lists),
        Just(Switch::NotifyOld),
    ];
    prop_oneof![
        10 => request(),
        6 => whose().prop_map(|(user, family)| Event::RightCode { user, family }),
        3 => (whose(), 1..7_u32).prop_map(|((user, family), times)| Event::WrongCodes { user, family, times }),
        2 => (whose(), any::<prop::sample::Index>()).prop_map(|((user, family), index)| Event::OldCode { user, family, index }),
        1 => whose().prop_map(|(user, family)| Event::Resend { user, family }),
        1 => whose().prop_map(|(user, family)| Event::Cancel { user, family }),
        2 => (-90_i64..900).prop_map(Event::Clock),
        1 => switch.prop_map(Event::Switch),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// I1 – I6, I10, I12, I16: whatever is asked, guessed, resent, cancelled, configured, and whatever the clock does.
    #[test]
    fn the_invariants_hold_after_every_event(events in prop::collection::vec(event(), 1..50)) {
        let mut model = Model::new();
        for event in events {
            model.happen(&event);
        }
    }
}

/// The model is worth something only if its sequences get somewhere: values are proven, refused, taken and replaced.
#[test]
fn random_sequences_reach_every_kind_of_step() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut model = Model::new();
    let events = prop::collection::vec(event(), 4000..4001).new_tree(&mut runner).unwrap().current();
    for event in &events {
        model.happen(event);
    }

    let reached: Vec<&str> = model.reached.iter().copied().collect();
    let all = [
        "attempt",
        "begin",
        "cancelled",
        "exhausted",
        "expired",
        "proven",
        "refused",
        "reissue",
        "superseded",
        "taken",
    ];
    assert_eq!(reached, all);
}
