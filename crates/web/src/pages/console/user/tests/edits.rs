use countersign_domain::change::Limits;
use countersign_domain::claim::{Channel, Country, Region};
use countersign_domain::user_claim_update::NonOwnerUpdate;

use super::*;
use crate::mailbox::delivered;

/// SEED-42, SEED-35: Email → *Update*: the old address stays in force, the new one waits; the page says so beneath the field, and
/// what will happen stands there before.
#[tokio::test]
async fn another_address_waits_and_the_page_says_so() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;

    let page = admin.open(&path_of(bob)).await;
    let updated = update(&mut admin, &page, bob, NEW).await;

    let before = part(&page, "email");
    assert!(before.contains(&format!("name=\"emails\" type=\"text\" value=\"{OLD}\"")), "{before}");
    assert!(before.contains("Until then the address in force stays. The user is told."), "{before}");
    let email = part(&updated, "email");
    assert!(updated.text.contains("We’ve written to the new address."), "{}", updated.text);
    assert!(email.contains(&format!("value=\"{OLD}\"")), "{email}");
    assert!(email.contains(&format!("Waiting for proof: {NEW}")), "{email}");
    assert!(email.contains("What waits for proof now ends with it."), "said before the next one: {email}");
    let sent = server.sent(Channel::Email).await;
    assert!(sent.iter().any(|(template, to)| template == "verifyEmailOnUpdate" && to == NEW), "{sent:?}");
}

/// SEED-42, SEED-37: each member of the list has its proof or its *Verify*; pressed, that member waits.
#[tokio::test]
async fn an_unverified_member_is_verified_by_its_button() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let contacts = format!("{}/contacts/email", path_of(bob));

    let added = admin.press(&format!("{contacts}/add"), &[("emails", NEW)]).await;
    let change = change_path(&added);
    let cancelled = admin.press(&format!("{change}/cancel"), &[]).await;
    let page = part(&cancelled, "email");
    let verified = admin.press(&format!("{contacts}/verify"), &[("value", NEW)]).await;

    assert!(added.text.contains("The address is listed. We’ve written to it"), "{}", added.text);
    assert!(cancelled.text.contains("The change is called off."), "{}", cancelled.text);
    assert!(
        page.contains("Email Addresses") && page.contains(&format!("aria-label=\"Verify {NEW}\"")),
        "{page}"
    );
    assert_eq!(page.matches("aria-label=\"Verify ").count(), 1, "{page}");
    assert!(page.contains("Verify writes to the address."), "{page}");
    assert!(verified.text.contains("We’ve written to the address."), "{}", verified.text);
    assert!(part(&verified, "email").contains("Waiting for proof"), "{}", verified.text);
}

/// pages §5: each value says how it was proven, when, by whom; what was marked says why.
#[tokio::test]
async fn each_value_says_how_it_was_proven() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let page = admin.open(&path_of(bob)).await;
    update(&mut admin, &page, bob, NEW).await;
    let token = crate::mailbox::link_token(&server).await;
    let presented = countersign_domain::change::Presented::parse(&token);
    let mut owner = server.operator();
    owner.actor.requester = countersign_domain::actor::Requester {
        persona: countersign_domain::actor::Persona::Owner,
        subject: countersign_domain::actor::Subject::User(bob),
        display: "bob".to_owned(),
    };
    server.web.app.validate_own_code(&owner, bob, &presented).await.unwrap();

    let page = admin.open(&path_of(bob)).await;

    let (email, mobile) = (part(&page, "email"), part(&page, "mobile"));
    assert!(
        email.contains("Proven by the link, by bob<br><time datetime=\"2026-03-02T10:00:00Z\""),
        "{email}"
    );
    assert!(mobile.contains("Created as verified by server<br><time"), "{mobile}");
    assert!(part(&page, "proofs").contains("Ask for a new proof of bob.new@example.org"), "{}", page.text);
}

