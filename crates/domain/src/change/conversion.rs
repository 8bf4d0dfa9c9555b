//! How many of the codes sent by SMS come back: whoever pumps messages to numbers he is paid for enters none
//! (security §8).

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::limits::{SharedBudget, Spend, Take};

/// From how many messages on a share says anything.
const SENT_MIN: u32 = 50;
/// At least one code in so many comes back, else something is wrong.
const ONE_IN: u32 = 10;
/// Counts are kept as long as a code sent in the last minute of the hour can come back.
const KEPT: SignedDuration = SignedDuration::from_hours(26);

/// The messages to one country whose codes were issued in one hour (UTC). A code that comes back later counts for the
/// hour it was issued in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cohort {
    country: String,
    hour: i64,
}

impl Cohort {
    /// The cohort of a code issued at `at`.
    pub fn new(country: String, at: Timestamp) -> Self {
        Self { country, hour: at.as_second().div_euclid(3_600) }
    }

    /// Which country.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// Counts one more message.
    pub fn sent(&self) -> Spend {
        counted(SharedBudget::SmsSent(self.clone()))
    }

    /// Counts one more code that came back.
    pub fn proved(&self) -> Spend {
        counted(SharedBudget::SmsProved(self.clone()))
    }

    /// Whether too few codes came back: fewer than one in ten, of at least fifty.
    pub const fn is_low(sent: u32, proved: u32) -> bool {
        sent >= SENT_MIN && proved.saturating_mul(ONE_IN) < sent
    }

    /// How many messages may be sent before it [`Cohort::is_low`], given what came back.
    pub const fn sent_max(proved: u32) -> u32 {
        let enough = proved.saturating_mul(ONE_IN).saturating_add(1);
        if enough > SENT_MIN { enough } else { SENT_MIN }
    }
}

/// One more, without a limit.
fn counted(budget: SharedBudget) -> Spend {
    Spend { budget, max: u32::MAX, window: KEPT, take: Take::One }
}

impl fmt::Display for Cohort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.country, self.hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Security §8: fewer than one in ten of at least fifty.
    #[test]
    fn a_share_is_low_below_one_in_ten_of_fifty() {
        for (sent, proved, low) in
            [(49, 0, false), (50, 0, true), (50, 4, true), (50, 5, false), (51, 5, true), (1_000, 100, false)]
        {
            assert_eq!(Cohort::is_low(sent, proved), low, "{proved} of {sent}");
        }
    }

    /// Where sending stops on a low share, it stops with the message that makes it low, and not before.
    #[test]
    fn sending_stops_with_the_message_that_makes_the_share_low() {
        for proved in 0..40 {
            let most = Cohort::sent_max(proved);
            assert!(Cohort::is_low(most, proved), "{proved} of {most}");
            assert!(!Cohort::is_low(most - 1, proved), "{proved} of {most} less one");
        }
    }

    /// A cohort is a country's hour.
    #[test]
    fn an_hour_of_a_country_is_a_cohort() {
        let at = |text: &str| Cohort::new("LK".to_owned(), text.parse().unwrap());

        assert_eq!(at("2026-03-02T10:00:00Z"), at("2026-03-02T10:59:59Z"));
        assert_ne!(at("2026-03-02T10:00:00Z"), at("2026-03-02T11:00:00Z"));
        assert_ne!(
            at("2026-03-02T10:00:00Z"),
            Cohort::new("IN".to_owned(), "2026-03-02T10:00:00Z".parse().unwrap())
        );
    }
}
