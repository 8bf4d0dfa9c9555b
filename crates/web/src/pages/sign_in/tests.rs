//! SEC-24, SEC-26, SEC-28, SEC-29, SEC-31, SEC-32, SEC-34 at the door.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{REFERER, SET_COOKIE};

use crate::sample::{Browser, PASSWORD, PUBLIC_URL, Person, TestServer, csrf_of};

async fn with_bob() -> TestServer {
    let server = TestServer::start();
    server.person("bob", Person { email: Some("bob@example.com"), ..Person::default() }).await;
    server
}

/// SEC-28: `__Host-`, Secure, `HttpOnly`, `SameSite=Lax`; a new id at every sign-in; the old one is dead, so nobody gets into
/// a session somebody else began for him.
#[tokio::test]
async fn a_session_begins_with_an_id_of_its_own() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);

    let answer = browser.sign_in("PRIMARY/bob", PASSWORD).await;
    let first = browser.session().unwrap();
    browser.cookies.retain(|(name, _)| name != "__Host-cs-session");
    let page = browser.open("/login").await;
    browser.cookies.push(("__Host-cs-session".to_owned(), first.clone()));
    let again = [("csrf", csrf_of(&page)), ("userName", "bob".into()), ("password", PASSWORD.into())];
    let again: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/login", &again).await;

    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/myaccount/"));
    let cookie = answer.headers.get_all(SET_COOKIE).iter().find(|c| c.to_str().unwrap().contains("session"));
    let cookie = cookie.unwrap().to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(first.len() >= 22, "128 bits at least");
    assert_ne!(browser.session().unwrap(), first);
    let mut thief = Browser { server: &server, cookies: vec![("__Host-cs-session".into(), first)] };
    assert_eq!(thief.open("/logout").await.header("location"), "/login?back=/myaccount/");
}

/// SEC-34, pages §2: the same answer for somebody who is not there; what was typed as password never comes back.
#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let server = with_bob().await;
    let text = async |name: &str| {
        let mut browser = Browser::new(&server);
        let answer = browser.sign_in(name, "wrong-password-4711").await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(browser.session().is_none());
        let csrf = csrf_of(&answer);
        answer.text.replace(&csrf, "").replace(name, "")
    };

    let (known, unknown) = (text("bob").await, text("nob").await);

    assert_eq!(known, unknown);
    assert!(known.contains("User name or password is not right") && !known.contains("4711"));
    assert!(known.contains("<title>Error: Sign in"));
}

/// SEC-34: the right password has to wait as well; how long is said in words and in `Retry-After`.
#[tokio::test]
async fn too_many_tries_have_to_wait() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);

    for _ in 0..6 {
        browser.sign_in("bob", "wrong-password").await;
    }
    let answer = browser.sign_in("bob", PASSWORD).await;

    assert_eq!(answer.status.as_u16(), 429);
    assert!(!answer.header("retry-after").is_empty() && answer.text.contains("Too many tries. Try again in"));
}

/// SEC-29: without the token of this visit, from another site, or as something else than a form, nobody is signed in.
#[tokio::test]
async fn a_foreign_form_signs_nobody_in() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);
    let csrf = csrf_of(&browser.open("/login").await);
    let form = |csrf| [("csrf", csrf), ("userName", "bob"), ("password", PASSWORD)];

    let untold = browser.post("/login", &form("")).await;
    let other = browser.post("/login", &form("AAAA")).await;
    let cross = browser.send_form("/login", &form(&csrf), &[("sec-fetch-site", "cross-site")]).await;
    let origin = browser.send_form("/login", &form(&csrf), &[("origin", "https://evil.example")]).await;
    let mut stranger = Browser::new(&server);
    let unvisited = stranger.post("/login", &form(&csrf)).await;

    for answer in [&untold, &other, &cross, &origin, &unvisited] {
        assert_eq!(answer.status.as_u16(), 403);
        assert!(answer.text.contains("This form is out of date"), "{}", answer.text);
    }
    assert!(browser.session().is_none());
    assert_eq!(browser.post("/login", &form(&csrf)).await.status.as_u16(), 303);
}