/// SEC-22, SEC-38: *Mark as verified* says what will happen, needs a reason beside its field, is told to the person, and stands
/// as the value's proof.
#[tokio::test]
async fn marking_needs_a_reason_and_becomes_the_proof() {
    let server = TestServer::start();
    let kim = with_unproven(&server, "kim", "kim@example.org").await;
    let mut admin = Browser::admin(&server).await;
    let (home, mark) = (path_of(kim), format!("{}/contacts/email/mark", path_of(kim)));

    let opened = admin.open(&format!("{home}?mark=email")).await;
    let silent = admin.press(&mark, &[("value", "kim@example.org"), ("reason", "  ")]).await;
    let marked = admin.press(&mark, &[("value", "kim@example.org"), ("reason", "saw her <passport>")]).await;

    let form = part(&opened, "proofs");
    assert!(
        form.contains("Mark kim@example.org as verified") && form.contains("The user is told."),
        "{form}"
    );
    assert_eq!(silent.status.as_u16(), 422);
    assert!(
        silent.text.contains("<title>Error:") && silent.text.contains("href=\"#reason\""),
        "{}",
        silent.text
    );
    assert!(part(&silent, "proofs").contains("id=\"reason-error\""), "{}", silent.text);
    assert!(marked.text.contains("It is marked as verified."), "{}", marked.text);
    let email = part(&marked, "email");
    assert!(email.contains("Marked as verified by admin<br>"), "{email}");
    assert!(email.contains("Reason: saw her &#60;passport&#62;"), "{email}");
    let sent = server.sent(Channel::Email).await;
    assert_eq!(sent, [("contactMarkedVerified".to_owned(), "kim@example.org".to_owned())]);
}

/// pages §5, *Ask for new proof*: what will happen is said first; then the value stays in force, unverified, and waits.
#[tokio::test]
async fn a_new_proof_is_asked_for_after_saying_what_that_means() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let renew = format!("{}/contacts/email/renew", path_of(bob));

    let first = admin.press(&renew, &[("value", OLD)]).await;
    let done = admin.press(&renew, &[("value", OLD), ("confirmed", "true"), ("reason", "it bounced")]).await;

    assert!(part(&first, "proofs").contains("stays in force, but counts as not verified"), "{}", first.text);
    assert!(part(&first, "email").contains("Verified · 2 March 2026"), "{}", first.text);
    let email = part(&done, "email");
    assert!(email.contains(&format!("Waiting for proof: {OLD}")) && !email.contains("Verified ·"), "{email}");
}

/// pages §1: removing and making primary say what they do before they do it; then they do it.
#[tokio::test]
async fn what_is_lost_is_said_before_it_is() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let remove = format!("{}/contacts/email/remove", path_of(bob));

    let asked = admin.press(&remove, &[("value", OLD)]).await;
    let removed = admin.press(&remove, &[("value", OLD), ("confirmed", "true")]).await;
    let again = admin.press(&remove, &[("value", OLD), ("confirmed", "true")]).await;

    assert!(
        part(&asked, "email").contains("We don’t write to this address any more after that."),
        "{}",
        asked.text
    );
    assert!(part(&asked, "email").contains("Verified ·"), "nothing has happened yet");
    assert!(removed.text.contains("The address is removed."), "{}", removed.text);
    assert!(part(&removed, "email").contains("This user has no e-mail address yet."), "{}", removed.text);
    assert_eq!(again.status.as_u16(), 409);
    assert!(again.text.contains("The user does not have this address any more."), "{}", again.text);
}

