//! How a link's page looks: one template for every outcome.

use askama::Template;
use countersign_domain::{SignedDuration, Timestamp};

use super::words::{Fact, Tone, Words};
use crate::pages::frame::Frame;

/// `templates/pages/link.html`.
#[derive(Template)]
#[template(path = "pages/link.html")]
pub(super) struct LinkPage<'a> {
    frame: Frame<'a>,
    words: &'a Words,
    action: &'a str,
    nonce: &'a str,
}

impl<'a> LinkPage<'a> {
    /// A page; `action` and `nonce` are empty where there is nothing to press.
    pub(super) fn new(frame: Frame<'a>, words: &'a Words, action: &'a str, nonce: &'a str) -> Self {
        Self { frame, words, action, nonce }
    }
}

/// A time as a page shows it: absolute with its zone, and how far away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Moment {
    pub(super) iso: String,
    pub(super) absolute: String,
    pub(super) relative: String,
}

impl Moment {
    /// `at`, seen from `now`.
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        let away = at.duration_since(now);
        let relative = match (away.is_negative(), distance(away)) {
            (_, None) => "just now".to_owned(),
            (true, Some(distance)) => format!("{distance} ago"),
            (false, Some(distance)) => format!("in {distance}"),
        };
        Self {
            iso: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            absolute: at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
            relative,
        }
    }
}

/// `2 minutes`, `23 hours`, `3 days`; nothing under a minute.
pub(super) fn distance(away: SignedDuration) -> Option<String> {
    let minutes = away.as_secs().unsigned_abs() / 60;
    let (count, unit) = match minutes {
        0 => return None,
        1..120 => (minutes, "minute"),
        120..2_880 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    Some(if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_absolute_and_relative() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();

        let moment = Moment::new(now + SignedDuration::from_hours(23), now);

        assert_eq!(moment.iso, "2026-03-02T11:00:00Z");
        assert_eq!(moment.absolute, "2 March 2026, 11:00 UTC");
        assert_eq!(moment.relative, "in 23 hours");
        assert_eq!(Moment::new(now - SignedDuration::from_secs(90), now).relative, "1 minute ago");
        assert_eq!(Moment::new(now - SignedDuration::from_hours(72), now).relative, "3 days ago");
        assert_eq!(Moment::new(now, now).relative, "just now");
    }
}
