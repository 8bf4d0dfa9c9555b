//! Messages as an administrator sees them, and what he does to one (REL-10).

use countersign_domain::SignedDuration;
use countersign_domain::change::{Cancelled, ChangeEnd};
use countersign_domain::claim::Channel;
use countersign_domain::message::{Confidential, MessageState, Replay, ReplayRefusal, replay};
use countersign_domain::{MessageId, UserId};
use countersign_store::{
    AdminWrite, Commit, CommitError, Leased, MESSAGES_LOOKED_AT_MAX, MessageAttempt, MessagePage,
    MessageQuery, NewMessage, OutboxLoad, Settlement, TracedMessage,
};

use crate::builder::{email, mobile, profile};
use crate::database::{House, for_each_database};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

async fn put(house: &House, messages: Vec<NewMessage>) {
    house.commit(Commit { outbox: messages, ..house.nothing() }).await.unwrap();
}

async fn lease(house: &House) -> Leased {
    house.store.lease(Channel::Email, 1, LEASE).await.unwrap().remove(0)
}

async fn settle(house: &House, leased: &Leased, settlement: Settlement) {
    assert!(house.store.settle(&leased.tenant, leased.id, leased.lease, settlement, None).await.unwrap());
}

async fn die(house: &House) -> MessageId {
    let leased = lease(house).await;
    settle(house, &leased, Settlement::Dead { reason: "HTTP 400: no".to_owned() }).await;
    leased.id
}

async fn page(house: &House, query: MessageQuery) -> MessagePage {
    house.store.messages(&house.tenant, query).await.unwrap()
}

async fn ids(house: &House, query: MessageQuery) -> Vec<MessageId> {
    page(house, query).await.messages.into_iter().map(|message| message.id).collect()
}

async fn traced(house: &House, id: MessageId) -> TracedMessage {
    house.store.message(&house.tenant, id).await.unwrap().unwrap()
}

fn said(attempts: &[MessageAttempt]) -> Vec<(u64, &'static str, &str)> {
    attempts.iter().map(|one| (one.number, one.outcome.as_str(), one.detail.as_str())).collect()
}

fn requeue(house: &House, id: MessageId) -> Commit {
    Commit { admin: vec![AdminWrite::RequeueMessage { id, by: "ann".to_owned() }], ..house.nothing() }
}

fn take_out(house: &House, id: MessageId) -> Commit {
    Commit { admin: vec![AdminWrite::DropMessage { id, by: "ann".to_owned() }], ..house.nothing() }
}

const TEN: MessageQuery =
    MessageQuery { state: None, channel: None, user: None, text: None, before: None, limit: 10 };

/// pages.md §5: one message's tries with the provider's answers. Waiting for a sender is said once.
#[tokio::test(flavor = "multi_thread")]
async fn every_try_leaves_its_row_in_the_trace() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let message = house.notice(user, &email("a@example.com"));
        put(&house, vec![message.clone()]).await;
        let began = house.now();
        let soon = || house.now() + SignedDuration::from_secs(1);
        let parked = |detail: &str| Settlement::Parked { due_at: soon(), detail: detail.to_owned() };
        let tries = [
            parked("no sender configured"),
            parked("no sender configured"),
            Settlement::Retry { due_at: soon(), detail: "SMTP 451: later".to_owned() },
            parked("no sender configured"),
        ];
        for settlement in tries {
            settle(&house, &lease(&house).await, settlement).await;
            house.clock.advance(SignedDuration::from_secs(1));
        }
        settle(&house, &lease(&house).await, Settlement::Delivered { detail: "SMTP 250".to_owned() }).await;

        let TracedMessage { message: read, attempts } = traced(&house, message.id).await;

        assert_eq!(
            said(&attempts),
            [
                (1, "parked", "no sender configured"),
                (2, "retry", "SMTP 451: later"),
                (3, "parked", "no sender configured"),
                (4, "handed_over", "SMTP 250"),
            ]
        );
        assert_eq!((attempts[0].at, attempts[3].at), (began, house.now()));
        assert_eq!(
            (read.state, read.attempts, read.reason.as_deref()),
            (MessageState::Delivered, 2, Some("SMTP 250"))
        );
        assert_eq!((read.user_name.as_deref(), read.created_at), (Some("bob"), began));
        assert_eq!(read.to, Some(email("a@example.com")));
        let none = house.store.message(&house.tenant, MessageId::new(house.id())).await.unwrap();
        assert_eq!(none, None);
    })
    .await;
}

