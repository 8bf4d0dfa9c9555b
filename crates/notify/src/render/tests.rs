//! What a rendered message promises.

use std::fs;

use super::*;

mod built_in;
mod sms;

const MAILS: [Template; 11] = [
    Template::VerifyEmail,
    Template::ResendVerifyEmail,
    Template::VerifyEmailWithOtp,
    Template::EmailOtp,
    Template::ExistingEmailChanging,
    Template::ExistingEmailChanged,
    Template::ContactChanged,
    Template::ContactRemoved,
    Template::ContactAdded,
    Template::ContactChangeRequested,
    Template::ChannelTest,
];

fn mail(template: Template, values: &Values) -> Email {
    Templates::built_in().email(template, Some("en_US"), values).unwrap()
}

/// SEED-25, SEED-28, verification.md §6.2: the link has WSO2's form, is in both twins and says how long it works.
#[test]
fn a_link_mail_carries_the_link_the_address_and_the_expiry() {
    let values = Template::samples().with("user-name", "ann & bo").with("confirmation-code", "sel.sec-ret");
    let link = "https://localhost:9443/accountrecoveryendpoint/confirmregistration.do?confirmation=sel.sec-ret\
        &userstoredomain=PRIMARY&username=ann%20%26%20bo&tenantdomain=carbon.super";

    for template in [Template::VerifyEmail, Template::ResendVerifyEmail] {
        let mail = mail(template, &values);

        assert!(mail.text.contains(&format!("\n{link}\n")), "{}", mail.text);
        assert_eq!(
            mail.html.matches(&link.replace('&', "&amp;")).count(),
            3,
            "button, text and address of the link"
        );
        for twin in [&mail.text, &mail.html] {
            assert!(twin.contains("5 minutes") && twin.contains("ann@example.org"));
        }
    }
}

/// SEC-18: the notice to the old address carries the link that cancels; SEC-17: what changed is masked by the caller.
#[test]
fn the_notices_carry_the_cancel_link_and_the_masked_values() {
    let asked = mail(Template::ContactChangeRequested, &Template::samples());
    let changed = mail(Template::ContactChanged, &Template::samples());

    assert_eq!(asked.subject, "Your mobile number is being changed");
    assert!(asked.text.contains(
        "\n\nhttps://localhost:9443/accountrecoveryendpoint/cancel.do?confirmation=8Qn2.xw3Jb7c\n\n"
    ));
    assert_eq!(changed.subject, "Your mobile number was changed");
    let removed = mail(Template::ContactRemoved, &Template::samples());
    let added = mail(Template::ContactAdded, &Template::samples());
    assert_eq!(removed.subject, "Your mobile number was removed");
    assert!(removed.text.contains("Removed:     +12***99\n") && !removed.text.contains("+12***23"));
    assert_eq!(added.subject, "A verified mobile number was added");
    assert!(added.text.contains("Added:     +12***23\nBesides:   +12***99\n"));
    assert!(changed.text.contains("Before:      +12***99\nNow:         +12***23\n"));
}

/// What the application puts into every message.
const ALWAYS: [&str; 17] = [
    "send-to",
    "user-name",
    "userstore-domain",
    "tenant-domain",
    "organization-name",
    "account.recovery.endpoint-url",
    "carbon.product-url",
    "user.claim.givenname",
    "current-year",
    "locale",
    "requested-by",
    "requested-from",
    "requested-at",
    "TEMPLATE_TYPE",
    "notification-event",
    "notification-channel",
    "send-from",
];

/// What it adds for this one: the sealed values among them.
fn added(template: Template) -> &'static [&'static str] {
    match template {
        Template::VerifyEmail | Template::ResendVerifyEmail => {
            &["recovery-scenario", "validity", "verificationOtpExpiryTime", "confirmation-code"]
        }
        Template::VerifyEmailWithOtp => {
            &["recovery-scenario", "validity", "verificationOtpExpiryTime", "confirmation-code", "OTPCode"]
        }
        Template::EmailOtp | Template::VerifyMobile => &[
            "recovery-scenario",
            "validity",
            "verificationOtpExpiryTime",
            "confirmation-code",
            "otpTokenString",
            "OTPCode",
        ],
        Template::ChannelTest => &[],
        Template::ContactChangeRequested => &["claim-name", "old-value", "new-value", "cancel-link"],
        _ => &["claim-name", "old-value", "new-value", "verification-pending-email", "new-email-address"],
    }
}

/// Every built-in message can be written from what the application hands over for it, on each of its channels.
#[test]
fn every_message_can_be_written_from_what_it_is_given() {
    let samples = Template::samples().with("user.claim.givenname", "Ann");

    for template in Template::ALL {
        let given: Values = ALWAYS
            .iter()
            .chain(added(template))
            .map(|name| (*name, samples.get(name).unwrap_or_default().into_owned()))
            .collect();

        let templates = Templates::built_in();
        let mail = templates.email(template, None, &given).map(drop);
        let sms = templates.sms(template, None, &given).map(drop);

        let without = || Err(RenderError::Channel(template.name()));
        let by_mail = template != Template::VerifyMobile;
        let by_sms = matches!(
            template,
            Template::VerifyMobile
                | Template::ContactChanged
                | Template::ContactRemoved
                | Template::ContactAdded
                | Template::ContactMarkedVerified
                | Template::ChannelTest
        );
        assert_eq!(mail, if by_mail { Ok(()) } else { without() }, "{}", template.name());
        assert_eq!(sms, if by_sms { Ok(()) } else { without() }, "{}", template.name());
    }
}