/// SEC-29: a link ends no session; the button does, and the token of the cookie is worth nothing any more.
#[tokio::test]
async fn signing_out_takes_a_press_and_ends_the_session() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("bob", PASSWORD).await;
    let token = browser.session().unwrap();

    let asked = browser.open("/logout").await;
    let foreign = browser.post("/logout", &[("csrf", "AAAA")]).await;
    let still = browser.open("/logout").await;
    let answer = browser.post("/logout", &[("csrf", &csrf_of(&asked))]).await;
    let said = browser.open("/login").await;
    let again = browser.open("/login").await;

    assert_eq!((asked.status.as_u16(), foreign.status.as_u16(), still.status.as_u16()), (200, 403, 200));
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/login"));
    assert!(browser.session().is_none());
    assert!(said.text.contains(r#"role="status""#) && said.text.contains("You are signed out."));
    assert!(!again.text.contains("You are signed out."));
    let mut thief = Browser { server: &server, cookies: vec![("__Host-cs-session".into(), token)] };
    assert_eq!(thief.open("/logout").await.status.as_u16(), 303);
}

/// SEC-26: back to where one came from, if that is a page of ours.
#[tokio::test]
async fn one_comes_back_to_where_one_came_from() {
    let server = with_bob().await;
    let back = async |wanted: &str| {
        let mut browser = Browser::new(&server);
        let page = browser.open(&format!("/login?back={wanted}")).await;
        let (_, after) = page.text.split_once(r#"name="back" value=""#).unwrap();
        let back = after.split('"').next().unwrap().to_owned();
        let form = [("csrf", csrf_of(&page)), ("back", back)];
        let mut form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        form.extend([("userName", "bob"), ("password", PASSWORD)]);
        browser.post("/login", &form).await.header("location").to_owned()
    };

    assert_eq!(back("/console/users%3Fq%3Dkim").await, "/console/users?q=kim");
    assert_eq!(back("//evil.example/").await, "/myaccount/");
    assert_eq!(back("https://evil.example/").await, "/myaccount/");
}

/// pages §2: a form sent after the session has ended leads to the sign-in page, which says so, and back to the form.
#[tokio::test]
async fn a_form_sent_too_late_leads_through_signing_in() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("bob", PASSWORD).await;
    let page = browser.open("/logout").await;
    server.clock.advance(countersign_app::SESSION_IDLE);

    let referrer = format!("{PUBLIC_URL}/myaccount/security");
    let headers = [("sec-fetch-site", "same-origin"), (REFERER.as_str(), referrer.as_str())];
    let late = browser.send_form("/theme", &[("csrf", &csrf_of(&page)), ("theme", "dark")], &headers).await;
    let asked = browser.open(late.header("location")).await;

    assert_eq!(late.header("location"), "/login?back=/myaccount/security&ended");
    assert!(asked.text.contains("Please sign in again") && asked.text.contains("/myaccount/security"));
}

/// A choice made once holds for every page in this browser.
#[tokio::test]
async fn the_choice_of_colours_stays_in_the_browser() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("bob", PASSWORD).await;
    let csrf = csrf_of(&browser.open("/logout").await);

    browser.post("/theme", &[("csrf", &csrf), ("theme", "dark")]).await;
    let dark = browser.open("/logout").await;
    let wrong = browser.post("/theme", &[("csrf", &csrf), ("theme", "pink")]).await;
    browser.post("/theme", &[("csrf", &csrf), ("theme", "system")]).await;
    let system = browser.open("/logout").await;

    assert!(dark.text.contains(r#"<html lang="en" data-theme="dark">"#));
    assert!(system.text.contains(r#"<html lang="en">"#));
    assert_eq!(wrong.status.as_u16(), 400);
}

/// SEC-27: every page has a policy that lets nothing in but our own files, refusals too.
#[tokio::test]
async fn every_page_says_what_it_may_load() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);

    let pages = [
        browser.open("/login").await,
        browser.open("/nothing-here").await,
        browser.post("/login", &[]).await,
    ];

    for page in &pages {
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
        for banned in ["<style", " style=\"", "onclick", "javascript:", "<script>"] {
            assert!(!page.text.contains(banned), "{banned}");
        }
    }
    assert_eq!(pages.map(|page| page.status.as_u16()), [200, 404, 403]);
}

/// pages §0: what the browser asks for is what it reads.
#[tokio::test]
async fn the_page_speaks_the_browsers_language() {
    let server = with_bob().await;
    let request = Request::get("/login").header("accept-language", "de-CH, en;q=0.5").body(Body::empty());

    let page = server.send(request.unwrap()).await;

    assert!(page.text.contains(r#"<html lang="de">"#) && page.text.contains("Anmelden"));
}

/// SEC-31: what somebody typed is text, wherever it stands.
#[tokio::test]
async fn what_was_typed_is_never_markup() {
    let server = with_bob().await;
    let mut browser = Browser::new(&server);

    let answer = browser.sign_in(r#""><script>alert(1)</script>{{7*7}}"#, "x").await;

    assert!(!answer.text.contains("<script>alert") && answer.text.contains("{{7*7}}"));
}
