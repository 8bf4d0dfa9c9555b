//! The links in messages, over the whole router, as a browser without script uses them.

mod code;
mod session;

use axum::http::{Method, Request};
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::{SignedDuration, UserId};
use serde_json::json;

use crate::mailbox::{ask_for, delivered, link_token};
use crate::sample::{Browser, Person, Reply, TestServer};

const CONFIRM: &str = "/accountrecoveryendpoint/confirmregistration.do";
const OLD: &str = "bob@example.org";
const NEW: &str = "new@example.org";

/// What one does with a link.
impl Browser<'_> {
    async fn raw(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Reply {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request, &body).await
    }

    /// Clicks a link in a mail, and follows the one redirect.
    async fn follow(&mut self, path: &str) -> Reply {
        let reply = self.open(path).await;
        if reply.status.as_u16() == 303 { self.open(reply.header("location")).await } else { reply }
    }

    /// Presses a button of the page.
    async fn click(&mut self, page: &Reply, button: &str) -> Reply {
        self.click_with(page, button, &[("sec-fetch-site", "same-origin")]).await
    }

    async fn click_with(&mut self, page: &Reply, button: &str, headers: &[(&str, &str)]) -> Reply {
        self.submit(page, &format!("do={button}"), headers).await
    }

    /// Sends the page's form with these fields beside the nonce.
    async fn submit(&mut self, page: &Reply, fields: &str, headers: &[(&str, &str)]) -> Reply {
        let (action, nonce) = form(page);
        let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
        self.raw(Method::POST, &action, &headers, format!("nonce={nonce}&{fields}")).await
    }
}

/// Where the page's form goes, and its nonce.
fn form(page: &Reply) -> (String, String) {
    let after = |mark: &str| {
        let rest = page.text.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {}", page.text)).1;
        rest.split_once('"').unwrap().0.to_owned()
    };
    (
        format!("/accountrecoveryendpoint/{}", after("action=\"/accountrecoveryendpoint/")),
        after("name=\"nonce\" value=\""),
    )
}

async fn bob(server: &TestServer) -> UserId {
    server.person("bob", Person { email: Some(OLD), ..Person::default() }).await
}

/// Bob asked for another address; the link of the mail, as the product builds it.
async fn waiting_link(server: &TestServer) -> (UserId, String) {
    let bob = bob(server).await;
    ask_for(server, bob, ClaimFamily::Email, NEW).await;
    let token = link_token(server).await;
    let rest = "userstoredomain=PRIMARY&username=bob&tenantdomain=carbon.super";
    (bob, format!("{CONFIRM}?confirmation={token}&{rest}"))
}

async fn address_in_force(server: &TestServer, user: UserId) -> (String, bool) {
    let view = server.web.app.user(&server.operator(), user).await.unwrap().unwrap();
    let email = &view.user.profile.contacts.email;
    (email.address().unwrap().as_str().to_owned(), view.pending.email.is_some())
}

fn heading(page: &Reply) -> &str {
    page.text.split_once("</h1>").unwrap().0.rsplit_once('>').unwrap().1
}

/// SEED-31: the link, a look, the button: the address is in force; a second click says so and does nothing.
#[tokio::test]
async fn a_link_and_a_button_confirm_and_the_second_click_is_gone() {
    let server = TestServer::start();
    let (bob, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);

    let page = browser.follow(&link).await;
    let before = address_in_force(&server, bob).await;
    let done = browser.click(&page, "confirm").await;
    let again = browser.click(&page, "confirm").await;
    let clicked = Browser::new(&server).follow(&link).await;

    assert_eq!((page.status.as_u16(), heading(&page)), (200, "Confirm your new e-mail address"));
    assert_eq!(before, (OLD.to_owned(), true));
    assert_eq!((done.status.as_u16(), heading(&done)), (200, "Your e-mail address is confirmed"));
    assert_eq!(address_in_force(&server, bob).await, (NEW.to_owned(), false));
    assert_eq!((again.status.as_u16(), clicked.status.as_u16()), (410, 410));
    assert_eq!(heading(&clicked), "This e-mail address is confirmed already");
}

