//! What ends sessions.

use std::collections::BTreeSet;

use super::*;

/// What an administrator writes.
type Write = fn(&mut Wanted);

/// I13: lock, disabling, another password set by somebody else, deletion: over with the next request, also after it was
/// taken back.
#[tokio::test]
async fn lock_disabling_password_and_deletion_end_sessions() {
    let house = House::new().await;
    let ways: [(&str, Write, Write); 2] = [
        ("lock", |wanted| wanted.locked = Some(true), |wanted| wanted.locked = Some(false)),
        ("disable", |wanted| wanted.active = Some(false), |wanted| wanted.active = Some(true)),
    ];
    for (what, shut, reopen) in ways {
        let opened = house.opened().await;
        house.write(shut).await;
        assert!(!house.alive(&opened).await, "{what}");
        house.write(reopen).await;
        assert!(!house.alive(&opened).await, "{what}, taken back");
    }

    let opened = house.opened().await;
    house.write(|wanted| wanted.password_set = true).await;
    assert!(!house.alive(&opened).await);

    let account = house.sign_in(NEXT).await.unwrap();
    let opened = house.open(&account, None).await.unwrap();
    house.app.delete_user(&operator(), house.bob, None).await.unwrap();
    assert!(!house.alive(&opened).await);
}

/// I13: a password that was right is worth nothing once another one, or a lock, has landed before the session is opened.
#[tokio::test]
async fn a_sign_in_that_was_overtaken_opens_no_session() {
    let house = House::new().await;
    let account = house.sign_in(PASSWORD).await.unwrap();
    house.write(|wanted| wanted.password_set = true).await;

    assert!(matches!(house.open(&account, None).await, Err(BasicRefusal::Invalid)));

    let account = house.sign_in(NEXT).await.unwrap();
    house.write(|wanted| wanted.locked = Some(true)).await;
    assert!(matches!(house.open(&account, None).await, Err(BasicRefusal::Invalid)));
    assert_eq!(house.app.sessions(&house.owner(), house.bob).await.unwrap(), []);
}

/// SEC-28: one's sessions are seen with where they come from, and ended one by one or all but this one.
#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let house = House::new().await;
    let mut opened = Vec::new();
    for _ in 0..4 {
        house.clock.advance(SignedDuration::from_secs(1));
        opened.push(house.opened().await);
    }
    let owner = house.owner();

    let listed = house.app.sessions(&owner, house.bob).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|session| session.id).collect();
    assert_eq!(ids, opened.iter().rev().map(|session| session.id).collect::<Vec<_>>());
    assert!(listed.iter().all(|session| session.origin == origin()));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4);

    let stranger = UserId::new(uuid::Uuid::nil());
    assert!(!house.app.end_session_of(&owner, stranger, opened[0].id).await.unwrap());
    assert!(house.app.end_session_of(&owner, house.bob, opened[0].id).await.unwrap());
    assert!(!house.app.end_session_of(&owner, house.bob, opened[0].id).await.unwrap());
    assert!(!house.alive(&opened[0]).await);

    assert_eq!(house.app.end_sessions(&owner, house.bob, Some(opened[3].id)).await.unwrap(), 2);
    assert!(house.alive(&opened[3]).await && !house.alive(&opened[2]).await);
    assert_eq!(house.app.end_sessions(&owner, house.bob, None).await.unwrap(), 1);
    house.app.end_session(&owner, &opened[3].token).await.unwrap();
    assert!(!house.alive(&opened[3]).await);
}
