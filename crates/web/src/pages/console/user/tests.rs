//! A user's page over the whole router: what administrators do, and what comes of it.

mod changes;
mod edits;
mod rights;

use countersign_domain::UserId;
use countersign_domain::claim::ClaimFamily;

use super::path_of;
use crate::pages::console::sample::Browser;
use crate::sample::{Person, Reply, TestServer};

const OLD: &str = "bob@example.org";
const NEW: &str = "bob.new@example.org";
const NUMBER: &str = "0777777777";

/// Bob, with an address and a number that count as proven.
async fn with_bob(server: &TestServer) -> UserId {
    let bob = Person { email: Some(OLD), mobile: Some("0711111111"), ..Person::default() };
    server.person("bob", bob).await
}

/// A user with an address that nobody has proven.
async fn with_unproven(server: &TestServer, name: &str, email: &str) -> UserId {
    let id = server.person(name, Person { email: Some(email), ..Person::default() }).await;
    server.clock.advance(countersign_domain::SignedDuration::from_mins(1));
    let cx = server.operator();
    let asked = server.web.app.ask_for_new_proof(&cx, id, ClaimFamily::Email, email, None).await.unwrap();
    let countersign_app::EditOutcome::Waits { change, .. } = asked.outcome else { panic!("{asked:?}") };
    server.web.app.cancel_change(&cx, countersign_app::Viewer::Privileged, change).await.unwrap();
    crate::mailbox::delivered(server, countersign_domain::claim::Channel::Email).await;
    id
}

/// The part of a page with this id.
fn part(page: &Reply, id: &str) -> String {
    let part = page.text.split(&format!("<section class=\"group\" id=\"{id}\"")).nth(1);
    part.unwrap_or_else(|| panic!("{}", page.text)).split("</section>").next().unwrap().to_owned()
}

/// What a hidden field of a part holds.
fn hidden(part: &str, name: &str) -> String {
    let field = part.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    field.split('"').next().unwrap().to_owned()
}

/// The page's *Update* of an address, as it stands on `page`, with `typed` in its field.
async fn update(browser: &mut Browser<'_>, page: &Reply, bob: UserId, typed: &str) -> Reply {
    let email = part(page, "email");
    let (held, pending) = (hidden(&email, "shown.held"), hidden(&email, "shown.pending"));
    let form = [("shown.held", held.as_str()), ("shown.pending", pending.as_str()), ("emails", typed)];
    browser.press(&format!("{}/contacts/email", path_of(bob)), &form).await
}

/// Where the change is acted upon that waits in a part of the page.
fn change_path(page: &Reply) -> String {
    let action = page.text.split("/resend\"").next().unwrap().rsplit('"').next().unwrap();
    assert!(action.contains("/changes/"), "{}", page.text);
    action.to_owned()
}
