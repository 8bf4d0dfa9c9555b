//! Shared budgets: taken in the commit itself, never over the limit (I15, security §8).

use countersign_domain::SignedDuration;
use countersign_domain::change::{Cohort, SharedBudget, Spend};
use countersign_store::{Commit, CommitError};

use crate::builder::{email, profile};
use crate::database::{House, for_each_database};

fn spending(house: &House, spend: Spend) -> Commit {
    Commit { spends: vec![spend], ..house.nothing() }
}

fn guesses(max: u32) -> Spend {
    Spend::one(SharedBudget::GuessSource("192.0.2.0/32".to_owned()), max, SignedDuration::from_mins(10))
        .unwrap()
}

/// SEC-10.
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_spent_up_to_its_limit_and_no_further_until_its_window_is_over() {
    for_each_database(async |house| {
        for _ in 0..3 {
            house.commit(spending(&house, guesses(3))).await.unwrap();
            house.clock.advance(SignedDuration::from_mins(3));
        }
        let refused = house.commit(spending(&house, guesses(3))).await.unwrap_err();
        assert!(matches!(refused, CommitError::Exhausted(budget) if budget == guesses(3).budget));

        house.clock.advance(SignedDuration::from_mins(1) - SignedDuration::from_micros(1));
        assert!(house.commit(spending(&house, guesses(3))).await.is_err());
        house.clock.advance(SignedDuration::from_micros(1));
        for _ in 0..3 {
            house.commit(spending(&house, guesses(3))).await.unwrap();
        }
        assert!(house.commit(spending(&house, guesses(3))).await.is_err());
    })
    .await;
}

/// DESIGN §2.1: a spent budget refuses the whole commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_spent_budget_refuses_everything_and_takes_nothing_from_the_others() {
    for_each_database(async |house| {
        house.commit(spending(&house, guesses(1))).await.unwrap();
        let first =
            Spend::one(SharedBudget::DestinationDay("a".to_owned()), 1, SignedDuration::from_hours(24))
                .unwrap();

        let (_, mut commit) = house.creating(profile("bob"));
        commit.spends = vec![guesses(1), first.clone()];
        assert!(matches!(house.commit(commit).await, Err(CommitError::Exhausted(_))));

        assert_eq!(house.store.user_id_by_name(&house.tenant, "bob").await.unwrap(), None);
        house.commit(spending(&house, first)).await.unwrap();
    })
    .await;
}

/// SEC-34: what was taken before it was known to be no failure is returned; a budget never holds more than its limit.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_back_can_be_taken_again_and_no_more_than_that() {
    for_each_database(async |house| {
        house.commit(spending(&house, guesses(1).refunded())).await.unwrap();
        house.commit(spending(&house, guesses(1))).await.unwrap();
        assert!(house.commit(spending(&house, guesses(1))).await.is_err());

        house.commit(spending(&house, guesses(1).refunded())).await.unwrap();
        house.commit(spending(&house, guesses(1).refunded())).await.unwrap();

        house.commit(spending(&house, guesses(1))).await.unwrap();
        assert!(house.commit(spending(&house, guesses(1))).await.is_err());
    })
    .await;
}

/// DESIGN §5, guessing: a right code demands that one is left and gives it back.
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_is_only_asked_is_not_spent() {
    for_each_database(async |house| {
        for _ in 0..5 {
            house.commit(spending(&house, guesses(2).demanded())).await.unwrap();
        }
        house.commit(spending(&house, guesses(2))).await.unwrap();
        house.commit(spending(&house, guesses(2))).await.unwrap();

        let refused = house.commit(spending(&house, guesses(2).demanded())).await;
        assert!(matches!(refused, Err(CommitError::Exhausted(_))), "{refused:?}");
        house.clock.advance(SignedDuration::from_mins(10));
        house.commit(spending(&house, guesses(2).demanded())).await.unwrap();
    })
    .await;
}

/// Two budgets never share a row, whatever their owners are called.
#[tokio::test(flavor = "multi_thread")]
async fn budgets_of_different_owners_are_counted_apart() {
    for_each_database(async |house| {
        let hour = SignedDuration::from_hours(1);
        for budget in [
            SharedBudget::DestinationHour("a".to_owned()),
            SharedBudget::DestinationDay("a".to_owned()),
            SharedBudget::DestinationHour("b".to_owned()),
            SharedBudget::SmsDay,
            SharedBudget::SmsCountryDay("LK".to_owned()),
            SharedBudget::SmsCountryDay("IN".to_owned()),
        ] {
            let spend = Spend::one(budget, 1, hour).unwrap();
            house.commit(spending(&house, spend.clone())).await.unwrap();
            assert!(house.commit(spending(&house, spend)).await.is_err());
        }
    })
    .await;
}

/// I15 under load: fifty at once take what is there and not one more.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_spends_never_overdraw() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;

        let commits = (0..50).map(|_| {
            let mut commit = spending(&house, guesses(30));
            commit.outbox.push(house.notice(user, &email("bob@example.com")));
            commit
        });
        let outcomes = house.commit_together(commits.collect()).await;

        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 30);
        assert_eq!(outcomes.iter().filter(|o| matches!(o, Err(CommitError::Exhausted(_)))).count(), 20);
        assert_eq!(house.store.outbox_depth().await.unwrap().queued, 30);
    })
    .await;
}

/// Security §8, I15: what is taken can be looked at, each budget in its own window, in the order asked.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_can_be_looked_at() {
    for_each_database(async |house| {
        let country = |name: &str| SharedBudget::SmsCountryDay(name.to_owned());
        let day = SignedDuration::from_hours(24);
        let sent = Cohort::new("LK".to_owned(), house.now()).sent();
        let began = house.now();
        for _ in 0..3 {
            let mut commit = spending(&house, Spend::one(country("LK"), 10, day).unwrap());
            commit.spends.push(sent.clone());
            house.commit(commit).await.unwrap();
            house.clock.advance(SignedDuration::from_mins(1));
        }
        let asked = [country("IN"), country("LK"), sent.budget.clone()];
        let look = async |at| house.store.spent(&house.tenant, &asked, at).await.unwrap();

        let seen = look(house.now()).await;
        let taken: Vec<Option<u32>> = seen.iter().map(|spent| spent.map(|spent| spent.taken)).collect();
        assert_eq!(taken, [None, Some(3), Some(3)]);
        assert_eq!(seen[1].unwrap().ends_at, began + day);

        assert_eq!(look(began + day).await[1], None);
        assert!(look(began + day).await[2].is_some(), "a count outlives its hour");
    })
    .await;
}

/// Security §8: counts of one hour, and of codes that came back, are apart from each other.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_counted_by_country_and_hour() {
    for_each_database(async |house| {
        let hour = Cohort::new("LK".to_owned(), house.now());
        let next = Cohort::new("LK".to_owned(), house.now() + SignedDuration::from_hours(1));
        let capped = Spend { max: 2, ..hour.sent() };

        house.commit(spending(&house, capped.clone())).await.unwrap();
        house.commit(spending(&house, hour.proved())).await.unwrap();
        house.commit(spending(&house, next.sent())).await.unwrap();
        house.commit(spending(&house, capped.clone())).await.unwrap();

        let refused = house.commit(spending(&house, capped)).await.unwrap_err();
        assert!(matches!(refused, CommitError::Exhausted(SharedBudget::SmsSent(cohort)) if cohort == hour));
        house.commit(spending(&house, Spend { max: 11, ..hour.sent() })).await.unwrap();
    })
    .await;
}