/// A settlement under a lost lease leaves no row: the trace is written with the settlement or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_that_is_ignored_is_not_in_the_trace() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        put(&house, vec![house.notice(user, &email("a@example.com"))]).await;
        let lost = lease(&house).await;
        house.clock.advance(LEASE);
        lease(&house).await;

        let late = Settlement::Delivered { detail: "SMTP 250".to_owned() };
        assert!(!house.store.settle(&lost.tenant, lost.id, lost.lease, late, None).await.unwrap());

        assert_eq!(traced(&house, lost.id).await.attempts, []);
    })
    .await;
}

/// Three users with a message by mail and one by SMS each; the first one's are dead, in the order they were written.
async fn six(house: &House) -> (Vec<UserId>, Vec<MessageId>) {
    let (mut users, mut messages) = (Vec::new(), Vec::new());
    for name in ["ann", "bob", "cem"] {
        let user = house.user(profile(name)).await;
        users.push(user);
        for to in [email(&format!("{name}.Case@example.com")), mobile("+94771234567")] {
            let message = house.notice(user, &to);
            messages.push(message.id);
            put(house, vec![message]).await;
            house.clock.advance(SignedDuration::from_millis(1));
        }
    }
    for channel in Channel::ALL {
        let leased = house.store.lease(channel, 1, LEASE).await.unwrap().remove(0);
        settle(house, &leased, Settlement::Dead { reason: "no".to_owned() }).await;
    }
    (users, messages)
}

/// pages.md §5: the outbox by state, newest first, page by page.
#[tokio::test(flavor = "multi_thread")]
async fn messages_are_listed_by_state_channel_and_user_newest_first() {
    for_each_database(async |house| {
        let (users, m) = six(&house).await;
        let (dead, sms) = (Some(MessageState::Dead), Some(Channel::Sms));

        assert_eq!(ids(&house, TEN).await, [m[5], m[4], m[3], m[2], m[1], m[0]]);
        assert_eq!(ids(&house, MessageQuery { state: dead, ..TEN }).await, [m[1], m[0]]);
        assert_eq!(ids(&house, MessageQuery { channel: sms, ..TEN }).await, [m[5], m[3], m[1]]);
        assert_eq!(ids(&house, MessageQuery { state: dead, channel: sms, ..TEN }).await, [m[1]]);
        let queued = Some(MessageState::Queued);
        assert_eq!(ids(&house, MessageQuery { state: queued, channel: sms, ..TEN }).await, [m[5], m[3]]);
        let of = |user| MessageQuery { user: Some(user), ..TEN };
        assert_eq!(ids(&house, of(users[0])).await, [m[1], m[0]]);
        assert_eq!(ids(&house, MessageQuery { channel: sms, ..of(users[0]) }).await, [m[1]]);
        assert_eq!(ids(&house, MessageQuery { state: queued, ..of(users[0]) }).await, []);

        let first = page(&house, MessageQuery { limit: 4, ..TEN }).await;
        assert_eq!(first.next, Some(m[2]));
        let rest = page(&house, MessageQuery { limit: 4, before: first.next, ..TEN }).await;
        assert_eq!((rest.messages.len(), rest.next), (2, None));
        let exact = page(&house, MessageQuery { channel: sms, limit: 3, ..TEN }).await;
        assert_eq!((exact.messages.len(), exact.next), (3, None));
        let two = page(&house, MessageQuery { channel: sms, limit: 2, ..TEN }).await;
        assert_eq!(two.next, Some(m[3]));
        assert_eq!(ids(&house, MessageQuery { channel: sms, before: two.next, ..TEN }).await, [m[1]]);
    })
    .await;
}

/// pages.md §5: search by recipient or user name, whatever the case, with the other conditions.
#[tokio::test(flavor = "multi_thread")]
async fn messages_are_found_by_a_part_of_recipient_or_user_name() {
    for_each_database(async |house| {
        let (users, m) = six(&house).await;
        let text = |text: &str| MessageQuery { text: Some(text.to_owned()), ..TEN };

        assert_eq!(ids(&house, text("BOB.case@EXAMPLE")).await, [m[2]]);
        assert_eq!(ids(&house, text("cem")).await, [m[5], m[4]]);
        assert_eq!(ids(&house, text(" 1234567 ")).await, [m[5], m[3], m[1]]);
        assert_eq!(ids(&house, text("nobody")).await, []);
        assert_eq!(ids(&house, text("%")).await, []);
        let dead = MessageQuery { state: Some(MessageState::Dead), ..text("example") };
        assert_eq!(ids(&house, dead).await, [m[0]]);
        let of_user = MessageQuery { user: Some(users[1]), ..text("123") };
        assert_eq!(ids(&house, of_user).await, [m[3]]);
        let first = page(&house, MessageQuery { limit: 1, ..text("case") }).await;
        assert_eq!((first.messages[0].id, first.next), (m[4], Some(m[4])));
    })
    .await;
}

