use super::*;

fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    noon() + SignedDuration::from_secs(seconds)
}

/// Seconds to wait, or none.
fn send(budget: &mut Budget, limits: &Limits, second: i64) -> Result<(), i64> {
    budget.take_send(limits, after(second)).map_err(|refusal| seconds(&refusal))
}

fn seconds(refusal: &Refusal) -> i64 {
    match refusal {
        Refusal::TooManyRequests { retry_after } => retry_after.as_secs(),
        other => panic!("a limit refuses with the time to wait, not with {other}"),
    }
}

fn unhurried() -> Limits {
    Limits { sends_burst: 0, ..Limits::default() }
}

/// D-15: three at once, then one per 30 s; a refusal says when, and costs nothing.
#[test]
fn sends_come_in_a_burst_of_three_and_then_one_per_thirty_seconds() {
    let (limits, mut budget) = (Limits::default(), Budget::default());

    let first_minute =
        [0, 0, 0, 0, 10, 29, 30, 30, 59, 60, 61].map(|second| send(&mut budget, &limits, second));

    let expected =
        [Ok(()), Ok(()), Ok(()), Err(30), Err(20), Err(1), Ok(()), Err(30), Err(1), Ok(()), Err(29)];
    assert_eq!(first_minute, expected);
}

/// D-15: unused tokens come back, up to the burst and no further.
#[test]
fn the_burst_refills_to_three() {
    let (limits, mut budget) = (Limits::default(), Budget::default());
    let _ = [0, 0, 0].map(|second| send(&mut budget, &limits, second).unwrap());

    let later = [600, 600, 600, 600].map(|second| send(&mut budget, &limits, second));

    assert_eq!(later, [Ok(()), Ok(()), Ok(()), Err(30)]);
}

/// Security §8: ten in an hour; the hour starts with its first send and its end is told.
#[test]
fn the_eleventh_send_of_an_hour_waits_for_its_end() {
    let (limits, mut budget) = (unhurried(), Budget::default());
    for minute in 0..10 {
        send(&mut budget, &limits, minute * 60).unwrap();
    }

    assert_eq!(send(&mut budget, &limits, 10 * 60), Err(50 * 60));
    assert_eq!(send(&mut budget, &limits, 3599), Err(1));
    assert_eq!(send(&mut budget, &limits, 3600), Ok(()));
}

/// Security §8: twenty in a day; of several limits the longest wait is told.
#[test]
fn the_twenty_first_send_of_a_day_waits_for_its_end() {
    let (limits, mut budget) = (unhurried(), Budget::default());
    for send_no in 0..20 {
        send(&mut budget, &limits, send_no * 3600).unwrap();
    }

    assert_eq!(send(&mut budget, &limits, 20 * 3600), Err(4 * 3600));
    assert_eq!(send(&mut budget, &limits, 24 * 3600), Ok(()));
}

/// Security §8: 0 switches a limit off.
#[test]
fn a_limit_of_zero_never_refuses() {
    let off = Limits {
        sends_burst: 0,
        sends_per_hour: 0,
        sends_per_day: 0,
        pending_values_per_day: 0,
        wrong_codes_per_user_hour: 0,
        wrong_codes_since_success: 0,
        ..Limits::default()
    };
    let mut budget = Budget::default();

    for _ in 0..500 {
        budget.take_send(&off, noon()).unwrap();
        budget.take_value(&off, noon()).unwrap();
        budget.record_wrong(noon());
        budget.check_guess(&off, noon()).unwrap();
    }
    let no_pace =
        Limits { sends_interval_seconds: 0, sends_per_hour: 0, sends_per_day: 0, ..Limits::default() };
    assert!((0..500).all(|_| budget.take_send(&no_pace, noon()).is_ok()));
    assert_eq!(Spend::one(SharedBudget::SmsDay, 0, DAY), None);
}

/// Security §8: ten values a day.
#[test]
fn the_eleventh_value_of_a_day_waits_for_its_end() {
    let (limits, mut budget) = (Limits::default(), Budget::default());
    (0..10).for_each(|_| budget.take_value(&limits, noon()).unwrap());

    assert_eq!(budget.take_value(&limits, after(60)).map_err(|refusal| seconds(&refusal)), Err(86_340));
    assert!(budget.take_value(&limits, after(86_400)).is_ok());
}

/// SEC-10, §8: ten wrong codes an hour, then right and wrong ones get the same answer until the hour is over.
#[test]
fn ten_wrong_codes_pause_guessing_for_the_hour() {
    let (limits, mut budget) = (Limits::default(), Budget::default());
    for minute in 0..10 {
        assert_eq!(budget.check_guess(&limits, after(minute * 60)), Ok(()));
        budget.record_wrong(after(minute * 60));
    }

    let waits =
        |budget: &Budget, second| budget.check_guess(&limits, after(second)).map_err(|why| seconds(&why));
    assert_eq!(waits(&budget, 600), Err(3000));
    budget.record_right();
    assert_eq!(waits(&budget, 600), Err(3000), "a right code gives no wrong ones back");
    assert_eq!(waits(&budget, 3600), Ok(()));
}

