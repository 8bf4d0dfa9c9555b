//! Many at once: what must happen once happens once.

use countersign_domain::claim::ClaimFamily;
use countersign_store::{CommitError, MessageKind, NewMessage};

use crate::builder::{email, holding, profile};
use crate::database::{House, for_each_database};

/// SEC-8: of any number of redeemers exactly one wins, one value is written, one notice is owed.
#[tokio::test(flavor = "multi_thread")]
async fn of_concurrent_redeemers_exactly_one_wins() {
    for redeemers in [16, 200] {
        for_each_database(async |house| {
            let user = house.user(profile("bob")).await;
            let begun = house.begun(user, &email("new@example.com")).await;

            let seen = house.snapshot(user).await;
            let commits = (0..redeemers).map(|_| {
                let mut commit = house.proving(&begun, &seen);
                commit.outbox.push(house.notice(user, &email("old@example.com")));
                commit
            });
            let outcomes = house.commit_together(commits.collect()).await;

            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
            let conflicts =
                outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitError::Conflict))).count();
            assert_eq!(conflicts, redeemers - 1);
            assert_eq!(house.snapshot(user).await.user.revision, 2);
            assert_eq!(house.store.outbox_depth().await.unwrap().queued, 1);
            assert_eq!(house.store.invariants(&house.tenant).await.unwrap().violations, []);
        })
        .await;
    }
}

/// The same for redeemers who guard on nothing but the challenge.
#[tokio::test(flavor = "multi_thread")]
async fn the_challenge_alone_decides_who_redeemed_it() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        let outcomes = house.commit_together((0..200).map(|_| house.redeeming(&begun)).collect()).await;

        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    })
    .await;
}

/// SEC-9, I4: five hundred guesses at once have five answers, and then the right code is worth nothing.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_guesses_never_have_more_answers_than_attempts() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        let mut answered = 0;
        for _ in 0..10 {
            let spent = house.pending(user, ClaimFamily::Email).await.unwrap().challenge.attempts;
            let outcomes =
                house.commit_together((0..50).map(|_| house.guessing(&begun, spent)).collect()).await;
            let landed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(landed, usize::from(spent < 5));
            answered += landed;
        }

        assert_eq!(answered, 5);
        assert!(matches!(house.commit(house.redeeming(&begun)).await, Err(CommitError::Conflict)));
    })
    .await;
}

/// I10: of many who claim one value at once, one holds it.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_claim_one_value_one_gets_it() {
    for_each_database(async |house| {
        let wanted = email("info@example.com");
        let mut commits = Vec::new();
        for number in 0..48 {
            commits.push(house.creating(holding(profile(&format!("user{number}")), wanted.clone())).1);
        }

        let outcomes = house.commit_together(commits).await;

        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(
            outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitError::Taken(_)))).count(),
            47
        );
        let everybody = countersign_store::UserQuery {
            filter: None,
            sort: None,
            place: countersign_store::Place::Offset(0),
            limit: 0,
        };
        assert_eq!(house.store.users(&house.tenant, everybody).await.unwrap().total, 1);
        assert!(
            house.store.holder_of(&house.tenant, ClaimFamily::Email, wanted.key()).await.unwrap().is_some()
        );
    })
    .await;
}

/// DESIGN §2.1, group commit: one conflict among many fails alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_among_many_commits_fails_alone() {
    for_each_database(async |house| {
        let mut commits = Vec::new();
        let mut expected = Vec::new();
        for number in 0..40 {
            let user = house.user(profile(&format!("user{number}"))).await;
            let seen = house.snapshot(user).await;
            let mut commit = house.rewriting(&seen, profile(&format!("renamed{number}")));
            commit.outbox.push(with_kind(&house, MessageKind::Notice, user));
            if number % 5 == 0 {
                house.commit(house.rewriting(&seen, seen.user.profile.clone())).await.unwrap();
            }
            expected.push(number % 5 != 0);
            commits.push(commit);
        }

        let outcomes = house.commit_together(commits).await;

        let landed: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(landed, expected);
        assert_eq!(house.store.outbox_depth().await.unwrap().queued, 32);
    })
    .await;
}

fn with_kind(house: &House, kind: MessageKind, user: countersign_domain::UserId) -> NewMessage {
    NewMessage { kind, ..house.notice(user, &email("old@example.com")) }
}
