//! `user add | set-password | grant | import | export`.

mod export;
mod import;
mod progress;
mod records;

use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use countersign_app::{Edit, NewPassword};
use countersign_domain::actor::Subject;
use countersign_domain::claim::{ClaimFamily, PerFamily};
use countersign_domain::profile::{Contacts, Entry, Label};
use countersign_domain::user_claim_update::{Wanted, WantedContacts};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::client::known_scopes;
use super::{Failed, Place, open};
use crate::first_start::server_context;

#[derive(Subcommand, Debug)]
pub(super) enum UserCommand {
    /// Add a person. The password is asked for, or read from the first line of standard input.
    Add(AddArguments),
    /// Set a person's password; every credential issued before ends, and so does what waits for proof.
    SetPassword {
        /// The user name.
        user_name: String,
    },
    /// Grant permissions, or take them away.
    Grant {
        /// The user name.
        user_name: String,
        /// Scopes, or `all`.
        #[arg(required = true)]
        scopes: Vec<String>,
        /// Take them away instead.
        #[arg(long)]
        revoke: bool,
    },
    /// Add everybody in a file: SCIM resources, one a line, or a table.
    Import(import::ImportArguments),
    /// Write everybody down: SCIM resources, one a line, or a table.
    Export(export::ExportArguments),
}

#[derive(Args, Debug)]
pub(super) struct AddArguments {
    /// The user name.
    user_name: String,
    /// The e-mail address in force.
    #[arg(long)]
    email: Option<String>,
    /// The mobile number in force.
    #[arg(long)]
    mobile: Option<String>,
    /// Mark both as proven: an assertion, kept in the audit trail.
    #[arg(long)]
    verified: bool,
    /// The given name.
    #[arg(long)]
    given_name: Option<String>,
    /// The family name.
    #[arg(long)]
    family_name: Option<String>,
}

pub(super) fn run(place: &Place, command: UserCommand) -> Result<ExitCode, Failed> {
    open::runtime()?.block_on(async {
        match command {
            UserCommand::Add(arguments) => add(place, arguments).await,
            UserCommand::SetPassword { user_name } => set_password(place, &user_name).await,
            UserCommand::Grant { user_name, scopes, revoke } => {
                grant(place, &user_name, &scopes, revoke).await
            }
            UserCommand::Import(arguments) => import::run(place, &arguments).await,
            UserCommand::Export(arguments) => export::run(place, &arguments).await,
        }
    })
}

async fn add(place: &Place, arguments: AddArguments) -> Result<ExitCode, Failed> {
    let wanted = wanted(&arguments)?;
    let password = password()?;
    let (wired, _) = open::wired(place).await?;
    let view = wired.app.create_user(&server_context(), None, &wanted, Some(password)).await?;
    println!("{}  {}", view.user.id, view.user.profile.user_name);
    Ok(ExitCode::SUCCESS)
}

async fn set_password(place: &Place, user_name: &str) -> Result<ExitCode, Failed> {
    let password = password()?;
    let (wired, _) = open::wired(place).await?;
    let cx = server_context();
    let id = wired.app.user_named(&cx, user_name).await?;
    let id = id.with_context(|| format!("there is no user {user_name}"))?;
    let edit = |seen: &countersign_domain::snapshot::Snapshot| {
        let wanted = Wanted { password_set: true, ..Wanted::echo(&seen.user.profile) };
        Ok::<_, std::convert::Infallible>(Edit { wanted, password: Some(password.clone()) })
    };
    wired.app.update_profile(&cx, id, None, edit).await?;
    println!("The password of {user_name} is set; everything signed in with the old one has ended.");
    Ok(ExitCode::SUCCESS)
}

async fn grant(place: &Place, user_name: &str, scopes: &[String], revoke: bool) -> Result<ExitCode, Failed> {
    let scopes = match scopes {
        [all] if all == "all" => countersign_app::SCOPES.iter().map(ToString::to_string).collect(),
        scopes => known_scopes(scopes.iter().map(String::as_str))?,
    };
    let (wired, _) = open::wired(place).await?;
    let cx = server_context();
    let id = wired.app.user_named(&cx, user_name).await?;
    let id = id.with_context(|| format!("there is no user {user_name}"))?;
    wired.app.set_grants(&cx, Subject::User(id), &scopes, !revoke).await?;
    println!("{user_name}: {} {}", if revoke { "no longer" } else { "now" }, scopes.join(" "));
    Ok(ExitCode::SUCCESS)
}

fn wanted(arguments: &AddArguments) -> Result<Wanted, Failed> {
    let mut attributes = Map::new();
    let name: Map<String, Value> =
        [("givenName", &arguments.given_name), ("familyName", &arguments.family_name)]
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?))))
            .collect();
    if !name.is_empty() {
        attributes.insert("name".to_owned(), Value::Object(name));
    }
    let contacts = PerFamily {
        email: contact(ClaimFamily::Email, arguments.email.as_deref(), arguments.verified)?,
        mobile: contact(ClaimFamily::Mobile, arguments.mobile.as_deref(), arguments.verified)?,
    };
    Ok(Wanted {
        user_name: arguments.user_name.clone(),
        rename_allowed: false,
        active: Some(true),
        locked: None,
        password_set: true,
        attributes,
        contacts,
        reason: None,
    })
}

/// One address in force, as a client would send it.
pub(crate) fn contact(
    family: ClaimFamily,
    value: Option<&str>,
    verified: bool,
) -> Result<WantedContacts, Failed> {
    let Some(value) = value else { return Ok(WantedContacts::default()) };
    let label = match family {
        ClaimFamily::Email => Label { primary: Some(true), ..Label::default() },
        ClaimFamily::Mobile => Label { kind: Some("mobile".to_owned()), ..Label::default() },
    };
    let entries = vec![Entry { value: value.to_owned(), label }];
    let (held, others) = Contacts::sort_entries(family, entries)
        .map_err(|why| Failed::Configuration(format!("`{value}`: {why}")))?;
    Ok(WantedContacts {
        held,
        others,
        asserts_verified: verified.then_some(true),
        ..WantedContacts::default()
    })
}

/// A password: typed on the terminal, unseen, or the first line of standard input.
fn password() -> anyhow::Result<NewPassword> {
    let stdin = std::io::stdin();
    let mut line = Zeroizing::new(String::new());
    if stdin.is_terminal() {
        *line = rpassword::prompt_password("Password: ").context("cannot read the password")?;
    } else {
        stdin.lock().read_line(&mut line).context("cannot read the password")?;
    }
    let password = line.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!password.is_empty(), "no password was given");
    Ok(NewPassword::Chosen(Zeroizing::new(password.to_owned())))
}
