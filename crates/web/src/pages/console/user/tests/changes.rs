use countersign_domain::SignedDuration;
use countersign_domain::change::Presented;
use countersign_domain::claim::Channel;

use super::*;
use crate::mailbox::{ask_for, delivered, sms_code};

/// Administrators may enter the codes of text messages.
fn start() -> TestServer {
    TestServer::start_with(|file| file.connector.mobile_by_privileged = true)
}

/// Bob has asked for another number himself.
async fn with_bob_waiting(server: &TestServer) -> (UserId, String) {
    let bob = with_bob(server).await;
    ask_for(server, bob, ClaimFamily::Mobile, NUMBER).await;
    (bob, sms_code(server).await)
}

/// pages §5: the change that waits tells who asked, until when, how many tries are left, and how far it is; never the code.
#[tokio::test]
async fn what_waits_is_told_with_its_timeline() {
    let server = start();
    let (bob, code) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;

    let page = admin.open(&path_of(bob)).await;

    let proofs = part(&page, "proofs");
    assert!(proofs.contains(&format!("Waiting for proof: {NUMBER}")), "{proofs}");
    assert!(proofs.contains("Asked for by owner.") && proofs.contains("Valid until"), "{proofs}");
    assert!(proofs.contains("5 tries are left for its code."), "{proofs}");
    assert!(proofs.contains("Message queued"), "{proofs}");
    assert!(proofs.contains("Sending again makes what was sent before worthless."), "{proofs}");
    assert!(page.text.contains("id=\"proofs\" data-live=") && page.text.contains("id=\"mobile\" data-live="));
    assert!(!page.text.contains(&code), "SEC-38");
}

/// SEC-12: *Send again* makes the code before worthless; too soon, the page says how long to wait.
#[tokio::test]
async fn it_is_sent_again_and_the_wait_is_said() {
    let server = start();
    let (bob, old) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;
    let path = change_path(&admin.open(&path_of(bob)).await);
    server.clock.advance(SignedDuration::from_mins(1));

    let sent = admin.press(&format!("{path}/resend"), &[]).await;
    let code = sms_code(&server).await;
    let mut soon = admin.press(&format!("{path}/resend"), &[]).await;
    for _ in 0..3 {
        soon = admin.press(&format!("{path}/resend"), &[]).await;
    }

    assert!(sent.text.contains("We’ve sent it again."), "{}", sent.text);
    assert_ne!(old, code);
    assert_eq!(soon.status.as_u16(), 429);
    assert!(
        soon.text.contains("It can be sent again in") && !soon.header("retry-after").is_empty(),
        "{}",
        soon.text
    );
}

/// `verification.md` §9.2, SEC-9: *Enter code* has a page of its own; a wrong code says how many tries are left, the right one
/// puts the number in force.
#[tokio::test]
async fn the_code_a_user_reads_out_is_entered_for_him() {
    let server = start();
    let (bob, code) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;
    let home = admin.open(&path_of(bob)).await;
    let path = format!("{}/code", change_path(&home));

    let page = admin.open(&path).await;
    let missing = admin.press(&path, &[("code", " ")]).await;
    let wrong = admin.press(&path, &[("code", "123ABC")]).await;
    let right = admin.press(&path, &[("code", &code)]).await;

    assert!(part(&home, "proofs").contains(&format!("href=\"{path}\">Enter code")), "{}", home.text);
    assert!(
        page.text.contains(&format!("Enter the code for {NUMBER}"))
            && page.text.contains("Ask the user for the code")
    );
    assert_eq!((missing.status.as_u16(), wrong.status.as_u16()), (422, 422));
    assert!(wrong.text.contains("That is not the code. 4 tries are left."), "{}", wrong.text);
    assert!(!wrong.text.contains("123ABC"), "a code is never shown again");
    assert!(right.text.contains("The number is confirmed."), "{}", right.text);
    assert!(part(&right, "mobile").contains("Proven by the code, by admin<br>"), "{}", right.text);
}

/// SEC-4: another user's code is wrong on this user's page, and stays good; a change of somebody else's is not found here.
#[tokio::test]
async fn a_code_of_somebody_else_is_wrong_here() {
    let server = start();
    let (bob, _) = with_bob_waiting(&server).await;
    let kim = server.person("kim", Person { mobile: Some("0722222222"), ..Person::default() }).await;
    ask_for(&server, kim, ClaimFamily::Mobile, "0733333333").await;
    let kims = sms_code(&server).await;
    let mut admin = Browser::admin(&server).await;
    let path = change_path(&admin.open(&path_of(bob)).await);
    let elsewhere = path.replace(&bob.to_string(), &kim.to_string());

    let wrong = admin.press(&format!("{path}/code"), &[("code", &kims)]).await;
    let not_kims = admin.press(&format!("{elsewhere}/cancel"), &[]).await;

    assert!(wrong.text.contains("That is not the code."), "{}", wrong.text);
    assert_eq!(not_kims.status.as_u16(), 404);
    assert_eq!(admin.open(&format!("{elsewhere}/code")).await.status.as_u16(), 404);
}

