use super::*;
use crate::sample::Sample;

const EMAIL: ClaimFamily = ClaimFamily::Email;

fn waits(edited: &ContactEdited) -> Option<&str> {
    match &edited.outcome {
        EditOutcome::Waits { value, .. } => Some(value.as_str()),
        _ => None,
    }
}

fn shown(view: &UserView) -> (String, bool, Vec<String>, Vec<String>) {
    let contacts = &view.user.profile.contacts.email;
    let texts = |list: &[Address]| list.iter().map(|one| one.as_str().to_owned()).collect();
    let held = contacts.address().map_or("–", Address::as_str).to_owned();
    (held, contacts.verified, texts(&contacts.all), texts(&contacts.proven))
}

/// pages.md §3.2, M11: another address waits; the one in force stays until it is proven, then it has taken its place.
#[tokio::test]
async fn another_address_waits_and_lands_with_its_proof() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), true).await;

    let edited = sample.app.set_primary(&sample.owner(bob), bob, EMAIL, "new@example.org").await.unwrap();

    assert_eq!(waits(&edited), Some("new@example.org"));
    assert_eq!(shown(&edited.view).0, "old@example.org");
    sample.prove(bob, "new@example.org").await;
    let view = sample.app.user(&sample.admin(), bob).await.unwrap().unwrap();
    assert_eq!((shown(&view).0.as_str(), shown(&view).1), ("new@example.org", true));
    let again = sample.app.set_primary(&sample.owner(bob), bob, EMAIL, "new@example.org").await.unwrap();
    assert_eq!(again.outcome, EditOutcome::Unchanged);
}

/// D-6: setting the address in force once more calls off what waits.
#[tokio::test]
async fn the_address_in_force_set_again_calls_off_what_waits() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), true).await;
    let cx = sample.owner(bob);
    sample.app.set_primary(&cx, bob, EMAIL, "new@example.org").await.unwrap();

    let edited = sample.app.set_primary(&cx, bob, EMAIL, "old@example.org").await.unwrap();

    assert_eq!(edited.outcome, EditOutcome::CalledOff);
    assert_eq!(edited.view.pending.email, None);
}

/// pages.md §3.1, `verification.md` §2.4: a further address is listed at once and verified with its proof; made primary it
/// lands at once (M7) and what it replaces stays listed; removed it is in neither list.
#[tokio::test]
async fn a_further_address_is_listed_proven_made_primary_and_removed() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), true).await;
    let (app, cx) = (&sample.app, sample.owner(bob));

    let added = app.add_to_list(&cx, bob, EMAIL, "two@example.org").await.unwrap();
    assert_eq!(waits(&added), Some("two@example.org"));
    let early = app.make_primary(&cx, bob, EMAIL, "two@example.org").await;
    assert!(matches!(early, Err(UpdateError::Edit(ContactEditError::NotVerified))), "{early:?}");
    sample.prove(bob, "two@example.org").await;

    let made = app.make_primary(&cx, bob, EMAIL, "TWO@example.org").await.unwrap();
    assert_eq!(made.outcome, EditOutcome::Landed);
    let (held, verified, all, proven) = shown(&made.view);
    assert_eq!((held.as_str(), verified), ("two@example.org", true));
    assert_eq!((all.len(), proven.len()), (2, 2), "{all:?} {proven:?}");

    let removed = app.remove_contact(&cx, bob, EMAIL, "old@example.org").await.unwrap();
    assert_eq!(removed.outcome, EditOutcome::Landed);
    assert_eq!(shown(&removed.view).2, ["two@example.org"]);
    let removed = app.remove_contact(&cx, bob, EMAIL, "two@example.org").await.unwrap();
    assert_eq!(shown(&removed.view), ("–".to_owned(), false, vec![], vec![]));
    let nobody = app.remove_contact(&cx, bob, EMAIL, "two@example.org").await;
    assert!(matches!(nobody, Err(UpdateError::Edit(ContactEditError::NotThere))), "{nobody:?}");
}

/// An address that waits to be listed does not wait any more once it is removed.
#[tokio::test]
async fn what_waits_to_be_listed_is_called_off_with_its_removal() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), true).await;
    let cx = sample.owner(bob);
    sample.app.add_to_list(&cx, bob, EMAIL, "two@example.org").await.unwrap();

    let removed = sample.app.remove_contact(&cx, bob, EMAIL, "two@example.org").await.unwrap();

    assert_eq!(removed.view.pending.email, None);
    assert_eq!(shown(&removed.view).2, ["old@example.org"]);
}

