//! Uniqueness: settled by the database, never by reading first (I10).

use countersign_domain::claim::{Address, ClaimFamily, Numbering, Region};
use countersign_domain::profile::{Contacts, Profile};
use countersign_store::{Commit, CommitError, IndexDiff, TakenClaim, UserStep};

use crate::builder::{email, holding, mobile, profile};
use crate::database::for_each_database;

/// I10, SEC-47, SEC-48: as the claim compares, not byte by byte.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_another_user_holds_is_taken_however_it_is_written() {
    for_each_database(async |house| {
        let both = holding(holding(profile("ann"), email("Info@Example.com")), mobile("+94 77 123 4567"));
        let ann = house.user(both).await;

        let (_, same_mail) = house.creating(holding(profile("bob"), email("info@EXAMPLE.com")));
        let (_, same_number) = house.creating(holding(profile("cem"), mobile("+94-77-1234567")));

        let taken = house.commit(same_mail).await.unwrap_err();
        assert!(matches!(taken, CommitError::Taken(TakenClaim::Address(ClaimFamily::Email))), "{taken:?}");
        let taken = house.commit(same_number).await.unwrap_err();
        assert!(matches!(taken, CommitError::Taken(TakenClaim::Address(ClaimFamily::Mobile))), "{taken:?}");
        let holder =
            house.store.holder_of(&house.tenant, ClaimFamily::Email, "info@example.com").await.unwrap();
        assert_eq!(holder, Some(ann));
        assert_eq!(house.store.user_id_by_name(&house.tenant, "bob").await.unwrap(), None);
    })
    .await;
}

/// SCIM-41.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_name_is_taken_without_regard_to_case_at_creation_and_at_renaming() {
    for_each_database(async |house| {
        let ann = house.user(profile("Ann")).await;
        let bob = house.user(profile("bob")).await;

        let (_, same_name) = house.creating(profile("aNN"));
        let taken = house.commit(same_name).await.unwrap_err();
        assert!(matches!(taken, CommitError::Taken(TakenClaim::UserName)), "{taken:?}");

        let seen = house.snapshot(bob).await;
        let taken = house.commit(house.rewriting(&seen, profile("ANN"))).await.unwrap_err();
        assert!(matches!(taken, CommitError::Taken(TakenClaim::UserName)), "{taken:?}");
        assert_eq!(house.snapshot(bob).await, seen);

        let seen = house.snapshot(ann).await;
        house.commit(house.rewriting(&seen, profile("ANN"))).await.unwrap();
        assert_eq!(house.store.user_id_by_name(&house.tenant, "ann").await.unwrap(), Some(ann));
    })
    .await;
}

/// A stale renaming to a taken name is stale first: the caller decides again on what is true now.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_revision_is_told_before_a_taken_name() {
    for_each_database(async |house| {
        house.user(profile("ann")).await;
        let bob = house.user(profile("bob")).await;
        let stale = house.snapshot(bob).await;
        house.commit(house.rewriting(&stale, profile("robert"))).await.unwrap();

        let outcome = house.commit(house.rewriting(&stale, profile("ann"))).await;

        assert!(matches!(outcome, Err(CommitError::Conflict)), "{outcome:?}");
    })
    .await;
}

/// L counts as well as P; what a user gives up is free for the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_listed_address_is_held_until_it_is_given_up() {
    for_each_database(async |house| {
        let mut listing = holding(profile("ann"), email("ann@example.com"));
        listing.contacts.email.list_as_proven(&email("second@example.com"));
        let ann = house.user(listing.clone()).await;

        let (_, wanting) = house.creating(holding(profile("bob"), email("second@example.com")));
        assert!(matches!(house.commit(wanting.clone()).await, Err(CommitError::Taken(_))));

        let seen = house.snapshot(ann).await;
        let without =
            Profile { user_name: "ann".to_owned(), ..holding(profile("ann"), email("ann@example.com")) };
        house.commit(house.rewriting(&seen, without)).await.unwrap();
        house.commit(wanting).await.unwrap();
        let seen = house.snapshot(ann).await;
        let outcome = house.commit(house.rewriting(&seen, listing)).await;
        assert!(matches!(outcome, Err(CommitError::Taken(_))), "{outcome:?}");
    })
    .await;
}

