use countersign_domain::actor::{Actor, Persona, Requester, Subject};
use countersign_domain::audit::Event;
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::{Refusal, SignedDuration, UserId};
use countersign_store::Settlement;

use super::*;
use crate::sample::Sample;
use crate::{AuditFilter, Context, UpdateError};

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

/// Ann at a page of the Console: an administrator who has just shown her password, or did long ago.
fn at_the_console(sample: &Sample, ann: UserId, recent_auth: bool) -> Context {
    let requester =
        Requester { persona: Persona::Administrator, subject: Subject::User(ann), display: "ann".to_owned() };
    let cx = sample.admin();
    Context { actor: Actor { requester, recent_auth, ..cx.actor }, ..cx }.at_a_page()
}

fn scopes(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Nobody ends his own access as an administrator: he could not take it back.
#[tokio::test]
async fn nobody_shuts_himself_out() {
    let sample = Sample::start();
    let app = &sample.app;
    let ann = sample.person("ann", None, false).await;
    let cx = at_the_console(&sample, ann, true);
    let oneself = |refused: Result<_, AccountEditError>| {
        assert!(matches!(refused, Err(UpdateError::Edit(AccountRefusal::Oneself))), "{refused:?}");
    };

    oneself(app.set_active(&cx, ann, false).await.map(drop));
    oneself(app.set_locked(&cx, ann, true).await.map(drop));
    oneself(app.reset_password(&cx, ann, Sample::password()).await.map(drop));
    oneself(app.delete_account(&cx, ann).await);
    oneself(app.change_grants(&cx, ann, &scopes(&["internal_user_mgt_list"]), &[]).await.map(drop));

    assert!(app.user(&cx, ann).await.unwrap().unwrap().user.profile.may_act());
}

/// SEC-24: what cannot be taken back, and what gives somebody power, is asked of a person who has just shown his password; a
/// disabling can be taken back, and is not.
#[tokio::test]
async fn what_cannot_be_taken_back_needs_the_password_again() {
    let sample = Sample::start();
    let app = &sample.app;
    let (ann, bob) = (sample.person("ann", None, false).await, sample.person("bob", None, false).await);
    let stale = at_the_console(&sample, ann, false);
    let asked = |refused: Result<_, AccountEditError>| {
        assert!(matches!(refused, Err(UpdateError::Refused(Refusal::StaleAuthentication))), "{refused:?}");
    };

    asked(app.reset_password(&stale, bob, Sample::password()).await.map(drop));
    asked(app.delete_account(&stale, bob).await);
    asked(app.change_grants(&stale, bob, &[], &[]).await.map(drop));
    app.set_active(&stale, bob, false).await.unwrap();

    let cx = at_the_console(&sample, ann, true);
    app.delete_account(&cx, bob).await.unwrap();
    assert_eq!(app.user(&cx, bob).await.unwrap(), None);
    assert!(matches!(app.delete_account(&cx, bob).await, Err(UpdateError::NoSuchUser)));
}

/// SEC-37: whoever sets a password can sign in with it, so nobody sets that of somebody who may more; by no surface.
#[tokio::test]
async fn nobody_sets_the_password_of_somebody_who_may_more() {
    let sample = Sample::start();
    let app = &sample.app;
    let (ann, bob) = (sample.person("ann", None, false).await, sample.person("bob", None, false).await);
    let (list, view) = (scopes(&["internal_user_mgt_list"]), scopes(&["internal_user_mgt_view"]));
    app.set_grants(&sample.admin(), Subject::User(ann), &list, true).await.unwrap();
    app.set_grants(&sample.admin(), Subject::User(bob), &view, true).await.unwrap();
    let page = at_the_console(&sample, ann, true);
    let mut api = page.clone();
    api.actor.surface = countersign_domain::actor::Surface::Api;

    for cx in [&page, &api] {
        let refused = app.reset_password(cx, bob, Sample::password()).await;
        let is_password = |name: &str| name == "password";
        assert!(
            matches!(&refused, Err(UpdateError::Refused(Refusal::Mutability(name))) if is_password(name)),
            "{refused:?}"
        );
    }

    app.set_grants(&sample.admin(), Subject::User(ann), &view, true).await.unwrap();
    app.reset_password(&page, bob, Sample::password()).await.unwrap();
}

/// SEC-37: a permission is given and taken by somebody who holds it himself, and the trail says what changed.
#[tokio::test]
async fn nobody_gives_or_takes_what_he_does_not_hold() {
    let sample = Sample::start();
    let app = &sample.app;
    let (ann, bob) = (sample.person("ann", None, false).await, sample.person("bob", None, false).await);
    let (list, view, delete) = (
        scopes(&["internal_user_mgt_list"]),
        scopes(&["internal_user_mgt_view"]),
        scopes(&["internal_user_mgt_delete"]),
    );
    let held = [list.clone(), view.clone()].concat();
    app.set_grants(&sample.admin(), Subject::User(ann), &held, true).await.unwrap();
    app.set_grants(&sample.admin(), Subject::User(bob), &[list.clone(), delete.clone()].concat(), true)
        .await
        .unwrap();
    let cx = at_the_console(&sample, ann, true);
    let of_bob = async || app.grants(&cx, Subject::User(bob)).await.unwrap();
    let before = of_bob().await;

    for (give, take) in [(&delete, &list), (&view, &delete)] {
        let refused = app.change_grants(&cx, bob, give, take).await;
        assert!(matches!(refused, Err(UpdateError::Edit(AccountRefusal::NotHeld))), "{refused:?}");
    }
    let unknown = app.change_grants(&cx, bob, &scopes(&["everything"]), &[]).await;
    assert!(matches!(unknown, Err(UpdateError::Edit(AccountRefusal::Unknown))), "{unknown:?}");
    assert_eq!(of_bob().await, before);

    assert!(app.change_grants(&cx, bob, &view, &list).await.unwrap());
    assert!(!app.change_grants(&cx, bob, &view, &list).await.unwrap());

    let mut after = of_bob().await;
    after.sort();
    assert_eq!(after, [delete, view].concat());
    let filter = AuditFilter { user: Some(bob), events: vec![Event::GrantChanged], ..AuditFilter::default() };
    let rows = app.audit(&cx, &filter, None, 10).await.unwrap().entries;
    let details: Vec<_> = rows.iter().take(2).map(|row| row.detail.clone().unwrap()).collect();
    assert_eq!(details, ["internal_user_mgt_list taken", "internal_user_mgt_view granted"]);
    assert_eq!(rows.len(), 4);
}