/// SEC-24: at a page whoever showed his password long ago changes, removes and lists nothing, whatever the API asks; a
/// proof of what he has needs no password.
#[tokio::test]
async fn a_page_asks_for_the_password_before_a_contact_changes() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("old@example.org"), false).await;
    let (app, stale) = (&sample.app, sample.stale_owner(bob));

    for refused in [
        app.set_primary(&stale, bob, EMAIL, "new@example.org").await,
        app.add_to_list(&stale, bob, EMAIL, "new@example.org").await,
        app.remove_contact(&stale, bob, EMAIL, "old@example.org").await,
    ] {
        assert!(matches!(refused, Err(UpdateError::Refused(Refusal::StaleAuthentication))), "{refused:?}");
    }
    let asked = app.verify_contact(&stale, bob, EMAIL, "old@example.org").await.unwrap();
    assert_eq!(waits(&asked), Some("old@example.org"));
    let mut through_the_api = stale;
    through_the_api.actor.surface = countersign_domain::actor::Surface::Api;
    let set = app.set_primary(&through_the_api, bob, EMAIL, "new@example.org").await.unwrap();
    assert_eq!(waits(&set), Some("new@example.org"));
}

/// pages.md §5, *Mark as verified*, SEC-17: it needs a reason, is on record with it, and the person is told; an owner cannot.
#[tokio::test]
async fn marking_needs_a_reason_and_is_told_to_the_person() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bob@example.org"), false).await;
    let (app, admin) = (&sample.app, sample.admin());
    let mark = async |cx: &Context, value, reason| app.mark_verified(cx, bob, EMAIL, value, reason).await;

    let silent = mark(&admin, "bob@example.org", " \n").await;
    assert!(matches!(silent, Err(UpdateError::Refused(Refusal::ReasonRequired))), "{silent:?}");
    let other = mark(&admin, "else@example.org", "seen his passport").await;
    assert!(matches!(other, Err(UpdateError::Edit(ContactEditError::NotThere))), "{other:?}");
    let own = mark(&sample.owner(bob), "bob@example.org", "it is mine").await;
    assert!(matches!(own, Err(UpdateError::Refused(Refusal::Mutability(_)))), "{own:?}");

    let marked = mark(&admin, "bob@example.org", "seen his passport").await.unwrap();
    assert_eq!((marked.outcome, shown(&marked.view).1), (EditOutcome::Landed, true));
    let told = sample.mails().await;
    let told: Vec<_> = told.iter().map(|mail| (mail.template.as_str(), mail.to.as_str())).collect();
    assert_eq!(told, [("contactMarkedVerified", "bob@example.org")]);
}

/// pages.md §5, *Ask for new proof*: the value stays, its proof does not, and a new one is waited for; where no proof would
/// begin nothing happens.
#[tokio::test]
async fn a_new_proof_is_asked_for_or_nothing_happens() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bob@example.org"), true).await;
    let (app, admin) = (&sample.app, sample.admin());

    let asked =
        app.ask_for_new_proof(&admin, bob, EMAIL, "bob@example.org", Some("it bounced")).await.unwrap();

    assert_eq!(waits(&asked), Some("bob@example.org"));
    assert_eq!(
        shown(&asked.view),
        ("bob@example.org".to_owned(), false, vec!["bob@example.org".to_owned()], vec![])
    );
    sample.prove(bob, "bob@example.org").await;

    let off = Sample::start_with(|file| file.connector.email_enable_verification = false);
    let kim = off.person("kim", Some("kim@example.org"), true).await;
    let refused = off.app.ask_for_new_proof(&off.admin(), kim, EMAIL, "kim@example.org", None).await;
    assert!(matches!(refused, Err(UpdateError::Edit(ContactEditError::VerificationOff))), "{refused:?}");
    assert!(off.app.user(&off.admin(), kim).await.unwrap().unwrap().user.profile.contacts.email.verified);
}

/// With lists switched off there is one address: nothing is listed.
#[tokio::test]
async fn nothing_is_listed_where_lists_are_off() {
    let sample = Sample::start_with(|file| file.base.lists = false);
    let bob = sample.person("bob", Some("bob@example.org"), true).await;

    let refused = sample.app.add_to_list(&sample.owner(bob), bob, EMAIL, "two@example.org").await;

    assert!(matches!(refused, Err(UpdateError::Edit(ContactEditError::ListsOff))), "{refused:?}");
}

/// pages.md §5: of two who edit at once the second is told: another value waits, or is in force, that his form did not show.
#[tokio::test]
async fn a_form_that_has_been_overtaken_changes_nothing() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bob@example.org"), true).await;
    let (app, admin) = (&sample.app, sample.admin());
    let shown = |held: &str, pending| ContactSeen { held: held.to_owned(), pending };
    let replace =
        async |shown: ContactSeen, new: &str| app.replace_primary(&admin, bob, EMAIL, &shown, new).await;

    let first = replace(shown("bob@example.org", None), "first@example.org").await.unwrap();
    let EditOutcome::Waits { change, .. } = first.outcome else { panic!("{:?}", first.outcome) };
    let overtaken = replace(shown("bob@example.org", None), "second@example.org").await;
    let stale = replace(shown("else@example.org", Some(change)), "second@example.org").await;
    let knowing = replace(shown("BOB@example.org", Some(change)), "second@example.org").await.unwrap();

    assert!(matches!(overtaken, Err(UpdateError::Edit(ContactEditError::Moved))), "{overtaken:?}");
    assert!(matches!(stale, Err(UpdateError::Edit(ContactEditError::Moved))), "{stale:?}");
    assert_eq!(waits(&knowing), Some("second@example.org"));
}