/// SEC-23: fifty GETs by robots that follow redirects, and a HEAD, leave the change pending; then a person confirms.
#[tokio::test]
async fn robots_look_and_nothing_changes() {
    let server = TestServer::start();
    let (bob, link) = waiting_link(&server).await;

    for _ in 0..50 {
        let mut robot = Browser::new(&server);
        assert_eq!(robot.follow(&link).await.status.as_u16(), 200);
    }
    let head = Browser::new(&server).raw(Method::HEAD, &link, &[], String::new()).await;
    let between = address_in_force(&server, bob).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    let done = browser.click(&page, "confirm").await;

    assert_eq!((head.status.as_u16(), head.text.as_str()), (303, ""));
    assert_eq!(between, (OLD.to_owned(), true));
    assert_eq!((done.status.as_u16(), address_in_force(&server, bob).await), (200, (NEW.to_owned(), false)));
}

/// DESIGN §5: after the first look the token is in a sealed cookie, and nowhere else.
#[tokio::test]
async fn the_token_leaves_the_address_at_once() {
    let server = TestServer::start();
    let (_, link) = waiting_link(&server).await;
    let token = link.split_once("confirmation=").unwrap().1.split_once('&').unwrap().0;
    let (selector, secret) = token.split_once('.').unwrap();
    let mut browser = Browser::new(&server);

    let first = browser.open(&link).await;
    let page = browser.open(first.header("location")).await;

    assert_eq!(first.status.as_u16(), 303);
    assert_eq!(first.header("location"), format!("{CONFIRM}?s={selector}"));
    let cookie = first.header("set-cookie");
    assert!(cookie.starts_with(&format!("__Host-cs-link-{selector}=")));
    assert!(cookie.ends_with("; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax"));
    for text in [cookie, first.header("location"), &page.text] {
        assert!(!text.contains(secret));
    }
    assert!(page.text.contains("n***@example.org") && !page.text.contains(NEW));
}

/// SEC-25, SEC-27: on every page of a link, redirects and refusals included.
#[tokio::test]
async fn every_answer_carries_the_headers_of_a_link_page() {
    let server = TestServer::start();
    let (_, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);

    let redirect = browser.open(&link).await;
    let page = browser.open(redirect.header("location")).await;
    let done = browser.click(&page, "confirm").await;
    let unknown = browser.open(&format!("{CONFIRM}?confirmation=x")).await;

    for reply in [&redirect, &page, &done, &unknown] {
        assert_eq!(
            reply.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("x-robots-tag"), "noindex");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
    }
}

/// SEC-14, DESIGN §5: no link, a bent link, a link for something else, a lost cookie: one page, same bytes.
#[tokio::test]
async fn every_unknown_token_gets_the_same_bytes() {
    let server = TestServer::start();
    let (bob, link) = waiting_link(&server).await;
    ask_for(&server, bob, ClaimFamily::Email, "newer@example.org").await;
    let token = link.split_once("confirmation=").unwrap().1.split_once('&').unwrap().0;
    let bent = format!("{}.{}", token.split_once('.').unwrap().0, "A".repeat(43));
    let never = format!("{}.{}", "A".repeat(16), "A".repeat(43));
    let paths = [
        CONFIRM.to_owned(),
        format!("{CONFIRM}?confirmation="),
        format!("{CONFIRM}?confirmation=36-c0de"),
        format!("{CONFIRM}?confirmation={bent}"),
        format!("{CONFIRM}?confirmation={never}"),
        format!("{CONFIRM}?confirmation={token}&confirmation={token}"),
        format!("{CONFIRM}?s={}", "A".repeat(16)),
        format!("/accountrecoveryendpoint/cancel.do?confirmation={token}"),
    ];

    let mut browser = Browser::new(&server);
    let first = browser.open(CONFIRM).await;
    for path in paths {
        let reply = browser.open(&path).await;
        assert_eq!((reply.status.as_u16(), &reply.text), (400, &first.text), "{path}");
        assert_eq!(reply.header("set-cookie"), "");
    }
}

/// pages §0, SEC-14: in the browser's language; the one page of unknown tokens is one page in each.
#[tokio::test]
async fn a_page_is_in_the_language_of_its_browser() {
    let server = TestServer::start();
    let (_, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);
    browser.follow(&link).await;
    let selector = link.split_once("confirmation=").unwrap().1.split_once('.').unwrap().0;
    let never = format!("{CONFIRM}?confirmation={}.{}", "A".repeat(16), "A".repeat(43));
    let mut german = async |path: &str| {
        browser.raw(Method::GET, path, &[("accept-language", "de-AT, en;q=0.5")], String::new()).await
    };

    let page = german(&format!("{CONFIRM}?s={selector}")).await;
    let unknown = [german(CONFIRM).await, german(&never).await];

    assert_eq!(heading(&page), "Neue E-Mail-Adresse bestätigen");
    assert!(page.text.contains("<html lang=\"de\">") && page.text.contains("in 24 Stunden"), "{}", page.text);
    assert_eq!(heading(&unknown[0]), "Dieser Link funktioniert nicht");
    assert_eq!(unknown[0].text, unknown[1].text);
    assert_ne!(unknown[0].text, browser.open(CONFIRM).await.text);
}

