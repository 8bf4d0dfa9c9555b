//! `countersign demo`, walked as a newcomer walks it: the built binary, its printed lines pasted into `bash` one after
//! the other, the code taken from what its terminal shows.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::email_resource::token_of;
use crate::test_app::{ENTERPRISE, SYSTEM};

/// How long a line may take to appear on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The demo, and what its terminal shows.
struct Demo {
    process: Child,
    terminal: Receiver<String>,
    temporary: TempDir,
}

impl Demo {
    fn start() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(["demo", "--port", "0"]).env("TMPDIR", temporary.path());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (lines, terminal) = channel();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| lines.send(line))
        });
        Self { process, terminal, temporary }
    }

    fn next_line(&self) -> String {
        self.terminal.recv_timeout(PATIENCE).expect("the terminal shows something")
    }

    /// The printed walk: its steps in order, each with the lines to paste.
    fn script(&self) -> Vec<String> {
        let mut pasted = Vec::new();
        loop {
            let line = self.next_line();
            let is_last = line.ends_with("/me/changes");
            if line.starts_with("curl ") {
                pasted.push(line);
            }
            if is_last {
                return pasted;
            }
        }
    }

    /// The next message that the terminal shows for this address, whole.
    fn message_to(&self, channel: &str, address: &str) -> String {
        let start = format!("[dev inbox] {channel} to {address}: ");
        loop {
            if let Some(message) = self.next_line().strip_prefix(&start) {
                return message.to_owned();
            }
        }
    }

    /// Ctrl-C: how it ended, what it said on stderr, and what is left of it.
    fn stop(mut self) -> (Option<i32>, String, usize) {
        let told = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status().unwrap();
        assert!(told.success());
        let status = self.process.wait().unwrap();
        let mut errors = String::new();
        std::io::Read::read_to_string(&mut self.process.stderr.take().unwrap(), &mut errors).unwrap();
        (status.code(), errors, std::fs::read_dir(self.temporary.path()).unwrap().count())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill(); // already gone where the walk went well
    }
}

