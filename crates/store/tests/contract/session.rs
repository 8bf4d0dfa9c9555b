//! Sessions of browsers: alive while young, used, and on the credential that stands (SEC-28, I13).

use std::net::IpAddr;

use countersign_domain::actor::{Origin, Subject};
use countersign_domain::profile::Profile;
use countersign_domain::{SessionId, SignedDuration, TenantId, UserId};
use countersign_store::{
    AdminWrite, Commit, CommitError, EndedSessions, NewSession, PasswordWrite, SESSIONS_MAX, SessionRecord,
    Store, UserStep,
};

use crate::builder::{profile, updating};
use crate::database::{House, for_each_database};

pub(crate) const IDLE: SignedDuration = SignedDuration::from_mins(30);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What an administrator makes of a profile.
type Step = fn(Profile) -> Profile;

fn administering(house: &House, admin: Vec<AdminWrite>) -> Commit {
    Commit { admin, ..house.nothing() }
}

/// A session that ends after twelve hours, on a user's first credential.
pub(crate) fn new_session(house: &House, user: UserId) -> NewSession {
    NewSession {
        id: SessionId::new(house.id()),
        hash: house.secret(),
        user,
        credential_version: 1,
        created_at: house.now(),
        expires_at: house.now() + HOUR * 12,
        origin: Origin::default(),
    }
}

fn open(new: &NewSession) -> AdminWrite {
    AdminWrite::OpenSession(Box::new(new.clone()))
}

/// A session that is there.
pub(crate) async fn opened(house: &House, user: UserId) -> NewSession {
    let new = new_session(house, user);
    house.commit(administering(house, vec![open(&new)])).await.unwrap();
    new
}

async fn alive(store: &Store, session: &NewSession) -> bool {
    store.session(session.hash, IDLE).await.unwrap().is_some()
}

async fn end(house: &House, ended: EndedSessions) -> Result<(), CommitError> {
    house.commit(administering(house, vec![AdminWrite::EndSessions(ended)])).await
}

async fn touch(house: &House, session: &NewSession) {
    let touch = AdminWrite::TouchSession { hash: session.hash, seen_at: house.now() };
    house.commit(administering(house, vec![touch])).await.unwrap();
}

/// Writes a user's profile or password as a lock, a disabling or a new password does.
async fn ending_credentials(
    house: &House,
    user: UserId,
    change: impl FnOnce(Profile) -> Profile,
    password: Option<PasswordWrite>,
) -> Commit {
    let seen = house.snapshot(user).await;
    let mut commit = house.rewriting(&seen, change(seen.user.profile.clone()));
    if let UserStep::Update(update) = &mut commit.user {
        update.credential_moves = true;
        update.password = password;
    }
    commit
}

/// SEC-28, I13: one read tells whose it is and what he may do now.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_found_by_its_hash_with_what_its_user_may_do_now() {
    for_each_database(async |house| {
        let user = house.user(profile("Bob")).await;
        let address: IpAddr = "2001:db8::7".parse().unwrap();
        let origin = Origin { address: Some(address), client: Some("Browser/1 \u{e9}".to_owned()) };
        let session = NewSession { origin: origin.clone(), ..new_session(&house, user) };
        house.commit(administering(&house, vec![open(&session)])).await.unwrap();
        let opened_at = house.now();
        let grant = |scope: &str, granted| {
            let (subject, scope) = (Subject::User(user), scope.to_owned());
            administering(&house, vec![AdminWrite::Grant { subject, scope, granted }])
        };

        let fresh = SessionRecord {
            tenant: house.tenant.clone(),
            id: session.id,
            user,
            user_name: "Bob".to_owned(),
            weak: false,
            credential_version: 1,
            scopes: Vec::new(),
            created_at: opened_at,
            authenticated_at: opened_at,
            seen_at: opened_at,
            expires_at: session.expires_at,
            origin,
            now: opened_at,
        };
        assert_eq!(house.store.session(session.hash, IDLE).await.unwrap(), Some(fresh.clone()));
        assert_eq!(house.store.session([9; 32], IDLE).await.unwrap(), None);

        house.commit(grant("a", true)).await.unwrap();
        house.commit(grant("b", true)).await.unwrap();
        house.clock.advance(SignedDuration::from_mins(1));
        let scopes = vec!["a".to_owned(), "b".to_owned()];
        let later = SessionRecord { scopes, now: house.now(), ..fresh };
        assert_eq!(house.store.session(session.hash, IDLE).await.unwrap(), Some(later));
        house.commit(grant("a", false)).await.unwrap();
        let scopes = house.store.session(session.hash, IDLE).await.unwrap().unwrap().scopes;
        assert_eq!(scopes, ["b"]);
    })
    .await;
}