/// §8: a hundred wrong codes since the last right one stop guessing altogether; a right one starts the count again.
#[test]
fn a_hundred_wrong_codes_since_the_last_right_one_stop_guessing() {
    let (limits, mut budget) = (Limits::default(), Budget::default());
    for hour in 0..100 {
        assert_eq!(budget.check_guess(&limits, after(hour * 3600)), Ok(()));
        budget.record_wrong(after(hour * 3600));
    }

    assert!(budget.check_guess(&limits, after(200 * 3600)).is_err());
    budget.record_right();
    assert_eq!(budget.check_guess(&limits, after(200 * 3600)), Ok(()));
}

/// `resendAvailableAt` is the moment at which a send succeeds; asking costs nothing.
#[test]
fn the_next_resend_is_told_exactly() {
    let (limits, mut budget) = (Limits::default(), Budget::default());
    assert_eq!(budget.resend_available_at(&limits, noon()), noon());
    (0..3).for_each(|_| budget.take_send(&limits, noon()).unwrap());

    let at = budget.resend_available_at(&limits, after(10));

    assert_eq!(at, after(30));
    assert!(budget.clone().take_send(&limits, after(29)).is_err());
    assert!(budget.take_send(&limits, at).is_ok());
}

/// SEC-18: the old address is told once an hour.
#[test]
fn a_notice_of_a_request_is_due_once_an_hour() {
    let mut budget = Budget::default();

    let due = [0, 1, 3599, 3600, 3601, 7200].map(|second| budget.take_notice(after(second)));

    assert_eq!(due, [true, false, false, true, false, true]);
}

/// I15: counters survive storage.
#[test]
fn a_budget_survives_storage() {
    let (limits, mut budget) = (Limits::default(), Budget::default());
    budget.take_send(&limits, noon()).unwrap();
    budget.take_value(&limits, noon()).unwrap();
    budget.record_wrong(noon());
    budget.take_notice(noon());

    let stored = serde_json::to_string(&budget).unwrap();

    assert_eq!(serde_json::from_str::<Budget>(&stored).unwrap(), budget);
    assert_eq!(serde_json::from_str::<Budget>("{}").unwrap(), Budget::default());
}

/// The highest figures an operator can write do not overflow.
#[test]
fn the_highest_figures_do_not_overflow() {
    let limits = Limits { sends_burst: u32::MAX, sends_interval_seconds: u32::MAX, ..Limits::default() };
    let mut budget = Budget::default();

    assert!(budget.take_send(&limits, noon()).is_ok());
    assert!(budget.take_send(&limits, Timestamp::MAX).is_ok());
}

/// Shared budgets have one key each; none is another's.
#[test]
fn shared_budgets_have_keys_of_their_own() {
    let whose = || "k".to_owned();
    let keys = [
        SharedBudget::DestinationHour(whose()),
        SharedBudget::DestinationDay(whose()),
        SharedBudget::NumberBlockHour(whose()),
        SharedBudget::SmsDay,
        SharedBudget::GuessSource(whose()),
        SharedBudget::LoginSource(whose()),
        SharedBudget::LoginAccount(whose()),
        SharedBudget::PrivilegedGuess(whose()),
        SharedBudget::PrivilegedResend(whose()),
        SharedBudget::Landing(whose()),
        SharedBudget::Writes(whose()),
    ]
    .map(|budget| budget.key());

    let expected = [
        "destination_hour:k",
        "destination_day:k",
        "number_block_hour:k",
        "sms_day:",
        "guess_source:k",
        "login_source:k",
        "login_account:k",
        "privileged_guess:k",
        "privileged_resend:k",
        "landing:k",
        "writes:k",
    ];
    assert_eq!(keys, expected);
}

/// DESIGN §2.1: a right attempt demands that one is left and takes none.
#[test]
fn a_spend_that_is_given_back_still_demands_one() {
    let spend = Spend::one(SharedBudget::SmsDay, 5, DAY).unwrap();

    assert_eq!((spend.take, spend.max), (Take::One, 5));
    assert_eq!(spend.clone().refunded().take, Take::GiveBack);
    assert_eq!((spend.clone().demanded().take, spend.demanded().max), (Take::Demand, 5));
}

/// Security §8: at the long limit a new value asked for with fresh proof of identity is the way out; below it nothing is
/// forgiven, and the hourly count never is.
#[test]
fn the_long_count_is_forgiven_at_its_limit_only() {
    let limits = Limits { wrong_codes_since_success: 2, ..Limits::default() };
    let now = noon();
    let mut budget = Budget::default();

    budget.record_wrong(now);
    budget.forgive_wrong_codes(&limits);
    assert_eq!(budget.wrong_since_success, 1, "below the limit");
    budget.record_wrong(now);
    assert!(budget.check_guess(&limits, now).is_err());
    budget.forgive_wrong_codes(&limits);

    assert!(budget.check_guess(&limits, now).is_ok());
    assert_eq!((budget.wrong_since_success, budget.wrong_hour.count), (0, 2));
}
