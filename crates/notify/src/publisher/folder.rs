//! The folder of publisher files, picked up while the server runs (DESIGN §5, "Publishers").
//!
//! A file is read once its size and modification time have stood still for one poll, so a half-written one is not. A
//! file that turns bad keeps its last good version in force and is reported; one that is removed is withdrawn. When
//! several enabled files serve one stream, the first by file name sends and the others are shadowed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::parse::{FILE_BYTES_MAX, read};
use super::{Declared, EventPublisher, Problem, Severity};

/// The folder and what is known of its files. [`poll`](Self::poll) it about once a second, outside the async runtime:
/// it reads the disk.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    files: BTreeMap<String, Known>,
}

/// What is in force, and what an operator should know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publishers {
    /// The publisher that sends, by stream (`name:version`).
    pub active: BTreeMap<String, EventPublisher>,
    /// One report per file, by name; and one named after the folder when that cannot be read.
    pub reports: Vec<FileReport>,
}

/// The state of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The file's name.
    pub file: String,
    /// What it does.
    pub state: FileState,
    /// What the version in use declares, if it can send.
    pub publisher: Option<Box<EventPublisher>>,
    /// Whether the file on the disk is bad, and its last good version still in use.
    pub keeps_last_good: bool,
    /// What is wrong with it as it is on the disk now.
    pub problems: Vec<Problem>,
}

/// What a file does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// Sends the messages of its stream.
    Active,
    /// In order, but another file comes first by name.
    Shadowed {
        /// That file.
        by: String,
    },
    /// Switched off in the file.
    Disabled,
    /// As shipped: nobody has set it up.
    NotConfigured,
    /// For an adapter this server does not run from a file.
    OtherAdapter,
    /// New or just changed; read at the next poll if it stands still.
    Settling,
    /// Cannot be used, and there was no good version before.
    Refused,
}

/// Size and modification time: what a change of the file moves.
type Stamp = (u64, Option<SystemTime>);

#[derive(Debug, Default)]
struct Known {
    seen: Option<Stamp>,
    read: Option<Stamp>,
    /// The last good version.
    declared: Option<Declared>,
    problems: Vec<Problem>,
}

impl Folder {
    /// Watches a folder, which may not exist yet. Reads nothing.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), files: BTreeMap::new() }
    }

    /// Reads what is there now without waiting for it to stand still: for the start, when nobody is writing.
    pub fn settle(&mut self) -> Publishers {
        self.poll();
        self.poll()
    }

    /// Looks at the folder once and says what is in force.
    pub fn poll(&mut self) -> Publishers {
        match self.names() {
            Ok(names) => {
                self.files.retain(|name, _| names.contains(name));
                for name in names {
                    let path = self.path.join(&name);
                    let within = inside(&self.path, &path);
                    self.files.entry(name.clone()).or_default().look(&name, &path, within);
                }
                self.publishers()
            }
            // a folder that cannot be listed withdraws nothing: a lost mount must not stop the sending
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let mut publishers = self.publishers();
                let file = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let text = format!("The folder cannot be read ({}): check its permissions.", error.kind());
                let problem = unplaced(&file, text);
                publishers.reports.push(FileReport {
                    file,
                    state: FileState::Refused,
                    publisher: None,
                    keeps_last_good: false,
                    problems: vec![problem],
                });
                publishers
            }
            Err(_) => {
                self.files.clear();
                Publishers::default()
            }
        }
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let xml = Path::new(&name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml"));
            if xml && !name.starts_with('.') && !entry.file_type()?.is_dir() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn publishers(&self) -> Publishers {
        let mut publishers = Publishers::default();
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, known) in &self.files {
            let state = match &known.declared {
                Some(Declared::Sends(publisher)) => {
                    let by = *first.entry(&publisher.stream).or_insert(name);
                    if by == name {
                        publishers.active.insert(publisher.stream.clone(), (**publisher).clone());
                        FileState::Active
                    } else {
                        FileState::Shadowed { by: by.to_owned() }
                    }
                }
                Some(Declared::Disabled) => FileState::Disabled,
                Some(Declared::NotConfigured) => FileState::NotConfigured,
                Some(Declared::OtherAdapter) => FileState::OtherAdapter,
                None if known.problems.is_empty() => FileState::Settling,
                None => FileState::Refused,
            };
            publishers.reports.push(FileReport {
                file: name.clone(),
                state,
                publisher: match &known.declared {
                    Some(Declared::Sends(publisher)) => Some(publisher.clone()),
                    _ => None,
                },
                keeps_last_good: known.keeps_last_good(),
                problems: known.problems.clone(),
            });
        }
        publishers
    }
}

impl Known {
    /// Looks at the file and reads it when it has changed and stands still.
    fn look(&mut self, name: &str, path: &Path, within: io::Result<bool>) {
        let stamp = match within {
            Ok(true) => fs::metadata(path).map(|metadata| (metadata.len(), metadata.modified().ok())),
            Ok(false) => {
                return self
                    .refuse(name, "The file is a link that leads out of the folder: copy it here.".into());
            }
            Err(error) => Err(error),
        };
        let stamp = match stamp {
            Ok(stamp) => stamp,
            Err(error) => return self.refuse(name, unreadable(&error)),
        };
        let still = self.seen.replace(stamp) == Some(stamp);
        if !still || self.read == Some(stamp) {
            return;
        }
        match contents(path) {
            Ok(bytes) => {
                let reading = read(name, &bytes);
                self.read = Some(stamp);
                self.problems = reading.problems;
                self.declared = reading.declared.or(self.declared.take());
            }
            Err(error) => self.refuse(name, unreadable(&error)),
        }
    }

    fn refuse(&mut self, name: &str, text: String) {
        self.problems = vec![unplaced(name, text)];
        (self.seen, self.read) = (None, None);
    }

    fn keeps_last_good(&self) -> bool {
        let is_error = |problem: &Problem| problem.severity == Severity::Error;
        self.declared.is_some() && self.problems.iter().any(is_error)
    }
}

/// A problem that is not in a line of the file.
fn unplaced(file: &str, text: String) -> Problem {
    Problem { file: file.to_owned(), line: 1, column: 1, severity: Severity::Error, text, excerpt: None }
}

fn unreadable(error: &io::Error) -> String {
    format!("The file cannot be read ({}): check its permissions.", error.kind())
}

/// Never more than one byte over the limit, however large the file has grown since it was looked at.
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a path, its links followed, still lies in the folder (SEC-51), and is a file.
fn inside(folder: &Path, path: &Path) -> io::Result<bool> {
    let real = path.canonicalize()?;
    Ok(real.parent() == Some(folder.canonicalize()?.as_path()) && real.is_file())
}

#[cfg(test)]
mod tests;
