//! People in a file: JSON Lines of SCIM resources, or a table whose columns are SCIM attribute paths.

use std::io::{BufRead, Read};

use clap::ValueEnum;
use countersign_domain::actor::Persona;
use countersign_scim::body::{self, Edited};
use countersign_scim::patch::Patch;
use countersign_scim::path::Path;
use countersign_scim::schema::{Dialect, ResourceSchema};
use countersign_scim::user::{How, Request, Write, wanted_of};
use countersign_scim::{ScimError, json, schema};
use serde_json::{Map, Value, json};

use super::super::Failed;

/// How people are written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// One SCIM resource a line.
    Jsonl,
    /// A table with a header of attribute paths.
    Csv,
}

impl Format {
    /// The one asked for, else what the file's name says, else JSON Lines.
    pub(super) fn of(asked: Option<Self>, file: Option<&std::path::Path>) -> Self {
        let is_table = file
            .and_then(std::path::Path::extension)
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        asked.unwrap_or(if is_table { Self::Csv } else { Self::Jsonl })
    }
}

/// The longest line that is read.
const LINE_MAX: usize = 1024 * 1024;

/// One person of a file.
pub(super) struct Record {
    /// Where it stands, from 1.
    pub(super) line: u64,
    /// How much of the file has been read with it, in bytes.
    pub(super) read: u64,
    /// The line as it was, to be written out again if it is refused.
    pub(super) text: String,
    /// What it asks for.
    pub(super) write: Result<Write, String>,
}

/// The tables a file is read by: those of the strict dialect, which accept what `/scim2` answers as well.
pub(super) fn tables() -> &'static ResourceSchema {
    schema::user(Dialect::Strict)
}

/// A file of people.
pub(super) struct Records<'f> {
    /// The header of a table, to be written out again above rows that were refused.
    pub(super) header: Option<String>,
    /// The people, one after the other.
    pub(super) people: Box<dyn Iterator<Item = std::io::Result<Record>> + 'f>,
}

/// The records of a file. A table whose header names no attribute is refused whole.
pub(super) fn records<'f>(input: Box<dyn BufRead + 'f>, format: Format) -> Result<Records<'f>, Failed> {
    match format {
        Format::Jsonl => Ok(Records { header: None, people: Box::new(Lines { input, line: 0, read: 0 }) }),
        Format::Csv => table(input),
    }
}

/// JSON Lines; blank ones are passed over.
struct Lines<'f> {
    input: Box<dyn BufRead + 'f>,
    line: u64,
    read: u64,
}

impl Iterator for Lines<'_> {
    type Item = std::io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut bytes = Vec::new();
            let limit = LINE_MAX as u64 + 1;
            match self.input.by_ref().take(limit).read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(length) => (self.line, self.read) = (self.line + 1, self.read + length as u64),
                Err(error) => return Some(Err(error)),
            }
            if bytes.len() > LINE_MAX && !bytes.ends_with(b"\n") {
                return Some(Err(std::io::Error::other(format!("line {} is longer than 1 MiB", self.line))));
            }
            let bytes =
                bytes.trim_ascii_end().strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes.trim_ascii_end());
            if bytes.is_empty() {
                continue;
            }
            let write = json::read(bytes, LINE_MAX).map_err(|error| error.to_string()).and_then(write_of);
            let text = String::from_utf8_lossy(bytes).into_owned();
            return Some(Ok(Record { line: self.line, read: self.read, text, write }));
        }
    }
}

/// What a resource asks for; its proofs come along (`asserts_listed`).
fn write_of(resource: Value) -> Result<Write, String> {
    let edited = body::created(resource, tables()).map_err(|error| error.detail)?;
    wanted(&edited).map_err(|error| error.detail)
}

fn wanted(edited: &Edited) -> Result<Write, ScimError> {
    let request =
        Request { before: None, how: How::Whole, persona: Persona::Administrator, dialect: Dialect::Strict };
    let mut write = wanted_of(edited, &request)?;
    write.wanted.contacts.email.asserts_listed = true;
    write.wanted.contacts.mobile.asserts_listed = true;
    Ok(write)
}

/// A table: each row is as many `add` operations as it has cells that are not empty (RFC 7644 §3.5.2.1).
fn table<'f>(input: Box<dyn BufRead + 'f>) -> Result<Records<'f>, Failed> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(input);
    let header = reader.headers().map_err(|error| Failed::Configuration(format!("the header: {error}")))?;
    let line = line_of(header);
    let columns: Vec<Column> = header.iter().enumerate().map(column).collect::<Result<_, _>>()?;
    let rows = reader.into_records().map(move |row| match row {
        Ok(row) => {
            let at = row.position().map_or((0, 0), |place| (place.line(), place.byte()));
            let text = line_of(&row);
            Ok(Record { line: at.0, read: at.1, text, write: row_write(&columns, &row) })
        }
        Err(error) => match error.position().map(csv::Position::line) {
            Some(line) if !error.is_io_error() => {
                let write = Err("the row cannot be read as columns of the header".to_owned());
                Ok(Record { line, read: 0, text: String::new(), write })
            }
            _ => Err(std::io::Error::other(error)),
        },
    });
    Ok(Records { header: Some(line), people: Box::new(rows) })
}

