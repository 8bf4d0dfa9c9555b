//! The two machines of a change, settled by conditional writes.

use countersign_domain::SignedDuration;
use countersign_domain::change::{Cancelled, ChallengeState, ChangeEnd, SecretDigest};
use countersign_domain::claim::ClaimFamily;
use countersign_store::{ChangeQuery, ChangeStep, Commit, CommitError, LinkPurpose, NewCancelLink};

use crate::builder::{email, mobile, profile};
use crate::database::for_each_database;

/// I3: said by a unique index as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_pending_change_of_a_family_conflicts_and_one_of_the_other_family_does_not() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let first = house.begun(user, &email("first@example.com")).await;

        let (_, second) = house.beginning(user, &email("second@example.com"));
        assert!(matches!(house.commit(second).await, Err(CommitError::Conflict)));
        house.begun(user, &mobile("+94771234567")).await;

        let seen = house.snapshot(user).await;
        assert_eq!(seen.pending.email.unwrap().id, first.change);
        assert_eq!(seen.pending.mobile.unwrap().value, mobile("+94771234567"));
    })
    .await;
}

/// A newer change takes the place of the one before, in one commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_change_makes_room_in_the_same_commit() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let old = house.begun(user, &email("old@example.com")).await;

        let (new, beginning) = house.beginning(user, &email("new@example.com"));
        let mut commit = house.ending(&old, ChangeEnd::Superseded);
        commit.steps.extend(beginning.steps);
        commit.audit.extend(beginning.audit);
        house.commit(commit).await.unwrap();

        assert_eq!(house.pending(user, ClaimFamily::Email).await.unwrap().id, new.change);
        let old = house.store.change(&house.tenant, old.change).await.unwrap().unwrap();
        assert_eq!(old.ended, Some((ChangeEnd::Superseded, house.now())));
        assert_eq!(old.challenge.state, ChallengeState::Replaced);
        assert_eq!(house.store.invariants(&house.tenant).await.unwrap().violations, []);
    })
    .await;
}

/// SEC-8, I2.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_used_once() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        let seen = house.snapshot(user).await;
        house.commit(house.proving(&begun, &seen)).await.unwrap();
        assert!(matches!(house.commit(house.redeeming(&begun)).await, Err(CommitError::Conflict)));
        let cancelled = ChangeEnd::Cancelled { by: Cancelled::Request };
        assert!(matches!(house.commit(house.ending(&begun, cancelled)).await, Err(CommitError::Conflict)));

        let change = house.store.change(&house.tenant, begun.change).await.unwrap().unwrap();
        assert_eq!(change.ended, Some((ChangeEnd::Proven, house.now())));
        assert_eq!(change.challenge.state, ChallengeState::Consumed);
        let seen = house.snapshot(user).await;
        assert_eq!(seen.user.profile.contacts.email.address(), Some(&email("new@example.com")));
        assert_eq!(seen.pending.email, None);
        assert_eq!(house.store.invariants(&house.tenant).await.unwrap().violations, []);
    })
    .await;
}

/// I16: issued ≤ t < expires.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_challenge_proves_nothing_from_the_very_moment() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        house.clock.advance(SignedDuration::from_mins(10));
        assert!(matches!(house.commit(house.redeeming(&begun)).await, Err(CommitError::Conflict)));
        house.clock.advance(SignedDuration::from_micros(-1));
        house.commit(house.redeeming(&begun)).await.unwrap();
    })
    .await;
}

/// SEC-9, I4.
#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_spent_one_by_one_and_the_last_one_exhausts_the_challenge() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        for spent in 0..5 {
            assert!(matches!(
                house.commit(house.guessing(&begun, spent + 1)).await,
                Err(CommitError::Conflict)
            ));
            house.commit(house.guessing(&begun, spent)).await.unwrap();
        }
        assert!(matches!(house.commit(house.guessing(&begun, 5)).await, Err(CommitError::Conflict)));
        assert!(matches!(house.commit(house.redeeming(&begun)).await, Err(CommitError::Conflict)));

        let waits = house.pending(user, ClaimFamily::Email).await.unwrap();
        assert_eq!((waits.challenge.attempts, waits.challenge.state), (5, ChallengeState::Exhausted));
        assert_eq!(house.store.code_holders(&house.tenant, &[begun.lookup]).await.unwrap(), []);
    })
    .await;
}