/// "This wasn't me" beside the button: the change is off, the link is gone.
#[tokio::test]
async fn who_was_asked_may_decline() {
    let server = TestServer::start();
    let (bob, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);

    let page = browser.follow(&link).await;
    let declined = browser.click(&page, "decline").await;
    let late = browser.click(&page, "confirm").await;

    assert_eq!((declined.status.as_u16(), heading(&declined)), (200, "The change was stopped"));
    assert_eq!((late.status.as_u16(), heading(&late)), (410, "This change was called off"));
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), false));
}

/// SEC-18: the link in the notice to the old address calls the change off, and confirms nothing (SEC-7).
#[tokio::test]
async fn the_old_address_can_stop_the_change() {
    let server = TestServer::start();
    let bob = bob(&server).await;
    ask_for(&server, bob, ClaimFamily::Email, NEW).await;
    let mails = delivered(&server, Channel::Email).await;
    let notice = mails.iter().find(|mail| mail.to == OLD).unwrap();
    let link = notice.cancel_link();
    let crossed = link.replace("cancel.do", "confirmregistration.do");
    let mut browser = Browser::new(&server);

    let wrong_page = browser.follow(&crossed).await;
    let page = browser.follow(&link).await;
    let before = address_in_force(&server, bob).await;
    let stopped = browser.click(&page, "stop").await;
    let again = browser.follow(&link).await;

    assert_eq!(wrong_page.status.as_u16(), 400);
    assert_eq!((page.status.as_u16(), heading(&page)), (200, "Stop this change?"));
    assert_eq!(before, (OLD.to_owned(), true));
    assert_eq!((stopped.status.as_u16(), heading(&stopped)), (200, "The change was stopped"));
    assert_eq!(again.status.as_u16(), 410);
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), false));
}

/// DESIGN §5: an expired link is 410 and sends a new one from there; the new one works.
#[tokio::test]
async fn an_expired_link_is_sent_again_from_its_page() {
    let server = TestServer::start();
    let (bob, link) = waiting_link(&server).await;
    server.clock.advance(SignedDuration::from_hours(24));
    let mut browser = Browser::new(&server);

    let expired = browser.follow(&link).await;
    let tried = browser.click(&expired, "confirm").await;
    let sent = browser.click(&expired, "resend").await;
    let mails = delivered(&server, Channel::Email).await;
    let old = browser.follow(&link).await;
    let page = browser.follow(&format!("{CONFIRM}?confirmation={}", mails[0].code())).await;
    let done = browser.click(&page, "confirm").await;

    assert_eq!((expired.status.as_u16(), tried.status.as_u16()), (410, 410));
    assert_eq!((sent.status.as_u16(), heading(&sent)), (200, "A new link is on its way"));
    assert_eq!((mails[0].template.as_str(), mails[0].to.as_str()), ("resendVerifyEmailOnUpdate", NEW));
    assert_eq!((old.status.as_u16(), heading(&old)), (410, "There is a newer link"));
    assert_eq!((done.status.as_u16(), address_in_force(&server, bob).await), (200, (NEW.to_owned(), false)));
}

/// SEC-13, `18023`: a newer change leaves the earlier link behind.
#[tokio::test]
async fn a_link_of_an_earlier_change_says_there_is_a_newer_one() {
    let server = TestServer::start();
    let (bob, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    ask_for(&server, bob, ClaimFamily::Email, "newer@example.org").await;

    let pressed = browser.click(&page, "confirm").await;
    let opened = browser.follow(&link).await;

    assert_eq!((pressed.status.as_u16(), opened.status.as_u16()), (410, 410));
    assert_eq!(heading(&pressed), "There is a newer link");
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), true));
}

