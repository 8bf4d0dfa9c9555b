//! What every built-in mail promises: each template with each sample in both languages.

use super::*;

const CONFIRM: &str = "/accountrecoveryendpoint/confirmregistration.do?confirmation=";
const CANCEL: &str = "/accountrecoveryendpoint/cancel.do?confirmation=";
const ACCOUNT: &str = "/myaccount/";
const LOCALES: [&str; 2] = ["en_US", "de-AT"];

/// Ordinary values; long ones; those of another alphabet.
fn samples() -> [Values; 3] {
    let long = Template::samples()
        .with("user-name", "a.very-long.user-name.of-a-large-house@people.example.org")
        .with("send-to", format!("{}@a-department.of-a-large-house.example.org", "ann".repeat(12)))
        .with("organization-name", "Papierschiff-Reederei-Amsterdam-Bremen GmbH")
        .with("confirmation-code", format!("{}.{}", "s".repeat(16), "x".repeat(43)))
        .with("OTPCode", "ABCDEFGH12")
        .with("validity", "7 days")
        .with("claim-name", "e-mail address")
        .with("requested-by", "the application Point of sale, till 7")
        .with(
            "requested-from",
            "2001:db8:1234:5678:9abc:def0:1234:5678 (Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Ge)",
        );
    let foreign = Template::samples()
        .with("user-name", "Жанна Müßig")
        .with("organization-name", "株式会社")
        .with("old-value", "none")
        .with("requested-from", "an unknown address");
    [Template::samples(), long, foreign]
}

/// Every mail there is, with what it was made from.
fn every() -> impl Iterator<Item = (Template, &'static str, Values, Email)> {
    let with = |template| {
        let per_locale = move |locale| samples().into_iter().map(move |values| (template, locale, values));
        LOCALES.into_iter().flat_map(per_locale)
    };
    MAILS.into_iter().flat_map(with).map(|(template, locale, values)| {
        let mail = Templates::built_in().email(template, Some(locale), &values).unwrap();
        (template, locale, values, mail)
    })
}

/// The text of the page, as it is read: no tags, no style sheet, references resolved.
fn read(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let pieces = body.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let text: String = pieces.collect::<Vec<_>>().join(" ");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn links(html: &str) -> Vec<String> {
    html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
}

/// What both twins must say besides: the link, the code, the expiry, the values.
fn says(template: Template) -> (&'static str, &'static [&'static str]) {
    match template {
        Template::VerifyEmail | Template::ResendVerifyEmail => (CONFIRM, &["send-to", "validity"]),
        Template::VerifyEmailWithOtp => (CONFIRM, &["send-to", "validity", "OTPCode"]),
        Template::EmailOtp => (ACCOUNT, &["send-to", "validity", "OTPCode"]),
        Template::ExistingEmailChanging => (ACCOUNT, &["verification-pending-email"]),
        Template::ExistingEmailChanged => (ACCOUNT, &["new-email-address"]),
        Template::ChannelTest => (ACCOUNT, &[]),
        Template::ContactRemoved => (ACCOUNT, &["claim-name", "old-value"]),
        Template::ContactChangeRequested => (CANCEL, &["claim-name", "old-value", "new-value"]),
        _ => (ACCOUNT, &["claim-name", "old-value", "new-value"]),
    }
}

/// SEC-17, pages.md §4: at most six words of subject; both twins name the account, the value in question, the expiry, who
/// asked, from where and when, and what to do; nothing is left unfilled.
#[test]
fn every_mail_says_what_happened_and_what_to_do_in_both_twins() {
    for (template, locale, values, mail) in every() {
        let values = Language::of(Some(locale)).words(&values);
        let of_all = ["user-name", "organization-name", "requested-by", "requested-from", "requested-at"];
        let administrator = if locale == "de-AT" { "Administrator" } else { "administrator" };

        // the name of a claim is two words in English, and one placeholder
        assert!(mail.subject.split_whitespace().count() <= 6, "{}", mail.subject);
        for twin in [mail.text.as_str(), &read(&mail.html)] {
            let said = twin.split_whitespace().collect::<Vec<_>>().join(" ");
            for name in of_all.iter().chain(says(template).1) {
                let value = values.get(name).unwrap();
                assert!(said.contains(&*value), "{} {locale} lacks {name}: {said}", template.name());
            }
            assert!(said.contains(administrator), "{} {locale}", template.name());
        }
        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains("{{") && !part.contains("}}"), "{} {locale}", template.name());
            assert!(!part.contains("<!-- "), "{} {locale}", template.name());
        }
    }
}

/// pages.md §4: the button's link and the plain one are the text's, which stands alone on its line; no other address is
/// in the page, so that it loads nothing and leads nowhere else (SEC-54).
#[test]
fn both_twins_carry_the_same_link_and_no_other() {
    for (template, locale, _, mail) in every() {
        let alone: Vec<&str> = mail.text.lines().filter(|line| line.contains("://")).collect();

        let [link] = alone[..] else { panic!("{} {locale}: {alone:?}", template.name()) };
        assert!(link.starts_with("https://localhost:9443/") && link.contains(says(template).0), "{link}");
        assert!(mail.text.contains(&format!("\n\n{link}\n\n")), "{}", mail.text);
        assert_eq!(links(&mail.html), [link, link], "{} {locale}", template.name());
        assert_eq!(mail.html.matches("://").count(), 3, "the button, the plain link and what it shows");
        for loads in ["src=", "url(", "@import", "<img", "<script", "<link", "<iframe", "xmlns"] {
            assert!(!mail.html.contains(loads), "{} {locale} has {loads}", template.name());
        }
    }
}