fn bash(line: &str) -> String {
    let output = Command::new("bash").args(["-c", line]).output().unwrap();
    assert!(output.status.success(), "{line}\n{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Pastes a line: the status it shows, and the body as JSON where there is one.
fn paste(line: &str) -> (u16, Value) {
    let shown = bash(line);
    let (body, status) = shown.trim_end().rsplit_once('\n').unwrap_or_else(|| panic!("{line}\n{shown}"));
    let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() };
    (status.parse().unwrap(), body)
}

/// What the walk looks at in a person.
fn contacts((status, person): (u16, Value)) -> Value {
    json!({
        "status": status,
        "phoneNumbers": person["phoneNumbers"][0]["value"],
        "emails": person["emails"],
        "pendingMobileNumber": person[ENTERPRISE]["pendingMobileNumber"],
        "pendingEmails": person[ENTERPRISE]["pendingEmails"],
        "verifiedEmailAddresses": person[SYSTEM]["verifiedEmailAddresses"],
    })
}

fn expected(differs: &Value) -> Value {
    let mut all = json!({
        "status": 200,
        "phoneNumbers": "0111111111",
        "emails": ["bobsmith@abc.com"],
        "pendingMobileNumber": null,
        "pendingEmails": null,
        "verifiedEmailAddresses": ["bobsmith@abc.com"],
    });
    for (name, value) in differs.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

/// What a browser does with the link of a mail: open it, press the button.
fn follow(link: &str, temporary: &TempDir) {
    let jar = temporary.path().join("cookies");
    let jar = jar.display();
    let page = bash(&format!("curl -sk -L -b {jar} -c {jar} '{link}'"));
    let part = |before: &str| page.split_once(before).unwrap().1.split('"').next().unwrap().to_owned();
    let (action, nonce) = (part("action=\"").replace("&#38;", "&"), part("name=\"nonce\" value=\""));
    let origin = link.split_once("/accountrecoveryendpoint").unwrap().0;
    let press = format!("curl -sk -b {jar} -d nonce={nonce} -d do=confirm '{origin}{action}'");
    assert!(bash(&press).contains("Your e-mail address is confirmed"));
    std::fs::remove_file(temporary.path().join("cookies")).unwrap();
}

fn link_in(message: &str) -> String {
    message.split(' ').find(|word| word.contains("confirmregistration.do")).unwrap().to_owned()
}

/// SEED-8, SEED-16, SEED-20, SEED-29, SEED-37, SEED-41: pasted as printed, in the printed order, every line shows what its
/// heading says.
#[test]
fn the_printed_lines_show_what_they_promise() {
    let demo = Demo::start();
    let lines = demo.script();
    let [number, enter, look, change, again, address, look_again, list, list_again, changes] =
        lines.as_slice()
    else {
        panic!("{lines:?}");
    };

    // 1, 2
    assert_eq!(contacts(paste(number)), expected(&json!({"pendingMobileNumber": "0123456789"})));
    let code = demo.message_to("SMS", "0123456789").split(' ').next().unwrap().to_owned();
    assert_eq!(paste(&enter.replace("CODE", &code)), (202, Value::Null));
    assert_eq!(contacts(paste(look)), expected(&json!({"phoneNumbers": "0123456789"})));

    // 3
    let differs = json!({"phoneNumbers": "0123456789", "pendingMobileNumber": "0777777777"});
    assert_eq!(contacts(paste(change)), expected(&differs));
    let first = demo.message_to("SMS", "0777777777");
    assert_eq!(paste(again), (201, Value::Null));
    let second = demo.message_to("SMS", "0777777777");
    assert_ne!(first, second);
    let refused = paste(&enter.replace("CODE", first.split(' ').next().unwrap()));
    assert_eq!((refused.0, &refused.1["code"]), (400, &json!("18001")));

    // 4
    let waits = json!({
        "phoneNumbers": "0123456789", "pendingMobileNumber": "0777777777", "pendingEmails": [{"value": "bob@example.org"}],
    });
    assert_eq!(contacts(paste(address)), expected(&waits));
    follow(&link_in(&demo.message_to("E-MAIL", "bob@example.org")), &demo.temporary);
    let landed = json!({
        "phoneNumbers": "0123456789", "pendingMobileNumber": "0777777777", "emails": ["bob@example.org"],
        "verifiedEmailAddresses": ["bobsmith@abc.com", "bob@example.org"],
    });
    assert_eq!(contacts(paste(look_again)), expected(&landed));

    // 5
    let kim = json!({
        "phoneNumbers": null, "emails": ["kim@abc.com"], "verifiedEmailAddresses": ["kim@abc.com"],
        "pendingEmails": [{"value": "kim.second@abc.com"}],
    });
    assert_eq!(contacts(paste(list)), expected(&kim));
    let sent = link_in(&demo.message_to("E-MAIL", "kim.second@abc.com"));
    assert_eq!(paste(list_again), (201, Value::Null));
    assert_ne!(token_of(&sent), token_of(&link_in(&demo.message_to("E-MAIL", "kim.second@abc.com"))));

    // 6
    let (status, body) = paste(changes);
    let states: Vec<_> =
        body["changes"].as_array().unwrap().iter().map(|one| (&one["channel"], &one["state"])).collect();
    assert_eq!(status, 200);
    assert_eq!(json!(states), json!([["EMAIL", "proven"], ["SMS", "pending"], ["SMS", "proven"]]));
    assert_eq!(demo.stop(), (Some(0), String::new(), 0));
}

/// DESIGN §3.2: a port that is taken is named, and so is the way out; nothing is left behind.
#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let temporary = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["demo", "--port", &port]).env("TMPDIR", temporary.path());

    let output = command.output().unwrap();

    let said = String::from_utf8(output.stderr).unwrap();
    let expected = format!(
        "error: port {port} cannot be used; choose another one with --port, or any with --port 0: \
         Address already in use (os error 98)\n"
    );
    assert_eq!((output.status.code(), said), (Some(1), expected));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}