/// pages §1: every refusal stands beside its field, with what was typed.
#[tokio::test]
async fn what_is_refused_stands_beside_its_field_with_what_was_typed() {
    let server = TestServer::start_with(|file| {
        file.base.limits = Limits { pending_values_per_day: 1, ..Limits::default() };
        file.base.numbering.default_region = Region::parse("LK");
        file.base.numbering.countries = Country::parse("LK").into_iter().collect();
    });
    let bob = with_bob(&server).await;
    server.person("kim", Person { email: Some("kim@example.org"), ..Person::default() }).await;
    let mut admin = Browser::admin(&server).await;
    let page = admin.open(&path_of(bob)).await;

    let wrong = update(&mut admin, &page, bob, "no<address").await;
    let taken = update(&mut admin, &page, bob, "kim@example.org").await;
    let meant = update(&mut admin, &page, bob, "bob@gmial.com").await;
    let mobile = part(&page, "mobile");
    let form = [("shown.held", &*hidden(&mobile, "shown.held")), ("phoneNumbers", "+4915112345678")];
    let abroad = admin.press(&format!("{}/contacts/mobile", path_of(bob)), &form).await;
    let first = update(&mut admin, &page, bob, NEW).await;
    let often = update(&mut admin, &first, bob, "third@example.org").await;

    assert_eq!(wrong.status.as_u16(), 422);
    let email = part(&wrong, "email");
    assert!(email.contains("id=\"emails-error\"") && email.contains("value=\"no&#60;address\""), "{email}");
    assert!(wrong.text.contains("<a href=\"#emails\">That is no e-mail address."), "{}", wrong.text);
    assert!(part(&taken, "email").contains("Another user has this address."), "{}", taken.text);
    assert!(part(&meant, "email").contains("Did you mean bob@gmail.com?"), "{}", meant.text);
    assert!(
        part(&abroad, "mobile").contains("We don’t send text messages to this country."),
        "{}",
        abroad.text
    );
    assert_eq!(often.status.as_u16(), 429);
    assert!(part(&often, "email").contains("Too many changes for now. Try again in"), "{}", often.text);
    assert!(part(&often, "email").contains("value=\"third@example.org\""), "{}", often.text);
    assert_ne!(often.header("retry-after"), "");
}

/// SEC-21: whoever may not list users does not learn that somebody has an address; the new one waits like any.
#[tokio::test]
async fn a_taken_address_is_told_to_who_may_list_alone() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    server.person("kim", Person { email: Some("kim@example.org"), ..Person::default() }).await;
    let mut otto =
        Browser::of(&server, "otto", &["internal_user_mgt_view", "internal_user_mgt_update"]).await;
    let page = otto.open(&path_of(bob)).await;

    let waits = update(&mut otto, &page, bob, "kim@example.org").await;

    assert!(part(&waits, "email").contains("Waiting for proof: kim@example.org"), "{}", waits.text);
}

/// SEC-38: where nothing has to be proven the page says so before; nothing is offered that would be refused.
#[tokio::test]
async fn without_verification_the_page_says_it_takes_effect_at_once() {
    let server = TestServer::start_with(|file| file.connector.email_enable_verification = false);
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;

    let page = admin.open(&path_of(bob)).await;
    let updated = update(&mut admin, &page, bob, NEW).await;

    assert!(
        part(&page, "email").contains("A new address comes into force at once, and counts as not verified")
    );
    assert!(updated.text.contains("The new address is in force."), "{}", updated.text);
    let email = part(&updated, "email");
    assert!(email.contains("Not verified") && !email.contains("aria-label=\"Verify "), "{email}");
    assert!(!part(&updated, "proofs").contains("Ask for a new proof of bob"), "{}", updated.text);
}

/// SEC-38: where administrators write without proof, the hardened profile has a reason stated; it is asked for beside its field.
#[tokio::test]
async fn a_write_without_proof_states_its_reason() {
    let server = TestServer::start_with(|file| {
        file.base.non_owner_update = NonOwnerUpdate::Skip;
        file.base.reason_required = true;
    });
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let page = admin.open(&path_of(bob)).await;
    let form = |reason| [("shown.held", OLD), ("emails", NEW), ("reason", reason)];
    let action = format!("{}/contacts/email", path_of(bob));

    let silent = admin.press(&action, &form("")).await;
    let stated = admin.press(&action, &form("asked at the desk")).await;

    assert!(part(&page, "email").contains("id=\"email-reason\""), "{}", page.text);
    assert_eq!(silent.status.as_u16(), 422);
    let email = part(&silent, "email");
    assert!(
        email.contains("id=\"email-reason-error\"") && email.contains(&format!("value=\"{NEW}\"")),
        "{email}"
    );
    assert!(stated.text.contains("The new address is in force."), "{}", stated.text);
}