/// A search looks at so many messages, says how far it got, and goes on from there: nothing is passed over.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_text_ends_early_and_goes_on() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let looked_for = house.notice(user, &email("rare@example.com"));
        put(&house, vec![looked_for.clone()]).await;
        house.clock.advance(SignedDuration::from_millis(1));
        let many = usize::try_from(MESSAGES_LOOKED_AT_MAX).unwrap() + 1;
        put(&house, (0..many).map(|_| house.notice(user, &email("a@example.com"))).collect()).await;

        for channel in [None, Some(Channel::Email)] {
            let query = MessageQuery { text: Some("rare".to_owned()), channel, ..TEN };
            let first = page(&house, query.clone()).await;
            assert_eq!(first.messages, []);
            assert!(first.next.is_some());
            let second = page(&house, MessageQuery { before: first.next, ..query }).await;
            assert_eq!(second.messages.iter().map(|one| one.id).collect::<Vec<_>>(), [looked_for.id]);
            assert_eq!(second.next, None);
        }
    })
    .await;
}

/// REL-6, REL-10: a dead notice is queued anew under its own id with a fresh schedule, and the trace goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_notice_is_queued_anew_as_what_it_was() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let message = house.notice(user, &email("a@example.com"));
        put(&house, vec![message.clone()]).await;
        die(&house).await;
        house.clock.advance(SignedDuration::from_hours(24 * 6));
        assert_eq!(replay(traced(&house, message.id).await.message.sendable()), Replay::Requeue);

        house.commit(requeue(&house, message.id)).await.unwrap();

        let leased = lease(&house).await;
        assert_eq!((leased.id, &leased.values, &leased.to), (message.id, &message.values, &message.to));
        assert_eq!((leased.attempts, leased.created_at, leased.stale), (0, house.now(), None));
        settle(&house, &leased, Settlement::Delivered { detail: "SMTP 250".to_owned() }).await;
        let attempts = traced(&house, message.id).await.attempts;
        assert_eq!(
            said(&attempts),
            [
                (1, "dead", "HTTP 400: no"),
                (2, "replayed", "queued again by ann"),
                (3, "handed_over", "SMTP 250")
            ]
        );
    })
    .await;
}

/// Of many who send it again at once, one does; and nobody while it waits, is being sent, or has arrived.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_queued_anew_once() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        put(&house, vec![house.notice(user, &email("a@example.com"))]).await;
        let id = die(&house).await;

        let outcomes = house.commit_together((0..6).map(|_| requeue(&house, id)).collect()).await;

        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(CommitError::Conflict))));
        let leased = lease(&house).await;
        assert!(matches!(house.commit(requeue(&house, id)).await, Err(CommitError::Conflict)));
        settle(&house, &leased, Settlement::Delivered { detail: String::new() }).await;
        assert!(matches!(house.commit(requeue(&house, id)).await, Err(CommitError::Conflict)));
        assert_eq!(traced(&house, id).await.attempts.len(), 3);
    })
    .await;
}

/// SEC-55: what was sealed is erased with the end of a message, so it is never queued anew; the view knows beforehand.
#[tokio::test(flavor = "multi_thread")]
async fn what_carried_a_secret_or_a_link_is_not_queued_anew() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        put(&house, vec![house.secret_message(&begun)]).await;
        let secret = die(&house).await;
        let link = NewMessage {
            change: Some(begun.change),
            sealed: Some(vec![4]),
            ..house.notice(user, &email("old@example.com"))
        };
        put(&house, vec![link]).await;
        let link = die(&house).await;

        for id in [secret, link] {
            assert!(matches!(house.commit(requeue(&house, id)).await, Err(CommitError::Conflict)));
        }
        let standing = async |id| traced(&house, id).await.message.sendable();
        assert_eq!(standing(secret).await.confidential, Confidential::Secret { newest: true });
        assert_eq!(standing(secret).await.change_waits, Some(true));
        assert_eq!(standing(link).await.confidential, Confidential::Link);
        let (_, resend) = house.resending(&begun);
        house.commit(resend).await.unwrap();
        assert_eq!(standing(secret).await.confidential, Confidential::Secret { newest: false });
        let cancelled = ChangeEnd::Cancelled { by: Cancelled::Request };
        house.commit(house.ending(&begun, cancelled)).await.unwrap();
        assert_eq!(standing(link).await.change_waits, Some(false));
    })
    .await;
}

