use countersign_domain::TenantId;
use countersign_domain::claim::Channel;

use super::*;
use crate::pages::console::sample::Browser;
use crate::sample::{PASSWORD, Person, Reply, TestServer};

/// What stands beside a field.
fn error_of<'r>(page: &'r Reply, field: &str) -> &'r str {
    let error = page.text.split(&format!("id=\"{field}-error\">")).nth(1).unwrap_or_default();
    error.split("</p>").next().unwrap_or_default()
}

async fn is_there(server: &TestServer, name: &str) -> bool {
    server.web.app.user_named(&server.operator(), name).await.unwrap().is_some()
}

/// pages §5, DESIGN §5 "Values given at creation": the values are in force and not verified; what is ticked is asked proof
/// of, what is not is sent nothing. The new user signs in.
#[tokio::test]
async fn a_user_is_created_and_asked_for_the_proofs_that_are_ticked() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let form = admin.open(HERE).await;

    let page = admin
        .press(
            HERE,
            &[
                ("userName", " eve "),
                ("name.givenName", "Eve"),
                ("name.familyName", "Moneypenny"),
                ("emails", "eve@example.org"),
                ("verifyEmail", "true"),
                ("phoneNumbers", "+94 77 123 4567"),
                ("password", PASSWORD),
            ],
        )
        .await;

    assert!(form.text.contains("name=\"verifyEmail\" value=\"true\" checked"), "{}", form.text);
    assert!(form.text.contains("At least 8 characters, and none of the passwords"), "{}", form.text);
    assert!(page.text.contains("a message that asks for proof is on its way"), "{}", page.text);
    let (cx, app) = (server.operator(), &server.web.app);
    let eve = app.user_named(&cx, "eve").await.unwrap().unwrap();
    let view = app.user(&cx, eve).await.unwrap().unwrap();
    let contacts = &view.user.profile.contacts;
    assert_eq!(contacts.email.address().unwrap().as_str(), "eve@example.org");
    assert_eq!(contacts.mobile.address().unwrap().as_str(), "+94 77 123 4567");
    assert!(!contacts.email.verified && !contacts.mobile.verified);
    assert_eq!(view.user.profile.attributes["name"]["familyName"], "Moneypenny");
    assert_eq!((view.pending.email.is_some(), view.pending.mobile), (true, None));
    assert_eq!(server.sent(Channel::Email).await.len(), 1);
    assert_eq!(server.sent(Channel::Sms).await, []);
    app.sign_in(&TenantId::carbon_super(), "eve", PASSWORD, None).await.unwrap();
}

/// A name is enough: nothing is sent, and nobody signs in before there is a password.
#[tokio::test]
async fn a_name_is_enough() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    let page = admin.press(HERE, &[("userName", "eve"), ("verifyEmail", "true")]).await;

    assert!(page.text.contains("No message was sent."), "{}", page.text);
    assert!(is_there(&server, "eve").await);
    assert_eq!(server.sent(Channel::Email).await, []);
    let signed_in = server.web.app.sign_in(&TenantId::carbon_super(), "eve", "", None).await;
    assert!(signed_in.is_err());
}

/// pages §1: each slip beside its field, all at once; what was typed is kept, the password never.
#[tokio::test]
async fn slips_are_said_beside_their_fields_and_what_was_typed_is_kept() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    let page = admin
        .post(
            HERE,
            &[
                ("name.givenName", "Eve <b>"),
                ("emails", "eve at example.org"),
                ("phoneNumbers", "call me"),
                ("password", "tin-goose-orbit-7"),
            ],
        )
        .await;

    assert_eq!(page.status, 422);
    assert_eq!(error_of(&page, "userName"), "Type a user name.");
    assert!(error_of(&page, "emails").contains("That is no e-mail address"), "{}", page.text);
    assert!(error_of(&page, "phoneNumbers").contains("has digits"), "{}", page.text);
    assert!(page.text.contains("<a href=\"#emails\">") && page.text.contains("<title>Error: "));
    assert!(page.text.contains("value=\"eve at example.org\"") && page.text.contains("value=\"call me\""));
    assert!(
        page.text.contains("Eve &#60;b&#62;") && !page.text.contains("tin-goose-orbit-7"),
        "{}",
        page.text
    );
    assert_eq!(page.text.matches(" autofocus").count(), 1);
    // What was not ticked is not ticked again.
    assert!(!page.text.contains(" checked"), "{}", page.text);

    let long = admin.post(HERE, &[("userName", &*"x".repeat(256))]).await;
    let weak = admin.post(HERE, &[("userName", "eve"), ("password", "password123")]).await;
    assert_eq!((long.status.as_u16(), weak.status.as_u16()), (422, 422));
    assert!(error_of(&long, "userName").contains("at most 255"), "{}", long.text);
    assert!(error_of(&weak, "password").contains("everybody tries first"), "{}", weak.text);
    assert!(!is_there(&server, "eve").await);
}

