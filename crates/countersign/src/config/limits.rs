//! `[countersign.limits]`.

use super::table::table;
use super::validity::Limit;

table! {
    /// How often things may happen. 0 switches a limit off, which is warned about at every start. That a code dies after
    /// five wrong attempts cannot be changed.
    ["countersign.limits"] Limits {
        /// Wrong codes per hour, for each person and kind of value.
        wrong_codes_per_user_hour: Limit = Limit(10);
        /// Wrong codes and unknown links from one source (an IPv4 address, an IPv6 /64) in 10 minutes.
        wrong_codes_per_source: Limit = Limit(30);
        /// Messages a person may ask for at once, before they are spaced out.
        sends_burst: Limit = Limit(3);
        /// Seconds between messages after that.
        sends_interval_seconds: Limit = Limit(30);
        /// Messages per hour, for each person and channel.
        sends_per_hour: Limit = Limit(10);
        /// Messages per day, for each person and channel.
        sends_per_day: Limit = Limit(20);
        /// Messages per hour to one address or number, whoever asks.
        sends_per_destination_hour: Limit = Limit(5);
        /// Messages per day to one address or number, whoever asks.
        sends_per_destination_day: Limit = Limit(10);
        /// Different new values a person may try per day.
        pending_values_per_day: Limit = Limit(10);
        /// SMS per hour to numbers that differ in their last three digits only.
        sms_per_block_hour: Limit = Limit(20);
        /// SMS of the whole server per day: what a fraud can cost before a person looks.
        sms_per_day: Limit = Limit(5000);
        /// SMS to one country per day. The log tells when 80 % of this budget or of `sms_per_day` are taken.
        sms_per_country_day: Limit = Limit(1000);
        /// Failed sign-ins from one source in 10 minutes.
        login_failures_per_source: Limit = Limit(50);
        /// How often the page of one link may be opened per hour.
        landing_per_selector_hour: Limit = Limit(60);
        /// Resends per hour that one privileged user may ask for on behalf of others.
        privileged_resends_per_hour: Limit = Limit(60);
        /// Wrong codes of one privileged user in 10 minutes.
        privileged_wrong_codes: Limit = Limit(5);
        /// Writes per minute of one user or program in the Console and in bulk requests.
        writes_per_minute: Limit = Limit(600);
        /// Failed sign-ins after which an account answers more and more slowly, at most once a minute.
        login_delay_after: Limit = Limit(5);
    }
}
