use super::*;
use crate::AuditFilter;
use crate::sample::Sample;

/// pages.md §5, Applications: a client is renamed, has other scopes and another secret, each on record; the old secret and
/// its tokens are worth nothing then.
#[tokio::test]
async fn a_client_is_changed_on_record() {
    let sample = Sample::start();
    let (app, cx) = (&sample.app, sample.admin());
    let scopes = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let grants = vec!["client_credentials".to_owned()];
    let held = scopes(&["internal_user_mgt_view"]);
    let old = app.add_client(&cx, "import", grants, &held).await.unwrap();
    let id = old.id.to_string();
    let record = async |secret: &str| app.client_with_secret(&cx.tenant, &id, secret).await.unwrap();
    let client = record(&old.secret).await.unwrap();
    let token = app.issue_token(&cx.tenant, &client, &[]).await.unwrap().unwrap();

    app.rename_client(&cx, old.id, " provisioning ").await.unwrap();
    app.set_client_scopes(&cx, old.id, &scopes(&["internal_user_mgt_list"])).await.unwrap();
    app.set_client_scopes(&cx, old.id, &scopes(&["internal_user_mgt_list"])).await.unwrap();
    let new = app.rotate_client_secret(&cx, old.id).await.unwrap();

    let client = record(&new.secret).await.unwrap();
    assert_eq!((client.name.as_str(), client.scopes), ("provisioning", scopes(&["internal_user_mgt_list"])));
    assert!(record(&old.secret).await.is_none());
    assert!(app.store().token(sha256(&token.token)).await.unwrap().is_none());
    let filter = AuditFilter { events: vec![Event::ClientChanged], ..AuditFilter::default() };
    let trail = app.audit(&cx, &filter, None, 10).await.unwrap().entries;
    let said: Vec<_> = trail.iter().filter_map(|entry| entry.detail.as_deref()?.split_once("): ")).collect();
    let what: Vec<_> = said.iter().map(|(_, what)| *what).collect();
    assert_eq!(what, ["another secret", "scopes internal_user_mgt_list", "called provisioning"]);
}

/// What is no name, no scope or no client is refused, and nothing changes.
#[tokio::test]
async fn what_does_not_fit_a_client_is_refused() {
    let sample = Sample::start();
    let (app, cx) = (&sample.app, sample.admin());
    let client = app.add_client(&cx, "import", vec![], &[]).await.unwrap().id;

    for name in ["", "  ", "two\nlines", &"x".repeat(101)] {
        assert!(matches!(app.rename_client(&cx, client, name).await, Err(ClientError::Name)), "{name:?}");
        assert!(matches!(app.add_client(&cx, name, vec![], &[]).await, Err(ClientError::Name)), "{name:?}");
    }
    let slip = app.add_client(&cx, "other", vec![], &["internal_everything".to_owned()]).await;
    assert!(matches!(slip, Err(ClientError::UnknownScope(_))));
    assert_eq!(app.clients(&cx).await.unwrap().len(), 1);
    let unknown = app.set_client_scopes(&cx, client, &["internal_everything".to_owned()]).await;
    assert!(matches!(unknown, Err(ClientError::UnknownScope(_))), "{unknown:?}");
    app.remove_client(&cx, client).await.unwrap();
    let gone = app.rotate_client_secret(&cx, client).await;
    assert!(matches!(gone, Err(ClientError::NoSuchClient)));
    assert!(matches!(app.rename_client(&cx, client, "x").await, Err(ClientError::NoSuchClient)));
}

/// SEC-37: nobody gets at more than he may by way of a program: not by adding one, not by its scopes, and not by the secret
/// of one that may more. Taking away, renaming and removing give nobody anything.
#[tokio::test]
async fn nobody_grants_a_client_what_he_does_not_hold() {
    let sample = Sample::start();
    let (app, server) = (&sample.app, sample.admin());
    let ann = sample.person("ann", None, false).await;
    let scopes = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (own, beyond) = (scopes(&["internal_config_mgt_add"]), scopes(&["internal_user_mgt_update"]));
    app.set_grants(&server, Subject::User(ann), &own, true).await.unwrap();
    let mut cx = sample.admin();
    cx.actor.requester.subject = Subject::User(ann);
    let strong = app.add_client(&server, "strong", vec![], &beyond).await.unwrap().id;
    let is_beyond = |error| matches!(error, ClientError::BeyondOwn(scope) if scope == beyond[0]);

    let allowed = scopes(&["internal_config_mgt_add", "internal_login"]);
    let mine = app.add_client(&cx, "mine", vec![], &allowed).await.unwrap().id;
    let refused = [
        app.add_client(&cx, "other", vec![], &beyond).await.err().unwrap(),
        app.set_client_scopes(&cx, mine, &[own.clone(), beyond.clone()].concat()).await.unwrap_err(),
        app.rotate_client_secret(&cx, strong).await.err().unwrap(),
    ];
    app.set_client_scopes(&cx, strong, &[]).await.unwrap();

    assert!(refused.into_iter().all(is_beyond));
    assert!(app.rotate_client_secret(&cx, strong).await.is_ok(), "it may nothing any more");
    app.set_grants(&server, Subject::User(ann), &own, false).await.unwrap();
    let late = app.add_client(&cx, "late", vec![], &own).await;
    assert!(matches!(late, Err(ClientError::BeyondOwn(_))), "what was taken is not his to grant");
}