/// A claim for what one already holds is no conflict with oneself: uniqueness may have been off for a while.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_may_claim_what_is_already_his() {
    for_each_database(async |house| {
        let ann = house.user(holding(profile("ann"), email("ann@example.com"))).await;
        let seen = house.snapshot(ann).await;

        let mut again = house.rewriting(&seen, seen.user.profile.clone());
        if let UserStep::Update(update) = &mut again.user {
            update.index = IndexDiff::between(None, Some(&seen.user.profile), true);
        }
        house.commit(again).await.unwrap();

        assert_eq!(house.store.invariants(&house.tenant).await.unwrap().violations, []);
    })
    .await;
}

/// While uniqueness is off nothing is claimed, and two may hold one value.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_not_claimed_may_be_held_twice() {
    for_each_database(async |house| {
        for name in ["ann", "bob"] {
            let shared = holding(profile(name), email("family@example.com"));
            let index = IndexDiff::between(None, Some(&shared), false);
            let (_, mut commit) = house.creating(shared);
            if let UserStep::Insert(user) = &mut commit.user {
                user.index = index;
            }
            house.commit(Commit { ..commit }).await.unwrap();
        }

        let holder =
            house.store.holder_of(&house.tenant, ClaimFamily::Email, "family@example.com").await.unwrap();
        assert_eq!(holder, None);
    })
    .await;
}

/// Clearing a family frees everything of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_cleared_family_frees_its_values() {
    for_each_database(async |house| {
        let ann = house.user(holding(profile("ann"), email("ann@example.com"))).await;

        let seen = house.snapshot(ann).await;
        let mut cleared = seen.user.profile.clone();
        cleared.contacts.email = Contacts::default();
        house.commit(house.rewriting(&seen, cleared)).await.unwrap();

        house.user(holding(profile("bob"), email("ann@example.com"))).await;
    })
    .await;
}

/// A number typed in its country, with the key a default region gives it.
fn national(text: &str) -> Address {
    let numbering = Numbering { default_region: Region::parse("LK"), countries: Vec::new() };
    match mobile(text) {
        Address::Mobile(number) => Address::Mobile(numbering.judge(&number).unwrap()),
        other @ Address::Email(_) => other,
    }
}

/// SEC-48, I10: a national number and its international form are one claim; the key comes back from a profile and from a
/// change as it was written, so that releasing it frees it, whatever region is configured by then.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_held_by_its_international_form() {
    for_each_database(async |house| {
        let ann = house.user(holding(profile("ann"), national("077 123 4567"))).await;

        let (_, same) = house.creating(holding(profile("bob"), mobile("+94771234567")));
        let taken = house.commit(same.clone()).await.unwrap_err();
        assert!(matches!(taken, CommitError::Taken(TakenClaim::Address(ClaimFamily::Mobile))), "{taken:?}");

        let seen = house.snapshot(ann).await;
        let held = seen.user.profile.contacts.mobile.address().unwrap();
        assert_eq!((held.as_str(), held.key()), ("077 123 4567", "+94771234567"));
        let begun = house.begun(ann, &national("0777654321")).await;
        let pending = house.snapshot(ann).await.pending.mobile.unwrap();
        assert_eq!((pending.value.as_str(), pending.value.key()), ("0777654321", "+94777654321"));
        assert_eq!(pending.value, begun.value);

        let seen = house.snapshot(ann).await;
        house.commit(house.rewriting(&seen, profile("ann"))).await.unwrap();
        house.commit(Commit { operation: house.nothing().operation, ..same }).await.unwrap();
    })
    .await;
}
