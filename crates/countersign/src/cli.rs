//! The command line (DESIGN §3.2).

mod check;
mod client;
mod config_command;
mod migrate;
mod open;
mod serve;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::home::Home;

/// A self-hosted identity-profile server: a new e-mail address or mobile number waits until it is proven.
#[derive(Parser, Debug)]
#[command(name = "countersign", version, about, max_term_width = 110)]
struct Arguments {
    /// The home folder; created at the first start.
    #[arg(long, global = true, env = "COUNTERSIGN_HOME", default_value = "./home")]
    home: PathBuf,
    /// Read three slips of published instructions as meant (curly quotes, a table given twice, an empty `[]` header),
    /// each with a warning, instead of refusing them.
    #[arg(long, global = true)]
    lenient_config: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the server (what no sub-command does, too).
    Serve,
    /// Run a throw-away server with people in it, and print lines to try. Its home is its own, whatever `--home` says.
    Demo(serve::DemoArguments),
    /// Check, show or explain the configuration.
    #[command(subcommand)]
    Config(config_command::ConfigCommand),
    /// Add people, set passwords, grant permissions.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Add and remove OAuth clients.
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Look for broken promises in the database; reads only, beside a running server.
    Check(check::CheckArguments),
    /// Bring the database to this version's schema, and stop.
    Migrate,
}

/// What every command knows.
pub(crate) struct Place {
    pub(crate) home: Home,
    pub(crate) lenient: bool,
}

/// How a command went wrong, by exit status.
#[derive(Debug)]
pub(crate) enum Failed {
    /// 2: the configuration or the call is wrong; the text says all of it.
    Configuration(String),
    /// 1: anything else.
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// Writes to stdout. Whoever reads may stop reading (`| head`): then the rest is for nobody, and that is no failure.
fn say(text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Runs the command line. Exit status 0, 1 failed, 2 usage or configuration.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let place = Place { home: Home::new(arguments.home), lenient: arguments.lenient_config };
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("error: another TLS provider is installed in this process");
        return ExitCode::FAILURE;
    }
    let outcome = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&place),
        Command::Demo(arguments) => serve::demo(&arguments),
        Command::Config(command) => config_command::run(&place, &command),
        Command::User(command) => user::run(&place, command),
        Command::Client(command) => client::run(&place, command),
        Command::Check(arguments) => check::run(&place, &arguments),
        Command::Migrate => migrate::run(&place),
    };
    match outcome {
        Ok(code) => code,
        Err(Failed::Configuration(text)) => {
            eprintln!("{}", text.trim_end());
            ExitCode::from(2)
        }
        Err(Failed::Other(error)) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
