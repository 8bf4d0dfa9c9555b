//! The audit trail as it is read, what a person was told, and who is found by the state of his contacts.

use countersign_domain::audit::{Event, Rule};
use countersign_domain::change::ChangeEnd;
use countersign_domain::{AuditId, SignedDuration, UserId};
use countersign_store::{AuditQuery, AuditRow, Commit, LOOKS_MAX, NoticeState, Settlement};

use crate::builder::{email, holding, profile};
use crate::database::{House, for_each_database};

/// Writes rows down and gives them back, oldest first.
async fn said(house: &House, user: UserId, events: &[Event]) -> Vec<AuditRow> {
    let mut rows = Vec::new();
    for event in events {
        house.clock.advance(SignedDuration::from_secs(1));
        let row = house.said(*event, Rule::Request, user, None);
        house.commit(Commit { audit: vec![row.clone()], ..house.nothing() }).await.unwrap();
        rows.push(row);
    }
    rows
}

async fn ids(house: &House, query: AuditQuery) -> Vec<AuditId> {
    let page = house.store.audit(&house.tenant, query).await.unwrap();
    page.rows.into_iter().map(|row| row.id).collect()
}

fn ten() -> AuditQuery {
    AuditQuery { limit: 10, ..AuditQuery::default() }
}

/// pages.md §5, Audit: rows are found by whom, by what kind, by which change, in which time, and by their words.
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_found_by_what_they_are_about() {
    for_each_database(async |house| {
        let (bob, kim) = (house.user(profile("bob")).await, house.user(profile("kim")).await);
        let bobs = said(&house, bob, &[Event::PasswordSet, Event::UserUpdated]).await;
        house.clock.advance(SignedDuration::from_secs(1));
        let middle = house.now();
        let begun = house.begun(kim, &email("new@example.com")).await;
        house.clock.advance(SignedDuration::from_secs(1));
        house.commit(house.ending(&begun, ChangeEnd::Superseded)).await.unwrap();

        let of_bob = ids(&house, AuditQuery { user: Some(bob), ..ten() }).await;
        assert_eq!(of_bob[..2], [bobs[1].id, bobs[0].id], "newest first");
        assert_eq!(of_bob.len(), 3, "and his creation");
        assert_eq!(ids(&house, AuditQuery { events: vec![Event::PasswordSet], ..ten() }).await, [bobs[0].id]);
        let both = AuditQuery { user: Some(bob), events: vec![Event::UserUpdated], ..ten() };
        assert_eq!(ids(&house, both).await, [bobs[1].id]);
        let of_change = AuditQuery { change: Some(begun.change), ..ten() };
        assert_eq!(ids(&house, of_change).await.len(), 2);
        let since = AuditQuery { since: Some(middle), ..ten() };
        assert_eq!(ids(&house, since).await.len(), 2, "the beginning and the end of kim's change");
        let until = AuditQuery { until: Some(middle), ..ten() };
        assert_eq!(ids(&house, until).await.len(), 4);
        let text = AuditQuery { text: Some(begun.value.masked().to_uppercase()), ..ten() };
        assert_eq!(ids(&house, text).await.len(), 2);
        let nowhere = AuditQuery { text: Some("nobody said this".to_owned()), ..ten() };
        assert_eq!(ids(&house, nowhere).await, []);
    })
    .await;
}

/// Pages hang together: every row once, and the last one says that it is the last.
#[tokio::test(flavor = "multi_thread")]
async fn pages_show_every_row_once() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let rows = said(&house, user, &[Event::UserUpdated; 7]).await;
        let expected: Vec<AuditId> = rows.iter().rev().map(|row| row.id).collect();

        let mut seen = Vec::new();
        let mut query = AuditQuery {
            user: Some(user),
            events: vec![Event::UserUpdated],
            limit: 3,
            ..AuditQuery::default()
        };
        loop {
            let page = house.store.audit(&house.tenant, query.clone()).await.unwrap();
            assert!(page.rows.len() <= 3);
            seen.extend(page.rows.iter().map(|row| row.id));
            match page.next {
                Some(next) => query.before = Some(next),
                None => break,
            }
        }

        assert_eq!(seen, expected);
    })
    .await;
}

