//! `link_confirmation = "session"` (SEC-23): the owner of a change confirms it, signed in as exactly that user.

use countersign_domain::user_claim_update::LinkConfirmation;
use serde_json::json;

use super::*;
use crate::sample::PASSWORD;

const SIGN_IN_FIRST: &str = "Sign in to confirm your new e-mail address";
const SOMEBODY_ELSE: &str = "This link is for another account";
const ASKS: &str = "Confirm your new e-mail address";
const OWN: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

fn server() -> TestServer {
    TestServer::start_with(|file| file.base.link_confirmation = LinkConfirmation::Session)
}

fn outcome(page: &Reply) -> (u16, &str) {
    (page.status.as_u16(), heading(page))
}

/// What stands after a mark, up to the next quote.
fn after<'p>(page: &'p Reply, mark: &str) -> &'p str {
    let rest = page.text.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {}", page.text)).1;
    rest.split_once('"').unwrap().0
}

/// Follows the page's link to the sign-in page, signs in there, and is led on.
async fn sign_in(browser: &mut Browser<'_>, sign_in_page: &Reply, user_name: &str) -> Reply {
    let csrf = after(sign_in_page, "name=\"csrf\" value=\"");
    let back = after(sign_in_page, "name=\"back\" value=\"");
    let back = back.replace('?', "%3F").replace('=', "%3D");
    let body = format!("csrf={csrf}&back={back}&userName={user_name}&password={PASSWORD}");
    let form = [OWN[0], ("content-type", "application/x-www-form-urlencoded")];
    let answer = browser.raw(Method::POST, "/login", &form, body).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    browser.open(answer.header("location")).await
}

async fn to_sign_in(browser: &mut Browser<'_>, page: &Reply) -> Reply {
    browser.open(after(page, "<a class=\"button primary\" href=\"")).await
}

async fn is_untouched(server: &TestServer, user: UserId) -> bool {
    address_in_force(server, user).await == (OLD.to_owned(), true)
}

/// SEC-23: nobody is signed in: the page says so and leads to signing in and back; the button is there then, and confirms.
#[tokio::test]
async fn the_owner_signs_in_and_confirms() {
    let server = server();
    let (bob, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);

    let page = browser.follow(&link).await;
    let before = is_untouched(&server, bob).await;
    let asks = to_sign_in(&mut browser, &page).await;
    let back = sign_in(&mut browser, &asks, "bob").await;
    let looked = is_untouched(&server, bob).await;
    let done = browser.click(&back, "confirm").await;

    assert_eq!(outcome(&page), (200, SIGN_IN_FIRST));
    assert!(
        !page.text.contains("value=\"confirm\"") && page.text.contains("value=\"decline\""),
        "{}",
        page.text
    );
    assert!(page.text.contains("n***@example.org") && page.text.contains("b***"), "{}", page.text);
    assert_eq!(outcome(&back), (200, ASKS));
    assert!(before && looked);
    assert_eq!(outcome(&done), (200, "Your e-mail address is confirmed"));
    assert_eq!(address_in_force(&server, bob).await, (NEW.to_owned(), false));
}

/// SEC-23: the button pressed without its page, by whoever holds the link: nothing for a robot, nothing for another user.
#[tokio::test]
async fn nobody_else_confirms() {
    let server = server();
    let (bob, link) = waiting_link(&server).await;
    server.person("kim", Person::default()).await;

    for _ in 0..5 {
        let mut robot = Browser::new(&server);
        let page = robot.follow(&link).await;
        assert_eq!(outcome(&robot.click(&page, "confirm").await), (403, SIGN_IN_FIRST));
    }
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    let asks = to_sign_in(&mut browser, &page).await;
    let back = sign_in(&mut browser, &asks, "kim").await;
    let pressed = browser.click(&page, "confirm").await;

    assert_eq!(outcome(&back), (200, SOMEBODY_ELSE));
    assert_eq!(outcome(&pressed), (403, SOMEBODY_ELSE));
    assert!(!back.text.contains("kim") && !back.text.contains("bob"), "{}", back.text);
    assert!(is_untouched(&server, bob).await);
}

/// Whoever is signed in as somebody else signs out from the page, and comes back to it as its owner.
#[tokio::test]
async fn somebody_else_signs_out_and_the_owner_comes_back() {
    let server = server();
    let (bob, link) = waiting_link(&server).await;
    server.person("kim", Person::default()).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    let asks = to_sign_in(&mut browser, &page).await;
    let other = sign_in(&mut browser, &asks, "kim").await;

    let csrf = after(&other, "name=\"csrf\" value=\"");
    let back = after(&other, "name=\"back\" value=\"").replace('?', "%3F").replace('=', "%3D");
    let form = [OWN[0], ("content-type", "application/x-www-form-urlencoded")];
    let out = browser.raw(Method::POST, "/logout", &form, format!("csrf={csrf}&back={back}")).await;
    let sign_in_page = browser.open(out.header("location")).await;
    let back = sign_in(&mut browser, &sign_in_page, "bob").await;
    let done = browser.click(&back, "confirm").await;

    assert_eq!(out.status.as_u16(), 303);
    assert!(sign_in_page.text.contains("You are signed out."), "{}", sign_in_page.text);
    assert_eq!((outcome(&back), done.status.as_u16()), ((200, ASKS), 200));
    assert_eq!(address_in_force(&server, bob).await, (NEW.to_owned(), false));
}

/// "This wasn't me" and the cancel link of the notice ask for nobody.
#[tokio::test]
async fn stopping_needs_no_session() {
    let server = server();
    let (bob, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);

    let page = browser.follow(&link).await;
    let declined = browser.click(&page, "decline").await;
    ask_for(&server, bob, ClaimFamily::Email, "other@example.org").await;
    server.clock.advance(SignedDuration::from_hours(2));
    ask_for(&server, bob, ClaimFamily::Email, "third@example.org").await;
    let mails = delivered(&server, Channel::Email).await;
    let notice = mails.iter().rfind(|mail| mail.to == OLD).unwrap();
    let asked = browser.follow(&notice.cancel_link()).await;
    let stopped = browser.click(&asked, "stop").await;

    assert_eq!(outcome(&declined), (200, "The change was stopped"));
    assert_eq!(
        (outcome(&asked), outcome(&stopped)),
        ((200, "Stop this change?"), (200, "The change was stopped"))
    );
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), false));
}

/// SEC-23, SEC-5: in the API the link is taken from its owner, who has signed in, and from no privileged caller.
#[tokio::test]
async fn the_api_takes_the_link_from_its_owner_alone() {
    let server = server();
    let (bob, link) = waiting_link(&server).await;
    server.admin().await;
    let token = link.split_once("confirmation=").unwrap().1.split_once('&').unwrap().0;
    let present = async |who, path: &str| {
        let path = format!("/api/identity/user/v1.0/{path}");
        server.ask(who, Method::POST, &path, Some(json!({"code": token}))).await
    };

    let privileged = present("admin", "validate-code").await;
    let before = is_untouched(&server, bob).await;
    let own = present("bob", "me/validate-code").await;

    assert_eq!((privileged.status.as_u16(), &privileged.json()["code"]), (400, &json!("18001")));
    assert!(before);
    assert_eq!((own.status.as_u16(), address_in_force(&server, bob).await), (202, (NEW.to_owned(), false)));
}