/// pages §5: of two administrators at once the second is told who was faster and what is true now; what he typed is kept, and
/// pressing again does it.
#[tokio::test]
async fn of_two_who_edit_at_once_the_second_is_told() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let scopes = ["internal_user_mgt_view", "internal_user_mgt_update", "internal_user_mgt_list"];
    let mut otto = Browser::of(&server, "otto", &scopes).await;
    let (admins, ottos) = (admin.open(&path_of(bob)).await, otto.open(&path_of(bob)).await);

    update(&mut otto, &ottos, bob, "ottos@example.org").await;
    let late = update(&mut admin, &admins, bob, "admins@example.org").await;
    server.clock.advance(countersign_domain::SignedDuration::from_mins(1));
    let pressed = update(&mut admin, &late, bob, "admins@example.org").await;

    assert_eq!(late.status.as_u16(), 409);
    let email = part(&late, "email");
    assert!(
        email.contains("Meanwhile otto has asked for ottos@example.org, which waits for proof."),
        "{email}"
    );
    assert!(email.contains("value=\"admins@example.org\""), "{email}");
    assert!(part(&pressed, "email").contains("Waiting for proof: admins@example.org"), "{}", pressed.text);
}

/// Names are edited in place; only what was changed is written, whatever another administrator did meanwhile.
#[tokio::test]
async fn names_are_edited_in_place() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let names = format!("{}/profile", path_of(bob));

    let opened = admin.open(&format!("{}?edit=profile", path_of(bob))).await;
    admin.press(&names, &[("displayName", "Bob the <b>"), ("shown.displayName", "")]).await;
    let stale =
        [("displayName", ""), ("shown.displayName", ""), ("nickName", "Bobby"), ("shown.nickName", "")];
    let saved = admin.press(&names, &stale).await;
    let nothing = admin.press(&names, &[("nickName", "Bobby"), ("shown.nickName", "Bobby")]).await;

    assert!(
        part(&opened, "profile").contains("id=\"name.givenName\"")
            && opened.text.contains(">Update</button>")
    );
    assert!(saved.text.contains("The profile is saved."), "{}", saved.text);
    let profile = part(&saved, "profile");
    assert!(profile.contains("Bob the &#60;b&#62;") && profile.contains("Bobby"), "{profile}");
    assert!(nothing.text.contains("Nothing had to be changed."), "{}", nothing.text);
}

/// pages §1: what waits in a number's group waits for its code; everything delivered is still told to the person.
#[tokio::test]
async fn another_number_waits_for_its_code() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;

    let form = [("shown.held", "0711111111"), ("phoneNumbers", NUMBER)];
    let waits = admin.press(&format!("{}/contacts/mobile", path_of(bob)), &form).await;

    assert!(part(&waits, "mobile").contains(&format!("Waiting for proof: {NUMBER}")), "{}", waits.text);
    assert!(waits.text.contains("We’ve sent a code to the new number."), "{}", waits.text);
    let to: Vec<_> = delivered(&server, Channel::Sms).await.into_iter().map(|sms| sms.to).collect();
    assert!(to.contains(&NUMBER.to_owned()), "{to:?}");
}

/// With lists switched off there is one address, in the same row; nothing is added or made primary.
#[tokio::test]
async fn without_lists_there_is_one_of_each() {
    let server = TestServer::start_with(|file| file.base.lists = false);
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;

    let page = admin.open(&path_of(bob)).await;
    let posted = admin.press(&format!("{}/contacts/email/add", path_of(bob)), &[("emails", NEW)]).await;

    let email = part(&page, "email");
    assert!(!email.contains("Email Addresses") && !email.contains("Add an e-mail address"), "{email}");
    assert!(
        email.contains("Verified · 2 March 2026") && email.contains("Created as verified by server"),
        "{email}"
    );
    assert_eq!(posted.status.as_u16(), 422);
}
