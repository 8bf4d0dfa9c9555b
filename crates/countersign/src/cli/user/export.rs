//! `user export`: everybody, as SCIM resources or as a table. Whoever is there throughout is written once, whatever else
//! happens meanwhile (a walk by place, not by position).

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use countersign_app::{ListError, Place, internal_form};
use countersign_scim::Dialect;
use countersign_scim::filter::Filter;
use countersign_scim::path::Path;
use countersign_scim::render::{self, Projection, Rendering};
use serde_json::Value;

use super::super::{Failed, Place as Home, open};
use super::progress::Progress;
use super::records::{Format, line_of, tables};
use crate::first_start::server_context;

/// How many are read at once.
const PORTION: u64 = 500;

/// What a table shows unless it is told.
const COLUMNS: &str = "userName,active,name.givenName,name.familyName,displayName,emails.value,phoneNumbers.value,\
                       urn:scim:wso2:schema:emailVerified,urn:scim:wso2:schema:phoneVerified";

#[derive(Args, Debug)]
pub(in crate::cli) struct ExportArguments {
    /// The file, which must not exist yet; `-` writes standard output.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How people are written down; by default what the file's name says, else `jsonl`, which `user import` reads back
    /// with all proofs.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Only those who match this SCIM filter.
    #[arg(long)]
    filter: Option<String>,
    /// The columns of a table: SCIM attribute paths, separated by commas.
    #[arg(long, default_value = COLUMNS)]
    columns: String,
}

/// One person at a time, in the shape asked for.
enum Shape {
    Lines { rendering: Rendering },
    Table { columns: Vec<Path> },
}

pub(super) async fn run(place: &Home, arguments: &ExportArguments) -> Result<ExitCode, Failed> {
    let filter = arguments.filter.as_deref().map(|text| Filter::parse(text, tables())).transpose();
    let filter = filter.map_err(|error| Failed::Configuration(format!("--filter: {}", error.detail)))?;
    let file = (arguments.file.as_os_str() != "-").then_some(arguments.file.as_path());
    let format = Format::of(arguments.format, file);
    let columns = columns(&arguments.columns)?;
    let (wired, _) = open::wired(place).await?;
    let shape = match format {
        Format::Jsonl => Shape::Lines { rendering: rendering(&wired.app.file().public_url) },
        Format::Csv => Shape::Table { columns },
    };
    let mut out = opened(arguments)?;
    if let Shape::Table { .. } = shape {
        writeln!(out, "{}", line_of(arguments.columns.split(','))).context("the file cannot be written")?;
    }
    let (cx, mut place, mut progress) = (server_context(), Place::Offset(0), None);
    let mut written = 0_u64;
    loop {
        let page = wired.app.portion(&cx, filter.clone(), place, PORTION).await.map_err(refused)?;
        let progress = progress.get_or_insert_with(|| Progress::start(Some(page.total)));
        for view in page.users {
            writeln!(out, "{}", shape.line(internal_form(view))).context("the file cannot be written")?;
            written += 1;
            progress.one_more(written);
        }
        match page.next {
            Some(spot) => place = Place::After(spot),
            None => break,
        }
    }
    drop(progress);
    out.flush().context("the file cannot be written")?;
    eprintln!("{written} people");
    Ok(ExitCode::SUCCESS)
}

fn refused(error: ListError) -> Failed {
    match error {
        ListError::TooMany => {
            Failed::Configuration("--filter: too many people fit its indexed part; narrow it".to_owned())
        }
        other => other.into(),
    }
}

fn columns(text: &str) -> Result<Vec<Path>, Failed> {
    let column = |path: &str| {
        Path::parse(path.trim(), tables())
            .map_err(|error| Failed::Configuration(format!("--columns `{}`: {}", path.trim(), error.detail)))
    };
    text.split(',').map(column).collect()
}

fn rendering(public_url: &str) -> Rendering {
    Rendering {
        dialect: Dialect::Strict,
        users: tables(),
        spec_compliant_emails: true,
        multi_valued_as_string: false,
        base_url: format!("{public_url}/scim/v2"),
    }
}

/// A file of our own, for its owner alone: it is full of addresses.
fn opened(arguments: &ExportArguments) -> Result<Box<dyn Write>, Failed> {
    if arguments.file.as_os_str() == "-" {
        return Ok(Box::new(BufWriter::new(std::io::stdout().lock())));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&arguments.file).map_err(|error| {
        Failed::Configuration(format!("{} cannot be created: {error}", arguments.file.display()))
    })?;
    Ok(Box::new(BufWriter::new(file)))
}

impl Shape {
    fn line(&self, resource: Value) -> String {
        match self {
            Self::Lines { rendering } => render::user(resource, rendering, &Projection::Default).to_string(),
            Self::Table { columns } => line_of(columns.iter().map(|path| cell(path, &resource))),
        }
    }
}

/// What a path finds in a person: several values in one cell, separated by commas.
fn cell(path: &Path, resource: &Value) -> String {
    let Path::Attribute { target, filter } = path else { return String::new() };
    let members = target.extension().map_or(Some(resource), |urn| resource.get(urn));
    let held = members.and_then(|members| members.get(target.attribute.name));
    let values = match held {
        None => &[],
        Some(Value::Array(values)) => values.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let wanted =
        values.iter().filter(|value| filter.as_ref().is_none_or(|filter| filter.matches_value(value)));
    let texts = wanted.filter_map(|value| match target.sub {
        Some(sub) => value.get(sub.name).map(text),
        None => Some(text(value)),
    });
    texts.collect::<Vec<_>>().join(",")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