/// SEC-21: two ask for one address; the first proof wins and the other is told why.
#[tokio::test]
async fn an_address_another_account_confirmed_first_is_409() {
    let server = TestServer::start();
    let (_, link) = waiting_link(&server).await;
    let eve = server.person("eve", Person { email: Some("eve@example.org"), ..Person::default() }).await;
    ask_for(&server, eve, ClaimFamily::Email, NEW).await;
    let other = format!("{CONFIRM}?confirmation={}", link_token(&server).await);
    let mut browser = Browser::new(&server);
    let (mine, theirs) = (browser.follow(&link).await, browser.follow(&other).await);

    let won = browser.click(&theirs, "confirm").await;
    let lost = browser.click(&mine, "confirm").await;

    assert_eq!((won.status.as_u16(), lost.status.as_u16()), (200, 409));
    assert_eq!(heading(&lost), "This e-mail address is in use");
}

/// SEC-29, DESIGN §5: another site's form, a wrong nonce, a missing cookie: nothing happens.
#[tokio::test]
async fn a_press_from_elsewhere_does_nothing() {
    let server = TestServer::start();
    let (bob, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    let (action, nonce) = form(&page);
    let kind = ("content-type", "application/x-www-form-urlencoded");

    let cross = browser.click_with(&page, "confirm", &[("sec-fetch-site", "cross-site")]).await;
    let origin = browser.click_with(&page, "confirm", &[("origin", "https://evil.example")]).await;
    let bent = browser.raw(Method::POST, &action, &[kind], format!("nonce=A{nonce}&do=confirm")).await;
    let mut bare = Browser::new(&server);
    let cookieless = bare.raw(Method::POST, &action, &[kind], format!("nonce={nonce}&do=confirm")).await;
    let crossed = browser.click(&page, "stop").await;
    let empty = browser.raw(Method::POST, &action, &[kind], String::new()).await;

    let statuses = [&cross, &origin, &bent, &cookieless, &crossed, &empty].map(|reply| reply.status.as_u16());
    assert_eq!(statuses, [403, 403, 403, 400, 400, 400]);
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), true));
    let own = [("origin", "https://id.example.com:9443")];
    assert_eq!(browser.click_with(&page, "confirm", &own).await.status.as_u16(), 200);
}

/// The page may stay open for ten minutes.
#[tokio::test]
async fn a_page_left_open_asks_for_the_link_again() {
    let server = TestServer::start();
    let (_, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    server.clock.advance(SignedDuration::from_mins(10));

    let late = browser.click(&page, "confirm").await;
    let again = browser.follow(&link).await;

    assert_eq!((late.status.as_u16(), again.status.as_u16()), (400, 200));
}

/// Security §8: one link is looked at sixty times an hour.
#[tokio::test]
async fn a_link_looked_at_too_often_rests() {
    let server = TestServer::start();
    let (_, link) = waiting_link(&server).await;
    let mut browser = Browser::new(&server);

    let mut last = browser.open(&link).await;
    for _ in 0..60 {
        last = browser.open(&link).await;
    }

    assert_eq!(last.status.as_u16(), 429);
    assert!(last.header("retry-after").parse::<u64>().unwrap() > 0);
}

/// The stylesheet is where the page says, and may be kept for ever; another name is not there.
#[tokio::test]
async fn the_stylesheet_is_served_where_pages_point() {
    let server = TestServer::start();
    let mut browser = Browser::new(&server);
    let page = browser.open(CONFIRM).await;
    let href = page.text.split_once("rel=\"stylesheet\" href=\"").unwrap().1.split_once('"').unwrap().0;

    let style = browser.open(href).await;
    let other = browser.open("/assets/countersign.css").await;

    assert_eq!((style.status.as_u16(), style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(other.status.as_u16(), 404);
}

/// SEED-47, I11: neither the API nor a page returns a code or link that was sent.
#[tokio::test]
async fn no_answer_returns_a_secret() {
    let server = TestServer::start();
    let (_, link) = waiting_link(&server).await;
    let token = link.split_once("confirmation=").unwrap().1.split_once('&').unwrap().0;
    let secret = token.split_once('.').unwrap().1;

    let body =
        Some(json!({"properties": [{"key": "RecoveryScenario", "value": "EMAIL_VERIFICATION_ON_UPDATE"}]}));
    let resent = server.ask("bob", Method::POST, "/api/identity/user/v1.0/me/resend-code", body).await;
    let changes = server.ask("bob", Method::GET, "/api/identity/user/v1.0/me/changes", None).await;
    let page = Browser::new(&server).follow(&link).await;
    let newer = link_token(&server).await;

    assert_eq!(resent.text, "");
    for reply in [&resent, &changes, &page] {
        assert!(!reply.text.contains(secret) && !reply.text.contains(newer.split_once('.').unwrap().1));
    }
}
