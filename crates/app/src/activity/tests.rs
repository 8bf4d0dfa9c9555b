use countersign_domain::SignedDuration;
use countersign_domain::actor::Subject;
use countersign_domain::claim::Channel;
use countersign_store::Settlement;

use super::*;
use crate::sample::Sample;

const EMAIL: ClaimFamily = ClaimFamily::Email;

async fn all(sample: &Sample, user: UserId, limit: u64) -> Vec<Activity> {
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let (page, next) = sample.app.activity(&sample.owner(user), user, before, limit).await.unwrap();
        assert!(page.len() as u64 <= limit);
        all.extend(page);
        match next {
            Some(next) => before = Some(next.to_string().parse().unwrap()),
            None => return all,
        }
    }
}

/// pages.md §3.5: what, when, from where, how proven, delivered or not; and what can still be undone.
#[tokio::test]
async fn a_change_is_told_from_its_beginning_to_its_proof() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), true).await;
    sample.clock.advance(SignedDuration::from_secs(1));
    let owner = sample.owner(bob);
    sample.app.set_primary(&owner, bob, EMAIL, "new@example.org").await.unwrap();

    let asked = all(&sample, bob, 10).await;
    let asked = asked.iter().find(|one| one.what == Happening::ProofAsked).unwrap();
    assert_eq!(asked.delivery.as_ref().unwrap().state, DeliveryState::Waiting);
    assert!(asked.can_cancel);
    assert_eq!(asked.origin.as_ref().unwrap(), &owner.actor.origin);

    sample.prove(bob, "new@example.org").await;
    sample.clock.advance(SignedDuration::from_secs(1));
    let told = all(&sample, bob, 10).await;

    let what: Vec<Happening> = told.iter().map(|one| one.what).collect();
    assert!(what.contains(&Happening::Proven(Some(Means::Link))), "{what:?}");
    assert!(what.contains(&Happening::Told(Telling::ChangeRequested)), "{what:?}");
    assert!(what.contains(&Happening::Told(Telling::Changed)), "{what:?}");
    assert_eq!(what.last(), Some(&Happening::AccountCreated), "{what:?}");
    let asked = told.iter().find(|one| one.what == Happening::ProofAsked).unwrap();
    assert_eq!(asked.delivery.as_ref().unwrap().state, DeliveryState::HandedOver);
    assert_eq!(asked.delivery.as_ref().unwrap().to.as_ref().unwrap().as_str(), "new@example.org");
    assert!(!told.iter().any(|one| one.can_cancel), "nothing waits any more");
    assert!(told.is_sorted_by_key(|one| std::cmp::Reverse(one.at)), "newest first");
}

/// A message that did not get through says so.
#[tokio::test]
async fn a_message_that_was_given_up_is_told_as_such() {
    let sample = Sample::start();
    let bob = sample.person("bob", None, false).await;
    sample.app.set_primary(&sample.owner(bob), bob, EMAIL, "new@example.org").await.unwrap();
    let lease = SignedDuration::from_mins(1);
    let mail = sample.app.store().lease(Channel::Email, 1, lease).await.unwrap().remove(0);
    sample.settle(&mail, Settlement::Dead { reason: "550 no such user".to_owned() }).await;

    let told = all(&sample, bob, 10).await;

    let asked = told.iter().find(|one| one.what == Happening::ProofAsked).unwrap();
    assert_eq!(asked.delivery.as_ref().unwrap().state, DeliveryState::GivenUp);
}

/// Pages hang together: smaller ones tell the same, once.
#[tokio::test]
async fn small_pages_tell_what_one_page_tells() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), true).await;
    for value in ["a@example.org", "b@example.org", "c@example.org"] {
        sample.clock.advance(SignedDuration::from_mins(5));
        sample.app.set_primary(&sample.owner(bob), bob, EMAIL, value).await.unwrap();
        sample.prove(bob, value).await;
    }

    let whole = all(&sample, bob, 100).await;

    assert!(whole.len() > 12, "{}", whole.len());
    for limit in [1, 2, 3, 7] {
        assert_eq!(all(&sample, bob, limit).await, whole, "{limit}");
    }
}

/// What administrators keep for themselves is not told: their reasons, their machines, who was granted what.
#[tokio::test]
async fn what_administrators_keep_for_themselves_is_not_told() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bob@example.org"), false).await;
    let (app, admin) = (&sample.app, sample.admin());
    app.mark_verified(&admin, bob, EMAIL, "bob@example.org", "a secret reason").await.unwrap();
    app.set_grants(&admin, Subject::User(bob), &["internal_user_mgt_view".to_owned()], true).await.unwrap();

    let told = all(&sample, bob, 10).await;

    let text = format!("{told:?}");
    for kept in ["a secret reason", "192.0.2.7", "browser of admin", "internal_user_mgt_view"] {
        assert!(!text.contains(kept), "{kept}: {text}");
    }
    assert!(told.iter().any(|one| one.what == Happening::MarkedVerified));
    let elsewhere = sample.person("kim", None, false).await;
    assert!(!format!("{:?}", all(&sample, elsewhere, 10).await).contains("bob"));
}
