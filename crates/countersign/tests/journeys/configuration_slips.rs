//! `deployment.toml` as the documents print it, slips and all, given to the program itself.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use countersign::home::Home;
use tempfile::TempDir;

/// What a run of the program said.
#[derive(PartialEq, Eq, Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    /// With the home folder's path as `HOME`.
    err: String,
}

fn countersign(home: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output = command.arg("--home").arg(home).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let err = text(output.stderr).replace(&*home.to_string_lossy(), "HOME");
    Run { code: output.status.code(), out: text(output.stdout), err }
}

/// A home folder with this configuration.
fn home(deployment_toml: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new(folder.path());
    home.create().unwrap();
    std::fs::write(home.deployment_toml(), deployment_toml).unwrap();
    folder
}

/// The line of `config show` for a key of a table.
fn shown(run: &Run, table: &str, key: &str) -> String {
    let lines = run.out.lines().skip_while(|line| *line != format!("[{table}]")).skip(1);
    let mut lines = lines.take_while(|line| !line.starts_with('['));
    lines.find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("no {key}: {run:?}")).to_owned()
}

const MOBILE: &str = "identity_mgt.user_claim_update.mobile";

/// Seed A's fragment, with its typographic quotes.
const CURLY: &str = "\
[identity_mgt.user_claim_update.mobile]
enable_verification = true
verification_sms_otp_validity = \u{201c}5\u{201d}
";

/// Seed B's page, followed to the letter: the same table twice.
const TWICE: &str = "\
[identity_mgt.user_claim_update.mobile]
enable_verification = true
verification_sms_otp_validity = \"5\"

[identity_mgt.user_claim_update.mobile]
enable_verification_by_privileged_user = true
verification_sms_otp_validity = \"7\"
";

/// SEED-4: typographic quotes stop the start, with file, line and remedy; nothing is ignored in silence.
#[test]
fn typographic_quotes_stop_the_start() {
    // A port that is taken: a server that got past its configuration ends with status 1 instead of running.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("[transport.https.properties]\nport = {}\n", taken.local_addr().unwrap().port());
    let folder = home(&format!("{CURLY}{port}"));

    for arguments in [&["serve"][..], &["config", "check"], &["client", "list"], &["check", "--invariants"]] {
        let run = countersign(folder.path(), arguments);

        let err = "error: typographic quotes round a value are not TOML
 --> HOME/repository/conf/deployment.toml:3:33
  |
3 | verification_sms_otp_validity = “5”
  |                                 ^^^
  |
  = help: Write straight quotes: `\"`. Or start with `--lenient-config` to have it read as meant.
";
        assert_eq!(run, Run { code: Some(2), out: String::new(), err: err.to_owned() }, "{arguments:?}");
    }
}

/// SEED-4: `--lenient-config` reads them as meant and says so, each time.
#[test]
fn typographic_quotes_are_read_as_meant_when_asked() {
    let folder = home(CURLY);

    for arguments in [["--lenient-config", "config", "show"], ["config", "show", "--lenient-config"]] {
        let run = countersign(folder.path(), &arguments);

        let err = "warning: typographic quotes round a value are not TOML; read as straight ones, because of `--lenient-config`
 --> HOME/repository/conf/deployment.toml:3:33
  |
3 | verification_sms_otp_validity = “5”
  |                                 ^^^
  |
  = help: Write straight quotes: `\"`.
";
        assert_eq!((run.code, run.err.as_str()), (Some(0), err));
        assert_eq!(
            shown(&run, MOBILE, "verification_sms_otp_validity"),
            "verification_sms_otp_validity = 5  # file"
        );
    }
}

/// SEED-5: the same value in straight quotes is five minutes, without a word.
#[test]
fn a_quoted_number_is_a_number() {
    let folder = home(&CURLY.replace(['\u{201c}', '\u{201d}'], "\""));

    let run = countersign(folder.path(), &["config", "show"]);

    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_eq!(
        shown(&run, MOBILE, "verification_sms_otp_validity"),
        "verification_sms_otp_validity = 5  # file"
    );
}

/// SEED-6: a table given twice stops the start, and so does a key.
#[test]
fn a_table_given_twice_stops_the_start() {
    let folder = home(TWICE);

    let run = countersign(folder.path(), &["config", "check"]);

    let err = "error: the table `[identity_mgt.user_claim_update.mobile]` is already there, on line 1, and TOML allows it only once
 --> HOME/repository/conf/deployment.toml:5:1
  |
5 | [identity_mgt.user_claim_update.mobile]
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: Move the keys below it to the table on line 1, and delete this header. Or start with `--lenient-config` to have it read as meant.

error: `identity_mgt.user_claim_update.mobile.verification_sms_otp_validity` is given a second time
 --> HOME/repository/conf/deployment.toml:7:1
  |
7 | verification_sms_otp_validity = \"7\"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: Keep one of the two lines. Or start with `--lenient-config` to have it read as meant.
";
    assert_eq!(run, Run { code: Some(2), out: String::new(), err: err.to_owned() });
}

