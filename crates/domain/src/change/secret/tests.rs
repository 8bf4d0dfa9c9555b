use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::claim::ClaimFamily;
use crate::entropy::Seeded;

fn keys() -> MacKeys {
    MacKeys::new(MacKey::new([1; 32]), None)
}

fn challenge(n: u128) -> ChallengeId {
    ChallengeId::new(Uuid::from_u128(n))
}

fn user(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(n))
}

fn email(text: &str) -> Address {
    Address::parse(ClaimFamily::Email, text).unwrap()
}

fn mobile(text: &str) -> Address {
    Address::parse(ClaimFamily::Mobile, text).unwrap()
}

fn binding(challenge: ChallengeId, user: UserId, value: &Address) -> Binding<'_> {
    Binding { challenge, user, purpose: Purpose::Primary, value }
}

/// SEC-3, SEC-6, SEC-7: a digest fits one key, challenge, user, claim, value (byte for byte) and secret, and no other
/// purpose: of all these no two are equal.
#[test]
fn a_digest_is_bound_to_everything_it_proves() {
    let (keys, code) = (keys(), b"ABC123");
    let other_key = MacKeys::new(MacKey::new([2; 32]), None);
    let value = email("bob@example.org");
    let carbon = TenantId::carbon_super();
    let change = ChangeId::new(Uuid::from_u128(1));

    let digests = [
        keys.challenge_digest(&binding(challenge(1), user(1), &value), code),
        other_key.challenge_digest(&binding(challenge(1), user(1), &value), code),
        keys.challenge_digest(&binding(challenge(2), user(1), &value), code),
        keys.challenge_digest(&binding(challenge(1), user(2), &value), code),
        keys.challenge_digest(&binding(challenge(2), user(2), &value), code),
        keys.challenge_digest(&binding(challenge(1), user(1), &email("eve@example.org")), code),
        keys.challenge_digest(&binding(challenge(1), user(1), &email("Bob@example.org")), code),
        keys.challenge_digest(&binding(challenge(1), user(1), &mobile("0123456")), code),
        keys.challenge_digest(
            &Binding { purpose: Purpose::List, ..binding(challenge(1), user(1), &value) },
            code,
        ),
        keys.challenge_digest(&binding(challenge(1), user(1), &value), b"abc123"),
        keys.challenge_digest(&binding(challenge(1), user(1), &value), b"ABC1234"),
        keys.challenge_digest(&binding(challenge(1), user(1), &value), b""),
        keys.lookup_digest(&carbon, "ABC123"),
        keys.lookup_digest(&TenantId::new("other"), "ABC123"),
        keys.cancel_digest(change, code),
        keys.cancel_digest(ChangeId::new(Uuid::from_u128(2)), code),
        keys.pseudonym("destination", "ABC123"),
        keys.pseudonym("source", "ABC123"),
        keys.fingerprint(),
        other_key.fingerprint(),
    ];

    let distinct: BTreeSet<_> = digests.iter().collect();
    assert_eq!(distinct.len(), digests.len());
    assert_eq!(
        digests[0],
        keys.challenge_digest(&binding(challenge(1), user(1), &value), code),
        "and it repeats"
    );
}

/// SEC-3: the parts are framed, so that no byte moves from one to its neighbour.
#[test]
fn parts_of_a_digest_do_not_run_together() {
    let keys = keys();
    let digest = |value: &str, secret: &[u8]| {
        keys.challenge_digest(&binding(challenge(1), user(1), &mobile(value)), secret)
    };

    assert_ne!(digest("12345", b"67890"), digest("123456", b"7890"));
    assert_ne!(keys.pseudonym("ab", "c"), keys.pseudonym("a", "bc"));
    assert_ne!(keys.lookup_digest(&TenantId::new("ab"), "c"), keys.lookup_digest(&TenantId::new("a"), "bc"));
}

/// The construction is HMAC-SHA-256 over length-prefixed parts: a figure computed by other means, so that a change that
/// would void every stored digest is noticed.
#[test]
fn the_construction_never_changes() {
    let digest = keys().pseudonym("kind", "value");

    let expected = [
        0x3b, 0xdd, 0xe6, 0xe7, 0x2b, 0x08, 0x93, 0xbf, 0xdb, 0xd4, 0xb9, 0xa2, 0x3a, 0x4d, 0x67, 0x80, 0xa6,
        0x0c, 0xa1, 0x41, 0x18, 0x1d, 0xaa, 0x19, 0x41, 0xa5, 0x7f, 0x74, 0xa7, 0x39, 0x0c, 0x7d,
    ];
    assert_eq!(digest.as_bytes(), &expected);
}

