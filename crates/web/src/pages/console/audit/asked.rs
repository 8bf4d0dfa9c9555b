//! What is asked of the trail, as the address says it.

use countersign_app::{AuditFilter, Context};
use countersign_domain::audit::Event;
use countersign_domain::{AuditId, SignedDuration, Timestamp, UserId};
use serde::Deserialize;

use super::PATH;
use crate::pages::PageError;
use crate::pages::console::question;
use crate::pages::language::Texts;
use crate::state::Web;

/// The question of the page and of its exports. An event that is none of ours asks for every kind.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// Who did it, from where, a word of the reason.
    pub(super) q: String,
    /// Whose profile: a user name, or the id of somebody who is gone.
    pub(super) user: String,
    pub(super) event: String,
    /// Days of UTC, both included.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) before: String,
}

/// What cannot be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slip {
    NoSuchUser,
    From,
    To,
}

impl Slip {
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::NoSuchUser => "user",
            Self::From => "from",
            Self::To => "to",
        }
    }

    pub(super) fn worded(self, t: &'static Texts) -> &'static str {
        match self {
            Self::NoSuchUser => t.say("audit-no-such-user"),
            Self::From | Self::To => t.say("audit-no-day"),
        }
    }
}

impl Asked {
    /// As the use case takes it.
    pub(super) async fn filter(
        &self,
        web: &Web,
        cx: &Context,
    ) -> Result<Result<AuditFilter, Slip>, PageError> {
        let user = match self.user.trim() {
            "" => None,
            name => match self.meant(web, cx, name).await? {
                Some(user) => Some(user),
                None => return Ok(Err(Slip::NoSuchUser)),
            },
        };
        Ok(self.with(user))
    }

    /// A name is somebody's who is there; whoever is gone has only his id.
    async fn meant(&self, web: &Web, cx: &Context, name: &str) -> Result<Option<UserId>, PageError> {
        let named = web.app.user_named(cx, name).await?;
        Ok(named.or_else(|| name.parse().ok()))
    }

    fn with(&self, user: Option<UserId>) -> Result<AuditFilter, Slip> {
        let text = self.q.trim();
        Ok(AuditFilter {
            user,
            events: Event::ALL.into_iter().filter(|event| event.as_str() == self.event).collect(),
            since: day(&self.from).map_err(|()| Slip::From)?,
            until: day(&self.to).map_err(|()| Slip::To)?.map(following),
            text: (!text.is_empty()).then(|| text.to_owned()),
            ..AuditFilter::default()
        })
    }

    pub(super) fn before(&self) -> Result<Option<AuditId>, PageError> {
        match self.before.as_str() {
            "" => Ok(None),
            before => before.parse().map(Some).map_err(|_| PageError::Malformed),
        }
    }

    pub(super) fn is_narrow(&self) -> bool {
        [&self.q, &self.user, &self.event, &self.from, &self.to].into_iter().any(|said| !said.is_empty())
    }

    /// The same question of rows older than `before`.
    pub(super) fn behind(&self, path: &str, before: &str) -> String {
        question::address(path, &[self.said(), vec![("before", before)]].concat())
    }

    /// The same question, answered as a file.
    pub(super) fn exported(&self, format: &str) -> String {
        question::address(&format!("{PATH}/export"), &[self.said(), vec![("format", format)]].concat())
    }

    fn said(&self) -> Vec<(&str, &str)> {
        vec![
            ("q", self.q.as_str()),
            ("user", &self.user),
            ("event", &self.event),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }
}

/// The beginning of a day (UTC), as the browser's field writes it.
fn day(text: &str) -> Result<Option<Timestamp>, ()> {
    match text.trim() {
        "" => Ok(None),
        day if day.len() == "2026-03-01".len() => {
            format!("{day}T00:00:00Z").parse().map(Some).map_err(|_| ())
        }
        _ => Err(()),
    }
}

/// Whether this is a day, or none asked for.
pub(super) fn is_day(text: &str) -> bool {
    day(text).is_ok()
}

fn following(day: Timestamp) -> Timestamp {
    day.saturating_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// pages §5: from and to are days, both included.
    #[test]
    fn a_day_is_asked_for_from_its_beginning_to_its_end() {
        let asked = Asked { from: "2026-03-01".into(), to: "2026-03-01".into(), ..Asked::default() };

        let filter = asked.with(None).unwrap();

        assert_eq!(filter.since, Some("2026-03-01T00:00:00Z".parse().unwrap()));
        assert_eq!(filter.until, Some("2026-03-02T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_day_is_said_where_it_was_typed() {
        for slip in ["yesterday", "2026-13-01", "2026-3-1", "20260301T0"] {
            let asked = |from: &str, to: &str| {
                Asked { from: from.into(), to: to.into(), ..Asked::default() }.with(None).unwrap_err()
            };
            assert_eq!((asked(slip, ""), asked("", slip)), (Slip::From, Slip::To), "{slip}");
        }
    }
}
