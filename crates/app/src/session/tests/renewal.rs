//! The password shown again, and changed.

use super::*;

/// SEC-28: twelve hours after the sign-in it is over, also for who used it all the time and showed his password again.
#[tokio::test]
async fn a_session_ends_twelve_hours_after_the_sign_in_however_often_it_is_renewed() {
    let house = House::new().await;
    let mut opened = house.opened().await;
    let end = house.clock.now() + SESSION_LIFETIME;

    while house.clock.now() + MINUTE * 20 < end {
        house.clock.advance(MINUTE * 20);
        opened = house.again(&opened, PASSWORD).await.unwrap();
        assert_eq!(house.session(&opened).await.unwrap().expires_at, end);
    }
    house.clock.advance(end.duration_since(house.clock.now()) - SignedDuration::from_secs(1));
    assert!(house.alive(&opened).await);
    house.clock.advance(SignedDuration::from_secs(1));
    assert!(!house.alive(&opened).await);
}

/// SEC-24: recent for five minutes, and again when the password was shown again; not by use alone.
#[tokio::test]
async fn a_password_is_recent_for_five_minutes() {
    let house = House::new().await;
    let opened = house.opened().await;
    let recent = async |opened: &OpenSession| house.session(opened).await.unwrap().is_recent();

    house.clock.advance(RECENT - SignedDuration::from_secs(1));
    assert!(recent(&opened).await);
    house.clock.advance(SignedDuration::from_secs(1));
    assert!(!recent(&opened).await);
    let renewed = house.again(&opened, PASSWORD).await.unwrap();
    assert!(recent(&renewed).await);
    house.clock.advance(RECENT);
    assert!(!recent(&renewed).await);
}

/// SEC-28: another token and another id, the old ones dead; the others of the user are left alone.
#[tokio::test]
async fn showing_the_password_again_changes_the_id() {
    let house = House::new().await;
    let (opened, other) = (house.opened().await, house.opened().await);

    let renewed = house.again(&opened, PASSWORD).await.unwrap();

    assert!(renewed.id != opened.id && renewed.token != opened.token);
    assert!(house.alive(&renewed).await && house.alive(&other).await && !house.alive(&opened).await);
    let ids: Vec<_> = house.app.sessions(&house.owner(), house.bob).await.unwrap();
    assert_eq!(ids.iter().map(|session| session.id).collect::<Vec<_>>(), [renewed.id, other.id]);
}

/// A session that was signed out elsewhere does not come back by the password.
#[tokio::test]
async fn a_session_that_has_ended_is_not_renewed() {
    let house = House::new().await;
    let opened = house.opened().await;
    let signed_in = house.session(&opened).await.unwrap();
    house.app.end_session(&house.owner(), &opened.token).await.unwrap();
    let new = NewPassword::Chosen(NEXT.to_owned().into());

    let renewed = house.app.reauthenticate(&signed_in, &opened.token, PASSWORD, &origin()).await;
    let owner = house.owner();
    let changed = house.app.change_password(&owner, &signed_in, &opened.token, PASSWORD, new).await;

    assert!(matches!(renewed, Err(BasicRefusal::Invalid)));
    assert!(matches!(changed, Err(PasswordError::Ended)), "{:?}", changed.err());
    assert!(house.sign_in(PASSWORD).await.is_ok());
}