/// SEC-3: during rotation the old key's digests are accepted, and new ones are made with the new key.
#[test]
fn two_keys_are_accepted_during_rotation() {
    let (old, new) = (MacKey::new([1; 32]), MacKey::new([2; 32]));
    let before = MacKeys::new(old.clone(), None);
    let rotating = MacKeys::new(new.clone(), Some(old));
    let after = MacKeys::new(new, None);
    let value = email("bob@example.org");
    let carbon = TenantId::carbon_super();
    let change = ChangeId::new(Uuid::from_u128(1));
    let made = |keys: &MacKeys| {
        [
            keys.challenge_digest(&binding(challenge(1), user(1), &value), b"code"),
            keys.lookup_digest(&carbon, "code"),
            keys.cancel_digest(change, b"code"),
        ]
    };
    let accepted = |keys: &MacKeys| {
        [
            keys.candidates(&binding(challenge(1), user(1), &value), b"code"),
            keys.lookup_candidates(&carbon, "code"),
            keys.cancel_candidates(change, b"code"),
        ]
    };

    assert_eq!(made(&rotating), made(&after));
    for (old, accepted) in made(&before).iter().zip(accepted(&rotating)) {
        assert!(accepted.contains(old));
    }
    for (old, accepted) in made(&before).iter().zip(accepted(&after)) {
        assert!(!accepted.contains(old));
    }
}

/// SEC-2, SEC-4: 96 bits that find, 256 bits that prove; as text and back, and never twice the same.
#[test]
fn a_link_token_survives_its_text() {
    let mut entropy = Seeded(5);
    let mut seen = BTreeSet::new();
    for _ in 0..1000 {
        let token = LinkToken::mint(&mut entropy);
        let text = token.to_text();

        assert_eq!((token.selector.len(), token.secret.len(), text.len()), (16, 43, 60));
        assert_eq!(LinkToken::parse(&text), Some(token.clone()));
        assert_eq!(Presented::parse(&text), Presented::Link(token.clone()));
        assert!(seen.insert(token.selector) && seen.insert(token.secret.to_string()));
    }
}

/// What is no token is compared as a code, whatever it looks like (SEED-18); nothing panics.
#[test]
fn what_is_no_token_is_a_code() {
    let token = LinkToken::mint(&mut Seeded(5)).to_text();
    let texts = [
        "",
        ".",
        "123ABC",
        "123https://is.docs.wso2.com/en/6.0.0",
        "…",
        "\0",
        &token[1..],
        &token[..59],
        &format!("{}x", token.as_str()),
        &token.replace('.', ":"),
        &token.replace('.', ".."),
        &"x".repeat(10_000),
        &format!("{}é{}", &token[..14], &token[16..]),
    ];
    for text in texts {
        assert_eq!(LinkToken::parse(text), None, "{text:?}");
        let presented = Presented::parse(text);
        assert!(matches!(&presented, Presented::Code(code) if code.as_str() == text), "{text:?}");
        assert_eq!(presented.secret(), text.as_bytes());
    }
}

/// §3.3: surrounding white space does not count, case does; of a link only the secret part proves.
#[test]
fn white_space_around_a_secret_does_not_count() {
    let token = LinkToken::mint(&mut Seeded(5));

    assert_eq!(Presented::parse(" \tABC123\r\n").secret(), b"ABC123");
    assert_eq!(Presented::parse("abc123").secret(), b"abc123");
    assert_eq!(Presented::parse("AB C123").secret(), b"AB C123");
    let padded = format!(" {}\n", token.to_text().as_str());
    assert_eq!(Presented::parse(&padded).secret(), token.secret.as_bytes());
}

/// pages §3.4: what is typed into a code field is a code: spaces in it do not count, and a link's token is none.
#[test]
fn a_code_field_holds_a_code() {
    let token = LinkToken::mint(&mut Seeded(5)).to_text();

    assert_eq!(Presented::code(" AB C\t123\u{a0}\r\n").secret(), b"ABC123");
    assert_eq!(Presented::code("abc123").secret(), b"abc123");
    assert!(matches!(Presented::code(&token), Presented::Code(code) if code.as_str() == token.as_str()));
    assert_eq!(Presented::code(" \n").secret(), b"");
}

/// I11, SEC-15: Debug shows no secret.
#[test]
fn debug_shows_no_secret() {
    let token = LinkToken::mint(&mut Seeded(5));
    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        keys(),
        keys().fingerprint(),
        token,
        Presented::parse(&token.to_text()),
        Presented::parse("ABC123"),
    );

    let selector = &token.selector;
    assert_eq!(
        shown,
        format!(
            "MacKeys {{ current: MacKey(…), previous: None }} SecretDigest(…) LinkToken({selector}.…) \
             Link(LinkToken({selector}.…)) Code(Code(…))"
        )
    );
}
