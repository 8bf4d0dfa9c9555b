//! The invariant check finds what it is there to find (security §3).

use countersign_domain::actor::Requester;
use countersign_domain::audit::{Event, Rule};
use countersign_domain::change::{Cancelled, ChangeEnd};
use countersign_domain::{SignedDuration, UserId};
use countersign_store::{AdminWrite, ChangeStep, Commit, NewSession, UserStep, Violation};

use crate::builder::{email, holding, mobile, owner, profile};
use crate::database::{House, for_each_database};
use crate::session::{new_session, opened};

async fn found(house: &House) -> Vec<(&'static str, String)> {
    let report = house.store.invariants(&house.tenant).await.unwrap();
    let name = |violation: Violation| (violation.invariant, violation.subject);
    report.violations.into_iter().map(name).collect()
}

/// A user as nobody but a mistaken program would write him: no audit row.
async fn unexplained(house: &House, profile: countersign_domain::profile::Profile) -> UserId {
    let (user, mut commit) = house.creating(profile);
    commit.audit.clear();
    house.commit(commit).await.unwrap();
    user
}

/// I5.
#[tokio::test(flavor = "multi_thread")]
async fn a_verified_value_without_a_proof_is_found() {
    for_each_database(async |house| {
        let user = unexplained(&house, holding(profile("bob"), email("bob@example.com"))).await;
        let mut unlisted = profile("ann");
        unlisted.contacts.email.proven.push(email("ann@example.com"));
        let ann = house.user(unlisted).await;
        let mut flag = profile("cem");
        flag.contacts.mobile.verified = true;
        let cem = house.user(flag).await;

        let report = house.store.invariants(&house.tenant).await.unwrap();

        let mut expected = vec![
            (user, "a verified member without a proof or an audited assertion"),
            (user, "verified without a proof or an audited assertion"),
            (ann, "a verified member that is not listed"),
            (cem, "verified without a value"),
        ];
        expected.sort_by_key(|(user, what)| (user.to_string(), *what));
        let found: Vec<_> = report.violations.iter().map(|v| (v.subject.clone(), v.what)).collect();
        let expected: Vec<_> = expected.into_iter().map(|(user, what)| (user.to_string(), what)).collect();
        assert_eq!(found, expected);
        assert!(report.violations.iter().all(|violation| violation.invariant == "I5"));
    })
    .await;
}

/// I5: somebody's word for it, of exactly this value, is enough.
#[tokio::test(flavor = "multi_thread")]
async fn an_audited_assertion_explains_a_verified_value_and_no_other() {
    for_each_database(async |house| {
        let user = unexplained(&house, holding(profile("bob"), email("bob@example.com"))).await;
        let mut row = house.said(Event::VerifiedAsserted, Rule::Assertion, user, None);
        row.entry.value = Some(email("xavier@example.org").masked());
        row.entry.by = Requester { display: "the administrator".to_owned(), ..owner(user) };
        house.commit(Commit { audit: vec![row.clone()], ..house.nothing() }).await.unwrap();
        assert_eq!(found(&house).await.len(), 2);

        row.id = countersign_domain::AuditId::new(house.id());
        row.entry.value = Some(email("bob@example.com").masked());
        house.commit(Commit { audit: vec![row], ..house.nothing() }).await.unwrap();
        assert_eq!(found(&house).await, []);
    })
    .await;
}

/// I6.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_its_audit_rows_is_found() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let (silent, mut beginning) = house.beginning(user, &email("new@example.com"));
        beginning.audit.clear();
        house.commit(beginning).await.unwrap();
        assert_eq!(found(&house).await, [("I6", silent.change.to_string())]);

        let mut late = house.ending(&silent, ChangeEnd::Cancelled { by: Cancelled::Request });
        late.audit = vec![house.said_of(&silent, Event::ValueHeld, Rule::M11Held)];
        house.commit(late).await.unwrap();
        assert_eq!(found(&house).await, [("I6", silent.change.to_string())]);

        let row = house.said_of(&silent, Event::ChangeCancelled, Rule::Request);
        house.commit(Commit { audit: vec![row], ..house.nothing() }).await.unwrap();
        assert_eq!(found(&house).await, []);
    })
    .await;
}

/// I12: a challenge that outlived a password change.
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_older_than_a_password_change_is_found() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &mobile("+94771234567")).await;
        house.clock.advance(SignedDuration::from_secs(1));
        let row = house.said(Event::PasswordSet, Rule::Request, user, None);

        house.commit(Commit { audit: vec![row], ..house.nothing() }).await.unwrap();

        assert_eq!(found(&house).await, [("I12", begun.change.to_string())]);
    })
    .await;
}

/// I10: a value kept for somebody who does not hold it blocks it for everybody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_unique_value_kept_for_the_wrong_user_is_found() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("bob"), email("bob@example.com"))).await;
        let seen = house.snapshot(user).await;
        let mut careless = house.rewriting(&seen, profile("bob"));
        if let UserStep::Update(update) = &mut careless.user {
            update.index.released.clear();
        }

        house.commit(careless).await.unwrap();

        assert_eq!(found(&house).await, [("I10", user.to_string())]);
    })
    .await;
}

/// I5: N ∉ L.
#[tokio::test(flavor = "multi_thread")]
async fn a_pending_value_among_the_verified_ones_is_found() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("bob"), email("bob@example.com"))).await;

        let begun = house.begun(user, &email("Bob@example.com")).await;

        assert_eq!(found(&house).await, [("I5", begun.change.to_string())]);
    })
    .await;
}

/// I13: a session whose history cannot be.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_authenticated_before_it_was_opened_is_found() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        opened(&house, user).await;
        let later = house.now() + SignedDuration::from_secs(1);
        let odd = NewSession { created_at: later, ..new_session(&house, user) };
        let open = AdminWrite::OpenSession(Box::new(odd.clone()));
        house.commit(Commit { admin: vec![open], ..house.nothing() }).await.unwrap();

        assert_eq!(found(&house).await, [("I13", odd.id.to_string())]);
        assert_eq!(house.store.invariants(&house.tenant).await.unwrap().sessions, 2);
    })
    .await;
}

/// A whole life of changes leaves nothing to report.
#[tokio::test(flavor = "multi_thread")]
async fn an_honest_history_has_no_violation() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        for number in 0..4 {
            house.clock.advance(SignedDuration::from_mins(1));
            let begun = house.begun(user, &email(&format!("n{number}@example.com"))).await;
            house.clock.advance(SignedDuration::from_mins(1));
            let (resent, resending) = house.resending(&begun);
            house.commit(resending).await.unwrap();
            house.commit(house.guessing(&resent, 0)).await.unwrap();
            let seen = house.snapshot(user).await;
            let commit = match number {
                0 | 3 => house.proving(&resent, &seen),
                1 => house.ending(&resent, ChangeEnd::Cancelled { by: Cancelled::CancelLink }),
                _ => house.ending(&resent, ChangeEnd::Superseded),
            };
            assert!(matches!(commit.steps[0], ChangeStep::Prove { .. } | ChangeStep::End { .. }));
            house.commit(commit).await.unwrap();
        }

        let report = house.store.invariants(&house.tenant).await.unwrap();

        assert_eq!((report.users, report.changes, report.audit_rows), (1, 4, 9));
        assert_eq!(report.violations, []);
    })
    .await;
}