/// SCIM-41: a name that is there is 409, whatever its case; so is an address, where addresses are unique.
#[tokio::test]
async fn what_another_user_has_is_refused() {
    let server = TestServer::start_with(|file| file.base.unique = true);
    server.person("bob", Person { email: Some("bob@example.org"), ..Person::default() }).await;
    let mut admin = Browser::admin(&server).await;

    let name = admin.post(HERE, &[("userName", "Bob"), ("name.givenName", "Robert")]).await;
    let address = admin.post(HERE, &[("userName", "rob"), ("emails", "BOB@example.org")]).await;

    assert_eq!((name.status.as_u16(), address.status.as_u16()), (409, 409));
    assert!(error_of(&name, "userName").contains("There is a user of that name already"), "{}", name.text);
    assert!(name.text.contains("value=\"Robert\""));
    assert!(error_of(&address, "emails").contains("Another user has that address"), "{}", address.text);
    assert!(!is_there(&server, "rob").await);
}

/// Where verification is switched off nothing can be ticked, and the page says so; a form that ticks it all the same sends
/// nothing.
#[tokio::test]
async fn no_proof_is_asked_for_where_none_is_made() {
    let server = TestServer::start_with(|file| file.connector.email_enable_verification = false);
    let mut admin = Browser::admin(&server).await;

    let form = admin.open(HERE).await;
    let forged = [("userName", "eve"), ("emails", "eve@example.org"), ("verifyEmail", "true")];
    let page = admin.press(HERE, &forged).await;

    assert!(!form.text.contains("verifyEmail") && form.text.contains("verifyMobile"), "{}", form.text);
    assert!(form.text.contains("no proof is asked for"), "{}", form.text);
    assert!(page.text.contains("No message was sent."), "{}", page.text);
    assert_eq!(server.sent(Channel::Email).await, []);
}

/// security §8: where too many messages were sent to the address the form comes back with 429; without the proof it goes.
#[tokio::test]
async fn too_many_messages_are_said_and_the_form_is_kept() {
    let server = TestServer::start_with(|file| {
        (file.base.limits.sends_per_destination_hour, file.base.unique) = (1, false);
    });
    let mut admin = Browser::admin(&server).await;
    let form = |name| [("userName", name), ("emails", "shared@example.org"), ("verifyEmail", "true")];
    admin.post(HERE, &form("eve")).await;

    let refused = admin.post(HERE, &form("ann")).await;

    assert_eq!(refused.status, 429);
    assert!(refused.text.contains("Nobody was created"), "{}", refused.text);
    assert!(refused.text.contains("value=\"ann\"") && !is_there(&server, "ann").await);
    let page = admin.press(HERE, &form("ann")[..2]).await;
    assert!(page.text.contains("No message was sent."), "{}", page.text);
}

/// SEC-37: the page and its form need the permission; only who holds it is led here. Whoever may not see the user is led to
/// what he may see.
#[tokio::test]
async fn creating_needs_its_permission() {
    let server = TestServer::start();
    let mut viewer = Browser::of(&server, "vic", &[LIST, VIEW]).await;
    let mut creator = Browser::of(&server, "cat", &[CREATE]).await;
    let mut lister = Browser::of(&server, "lee", &[CREATE, LIST]).await;
    let link = format!("href=\"{HERE}\"");

    assert!(!viewer.open(PATH).await.text.contains(&link));
    assert!(lister.open(PATH).await.text.contains(&link));
    assert_eq!(viewer.open(HERE).await.status, 403);
    assert_eq!(viewer.post(HERE, &[("userName", "eve")]).await.status, 403);
    assert!(!is_there(&server, "eve").await);
    assert_eq!(creator.post(HERE, &[("userName", "eve")]).await.header("location"), HERE);
    assert_eq!(lister.post(HERE, &[("userName", "ann")]).await.header("location"), PATH);
    let (cx, app) = (server.operator(), &server.web.app);
    let eve = app.user_named(&cx, "eve").await.unwrap().unwrap();
    assert_eq!(app.grants(&cx, countersign_domain::actor::Subject::User(eve)).await.unwrap(), [""; 0]);
}
