use std::collections::BTreeSet;

use super::*;

fn parse(text: &str) -> Result<EmailAddress, InvalidEmail> {
    EmailAddress::parse(text)
}

/// Local parts by the grammar: dot-atoms of ASCII without the characters that route.
fn good_locals() -> Vec<String> {
    let mut locals: Vec<String> = b"!#$%&'*+-/=?^_`{|}~"
        .iter()
        .filter(|byte| !b"!%".contains(byte))
        .map(|byte| format!("a{}b", char::from(*byte)))
        .collect();
    let more = [
        "a",
        "Bob",
        "a.b",
        "first.middle.last",
        "1234567890",
        "o'brien",
        "bob+tag",
        "-",
        "_",
        "x?=y",
        "UPPER.lower",
    ];
    locals.extend(more.map(str::to_owned));
    locals.push("l".repeat(64));
    locals
}

/// Domains in ASCII: at least two labels of LDH, the top no number.
fn good_domains() -> Vec<String> {
    let mut domains: Vec<String> = [
        "example.org",
        "Example.COM",
        "a.b",
        "sub.sub.example.co.uk",
        "1.com",
        "123.456.org",
        "a-b.org",
        "x--y.org",
        "r3---sn.example.net",
        "example.x1",
        "xn--bcher-kva.example",
        "example.xn--p1ai",
    ]
    .map(str::to_owned)
    .to_vec();
    domains.push(format!("{}.org", "d".repeat(63)));
    domains
}

/// Characters no local part may hold, wherever they stand.
const REFUSED_LOCAL: &str = "!%\"(),:;<>[\\] \t\r\n\0\u{1}\u{7f}\u{80}\u{a0}\u{ad}\u{200b}\u{2028}\u{202e}\u{3000}\u{feff}éßıſ\u{212a}中😀\u{ff20}";

/// Whole texts with a defect of form, length or local part.
const REFUSED_FORM: [(&str, InvalidEmail); 27] = [
    ("", InvalidEmail::Form),
    ("@", InvalidEmail::Form),
    ("a", InvalidEmail::Form),
    ("a@", InvalidEmail::Form),
    ("@example.org", InvalidEmail::Form),
    ("a@b@example.org", InvalidEmail::Form),
    ("a@@example.org", InvalidEmail::Form),
    ("@relay.example,@other.example:a@example.org", InvalidEmail::Form),
    ("[email protected]", InvalidEmail::Form),
    (".a@example.org", InvalidEmail::LocalPart),
    ("a.@example.org", InvalidEmail::LocalPart),
    ("a..b@example.org", InvalidEmail::LocalPart),
    (".@example.org", InvalidEmail::LocalPart),
    ("\"a b\"@example.org", InvalidEmail::LocalPart),
    ("\"\"@example.org", InvalidEmail::LocalPart),
    ("a(comment)@example.org", InvalidEmail::LocalPart),
    ("Bob <bob@example.org", InvalidEmail::LocalPart),
    ("Bob <bob@example.org>", InvalidEmail::LocalPart),
    ("group:a@example.org;", InvalidEmail::LocalPart),
    ("a,b@example.org", InvalidEmail::LocalPart),
    ("bob%other.example@example.org", InvalidEmail::LocalPart),
    ("other.example!bob@example.org", InvalidEmail::LocalPart),
    ("=?utf-8?q?bob?=@example.org", InvalidEmail::LocalPart),
    ("a=?x?q?y?=b@example.org", InvalidEmail::LocalPart),
    ("=?x?q?=41=40=42?=@example.org", InvalidEmail::LocalPart),
    (" a@example.org", InvalidEmail::LocalPart),
    ("a @example.org", InvalidEmail::LocalPart),
];