/// SEC-28: idle after half an hour without use, over after twelve hours of any use.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_idleness_and_by_age() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let (used, unused) = (opened(&house, user).await, opened(&house, user).await);

        house.clock.advance(IDLE - SignedDuration::from_micros(1));
        assert!(alive(&house.store, &unused).await);
        touch(&house, &used).await;
        house.clock.advance(SignedDuration::from_micros(1));
        assert!(!alive(&house.store, &unused).await);
        let ids: Vec<_> = house.store.sessions_of(&house.tenant, user, IDLE).await.unwrap();
        assert_eq!(ids.iter().map(|session| session.id).collect::<Vec<_>>(), [used.id]);

        while house.now() < used.expires_at - SignedDuration::from_mins(20) {
            house.clock.advance(SignedDuration::from_mins(20));
            assert!(alive(&house.store, &used).await);
            touch(&house, &used).await;
        }
        house.clock.advance(used.expires_at.duration_since(house.now()));
        touch(&house, &used).await;
        assert!(!alive(&house.store, &used).await);
    })
    .await;
}

/// REL-13: a use that is told late is no step back, and revives nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_use_never_moves_a_session_back_nor_revives_it() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let session = opened(&house, user).await;
        let at =
            |seen_at| administering(&house, vec![AdminWrite::TouchSession { hash: session.hash, seen_at }]);
        let late = house.now();
        house.clock.advance(SignedDuration::from_mins(10));

        house.commit(at(house.now())).await.unwrap();
        house.commit(at(late)).await.unwrap();
        let seen_at = house.store.session(session.hash, IDLE).await.unwrap().unwrap().seen_at;
        assert_eq!(seen_at, house.now());

        end(&house, EndedSessions::OfToken(session.hash)).await.unwrap();
        house.commit(at(house.now())).await.unwrap();
        assert!(!alive(&house.store, &session).await);
    })
    .await;
}

/// I13: password change, lock, disabling and deletion end every session with their commit, and for ever.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_the_credential_ends_its_sessions() {
    for_each_database(async |house| {
        let same = |profile: Profile| profile;
        let lock = |profile: Profile| Profile { locked: Some(true), ..profile };
        let unlock = |profile: Profile| Profile { locked: Some(false), ..profile };
        let disable = |profile: Profile| Profile { active: Some(false), ..profile };
        let enable = |profile: Profile| Profile { active: Some(true), ..profile };
        let changes: [(&str, [Step; 2], bool); 3] = [
            ("password", [same, same], true),
            ("lock", [lock, unlock], false),
            ("disable", [disable, enable], false),
        ];

        for (what, steps, sets_password) in changes {
            let user = house.user(profile(what)).await;
            let session = opened(&house, user).await;
            for step in steps {
                let password = PasswordWrite { hash: "$argon2id$…".to_owned(), weak: false };
                let commit = ending_credentials(&house, user, step, sets_password.then_some(password)).await;
                house.commit(commit).await.unwrap();
                assert!(!alive(&house.store, &session).await, "{what}");
                assert_eq!(house.store.sessions_of(&house.tenant, user, IDLE).await.unwrap(), [], "{what}");
            }
        }

        let user = house.user(profile("deleted")).await;
        let session = opened(&house, user).await;
        let seen = house.snapshot(user).await;
        house.commit(house.deleting(&seen)).await.unwrap();
        assert!(!alive(&house.store, &session).await);
    })
    .await;
}

/// I13: whoever may not act any more gets no session, and the one that was to be replaced stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_on_a_credential_that_is_no_more_conflicts_and_ends_nothing() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let before = opened(&house, user).await;
        let locked = house.user(Profile { locked: Some(true), ..profile("ann") }).await;
        let stale = NewSession { credential_version: 2, ..new_session(&house, user) };
        let gone = new_session(&house, UserId::new(house.id()));

        for refused in [stale, new_session(&house, locked), gone] {
            let ended = AdminWrite::EndSessions(EndedSessions::OfToken(before.hash));
            let outcome = house.commit(administering(&house, vec![ended, open(&refused)])).await;
            assert!(matches!(outcome, Err(CommitError::Conflict)), "{outcome:?}");
            assert!(!alive(&house.store, &refused).await);
        }
        assert!(alive(&house.store, &before).await);

        let mut changed = ending_credentials(&house, user, |profile| profile, None).await;
        let next = NewSession { credential_version: 2, ..new_session(&house, user) };
        changed.admin = vec![open(&next)];
        house.commit(changed).await.unwrap();
        assert!(alive(&house.store, &next).await && !alive(&house.store, &before).await);
    })
    .await;
}

/// I13: of a lock and a sign-in at the same moment none leaves a session behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_opened_while_its_user_is_locked_is_not_alive() {
    for_each_database(async |house| {
        for number in 0..10 {
            let user = house.user(profile(&format!("user{number}"))).await;
            let session = new_session(&house, user);
            let lock =
                ending_credentials(&house, user, |profile| Profile { locked: Some(true), ..profile }, None)
                    .await;

            let outcomes =
                house.commit_together(vec![administering(&house, vec![open(&session)]), lock]).await;

            assert!(outcomes[1].is_ok(), "{outcomes:?}");
            assert!(!alive(&house.store, &session).await);
        }
    })
    .await;
}

