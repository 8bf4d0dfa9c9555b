//! The `deployment.toml` that the first start writes: every key, documented in place.

use super::reference::sentence;
use super::settings::describe;
use super::table::Key;

/// What a fresh home has switched on, beyond the defaults: verification of both kinds of value, and logs for people.
const SWITCHED_ON: [(&str, &str); 3] = [
    ("identity_mgt.user_claim_update.email.enable_verification", "true"),
    ("identity_mgt.user_claim_update.mobile.enable_verification", "true"),
    ("countersign.log.format", "\"text\""),
];

const INTRODUCTION: &str = "\
# Configuration of Countersign. A line that begins with `#key =` shows a default, or an example where the comment says
# there is no default; remove the `#` to change it. `countersign config check` says what is wrong with this file,
# `countersign config show` what is in force, and `countersign config reference` prints all of this as a document.
";

/// The text of the file. It says what the defaults say, except for what it switches on.
pub(crate) fn first_start() -> String {
    let mut text = INTRODUCTION.to_owned();
    for table in describe() {
        text.extend(["\n\n", &comment(&sentence(table.doc)), "[", table.path, "]\n"]);
        for key in &table.keys {
            text.push('\n');
            text.push_str(&entry(key));
        }
    }
    text
}

fn entry(key: &Key) -> String {
    let name = if key.name.contains('.') { format!("\"{}\"", key.name) } else { key.name.to_owned() };
    if let Some((_, value)) = SWITCHED_ON.iter().find(|(path, _)| *path == key.path) {
        return format!("{}{name} = {value}\n", comment(&sentence(key.doc)));
    }
    match (&key.default, key.example) {
        (Some(default), _) => format!("{}#{name} = {default}\n", comment(&sentence(key.doc))),
        (None, example) => {
            let doc = format!("{} No default.", sentence(key.doc));
            format!("{}#{name} = \"{}\"\n", comment(&doc), example.unwrap_or_default())
        }
    }
}

/// The paragraph as comment lines that fit a terminal.
fn comment(paragraph: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in paragraph.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 100 {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}
