//! Enter code (pages §3.4).

use super::*;

/// A code that is not this one, of the same shape.
fn other(code: &str) -> String {
    code.chars().map(|c| if c == 'A' { 'B' } else { 'A' }).collect()
}

/// SEED-5, pages §3.4: the right code, spaces and all, puts the number in force; the page of the change says so.
#[tokio::test]
async fn the_right_code_puts_the_number_in_force() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, code) = waiting(&server, bob).await;

    let asks = browser.open(&format!("{change}/code")).await;
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let done = browser.press(&format!("{change}/code"), &[("code", &spaced)]).await;
    let page = browser.open(&format!("{change}/code")).await;
    let late = browser.post(&format!("{change}/code"), &[("code", &code)]).await;

    says(&asks, "<h1>Confirm 0777777777</h1>");
    says(&asks, "autocomplete=\"one-time-code\"");
    says(&done, "Your new mobile number is confirmed and in force.");
    assert_eq!(in_force(&server, bob, ClaimFamily::Mobile).await, NEW_MOBILE);
    says(&page, "This is confirmed and in force.");
    assert!(!page.text.contains("name=\"code\""));
    assert_eq!(late.status.as_u16(), 409);
}

/// SEC-9, pages §3.4: a wrong code is told with the tries that are left and never shown again; the fifth ends the code, and
/// the right one comes too late.
#[tokio::test]
async fn wrong_codes_are_told_with_what_is_left() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, code) = waiting(&server, bob).await;
    let path = format!("{change}/code");
    let wrong = other(&code);

    for left in ["4 tries are left.", "3 tries are left.", "2 tries are left.", "1 try is left."] {
        let page = browser.post(&path, &[("code", &wrong)]).await;
        refuses(&page, 422, "code", &format!("That is not the code. {left}"));
        assert!(!page.text.contains(&wrong), "{}", page.text);
    }
    let ended = browser.post(&path, &[("code", &wrong)]).await;
    let late = browser.post(&path, &[("code", &code)]).await;

    for page in [&ended, &late] {
        assert_eq!(page.status.as_u16(), 422);
        says(page, "<title>Error: ");
        says(page, "Too many wrong codes. Send it again to get a new one.");
        assert!(!page.text.contains("name=\"code\"") && !page.text.contains(&code), "{}", page.text);
        says(page, &format!("action=\"{change}/resend\""));
    }
    assert_eq!(in_force(&server, bob, ClaimFamily::Mobile).await, MOBILE);
}

/// pages §3.4: nothing typed is no try.
#[tokio::test]
async fn an_empty_code_uses_no_try_up() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, code) = waiting(&server, bob).await;
    let path = format!("{change}/code");

    for nothing in ["", "   "] {
        refuses(&browser.post(&path, &[("code", nothing)]).await, 422, "code", "Type the code first.");
    }
    let page = browser.post(&path, &[("code", &other(&code))]).await;

    refuses(&page, 422, "code", "That is not the code. 4 tries are left.");
}

/// pages §3.4: an expired code says so and where to send it again; another one works.
#[tokio::test]
async fn an_expired_code_is_sent_again_from_its_page() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, code) = waiting(&server, bob).await;
    let path = format!("{change}/code");
    server.clock.advance(MINUTE * 5);

    let page = browser.open(&path).await;
    let late = browser.post(&path, &[("code", &code)]).await;
    let sent = browser.press(&format!("{change}/resend"), &[("from", "code")]).await;
    let done = browser.post(&path, &[("code", &sms_code(&server).await)]).await;

    for page in [&page, &late] {
        says(page, "This code has expired. Send it again.");
        assert!(!page.text.contains("name=\"code\""));
    }
    assert_eq!((page.status.as_u16(), late.status.as_u16()), (200, 422));
    says(&sent, "We’ve sent it again. What we sent before does not work any more.");
    assert_eq!(done.status.as_u16(), 303);
}

/// SEC-13, pages §3.4: what was called off or replaced says so, and takes no code.
#[tokio::test]
async fn an_ended_change_takes_no_code() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (first, code) = waiting(&server, bob).await;
    browser.post("/myaccount/mobile", &[("phoneNumbers", "0777777778")]).await;
    let second = change_of(&server, bob, ClaimFamily::Mobile).await.unwrap();
    browser.post(&format!("{second}/cancel"), &[]).await;

    for (change, sentence) in
        [(first, "A newer change has taken the place of this one."), (second, "This change was called off.")]
    {
        let path = format!("{change}/code");
        let (page, answer) = (browser.open(&path).await, browser.post(&path, &[("code", &code)]).await);
        assert_eq!((page.status.as_u16(), answer.status.as_u16()), (200, 409));
        says(&page, sentence);
        says(&answer, sentence);
    }
    assert!(is_untouched(&server, bob).await);
}

/// Security §8: wrong codes are counted for the person, not for the code; over it, the wait is said and in `Retry-After`.
#[tokio::test]
async fn too_many_wrong_codes_have_to_wait() {
    let server = TestServer::start_with(|file| file.base.limits.wrong_codes_per_user_hour = 2);
    let (mut browser, bob) = bob(&server).await;
    let (change, code) = waiting(&server, bob).await;
    let path = format!("{change}/code");
    for _ in 0..2 {
        browser.post(&path, &[("code", &other(&code))]).await;
    }

    let page = browser.post(&path, &[("code", &code)]).await;

    refuses(&page, 429, "code", "Too many wrong codes. Try again in ");
    waits(&page);
    assert!(!page.text.contains(&code));
    assert_eq!(in_force(&server, bob, ClaimFamily::Mobile).await, MOBILE);
}

/// SEC-37: another one's change is not there, nor is one that never was: not to look at, enter, send again or call off.
#[tokio::test]
async fn another_ones_change_is_not_there() {
    let server = TestServer::start();
    let (_, bob) = bob(&server).await;
    let (change, code) = waiting(&server, bob).await;
    let mut kim = Browser::of(&server, "kim", &countersign_app::SCOPES).await;
    let never = "/myaccount/changes/00000000-0000-7000-8000-000000000000".to_owned();

    for change in [change.clone(), never, "/myaccount/changes/x".to_owned()] {
        let answers = [
            kim.open(&format!("{change}/code")).await,
            kim.post(&format!("{change}/code"), &[("code", &code)]).await,
            kim.post(&format!("{change}/resend"), &[]).await,
            kim.post(&format!("{change}/cancel"), &[]).await,
        ];
        for answer in answers {
            assert_eq!(answer.status.as_u16(), 404, "{change}");
            assert!(!answer.text.contains(NEW_MOBILE) && !answer.text.contains("bob"));
        }
    }
    assert_eq!(change_of(&server, bob, ClaimFamily::Mobile).await, Some(change));
    assert!(server.messages(countersign_domain::claim::Channel::Sms).await.is_empty());
}
