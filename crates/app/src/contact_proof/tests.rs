use super::*;
use crate::sample::Sample;

const EMAIL: ClaimFamily = ClaimFamily::Email;

fn lines(proofs: &ContactProofs) -> Vec<String> {
    let line = |value: &ContactProof| {
        let proof = value.proof.as_ref().map(|proof| {
            let by = proof.by.as_ref().map_or("?", |by| by.display.as_str());
            format!(" {:?} by {by} at {:?}", proof.how, proof.at.is_some())
        });
        let place = if value.in_force { "P" } else { "A" };
        format!("{place} {} {:?}{}", value.value.as_str(), value.state, proof.unwrap_or_default())
    };
    proofs.values.iter().map(line).collect()
}

/// pages.md §5, *Contact proofs*, I5: each value says how it was proven, when and by whom; an assertion says why.
#[tokio::test]
async fn every_value_says_how_it_was_proven() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), true).await;
    let (app, owner, admin) = (&sample.app, sample.owner(bob), sample.admin());
    app.add_to_list(&owner, bob, EMAIL, "two@example.org").await.unwrap();
    sample.prove(bob, "two@example.org").await;
    app.add_to_list(&owner, bob, EMAIL, "three@example.org").await.unwrap();

    let proofs = app.contact_proofs(&admin, bob).await.unwrap().unwrap();

    assert_eq!(
        lines(&proofs),
        [
            "P old@example.org Verified Assertion { at_creation: true, reason: None } by admin at true",
            "A two@example.org Verified Link by bob at true",
            "A three@example.org Waiting",
        ]
    );
    let pending = &proofs.pending[0];
    assert_eq!((pending.value.as_str(), pending.change.state), ("three@example.org", "pending"));
    assert_ne!(pending.change.target, "three@example.org", "what the change itself shows is masked");
}

/// The newest proof counts: one that was asked for anew, and a mark with its reason.
#[tokio::test]
async fn the_newest_proof_is_the_one_that_is_shown() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bob@example.org"), false).await;
    let (app, admin) = (&sample.app, sample.admin());
    assert_eq!(
        lines(&app.contact_proofs(&admin, bob).await.unwrap().unwrap()),
        ["P bob@example.org Unverified"]
    );

    sample.clock.advance(countersign_domain::SignedDuration::from_secs(1));
    app.mark_verified(&admin, bob, EMAIL, "bob@example.org", "seen his passport").await.unwrap();
    let marked = app.contact_proofs(&admin, bob).await.unwrap().unwrap();
    let asserted = ProvenBy::Assertion { at_creation: false, reason: Some("seen his passport".to_owned()) };
    assert_eq!(marked.values[0].proof.as_ref().unwrap().how, asserted);

    app.ask_for_new_proof(&admin, bob, EMAIL, "bob@example.org", None).await.unwrap();
    assert_eq!(
        lines(&app.contact_proofs(&admin, bob).await.unwrap().unwrap()),
        ["P bob@example.org Waiting"]
    );
    sample.prove(bob, "bob@example.org").await;
    let proven = app.contact_proofs(&admin, bob).await.unwrap().unwrap();
    assert_eq!(lines(&proven), ["P bob@example.org Verified Link by bob at true"]);
}

/// Values that are masked alike are told apart: each has its own proof.
#[tokio::test]
async fn values_that_look_alike_when_masked_have_their_own_proofs() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bert@example.org"), true).await;
    let (app, admin) = (&sample.app, sample.admin());
    app.add_to_list(&sample.owner(bob), bob, EMAIL, "bill@example.org").await.unwrap();
    sample.prove(bob, "bill@example.org").await;

    let lines = lines(&app.contact_proofs(&admin, bob).await.unwrap().unwrap());

    assert!(lines[0].starts_with("P bert@example.org Verified Assertion"), "{lines:?}");
    assert!(lines[1].starts_with("A bill@example.org Verified Link"), "{lines:?}");
}
