//! Sending again, and calling off.

use super::*;

/// SEC-12, pages §3.3: sent again is a new code; the one before is dead. One is led back to where one pressed.
#[tokio::test]
async fn sent_again_is_a_new_code() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, old) = waiting(&server, bob).await;
    server.clock.advance(MINUTE);

    let from_page = browser.post(&format!("{change}/resend"), &[]).await;
    let page = browser.open("/myaccount/").await;
    let from_code = browser.post(&format!("{change}/resend"), &[("from", "code")]).await;
    let new = sms_code(&server).await;
    let dead = browser.post(&format!("{change}/code"), &[("code", &old)]).await;
    let done = browser.post(&format!("{change}/code"), &[("code", &new)]).await;

    assert_eq!(led(&from_page), (303, "/myaccount/"));
    assert_eq!(led(&from_code), (303, format!("{change}/code").as_str()));
    says(&page, "We’ve sent it again. What we sent before does not work any more.");
    assert_ne!(old, new);
    assert_eq!((dead.status.as_u16(), done.status.as_u16()), (422, 303));
    assert_eq!(in_force(&server, bob, ClaimFamily::Mobile).await, NEW_MOBILE);
}

/// Security §8, pages §1: sent again too often is a page with the wait, in words and in `Retry-After`.
#[tokio::test]
async fn sending_again_too_often_has_to_wait() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, _) = waiting(&server, bob).await;
    for _ in 0..2 {
        browser.post(&format!("{change}/resend"), &[]).await;
    }

    let refused = browser.post(&format!("{change}/resend"), &[]).await;
    let page = browser.open("/myaccount/").await;

    assert_eq!(refused.status.as_u16(), 429);
    says(&refused, "Try again in 30 seconds.");
    waits(&refused);
    says(&page, "It can be sent again in 30 seconds.");
}

/// pages §3.3: called off, nothing waits any more; again is no error, and there is nothing to send.
#[tokio::test]
async fn a_change_is_called_off() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, _) = waiting(&server, bob).await;

    let off = browser.press(&format!("{change}/cancel"), &[]).await;
    let again = browser.post(&format!("{change}/cancel"), &[]).await;
    let sent = browser.press(&format!("{change}/resend"), &[]).await;

    says(&off, "The change is called off. Everything stays as it was.");
    assert!(!off.text.contains("Waiting for proof: 0777777777"));
    assert_eq!(again.status.as_u16(), 303);
    says(&sent, "Nothing waits any more.");
    assert!(is_untouched(&server, bob).await);
}

/// SEC-29: what a link would do is done by a form only.
#[tokio::test]
async fn a_look_sends_and_cancels_nothing() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let (change, _) = waiting(&server, bob).await;

    for act in ["resend", "cancel"] {
        assert_eq!(browser.open(&format!("{change}/{act}")).await.status.as_u16(), 405);
    }
    assert_eq!(change_of(&server, bob, ClaimFamily::Mobile).await, Some(change));
}
