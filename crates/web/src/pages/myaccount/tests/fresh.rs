//! SEC-24: what matters asks for the password again, in place.

use super::*;

const STALE: SignedDuration = SignedDuration::from_mins(6);
const FORMS: [(&str, &[(&str, &str)]); 5] = [
    ("/myaccount/email", &[("emails", NEW_EMAIL)]),
    ("/myaccount/mobile", &[("phoneNumbers", NEW_MOBILE)]),
    ("/myaccount/email/add", &[("emails", NEW_EMAIL)]),
    ("/myaccount/email/remove", &[("value", EMAIL), ("confirmed", "true")]),
    ("/myaccount/mobile/remove", &[("value", MOBILE), ("confirmed", "true")]),
];

/// SEC-24, pages §3.2: the password is asked for after the value was typed, and the value is kept; nothing has happened.
#[tokio::test]
async fn a_stale_session_is_asked_for_the_password_and_keeps_what_was_typed() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    server.clock.advance(STALE);

    for (path, form) in FORMS {
        let page = browser.post(path, form).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        says(&page, "name=\"password\" type=\"password\" value=\"\"");
        says(&page, "To make sure it’s you.");
        says(&page, &format!("value=\"{}\"", form[0].1));
        assert!(is_untouched(&server, bob).await, "{path}");
    }
}

/// SEC-24, SEC-28: with the password it is done, under another session; the one before is dead, and the new one is recent.
#[tokio::test]
async fn the_password_makes_the_session_recent_under_another_id() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let mut thief = browser.clone();
    server.clock.advance(STALE);

    let form = [("emails", NEW_EMAIL), ("password", PASSWORD)];
    let done = browser.post("/myaccount/email", &form).await;
    let next = browser.post("/myaccount/mobile", &[("phoneNumbers", NEW_MOBILE)]).await;

    assert_eq!(led(&done), (303, "/myaccount/#email"));
    assert_eq!(next.status.as_u16(), 303);
    assert!(next.header("location").ends_with("/code"));
    assert!(change_of(&server, bob, ClaimFamily::Email).await.is_some());
    assert_ne!(browser.session(), thief.session());
    assert_eq!(led(&thief.open("/myaccount/").await).0, 303);
}

/// SEC-24: a wrong password changes nothing, is not shown again, and what was typed stays.
#[tokio::test]
async fn a_wrong_password_is_said_beside_its_field() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    server.clock.advance(STALE);

    let page = browser.post("/myaccount/email", &[("emails", NEW_EMAIL), ("password", WRONG)]).await;

    refuses(&page, 422, "password", "The password is not right.");
    says(&page, &format!("name=\"emails\" type=\"text\" value=\"{NEW_EMAIL}\""));
    assert!(is_untouched(&server, bob).await);
}

/// SEC-34: too many wrong ones have to wait, the right one too; how long is said, and is in `Retry-After`.
#[tokio::test]
async fn too_many_wrong_passwords_have_to_wait() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    server.clock.advance(STALE);
    for _ in 0..5 {
        browser.post("/myaccount/email", &[("emails", NEW_EMAIL), ("password", WRONG)]).await;
    }

    let page = browser.post("/myaccount/email", &[("emails", NEW_EMAIL), ("password", PASSWORD)]).await;

    refuses(&page, 429, "password", "Too many tries. Try again in ");
    says(&page, &format!("value=\"{NEW_EMAIL}\""));
    waits(&page);
    assert!(is_untouched(&server, bob).await);
}