/// SEC-12: the clock may stand still (REL-13), the new secret counts all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_resend_replaces_the_secret_even_within_the_same_moment() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let mut newest = house.begun(user, &email("new@example.com")).await;
        let first = newest.clone();

        for _ in 0..8 {
            let (resent, commit) = house.resending(&newest);
            house.commit(commit).await.unwrap();
            newest = resent;
            let waits = house.pending(user, ClaimFamily::Email).await.unwrap();
            assert_eq!((waits.challenge.id, waits.challenge.state), (newest.challenge, ChallengeState::Live));
        }

        let (_, stale) = house.resending(&first);
        assert!(matches!(house.commit(stale).await, Err(CommitError::Conflict)));
        assert!(matches!(house.commit(house.redeeming(&first)).await, Err(CommitError::Conflict)));
        assert_eq!(house.store.code_holders(&house.tenant, &[first.lookup]).await.unwrap(), []);
        house.commit(house.redeeming(&newest)).await.unwrap();
    })
    .await;
}

/// The change stays pending after its last attempt; a resend gives it a new challenge.
#[tokio::test(flavor = "multi_thread")]
async fn an_exhausted_challenge_can_be_replaced_by_a_resend() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        for spent in 0..5 {
            house.commit(house.guessing(&begun, spent)).await.unwrap();
        }

        let (resent, commit) = house.resending(&begun);
        house.commit(commit).await.unwrap();

        let waits = house.pending(user, ClaimFamily::Email).await.unwrap().challenge;
        assert_eq!((waits.id, waits.attempts, waits.state), (resent.challenge, 0, ChallengeState::Live));
        house.commit(house.redeeming(&resent)).await.unwrap();
    })
    .await;
}

/// A resend of a change that has ended meanwhile sends nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_ended_change_takes_no_further_challenge() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        house.commit(house.ending(&begun, ChangeEnd::Cancelled { by: Cancelled::Security })).await.unwrap();

        let (_, resending) = house.resending(&begun);

        assert!(matches!(house.commit(resending).await, Err(CommitError::Conflict)));
        let ended = house.store.change(&house.tenant, begun.change).await.unwrap().unwrap();
        assert_eq!(ended.ended, Some((ChangeEnd::Cancelled { by: Cancelled::Security }, house.now())));
        assert_eq!(ended.challenge.state, ChallengeState::Replaced);
        assert_eq!(ended.into_pending(), None);
    })
    .await;
}

/// SEC-5: the look-up selects, whoever it is; two are told apart from one.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_finds_its_live_unexpired_holders_and_at_most_two() {
    for_each_database(async |house| {
        let shared = SecretDigest::new([9; 32]);
        let mut holders = Vec::new();
        for name in ["ann", "bob", "cem"] {
            let user = house.user(profile(name)).await;
            let (_, mut commit) = house.beginning(user, &mobile("+94771234567"));
            if let ChangeStep::Begin { challenge, .. } = &mut commit.steps[0] {
                challenge.lookup = Some(shared);
            }
            house.commit(commit).await.unwrap();
            holders.push((user, ClaimFamily::Mobile));
            let found =
                house.store.code_holders(&house.tenant, &[SecretDigest::new([8; 32]), shared]).await.unwrap();
            assert_eq!(found.len(), holders.len().min(2));
            assert!(found.iter().all(|holder| holders.contains(holder)));
        }

        house.clock.advance(SignedDuration::from_mins(10));
        assert_eq!(house.store.code_holders(&house.tenant, &[shared]).await.unwrap(), []);
    })
    .await;
}

