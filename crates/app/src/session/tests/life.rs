//! What a session is, and how long it lives.

use super::*;

/// SEC-28: 256 random bits, of which the database knows the hash only; what is shown of it is something else.
#[tokio::test]
async fn a_session_is_its_token_and_a_token_is_used_as_it_is() {
    let house = House::new().await;
    let opened = house.opened().await;
    let other = house.opened().await;

    let signed_in = house.session(&opened).await.unwrap();

    assert_eq!((signed_in.user, signed_in.session), (house.bob, opened.id));
    assert_eq!(opened.token.len(), TOKEN_LENGTH);
    assert_ne!(*opened.token, *other.token);
    for wrong in ["", "x", &opened.id.to_string(), &opened.token[1..], &format!("{}x", &opened.token[1..])] {
        assert_eq!(house.app.session(wrong).await.unwrap(), None, "{wrong}");
    }
}

/// SEC-28: half an hour without use ends it; use, noted once a minute, keeps it.
#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_goes_on() {
    let house = House::new().await;
    let (used, unused) = (house.opened().await, house.opened().await);
    let seen_at = async || {
        let sessions = house.app.sessions(&house.owner(), house.bob).await.unwrap();
        sessions.iter().find(|session| session.id == used.id).unwrap().seen_at
    };
    let start = house.clock.now();

    house.clock.advance(MINUTE - SignedDuration::from_secs(1));
    assert!(house.alive(&used).await);
    assert_eq!(seen_at().await, start);
    house.clock.advance(SignedDuration::from_secs(1));
    assert!(house.alive(&used).await);
    assert_eq!(seen_at().await, start + MINUTE);

    house.clock.advance(SESSION_IDLE - MINUTE);
    assert!(house.alive(&used).await && !house.alive(&unused).await);
    house.clock.advance(SESSION_IDLE);
    assert!(!house.alive(&used).await);
}

/// SEC-28: what a page asks by itself is answered and is no use of the session; it tells of one that is alive, and revives
/// none.
#[tokio::test]
async fn a_page_that_looks_by_itself_keeps_no_session_alive() {
    let house = House::new().await;
    let opened = house.opened().await;
    let unattended = async || house.app.session_unattended(&opened.token).await.unwrap();

    house.clock.advance(SESSION_IDLE - MINUTE);
    let looked = unattended().await;
    house.clock.advance(MINUTE);

    assert_eq!(looked.unwrap().session, opened.id);
    assert_eq!(unattended().await, None);
    assert!(!house.alive(&opened).await);
}

/// SEC-28: what a stranger put into the browser before the sign-in is worth nothing after it, whoever's it was.
#[tokio::test]
async fn a_session_planted_before_the_sign_in_is_dead_after_it() {
    let house = House::new().await;
    let planted = house.opened().await;
    let account = house.sign_in(PASSWORD).await.unwrap();

    let opened = house.open(&account, Some(&planted.token)).await.unwrap();
    let from_nothing = house.open(&account, Some("chosen by somebody else")).await.unwrap();

    assert!(!house.alive(&planted).await);
    assert!(house.alive(&opened).await && house.alive(&from_nothing).await);
    assert_eq!(house.app.session("chosen by somebody else").await.unwrap(), None);
}
