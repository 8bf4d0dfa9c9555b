//! What is too old to keep goes, and leaves its row in the trail (SEC-63).

use countersign_domain::SignedDuration;
use countersign_domain::change::{SharedBudget, Spend};
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_store::{AdminWrite, Commit, OutboxDepth, Purged, Settlement};

use crate::builder::{email, mobile, profile};
use crate::database::for_each_database;

/// A change that still waits, one that was proven, and one that is young.
#[tokio::test(flavor = "multi_thread")]
async fn changes_whose_last_expiry_is_before_the_limit_go_with_everything_of_theirs() {
    for_each_database(async |house| {
        let (ann, bob) = (house.user(profile("ann")).await, house.user(profile("bob")).await);
        let waiting = house.begun(ann, &email("new@example.com")).await;
        let proven = house.begun(bob, &email("bob@example.com")).await;
        let seen = house.snapshot(bob).await;
        house.commit(house.proving(&proven, &seen)).await.unwrap();
        house.clock.advance(SignedDuration::from_mins(30));
        let young = house.begun(bob, &mobile("+94771234567")).await;
        let before = house.snapshot(ann).await.user;

        // All but the young one expired at minute ten.
        let limit = house.now() - SignedDuration::from_mins(20) + SignedDuration::from_micros(1);
        let purged = house.store.purge(&house.tenant, limit).await.unwrap();

        assert_eq!(purged, Purged { changes: 2, ..Purged::default() });
        for change in [waiting.change, proven.change] {
            assert_eq!(house.store.change(&house.tenant, change).await.unwrap(), None);
        }
        assert!(house.store.change(&house.tenant, young.change).await.unwrap().is_some());
        let after = house.snapshot(ann).await;
        assert_eq!(after.pending(ClaimFamily::Email), None);
        assert_eq!((after.user.revision, after.user.version), (before.revision + 1, before.version + 1));
        assert_eq!(after.user.last_modified, house.now());
        let report = house.store.invariants(&house.tenant).await.unwrap();
        // Two users, three beginnings, one proof, one end by purge.
        assert_eq!((report.audit_rows, report.changes, report.violations), (7, 1, vec![]));
        assert_eq!(house.store.purge(&house.tenant, limit).await.unwrap(), Purged::default());
    })
    .await;
}

/// The last expiry counts: a change that was resent lives on.
#[tokio::test(flavor = "multi_thread")]
async fn a_resent_change_is_as_old_as_its_last_challenge() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        house.clock.advance(SignedDuration::from_mins(30));
        let (_, resending) = house.resending(&begun);
        house.commit(resending).await.unwrap();

        let purged = house.store.purge(&house.tenant, house.now()).await.unwrap();

        assert_eq!(purged.changes, 0);
        assert!(house.pending(user, ClaimFamily::Email).await.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_messages_expired_tokens_and_finished_windows_go_and_live_ones_stay() {
    for_each_database(async |house| {
        let (ann, bob) = (house.user(profile("ann")).await, house.user(profile("bob")).await);
        let client = countersign_domain::ClientId::new(house.id());
        let hour = SignedDuration::from_hours(1);
        let add =
            AdminWrite::AddClient { id: client, name: "c".to_owned(), secret_hash: [5; 32], grants: vec![] };
        let token = |hash, minutes| AdminWrite::AddToken {
            hash,
            client,
            scopes: vec![],
            expires_at: house.now() + SignedDuration::from_mins(minutes),
        };
        let spend =
            |owner: &str, window| Spend::one(SharedBudget::Landing(owner.to_owned()), 1, window).unwrap();
        let commit = Commit {
            admin: vec![add, token([1; 32], 10), token([2; 32], 90)],
            spends: vec![spend("short", hour), spend("long", hour * 2)],
            outbox: vec![
                house.notice(ann, &email("a@example.com")),
                house.notice(bob, &email("b@example.com")),
            ],
            ..house.nothing()
        };
        house.commit(commit).await.unwrap();
        let sent = house.store.lease(Channel::Email, 1, hour).await.unwrap().remove(0);
        let ending = Settlement::Delivered { detail: "250 ok".to_owned() };
        house.store.settle(&house.tenant, sent.id, sent.lease, ending, None).await.unwrap();
        house.clock.advance(hour);

        let wiped = house.store.purge(&house.tenant, house.now() - hour * 24).await.unwrap();
        assert_eq!(wiped, Purged { changes: 0, messages: 1, tokens: 1, sessions: 0, spends: 1 });
        let depth = OutboxDepth { queued: 1, delivered: 1, ..OutboxDepth::default() };
        assert_eq!(house.store.outbox_depth().await.unwrap(), depth);

        let removed = house.store.purge(&house.tenant, house.now()).await.unwrap();
        assert_eq!(removed, Purged { messages: 1, ..Purged::default() });
        assert_eq!(
            house.store.outbox_depth().await.unwrap(),
            OutboxDepth { queued: 1, ..OutboxDepth::default() }
        );
        assert_eq!(house.store.token([1; 32]).await.unwrap(), None);
        assert!(house.store.token([2; 32]).await.unwrap().is_some());
        let still_spent = Commit { spends: vec![spend("long", hour)], ..house.nothing() };
        assert!(house.commit(still_spent).await.is_err());
    })
    .await;
}

/// A purge takes more than fits into one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_old_changes_goes_in_one_call() {
    for_each_database(async |house| {
        let mut commits = Vec::new();
        for number in 0..230 {
            let (user, mut creating) = house.creating(profile(&format!("user{number}")));
            let (_, beginning) = house.beginning(user, &email("new@example.com"));
            creating.steps = beginning.steps;
            creating.audit.extend(beginning.audit);
            commits.push(creating);
        }
        assert!(house.commit_together(commits).await.iter().all(Result::is_ok));
        house.clock.advance(SignedDuration::from_hours(1));

        let purged = house.store.purge(&house.tenant, house.now()).await.unwrap();

        assert_eq!(purged.changes, 230);
        assert_eq!(house.store.invariants(&house.tenant).await.unwrap().violations, []);
    })
    .await;
}
