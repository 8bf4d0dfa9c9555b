//! A commit lands whole or not at all, and what is read is what was written.

use countersign_domain::actor::Subject;
use countersign_domain::audit::{Event, Rule};
use countersign_domain::change::{
    Budget, Challenge, ChallengeState, ChangeEnd, Entry, Form, Limits, Pending, Purpose,
};
use countersign_domain::claim::{ClaimFamily, PerFamily};
use countersign_domain::profile::Label;
use countersign_domain::snapshot::{Snapshot, User};
use countersign_domain::{SignedDuration, UserId};
use countersign_store::{
    AdminWrite, ChangeStep, Commit, CommitError, OutboxDepth, PasswordWrite, SignIn, SignInKey, TimelineWord,
    UserStep, UserUpdate,
};

use crate::builder::{email, holding, mobile, profile, updating};
use crate::database::{House, for_each_database};

/// A commit that does something of every kind.
async fn full(house: &House, user: UserId) -> Commit {
    let seen = house.snapshot(user).await;
    let (begun, beginning) = house.beginning(user, &email("new@example.com"));
    let mut commit = house.rewriting(&seen, holding(seen.user.profile.clone(), mobile("+94771234567")));
    commit.steps = beginning.steps;
    commit.events = beginning.events;
    commit.audit = beginning.audit;
    commit.outbox.push(house.secret_message(&begun));
    commit.admin.push(AdminWrite::Setting {
        name: "Email.EnableVerification".to_owned(),
        value: Some("true".to_owned()),
    });
    commit.admin.push(AdminWrite::Grant {
        subject: Subject::User(user),
        scope: "internal_login".to_owned(),
        granted: true,
    });
    commit
}

/// I6, REL-1.
#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_commit_lands_together() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;

        let commit = full(&house, user).await;
        house.commit(commit).await.unwrap();

        let seen = house.snapshot(user).await;
        assert_eq!(seen.user.profile, holding(profile("bob"), mobile("+94771234567")));
        assert_eq!(
            seen.pending(ClaimFamily::Email).map(|waits| waits.value.clone()),
            Some(email("new@example.com"))
        );
        assert_eq!(seen.overrides.get("Email.EnableVerification").map(String::as_str), Some("true"));
        assert_eq!(house.store.outbox_depth().await.unwrap().queued, 1);
        assert_eq!(
            house.store.scopes_of(&house.tenant, Subject::User(user)).await.unwrap(),
            ["internal_login"]
        );
        assert_eq!(house.store.invariants(&house.tenant).await.unwrap().violations, []);
    })
    .await;
}

/// I6, REL-1: the guard that fails may be the first or the last.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_refused_commit_lands() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        house.begun(user, &email("first@example.com")).await;
        let before = house.snapshot(user).await;

        let second_pending = full(&house, user).await;
        assert!(matches!(house.commit(second_pending).await, Err(CommitError::Conflict)));

        assert_eq!(house.snapshot(user).await, before);
        assert_eq!(house.store.outbox_depth().await.unwrap(), OutboxDepth::default());
        assert!(house.store.scopes_of(&house.tenant, Subject::User(user)).await.unwrap().is_empty());
        let report = house.store.invariants(&house.tenant).await.unwrap();
        assert_eq!((report.audit_rows, report.violations), (2, vec![]));
    })
    .await;
}

/// DESIGN §2.1: commit if unchanged.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_a_stale_revision_conflicts_and_changes_nothing() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let stale = house.snapshot(user).await;
        let mut other = profile("bob");
        other.active = Some(false);
        house.commit(house.rewriting(&stale, other)).await.unwrap();
        let before = house.snapshot(user).await;

        let mut late = house.rewriting(&stale, holding(profile("bob"), email("late@example.com")));
        late.outbox.push(house.notice(user, &email("late@example.com")));
        assert!(matches!(house.commit(late).await, Err(CommitError::Conflict)));
        let deleting = house.deleting(&stale);
        assert!(matches!(house.commit(deleting).await, Err(CommitError::Conflict)));

        assert_eq!(house.snapshot(user).await, before);
        assert_eq!(house.store.outbox_depth().await.unwrap(), OutboxDepth::default());
        let holder =
            house.store.holder_of(&house.tenant, ClaimFamily::Email, "late@example.com").await.unwrap();
        assert_eq!(holder, None);
    })
    .await;
}

