//! What is refused and what is warned about, key by key.

use super::super::email_adapter::SmtpTls;
use super::{drawn, load, loaded, refusals, refused, warned};

/// REL-20, STYLE §10: one run tells everything, so that nobody has to start five times.
#[test]
fn all_problems_are_reported_at_once() {
    let text = "\
[server]
hostname = \"https://id.example.org\"
offset = -1
base_path = \"http://id.example.org\"
[transport.https.properties]
port = 70000
address = \"everywhere\"
[super_admin]
password = 12345
[database.identity_db]
type = \"oracle\"
[identity_mgt.user_claim_update.mobile]
enable_verification = \"yes\"
verification_sms_otp_validity = \"never\"
[countersign.security]
outbound_allow = [\"sms.example.org:80\", \"*\"]
[countersign.limits]
sends_per_hour = 1.5
";

    insta::assert_snapshot!(refused(text), @r#"
    error: `server.hostname` cannot be `https://id.example.org`
     --> deployment.toml:2:12
      |
    2 | hostname = "https://id.example.org"
      |            ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: Write a host name without scheme or port, such as `"id.example.org"`.

    error: `server.offset` cannot be `-1`
     --> deployment.toml:3:10
      |
    3 | offset = -1
      |          ^^
      |
      = help: Write a whole number from 0 to 65535.

    error: `server.base_path` cannot be `http://id.example.org`
     --> deployment.toml:4:13
      |
    4 | base_path = "http://id.example.org"
      |             ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: Write an absolute address, such as `"https://id.example.org"`.

    error: `transport.https.properties.port` cannot be `70000`
     --> deployment.toml:6:8
      |
    6 | port = 70000
      |        ^^^^^
      |
      = help: Write a whole number from 0 to 65535.

    error: `transport.https.properties.address` cannot be `everywhere`
     --> deployment.toml:7:11
      |
    7 | address = "everywhere"
      |           ^^^^^^^^^^^^
      |
      = help: Write an IP address, such as `"127.0.0.1"`, or `"0.0.0.0"` for all of this machine's.

    error: `super_admin.password` must be text in quotes
     --> deployment.toml:9:12
      |
    9 | password = …
      |            ^
      |
      = help: Write the secret between quotes.

    error: `database.identity_db.type` cannot be `oracle`
      --> deployment.toml:11:8
       |
    11 | type = "oracle"
       |        ^^^^^^^^
       |
       = help: Write `"sqlite"` or `"postgresql"` or `"h2"`.

    error: `identity_mgt.user_claim_update.mobile.enable_verification` cannot be `yes`
      --> deployment.toml:13:23
       |
    13 | enable_verification = "yes"
       |                       ^^^^^
       |
       = help: Write `true` or `false`.

    error: `identity_mgt.user_claim_update.mobile.verification_sms_otp_validity` cannot be `never`
      --> deployment.toml:14:33
       |
    14 | verification_sms_otp_validity = "never"
       |                                 ^^^^^^^
       |
       = help: Write a number of minutes, such as `5`, `"5"`, `"5m"`, `"24h"` or `"1d"`.

    error: `countersign.security.outbound_allow` has an entry 2 that cannot be `*`
      --> deployment.toml:16:18
       |
    16 | outbound_allow = ["sms.example.org:80", "*"]
       |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: Write `"host:port"` or an address block such as `"10.1.0.0/16"`.

    error: `countersign.limits.sends_per_hour` cannot be a decimal number
      --> deployment.toml:18:18
       |
    18 | sends_per_hour = 1.5
       |                  ^^^
       |
       = help: Write a whole number, 0 or more.
    "#);
}

/// DESIGN §5, STYLE §10: nothing is ignored in silence, and the nearest known name is offered.
#[test]
fn unknown_keys_are_named_with_the_nearest_known_one() {
    let text = "\
enable_verification = true
[server]
hostnme = \"a\"
colour = \"blue\"
[identity_mgt.user_claim_update.mobil]
enable_verification = true
[output_adapter.email.custom_properties]
\"mail.smtp.timeout\" = 5
mail.smtp.ssl.enable = true
";

    let loaded = loaded(text);

    assert_eq!(loaded.settings.email.encryption(), SmtpTls::Implicit);
    insta::assert_snapshot!(drawn(text, &loaded.warnings), @r#"
    warning: there is no key `enable_verification` outside all tables
     --> deployment.toml:1:1
      |
    1 | enable_verification = true
      | ^^^^^^^^^^^^^^^^^^^
      |
      = help: Move it below `[identity_mgt.user_claim_update.email]` or `[identity_mgt.user_claim_update.mobile]`.

    warning: there is no key `hostnme` in `[server]`
     --> deployment.toml:3:1
      |
    3 | hostnme = …
      | ^^^^^^^
      |
      = help: Did you mean `hostname`?

    warning: there is no key `colour` in `[server]`
     --> deployment.toml:4:1
      |
    4 | colour = …
      | ^^^^^^
      |
      = help: Delete the line; it has no effect.

    warning: this server has no table `[identity_mgt.user_claim_update.mobil]`
     --> deployment.toml:5:33
      |
    5 | [identity_mgt.user_claim_update.mobil]
      |                                 ^^^^^
      |
      = help: Did you mean `[identity_mgt.user_claim_update.mobile]`?

    warning: `output_adapter.email` has no `from_address`, so no e-mail is sent
     --> deployment.toml:7:17
      |
    7 | [output_adapter.email.custom_properties]
      |                 ^^^^^
      |
      = help: Add `from_address = "no-reply@…"`, or delete the table.

    warning: there is no key `mail.smtp.timeout` in `[output_adapter.email.custom_properties]`
     --> deployment.toml:8:1
      |
    8 | "mail.smtp.timeout" = …
      | ^^^^^^^^^^^^^^^^^^^
      |
      = help: Delete the line; it has no effect.
    "#);
}

/// Broken TOML is reported once, in its place; the rest of the file is judged as well.
#[test]
fn what_is_no_toml_is_shown_with_its_line() {
    let text = "[server]\nhostname = localhost\noffset = 99999\noffset = 1\n";

    insta::assert_snapshot!(refused(text), @r#"
    error: this is not TOML: string values must be quoted, expected literal string
     --> deployment.toml:2:12
      |
    2 | hostname = localhost
      |            ^^^^^^^^^
      |
      = help: Each line is `[table]`, `key = "text"`, `key = 5` or `key = true`; text needs straight quotes, and `#` starts a comment.

    error: `server.offset` cannot be `99999`
     --> deployment.toml:3:10
      |
    3 | offset = 99999
      |          ^^^^^
      |
      = help: Write a whole number from 0 to 65535.

    error: this is not TOML: duplicate key
     --> deployment.toml:4:1
      |
    4 | offset = 1
      | ^^^^^^
      |
      = help: Keep one of the two lines.
    "#);
}

/// SEC-2: codes that can be guessed, and lengths the product would silently replace, are refused.
#[test]
fn a_code_has_six_to_ten_characters() {
    let table = "[identity_mgt.user_claim_update.otp]\n";
    let lengths = ["4", "5", "6", "10", "11", "\"six\""];

    let accepted = lengths.map(|length| load(&format!("{table}otp_length = {length}\n"), false).is_ok());

    assert_eq!(accepted, [false, false, true, true, false, false]);
}

/// SEC-2, `verification.md` §3.1: codes without characters have all of them.
#[test]
fn all_kinds_of_characters_off_means_all_on() {
    let text = "[identity_mgt.user_claim_update.otp]\n\
        use_uppercase_in_otp = false\nuse_lowercase_in_otp = \"false\"\nuse_numeric_in_otp = false\n";

    let loaded = loaded(text);

    let otp = &loaded.settings.otp;
    assert!(otp.use_uppercase_in_otp && otp.use_lowercase_in_otp && otp.use_numeric_in_otp);
    assert_eq!(loaded.warnings.len(), 1);
}

/// SEC-11: longer than the maximum needs `allow_long_validity` and is said at every start; never is never allowed.
#[test]
fn long_validities_must_be_insisted_on() {
    let sms = "[identity_mgt.user_claim_update.mobile]\nverification_sms_otp_validity = 11\n";
    let link = "[identity_mgt.user_claim_update.email]\nverification_email_validity = \"2d\"\n";
    let default = "[identity_mgt]\ndefault_mail_validity_period = 1441\n";
    let insist = "[countersign.security]\nallow_long_validity = true\n";

    let without = [sms, link, default].map(refusals);
    let with = [sms, link, default].map(|text| warned(&format!("{text}{insist}")));

    insta::assert_debug_snapshot!((without, with), @r#"
    (
        [
            [
                "2: `identity_mgt.user_claim_update.mobile.verification_sms_otp_validity` is 11 minutes, longer than ten minutes (10 minutes)",
            ],
            [
                "2: `identity_mgt.user_claim_update.email.verification_email_validity` is 2880 minutes, longer than a day (1440 minutes)",
            ],
            [
                "2: `identity_mgt.default_mail_validity_period` is 1441 minutes, longer than a day (1440 minutes)",
            ],
        ],
        [
            [
                "2: `identity_mgt.user_claim_update.mobile.verification_sms_otp_validity` is 11 minutes, longer than ten minutes (10 minutes)",
            ],
            [
                "2: `identity_mgt.user_claim_update.email.verification_email_validity` is 2880 minutes, longer than a day (1440 minutes)",
            ],
            [
                "2: `identity_mgt.default_mail_validity_period` is 1441 minutes, longer than a day (1440 minutes)",
            ],
        ],
    )
    "#);
}

/// D-21, SEC-11: a code in a mail lives ten minutes at most, however long the link would.
#[test]
fn a_code_in_a_mail_lives_ten_minutes_at_most() {
    let of = |minutes: u32| {
        let text =
            format!("[identity_mgt.user_claim_update.email]\nverification_email_validity = {minutes}\n");
        loaded(&text).settings.email_code_validity().minutes()
    };

    assert_eq!([of(1440), of(7)], [10, 7]);
}
