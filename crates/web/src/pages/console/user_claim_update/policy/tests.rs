use countersign_domain::user_claim_update::{Connector, Property};

use super::*;
use crate::pages::language::Language;

/// The policy of a connector with these properties.
fn policy(properties: &[(Property, &str)], alter: impl FnOnce(&mut Settings)) -> String {
    let mut connector = Connector::default();
    for (property, value) in properties {
        connector.set(*property, value).unwrap();
    }
    let mut base = Settings::default();
    alter(&mut base);
    sentences(Language::English.texts(), &connector.settings(&base)).join("\n")
}

const BOTH: [(Property, &str); 2] =
    [(Property::EmailEnableVerification, "true"), (Property::MobileEnableVerification, "true")];

/// pages §5: the product's defaults, in words.
#[test]
fn switched_off_means_used_at_once() {
    insta::assert_snapshot!(policy(&[], |_| {}), @r"
    A new e-mail address is used at once, without proof.
    A new mobile number is used at once, without proof.
    The address or number in force until then is told, and can stop or undo the change.
    ");
}

/// pages §5: what the first start switches on.
#[test]
fn switched_on_means_the_old_value_stays_until_the_new_one_is_proven() {
    insta::assert_snapshot!(policy(&BOTH, |_| {}), @r"
    A new e-mail address is used once the link sent to it is confirmed, within 24 hours; until then the old one stays in force.
    A new mobile number is used once the code sent to it by SMS is entered, within 5 minutes; until then the old one stays in force.
    The address or number in force until then is told, and can stop or undo the change.
    A code has 6 characters and ends after 5 wrong tries.
    ");
}

/// D-1, SEC-16, SEC-38, SEED-15: every exception from the rule is said.
#[test]
fn exceptions_are_said() {
    let skips = [
        (Property::EmailSkipByPrivileged, "true"),
        (Property::MobileSkipByPrivileged, "true"),
        (Property::MobileByPrivileged, "true"),
        (Property::MobileExpiry, "1"),
        (Property::EmailExpiry, "90"),
    ];
    insta::assert_snapshot!(policy(&[&BOTH[..], &skips[..]].concat(), |base| base.use_verify_claim = true), @r"
    A new e-mail address is used once the link sent to it is confirmed, within 90 minutes; until then the old one stays in force.
    That holds only for changes that ask for it with verifyEmail; any other is written at once, unverified.
    What an administrator or an application writes as e-mail address is used at once, unverified.
    A new mobile number is used once the code sent to it by SMS is entered, within 1 minute; until then the old one stays in force.
    That holds only for changes that ask for it with verifyMobile; any other is written at once, unverified.
    What an administrator or an application writes as mobile number is used at once, unverified.
    Administrators may enter the SMS code a person received.
    The address or number in force until then is told, and can stop or undo the change.
    A code has 6 characters and ends after 5 wrong tries.
    ");
}

/// D-21, SEC-11, SEC-23: each way of proving an e-mail address has a sentence; a code lives ten minutes at most.
#[test]
fn every_way_of_proving_an_address_has_its_sentence() {
    let proven = |properties: &[(Property, &str)], link_confirmation| {
        let on = [(Property::EmailEnableVerification, "true")];
        let all = policy(&[&on[..], properties].concat(), |base| base.link_confirmation = link_confirmation);
        all.lines().next().unwrap().split(';').next().unwrap().to_owned()
    };

    let button = LinkConfirmation::Button;
    let said = [
        proven(&[], button),
        proven(&[(Property::OtpSendInEmail, "true")], button),
        proven(&[], LinkConfirmation::Code),
        proven(&[(Property::EmailEnableOtp, "true")], button),
    ];

    insta::assert_snapshot!(said.join("\n"), @r"
    A new e-mail address is used once the link sent to it is confirmed, within 24 hours
    A new e-mail address is used once the link sent to it is confirmed or the code beside it is entered, within 24 hours
    A new e-mail address is used once the code sent to it is entered on the page of the link, within 24 hours
    A new e-mail address is used once the code sent to it is entered, within 10 minutes
    ");
}

/// SEC-2: digits alone are called digits; with nobody to tell, that is said too.
#[test]
fn codes_and_notices_follow_the_settings() {
    let digits = [
        (Property::OtpUppercase, "false"),
        (Property::OtpLowercase, "false"),
        (Property::OtpLength, "8"),
        (Property::MobileEnableVerification, "true"),
    ];
    let quiet = policy(&digits, |base| base.notify_old = false);
    let by_mail = policy(&[(Property::EmailNotifyExisting, "true")], |base| base.notify_old = false);

    assert!(quiet.contains("A code has 8 digits and ends after 5 wrong tries."), "{quiet}");
    assert!(
        quiet.contains("Nobody is told of a change at the address or number in force until then."),
        "{quiet}"
    );
    assert!(by_mail.contains("The e-mail address in force until then is told by mail."), "{by_mail}");
}

/// The words are exact: nothing is rounded away.
#[test]
fn validities_are_exact() {
    let said = [1, 5, 59, 60, 90, 120, 1_440, 1_500, 2_880, 4_320]
        .map(|minutes| validity(Language::English.texts(), minutes));

    assert_eq!(
        said,
        [
            "1 minute",
            "5 minutes",
            "59 minutes",
            "1 hour",
            "90 minutes",
            "2 hours",
            "24 hours",
            "25 hours",
            "2 days",
            "3 days"
        ]
    );
}
