//! `user import`: everybody in a file, through the use case of a SCIM `POST`, as the operator at the machine.
//!
//! Who is there already (by `userName`) is passed over, so an import that was interrupted goes on when it is run again.
//! `emailVerified`, `phoneVerified` and the verified lists count: the operator asserts them, and the audit trail says so.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use countersign_app::{App, Context, CreateError, NewPassword, TakenClaim};
use countersign_domain::claim::ClaimFamily;
use countersign_scim::user::Write;
use futures_util::StreamExt as _;
use tokio::sync::Semaphore;

use super::super::{Failed, Place, open};
use super::progress::Progress;
use super::records::{Format, Record, Records, records};
use crate::first_start::server_context;

/// How many are written at once: what fills the groups of the database's writer.
const AT_ONCE: usize = 256;
/// How many passwords wait to be hashed at once.
const HASHES_AT_ONCE: usize = 4;

#[derive(Args, Debug)]
pub(in crate::cli) struct ImportArguments {
    /// The file; `-` reads standard input.
    file: PathBuf,
    /// How people are written down there; by default what the file's name says, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write nothing; say what would happen, and to whom.
    #[arg(long)]
    dry_run: bool,
    /// Write the lines that are refused to this file, to be mended and imported again.
    #[arg(long)]
    rejects: Option<PathBuf>,
}

/// What became of one line.
enum Outcome {
    Created,
    There,
    Refused(String),
}

/// What became of all of them.
#[derive(Default)]
struct Tally {
    created: u64,
    there: u64,
    refused: u64,
}

pub(super) async fn run(place: &Place, arguments: &ImportArguments) -> Result<ExitCode, Failed> {
    let (input, length) = opened(arguments)?;
    let file = (arguments.file.as_os_str() != "-").then_some(arguments.file.as_path());
    let Records { header, people } = records(input, Format::of(arguments.format, file))?;
    let mut rejects = arguments.rejects.as_ref().map(|path| Rejects::create(path, header)).transpose()?;
    let (wired, _) = open::wired(place).await?;
    let (cx, hashing) = (server_context(), Semaphore::new(HASHES_AT_ONCE));
    let one = async |record: std::io::Result<Record>| {
        let record = record.context("the file cannot be read to its end")?;
        let outcome = match &record.write {
            Err(why) => Outcome::Refused(why.clone()),
            Ok(write) => judged(&wired.app, &cx, write, arguments.dry_run, &hashing).await?,
        };
        Ok::<_, anyhow::Error>((record, outcome))
    };
    let mut done = std::pin::pin!(futures_util::stream::iter(people).map(one).buffered(AT_ONCE));
    let (mut tally, mut progress) = (Tally::default(), Progress::start(length));
    while let Some(next) = done.next().await {
        let (record, outcome) = next?;
        progress.one_more(record.read);
        tally.count(&record, &outcome, arguments.dry_run, &progress);
        if let (Outcome::Refused(_), Some(rejects)) = (&outcome, &mut rejects) {
            rejects.keep(&record.text)?;
        }
    }
    drop(progress);
    println!("{}", tally.told(arguments.dry_run));
    Ok(if tally.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn opened(arguments: &ImportArguments) -> Result<(Box<dyn BufRead>, Option<u64>), Failed> {
    if arguments.file.as_os_str() == "-" {
        return Ok((Box::new(std::io::stdin().lock()), None));
    }
    let path = arguments.file.display();
    let file = File::open(&arguments.file)
        .map_err(|error| Failed::Configuration(format!("{path} cannot be opened: {error}")))?;
    let length = file.metadata().ok().map(|about| about.len());
    Ok((Box::new(BufReader::with_capacity(1024 * 1024, file)), length))
}

/// Creates the person, or says what would happen. Only what stops the whole import is an error.
async fn judged(
    app: &App,
    cx: &Context,
    write: &Write,
    dry_run: bool,
    hashing: &Semaphore,
) -> anyhow::Result<Outcome> {
    if app.user_named(cx, &write.wanted.user_name).await?.is_some() {
        return Ok(Outcome::There);
    }
    let password = write.password.clone().map(NewPassword::Chosen);
    let result = if dry_run {
        app.would_create_user(cx, &write.wanted, password.as_ref()).await.map(drop)
    } else {
        let _turn = match &password {
            Some(_) => Some(hashing.acquire().await?),
            None => None,
        };
        app.create_user(cx, None, &write.wanted, password).await.map(drop)
    };
    match result {
        Ok(()) => Ok(Outcome::Created),
        Err(CreateError::Failure(failure)) => Err(failure.into()),
        Err(refusal) => Ok(Outcome::Refused(told(&refusal))),
    }
}

fn told(refusal: &CreateError) -> String {
    match refusal {
        CreateError::Taken(TakenClaim::UserName) => "the file has this userName twice".to_owned(),
        CreateError::Taken(TakenClaim::Address(ClaimFamily::Email)) => {
            "another user holds this e-mail address".to_owned()
        }
        CreateError::Taken(TakenClaim::Address(ClaimFamily::Mobile)) => {
            "another user holds this mobile number".to_owned()
        }
        other => other.to_string(),
    }
}

impl Tally {
    fn count(&mut self, record: &Record, outcome: &Outcome, dry_run: bool, progress: &Progress) {
        let line = record.line;
        let whom = record.write.as_ref().map(|write| write.wanted.user_name.as_str());
        let whom = whom.map(|name| format!(" ({name})")).unwrap_or_default();
        match outcome {
            Outcome::Created => {
                self.created += 1;
                if dry_run {
                    println!("line {line}{whom}: would be created{}", proofs(record));
                }
            }
            Outcome::There => {
                self.there += 1;
                if dry_run {
                    println!("line {line}{whom}: is there already and stays as it is");
                }
            }
            Outcome::Refused(why) => {
                self.refused += 1;
                progress.say(&format!("line {line}{whom}: refused: {why}"));
            }
        }
    }

    fn told(&self, dry_run: bool) -> String {
        let Self { created, there, refused } = self;
        let (all, created_word) =
            (created + there + refused, if dry_run { "would be created" } else { "created" });
        format!("{all} people: {created} {created_word}, {there} there already, {refused} refused")
    }
}

/// What the file asserts about a person, so that a dry run shows it.
fn proofs(record: &Record) -> String {
    let Ok(write) = &record.write else { return String::new() };
    let of = |family: ClaimFamily, name: &str| {
        let contacts = write.wanted.contacts.of(family);
        let listed = contacts.proven.as_ref().is_some_and(|members| !members.is_empty());
        (contacts.asserts_verified == Some(true) || listed).then(|| name.to_owned())
    };
    let asserted: Vec<String> =
        [of(ClaimFamily::Email, "e-mail"), of(ClaimFamily::Mobile, "mobile")].into_iter().flatten().collect();
    if asserted.is_empty() {
        String::new()
    } else {
        format!(", {} taken as verified", asserted.join(" and "))
    }
}

/// The file of refused lines.
struct Rejects(BufWriter<File>);

impl Rejects {
    fn create(path: &PathBuf, header: Option<String>) -> anyhow::Result<Self> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path);
        let file =
            file.with_context(|| format!("{} cannot be created; is it there already?", path.display()))?;
        let mut rejects = Self(BufWriter::new(file));
        header.map_or(Ok(()), |header| rejects.keep(&header))?;
        Ok(rejects)
    }

    fn keep(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(self.0, "{line}")
            .and_then(|()| self.0.flush())
            .context("the refused lines cannot be written")
    }
}