/// A column: the path of its cells, or nothing for what only the server says (`id`, `meta.created`).
struct Column(Option<String>);

fn column((index, path): (usize, &str)) -> Result<Column, Failed> {
    let path = path.trim_start_matches('\u{feff}');
    let refuse = |why: &str| Failed::Configuration(format!("column {} (`{path}`): {why}", index + 1));
    match Path::parse(path, tables()).map_err(|error| refuse(&error.detail))? {
        Path::Schema(_) => Err(refuse("a column holds one attribute, not a whole schema.")),
        Path::Attribute { target, .. } if target.attribute.is_closed() || target.leaf().is_closed() => {
            Ok(Column(None))
        }
        Path::Attribute { .. } => Ok(Column(Some(path.to_owned()))),
    }
}

fn row_write(columns: &[Column], row: &csv::StringRecord) -> Result<Write, String> {
    let cells = columns.iter().zip(row).filter(|(_, cell)| !cell.trim().is_empty());
    let operations: Vec<Value> = cells
        .filter_map(|(Column(path), cell)| {
            Some(json!({"op": "add", "path": path.as_ref()?, "value": cell.trim()}))
        })
        .collect();
    if operations.is_empty() {
        return Err("the row is empty".to_owned());
    }
    let patch = Patch::parse(json!({"Operations": operations}), tables()).map_err(|error| error.detail)?;
    let edited = patch.apply(Value::Object(Map::new()), tables()).map_err(|error| error.detail)?;
    write_of(edited.resource)
}

/// Cells as a line of a table.
pub(super) fn line_of<C: AsRef<[u8]>>(cells: impl IntoIterator<Item = C>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let line = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8_lossy(&line).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: Format, text: &'static str) -> Vec<(u64, Result<String, String>)> {
        let shown = |record: Record| {
            let wanted = record.write.map(|write| {
                let email = write.wanted.contacts.email;
                let held = email.held.map(|held| held.address.as_str().to_owned()).unwrap_or_default();
                format!("{} {held} {:?}", write.wanted.user_name, email.asserts_verified)
            });
            (record.line, wanted)
        };
        let records = records(Box::new(text.as_bytes()), format);
        let Ok(records) = records else { panic!("the file is refused whole") };
        records.people.map(|record| shown(record.unwrap())).collect()
    }

    fn refused(header: &'static str) -> String {
        match records(Box::new(header.as_bytes()), Format::Csv) {
            Err(Failed::Configuration(why)) => why,
            _ => panic!("{header} is accepted"),
        }
    }

    /// A resource a line, in either dialect's spelling; a bad line speaks for itself.
    #[test]
    fn json_lines_are_read_one_by_one() {
        let text = "\u{feff}{\"userName\":\"bob\",\"emails\":[\"b@x.org\"],\"meta\":{\"created\":\"2020-01-07T09:32:18\"}}\n\n\
                    {\"userName\":\"kim\",\"userName\":\"kim\"}\n{\"title\":\"x\"}\n\
                    {\"userName\":\"ann\",\"urn:scim:wso2:schema\":{\"emailVerified\":true},\"emails\":[{\"value\":\"a@x.org\",\"primary\":true}]}";

        let read = read(Format::Jsonl, text);

        assert_eq!(read[0], (1, Ok("bob b@x.org None".to_owned())));
        assert_eq!(read[1], (3, Err("An object has the same key twice (line 1, column 28).".to_owned())));
        assert_eq!(read[2], (4, Err("userName is required.".to_owned())));
        assert_eq!(read[3], (5, Ok("ann a@x.org Some(true)".to_owned())));
    }

    /// Columns are attribute paths; what only the server says is passed over, an empty cell says nothing.
    #[test]
    fn a_table_is_read_by_its_header() {
        let text = "userName,id,emails[primary eq true].value,name.familyName,urn:scim:wso2:schema:emailVerified\n\
                    bob,7,b@x.org,\"Smith, Jr.\",TRUE\nkim,8,,,\n,,,,\nann,9,a@x.org\n";

        let read = read(Format::Csv, text);

        assert_eq!(read[0], (2, Ok("bob b@x.org Some(true)".to_owned())));
        assert_eq!(read[1], (3, Ok("kim  None".to_owned())));
        assert_eq!(read[2], (4, Err("the row is empty".to_owned())));
        assert_eq!(read[3], (5, Err("the row cannot be read as columns of the header".to_owned())));
    }

    #[test]
    fn a_column_that_is_no_attribute_refuses_the_file() {
        assert_eq!(
            refused("userName,shoeSize\n"),
            "column 2 (`shoeSize`): The path names an attribute that the schema does not have."
        );
    }
}
