//! When a message is tried again (REL-8), with ±20 % jitter so that a provider that comes back is not met by
//! everybody at once. Pure: the jitter is handed in.

use std::time::Duration;

const SECOND: u64 = 1;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Waits before attempt 0, 1, 2 … of a message that carries a code or link; afterwards one minute each.
const SECRET_WAITS: [u64; 6] = [0, 2, 5, 15, 30, 60];
/// Waits before attempt 0, 1, 2 … of a notice. The last three are the daily ones; together they stay within the
/// five days of a mail queue even with the longest jitter.
const NOTICE_WAITS: [u64; 11] = [
    0,
    5,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    10 * HOUR,
    24 * HOUR,
    24 * HOUR,
    24 * HOUR,
];

/// What a message is for, which decides how long trying makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Carries a code or link: worthless once its challenge has ended, so tried often and as long as that lives.
    /// Sent before notices.
    Secret,
    /// Tells somebody what happened: worth something for days.
    Notice,
}

/// How long to wait before attempt number `attempt` (0 = the first), or `None` when a notice has been tried for five
/// days. `jitter` is uniform in `0.0..=1.0`; anything else counts as the middle. A secret is never given up here:
/// the worker drops it when its challenge ends.
pub fn next_attempt(kind: Kind, attempt: u32, jitter: f64) -> Option<Duration> {
    let attempt = usize::try_from(attempt).unwrap_or(usize::MAX);
    let wait = match kind {
        Kind::Secret => SECRET_WAITS.get(attempt).copied().unwrap_or(MINUTE),
        Kind::Notice => *NOTICE_WAITS.get(attempt)?,
    };
    let jitter = if (0.0..=1.0).contains(&jitter) { jitter } else { 0.5 };
    Some(Duration::from_secs(wait).mul_f64(0.8 + 0.4 * jitter))
}

/// The wait when the other side also asked for one (`Retry-After`): the longer of the two. `None` when that is later
/// than the moment the message is worth anything, `left` from now.
pub fn honouring(wait: Duration, asked: Option<Duration>, left: Option<Duration>) -> Option<Duration> {
    let wait = wait.max(asked.unwrap_or_default());
    match left {
        Some(left) if wait > left => None,
        _ => Some(wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(kind: Kind, jitter: f64) -> Vec<u64> {
        (0..14).map_while(|attempt| next_attempt(kind, attempt, jitter)).map(|wait| wait.as_secs()).collect()
    }

    /// REL-8: the two tables, in the middle of the jitter.
    #[test]
    fn the_waits_are_those_of_the_table() {
        assert_eq!(seconds(Kind::Secret, 0.5), [0, 2, 5, 15, 30, 60, 60, 60, 60, 60, 60, 60, 60, 60]);
        assert_eq!(
            seconds(Kind::Notice, 0.5),
            [0, 5, 300, 1800, 7200, 18000, 36000, 36000, 86400, 86400, 86400]
        );
    }

    /// REL-8: ±20 %, and a notice ends within five days however the dice fall.
    #[test]
    fn jitter_is_a_fifth_and_five_days_are_the_end() {
        assert_eq!(next_attempt(Kind::Secret, 5, 0.0), Some(Duration::from_secs(48)));
        assert_eq!(next_attempt(Kind::Secret, 5, 1.0), Some(Duration::from_secs(72)));
        assert_eq!(next_attempt(Kind::Secret, 5, f64::NAN), Some(Duration::from_mins(1)));
        assert_eq!(next_attempt(Kind::Notice, 11, 1.0), None);
        assert!(seconds(Kind::Notice, 1.0).iter().sum::<u64>() < 5 * 24 * HOUR);
    }

    /// REL-7: `Retry-After` is honoured, but not beyond the end of the code.
    #[test]
    fn a_wish_to_wait_is_honoured_up_to_the_expiry() {
        let [short, long] = [5, 90].map(Duration::from_secs);

        assert_eq!(honouring(short, Some(long), None), Some(long));
        assert_eq!(honouring(long, Some(short), Some(long)), Some(long));
        assert_eq!(honouring(short, Some(long), Some(short)), None);
    }
}