/// SEC-28: sessions end one by one or together, each user's own, each house's own.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_as_they_are_named() {
    for_each_database(async |house| {
        let (bob, ann) = (house.user(profile("bob")).await, house.user(profile("ann")).await);
        let others = opened(&house, ann).await;
        let [one, two, three, four] = [
            opened(&house, bob).await,
            opened(&house, bob).await,
            opened(&house, bob).await,
            opened(&house, bob).await,
        ];
        let elsewhere = Commit {
            tenant: TenantId::new("other.example"),
            ..administering(&house, vec![AdminWrite::EndSessions(EndedSessions::OfToken(one.hash))])
        };
        house.commit(elsewhere).await.unwrap();
        assert!(alive(&house.store, &one).await);

        end(&house, EndedSessions::OfToken(one.hash)).await.unwrap();
        end(&house, EndedSessions::OfToken(one.hash)).await.unwrap();
        end(&house, EndedSessions::Standing(two.hash)).await.unwrap();
        for strict in [
            EndedSessions::Standing(two.hash),
            EndedSessions::One { user: bob, id: two.id },
            EndedSessions::One { user: ann, id: three.id },
        ] {
            let outcome = end(&house, strict).await;
            assert!(matches!(outcome, Err(CommitError::Conflict)), "{strict:?}: {outcome:?}");
        }
        end(&house, EndedSessions::One { user: bob, id: three.id }).await.unwrap();
        let next = opened(&house, bob).await;
        end(&house, EndedSessions::AllOf { user: bob, except: Some(next.id) }).await.unwrap();
        for ended in [&one, &two, &three, &four] {
            assert!(!alive(&house.store, ended).await);
        }
        assert!(alive(&house.store, &next).await);
        end(&house, EndedSessions::AllOf { user: bob, except: None }).await.unwrap();
        assert!(!alive(&house.store, &next).await);
        assert!(alive(&house.store, &others).await);
    })
    .await;
}

/// SEC-28: the newest first; and a user has no more than so many.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_so_many_sessions_and_the_oldest_gives_way() {
    for_each_database(async |house| {
        let (bob, ann) = (house.user(profile("bob")).await, house.user(profile("ann")).await);
        let others = opened(&house, ann).await;
        let mut all = Vec::new();
        for _ in 0..SESSIONS_MAX + 2 {
            house.clock.advance(SignedDuration::from_secs(1));
            all.push(opened(&house, bob).await);
        }

        let listed = house.store.sessions_of(&house.tenant, bob, IDLE).await.unwrap();

        let kept: Vec<SessionId> = all.iter().rev().map(|session| session.id).collect();
        assert_eq!(
            listed.iter().map(|session| session.id).collect::<Vec<_>>(),
            kept[..SESSIONS_MAX as usize]
        );
        assert!(!alive(&house.store, &all[1]).await && alive(&house.store, &all[2]).await);
        assert!(alive(&house.store, &others).await);
        let elsewhere = TenantId::new("other.example");
        assert_eq!(house.store.sessions_of(&elsewhere, bob, IDLE).await.unwrap(), []);
    })
    .await;
}

/// SEC-63.
#[tokio::test(flavor = "multi_thread")]
async fn a_purge_takes_sessions_past_their_limit_and_no_other() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        opened(&house, user).await;
        house.clock.advance(HOUR * 6);
        let young = opened(&house, user).await;
        house.clock.advance(HOUR * 6 - SignedDuration::from_secs(1));
        touch(&house, &young).await;
        let purge =
            async || house.store.purge(&house.tenant, house.now() - HOUR * 24).await.unwrap().sessions;

        assert_eq!(purge().await, 0);
        house.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(purge().await, 1);
        assert_eq!(purge().await, 0);
        assert!(alive(&house.store, &young).await);
    })
    .await;
}

/// An id of a session is no other one's, and a token opens one session.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_and_an_id_are_used_once() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let session = opened(&house, user).await;
        let same_hash = NewSession { hash: session.hash, ..new_session(&house, user) };
        let same_id = NewSession { id: session.id, ..new_session(&house, user) };

        for again in [same_hash, same_id] {
            assert!(house.commit(administering(&house, vec![open(&again)])).await.is_err());
        }
        assert!(alive(&house.store, &session).await);
        let seen = house.snapshot(user).await;
        let untouched = UserStep::Update(Box::new(updating(&seen)));
        house.commit(Commit { user: untouched, ..house.nothing() }).await.unwrap();
        assert!(alive(&house.store, &session).await);
    })
    .await;
}
