//! Finding users: by indexed equalities, page by page.

use countersign_domain::claim::ClaimFamily;
use countersign_domain::profile::{Entry, Label};
use countersign_domain::{SignedDuration, UserId};
use countersign_store::{UserQuery, UserTerm};
use serde_json::json;
use uuid::Uuid;

use crate::builder::{email, holding, mobile, profile};
use crate::database::{House, for_each_database};

async fn find(house: &House, terms: Vec<UserTerm>, offset: u64, limit: u64) -> (u64, Vec<UserId>) {
    let page = house.store.users(&house.tenant, UserQuery { terms, offset, limit }).await.unwrap();
    (page.total, page.users.into_iter().map(|view| view.user.id).collect())
}

/// SCIM list: the total counts all, the page is cut in order of creation.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_listed_in_order_of_creation_page_by_page() {
    for_each_database(async |house| {
        let mut created = Vec::new();
        for number in 0..7 {
            created.push(house.user(profile(&format!("user{}", 9 - number))).await);
            house.clock.advance(SignedDuration::from_millis(1));
        }

        assert_eq!(find(&house, vec![], 0, 3).await, (7, created[..3].to_vec()));
        assert_eq!(find(&house, vec![], 3, 9).await, (7, created[3..].to_vec()));
        assert_eq!(find(&house, vec![], 0, 0).await, (7, vec![]));
        assert_eq!(find(&house, vec![], 99, 9).await, (7, vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equalities_find_users_as_the_attribute_compares() {
    for_each_database(async |house| {
        let mut listed = holding(profile("Ann"), email("Ann@Example.com"));
        listed
            .contacts
            .email
            .others
            .push(Entry { value: "Desk@Example.com".to_owned(), label: Label::default() });
        listed.attributes.insert("externalId".to_owned(), json!("A-1"));
        let ann = house.user(listed).await;
        let bob = house.user(holding(profile("bob"), mobile("+94 77 123 4567"))).await;

        let email_is = |text| UserTerm::address(ClaimFamily::Email, text);
        let cases = [
            (vec![UserTerm::Id(ann)], vec![ann]),
            (vec![UserTerm::Id(UserId::new(Uuid::nil()))], vec![]),
            (vec![UserTerm::UserName("ann".to_owned())], vec![ann]),
            (vec![email_is("ANN@example.com")], vec![ann]),
            (vec![email_is("desk@EXAMPLE.com")], vec![ann]),
            (vec![email_is("nobody@example.com")], vec![]),
            (vec![UserTerm::address(ClaimFamily::Mobile, "+94771234567")], vec![bob]),
            (vec![UserTerm::external_id("A-1")], vec![ann]),
            (vec![UserTerm::external_id("a-1")], vec![]),
            (vec![UserTerm::Nothing], vec![]),
            (vec![email_is("ann@example.com"), UserTerm::external_id("A-1")], vec![ann]),
            (vec![email_is("ann@example.com"), UserTerm::UserName("bob".to_owned())], vec![]),
        ];
        for (terms, found) in cases {
            assert_eq!(find(&house, terms.clone(), 0, 9).await, (found.len() as u64, found), "{terms:?}");
        }
    })
    .await;
}

/// What is no longer there is no longer found.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_value_is_found_under_the_new_one_only() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("bob"), email("old@example.com"))).await;

        let seen = house.snapshot(user).await;
        house
            .commit(house.rewriting(&seen, holding(profile("robert"), email("new@example.com"))))
            .await
            .unwrap();

        for (text, found) in [("old@example.com", 0), ("new@example.com", 1)] {
            assert_eq!(find(&house, vec![UserTerm::address(ClaimFamily::Email, text)], 0, 9).await.0, found);
        }
        assert_eq!(house.store.user_id_by_name(&house.tenant, "bob").await.unwrap(), None);
        assert_eq!(house.store.user_id_by_name(&house.tenant, "robert").await.unwrap(), Some(user));
    })
    .await;
}

/// DESIGN §1: pending is shown beside what is held.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_shows_what_waits_beside_what_is_held() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("bob"), email("old@example.com"))).await;
        house.begun(user, &email("New@example.com")).await;
        house.begun(user, &mobile("+94771234567")).await;

        let view = house.store.user_view(&house.tenant, user).await.unwrap().unwrap();

        assert_eq!(view.user, house.snapshot(user).await.user);
        assert_eq!(view.pending.email, Some(email("New@example.com")));
        assert_eq!(view.pending.mobile, Some(mobile("+94771234567")));
        let query = UserQuery { terms: vec![UserTerm::Id(user)], offset: 0, limit: 1 };
        assert_eq!(house.store.users(&house.tenant, query).await.unwrap().users, [view]);
        assert_eq!(house.store.user_view(&house.tenant, UserId::new(Uuid::nil())).await.unwrap(), None);
    })
    .await;
}
