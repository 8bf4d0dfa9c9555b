//! Settings, grants, clients, tokens, keys.

use std::collections::BTreeMap;

use countersign_domain::actor::Subject;
use countersign_domain::change::SecretDigest;
use countersign_domain::{ClientId, SignedDuration, TenantId};
use countersign_store::{
    AdminWrite, ClientRecord, Commit, CommitError, KeyMismatch, TakenClaim, TokenRecord,
};

use crate::builder::profile;
use crate::database::{House, for_each_database};

fn administering(house: &House, admin: Vec<AdminWrite>) -> Commit {
    Commit { admin, ..house.nothing() }
}

fn grant(subject: Subject, scope: &str, granted: bool) -> AdminWrite {
    AdminWrite::Grant { subject, scope: scope.to_owned(), granted }
}

async fn client(house: &House, name: &str) -> (ClientId, AdminWrite) {
    let id = ClientId::new(house.id());
    let secret_hash = [5; 32];
    let add = AdminWrite::AddClient {
        id,
        name: name.to_owned(),
        secret_hash,
        grants: vec!["client_credentials".to_owned()],
    };
    house.commit(administering(house, vec![add.clone()])).await.unwrap();
    (id, add)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_over_the_file_until_it_is_taken_back() {
    for_each_database(async |house| {
        let set = |value: Option<&str>| {
            let (name, value) = ("Mobile.EnableVerification".to_owned(), value.map(ToOwned::to_owned));
            administering(&house, vec![AdminWrite::Setting { name, value }])
        };

        for value in ["true", "false"] {
            house.commit(set(Some(value))).await.unwrap();
            let expected = BTreeMap::from([("Mobile.EnableVerification".to_owned(), value.to_owned())]);
            assert_eq!(house.store.overrides(&house.tenant).await.unwrap(), expected);
        }
        house.commit(set(None)).await.unwrap();
        assert_eq!(house.store.overrides(&house.tenant).await.unwrap(), BTreeMap::new());
    })
    .await;
}

/// DESIGN §5, permissions: scopes come only from grants, each subject's own, each house's own.
#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_what_was_granted_to_exactly_this_subject() {
    for_each_database(async |house| {
        let user = Subject::User(house.user(profile("bob")).await);
        let (client, _) = client(&house, "provisioning").await;
        house
            .commit(administering(
                &house,
                vec![
                    grant(user, "internal_user_mgt_view", true),
                    grant(user, "internal_user_mgt_list", true),
                    grant(user, "internal_user_mgt_list", true),
                    grant(Subject::Client(client), "internal_user_mgt_create", true),
                ],
            ))
            .await
            .unwrap();

        let scopes = async |subject| house.store.scopes_of(&house.tenant, subject).await.unwrap();
        assert_eq!(scopes(user).await, ["internal_user_mgt_list", "internal_user_mgt_view"]);
        assert_eq!(scopes(Subject::Client(client)).await, ["internal_user_mgt_create"]);
        let elsewhere = house.store.scopes_of(&TenantId::new("other.example"), user).await.unwrap();
        assert_eq!(elsewhere, Vec::<String>::new());

        house
            .commit(administering(&house, vec![grant(user, "internal_user_mgt_list", false)]))
            .await
            .unwrap();
        assert_eq!(scopes(user).await, ["internal_user_mgt_view"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_added_once_read_whole_and_removed_with_everything_of_it() {
    for_each_database(async |house| {
        let (id, add) = client(&house, "provisioning").await;
        let again = house.commit(administering(&house, vec![add])).await.unwrap_err();
        assert!(matches!(again, CommitError::Taken(TakenClaim::Record)), "{again:?}");
        let scoped =
            administering(&house, vec![grant(Subject::Client(id), "a", true), token(&house, id, &["a"])]);
        house.commit(scoped).await.unwrap();

        let expected = ClientRecord {
            id,
            name: "provisioning".to_owned(),
            secret_hash: [5; 32],
            grants: vec!["client_credentials".to_owned()],
            scopes: vec!["a".to_owned()],
        };
        assert_eq!(house.store.client(&house.tenant, id).await.unwrap(), Some(expected.clone()));
        assert_eq!(house.store.clients(&house.tenant).await.unwrap(), [expected]);

        house.commit(administering(&house, vec![AdminWrite::RemoveClient(id)])).await.unwrap();
        assert_eq!(house.store.client(&house.tenant, id).await.unwrap(), None);
        assert_eq!(house.store.token([6; 32]).await.unwrap(), None);
        assert_eq!(
            house.store.scopes_of(&house.tenant, Subject::Client(id)).await.unwrap(),
            Vec::<String>::new()
        );
    })
    .await;
}

/// A client has another name or secret, and with another secret its tokens end; one that is gone conflicts.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_another_secret_has_no_token_any_more() {
    for_each_database(async |house| {
        let (id, _) = client(&house, "provisioning").await;
        let issuing = vec![grant(Subject::Client(id), "a", true), token(&house, id, &["a"])];
        house.commit(administering(&house, issuing)).await.unwrap();
        let change = |id, name: Option<&str>, secret_hash| {
            let name = name.map(ToOwned::to_owned);
            administering(&house, vec![AdminWrite::ChangeClient { id, name, secret_hash }])
        };

        house.commit(change(id, Some("import"), None)).await.unwrap();
        let renamed = house.store.client(&house.tenant, id).await.unwrap().unwrap();
        assert_eq!((renamed.name.as_str(), renamed.secret_hash), ("import", [5; 32]));
        assert!(house.store.token([6; 32]).await.unwrap().is_some());

        house.commit(change(id, None, Some([8; 32]))).await.unwrap();
        let rotated = house.store.client(&house.tenant, id).await.unwrap().unwrap();
        assert_eq!((rotated.name.as_str(), rotated.secret_hash), ("import", [8; 32]));
        assert_eq!(house.store.token([6; 32]).await.unwrap(), None);

        let gone = house.commit(change(ClientId::new(house.id()), Some("x"), None)).await;
        assert!(matches!(gone, Err(CommitError::Conflict)), "{gone:?}");
    })
    .await;
}

fn token(house: &House, client: ClientId, scopes: &[&str]) -> AdminWrite {
    AdminWrite::AddToken {
        hash: [6; 32],
        client,
        scopes: scopes.iter().map(ToString::to_string).collect(),
        expires_at: house.now() + SignedDuration::from_mins(5),
    }
}

/// A token is worth what its client is still granted, and nothing once it has expired.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_carries_what_is_still_granted_until_it_expires() {
    for_each_database(async |house| {
        let (id, _) = client(&house, "provisioning").await;
        let subject = Subject::Client(id);
        let issuing =
            vec![grant(subject, "a", true), grant(subject, "b", true), token(&house, id, &["b", "a"])];
        house.commit(administering(&house, issuing)).await.unwrap();
        let shown = |scopes: &[&str]| {
            let scopes = scopes.iter().map(ToString::to_string).collect();
            let record = TokenRecord { client: id, client_name: "provisioning".to_owned(), scopes };
            Some((house.tenant.clone(), record))
        };
        assert_eq!(house.store.token([6; 32]).await.unwrap(), shown(&["b", "a"]));

        house.commit(administering(&house, vec![grant(subject, "b", false)])).await.unwrap();
        assert_eq!(house.store.token([6; 32]).await.unwrap(), shown(&["a"]));

        house.clock.advance(SignedDuration::from_mins(5));
        assert_eq!(house.store.token([6; 32]).await.unwrap(), None);
        assert_eq!(house.store.token([7; 32]).await.unwrap(), None);
    })
    .await;
}

/// A token for a client that was removed meanwhile was decided on a state that is no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_removed_client_conflicts() {
    for_each_database(async |house| {
        let gone = ClientId::new(house.id());

        let outcome = house.commit(administering(&house, vec![token(&house, gone, &["a"])])).await;

        assert!(matches!(outcome, Err(CommitError::Conflict)), "{outcome:?}");
    })
    .await;
}

/// DESIGN §2.1, keys: a node whose keys differ must not start.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_belongs_to_the_first_key_of_each_kind() {
    for_each_database(async |house| {
        let (mine, other) = (SecretDigest::new([1; 32]), SecretDigest::new([2; 32]));

        house.store.claim_key("mac", mine).await.unwrap();
        house.store.claim_key("mac", mine).await.unwrap();
        house.store.claim_key("seal", other).await.unwrap();

        let refused = house.store.claim_key("mac", other).await;
        assert!(matches!(refused, Err(KeyMismatch::OtherKey)), "{refused:?}");
    })
    .await;
}
