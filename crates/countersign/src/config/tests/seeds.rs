//! The configuration snippets of published instructions, slip for slip.

use super::super::secret::Secret;
use super::super::validity::ValidityMinutes;
use super::{drawn, load, loaded, messages, refused};

const CURLY: &str = "\
[identity_mgt.user_claim_update.mobile]
enable_verification = true
verification_sms_otp_validity = “7”
";

/// SEED-4: the exact place and the remedy; nothing is guessed.
#[test]
fn typographic_quotes_are_refused_with_their_place_and_the_remedy() {
    insta::assert_snapshot!(refused(CURLY), @r#"
    error: typographic quotes round a value are not TOML
     --> deployment.toml:3:33
      |
    3 | verification_sms_otp_validity = “7”
      |                                 ^^^
      |
      = help: Write straight quotes: `"`. Or start with `--lenient-config` to have it read as meant.
    "#);
}

/// SEED-4: with `--lenient-config` they are quotes, and that is said.
#[test]
fn typographic_quotes_are_straightened_when_asked_for_with_a_warning() {
    let loaded = load(CURLY, true).expect("lenient");

    assert!(loaded.settings.mobile_update.enable_verification);
    assert_eq!(loaded.settings.mobile_update.verification_sms_otp_validity, ValidityMinutes::new(7));
    insta::assert_snapshot!(drawn(CURLY, &loaded.warnings), @r#"
    warning: typographic quotes round a value are not TOML; read as straight ones, because of `--lenient-config`
     --> deployment.toml:3:33
      |
    3 | verification_sms_otp_validity = “7”
      |                                 ^^^
      |
      = help: Write straight quotes: `"`.
    "#);
}

/// SEED-4: half a pair cannot be read as meant, not even leniently.
#[test]
fn a_lone_typographic_quote_is_refused_in_both_modes() {
    let text = "[server]\nhostname = “id.example.org\n";

    let both = [false, true].map(|lenient| load(text, lenient).map_err(|p| messages(&p)).err());

    insta::assert_debug_snapshot!(both, @r#"
    [
        Some(
            [
                "2: a typographic quote stands alone",
            ],
        ),
        Some(
            [
                "2: a typographic quote stands alone",
            ],
        ),
    ]
    "#);
}

/// SEED-5, SEED-28: quoted numbers and flags are numbers and flags.
#[test]
fn quoted_numbers_are_numbers() {
    let text = "\
[identity_mgt.user_claim_update.mobile]
enable_verification = \"true\"
verification_sms_otp_validity = \"5\"
[identity_mgt.user_claim_update.email]
enable_verification = true
verification_email_validity = \"1440\"
[identity_mgt.user_claim_update.otp]
otp_length = \"8\"
";

    let loaded = loaded(text);

    let settings = &loaded.settings;
    assert_eq!(loaded.warnings, []);
    assert!(settings.mobile_update.enable_verification && settings.email_update.enable_verification);
    assert_eq!(settings.mobile_update.verification_sms_otp_validity, ValidityMinutes::new(5));
    assert_eq!(settings.email_link_validity(), ValidityMinutes::new(1440));
    assert_eq!(settings.otp.otp_length, 8);
}

const TWICE: &str = "\
[identity_mgt.user_claim_update.mobile]
enable_verification = true
verification_sms_otp_validity = \"5\"

[identity_mgt.user_claim_update.mobile]
enable_verification_by_privileged_user = true
verification_sms_otp_validity = \"6\"
";

/// SEED-6: two snippets of one page, pasted one after the other, are refused with both places.
#[test]
fn a_table_given_twice_is_refused_with_both_places() {
    insta::assert_snapshot!(refused(TWICE), @r#"
    error: the table `[identity_mgt.user_claim_update.mobile]` is already there, on line 1, and TOML allows it only once
     --> deployment.toml:5:1
      |
    5 | [identity_mgt.user_claim_update.mobile]
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: Move the keys below it to the table on line 1, and delete this header. Or start with `--lenient-config` to have it read as meant.

    error: `identity_mgt.user_claim_update.mobile.verification_sms_otp_validity` is given a second time
     --> deployment.toml:7:1
      |
    7 | verification_sms_otp_validity = "6"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: Keep one of the two lines. Or start with `--lenient-config` to have it read as meant.
    "#);
}

/// SEED-6: with `--lenient-config` the two are one, the later of two values counts, and that is said.
#[test]
fn a_table_given_twice_is_merged_when_asked_for() {
    let loaded = load(TWICE, true).expect("lenient");

    let mobile = &loaded.settings.mobile_update;
    assert!(mobile.enable_verification && mobile.enable_verification_by_privileged_user);
    assert_eq!(mobile.verification_sms_otp_validity, ValidityMinutes::new(6));
    insta::assert_debug_snapshot!(messages(&loaded.warnings), @r#"
    [
        "5: the table `[identity_mgt.user_claim_update.mobile]` is already there, on line 1, and TOML allows it only once; read as one table, because of `--lenient-config`",
        "7: `identity_mgt.user_claim_update.mobile.verification_sms_otp_validity` is given a second time; this later value counts, because of `--lenient-config`",
    ]
    "#);
}

const NAMELESS: &str = "\
[]
from_address= \"no-reply@example.org\"
username= \"no-reply@example.org\"
password= \"<![CDATA[xxxx]]>\"
hostname= \"\"
port= 587

[server]
offset = 1
";

/// SEED-26: a header without a name is refused, and the table its keys belong to is named.
#[test]
fn a_header_without_a_name_is_refused_with_the_name_it_should_have() {
    insta::assert_snapshot!(refused(NAMELESS), @r#"
    error: `[]` names no table
     --> deployment.toml:1:1
      |
    1 | []
      | ^^
      |
      = help: Write `[output_adapter.email]`: the keys below it belong to that table. Or start with `--lenient-config` to have it read as meant.
    "#);
}

/// SEED-26, SEED-27: with `--lenient-config` the keys below it are the mail server's; the password loses its wrapper.
#[test]
fn the_keys_below_a_nameless_header_are_the_mail_servers_when_asked_for() {
    let loaded = load(NAMELESS, true).expect("lenient");

    let email = &loaded.settings.email;
    assert!(email.is_configured());
    assert_eq!(email.password, Some(Secret::new("xxxx")));
    assert_eq!((email.relay(), email.port, loaded.settings.server.offset), ("smtp.gmail.com", 587, 1));
    insta::assert_debug_snapshot!(messages(&loaded.warnings), @r#"
    [
        "1: `[]` names no table; read as `[output_adapter.email]`, because of `--lenient-config`",
        "5: `output_adapter.email.hostname` goes with no mail server, so mail is handed to smtp.gmail.com, the default",
    ]
    "#);
}

/// SEED-26: keys of another table are not guessed at.
#[test]
fn a_nameless_header_above_other_keys_is_refused_in_both_modes() {
    let texts = ["[]\nenable_verification = true\n", "[ ]\n", "[]\nhostname = \"a\"\ncolour = 1\n"];

    for text in texts {
        for lenient in [false, true] {
            let problems = load(text, lenient).expect_err("refused");
            assert_eq!(messages(&problems), ["1: `[]` names no table"]);
        }
    }
}

/// SEED-6: what a table of a list may do, it may do.
#[test]
fn tables_of_a_list_are_no_repeated_tables() {
    let text = "[[adapter]]\n[adapter.http]\n[[adapter]]\n[adapter.http]\n";

    let loaded = loaded(text);

    assert_eq!(messages(&loaded.warnings), ["1: there is no key `adapter` outside all tables"]);
}

/// A file as WSO2 delivers it starts here: what has a counterpart is used, the rest is named.
#[test]
fn a_file_written_for_the_product_loads_with_warnings_only() {
    let text = "\
[server]
hostname = \"localhost\"
node_ip = \"127.0.0.1\"
base_path = \"https://$ref{server.hostname}:${carbon.management.port}\"

[super_admin]
username = \"admin\"
password = \"admin\"
create_admin_account = true

[user_store]
type = \"database_unique_id\"

[database.identity_db]
type = \"h2\"
url = \"jdbc:h2:./repository/database/IDENTITY_DB\"
username = \"carbon\"
password = \"carbon\"

[database.shared_db]
type = \"h2\"
";

    let loaded = loaded(text);

    assert_eq!(loaded.settings.public_url(), "https://localhost:9443");
    insta::assert_snapshot!(drawn(text, &loaded.warnings), @r#"
    warning: there is no key `node_ip` in `[server]`
     --> deployment.toml:3:1
      |
    3 | node_ip = …
      | ^^^^^^^
      |
      = help: Delete the line; it has no effect.

    warning: `super_admin.password` is easily guessed, so this account can sign in from this machine only
     --> deployment.toml:8:12
      |
    8 | password = …
      |            ^
      |
      = help: Choose a longer password before others may reach the server.

    warning: this server has no table `[user_store]`
      --> deployment.toml:11:2
       |
    11 | [user_store]
       |  ^^^^^^^^^^
       |
       = help: Delete it; nothing in it has an effect.

    warning: `database.identity_db.type` is `h2`, which is not part of this program; SQLite is used, and nothing is taken over from H2
      --> deployment.toml:15:8
       |
    15 | type = "h2"
       |        ^^^^
       |
       = help: Write `type = "sqlite"`, and bring users over with `countersign user import`.

    warning: this server has no table `[database.shared_db]`
      --> deployment.toml:20:11
       |
    20 | [database.shared_db]
       |           ^^^^^^^^^
       |
       = help: Delete it; nothing in it has an effect.
    "#);
}
