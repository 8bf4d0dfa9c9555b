//! `countersign user import` and `export`, beside the running server: people who come from somewhere else, and go on, with
//! their proofs.

use std::process::{Command, Output};

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::test_app::{ADMIN, BOB_MAIL, SYSTEM, TestApp, on_both_databases};

/// How a command ended, its standard output, its standard error.
fn user(app: &TestApp, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.arg("--home").arg(app.home().root()).arg("user").args(arguments);
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn import(app: &TestApp, file: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let file = app.home().root().join(file);
    user(app, &[&["import", file.to_str().unwrap()], arguments].concat())
}

fn write<S: AsRef<str>>(app: &TestApp, file: &str, lines: &[S]) {
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    std::fs::write(app.home().root().join(file), lines.join("\n")).unwrap();
}

async fn named(app: &TestApp, user_name: &str) -> Value {
    let filter = format!("/scim/v2/Users?filter=userName%20eq%20%22{user_name}%22");
    let list = app.get(&filter).of(ADMIN).await.expect(200).json();
    list["Resources"].get(0).cloned().unwrap_or(Value::Null)
}

/// Proofs made elsewhere are asserted by the operator and audited; who is there already stays as he is; a line that is
/// refused says why and can be mended; a dry run says all of it and writes nothing. Done again, it changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn people_come_with_their_proofs_and_an_import_can_be_run_again() {
    on_both_databases(async |app| {
        let ann = json!({
            "userName": "ann", "emails": [{"value": "ann@example.org", "primary": true}],
            SYSTEM: {
                "emailVerified": true,
                "emailAddresses": ["ann@example.org", "ann@work.example", "ann@old.example"],
                "verifiedEmailAddresses": ["ann@example.org", "ann@work.example"],
            },
        });
        let ben = json!({
            "userName": "ben", "password": "correct horse 7",
            "phoneNumbers": [{"type": "mobile", "value": "+4915112345678"}],
        });
        let taken = json!({"userName": "cat", "emails": [{"value": BOB_MAIL, "primary": true}]});
        let lines = [&ann, &ben, &json!({"userName": "Bob"}), &taken].map(Value::to_string);
        write(app, "people.jsonl", &[&lines[..], &["{\"userName\": ".to_owned()]].concat());

        let (code, out, errors) = import(app, "people.jsonl", &["--dry-run"]);

        assert_eq!(code, Some(1));
        assert_eq!(
            out,
            "line 1 (ann): would be created, e-mail taken as verified\n\
             line 2 (ben): would be created\n\
             line 3 (Bob): is there already and stays as it is\n\
             5 people: 2 would be created, 1 there already, 2 refused\n"
        );
        assert!(
            errors.contains("line 4 (cat): refused: another user holds this e-mail address\n"),
            "{errors}"
        );
        assert!(errors.contains("line 5: refused: The body ends before its JSON does"), "{errors}");
        assert_eq!(named(app, "ann").await, Value::Null);

        let rejects = app.home().root().join("again.jsonl");
        let (code, out, _) = import(app, "people.jsonl", &["--rejects", rejects.to_str().unwrap()]);

        assert_eq!((code, out.as_str()), (Some(1), "5 people: 2 created, 1 there already, 2 refused\n"));
        assert_eq!(std::fs::read_to_string(&rejects).unwrap().lines().next(), Some(lines[3].as_str()));
        let shown = named(app, "ann").await;
        assert_eq!(shown["emails"], ann["emails"]);
        assert_eq!(shown[SYSTEM], ann[SYSTEM]);
        app.later(SignedDuration::from_hours(40 * 365 * 24)); // the command has the machine's time
        let own = app.get("/scim2/Me").basic("ben", "correct horse 7").await.expect(200).json();
        assert_eq!(own["phoneNumbers"][0]["value"], "+4915112345678");

        let (code, out, _) = import(app, "people.jsonl", &[]);

        assert_eq!((code, out.as_str()), (Some(1), "5 people: 0 created, 3 there already, 2 refused\n"));
    })
    .await;
}

/// A table is read by its header, whose columns are attribute paths.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_a_header_of_paths_is_imported() {
    on_both_databases(async |app| {
        let header = "userName,name.familyName,emails[type eq \"work\"].value,phoneNumbers[type eq \"mobile\"].value,\
                      urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department,active";
        let rows = ["dan,\"Young, Jr.\",dan@work.example,0155555555,R&D,TRUE", "eve,,eve@work.example,,,false"];
        write(app, "people.csv", &[header, rows[0], rows[1]]);

        let (code, out, errors) = import(app, "people.csv", &[]);

        assert_eq!((code, out.as_str()), (Some(0), "2 people: 2 created, 0 there already, 0 refused\n"), "{errors}");
        let dan = named(app, "dan").await;
        assert_eq!(dan["name"]["familyName"], "Young, Jr.");
        assert_eq!(dan["emails"], json!([{"value": "dan@work.example", "type": "work"}]));
        assert_eq!(dan["phoneNumbers"], json!([{"value": "0155555555", "type": "mobile"}]));
        assert_eq!(named(app, "eve").await["active"], false);

        write(app, "wrong.csv", &["userName,shoeSize", "x,43"]);
        let (code, _, errors) = import(app, "wrong.csv", &[]);

        assert_eq!(code, Some(2));
        assert!(errors.contains("column 2 (`shoeSize`)"), "{errors}");
    })
    .await;
}

/// What is exported is imported elsewhere with all its proofs; a filter and a table say less; a file that is there is left
/// alone.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_goes_on_with_his_proofs() {
    on_both_databases(async |app| {
        let file = app.home().root().join("everybody.jsonl");
        let file = file.to_str().unwrap();

        let (code, out, errors) = user(app, &["export", file]);

        assert_eq!((code, out.as_str()), (Some(0), ""));
        assert!(errors.ends_with("\n3 people\n"), "{errors}");
        let exported = std::fs::read_to_string(file).unwrap();
        let people: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let kim = people.iter().find(|person| person["userName"] == "kim").unwrap();
        assert_eq!(*kim, named(app, "kim").await);
        let id = kim["id"].as_str().unwrap();
        app.delete(&format!("/scim2/Users/{id}")).of(ADMIN).await.expect(204);
        let (code, out, _) = user(app, &["import", file]);
        assert_eq!((code, out.as_str()), (Some(0), "3 people: 1 created, 2 there already, 0 refused\n"));
        let again = named(app, "kim").await;
        assert_eq!((&again["emails"], &again[SYSTEM]), (&kim["emails"], &kim[SYSTEM]));

        let (code, _, errors) = user(app, &["export", file]);
        assert_eq!(code, Some(2));
        assert!(errors.contains("cannot be created"), "{errors}");
        let columns = "userName,emails[primary eq true].value,urn:scim:wso2:schema:emailVerified";
        let (code, out, _) =
            user(app, &["export", "--format", "csv", "--columns", columns, "--filter", "userName sw \"K\""]);
        assert_eq!(code, Some(0));
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "userName,emails[primary eq true].value,urn:scim:wso2:schema:emailVerified");
        assert_eq!((lines.len(), lines[1].starts_with("kim,")), (2, true), "{out}");
        app.deliver_all().await;
    })
    .await;
}
