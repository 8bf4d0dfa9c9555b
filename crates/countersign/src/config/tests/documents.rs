//! The reference, the first file and `config show` say what the parser does.

use std::path::Path;

use super::super::Problem;
use super::super::settings::{Settings, known_keys};
use super::super::{first_start, reference, show};
use super::{load, loaded, messages};

/// STYLE §10: the committed reference is the generated one.
#[test]
fn the_committed_reference_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/deployment-toml.md");

    let committed = std::fs::read_to_string(&path).unwrap_or_default();

    assert!(
        committed == reference(),
        "docs/reference/deployment-toml.md is stale: countersign config reference > docs/reference/deployment-toml.md"
    );
}

/// DESIGN §3.3: the file of the first start says the defaults, except that both verifications are on.
#[test]
fn the_first_file_differs_from_the_defaults_in_what_it_switches_on() {
    let fresh = loaded(&first_start());
    let defaults = loaded("");

    let values =
        |settings: &Settings| settings.effective().into_iter().flat_map(|(_, keys)| keys).collect::<Vec<_>>();
    let changed: Vec<_> =
        values(&fresh.settings).into_iter().zip(values(&defaults.settings)).filter(|(a, b)| a != b).collect();
    assert_eq!(messages(&fresh.warnings), Vec::<String>::new());
    insta::assert_debug_snapshot!(changed.iter().map(|(a, _)| a).collect::<Vec<_>>(), @r#"
    [
        (
            "identity_mgt.user_claim_update.email.enable_verification",
            Some(
                "true",
            ),
        ),
        (
            "identity_mgt.user_claim_update.mobile.enable_verification",
            Some(
                "true",
            ),
        ),
        (
            "countersign.log.format",
            Some(
                "\"text\"",
            ),
        ),
    ]
    "#);
}

/// DESIGN §3.3: every key stands in it once, and taking away its `#` is all it takes.
#[test]
fn every_key_of_the_first_file_can_be_switched_on_in_place() {
    let text = first_start();
    let lines: Vec<&str> = text.lines().collect();
    let commented: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].starts_with('#') && !is_prose(lines[*at])).collect();

    for at in &commented {
        let mut changed = lines.clone();
        changed[*at] = &lines[*at][1..];
        let text = changed.join("\n");
        // What is missing beside the key may be said, but the key itself is understood.
        match load(&text, false) {
            Ok(loaded) => assert!(
                !messages(&loaded.warnings).iter().any(|m| m.contains("there is no")),
                "{}",
                changed[*at]
            ),
            Err(problems) => assert!(problems.iter().all(is_about_its_example), "{problems:?}"),
        }
    }

    assert_eq!(commented.len() + 3, known_keys().len());
}

/// The examples name files and variables that the test does not have.
fn is_about_its_example(problem: &Problem) -> bool {
    ["cannot be read", "environment variable", "CLIENT_CREDENTIAL"]
        .iter()
        .any(|words| problem.message.contains(words))
}

fn is_prose(line: &str) -> bool {
    line == "#" || line.starts_with("# ")
}

/// SEC-58: what is in force, where it comes from, and no secret.
#[test]
fn show_tells_values_origins_and_consequences() {
    let text = "[super_admin]\npassword = \"k9-Vault-turtle\"\n[server]\noffset = \"1\"\n";

    let shown = show(&loaded(text).settings);

    let head = shown.lines().take(24).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(head, @r#"
    # public address: https://localhost:9444
    # listens on: 127.0.0.1 port 9444
    # e-mail: not sent, because there is no from_address
    # link in an e-mail: valid 1440 minutes
    # code in an e-mail: valid 10 minutes
    # dev inbox: for channels without a sender

    [server]
    hostname = "localhost"  # default
    offset = 1  # file
    #base_path is not set
    host_aliases = []  # default

    [transport.https.properties]
    port = 9443  # default
    address = "127.0.0.1"  # default

    [super_admin]
    username = "admin"  # default
    password = "********"  # file
    #password_file is not set
    create_admin_account = true  # default

    [database.identity_db]
    "#);
}
