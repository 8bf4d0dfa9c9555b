//! What each limit allows (security §8). Per-user counters are decided here on the snapshot; shared budgets are spent by
//! the store in the commit itself.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::conversion::Cohort;
use crate::refusal::Refusal;

/// `[countersign.limits]`: every figure is a count, 0 switches the limit off.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    missing_docs,
    reason = "each field is documented where the configuration reference is generated from"
)]
pub struct Limits {
    pub attempts_per_code: u32,
    pub wrong_codes_per_user_hour: u32,
    pub wrong_codes_since_success: u32,
    pub wrong_codes_per_source: u32,
    pub sends_burst: u32,
    pub sends_interval_seconds: u32,
    pub sends_per_hour: u32,
    pub sends_per_day: u32,
    pub sends_per_destination_hour: u32,
    pub sends_per_destination_day: u32,
    pub pending_values_per_day: u32,
    pub sms_per_block_hour: u32,
    pub sms_per_day: u32,
    pub sms_per_country_day: u32,
    pub login_failures_per_source: u32,
    pub login_delay_after: u32,
    pub landing_per_selector_hour: u32,
    pub privileged_resends_per_hour: u32,
    pub privileged_wrong_codes: u32,
    pub writes_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempts_per_code: 5,
            wrong_codes_per_user_hour: 10,
            wrong_codes_since_success: 100,
            wrong_codes_per_source: 30,
            sends_burst: 3,
            sends_interval_seconds: 30,
            sends_per_hour: 10,
            sends_per_day: 20,
            sends_per_destination_hour: 5,
            sends_per_destination_day: 10,
            pending_values_per_day: 10,
            sms_per_block_hour: 20,
            sms_per_day: 5_000,
            sms_per_country_day: 1_000,
            login_failures_per_source: 50,
            login_delay_after: 5,
            landing_per_selector_hour: 60,
            privileged_resends_per_hour: 60,
            privileged_wrong_codes: 5,
            writes_per_minute: 600,
        }
    }
}

/// A count within a window of time that starts with its first event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Window {
    /// Events so far.
    pub count: u32,
    /// When the window began; `None` before the first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl Window {
    /// Counts one more, or says how long to wait. A `max` of 0 never refuses.
    fn take(self, max: u32, length: SignedDuration, now: Timestamp) -> Result<Self, SignedDuration> {
        let open = self.since.filter(|since| now.duration_since(*since) < length);
        match open {
            None => Ok(Self { count: 1, since: Some(now) }),
            Some(since) if max != 0 && self.count >= max => Err(length - now.duration_since(since)),
            Some(since) => Ok(Self { count: self.count.saturating_add(1), since: Some(since) }),
        }
    }

    /// How long until one more is allowed; `None` when it is.
    fn wait(self, max: u32, length: SignedDuration, now: Timestamp) -> Option<SignedDuration> {
        self.take(max, length, now).err()
    }
}

/// A token bucket: `burst` at once, then one per interval (D-15).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Bucket {
    /// When the bucket will be full again: each token taken pushes it one interval further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_at: Option<Timestamp>,
}

impl Bucket {
    fn take(self, burst: u32, interval: SignedDuration, now: Timestamp) -> Result<Self, SignedDuration> {
        if burst == 0 || interval.is_zero() {
            return Ok(self);
        }
        let full_at = self.full_at.map_or(now, |at| at.max(now));
        let next = full_at.saturating_add(interval).unwrap_or(Timestamp::MAX);
        let reach =
            now.saturating_add(interval * i32::try_from(burst).unwrap_or(i32::MAX)).unwrap_or(Timestamp::MAX);
        if next > reach { Err(next.duration_since(reach)) } else { Ok(Self { full_at: Some(next) }) }
    }
}