const REFUSED_DOMAIN: [(&str, InvalidEmail); 56] = [
    ("org", InvalidEmail::Domain),
    ("localhost", InvalidEmail::Domain),
    (".", InvalidEmail::Domain),
    (".org", InvalidEmail::Domain),
    ("example.", InvalidEmail::Domain),
    ("example.org.", InvalidEmail::Domain),
    ("example..org", InvalidEmail::Domain),
    ("-a.org", InvalidEmail::Domain),
    ("a-.org", InvalidEmail::Domain),
    ("a.-org", InvalidEmail::Domain),
    ("a.org-", InvalidEmail::Domain),
    ("a_b.org", InvalidEmail::Domain),
    ("a b.org", InvalidEmail::Domain),
    (" example.org", InvalidEmail::Domain),
    ("example.org ", InvalidEmail::Domain),
    ("example.org\n", InvalidEmail::Domain),
    ("example.org\r\nBcc: x", InvalidEmail::Domain),
    ("example.org\0", InvalidEmail::Domain),
    ("example.org>", InvalidEmail::Domain),
    ("example.org;", InvalidEmail::Domain),
    ("example.org,other.org", InvalidEmail::Domain),
    ("example.org(comment)", InvalidEmail::Domain),
    ("exa!mple.org", InvalidEmail::Domain),
    ("exa%6dple.org", InvalidEmail::Domain),
    ("example.org:25", InvalidEmail::Domain),
    ("example.org/x", InvalidEmail::Domain),
    ("exam\"ple.org", InvalidEmail::Domain),
    ("127.0.0.1", InvalidEmail::Domain),
    ("1.2", InvalidEmail::Domain),
    ("example.123", InvalidEmail::Domain),
    ("[127.0.0.1]", InvalidEmail::Domain),
    ("[IPv6:::1]", InvalidEmail::Domain),
    ("2130706433", InvalidEmail::Domain),
    ("=?x?q?a?=.org", InvalidEmail::Domain),
    ("xn--.org", InvalidEmail::Domain),
    ("xn--a.org", InvalidEmail::InternationalDomain),
    ("xn--99999999.org", InvalidEmail::InternationalDomain),
    ("xn--example.org", InvalidEmail::InternationalDomain),
    ("xn--abc-.org", InvalidEmail::Domain),
    ("bücher\u{ad}.example", InvalidEmail::InternationalDomain),
    ("Bücher.Ücxample", InvalidEmail::InternationalDomain),
    ("BÜCHER.example", InvalidEmail::InternationalDomain),
    ("ｅxample.org", InvalidEmail::InternationalDomain),
    ("example。org", InvalidEmail::InternationalDomain),
    ("example．org", InvalidEmail::InternationalDomain),
    ("bu\u{308}cher.example", InvalidEmail::InternationalDomain),
    ("exam\u{200b}ple.org", InvalidEmail::InternationalDomain),
    ("exam\u{200d}ple.org", InvalidEmail::InternationalDomain),
    ("exam\u{202e}ple.org", InvalidEmail::InternationalDomain),
    ("example\u{3000}.org", InvalidEmail::InternationalDomain),
    ("exämple\u{a0}.org", InvalidEmail::InternationalDomain),
    ("раypal.com", InvalidEmail::InternationalDomain),
    ("xn--ypal-43d9g.com", InvalidEmail::InternationalDomain),
    ("ﬁne.org", InvalidEmail::InternationalDomain),
    ("Ⅷ.org", InvalidEmail::InternationalDomain),
    ("אa.org", InvalidEmail::InternationalDomain),
];

/// International domains in their registry's form, with the A-labels they are compared and sent by.
const INTERNATIONAL: [(&str, &str); 9] = [
    ("bücher.example", "xn--bcher-kva.example"),
    ("straße.example", "xn--strae-oqa.example"),
    ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
    ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ("株式会社abc.jp", "xn--abc-xy9dm34eupmq82a.jp"),
    ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
    ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
    ("예.한국", "xn--2j5b.xn--3e0b707e"),
    ("bücher.EXAMPLE", "xn--bcher-kva.example"),
];

