//! `link_confirmation = "code"`: the code of the mail is typed on the page of its link.

use countersign_domain::claim::Channel;
use countersign_domain::user_claim_update::LinkConfirmation;
use serde_json::json;

use super::*;

/// A link with its code, and the owner it was made for.
struct Asked {
    bob: UserId,
    link: String,
    code: String,
}

fn server() -> TestServer {
    TestServer::start_with(|file| file.base.link_confirmation = LinkConfirmation::Code)
}

async fn asked(server: &TestServer) -> Asked {
    let bob = bob(server).await;
    ask_for(server, bob, ClaimFamily::Email, NEW).await;
    let (link, code) = newest(server).await;
    Asked { bob, link, code }
}

/// The newest mail's link and code.
async fn newest(server: &TestServer) -> (String, String) {
    let mails = delivered(server, Channel::Email).await;
    let mail = mails.iter().rfind(|mail| mail.template == "verifyEmailOnUpdateWithOTP").unwrap();
    (format!("{CONFIRM}?confirmation={}", mail.code()), mail.otp())
}

async fn typed(browser: &mut Browser<'_>, page: &Reply, code: &str) -> Reply {
    let own = [("sec-fetch-site", "same-origin")];
    browser.submit(page, &format!("code={code}&do=confirm"), &own).await
}

fn outcome(page: &Reply) -> (u16, &str) {
    (page.status.as_u16(), heading(page))
}

/// A code that is not this one, of the same shape.
fn other(code: &str) -> String {
    code.chars().map(|c| if c == 'A' { 'B' } else { 'A' }).collect()
}

const ASKS: &str = "Confirm your new e-mail address";

/// SEC-23: the link and the button are not enough, the link and the code are; spaces in it do not count.
#[tokio::test]
async fn only_the_link_with_its_code_confirms() {
    let server = server();
    let Asked { bob, link, code } = asked(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;

    let pressed = browser.click(&page, "confirm").await;
    let blank = typed(&mut browser, &page, "+%09").await;
    let before = address_in_force(&server, bob).await;
    let (first, last) = code.split_at(3);
    let done = typed(&mut browser, &blank, &format!("+{first}+{last}%0D%0A")).await;

    assert_eq!(outcome(&page), (200, ASKS));
    assert_eq!((outcome(&pressed), outcome(&blank)), ((400, ASKS), (400, ASKS)));
    assert!(pressed.text.contains("Type the code first."), "{}", pressed.text);
    assert_eq!(before, (OLD.to_owned(), true));
    assert_eq!(outcome(&done), (200, "Your e-mail address is confirmed"));
    assert_eq!(address_in_force(&server, bob).await, (NEW.to_owned(), false));
    assert_eq!(typed(&mut browser, &page, &code).await.status.as_u16(), 410);
}

/// SEC-9: a wrong code is a committed attempt, told with what is left and never shown again; the fifth ends the challenge,
/// and the right one comes too late. A new mail brings a new link and a new code.
#[tokio::test]
async fn five_wrong_codes_use_the_link_up() {
    let server = server();
    let Asked { bob, link, code } = asked(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;

    let mut told = Vec::new();
    for _ in 0..4 {
        let wrong = typed(&mut browser, &page, "%3Cb%3Ewrong").await;
        assert_eq!(outcome(&wrong), (400, ASKS));
        assert!(!wrong.text.contains("wrong"), "{}", wrong.text);
        let left = wrong.text.split_once("not the code. ").unwrap().1;
        told.push(left.split_once('<').unwrap().0.to_owned());
    }
    let last = typed(&mut browser, &page, &other(&code)).await;
    let late = typed(&mut browser, &page, &code).await;
    let sent = browser.click(&late, "resend").await;
    let (link, newer) = newest(&server).await;
    let old = typed(&mut browser, &page, &newer).await;
    let page = browser.follow(&link).await;
    let crossed = typed(&mut browser, &page, &code).await;
    let done = typed(&mut browser, &page, &newer).await;

    assert_eq!(told, ["4 tries are left.", "3 tries are left.", "2 tries are left.", "1 try is left."]);
    let used_up = (410, "This link can’t be used any more");
    assert_eq!((outcome(&last), outcome(&late)), (used_up, used_up));
    assert_eq!(outcome(&sent), (200, "A new link is on its way"));
    assert_eq!(outcome(&old), (410, "There is a newer link"));
    assert_eq!(outcome(&crossed), (400, ASKS));
    assert_eq!((done.status.as_u16(), address_in_force(&server, bob).await), (200, (NEW.to_owned(), false)));
}

/// SEC-9, I4: guesses in parallel are counted like those in turn: no more than five are ever compared.
#[tokio::test]
async fn parallel_guesses_are_no_more_than_five() {
    let server = server();
    let Asked { bob, link, code } = asked(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    let wrong = other(&code);

    let guesses = (0..25).map(|_| {
        let mut tab = browser.clone();
        let (page, wrong) = (&page, &wrong);
        async move { typed(&mut tab, page, wrong).await }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let right = typed(&mut browser, &page, &code).await;

    let compared = answers.iter().filter(|answer| answer.text.contains("not the code")).count();
    assert!(compared <= 4, "{compared} were told what is left");
    assert!(answers.iter().all(|answer| [400, 410, 429, 503].contains(&answer.status.as_u16())));
    assert_eq!((right.status.as_u16(), address_in_force(&server, bob).await), (410, (OLD.to_owned(), true)));
}

/// SEC-23, SEC-7: the link proves nothing alone: neither presented to the API, nor its secret typed as if it were the code.
#[tokio::test]
async fn the_links_own_secret_is_no_code() {
    let server = server();
    let Asked { bob, link, .. } = asked(&server).await;
    let token = link.split_once("confirmation=").unwrap().1;
    let secret = token.split_once('.').unwrap().1;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;

    let by_secret = typed(&mut browser, &page, secret).await;
    let by_token = typed(&mut browser, &page, token).await;
    let path = "/api/identity/user/v1.0/me/validate-code";
    let mut by_api = Vec::new();
    for code in [token, secret] {
        by_api.push(server.ask("bob", Method::POST, path, Some(json!({"code": code}))).await);
    }

    assert_eq!((outcome(&by_secret), outcome(&by_token)), ((400, ASKS), (400, ASKS)));
    for answer in by_api {
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (400, &json!("18001")));
    }
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), true));
}

/// "This wasn't me" needs no code; robots that press it or look harm nothing but the change.
#[tokio::test]
async fn who_was_asked_may_decline_without_a_code() {
    let server = server();
    let Asked { bob, link, code } = asked(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;

    let declined = browser.click(&page, "decline").await;
    let late = typed(&mut browser, &page, &code).await;

    assert_eq!(outcome(&declined), (200, "The change was stopped"));
    assert_eq!(outcome(&late), (410, "This change was called off"));
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), false));
}