/// The counters of one user and claim family. Live on the user, not on the code: neither a resend nor a new change
/// refills them (SEC-10).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Budget {
    /// Sends: burst and pace.
    #[serde(default)]
    pub pace: Bucket,
    /// Sends this hour.
    #[serde(default)]
    pub sends_hour: Window,
    /// Sends this day.
    #[serde(default)]
    pub sends_day: Window,
    /// Values that began to wait this day.
    #[serde(default)]
    pub values_day: Window,
    /// Wrong codes this hour.
    #[serde(default)]
    pub wrong_hour: Window,
    /// Wrong codes since the last right one.
    #[serde(default)]
    pub wrong_since_success: u32,
    /// When the old address was last told that a change was asked for (SEC-18: once an hour).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_at: Option<Timestamp>,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Budget {
    /// Takes one send, or refuses with the longest wait of the limits it runs into (D-15).
    pub fn take_send(&mut self, limits: &Limits, now: Timestamp) -> Result<(), Refusal> {
        let interval = SignedDuration::from_secs(i64::from(limits.sends_interval_seconds));
        let pace = self.pace.take(limits.sends_burst, interval, now);
        let hour = self.sends_hour.take(limits.sends_per_hour, HOUR, now);
        let day = self.sends_day.take(limits.sends_per_day, DAY, now);
        match (pace, hour, day) {
            (Ok(pace), Ok(hour), Ok(day)) => {
                (self.pace, self.sends_hour, self.sends_day) = (pace, hour, day);
                Ok(())
            }
            (pace, hour, day) => {
                let waits = [pace.err(), hour.err(), day.err()];
                let retry_after = waits.into_iter().flatten().max().unwrap_or(MINUTE);
                Err(Refusal::TooManyRequests { retry_after })
            }
        }
    }

    /// Takes one new pending value of the day.
    pub fn take_value(&mut self, limits: &Limits, now: Timestamp) -> Result<(), Refusal> {
        self.values_day = self
            .values_day
            .take(limits.pending_values_per_day, DAY, now)
            .map_err(|retry_after| Refusal::TooManyRequests { retry_after })?;
        Ok(())
    }

    /// Whether codes may be tried at all now; over the limit right and wrong codes get the same answer.
    pub fn check_guess(&self, limits: &Limits, now: Timestamp) -> Result<(), Refusal> {
        let total = limits.wrong_codes_since_success;
        if total != 0 && self.wrong_since_success >= total {
            return Err(Refusal::TooManyRequests { retry_after: DAY });
        }
        match self.wrong_hour.wait(limits.wrong_codes_per_user_hour, HOUR, now) {
            Some(retry_after) => Err(Refusal::TooManyRequests { retry_after }),
            None => Ok(()),
        }
    }

    /// Counts a wrong code.
    pub fn record_wrong(&mut self, now: Timestamp) {
        self.wrong_hour = self.wrong_hour.take(0, HOUR, now).unwrap_or(self.wrong_hour);
        self.wrong_since_success = self.wrong_since_success.saturating_add(1);
    }

    /// A right code: the long count starts again, the hourly one does not (SEC-10).
    pub fn record_right(&mut self) {
        self.wrong_since_success = 0;
    }

    /// The way out of the long count (security §8): a new value asked for by a privileged caller, or by the owner with
    /// fresh proof of identity. Below the limit nothing is forgiven.
    pub fn forgive_wrong_codes(&mut self, limits: &Limits) {
        let total = limits.wrong_codes_since_success;
        if total != 0 && self.wrong_since_success >= total {
            self.wrong_since_success = 0;
        }
    }

    /// When the next send will be allowed; the past when it is now. Shown as `resendAvailableAt`.
    pub fn resend_available_at(&self, limits: &Limits, now: Timestamp) -> Timestamp {
        let mut tried = *self;
        match tried.take_send(limits, now) {
            Err(Refusal::TooManyRequests { retry_after }) => now.saturating_add(retry_after).unwrap_or(now),
            _ => now,
        }
    }

    /// Whether the old address may be told once more (SEC-18), and counts it.
    pub fn take_notice(&mut self, now: Timestamp) -> bool {
        let due = self.noticed_at.is_none_or(|at| now.duration_since(at) >= HOUR);
        if due {
            self.noticed_at = Some(now);
        }
        due
    }
}

