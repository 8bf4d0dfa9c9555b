//! A time: absolute with its zone, and how far away.

use askama::Template;
use askama::filters::HtmlSafe;
use countersign_domain::{SignedDuration, Timestamp};

use crate::pages::language::{Language, Texts};

/// What a page tells times by: the moment it is shown at, and the language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) now: Timestamp,
    pub(crate) texts: &'static Texts,
}

/// `templates/component/moment.html`.
#[derive(Template, Clone, PartialEq, Eq, Debug)]
#[template(path = "component/moment.html")]
pub(crate) struct Moment {
    pub(crate) iso: String,
    pub(crate) absolute: String,
    pub(crate) relative: String,
}

impl HtmlSafe for Moment {}

impl Clock {
    /// `at` as it is told now.
    pub(crate) fn tell(self, at: Timestamp) -> Moment {
        Moment {
            iso: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            absolute: format!("{}, {} UTC", self.day(at), at.strftime("%H:%M")),
            relative: self.relative(at),
        }
    }

    /// `2 March 2026`.
    pub(crate) fn day(self, at: Timestamp) -> String {
        let part = |format: &str| at.strftime(format).to_string();
        let month = self.texts.find(&format!("month-{}", part("%-m"))).unwrap_or_default();
        match self.texts.language {
            Language::English => format!("{} {month} {}", part("%-d"), part("%Y")),
            Language::German => format!("{}. {month} {}", part("%-d"), part("%Y")),
        }
    }

    /// `2 minutes ago`, `in 23 hours`.
    pub(crate) fn relative(self, at: Timestamp) -> String {
        let away = at.duration_since(self.now);
        let Some((count, unit)) = distance(away) else { return self.texts.say("just-now").to_owned() };
        let id = match (unit, away.is_negative()) {
            (Unit::Minute, true) => "minutes-ago",
            (Unit::Minute, false) => "in-minutes",
            (Unit::Hour, true) => "hours-ago",
            (Unit::Hour, false) => "in-hours",
            (Unit::Day, true) => "days-ago",
            (Unit::Day, false) => "in-days",
        };
        self.texts.fill(id, &[("count", &count.to_string())])
    }

    /// `2 minutes`, `40 seconds`: how long something takes.
    pub(crate) fn span(self, length: SignedDuration) -> String {
        let (count, id) = match distance(length) {
            None => (length.as_secs().unsigned_abs().max(1), "seconds"),
            Some((count, Unit::Minute)) => (count, "minutes"),
            Some((count, Unit::Hour)) => (count, "hours"),
            Some((count, Unit::Day)) => (count, "days"),
        };
        self.texts.fill(id, &[("count", &count.to_string())])
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Minute,
    Hour,
    Day,
}

/// In the largest unit that says it in at least two; nothing under a minute.
const fn distance(away: SignedDuration) -> Option<(u64, Unit)> {
    let minutes = away.as_secs().unsigned_abs() / 60;
    match minutes {
        0 => None,
        1..120 => Some((minutes, Unit::Minute)),
        120..2_880 => Some((minutes / 60, Unit::Hour)),
        _ => Some((minutes / 1_440, Unit::Day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(language: Language) -> Clock {
        Clock { now: "2026-03-01T12:00:00Z".parse().unwrap(), texts: language.texts() }
    }

    /// pages §1: absolute with zone, relative beside it.
    #[test]
    fn times_are_told_absolute_and_relative() {
        let clock = clock(Language::English);

        let moment = clock.tell(clock.now + SignedDuration::from_hours(23));

        assert_eq!(moment.iso, "2026-03-02T11:00:00Z");
        assert_eq!(moment.absolute, "2 March 2026, 11:00 UTC");
        assert_eq!(moment.relative, "in 23 hours");
        assert_eq!(clock.relative(clock.now - SignedDuration::from_secs(90)), "1 minute ago");
        assert_eq!(clock.relative(clock.now - SignedDuration::from_hours(72)), "3 days ago");
        assert_eq!(clock.relative(clock.now), "just now");
        assert_eq!(clock.span(SignedDuration::from_secs(40)), "40 seconds");
    }

    #[test]
    fn times_are_told_in_german() {
        let clock = clock(Language::German);

        assert_eq!(clock.day(clock.now), "1. März 2026");
        assert_eq!(clock.relative(clock.now - SignedDuration::from_secs(300)), "vor 5 Minuten");
    }
}
