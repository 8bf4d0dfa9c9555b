//! Shared budgets: which ones a send, a guess or a sign-in takes from (security §8).

use countersign_domain::actor::Subject;
use countersign_domain::change::{Cohort, Limits, MacKeys, SharedBudget, Spend};
use countersign_domain::claim::Address;
use countersign_domain::user_claim_update::Settings;
use countersign_domain::{SignedDuration, Timestamp};

use crate::profile_update::subject_key;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A secret issued at `at` and sent to `to`: by destination, and for SMS by block of numbers, by country and by day.
pub(crate) fn send(to: &Address, at: Timestamp, settings: &Settings, keys: &MacKeys) -> Vec<Spend> {
    let mut spends = destination(to, settings, keys);
    if let Address::Mobile(number) = to {
        spends.push(Cohort::new(settings.numbering.country_of(number), at).sent());
    }
    spends
}

/// Whatever is sent to `to` on somebody's wish. A message without a code is none of those that should come back.
pub(crate) fn destination(to: &Address, settings: &Settings, keys: &MacKeys) -> Vec<Spend> {
    let limits = &settings.limits;
    let whose = pseudonym(keys, "destination", to.key());
    let mut spends = vec![
        Spend::one(SharedBudget::DestinationHour(whose.clone()), limits.sends_per_destination_hour, HOUR),
        Spend::one(SharedBudget::DestinationDay(whose), limits.sends_per_destination_day, DAY),
    ];
    if let Address::Mobile(number) = to {
        let block = pseudonym(keys, "block", number.block());
        spends.push(Spend::one(SharedBudget::NumberBlockHour(block), limits.sms_per_block_hour, HOUR));
        spends.push(Spend::one(SharedBudget::SmsDay, limits.sms_per_day, DAY));
        let country = settings.numbering.country_of(number);
        spends.push(Spend::one(SharedBudget::SmsCountryDay(country), limits.sms_per_country_day, DAY));
    }
    spends.into_iter().flatten().collect()
}

/// A code that was issued at `at`, sent to `to`, and came back.
pub(crate) fn proved(to: &Address, at: Timestamp, settings: &Settings) -> Option<Spend> {
    let Address::Mobile(number) = to else { return None };
    Some(Cohort::new(settings.numbering.country_of(number), at).proved())
}

/// A code or link presented from `source`.
pub(crate) fn guess(source: &str, limits: &Limits) -> Option<Spend> {
    Spend::one(SharedBudget::GuessSource(source.to_owned()), limits.wrong_codes_per_source, TEN_MINUTES)
}

/// A code presented by a privileged actor (SEC-5).
pub(crate) fn privileged_guess(actor: &str, limits: &Limits) -> Option<Spend> {
    Spend::one(SharedBudget::PrivilegedGuess(actor.to_owned()), limits.privileged_wrong_codes, TEN_MINUTES)
}

/// A resend asked for by a privileged actor.
pub(crate) fn privileged_resend(actor: &str, limits: &Limits) -> Option<Spend> {
    Spend::one(SharedBudget::PrivilegedResend(actor.to_owned()), limits.privileged_resends_per_hour, HOUR)
}

/// A look at a landing page.
pub(crate) fn landing(selector: &str, limits: &Limits) -> Option<Spend> {
    Spend::one(SharedBudget::Landing(selector.to_owned()), limits.landing_per_selector_hour, HOUR)
}

/// A write by an actor. What the operator does at the machine itself is not counted: an import is one wish.
pub(crate) fn write(actor: Subject, limits: &Limits) -> Option<Spend> {
    if actor == Subject::Server {
        return None;
    }
    Spend::one(SharedBudget::Writes(subject_key(actor)), limits.writes_per_minute, MINUTE)
}

/// A failed sign-in from `source`.
pub(crate) fn login_source(source: &str, limits: &Limits) -> Option<Spend> {
    Spend::one(SharedBudget::LoginSource(source.to_owned()), limits.login_failures_per_source, TEN_MINUTES)
}

/// A failed sign-in to an account, or to a name nobody has: the delay is at most a minute (DESIGN §5).
pub(crate) fn login_account(name: &str, limits: &Limits, keys: &MacKeys) -> Option<Spend> {
    let whose = pseudonym(keys, "account", name);
    Spend::one(SharedBudget::LoginAccount(whose), limits.login_delay_after, MINUTE)
}

/// Equal for equal values, useless without the key.
pub(crate) fn pseudonym(keys: &MacKeys, kind: &str, value: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(keys.pseudonym(kind, value).as_bytes())
}

/// How long a spent budget stays spent at most: what `Retry-After` says.
pub(crate) const fn window(budget: &SharedBudget) -> SignedDuration {
    match budget {
        SharedBudget::DestinationHour(_)
        | SharedBudget::NumberBlockHour(_)
        | SharedBudget::PrivilegedResend(_)
        | SharedBudget::Landing(_)
        | SharedBudget::SmsSent(_)
        | SharedBudget::SmsProved(_) => HOUR,
        SharedBudget::DestinationDay(_)
        | SharedBudget::SmsDay
        | SharedBudget::SmsCountryDay(_)
        | SharedBudget::Told(_) => DAY,
        SharedBudget::GuessSource(_) | SharedBudget::LoginSource(_) | SharedBudget::PrivilegedGuess(_) => {
            TEN_MINUTES
        }
        SharedBudget::LoginAccount(_) | SharedBudget::Writes(_) => MINUTE,
    }
}
