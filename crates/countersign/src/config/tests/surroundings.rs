//! Secrets and other values from outside the file, and that none of them is ever shown.

use std::io::ErrorKind;
use std::path::Path;

use super::super::reader::Surroundings;
use super::super::secret::Secret;
use super::super::{Loaded, Problem, load_within, show, text_of};
use super::{drawn, messages};

fn load(text: &str) -> Result<Loaded, Vec<Problem>> {
    let surroundings = Surroundings {
        variable: &|name| (name == "MAIL").then(|| "<![CDATA[canary]]>".to_owned()),
        file: &|path| match path.to_str() {
            Some("conf/secret.txt" | "/run/secret") => Ok("canary\n".to_owned()),
            Some("conf/empty.txt") => Ok("\n".to_owned()),
            _ => Err(ErrorKind::NotFound.into()),
        },
        folder: Path::new("conf"),
    };
    load_within(&surroundings, text, false)
}

/// SEC-58: secrets come from the file, from the environment, or from a file of their own.
#[test]
fn secrets_come_from_three_places() {
    let text = "\
[super_admin]
password_file = \"secret.txt\"
[database.identity_db]
type = \"postgresql\"
name = \"$ref{super_admin.username}-db\"
username = \"c\"
password_file = \"/run/secret\"
[output_adapter.email]
from_address = \"a@example.org\"
hostname = \"smtp.example.org\"
username = \"u\"
password = \"$env{MAIL}\"
";

    let settings = load(text).unwrap_or_else(|p| panic!("{}", drawn(text, &p))).settings;

    assert_eq!(settings.super_admin.password, Some(Secret::new("canary")));
    assert_eq!(settings.identity_db.password, Some(Secret::new("canary")));
    assert_eq!(settings.email.password, Some(Secret::new("canary")));
    assert_eq!(settings.identity_db.name, Some("admin-db".to_owned()));
}

/// SEC-58: what cannot be had is said; two places for one secret are refused, since one would be ignored.
#[test]
fn a_secret_that_cannot_be_had_is_refused() {
    let texts = [
        "[super_admin]\npassword_file = \"nowhere.txt\"\n",
        "[super_admin]\npassword_file = \"empty.txt\"\n",
        "[super_admin]\npassword = \"a long canary\"\npassword_file = \"secret.txt\"\n",
        "[super_admin]\npassword = \"$env{NONE}\"\n",
        "[super_admin]\npassword = \"$secret{admin}\"\n",
        "[super_admin]\npassword = \"\"\npassword_file = \"\"\n[server]\nhostname = \"$ref{server.hostname}\"\n",
    ];

    let refused = texts.map(|text| load(text).map_err(|problems| messages(&problems)).err());

    insta::assert_debug_snapshot!(refused, @r#"
    [
        Some(
            [
                "2: `super_admin.password_file` names a file that cannot be read: entity not found",
            ],
        ),
        Some(
            [
                "2: `super_admin.password_file` names an empty file",
            ],
        ),
        Some(
            [
                "3: `super_admin.password_file` is given beside the secret itself",
            ],
        ),
        Some(
            [
                "2: `super_admin.password` refers to the environment variable `NONE`, which is not set",
            ],
        ),
        Some(
            [
                "2: `super_admin.password` holds a placeholder `$secret{…}` that has no meaning here",
            ],
        ),
        Some(
            [
                "5: `server.hostname` refers to keys that refer to each other",
            ],
        ),
    ]
    "#);
}

/// SEC-58: no secret in `config show`, debug output, warnings or problems, however wrong the file is.
#[test]
fn no_secret_is_ever_shown() {
    let good = "[super_admin]\npassword = \"canary\"\n[output_adapter.email]\nclient_secret = \"canary\"\npasword = \"canary\"\n\
        [database.identity_db]\nurl = \"postgresql://c:canary@db/c\"\n";
    let bad = [
        "[super_admin]\npassword = “canary”\n",
        "[super_admin]\npassword = canary\n",
        "[super_admin]\npassword = [\"canary\"]\n",
        "[super_admin]\npassword = \"canary\n",
        "[super_admin]\npassword = \"\"\"\ncanary \\q canary\"\"\"\n",
        "[super_admin]\npassword = \"a\"\npassword = \"canary\"\n",
        "super_admin = { username = 5, password = \"canary\" }\n",
        "[database.identity_db]\ntype = \"postgresql\"\nurl = \"mysql://c:canary@db/c\"\n",
        "[server]\noffset = \"$env{MAIL}\"\nhost_aliases = [\"$env{MAIL}\"]\nhostname = \"$env{MAIL}\"\n",
    ];

    let loaded = load(good).unwrap_or_else(|p| panic!("{}", drawn(good, &p)));
    let mut seen = format!("{}{:?}{}", show(&loaded.settings), loaded, drawn(good, &loaded.warnings));
    for text in bad {
        let problems = load(text).expect_err("refused");
        seen.extend([format!("{problems:?}"), drawn(text, &problems)]);
    }

    assert!(!seen.contains("canary"), "{seen}");
}

/// REL-20: a file that is no text is refused with the line to look at.
#[test]
fn a_file_that_is_not_utf8_is_refused_with_its_line() {
    let bytes = b"[server]\nhostname = \x93id\x94\n";

    let problem = text_of(bytes).expect_err("refused");

    insta::assert_snapshot!(drawn("", &[problem]), @r#"
    error: the file is not written in UTF-8
    --> deployment.toml:2
     = help: Save it as UTF-8; typographic quotes from a Windows editor are the usual cause, so look for them on this line.
    "#);
    assert_eq!(text_of(b"\xef\xbb\xbf[server]"), Ok("[server]"));
}
