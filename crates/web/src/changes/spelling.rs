//! A change as JSON (DESIGN §6), and the query that lists changes.

use countersign_app::{ChangeView, TimelineEvent, Viewer};
use countersign_domain::{ChangeId, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error;
use crate::rest::Refused;

/// `?state=&cursor=`.
#[derive(Deserialize, Debug)]
pub(super) struct Listing {
    state: Option<String>,
    cursor: Option<String>,
}

const STATES: [&str; 4] = ["pending", "proven", "superseded", "cancelled"];

impl Listing {
    /// Only changes in this state; an empty parameter asks for all.
    pub(super) fn state(&self) -> Result<Option<&'static str>, Refused> {
        match self.state.as_deref() {
            None | Some("") => Ok(None),
            Some(asked) => {
                STATES.into_iter().find(|state| *state == asked).map(Some).ok_or_else(error::listing)
            }
        }
    }

    /// Where the page begins: the last change of the page before it.
    pub(super) fn cursor(&self) -> Result<Option<ChangeId>, Refused> {
        match self.cursor.as_deref() {
            None | Some("") => Ok(None),
            Some(cursor) => cursor.parse().map(Some).map_err(|_| error::listing()),
        }
    }
}

/// A page, newest first.
pub(super) fn page(changes: &[ChangeView], next: Option<ChangeId>, viewer: Viewer) -> Value {
    let changes: Vec<Value> = changes.iter().map(|view| change(view, viewer)).collect();
    let mut page = Map::from_iter([("changes".to_owned(), Value::Array(changes))]);
    if let Some(next) = next {
        page.insert("nextCursor".to_owned(), json!(next.to_string()));
    }
    Value::Object(page)
}

/// One change; whose it is only for those who see everybody's.
pub(super) fn change(view: &ChangeView, viewer: Viewer) -> Value {
    let requester = json!({"type": view.requested_by.persona.as_str(), "display": view.requested_by.display});
    let mut members = vec![
        ("id", json!(view.id.to_string())),
        ("channel", json!(view.channel.as_str())),
        ("scenario", json!(view.scenario.as_str())),
        ("state", json!(view.state)),
        ("target", json!(view.target)),
        ("requestedBy", requester),
        ("requestedAt", instant(view.requested_at)),
        ("expiresAt", instant(view.expires_at)),
        ("expired", json!(view.expired)),
        ("attemptsLeft", json!(view.attempts_left)),
        ("resendAvailableAt", view.resend_available_at.map_or(Value::Null, instant)),
    ];
    members.extend(view.ended_at.map(|at| ("endedAt", instant(at))));
    members.push(("timeline", view.timeline.iter().map(event).collect()));
    if viewer == Viewer::Privileged {
        members.push(("userId", json!(view.user.to_string())));
        members.push(("userName", json!(view.user_name)));
    }
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn event(event: &TimelineEvent) -> Value {
    let mut members =
        Map::from_iter([("at".to_owned(), instant(event.at)), ("event".to_owned(), json!(event.event))]);
    if let Some(detail) = &event.detail {
        members.insert("detail".to_owned(), json!(detail));
    }
    Value::Object(members)
}

/// ISO 8601 in UTC, to the millisecond.
fn instant(at: Timestamp) -> Value {
    json!(format!("{at:.3}"))
}

#[cfg(test)]
mod tests;
