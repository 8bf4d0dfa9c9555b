//! My Account by its forms, over the whole router: what each answers, keeps, says and leaves alone (pages §3).

mod activity;
mod change;
mod code;
mod edit;
mod fresh;
mod profile;
mod security;

use countersign_domain::claim::ClaimFamily;
use countersign_domain::{SignedDuration, UserId};

use crate::mailbox::{ask_for, sms_code};
use crate::sample::{Browser, PASSWORD, Person, Reply, TestServer};

const EMAIL: &str = "bob@example.org";
const MOBILE: &str = "0111111111";
const NEW_EMAIL: &str = "new@example.org";
const NEW_MOBILE: &str = "0777777777";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// What is typed as a password and must come back from nowhere.
const WRONG: &str = "not-the-password-4711";

/// Bob, with a proven address and a proven number; he has just signed in.
async fn bob(server: &TestServer) -> (Browser<'_>, UserId) {
    let person = Person { email: Some(EMAIL), mobile: Some(MOBILE), ..Person::default() };
    let bob = server.person("bob", person).await;
    (Browser::of_known(server, "bob").await, bob)
}

/// A number waits for bob; its code has reached him. The path of the change.
async fn waiting(server: &TestServer, bob: UserId) -> (String, String) {
    ask_for(server, bob, ClaimFamily::Mobile, NEW_MOBILE).await;
    let code = sms_code(server).await;
    (change_of(server, bob, ClaimFamily::Mobile).await.unwrap(), code)
}

/// The path of what waits.
async fn change_of(server: &TestServer, bob: UserId, family: ClaimFamily) -> Option<String> {
    let proofs = server.web.app.contact_proofs(&server.operator(), bob).await.unwrap().unwrap();
    let mut pending = proofs.pending.iter().filter(|proof| proof.value.family() == family);
    pending.next().map(|proof| format!("/myaccount/changes/{}", proof.change.id))
}

/// The value in force.
async fn in_force(server: &TestServer, bob: UserId, family: ClaimFamily) -> String {
    let view = server.web.app.user(&server.operator(), bob).await.unwrap().unwrap();
    let contacts = view.user.profile.contacts.of(family);
    contacts.address().map_or_else(String::new, |address| address.as_str().to_owned())
}

/// Whether everything is as it was when bob signed in, and nothing waits.
async fn is_untouched(server: &TestServer, bob: UserId) -> bool {
    let held = [ClaimFamily::Email, ClaimFamily::Mobile].map(|family| in_force(server, bob, family));
    let [email, mobile] = held;
    let waits = change_of(server, bob, ClaimFamily::Email).await.is_some()
        || change_of(server, bob, ClaimFamily::Mobile).await.is_some();
    (email.await.as_str(), mobile.await.as_str()) == (EMAIL, MOBILE) && !waits
}

/// Status, and where it leads.
fn led(reply: &Reply) -> (u16, &str) {
    (reply.status.as_u16(), reply.header("location"))
}

/// A page says a sentence.
#[track_caller]
fn says(page: &Reply, sentence: &str) {
    assert!(page.text.contains(sentence), "{sentence:?} is not in {}", page.text);
}

/// A refused form: its status, the sentence in the summary (which leads to the field) and beside the field, in the title
/// that something is wrong. No password is in it.
#[track_caller]
fn refuses(page: &Reply, status: u16, field: &str, sentence: &str) {
    assert_eq!(page.status.as_u16(), status, "{}", page.text);
    says(page, "<title>Error: ");
    says(page, &format!("<li><a href=\"#{field}\">{sentence}"));
    says(page, &format!("<p class=\"error\" id=\"{field}-error\">{sentence}"));
    assert!(!page.text.contains(WRONG) && !page.text.contains(PASSWORD), "{}", page.text);
}

/// 429 says when to come back to programs, too (security §8).
#[track_caller]
fn waits(page: &Reply) {
    let wait = page.header("retry-after").parse::<u64>().expect("Retry-After");
    assert!((1..=3600).contains(&wait), "{wait}");
}
