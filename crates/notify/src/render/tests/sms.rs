//! What a text message promises: DESIGN §5, "SMS length".

use super::*;

const TEXTS: [Template; 4] =
    [Template::VerifyMobile, Template::ContactChanged, Template::ContactRemoved, Template::ContactAdded];

fn sms(template: Template, locale: &str, values: &Values) -> String {
    Templates::built_in().sms(template, Some(locale), values).unwrap().text
}

/// The longest of what is usual: an organisation of twenty characters, the longest code, a browser that says at length
/// what it is, a mobile number changed from an IPv6 address or an e-mail address from an IPv4 one.
fn usual() -> Vec<Values> {
    let browser = "(Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1";
    let changes = [
        ("mobile number", "+49***99", "2001:db8:1234:5678:9abc:def0:1234:5678"),
        ("e-mail address", "r***@mail.example.org", "203.0.113.217"),
    ];
    let values = |(claim, value, from): (&str, &str, &str)| {
        Template::samples()
            .with("organization-name", "Paper Boat & Sons Co")
            .with("confirmation-code", "ABCDEFGH12")
            .with("validity", "45 minutes")
            .with("claim-name", claim)
            .with("old-value", value)
            .with("new-value", value)
            .with("requested-at", "2026-12-31 23:59 UTC")
            .with("requested-from", format!("{from} {browser}"))
    };
    changes.into_iter().map(values).chain([Template::samples()]).collect()
}

/// DESIGN §5, "SMS length": every built-in text message is one segment of the GSM alphabet, in both languages.
#[test]
fn every_text_message_is_one_segment() {
    for template in TEXTS.into_iter().chain([Template::ChannelTest]) {
        for (locale, values) in
            ["en", "de"].into_iter().flat_map(|locale| usual().into_iter().map(move |v| (locale, v)))
        {
            let text = sms(template, locale, &values);

            let (septets, unicode) =
                (format!("{text}{}", "a".repeat(160 - text.chars().count().min(160))), "ж");
            assert_eq!(segments(&text), 1, "{}: {text}", text.chars().count());
            assert_eq!(segments(&septets), 1, "not in the GSM alphabet, or too long: {text}");
            assert!(segments(&(septets + unicode)) > 1);
            assert!(!text.contains("{{") && !text.contains("Mozilla"), "{text}");
        }
    }
}

/// SEC-17: a notice says what, when, from which address and what to do; a code message what the code is for and how long
/// it works.
#[test]
fn a_text_message_says_what_it_must() {
    let values = &Template::samples();

    assert_eq!(
        ["en_US", "de_DE"].map(|locale| TEXTS.map(|template| sms(template, locale, values))),
        [
            [
                "815204 is your Countersign code to confirm this mobile number. It works for 5 minutes. Pass it to nobody.",
                "Countersign: your mobile number is now +12***23 (2026-03-01 10:00 UTC, 203.0.113.7). Not you? Tell your administrator.",
                "Countersign: your mobile number +12***99 was removed (2026-03-01 10:00 UTC, 203.0.113.7). Not you? Tell your administrator.",
                "Countersign: new verified mobile number +12***23 (2026-03-01 10:00 UTC, 203.0.113.7). Not you? Tell your administrator.",
            ],
            [
                "815204 ist Ihr Code von Countersign zum Bestätigen dieser Mobilnummer. Er gilt 5 Minuten. Geben Sie ihn an niemanden weiter.",
                "Countersign: Ihre Mobilnummer ist jetzt +12***23 (2026-03-01 10:00 UTC, 203.0.113.7). Nicht Sie? Dem Administrator melden.",
                "Countersign: Mobilnummer +12***99 wurde entfernt (2026-03-01 10:00 UTC, 203.0.113.7). Nicht Sie? Dem Administrator melden.",
                "Countersign: neue bestätigte Mobilnummer +12***23 (2026-03-01 10:00 UTC, 203.0.113.7). Nicht Sie? Dem Administrator melden.",
            ],
        ]
    );
}

/// DESIGN §5, "SMS length": person data is cut to three segments, the code is not.
#[test]
fn a_long_name_is_cut_and_the_code_is_not() {
    for (name, stays) in [("ж".repeat(900), "815204 is your ж"), ("k".repeat(900), "815204 is your k")] {
        let values = Template::samples().with("organization-name", name);

        let text = sms(Template::VerifyMobile, "en", &values);

        assert!(text.starts_with(stays), "{text}");
        assert!(text.ends_with("It works for 5 minutes. Pass it to nobody."));
        assert_eq!(segments(&text), SEGMENTS_MAX);
    }
    let long = Template::samples().with("organization-name", "k".repeat(900));
    let notice = sms(Template::ContactChanged, "en", &long);
    assert!(
        notice.contains("2026-03-01 10:00 UTC") && notice.ends_with("Tell your administrator."),
        "{notice}"
    );
}

/// SEC-31: no value adds a line to a text message, turns it around or is scanned again.
#[test]
fn person_data_cannot_write_a_text_message() {
    let hostile = "Co\r\n@evil.example #815204\u{202e}\u{2066}{{OTPCode}}";
    let values = Template::samples().with("organization-name", hostile).with("new-value", hostile);

    for (template, locale) in TEXTS.into_iter().flat_map(|template| [(template, "en"), (template, "de")]) {
        let text = sms(template, locale, &values);

        assert!(text.contains("Co@evil.example #815204{{OTPCode}}"), "{text}");
        assert!(!text.contains(['\r', '\n', '\u{202e}', '\u{2066}']), "{text}");
    }
}