/// `verification.md` §4.2: without the setting the button is not there, and a code that is posted is refused, unused.
#[tokio::test]
async fn codes_are_not_entered_where_that_is_switched_off() {
    let server = TestServer::start();
    let (bob, code) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;
    let home = admin.open(&path_of(bob)).await;
    let path = format!("{}/code", change_path(&home));

    let page = admin.open(&path).await;
    let refused = admin.press(&path, &[("code", &code)]).await;

    assert!(!part(&home, "proofs").contains("Enter code"), "{}", home.text);
    assert!(
        page.text.contains("Entering codes for users is switched off") && !page.text.contains("id=\"code\"")
    );
    assert_eq!(refused.status.as_u16(), 403);
    assert!(
        part(&admin.open(&path_of(bob)).await, "mobile").contains(&format!("Waiting for proof: {NUMBER}"))
    );
}

/// pages §5: whoever comes after the change has ended is told who ended it, and nothing happens.
#[tokio::test]
async fn whoever_comes_too_late_is_told_who_was_faster() {
    let server = start();
    let (bob, code) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;
    let mut otto =
        Browser::of(&server, "otto", &["internal_user_mgt_view", "internal_user_code_mgt_create"]).await;
    let first = change_path(&admin.open(&path_of(bob)).await);
    otto.press(&format!("{first}/cancel"), &[]).await;

    let resent = admin.press(&format!("{first}/resend"), &[]).await;
    let entered = admin.press(&format!("{first}/code"), &[("code", &code)]).await;
    server.clock.advance(SignedDuration::from_mins(1));
    ask_for(&server, bob, ClaimFamily::Mobile, NUMBER).await;
    let (code, second) = (sms_code(&server).await, change_path(&admin.open(&path_of(bob)).await));
    let mut owner = server.operator();
    owner.actor.requester.persona = countersign_domain::actor::Persona::Owner;
    owner.actor.requester.display = "bob".to_owned();
    server.web.app.validate_own_code(&owner, bob, &Presented::code(&code)).await.unwrap();
    let cancelled = admin.press(&format!("{second}/cancel"), &[]).await;

    assert_eq!((resent.status.as_u16(), entered.status.as_u16(), cancelled.status.as_u16()), (409, 409, 409));
    assert!(resent.text.contains("Meanwhile otto has called this change off."), "{}", resent.text);
    assert!(entered.text.contains("Meanwhile otto has called this change off."), "{}", entered.text);
    assert!(
        cancelled.text.contains("Meanwhile bob has confirmed this change. It is in force."),
        "{}",
        cancelled.text
    );
    assert!(part(&cancelled, "mobile").contains(&format!("value=\"{NUMBER}\"")), "{}", cancelled.text);
    delivered(&server, Channel::Sms).await;
}

/// A user who is deleted meanwhile is not there any more, whatever was pressed.
#[tokio::test]
async fn a_deleted_user_is_not_there() {
    let server = start();
    let (bob, code) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;
    let page = admin.open(&path_of(bob)).await;
    let path = change_path(&page);
    server.web.app.delete_user(&server.operator(), bob, None).await.unwrap();

    let home = path_of(bob);
    for (form, fields) in [
        (format!("{home}/contacts/email"), [("emails", NEW), ("shown.held", OLD)]),
        (format!("{home}/contacts/email/mark"), [("value", OLD), ("reason", "seen")]),
        (format!("{home}/profile"), [("displayName", "Bob"), ("x", "")]),
        (format!("{path}/code"), [("code", &code), ("x", "")]),
        (format!("{path}/cancel"), [("x", ""), ("y", "")]),
    ] {
        assert_eq!(admin.post(&form, &fields).await.status.as_u16(), 404, "{form}");
    }
}

/// pages §3.4: an expired code and one that was guessed at too often say so, and what helps; there is nothing to enter then.
#[tokio::test]
async fn what_cannot_be_entered_any_more_says_why() {
    let server = TestServer::start_with(|file| {
        file.connector.mobile_by_privileged = true;
        file.base.limits.attempts_per_code = 2;
    });
    let (bob, code) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;
    let path = change_path(&admin.open(&path_of(bob)).await);
    server.clock.advance(SignedDuration::from_mins(6));

    let expired = admin.open(&path_of(bob)).await;
    let entered = admin.press(&format!("{path}/code"), &[("code", &code)]).await;
    admin.press(&format!("{path}/resend"), &[]).await;
    admin.press(&format!("{path}/code"), &[("code", "123ABC")]).await;
    let last = admin.press(&format!("{path}/code"), &[("code", "123ABC")]).await;
    let exhausted = admin.open(&path_of(bob)).await;

    assert!(part(&expired, "proofs").contains("Not valid any more since"), "{}", expired.text);
    assert!(!part(&expired, "proofs").contains("Enter code"), "{}", expired.text);
    assert_eq!(entered.status.as_u16(), 422);
    assert!(entered.text.contains("This code has expired. Send it again."), "{}", entered.text);
    assert!(last.text.contains("Too many wrong codes. Send it again to get a new one."), "{}", last.text);
    let proofs = part(&exhausted, "proofs");
    assert!(
        proofs.contains("Too many wrong codes. Send it again") && !proofs.contains("Enter code"),
        "{proofs}"
    );
    delivered(&server, Channel::Sms).await;
}
