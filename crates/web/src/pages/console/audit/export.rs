//! The trail as a file: a table, or a JSON object a line. It is written out portion by portion while it is read: nothing is
//! held, and a file that broke off ends with its connection, not as if it were whole.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use countersign_app::{AuditEntry, AuditFilter, Context};
use countersign_domain::AuditId;
use countersign_domain::actor::Subject;
use countersign_domain::audit::Means;
use countersign_domain::claim::ClaimFamily;
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;

use super::VIEW;
use super::asked::Asked;
use crate::pages::PageError;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// How the rows are written down.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// RFC 4180, with a head.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Jsonl => "application/jsonl; charset=utf-8",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    fn written(self, entries: &[AuditEntry], is_first: bool) -> io::Result<Vec<u8>> {
        match self {
            Self::Csv => table(entries, is_first),
            Self::Jsonl => lines(entries),
        }
    }
}

/// Which file.
#[derive(Deserialize)]
pub(super) struct Wanted {
    format: Format,
}

/// What is left to write: where to go on, and whether nothing was written yet.
struct Left {
    web: Web,
    cx: Context,
    filter: AuditFilter,
    format: Format,
    before: Option<AuditId>,
    is_first: bool,
    is_done: bool,
}

/// Everything the same question of the page would show.
pub(super) async fn send(
    State(web): State<Web>,
    visitor: Visitor,
    wanted: Result<Query<Wanted>, QueryRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let (Ok(Query(wanted)), Ok(Query(asked))) = (wanted, asked) else { return Err(PageError::Malformed) };
    let cx = visitor.as_privileged();
    let filter = asked.filter(&web, &cx).await?.map_err(|_| PageError::Malformed)?;
    tracing::info!(event = "audit_exported", format = wanted.format.ending());
    let name = format!("audit-{}.{}", visitor.session.now.strftime("%Y-%m-%d"), wanted.format.ending());
    let before = asked.before()?;
    let left = Left { web, cx, filter, format: wanted.format, before, is_first: true, is_done: false };
    let mut response = Response::new(Body::from_stream(stream::try_unfold(left, portion)));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(wanted.format.media_type()));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The next portion; nothing behind the last.
async fn portion(left: Left) -> io::Result<Option<(Bytes, Left)>> {
    if left.is_done {
        return Ok(None);
    }
    let found = left.web.app.audit_portion(&left.cx, &left.filter, left.before).await.map_err(|failure| {
        let _ = crate::rest::told(&failure);
        io::Error::other("the trail could not be read to its end")
    })?;
    let written = left.format.written(&found.entries, left.is_first)?;
    let left = Left { is_first: false, is_done: found.next.is_none(), before: found.next, ..left };
    Ok(Some((written.into(), left)))
}

/// The columns of a table.
const HEAD: [&str; 17] = [
    "id",
    "at",
    "event",
    "rule",
    "user_id",
    "user_name",
    "group_id",
    "change_id",
    "family",
    "value",
    "means",
    "by_type",
    "by_id",
    "by",
    "address",
    "client",
    "detail",
];

fn table(entries: &[AuditEntry], is_first: bool) -> io::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    if is_first {
        table.write_record(HEAD)?;
    }
    for entry in entries {
        table.write_record(record(entry).map(harmless))?;
    }
    table.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// A row as cells, in the order of [`HEAD`].
fn record(entry: &AuditEntry) -> [String; 17] {
    let id = |id: Option<String>| id.unwrap_or_default();
    [
        entry.id.to_string(),
        entry.at.to_string(),
        entry.event.as_str().to_owned(),
        entry.rule.as_str().to_owned(),
        id(entry.user.map(|user| user.to_string())),
        id(entry.user_name.clone()),
        id(entry.group.map(|group| group.to_string())),
        id(entry.change.map(|change| change.to_string())),
        id(entry.family.map(|family| family.as_str().to_owned())),
        id(entry.value.clone()),
        id(entry.means.map(|means| means.as_str().to_owned())),
        entry.by.persona.as_str().to_owned(),
        id(subject_id(entry.by.subject)),
        entry.by.display.clone(),
        id(entry.origin.address.map(|address| address.to_string())),
        id(entry.origin.client.clone()),
        id(entry.detail.clone()),
    ]
}

fn subject_id(subject: Subject) -> Option<String> {
    match subject {
        Subject::User(id) => Some(id.to_string()),
        Subject::Client(id) => Some(id.to_string()),
        Subject::Server => None,
    }
}

/// A cell no spreadsheet takes for a formula: what somebody called himself must not calculate on an administrator's desk.
/// Programs read the other format, in which texts are as they are.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

fn lines(entries: &[AuditEntry]) -> io::Result<Vec<u8>> {
    let mut written = Vec::new();
    for entry in entries {
        let row = json!({
            "id": entry.id, "at": entry.at, "event": entry.event.as_str(), "rule": entry.rule.as_str(),
            "user": entry.user, "userName": entry.user_name, "group": entry.group, "change": entry.change,
            "family": entry.family.map(ClaimFamily::as_str), "value": entry.value,
            "means": entry.means.map(Means::as_str),
            "by": {"type": entry.by.persona.as_str(), "id": subject_id(entry.by.subject), "display": entry.by.display},
            "origin": {"address": entry.origin.address, "client": entry.origin.client},
            "detail": entry.detail,
        });
        serde_json::to_writer(&mut written, &row)?;
        written.push(b'\n');
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever somebody is called, a spreadsheet shows it as text.
    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+94***01", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(harmless(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["bob", "b***@example.org", "", "2026-03-01"] {
            assert_eq!(harmless(cell.to_owned()), cell);
        }
    }
}
