//! `countersign config show`: the values in force, where each comes from, and what follows from them.

use super::reader::Origin;
use super::settings::Settings;

/// The values in force as TOML, each with its origin. Secrets are masked (SEC-58).
pub(crate) fn show(settings: &Settings) -> String {
    let mut text = consequences(settings);
    for (table, keys) in settings.effective() {
        text.extend(["\n[", table, "]\n"]);
        for (path, value) in keys {
            let name = path.strip_prefix(table).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&path);
            let name = if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() };
            let origin = match settings.origins.get(&path) {
                Some(Origin::File) => "file",
                Some(Origin::Profile) => "profile",
                None => "default",
            };
            match value {
                Some(value) => text.extend([name.as_str(), " = ", &value, "  # ", origin, "\n"]),
                None => text.extend(["#", name.as_str(), " is not set\n"]),
            }
        }
    }
    text
}

/// What no single key says.
fn consequences(settings: &Settings) -> String {
    let mail = match &settings.email.from_address {
        Some(from) => {
            format!("from {}, by {} port {}", from.as_str(), settings.email.relay(), settings.email.port)
        }
        None => "not sent, because there is no from_address".to_owned(),
    };
    let inbox = if settings.dev_inbox_is_possible() { "for channels without a sender" } else { "off" };
    let lines = [
        format!("public address: {}", settings.public_url()),
        format!("listens on: {} port {}", settings.https.address, settings.port()),
        format!("e-mail: {mail}"),
        format!("link in an e-mail: valid {} minutes", settings.email_link_validity().minutes()),
        format!("code in an e-mail: valid {} minutes", settings.email_code_validity().minutes()),
        format!("dev inbox: {inbox}"),
    ];
    lines.map(|line| format!("# {line}\n")).concat()
}