/// DESIGN §5, link pages: whoever presents a selector is told the outcome, also after the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_finds_its_change_after_a_resend_and_after_the_end() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        let (resent, commit) = house.resending(&begun);
        house.commit(commit).await.unwrap();
        house.commit(house.redeeming(&resent)).await.unwrap();

        let old = house.store.link(&house.tenant, &begun.selector).await.unwrap().unwrap();
        let new = house.store.link(&house.tenant, &resent.selector).await.unwrap().unwrap();

        assert_eq!((old.purpose, new.purpose), (LinkPurpose::Confirm, LinkPurpose::Confirm));
        assert_eq!((old.newest_challenge, new.newest_challenge), (resent.challenge, resent.challenge));
        assert_eq!(
            (old.change.challenge.id, old.change.challenge.state),
            (begun.challenge, ChallengeState::Replaced)
        );
        assert_eq!(
            (new.change.challenge.id, new.change.challenge.state),
            (resent.challenge, ChallengeState::Consumed)
        );
        assert_eq!(old.change.ended, Some((ChangeEnd::Proven, house.now())));
        assert_eq!(old.change.user_name, "bob");
        assert_eq!(house.store.link(&house.tenant, "nobody-knows-it").await.unwrap(), None);
    })
    .await;
}

/// SEC-18, SEC-7: the cancel link is another link with another secret.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_link_finds_the_change_and_its_own_digest() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let (begun, mut commit) = house.beginning(user, &email("new@example.com"));
        let digest = SecretDigest::new(house.secret());
        if let ChangeStep::Begin { change, .. } = &mut commit.steps[0] {
            change.cancel = Some(NewCancelLink { selector: "cancel-selector".to_owned(), digest });
        }
        house.commit(commit).await.unwrap();

        let link = house.store.link(&house.tenant, "cancel-selector").await.unwrap().unwrap();

        assert_eq!(link.purpose, LinkPurpose::Cancel(digest));
        assert_eq!((link.change.id, link.change.challenge.id), (begun.change, begun.challenge));
        assert_eq!(link.newest_challenge, begun.challenge);
        let confirm = house.store.link(&house.tenant, &begun.selector).await.unwrap().unwrap();
        assert_eq!(confirm.purpose, LinkPurpose::Confirm);
    })
    .await;
}

/// DESIGN §6: lists are newest first, by pages, of one user or of all, in one state or in any.
#[tokio::test(flavor = "multi_thread")]
async fn changes_are_listed_newest_first_page_by_page() {
    for_each_database(async |house| {
        let (ann, bob) = (house.user(profile("ann")).await, house.user(profile("bob")).await);
        let mut all = Vec::new();
        for number in 0..7 {
            house.clock.advance(SignedDuration::from_secs(1));
            let user = if number % 2 == 0 { ann } else { bob };
            let begun = house.begun(user, &email(&format!("n{number}@example.com"))).await;
            all.insert(0, begun.change);
            if number < 5 {
                house.commit(house.ending(&begun, ChangeEnd::Superseded)).await.unwrap();
            }
        }
        let page = async |query: ChangeQuery| -> Vec<_> {
            let found = house.store.changes(&house.tenant, query).await.unwrap();
            found.into_iter().map(|change| change.id).collect()
        };

        let first = page(ChangeQuery { limit: 3, ..ChangeQuery::default() }).await;
        let second = page(ChangeQuery { limit: 9, before: Some(first[2]), ..ChangeQuery::default() }).await;
        assert_eq!([first, second].concat(), all);

        let of_bob = page(ChangeQuery { user: Some(bob), limit: 9, ..ChangeQuery::default() }).await;
        assert_eq!(of_bob, [all[1], all[3], all[5]]);
        let pending = page(ChangeQuery { state: Some("pending"), limit: 9, ..ChangeQuery::default() }).await;
        assert_eq!(pending, [all[0], all[1]]);
        let ended =
            ChangeQuery { user: Some(ann), state: Some("superseded"), before: Some(all[2]), limit: 9 };
        assert_eq!(page(ended).await, [all[4], all[6]]);
    })
    .await;
}

/// A change for a user who has been deleted meanwhile was decided on a state that is no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_deleted_user_conflicts() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let seen = house.snapshot(user).await;
        house.commit(house.deleting(&seen)).await.unwrap();

        let (_, late) = house.beginning(user, &email("new@example.com"));

        assert!(matches!(house.commit(Commit { ..late }).await, Err(CommitError::Conflict)));
    })
    .await;
}