/// A code is one word in both twins, alone on its line or in its cell, and in no subject.
#[test]
fn a_code_is_one_word() {
    for (template, locale, values, mail) in every() {
        let code = values.get("OTPCode").unwrap();
        let has_code = says(template).1.contains(&"OTPCode");

        assert_eq!(mail.text.contains(&format!("\n    {code}\n")), has_code, "{} {locale}", template.name());
        assert_eq!(mail.html.contains(&format!(">{code}</td>")), has_code, "{} {locale}", template.name());
        assert!(!mail.subject.contains(&*code));
    }
}

/// The plain-text twin is at most 72 columns wide; only what cannot be broken is longer.
#[test]
fn the_text_twin_is_at_most_72_columns_wide() {
    for (template, locale, _, mail) in every() {
        for line in mail.text.lines().filter(|line| line.chars().count() > 72) {
            assert!(!line.trim_start().contains(' '), "{} {locale}: {line}", template.name());
        }
    }
}

/// The page says its language, has a preview line, one heading and one frame, and every class of it has a style.
#[test]
fn every_page_is_one_frame_with_its_language() {
    for (template, locale, _, mail) in every() {
        let language = Language::of(Some(locale)).tag();

        assert!(
            mail.html.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{language}\">")),
            "{}",
            mail.html
        );
        for once in
            ["class=\"preheader\" style=", "<h1 class=\"title\" style=", "class=\"button\" style=", "</html>"]
        {
            assert_eq!(mail.html.matches(once).count(), 1, "{} {locale}: {once}", template.name());
        }
        let unstyled = mail
            .html
            .split("class=\"")
            .skip(1)
            .find(|rest| !rest.split('>').next().unwrap().contains("style="));
        assert_eq!(unstyled.map(|rest| &rest[..20]), None, "{} {locale}", template.name());
        assert_eq!(mail.html.matches("<table").count(), mail.html.matches("role=\"presentation\"").count());
    }
}

/// Everything is there in both languages, and in German nothing English is left.
#[test]
fn every_built_in_message_is_in_both_languages() {
    for template in Template::ALL {
        let languages = [Language::English, Language::German];
        let by_mail = languages.map(|language| templates::email_in(language, template).is_some());
        let by_sms = languages.map(|language| templates::sms_in(language, template).is_some());

        assert!(by_mail[0] || by_sms[0], "{}", template.name());
        assert_eq!((by_mail[0], by_sms[0]), (by_mail[1], by_sms[1]), "{} in German", template.name());
    }
    for (template, _, _, mail) in every().filter(|(_, locale, ..)| *locale == "de-AT") {
        let said = format!("{} {} {}", mail.subject, mail.text, read(&mail.html));
        let english =
            ["your", "you", "was", "the", "minutes", "account", "address", "number", "unknown", "none"];
        let left: Vec<_> =
            said.split(|c: char| !c.is_alphabetic()).filter(|word| english.contains(word)).collect();
        assert!(left.iter().all(|word| *word == "none"), "{}: {left:?}", template.name());
    }
}

/// SEC-31, SEC-49: markup, quotes, placeholders, line breaks and direction overrides in any value are text in both twins
/// and the subject, and add no line to either.
#[test]
fn person_data_cannot_write_the_message() {
    let hostile =
        "<script>x</script>\"'><img src=x>{{body}}{{OTPCode}}\r\nBcc: eve@example.org\u{202e}\u{2066}";
    let shown = "<script>x</script>\"'><img src=x>{{body}}{{OTPCode}}Bcc: eve@example.org";
    let escaped = "&lt;script&gt;x&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x&gt;{{body}}{{OTPCode}}Bcc: eve@example.org";
    let open = [
        "user-name",
        "send-to",
        "organization-name",
        "requested-by",
        "requested-from",
        "claim-name",
        "old-value",
        "new-value",
        "new-email-address",
        "verification-pending-email",
    ];

    for (template, locale) in MAILS.into_iter().flat_map(|template| LOCALES.map(|locale| (template, locale)))
    {
        let lines = |values: &Values| {
            let mail = Templates::built_in().email(template, Some(locale), values).unwrap();
            (mail.html.lines().count(), mail)
        };
        let (calm, _) = lines(&Template::samples());
        let values = open.iter().fold(Template::samples(), |values, name| values.with(*name, hostile));

        let (disturbed, mail) = lines(&values);

        assert_eq!(disturbed, calm, "{} {locale}: a line more", template.name());
        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains(['\r', '\u{202e}', '\u{2066}']), "{} {locale}", template.name());
        }
        assert!(!mail.subject.contains('\n') && !mail.text.lines().any(|line| line.starts_with("Bcc:")));
        assert!(mail.text.contains(shown), "{}", mail.text);
        assert!(mail.html.contains(escaped) && !mail.html.contains("<script") && !mail.html.contains("<img"));
        assert_eq!(links(&mail.html).len(), 2, "{} {locale}", template.name());
    }
}