/// DESIGN §2.1: two numbers.
#[tokio::test(flavor = "multi_thread")]
async fn the_revision_moves_with_every_commit_and_the_version_with_the_representation() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let created = house.now();
        house.clock.advance(SignedDuration::from_mins(1));

        let seen = house.snapshot(user).await;
        let quiet = UserStep::Update(Box::new(updating(&seen)));
        house.commit(Commit { user: quiet, ..house.nothing() }).await.unwrap();
        let after = house.snapshot(user).await.user;
        assert_eq!((after.revision, after.version, after.last_modified), (2, 1, created));

        let seen = house.snapshot(user).await;
        house.commit(house.rewriting(&seen, profile("bob"))).await.unwrap();
        let after = house.snapshot(user).await.user;
        assert_eq!((after.revision, after.version, after.last_modified), (3, 2, house.now()));
        assert_eq!(after.created, created);
    })
    .await;
}

/// I3: N is the change's value byte for byte; times survive to the microsecond.
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_what_was_committed() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("Bob"), email("Bob.Old@Example.COM"))).await;
        let created = house.now();
        house.clock.advance(SignedDuration::from_micros(1));

        let (begun, mut commit) = house.beginning(user, &email("Bob.New@Example.COM"));
        let mut budget = PerFamily::<Budget>::default();
        budget.email.take_send(&Limits::default(), house.now()).unwrap();
        budget.email.record_wrong(house.now());
        let seen = house.snapshot(user).await;
        let update = UserUpdate { budget, version_moves: true, ..updating(&seen) };
        commit.user = UserStep::Update(Box::new(update));
        let (issued, challenge) = match &mut commit.steps[..] {
            [ChangeStep::Begin { change, challenge }] => {
                change.purpose = Purpose::List;
                let label = Label {
                    kind: Some("work".to_owned()),
                    display: Some("new".to_owned()),
                    primary: Some(true),
                };
                change.entry = Entry { label, keeps_held: true };
                (change.clone(), challenge.clone())
            }
            steps => panic!("{steps:?}"),
        };
        house.commit(commit).await.unwrap();

        let expected = Snapshot {
            now: house.now(),
            user: User {
                tenant: house.tenant.clone(),
                id: user,
                profile: holding(profile("Bob"), email("Bob.Old@Example.COM")),
                revision: 2,
                version: 2,
                created,
                last_modified: house.now(),
            },
            pending: PerFamily {
                email: Some(Pending {
                    id: begun.change,
                    user,
                    purpose: Purpose::List,
                    value: email("Bob.New@Example.COM"),
                    entry: issued.entry,
                    requester: issued.requester,
                    requested_at: house.now(),
                    challenge: Challenge {
                        id: begun.challenge,
                        form: Form::LinkAndOtp,
                        otp: challenge.otp,
                        link: challenge.link.map(|link| link.digest),
                        issued_at: house.now(),
                        expires_at: challenge.expires_at,
                        attempts: 0,
                        attempts_max: 5,
                        state: ChallengeState::Live,
                    },
                }),
                mobile: None,
            },
            budget,
            overrides: std::collections::BTreeMap::new(),
        };
        assert_eq!(house.snapshot(user).await, expected);
    })
    .await;
}

