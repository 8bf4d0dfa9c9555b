//! `client add | list | remove`.

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use countersign_app::{ClientError, SCOPES};
use serde_json::json;

use super::{Failed, Place, open, say};
use crate::first_start::server_context;

#[derive(Subcommand, Debug)]
pub(super) enum ClientCommand {
    /// Add an OAuth client; its secret is shown this once. A running server knows it at once.
    Add {
        /// What people see.
        #[arg(long)]
        name: String,
        /// The grant it may use.
        #[arg(long, value_enum, default_value = "client_credentials")]
        grant: Grant,
        /// What it may do: scopes, separated by spaces.
        #[arg(long, default_value = "")]
        scope: String,
        /// How to print the result.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// List the clients.
    List,
    /// Remove a client; its tokens end at once.
    Remove {
        /// Its client id.
        id: String,
    },
}

#[derive(ValueEnum, Clone, Copy, Debug)]
#[value(rename_all = "snake_case")]
pub(super) enum Grant {
    ClientCredentials,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Text,
    Json,
}

pub(super) fn run(place: &Place, command: ClientCommand) -> Result<ExitCode, Failed> {
    open::runtime()?.block_on(async {
        match command {
            ClientCommand::Add { name, grant: Grant::ClientCredentials, scope, format } => {
                add(place, &name, &scope, format).await
            }
            ClientCommand::List => list(place).await,
            ClientCommand::Remove { id } => remove(place, &id).await,
        }
    })
}

async fn add(place: &Place, name: &str, scope: &str, format: Format) -> Result<ExitCode, Failed> {
    let scopes = known_scopes(scope.split_whitespace())?;
    let (wired, _) = open::wired(place).await?;
    let grants = vec!["client_credentials".to_owned()];
    let added = wired.app.add_client(&server_context(), name, grants, &scopes).await;
    let client = added.map_err(|error| match error {
        ClientError::Failure(failure) => Failed::from(failure),
        slip => Failed::Configuration(format!("--name: {slip}")),
    })?;
    match format {
        Format::Json => {
            println!(
                "{}",
                json!({"client_id": client.id.to_string(), "client_secret": client.secret.as_str()})
            );
        }
        Format::Text => println!("client_id      {}\nclient_secret  {}", client.id, client.secret.as_str()),
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(place: &Place) -> Result<ExitCode, Failed> {
    let (wired, _) = open::wired(place).await?;
    for client in wired.app.clients(&server_context()).await? {
        say(&format!("{}  {}  {}\n", client.id, client.name, client.scopes.join(" ")))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn remove(place: &Place, id: &str) -> Result<ExitCode, Failed> {
    let id =
        id.parse().map_err(|_| Failed::Configuration(format!("`{id}` is no client_id; see: client list")))?;
    let (wired, _) = open::wired(place).await?;
    if wired.app.remove_client(&server_context(), id).await? {
        println!("Removed; its tokens no longer work.");
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failed::Other(anyhow::anyhow!("there is no client {id}; see: client list")))
}

/// Refuses a scope that does not exist, naming all that do: a slip must not become a client that can do nothing.
pub(super) fn known_scopes<'a>(scopes: impl Iterator<Item = &'a str>) -> Result<Vec<String>, Failed> {
    scopes
        .map(|scope| {
            let known = SCOPES.contains(&scope);
            known.then(|| scope.to_owned()).ok_or_else(|| {
                Failed::Configuration(format!("there is no scope `{scope}`; there are: {}", SCOPES.join(" ")))
            })
        })
        .collect()
}