/// A queued message is taken out with its secret; one that a worker has, or that has ended, is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_queued_message_is_taken_out_unless_somebody_has_it() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;
        let message = house.secret_message(&begun);
        put(&house, vec![message.clone()]).await;
        let held = lease(&house).await;
        assert!(traced(&house, message.id).await.message.is_leased(house.now()));
        assert!(matches!(house.commit(take_out(&house, message.id)).await, Err(CommitError::Conflict)));

        house.clock.advance(LEASE);
        house.commit(take_out(&house, message.id)).await.unwrap();

        let late = Settlement::Delivered { detail: String::new() };
        assert!(!house.store.settle(&held.tenant, held.id, held.lease, late, None).await.unwrap());
        assert_eq!(house.store.lease(Channel::Email, 9, LEASE).await.unwrap(), []);
        let TracedMessage { message: read, attempts } = traced(&house, message.id).await;
        assert_eq!((read.state, read.reason.as_deref()), (MessageState::Dropped, Some("dropped by ann")));
        assert_eq!(said(&attempts), [(1, "dropped", "dropped by ann")]);
        assert!(matches!(house.commit(take_out(&house, message.id)).await, Err(CommitError::Conflict)));
    })
    .await;
}

/// SEC-63, REL-10: a purge erases what arrived and what carried a secret; a notice that did not arrive keeps what it needs
/// to be sent again until it is too old, or its user is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_purge_leaves_what_can_still_be_sent_again() {
    for_each_database(async |house| {
        let (ann, bob) = (house.user(profile("ann")).await, house.user(profile("bob")).await);
        put(&house, vec![house.notice(ann, &email("a@example.com"))]).await;
        let kept = die(&house).await;
        put(&house, vec![house.notice(ann, &email("a@example.com"))]).await;
        let sent = lease(&house).await;
        settle(&house, &sent, Settlement::Delivered { detail: String::new() }).await;
        put(&house, vec![house.notice(bob, &email("b@example.com"))]).await;
        let orphan = die(&house).await;
        house.commit(house.deleting(&house.snapshot(bob).await)).await.unwrap();
        house.clock.advance(SignedDuration::from_hours(1));

        house.store.purge(&house.tenant, house.now() - SignedDuration::from_hours(24)).await.unwrap();

        assert_eq!(traced(&house, sent.id).await.message.to, None);
        let orphan = traced(&house, orphan).await.message;
        assert_eq!((orphan.to.as_ref(), orphan.user_name.as_ref()), (None, None));
        assert_eq!(replay(orphan.sendable()), Replay::Refused(ReplayRefusal::UserDeleted));
        house.commit(requeue(&house, kept)).await.unwrap();
        assert_eq!(lease(&house).await.values.len(), 1);
        let queued = requeue(&house, sent.id);
        assert!(matches!(house.commit(queued).await, Err(CommitError::Conflict)));

        house.store.purge(&house.tenant, house.now()).await.unwrap();
        assert_eq!(house.store.message(&house.tenant, orphan.id).await.unwrap(), None);
    })
    .await;
}

/// REL-10: how much waits of what, and since when the oldest due message has been due.
#[tokio::test(flavor = "multi_thread")]
async fn the_load_tells_states_channels_and_the_age_of_the_queue() {
    for_each_database(async |house| {
        assert_eq!(house.store.outbox_load().await.unwrap(), OutboxLoad::default());
        let (_, _) = six(&house).await;
        let began = house.now();

        let load = house.store.outbox_load().await.unwrap();

        let depth = [
            (MessageState::Queued, Channel::Email, 2),
            (MessageState::Queued, Channel::Sms, 2),
            (MessageState::Dead, Channel::Email, 1),
            (MessageState::Dead, Channel::Sms, 1),
        ];
        assert_eq!(load.depth, depth);
        assert_eq!(load.due_since, Some(began - SignedDuration::from_millis(4)));
        for channel in Channel::ALL {
            for leased in house.store.lease(channel, 9, LEASE).await.unwrap() {
                let due_at = house.now() + SignedDuration::from_secs(1);
                settle(&house, &leased, Settlement::Retry { due_at, detail: String::new() }).await;
            }
        }
        assert_eq!(house.store.outbox_load().await.unwrap().due_since, None);
        let database = house.store.database().await.unwrap();
        assert!(
            ["SQLite", "PostgreSQL"].contains(&database.kind) && database.version.contains('.'),
            "{database:?}"
        );
    })
    .await;
}
