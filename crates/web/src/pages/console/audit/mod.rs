//! *Server › Audit* (pages §5): what happened, when, by whom, from where, and what decided; newest first.
//!
//! ```text
//! mod.rs the page · asked.rs what is asked of it · words.rs events and rules in words · export.rs all of it, as a file
//! ```

mod asked;
mod export;
#[cfg(test)]
mod tests;
mod words;

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use countersign_app::{AuditEntry, AuditView};

use super::navigation::Navigation;
use super::{groups, people, question};
use crate::pages::PageError;
use crate::pages::component::{Choices, Empty, ErrorSummary, Field, Moment, Pager};
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::state::Web;
use asked::{Asked, Slip};

/// Where it is.
const PATH: &str = "/console/audit";
/// What reading the trail needs.
const VIEW: &str = "internal_config_mgt_view";
/// How many rows stand on a page.
const PAGE: u64 = 50;

/// `/console/audit…`.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/console/audit", get(show)).route("/console/audit/export", get(export::send))
}

/// `templates/console/audit.html`.
#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    error: Option<ErrorSummary<'a>>,
    text: Field<'a>,
    user: Field<'a>,
    event: Choices<'a>,
    days: [Field<'a>; 2],
    rows: Vec<Row>,
    /// Instead of rows.
    empty: Option<Empty<'a>>,
    pager: Pager<'a>,
    /// The files: where, and what each is called.
    exports: [(String, &'a str); 2],
}

/// A row of the trail.
struct Row {
    at: Moment,
    event: &'static str,
    rule: String,
    value: Option<String>,
    /// Whose profile, and where he is; or which group.
    subject: Option<Named>,
    by: String,
    by_kind: &'static str,
    from: Option<String>,
    detail: Option<String>,
}

/// Somebody or something the row is about.
struct Named {
    name: String,
    href: Option<String>,
}

/// A page of the trail.
async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let cx = visitor.as_privileged();
    let (found, slip) = match asked.filter(&web, &cx).await? {
        Ok(filter) => (Some(web.app.audit(&cx, &filter, asked.before()?, PAGE).await?), None),
        Err(slip) => (None, Some(slip)),
    };
    Ok(page(&web, &visitor, &asked, found, slip))
}

fn page(
    web: &Web,
    visitor: &Visitor,
    asked: &Asked,
    found: Option<AuditView>,
    slip: Option<Slip>,
) -> Response {
    let t = visitor.look.texts;
    let next = found.as_ref().and_then(|view| view.next);
    let entries = found.map(|view| view.entries).unwrap_or_default();
    let rows: Vec<Row> = entries.into_iter().map(|entry| row(visitor, entry)).collect();
    let wrong = |field: &str| slip.filter(|slip| slip.field() == field).map(|slip| slip.worded(t));
    let day = |name: &'static str, value: &str| {
        let label = t.find(&format!("audit-{name}")).unwrap_or_default();
        // A field of days cannot hold what is none, and it has to come back.
        let field = if asked::is_day(value) { Field::day(name, label) } else { Field::text(name, label) };
        field.value(value.to_owned()).error(wrong(name))
    };
    let page = AuditPage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "audit"),
        error: slip.map(|slip| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![(slip.field().into(), slip.worded(t).into())],
        }),
        text: Field::search("q", t.say("audit-text")).value(asked.q.clone()).length_max(255),
        user: Field::search("user", t.say("audit-user"))
            .value(asked.user.clone())
            .length_max(255)
            .error(wrong("user")),
        event: words::events(t, &asked.event),
        days: [day("from", &asked.from), day("to", &asked.to)],
        empty: (rows.is_empty() && slip.is_none()).then(|| nothing(visitor, asked, next.is_some())),
        rows,
        pager: Pager {
            label: t.say("pages"),
            previous: (!asked.before.is_empty()).then(|| (asked.behind(PATH, ""), t.say("audit-newest"))),
            next: next.map(|next| (asked.behind(PATH, &next.to_string()), t.say("audit-older"))),
        },
        exports: [("csv", t.say("audit-export-csv")), ("jsonl", t.say("audit-export-jsonl"))]
            .map(|(format, label)| (asked.exported(format), label)),
    };
    visitor.answer(if slip.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

fn row(visitor: &Visitor, entry: AuditEntry) -> Row {
    let (t, clock) = (visitor.look.texts, visitor.clock());
    Row {
        at: clock.tell(entry.at),
        event: words::event(t, entry.event),
        rule: words::decided(t, &entry),
        subject: subject(visitor, &entry),
        by_kind: words::kind(t, &entry.by),
        by: entry.by.display,
        from: words::place(&entry.origin),
        value: entry.value,
        detail: entry.detail.filter(|detail| !detail.is_empty()),
    }
}

/// Whom a row is about: the user, called by his name as long as he is there, else the group.
fn subject(visitor: &Visitor, entry: &AuditEntry) -> Option<Named> {
    let t = visitor.look.texts;
    match (entry.user, &entry.user_name, entry.group) {
        (Some(user), Some(name), _) => {
            Some(Named { name: name.clone(), href: people::page_of(visitor, &user) })
        }
        (Some(user), None, _) => {
            let href = question::address(PATH, &[("user", &user.to_string())]);
            Some(Named { name: t.fill("audit-deleted", &[("id", &user.to_string())]), href: Some(href) })
        }
        (None, _, Some(group)) => Some(Named {
            name: t.fill("audit-group", &[("id", &group.to_string())]),
            href: groups::may_view(visitor).then(|| groups::path_of(group)),
        }),
        (None, _, None) => None,
    }
}

/// What stands where no row does.
fn nothing(visitor: &Visitor, asked: &Asked, is_cut_off: bool) -> Empty<'static> {
    let t = visitor.look.texts;
    let (heading, text) = if is_cut_off {
        (t.say("audit-none-yet"), t.say("audit-none-yet-text"))
    } else {
        (t.say("audit-none"), t.say("audit-none-text"))
    };
    let action = asked.is_narrow().then(|| (PATH.into(), t.say("audit-all").into()));
    Empty { heading: heading.into(), text: text.into(), action }
}
