use countersign_domain::SignedDuration;
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_store::Settlement;

use super::*;
use crate::sample::Sample;

async fn names(sample: &Sample, text: &str, only: Option<AccountState>, limit: u64) -> Vec<String> {
    let mut names = Vec::new();
    let mut after: Option<AccountCursor> = None;
    loop {
        let query = AccountQuery { text: text.to_owned(), only, after, limit };
        let page = sample.app.accounts(&sample.admin(), &query).await.unwrap();
        assert!(page.rows.len() as u64 <= limit);
        names.extend(page.rows.iter().map(|row| row.view.user.profile.user_name.clone()));
        match page.next {
            Some(next) => after = Some(next.to_string().parse().unwrap()),
            None => break,
        }
    }
    names.sort();
    names
}

/// Ann is proven; bob is not; kim waits for a proof whose mail was given up; lee waits for one that was handed over.
async fn house() -> Sample {
    let sample = Sample::start();
    sample.person("ann", Some("ann@example.org"), true).await;
    sample.person("bob", Some("bob@example.org"), false).await;
    for (name, settlement) in [
        ("kim", Settlement::Dead { reason: "550 no such user".to_owned() }),
        ("lee", Settlement::Delivered { detail: "250 ok".to_owned() }),
    ] {
        let id = sample.person(name, None, false).await;
        let to = format!("{name}@example.org");
        sample.app.set_primary(&sample.owner(id), id, ClaimFamily::Email, &to).await.unwrap();
        let lease = SignedDuration::from_mins(1);
        let mail = sample.app.store().lease(Channel::Email, 1, lease).await.unwrap().remove(0);
        sample.settle(&mail, settlement).await;
    }
    sample
}

/// pages.md §5, Users: columns for the state of contact proofs, filters pending, undeliverable and unverified, each with
/// the search beside it, page by page.
#[tokio::test]
async fn users_are_listed_by_the_state_of_their_contacts() {
    let sample = house().await;
    let expected = [
        ("", None, vec!["ann", "bob", "kim", "lee"]),
        ("", Some(AccountState::Pending), vec!["kim", "lee"]),
        ("", Some(AccountState::Undeliverable), vec!["kim"]),
        ("", Some(AccountState::Unverified), vec!["bob"]),
        ("BO", None, vec!["bob"]),
        ("ann@ex", None, vec!["ann"]),
        ("le", Some(AccountState::Pending), vec!["lee"]),
        ("le", Some(AccountState::Unverified), vec![]),
    ];

    for (text, only, expected) in expected {
        for limit in [1, 2, 50] {
            assert_eq!(names(&sample, text, only, limit).await, expected, "{text:?} {only:?} {limit}");
        }
    }
}

/// A cursor of another list is refused, not read as something else.
#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let sample = house().await;
    let query = AccountQuery {
        only: Some(AccountState::Pending),
        after: Some(AccountCursor::Created(1)),
        limit: 5,
        ..AccountQuery::default()
    };

    let refused = sample.app.accounts(&sample.admin(), &query).await;

    assert!(matches!(refused, Err(crate::ListError::InvalidCursor)), "{refused:?}");
    for text in ["", "n", "nx", "u7", "1"] {
        assert!(text.parse::<AccountCursor>().is_err(), "{text}");
    }
}

/// pages.md §5, Users: reset password and disable end what was issued (I13) and what waits (I12); enabling lets in again.
#[tokio::test]
async fn another_password_and_a_disabling_end_what_was_issued() {
    let sample = Sample::start();
    let (app, admin) = (&sample.app, sample.admin());
    let bob = sample.person("bob", Some("bob@example.org"), true).await;
    let version = async || {
        let key = countersign_store::SignInKey::Id(bob);
        app.store().sign_in(&admin.tenant, key).await.unwrap().unwrap()
    };
    let before = version().await;
    app.set_primary(&sample.owner(bob), bob, ClaimFamily::Email, "new@example.org").await.unwrap();

    let reset = app.reset_password(&admin, bob, Sample::password()).await.unwrap();

    let after = version().await;
    assert!(after.credential_version > before.credential_version && after.password_hash.is_some());
    assert_eq!(reset.pending.email, None);
    let disabled = app.set_active(&admin, bob, false).await.unwrap();
    assert!(!disabled.user.profile.may_act() && !version().await.may_act);
    assert!(app.set_active(&admin, bob, true).await.unwrap().user.profile.may_act());
    assert!(!app.set_locked(&admin, bob, true).await.unwrap().user.profile.may_act());
    let own = app.set_active(&sample.owner(bob), bob, false).await;
    assert!(own.is_err(), "{own:?}");
}
