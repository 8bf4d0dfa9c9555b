//! When delivery fails: what the person reads, what the operator does (pages §3.3, §5).

use crate::browser_driver::in_a_browser;
use crate::browser_look::looked_at;
use crate::test_app::{ADMIN, BOB, BOB_MAIL, Given};

/// pages §3.3, §5, REL-10: a mailbox that does not exist is said plainly, with what to do; the operator finds the message
/// among those given up, with the server's answer, and sends it again: a new link, and the old address is not told again.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_is_said_plainly_and_sent_again() {
    in_a_browser(Given::default(), async |app, browser| {
        browser.sign_in(app, BOB, "/myaccount/?edit=email").await;
        app.smtp.refuse("RCPT", "550 5.1.1 no such mailbox");
        browser.enters("#emails", "gone@example.org").await;
        app.deliver_all().await;
        app.smtp.relent();
        browser.open(&app.url("/myaccount/")).await;
        let said = browser.text("#email .pending").await;
        looked_at(browser, "myaccount/email-refused").await;
        browser.forget().await;
        app.later(countersign_domain::SignedDuration::from_mins(2));

        browser.sign_in(app, ADMIN, "/console/messages?state=dead&q=bob").await;
        let given_up = browser.text("#messages").await;
        looked_at(browser, "console/messages-given-up").await;
        let secret =
            "[...document.querySelectorAll('table a')].find(link => link.textContent.startsWith('Confirm'))";
        browser.value_of(&format!("{secret}.focus()")).await;
        browser.leads_on(browser.press(&[crate::browser_driver::ENTER])).await;
        let answer = browser.text("#message").await;
        looked_at(browser, "console/message-given-up").await;
        browser.presses("form[action$=replay] button").await;
        let status = browser.text("[role=status]").await;
        let messages = app.deliver_all().await;

        assert!(said.contains("That mailbox doesn’t exist"), "{said}");
        assert!(said.contains("Check the address"), "{said}");
        assert!(given_up.contains("gone@example.org") && given_up.contains(BOB_MAIL), "{given_up}");
        assert!(answer.contains("550 5.1.1 no such mailbox"), "{answer}");
        assert!(answer.contains("could not be told"), "{answer}");
        assert!(status.contains("new"), "{status}");
        assert_eq!(messages.mails_to(), ["gone@example.org"]);
        app.leaves_messages();
    })
    .await;
}

/// SEC-51, D-19, pages §5: a file that cannot be read is shown with line and caret, and the last good version goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_publisher_file_is_shown_where_it_breaks() {
    in_a_browser(Given::default(), async |app, browser| {
        app.drop_publisher(
            "sms.xml",
            "<eventPublisher name=\"Gateway\">\n  <from streamName=\n</eventPublisher>\n",
        )
        .await;
        browser.sign_in(app, ADMIN, "/console/publishers").await;
        let shown = browser.text("main").await;
        looked_at(browser, "console/publishers-broken").await;

        assert!(shown.contains("sms.xml"), "{shown}");
        assert!(shown.contains("last good version") || shown.contains("Last good version"), "{shown}");
        assert!(browser.text("main pre").await.contains('^'));
    })
    .await;
}
