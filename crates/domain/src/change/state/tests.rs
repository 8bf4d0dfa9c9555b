use jiff::SignedDuration;
use uuid::Uuid;

use super::*;
use crate::actor::{Persona, Subject};
use crate::change::{MacKey, MacKeys};

const RIGHT: &[u8] = b"ABC123";
const LINK: &[u8] = b"link-secret";

fn at(second: i64) -> Timestamp {
    "2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

fn keys() -> MacKeys {
    MacKeys::new(MacKey::new([1; 32]), None)
}

fn binding(challenge: ChallengeId, user: UserId, value: &Address) -> Binding<'_> {
    Binding { challenge, user, purpose: Purpose::Primary, value }
}

/// A mobile number that waits, issued at second 0 for five minutes.
fn pending() -> Pending {
    let (user, id) = (UserId::new(Uuid::from_u128(1)), ChallengeId::new(Uuid::from_u128(2)));
    let value = Address::parse(ClaimFamily::Mobile, "+94771234501").unwrap();
    let digest = |secret| Some(keys().challenge_digest(&binding(id, user, &value), secret));
    Pending {
        id: ChangeId::new(Uuid::from_u128(3)),
        user,
        purpose: Purpose::Primary,
        challenge: Challenge {
            id,
            form: Form::LinkAndOtp,
            otp: digest(RIGHT),
            link: digest(LINK),
            issued_at: at(0),
            expires_at: at(300),
            attempts: 0,
            attempts_max: 5,
            state: ChallengeState::Live,
        },
        value,
        entry: Entry::default(),
        requester: Requester {
            persona: Persona::Owner,
            subject: Subject::User(user),
            display: "bob".to_owned(),
        },
        requested_at: at(0),
    }
}

fn digests(pending: &Pending, secret: &[u8]) -> Vec<SecretDigest> {
    keys().candidates(&pending.binding(), secret)
}

fn redeem(pending: &Pending, secret: &[u8], second: i64) -> Redemption {
    pending.clone().redeem(&digests(pending, secret), at(second))
}

/// SEED-16: a right code, or the link of the same message, proves the change it was issued for.
#[test]
fn a_right_secret_proves_its_change() {
    let pending = pending();
    for secret in [RIGHT, LINK] {
        let Redemption::Proven(proven) = redeem(&pending, secret, 10) else { panic!("the secret is right") };

        assert_eq!((proven.change(), proven.at()), (&pending, at(10)));
    }
}

/// SEC-9: each wrong code spends an attempt and says how many were spent before; the fifth is the last.
#[test]
fn five_wrong_codes_exhaust_a_challenge() {
    let mut pending = pending();
    for spent in 0..5 {
        let expected =
            WrongCode { challenge: pending.challenge.id, attempts_before: spent, exhausted: spent == 4 };
        assert_eq!(redeem(&pending, b"wrong", 10), Redemption::Wrong(expected));
        pending.challenge.attempts += 1;
    }

    assert_eq!(redeem(&pending, RIGHT, 10), Redemption::Dead, "also before the state is written");
    pending.challenge.state = ChallengeState::Exhausted;
    assert_eq!(redeem(&pending, RIGHT, 10), Redemption::Dead);
    assert_eq!(pending.challenge.attempts_left(), 0);
}

/// I2: nothing but a live challenge proves.
#[test]
fn only_a_live_challenge_proves() {
    for state in [ChallengeState::Consumed, ChallengeState::Replaced, ChallengeState::Exhausted] {
        let mut pending = pending();
        pending.challenge.state = state;

        assert_eq!(redeem(&pending, RIGHT, 10), Redemption::Dead, "{state:?}");
        assert_eq!(redeem(&pending, b"wrong", 10), Redemption::Dead, "{state:?}");
        assert_eq!((pending.challenge.is_open(at(10)), pending.challenge.attempts_left()), (false, 0));
    }
}

/// I16: accepted from its issue on and before its expiry, to the nanosecond; outside no attempt is spent.
#[test]
fn a_secret_proves_from_its_issue_until_its_expiry() {
    let pending = pending();
    let tick = SignedDuration::from_nanos(1);
    let when = |now| pending.clone().redeem(&digests(&pending, RIGHT), now);

    assert!(matches!(when(at(0)), Redemption::Proven(_)));
    assert!(matches!(when(at(300) - tick), Redemption::Proven(_)));
    assert_eq!(when(at(300)), Redemption::Expired);
    assert_eq!(when(at(0) - tick), Redemption::Dead);
    assert_eq!(redeem(&pending, b"wrong", 300), Redemption::Expired);
    assert_eq!(
        [at(0) - tick, at(0), at(300) - tick, at(300)].map(|now| pending.challenge.is_open(now)),
        [false, true, true, false]
    );
}