/// DESIGN §3.3: files of the home folder override part by part and per locale; what is wrong is reported and not used.
#[test]
fn overrides_are_used_by_locale_and_bad_ones_reported() {
    let home = tempfile::tempdir().unwrap();
    for folder in ["email", "sms"] {
        fs::create_dir(home.path().join(folder)).unwrap();
    }
    for (file, text) in [
        ("email/verifyEmailOnUpdate.fr.subject", "Confirmez votre adresse\n"),
        ("email/verifyEmailOnUpdate.fr_CA.subject", "Confirmez votre courriel"),
        ("email/verifyEmailOnUpdate.html", "<p>Our own: {{confirmation-code}} {{user.claim.givenname}}</p>"),
        ("email/emailOTPVerificationOnUpdate.html", "<html>{{OTPCode}}</html>"),
        ("email/contactChanged.txt", "{{nobody-knows}}"),
        ("email/verifyMobileOnUpdate.txt", "x"),
        ("email/contactChanged.md", "x"),
        ("sms/verifyMobileOnUpdate.txt", "{{confirmation-code}}\n\n@shop.example #{{confirmation-code}}\n"),
        ("sms/contactChanged.txt", &"x".repeat(460)),
    ] {
        fs::write(home.path().join(file), text).unwrap();
    }

    let (templates, problems) = Templates::load(home.path());

    let subject =
        |locale| templates.email(Template::VerifyEmail, locale, &Template::samples()).unwrap().subject;
    assert_eq!(
        [
            subject(Some("fr_CA")),
            subject(Some("fr-FR")),
            subject(Some("de_AT")),
            subject(Some("it")),
            subject(None)
        ],
        [
            "Confirmez votre courriel",
            "Confirmez votre adresse",
            "Bestätigen Sie Ihre neue E-Mail-Adresse",
            "Confirm your new e-mail address",
            "Confirm your new e-mail address"
        ]
    );
    let framed = templates.email(Template::VerifyEmail, None, &Template::samples()).unwrap().html;
    assert!(framed.starts_with("<!DOCTYPE html>") && framed.contains("<p>Our own: 815204 </p>"));
    let whole = templates.email(Template::EmailOtp, None, &Template::samples()).unwrap().html;
    assert_eq!(whole, "<html>815204</html>");
    let language = |template, locale| {
        let html = templates.email(template, locale, &Template::samples()).unwrap().html;
        html.split('"').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(
        [
            language(Template::VerifyEmail, Some("fr_CA")),
            language(Template::VerifyEmail, None),
            language(Template::VerifyEmail, Some("de")),
            language(Template::ContactAdded, Some("fr_CA")),
            language(Template::ContactAdded, Some("de_AT")),
        ],
        ["fr-ca", "en", "de", "en", "de"],
        "a page says in which language it is written"
    );
    let sms = templates.sms(Template::VerifyMobile, None, &Template::samples()).unwrap().text;
    assert_eq!(sms, "815204\n\n@shop.example #815204");
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "email/contactChanged.md: has an ending that is not used: .subject, .txt and .html are",
            "email/contactChanged.txt: is not used: the placeholder {{nobody-knows}} has no value in this message",
            "email/verifyMobileOnUpdate.txt: names no message of this folder: verifyEmailOnUpdate, \
             resendVerifyEmailOnUpdate, verifyEmailOnUpdateWithOTP, emailOTPVerificationOnUpdate, \
             notifyOnExistingEmailUpdate, notifyOnExistingEmailUpdateWithoutVerification, contactChanged, contactRemoved, contactAdded, \
             contactMarkedVerified, contactChangeRequested, channelTest",
            "sms/contactChanged.txt: is not used: the text message is longer than three segments",
        ]
    );
}

/// DESIGN §3.3: what the operator wrote for everybody goes before our wording in the reader's language, and only what
/// he wrote for German readers has our words in German. His fragment may use the classes of our page.
#[test]
fn an_override_goes_before_the_readers_language() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("email")).unwrap();
    for (file, text) in [
        ("contactChanged.subject", "Changed: {{claim-name}}"),
        ("contactChanged.de.txt", "Geändert: {{claim-name}}"),
        ("contactChanged.html", "<p class=\"text\">Ours: {{claim-name}}</p>"),
    ] {
        fs::write(home.path().join("email").join(file), text).unwrap();
    }
    let (templates, problems) = Templates::load(home.path());

    let mail = templates.email(Template::ContactChanged, Some("de-DE"), &Template::samples()).unwrap();

    assert_eq!(problems, []);
    assert_eq!(
        (mail.subject.as_str(), mail.text.as_str()),
        ("Changed: mobile number", "Geändert: Mobilnummer")
    );
    assert!(
        mail.html.contains("<p class=\"text\" style=\"") && mail.html.contains(">Ours: mobile number</p>")
    );
}

/// A message that lacks a value for an override is still sent, in our words.
#[test]
fn an_override_that_cannot_be_filled_falls_back_to_the_built_in_text() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("sms")).unwrap();
    fs::write(home.path().join("sms/verifyMobileOnUpdate.txt"), "{{footer}} {{confirmation-code}}").unwrap();
    let (templates, _) = Templates::load(home.path());
    let sparse =
        ["confirmation-code", "organization-name", "validity"].map(|name| (name, "x")).into_iter().collect();

    let sms = templates.sms(Template::VerifyMobile, None, &sparse).unwrap();

    assert!(sms.text.starts_with("x is your x code"), "{}", sms.text);
}

/// Codes stay out of logs.
#[test]
fn debug_hides_what_a_message_says() {
    let mail = mail(Template::EmailOtp, &Template::samples());
    let sms = Templates::built_in().sms(Template::VerifyMobile, None, &Template::samples()).unwrap();

    assert!(!format!("{mail:?}{sms:?}").contains("815204"));
}