/// SEC-23: a robot that presses the button as often as it likes uses up no attempt.
#[tokio::test]
async fn presses_without_a_code_use_nothing_up() {
    let server = server();
    let Asked { bob, link, code } = asked(&server).await;

    for _ in 0..10 {
        let mut robot = Browser::new(&server);
        let page = robot.follow(&link).await;
        assert_eq!(robot.click(&page, "confirm").await.status.as_u16(), 400);
    }
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    let done = typed(&mut browser, &page, &code).await;

    assert_eq!((done.status.as_u16(), address_in_force(&server, bob).await), (200, (NEW.to_owned(), false)));
}

/// SEC-13, SEC-21, SEC-11: a right code is no help where the link has ended: replaced, expired, taken by another account.
#[tokio::test]
async fn the_right_code_of_an_ended_link_is_told_how_it_ended() {
    let server = server();
    let Asked { bob, link, code } = asked(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    ask_for(&server, bob, ClaimFamily::Email, "newer@example.org").await;
    let replaced = typed(&mut browser, &page, &code).await;
    let (link, code) = newest(&server).await;
    let page = browser.follow(&link).await;
    let eve = server.person("eve", Person { email: Some("eve@example.org"), ..Person::default() }).await;
    ask_for(&server, eve, ClaimFamily::Email, "newer@example.org").await;
    let (others_link, others_code) = newest(&server).await;
    let others_page = browser.follow(&others_link).await;

    let won = typed(&mut browser, &others_page, &others_code).await;
    let taken = typed(&mut browser, &page, &code).await;
    ask_for(&server, bob, ClaimFamily::Email, NEW).await;
    let (link, code) = newest(&server).await;
    server.clock.advance(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    let page = browser.follow(&link).await;
    server.clock.advance(SignedDuration::from_secs(1));
    let expired = typed(&mut browser, &page, &code).await;

    assert_eq!(outcome(&replaced), (410, "There is a newer link"));
    assert_eq!((won.status.as_u16(), outcome(&taken)), (200, (409, "This e-mail address is in use")));
    assert_eq!((page.status.as_u16(), outcome(&expired)), (200, (410, "This link can’t be used any more")));
}

/// SEC-29, SEC-14: with the right code too: another site's form, a wrong nonce, a lost cookie; an unknown link's page is the
/// one page it always is.
#[tokio::test]
async fn a_code_from_elsewhere_does_nothing() {
    let server = server();
    let Asked { bob, link, code } = asked(&server).await;
    let mut browser = Browser::new(&server);
    let page = browser.follow(&link).await;
    let (action, nonce) = form(&page);
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let fields = format!("code={code}&do=confirm");

    let cross = browser.submit(&page, &fields, &[("sec-fetch-site", "cross-site")]).await;
    let bent = browser.raw(Method::POST, &action, &[kind], format!("nonce=A{nonce}&{fields}")).await;
    let mut bare = Browser::new(&server);
    let lost = bare.raw(Method::POST, &action, &[kind], format!("nonce={nonce}&{fields}")).await;
    let unknown = bare.open(CONFIRM).await;

    assert_eq!([&cross, &bent, &lost].map(|reply| reply.status.as_u16()), [403, 403, 400]);
    assert_eq!(lost.text, unknown.text);
    assert_eq!(address_in_force(&server, bob).await, (OLD.to_owned(), true));
}