/// SEC-45, SEC-46: a corpus of more than 400 addresses: each is accepted byte for byte with its key, or refused with its
/// reason.
#[test]
fn the_corpus_is_judged_by_one_grammar() {
    let mut judged = BTreeSet::new();
    for local in good_locals() {
        for domain in good_domains() {
            let text = format!("{local}@{domain}");
            let address = parse(&text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(
                (address.as_str(), address.key()),
                (text.as_str(), text.to_ascii_lowercase().as_str())
            );
            judged.insert(text);
        }
    }
    let refused_locals = REFUSED_LOCAL.chars().flat_map(|c| {
        [format!("{c}ab@example.org"), format!("a{c}b@example.org"), format!("ab{c}@example.org")]
    });
    let refused = refused_locals.map(|text| (text, InvalidEmail::LocalPart));
    let refused = refused.chain(REFUSED_FORM.map(|(text, why)| (text.to_owned(), why)));
    let refused = refused.chain(REFUSED_DOMAIN.map(|(domain, why)| (format!("a@{domain}"), why)));
    for (text, why) in refused {
        assert_eq!(parse(&text).map(|address| address.key().to_owned()), Err(why), "{text:?}");
        judged.insert(text);
    }
    assert!(judged.len() >= 400, "{} addresses", judged.len());
}

/// SEC-46: an international domain is kept as typed and compared by its A-labels.
#[test]
fn international_domains_are_kept_as_typed_and_compared_by_their_a_labels() {
    for (domain, ascii) in INTERNATIONAL {
        let address = parse(&format!("bob@{domain}")).unwrap_or_else(|why| panic!("{domain}: {why}"));

        assert_eq!(address.as_str(), format!("bob@{domain}"));
        assert_eq!(address.ascii_domain(), ascii);
        assert_eq!(parse(&format!("bob@{ascii}")).unwrap().key(), address.key());
    }
}

/// SEC-45, RFC 5321 §4.5.3.1: 64 octets, 63 a label, 253 in the domain, 254 in all; the last that fits and the first that
/// does not.
#[test]
fn lengths_are_those_of_smtp() {
    let label = "d".repeat(63);
    let longest = |local: usize, last: usize| {
        format!("{}@{label}.{label}.{label}.{}", "l".repeat(local), "e".repeat(last))
    };

    assert!(parse(&format!("{}@example.org", "l".repeat(64))).is_ok());
    assert_eq!(parse(&format!("{}@example.org", "l".repeat(65))), Err(InvalidEmail::Length));
    assert!(parse(&longest(1, 60)).is_ok());
    assert_eq!(parse(&longest(1, 61)), Err(InvalidEmail::Length));
    assert_eq!(parse(&longest(2, 60)), Err(InvalidEmail::Length));
    assert_eq!(parse(&format!("a@{}.org", "d".repeat(64))), Err(InvalidEmail::Domain));
    // Short as typed, too long in A-labels.
    assert_eq!(parse(&format!("a@{}example", "ü.".repeat(60))), Err(InvalidEmail::InternationalDomain));
}

/// SEC-47: ASCII case does not tell mailboxes apart, everything else does: no Unicode folding, no dot or plus rules.
#[test]
fn keys_fold_ascii_case_and_nothing_else() {
    let key = |text: &str| parse(text).unwrap().key().to_owned();

    assert_eq!(key("Bob.Smith@Example.ORG"), key("bob.smith@example.org"));
    assert_ne!(key("bobsmith@example.org"), key("bob.smith@example.org"));
    assert_ne!(key("bob+a@example.org"), key("bob@example.org"));
    assert_ne!(key("bob@straße.example"), key("bob@strasse.example"));
    for look_alike in ["m\u{131}ke@example.org", "\u{17f}am@example.org", "\u{212a}im@example.org"] {
        assert_eq!(parse(look_alike), Err(InvalidEmail::LocalPart));
    }
    assert!(parse("bob@m\u{131}ke.example").map_or(true, |address| address.key() != "bob@mike.example"));
}

/// SEC-59: what is shown never shows the mailbox, neither masked nor in Debug; the sentences never repeat the text.
#[test]
fn masks_and_errors_do_not_show_the_mailbox() {
    let address = parse("bob.smith@mail.example.com").unwrap();

    assert_eq!(address.masked(), "b***@m***.com");
    assert_eq!(format!("{address:?}"), "b***@m***.com");
    assert_eq!(address.masked_with_domain(), "b***@mail.example.com");
    let why = parse("top secret@example.org").unwrap_err();
    assert_eq!(
        why.to_string(),
        "the part before the @ may hold ASCII letters, digits and .+-_'&*/=?^`{|}~#$ only"
    );
}

/// A stored address is kept even if the grammar became stricter, and compares by ASCII case.
#[test]
fn a_stored_address_is_not_judged_again() {
    let stored: EmailAddress = serde_json::from_str("\"\\\"Odd One\\\"@Example\"").unwrap();

    assert_eq!((stored.as_str(), stored.key()), ("\"Odd One\"@Example", "\"odd one\"@example"));
    assert_eq!(serde_json::to_string(&stored).unwrap(), "\"\\\"Odd One\\\"@Example\"");
}

proptest::proptest! {
    /// Whatever comes in, nothing panics, and what is accepted comes out byte for byte and survives storage.
    #[test]
    fn any_text_is_judged_without_panic(text in "\\PC{0,80}|[a-z.%!@=?\u{fc}\u{430}-]{1,40}") {
        if let Ok(address) = parse(&text) {
            proptest::prop_assert_eq!(address.as_str(), &text);
            proptest::prop_assert!(address.key().is_ascii());
            let again: EmailAddress = serde_json::from_str(&serde_json::to_string(&address).unwrap()).unwrap();
            proptest::prop_assert_eq!(again, address);
        }
    }
}
