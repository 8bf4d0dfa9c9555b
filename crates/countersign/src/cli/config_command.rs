//! `config check | show | reference`.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Failed, Place, open, say};
use crate::config;
use crate::translate;
use countersign_notify::publisher::{FileState, Folder, SMS_STREAM};
use countersign_notify::render::Templates;

#[derive(Subcommand, Debug)]
pub(super) enum ConfigCommand {
    /// Check deployment.toml, publisher files and templates, and say what is missing for production.
    Check,
    /// Print every key with the value in force and where it comes from; no secrets.
    Show,
    /// Print the reference of all keys.
    Reference,
}

pub(super) fn run(place: &Place, command: &ConfigCommand) -> Result<ExitCode, Failed> {
    match command {
        ConfigCommand::Reference => say(&config::reference())?,
        ConfigCommand::Show => {
            let settings = open::read(place)?;
            say(&config::show(&settings))?;
        }
        ConfigCommand::Check => return check(place),
    }
    Ok(ExitCode::SUCCESS)
}

fn check(place: &Place) -> Result<ExitCode, Failed> {
    let settings = open::read(place)?;
    let mut refused = false;
    let mut said = Vec::new();
    if let Err(problems) = countersign_notify::email::SmtpSettings::try_new(&translate::smtp_keys(&settings))
    {
        refused = true;
        for problem in problems {
            said.push(format!("[output_adapter.email] {}: {}", problem.key, problem.text));
        }
    }
    let publishers = Folder::new(place.home.event_publishers()).settle();
    for report in &publishers.reports {
        refused |= report.state == FileState::Refused;
        for problem in &report.problems {
            said.push(problem.to_string());
        }
    }
    let (_, problems) = Templates::load(&place.home.resources());
    for problem in &problems {
        refused = true;
        said.push(problem.to_string());
    }
    if let Some(complaint) = crate::scim_schemas::complaint(&place.home) {
        refused = true;
        println!("{complaint}");
    }
    if refused {
        say(&lines(&said))?;
        return Ok(ExitCode::from(2));
    }
    said.push("The configuration can be used.".to_owned());
    let seen = config::Seen {
        self_signed_certificate: crate::tls::is_self_signed(&place.home),
        sms_publisher: publishers.active.contains_key(SMS_STREAM),
    };
    let gaps = config::production_gaps(&settings, seen);
    if !gaps.is_empty() {
        said.push("\nMissing for production:".to_owned());
        said.extend(gaps.iter().map(|gap| format!("  - {gap}")));
    }
    say(&lines(&said))?;
    Ok(ExitCode::SUCCESS)
}

fn lines(said: &[String]) -> String {
    let mut text = said.join("\n");
    text.push('\n');
    text
}
