//! Security: the password, and where one is signed in (pages §3.6).

use super::*;

const NEXT: &str = "brass-heron-comet";

async fn change(browser: &mut Browser<'_>, current: &str, new: [&str; 2]) -> Reply {
    let form = [("current", current), ("password", new[0]), ("again", new[1])];
    browser.post("/myaccount/security/password", &form).await
}

/// The ids of the sessions one can end on a page.
fn ends(page: &Reply) -> Vec<String> {
    let parts = page.text.split("action=\"/myaccount/security/sessions/").skip(1);
    let ids = parts.map(|part| part.split(['/', '"']).next().unwrap().to_owned());
    ids.filter(|id| id != "end-others").collect()
}

/// SEC-33, I12, I13: another password ends every other session and what waits; this one goes on under another id.
#[tokio::test]
async fn another_password_ends_what_was_issued_on_the_old_one() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let mut other = Browser::of_known(&server, "bob").await;
    let mut copied = browser.clone();
    let (path, code) = waiting(&server, bob).await;

    let done = change(&mut browser, PASSWORD, [NEXT, NEXT]).await;
    let page = browser.open("/myaccount/security").await;

    assert_eq!(led(&done), (303, "/myaccount/security"));
    says(&page, "Your password is changed. You are signed out everywhere else.");
    assert_eq!(ends(&page), [""; 0]);
    for ended in [&mut other, &mut copied] {
        assert_eq!(led(&ended.open("/myaccount/").await), (303, "/login?back=/myaccount/"));
    }
    assert_eq!(browser.post(&format!("{path}/code"), &[("code", &code)]).await.status.as_u16(), 409);
    assert!(is_untouched(&server, bob).await);
    assert_eq!(Browser::new(&server).sign_in("bob", NEXT).await.status.as_u16(), 303);
}

/// pages §1: each refusal is said at its field; no password comes back, and the old one stays.
#[tokio::test]
async fn a_refused_password_is_said_and_never_shown() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;
    let long = "long-4711-".repeat(103);
    let cases = [
        ("", [NEXT, NEXT], "current", "Type your current password."),
        (PASSWORD, [NEXT, WRONG], "again", "The two new passwords differ."),
        (WRONG, [NEXT, NEXT], "current", "The password is not right."),
        (PASSWORD, ["4711-a", "4711-a"], "password", "A password has at least 8 characters."),
        (PASSWORD, [long.as_str(), long.as_str()], "password", "A password has at most 1024 characters."),
        (
            PASSWORD,
            ["password1", "password1"],
            "password",
            "This password is among those everybody tries first.",
        ),
    ];

    for (current, new, field, sentence) in cases {
        let page = change(&mut browser, current, new).await;
        refuses(&page, 422, field, sentence);
        for secret in [NEXT, "4711", "value=\"password1\""] {
            assert!(!page.text.contains(secret), "{secret}: {}", page.text);
        }
        assert_eq!(page.text.matches("type=\"password\" value=\"\"").count(), 3);
    }
    assert_eq!(Browser::new(&server).sign_in("bob", PASSWORD).await.status.as_u16(), 303);
}

/// SEC-34: wrong passwords are counted here as at the sign-in; then the right one has to wait too, although it was right a
/// moment ago.
#[tokio::test]
async fn too_many_wrong_passwords_have_to_wait() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;
    for _ in 0..5 {
        change(&mut browser, WRONG, [NEXT, NEXT]).await;
    }

    let page = change(&mut browser, PASSWORD, [NEXT, NEXT]).await;

    refuses(&page, 429, "current", "Too many tries. Try again in ");
    waits(&page);
}

/// SEC-28: one's sessions are listed, this one marked; one is ended, or all but this, and their cookies with them.
#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(Browser::of_known(&server, "bob").await);
    }

    let page = browser.open("/myaccount/security").await;
    let ids = ends(&page);
    let path = format!("/myaccount/security/sessions/{}/end", ids[0]);
    let ended = browser.press(&path, &[]).await;
    let again = browser.press(&path, &[]).await;
    let mut alive = 0;
    for other in &mut others {
        alive += usize::from(other.open("/myaccount/").await.status.as_u16() == 200);
    }
    let all = browser.press("/myaccount/security/sessions/end-others", &[]).await;

    assert_eq!((ids.len(), page.text.matches("This browser").count()), (3, 1));
    assert!(browser.session().is_some_and(|token| !page.text.contains(&token)));
    says(&ended, "It is signed out.");
    says(&again, "It had ended already.");
    assert_eq!(alive, 2);
    says(&all, "You are signed out everywhere else.");
    assert_eq!(ends(&all), [""; 0]);
    for other in &mut others {
        assert_eq!(other.open("/myaccount/").await.status.as_u16(), 303);
    }
}

/// SEC-37: another one's session is not there to end.
#[tokio::test]
async fn another_ones_session_goes_on() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;
    let mut kim = Browser::of(&server, "kim", &[]).await;
    let mut hers = Browser::of_known(&server, "kim").await;
    let id = ends(&hers.open("/myaccount/security").await).remove(0);

    let answer = browser.press(&format!("/myaccount/security/sessions/{id}/end"), &[]).await;
    browser.post("/myaccount/security/sessions/end-others", &[]).await;
    let nonsense = browser.post("/myaccount/security/sessions/x/end", &[]).await;

    says(&answer, "It had ended already.");
    assert_eq!(nonsense.status.as_u16(), 404);
    for browser in [&mut kim, &mut hers] {
        assert_eq!(browser.open("/myaccount/").await.status.as_u16(), 200);
    }
}

/// I13: whoever is disabled, locked or deleted is shown no page and does nothing by any form from the next request on.
#[tokio::test]
async fn who_is_shut_out_is_out_with_the_next_request() {
    for how in ["disabled", "locked", "deleted"] {
        let server = TestServer::start();
        let (mut browser, bob) = bob(&server).await;
        let (app, cx) = (&server.web.app, server.operator());
        match how {
            "disabled" => drop(app.set_active(&cx, bob, false).await.unwrap()),
            "locked" => drop(app.set_locked(&cx, bob, true).await.unwrap()),
            _ => app.delete_user(&cx, bob, None).await.unwrap(),
        }

        let page = browser.open("/myaccount/").await;
        let form = browser.post("/myaccount/email", &[("emails", NEW_EMAIL)]).await;

        assert_eq!(led(&page), (303, "/login?back=/myaccount/"), "{how}");
        assert_eq!(led(&form), (303, "/login?back=/myaccount/&ended"), "{how}");
        assert!(server.sent(countersign_domain::claim::Channel::Email).await.is_empty(), "{how}");
    }
}