/// SEC-34, I15: guesses at a password count together, by whichever door they come; the right one waits as well.
#[tokio::test]
async fn sign_in_reauthentication_and_password_change_share_one_throttle() {
    let house = House::new().await;
    let opened = house.opened().await;
    house.clock.advance(MINUTE * 2); // the right password is not remembered any more

    assert!(matches!(house.sign_in("wrong 1").await, Err(BasicRefusal::Invalid)));
    assert!(matches!(house.sign_in("wrong 2").await, Err(BasicRefusal::Invalid)));
    assert!(matches!(house.again(&opened, "wrong 3").await, Err(BasicRefusal::Invalid)));
    assert!(matches!(house.change(&opened, "wrong 4", NEXT).await, Err(PasswordError::Current)));
    assert!(matches!(house.again(&opened, "wrong 5").await, Err(BasicRefusal::Invalid)));

    assert!(
        matches!(house.again(&opened, PASSWORD).await, Err(BasicRefusal::Throttled(wait)) if wait <= MINUTE)
    );
    assert!(matches!(house.change(&opened, PASSWORD, NEXT).await, Err(PasswordError::Throttled(_))));
    assert!(matches!(house.sign_in(PASSWORD).await, Err(BasicRefusal::Throttled(_))));
    assert!(house.alive(&opened).await);
    house.clock.advance(MINUTE);
    assert!(house.again(&opened, PASSWORD).await.is_ok());
}

/// SEC-34: a password that was right a moment ago is remembered for those who use it, and no way round the throttle for those
/// who guess: it waits like any other.
#[tokio::test]
async fn a_remembered_password_waits_while_the_account_is_guessed_at() {
    let house = House::new().await;
    house.sign_in(PASSWORD).await.unwrap();

    for number in 0..5 {
        let guess = house.sign_in(&format!("wrong {number}")).await;
        assert!(matches!(guess, Err(BasicRefusal::Invalid)));
    }

    assert!(matches!(house.sign_in(PASSWORD).await, Err(BasicRefusal::Throttled(_))));
    house.clock.advance(MINUTE);
    assert!(house.sign_in(PASSWORD).await.is_ok());
}

/// I13, SEC-33: another password ends every other session; this browser goes on under another id.
#[tokio::test]
async fn changing_the_password_ends_every_other_session() {
    let house = House::new().await;
    let (opened, other) = (house.opened().await, house.opened().await);
    let end = house.session(&opened).await.unwrap().expires_at;
    house.clock.advance(MINUTE * 10);

    let next = house.change(&opened, PASSWORD, NEXT).await.unwrap();

    assert!(!house.alive(&opened).await && !house.alive(&other).await);
    let signed_in = house.session(&next).await.unwrap();
    assert!(signed_in.is_recent());
    assert_eq!(signed_in.expires_at, end);
    assert!(matches!(house.sign_in(PASSWORD).await, Err(BasicRefusal::Invalid)));
    assert!(house.sign_in(NEXT).await.is_ok());
    let listed = house.app.sessions(&house.owner(), house.bob).await.unwrap();
    assert_eq!(listed.iter().map(|session| session.id).collect::<Vec<_>>(), [next.id]);
    assert_eq!(house.app.store.invariants(&TenantId::carbon_super()).await.unwrap().violations, []);
}

/// Nothing happens, and no guess is spent, where the new password is none.
#[tokio::test]
async fn a_new_password_that_is_refused_changes_nothing() {
    let house = House::new().await;
    let opened = house.opened().await;

    for new in ["short", "password", "qwertyuiop"] {
        let refused = house.change(&opened, PASSWORD, new).await;
        assert!(matches!(refused, Err(PasswordError::New(_))), "{new}");
    }

    assert!(house.alive(&opened).await);
    assert!(house.sign_in(PASSWORD).await.is_ok());
}

/// I12: what waited for proof when the password changed proves nothing any more.
#[tokio::test]
async fn changing_the_password_voids_what_waits_for_proof() {
    let house = House::new().await;
    let opened = house.opened().await;
    house
        .write(|wanted| {
            let label = Label { primary: Some(true), ..Label::default() };
            let entry = Entry { value: "bob@example.com".to_owned(), label };
            let (held, others) = Contacts::sort_entries(ClaimFamily::Email, vec![entry]).unwrap();
            wanted.contacts.email = WantedContacts { held, others, ..WantedContacts::default() };
        })
        .await;
    let waits = async || {
        let seen = house.app.snapshot(&operator(), house.bob).await.unwrap().unwrap();
        seen.pending(ClaimFamily::Email).is_some()
    };
    assert!(waits().await);

    house.change(&opened, PASSWORD, NEXT).await.unwrap();

    assert!(!waits().await);
}