/// I13: what a request is checked against moves with the credential.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_change_or_a_lock_moves_the_credential_version() {
    for_each_database(async |house| {
        let user = house.user(profile("Bob")).await;
        let unset = SignIn {
            user,
            user_name: "Bob".to_owned(),
            password_hash: None,
            weak: false,
            credential_version: 1,
            may_act: true,
            scopes: Vec::new(),
        };
        let by_name = || house.store.sign_in(&house.tenant, SignInKey::UserName("bob".to_owned()));
        assert_eq!(by_name().await.unwrap().unwrap(), unset);

        let seen = house.snapshot(user).await;
        let password = Some(PasswordWrite { hash: "$argon2id$…".to_owned(), weak: true });
        let update = UserUpdate { password, credential_moves: true, ..updating(&seen) };
        house.commit(Commit { user: UserStep::Update(Box::new(update)), ..house.nothing() }).await.unwrap();
        let set = SignIn {
            password_hash: Some("$argon2id$…".to_owned()),
            weak: true,
            credential_version: 2,
            ..unset
        };
        assert_eq!(by_name().await.unwrap().unwrap(), set);

        let seen = house.snapshot(user).await;
        let mut locked = house
            .rewriting(&seen, countersign_domain::profile::Profile { locked: Some(true), ..profile("Bob") });
        if let UserStep::Update(update) = &mut locked.user {
            update.credential_moves = true;
        }
        house.commit(locked).await.unwrap();
        let by_id = house.store.sign_in(&house.tenant, SignInKey::Id(user)).await.unwrap().unwrap();
        assert_eq!(by_id, SignIn { may_act: false, credential_version: 3, ..set });
    })
    .await;
}

/// SCIM-45.
#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_user_takes_everything_along_but_the_trail() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("bob"), email("bob@example.com"))).await;
        let (begun, mut commit) = house.beginning(user, &email("new@example.com"));
        commit.outbox.push(house.secret_message(&begun));
        commit.admin.push(AdminWrite::Grant {
            subject: Subject::User(user),
            scope: "x".to_owned(),
            granted: true,
        });
        house.commit(commit).await.unwrap();

        let seen = house.snapshot(user).await;
        let mut commit = house.deleting(&seen);
        commit.audit.push(house.said(Event::UserDeleted, Rule::Request, user, None));
        house.commit(commit).await.unwrap();

        let (store, tenant) = (&house.store, &house.tenant);
        assert_eq!(store.snapshot_of(tenant, user).await.unwrap(), None);
        assert_eq!(store.change(tenant, begun.change).await.unwrap(), None);
        assert_eq!(store.link(tenant, &begun.selector).await.unwrap(), None);
        assert_eq!(store.holder_of(tenant, ClaimFamily::Email, "bob@example.com").await.unwrap(), None);
        assert_eq!(store.scopes_of(tenant, Subject::User(user)).await.unwrap(), Vec::<String>::new());
        assert_eq!(store.outbox_depth().await.unwrap(), OutboxDepth { dropped: 1, ..OutboxDepth::default() });
        assert_eq!(store.invariants(tenant).await.unwrap().audit_rows, 3);
        house.user(holding(profile("bob"), email("bob@example.com"))).await;
    })
    .await;
}

/// A commit is applied under its operation's name; what a change is ended by stays with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_cannot_be_ended_as_proven_without_its_challenge() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        let outcome = house.commit(house.ending(&begun, ChangeEnd::Proven)).await;

        assert!(matches!(outcome, Err(CommitError::Fault(_))), "{outcome:?}");
        assert!(house.pending(user, ClaimFamily::Email).await.is_some());
    })
    .await;
}

/// SEC-8 and the rest of this file, for a timeline: events of a change that is not there are nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_is_read_in_the_order_it_was_written() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let begun = house.begun(user, &email("new@example.com")).await;

        let words = [TimelineWord::Queued, TimelineWord::WrongCode, TimelineWord::Resent];
        let mut commit = house.nothing();
        commit.events.extend(words.map(|word| house.event(begun.change, word)));
        commit.events[1].detail = Some("4 left".to_owned());
        let written = commit.events.clone();
        house.commit(commit).await.unwrap();

        let read = house.store.change(&house.tenant, begun.change).await.unwrap().unwrap().events;
        assert_eq!(read[0], house.event(begun.change, TimelineWord::Requested));
        assert_eq!(read[1..], written);
    })
    .await;
}