/// SEED-6: when asked, both tables count, and of a key given twice the later value.
#[test]
fn a_table_given_twice_is_merged_when_asked() {
    let folder = home(TWICE);

    let run = countersign(folder.path(), &["--lenient-config", "config", "show"]);

    let warned: Vec<&str> = run.err.lines().filter(|line| line.starts_with("warning: ")).collect();
    let said = [
        "warning: the table `[identity_mgt.user_claim_update.mobile]` is already there, on line 1, and TOML allows it only once; read as one table, because of `--lenient-config`",
        "warning: `identity_mgt.user_claim_update.mobile.verification_sms_otp_validity` is given a second time; this later value counts, because of `--lenient-config`",
    ];
    assert_eq!((run.code, warned), (Some(0), said.to_vec()));
    let values =
        ["enable_verification", "verification_sms_otp_validity", "enable_verification_by_privileged_user"];
    assert_eq!(
        values.map(|key| shown(&run, MOBILE, &format!("{key} "))),
        [
            "enable_verification = true  # file",
            "verification_sms_otp_validity = 7  # file",
            "enable_verification_by_privileged_user = true  # file",
        ]
    );
}

/// SEC-11: a validity that is none is refused with its key, lenient or not.
#[test]
fn a_validity_that_never_ends_is_refused() {
    for value in ["0", "-1", "\"never\"", "\"\""] {
        let folder = home(&format!("[{MOBILE}]\nverification_sms_otp_validity = {value}\n"));

        let run = countersign(folder.path(), &["--lenient-config", "config", "check"]);

        assert_eq!(run.code, Some(2), "{value}: {run:?}");
        assert!(
            run.err.contains("verification_sms_otp_validity") && run.err.contains(":2:"),
            "{value}: {}",
            run.err
        );
    }
}

/// SEED-1, D-19: `config check` names the slip of seed A's publisher and takes it; what it cannot read it refuses.
#[test]
fn publisher_files_are_checked_too() {
    let folder = home("");
    let publishers = Home::new(folder.path()).event_publishers();
    let place = |text: &str| {
        let text = text.replace("{gateway}", "https://sms.example.org/json");
        std::fs::write(publishers.join("HTTPOutputEventAdapter.xml"), text).unwrap();
    };

    place(crate::sms_publisher::SEED_A);
    let mended = countersign(folder.path(), &["config", "check"]);
    place(crate::sms_publisher::SEED_B);
    let clean = countersign(folder.path(), &["config", "check"]);
    place(&crate::sms_publisher::SEED_B.replace("\"text\":", "\"text\" "));
    let broken = countersign(folder.path(), &["config", "check"]);

    let slip = "HTTPOutputEventAdapter.xml:6:27: The mapping separates keys and values by \"=\"; it is read as \":\". \
                Write \":\", as JSON does.";
    assert_eq!((mended.code, mended.out.lines().next()), (Some(0), Some(slip)));
    assert_eq!((clean.code, clean.out.lines().next()), (Some(0), Some("The configuration can be used.")));
    assert_eq!(broken.code, Some(2), "{broken:?}");
    assert!(broken.out.starts_with("HTTPOutputEventAdapter.xml:"), "{broken:?}");
    assert!(!broken.out.contains("quill"), "SEC-51: no property values in a report: {broken:?}");
}

/// DESIGN §3.2: whoever reads only the beginning (`| head`) has had enough; that is no failure.
#[test]
fn a_reader_who_stops_reading_is_no_failure() {
    let folder = home("");

    for arguments in [["config", "reference"], ["config", "show"], ["config", "check"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        let command = command.arg("--home").arg(folder.path()).args(arguments);
        let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(running.stdout.take());
        let output = running.wait_with_output().unwrap();

        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

/// A slip in a client's name or scope is told with what would do, and no client comes of it.
#[test]
fn a_client_that_does_not_fit_is_not_added() {
    let folder = home("");
    let long = "x".repeat(101);

    let nameless = countersign(folder.path(), &["client", "add", "--name", "  "]);
    let endless = countersign(folder.path(), &["client", "add", "--name", &long]);
    let unknown =
        countersign(folder.path(), &["client", "add", "--name", "x", "--scope", "internal_everything"]);

    assert_eq!([nameless.code, endless.code, unknown.code], [Some(2); 3]);
    for run in [&nameless, &endless] {
        assert!(run.err.contains("--name: a client's name is one line of at most 100 characters"), "{run:?}");
    }
    assert!(
        unknown.err.contains("there is no scope `internal_everything`; there are: internal_login"),
        "{unknown:?}"
    );
    assert_eq!(countersign(folder.path(), &["client", "list"]).out, "");
}