/// SEC-3, SEC-6, SEC-7: the right code of another user, challenge, value or purpose is a wrong code.
#[test]
fn a_code_proves_nothing_but_what_it_was_issued_for() {
    let pending = pending();
    let (id, user, value) = (pending.challenge.id, pending.user, &pending.value);
    let other_challenge = ChallengeId::new(Uuid::from_u128(9));
    let other_user = UserId::new(Uuid::from_u128(9));
    let respelled = Address::parse(ClaimFamily::Mobile, "+94 77 123 45 01").unwrap();
    let other_key = MacKeys::new(MacKey::new([2; 32]), None);
    let foreign = [
        keys().candidates(&binding(other_challenge, user, value), RIGHT),
        keys().candidates(&binding(id, other_user, value), RIGHT),
        keys().candidates(&binding(id, user, &respelled), RIGHT),
        keys().candidates(&Binding { purpose: Purpose::List, ..binding(id, user, value) }, RIGHT),
        other_key.candidates(&binding(id, user, value), RIGHT),
        vec![keys().cancel_digest(pending.id, RIGHT)],
        vec![keys().lookup_digest(&crate::TenantId::carbon_super(), "ABC123")],
        keys().candidates(&binding(id, user, value), b"abc123"),
        Vec::new(),
    ];

    for (index, digests) in foreign.iter().enumerate() {
        let redemption = pending.clone().redeem(digests, at(10));
        assert!(matches!(redemption, Redemption::Wrong(_)), "{index}: {redemption:?}");
    }
}

/// A challenge without secrets of its own (erased after its end) matches nothing.
#[test]
fn a_challenge_without_digests_matches_nothing() {
    let mut pending = pending();
    (pending.challenge.otp, pending.challenge.link) = (None, None);

    assert!(!pending.challenge.matches(&digests(&pending, RIGHT)));
}

/// SEC-3: any of the digests under the keys in rotation will do, at either place.
#[test]
fn any_candidate_under_rotation_matches() {
    let pending = pending();
    let mut candidates = digests(&pending, b"wrong");
    candidates.extend(digests(&pending, LINK));

    assert!(pending.challenge.matches(&candidates));
    candidates.reverse();
    assert!(pending.challenge.matches(&candidates));
}

/// The stored words and the words of the API never change.
#[test]
fn the_words_of_the_states_never_change() {
    let states =
        [ChallengeState::Live, ChallengeState::Consumed, ChallengeState::Replaced, ChallengeState::Exhausted];
    let causes = [
        Cancelled::Request,
        Cancelled::CancelLink,
        Cancelled::Declined,
        Cancelled::Overwritten,
        Cancelled::SwitchedOff,
        Cancelled::Security,
        Cancelled::Taken,
        Cancelled::Purge,
    ];
    let ends = [ChangeEnd::Proven, ChangeEnd::Superseded, ChangeEnd::Cancelled { by: Cancelled::Purge }];

    assert_eq!(states.map(ChallengeState::as_str), ["live", "consumed", "replaced", "exhausted"]);
    let expected =
        ["request", "cancel_link", "declined", "overwritten", "switched_off", "security", "taken", "purge"];
    assert_eq!(causes.map(Cancelled::as_str), expected);
    assert_eq!(ends.each_ref().map(ChangeEnd::as_str), ["proven", "superseded", "cancelled"]);
    for cause in causes {
        assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
    }
}

/// SEC-23: where the code has to be typed, the link's secret is no proof, and no code is the link's.
#[test]
fn by_code_alone_a_link_proves_nothing() {
    let mut pending = pending();
    assert!(pending.challenge.matches_link(&digests(&pending, LINK)));
    assert!(!pending.challenge.matches_link(&digests(&pending, RIGHT)));

    pending.challenge = pending.challenge.by_code_alone();

    assert!(matches!(redeem(&pending, LINK, 1), Redemption::Wrong(_)));
    assert!(matches!(redeem(&pending, RIGHT, 1), Redemption::Proven(_)));
}