/// A budget that several users share. The key is a pseudonym where it would hold an address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SharedBudget {
    /// Sends to one address, by all users, per hour.
    DestinationHour(String),
    /// … per day.
    DestinationDay(String),
    /// SMS to one block of numbers per hour.
    NumberBlockHour(String),
    /// SMS of the whole server per day.
    SmsDay,
    /// SMS to one country per day.
    SmsCountryDay(String),
    /// SMS sent to one country in one hour; a count rather than a limit.
    SmsSent(Cohort),
    /// Those of them whose code came back.
    SmsProved(Cohort),
    /// That somebody has been told of one thing, named by what it is about.
    Told(String),
    /// Wrong codes and unknown links of one network source.
    GuessSource(String),
    /// Failed sign-ins of one network source.
    LoginSource(String),
    /// Failed sign-ins of one account (or one unknown name).
    LoginAccount(String),
    /// Wrong codes presented by one privileged actor.
    PrivilegedGuess(String),
    /// Resends asked for by one privileged actor.
    PrivilegedResend(String),
    /// Views of one landing link.
    Landing(String),
    /// Writes of one actor.
    Writes(String),
}

/// "Take `take` if fewer than `max` are taken in this window": applied by the store in the commit (DESIGN §2.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spend {
    /// Whose budget.
    pub budget: SharedBudget,
    /// The limit; never 0 (a limit that is off makes no spend).
    pub max: u32,
    /// How long the window is.
    pub window: SignedDuration,
    /// What is done to it.
    pub take: Take,
}

/// What a commit does to a shared budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Take {
    /// Takes one, if one is left.
    One,
    /// Takes none, but demands that one is left.
    Demand,
    /// Returns one that was taken before it was known whether it should be; never refused.
    GiveBack,
}

impl Spend {
    /// One of `budget`, or nothing when the limit is off.
    pub fn one(budget: SharedBudget, max: u32, window: SignedDuration) -> Option<Self> {
        (max != 0).then_some(Self { budget, max, window, take: Take::One })
    }

    /// What the same limit demands of an attempt that turned out right: one must be left, none is taken.
    #[must_use]
    pub fn demanded(mut self) -> Self {
        self.take = Take::Demand;
        self
    }

    /// Returns what [`Spend::one`] took, once it is known that it was no failure.
    #[must_use]
    pub fn refunded(mut self) -> Self {
        self.take = Take::GiveBack;
        self
    }
}

impl SharedBudget {
    /// The row's key: kind, then whose.
    pub fn key(&self) -> String {
        let (kind, whose) = match self {
            Self::DestinationHour(whose) => ("destination_hour", whose.as_str()),
            Self::DestinationDay(whose) => ("destination_day", whose.as_str()),
            Self::NumberBlockHour(whose) => ("number_block_hour", whose.as_str()),
            Self::SmsDay => ("sms_day", ""),
            Self::SmsCountryDay(country) => ("sms_country_day", country.as_str()),
            Self::SmsSent(cohort) => return format!("sms_sent:{cohort}"),
            Self::SmsProved(cohort) => return format!("sms_proved:{cohort}"),
            Self::Told(what) => ("told", what.as_str()),
            Self::GuessSource(whose) => ("guess_source", whose.as_str()),
            Self::LoginSource(whose) => ("login_source", whose.as_str()),
            Self::LoginAccount(whose) => ("login_account", whose.as_str()),
            Self::PrivilegedGuess(whose) => ("privileged_guess", whose.as_str()),
            Self::PrivilegedResend(whose) => ("privileged_resend", whose.as_str()),
            Self::Landing(whose) => ("landing", whose.as_str()),
            Self::Writes(whose) => ("writes", whose.as_str()),
        };
        format!("{kind}:{whose}")
    }
}

#[cfg(test)]
mod tests;