/// No question looks at more than it may: what is rare is found by asking on.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_for_what_is_rare_looks_at_a_part_and_says_where_to_go_on() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let rare = said(&house, user, &[Event::PasswordSet]).await.remove(0);
        for _ in 0..=LOOKS_MAX / 1_000 {
            house.clock.advance(SignedDuration::from_secs(1));
            let rows = (0..1_000).map(|_| house.said(Event::UserUpdated, Rule::Request, user, None));
            house.commit(Commit { audit: rows.collect(), ..house.nothing() }).await.unwrap();
        }

        let query = AuditQuery { user: Some(user), events: vec![Event::PasswordSet], ..ten() };
        let first = house.store.audit(&house.tenant, query.clone()).await.unwrap();
        assert_eq!(first.rows, []);
        let second = AuditQuery { before: first.next, ..query };
        assert_eq!(ids(&house, second).await, [rare.id]);
        assert!(first.next.is_some());
    })
    .await;
}

/// pages.md §3.5: what a person was told, newest first, and what became of it.
#[tokio::test(flavor = "multi_thread")]
async fn notices_are_told_with_what_became_of_them() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let to = email("bob@example.com");
        let (first, second) = (house.notice(user, &to), house.notice(user, &to));
        house
            .commit(Commit { outbox: vec![first.clone(), second.clone()], ..house.nothing() })
            .await
            .unwrap();
        let lease = SignedDuration::from_secs(30);
        let leased = house.store.lease(to.family().channel(), 1, lease).await.unwrap().remove(0);
        let dead = Settlement::Dead { reason: "550 no".to_owned() };
        house.store.settle(&house.tenant, leased.id, leased.lease, dead, None).await.unwrap();

        let told = house.store.notices_of(&house.tenant, user, None, 10).await.unwrap();

        assert_eq!(told.len(), 2);
        assert!(told[0].id > told[1].id);
        let state = |id| told.iter().find(|notice| notice.id == id).unwrap().state;
        assert_eq!(state(leased.id), NoticeState::Dead);
        let other = if leased.id == first.id { second.id } else { first.id };
        assert_eq!(state(other), NoticeState::Queued);
        assert_eq!(told[0].to, Some(to));
        let older = house.store.notices_of(&house.tenant, user, Some(told[0].id), 10).await.unwrap();
        assert_eq!(older, told[1..]);
    })
    .await;
}

/// pages.md §5, Users: who has something that waits, and who has an unverified value in force, by their indexes.
#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_the_state_of_their_contacts() {
    for_each_database(async |house| {
        let proven = house.user(holding(profile("ann"), email("ann@example.com"))).await;
        let mut claimed = holding(profile("bob"), email("bob@example.com"));
        claimed.contacts.email.verified = false;
        let unverified = house.user(claimed).await;
        house.user(profile("kim")).await;
        house.begun(proven, &email("new@example.com")).await;

        let pending = house.store.users_pending(&house.tenant, None, 10).await.unwrap();
        assert_eq!(pending, [proven]);
        assert_eq!(house.store.users_pending(&house.tenant, Some(proven), 10).await.unwrap(), []);
        let found = house.store.users_unverified(&house.tenant, None, 10).await.unwrap();
        assert_eq!(found.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [unverified]);
        let place = found[0].0;
        assert_eq!(house.store.users_unverified(&house.tenant, Some(place), 10).await.unwrap(), []);

        let seen = house.snapshot(unverified).await;
        let verified = holding(profile("bob"), email("bob@example.com"));
        house.commit(house.rewriting(&seen, verified)).await.unwrap();
        assert_eq!(house.store.users_unverified(&house.tenant, None, 10).await.unwrap(), []);
    })
    .await;
}
