//! Real conversations with a mail server on loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside test functions")]

mod sinks;

use countersign_notify::email::{SmtpKeys, SmtpSender, SmtpSettings, SmtpTls};
use countersign_notify::outbound::{Outbound, OutboundAllow};
use countersign_notify::outcome::Outcome;
use countersign_notify::render::{Email, Template, Templates};
use countersign_notify::trust::Roots;
use jiff::Timestamp;
use sinks::smtp::{Offer, SmtpSink};
use sinks::tls::{Certificate, install_provider};

fn sender(sink: &SmtpSink, roots: &Roots, change: impl Fn(&mut SmtpKeys)) -> SmtpSender {
    let mut keys = SmtpKeys {
        from_address: Some("no-reply@shop.example".into()),
        signature: Some("Paper Boat".into()),
        hostname: Some("127.0.0.1".into()),
        port: Some(sink.address.port()),
        username: Some("mailer".into()),
        password: Some("<![CDATA[p&ss]]>".into()),
        ..SmtpKeys::default()
    };
    change(&mut keys);
    let outbound = Outbound::new(OutboundAllow::default(), roots.clone()).unwrap();
    SmtpSender::new(SmtpSettings::try_new(&keys).unwrap().unwrap(), roots, &outbound).unwrap()
}

fn mail() -> Email {
    Templates::built_in().email(Template::VerifyEmail, None, &Template::samples()).unwrap()
}

async fn send(sender: &SmtpSender) -> Outcome {
    sender.send(&mail(), "bo@example.org", "m-7", Timestamp::UNIX_EPOCH).await
}

fn unreached(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Unreached { why } => why,
        other => panic!("{other:?}"),
    }
}

async fn sink_with_tls() -> (SmtpSink, Roots) {
    let certificate = Certificate::new();
    let roots = Roots::Only(certificate.pem.clone());
    (SmtpSink::start(Offer { tls: Some(certificate), auth: true, injected: "" }).await, roots)
}

/// SEED-25, SEED-27, SEC-53: handed over inside TLS, signed in with the unwrapped password, both twins intact.
#[tokio::test]
async fn a_mail_is_handed_over_inside_tls_after_signing_in() {
    let (sink, roots) = sink_with_tls().await;

    let outcome = send(&sender(&sink, &roots, |_| ())).await;

    assert_eq!(outcome, Outcome::HandedOver { detail: "SMTP 250 queued as Q1".into() });
    let taken = sink.mails.wait_for(0).await;
    assert_eq!(
        (taken.from.as_str(), taken.to.as_slice()),
        ("no-reply@shop.example", &["bo@example.org".to_owned()][..])
    );
    assert_eq!((taken.over_tls, taken.signed_in_as.as_deref()), (true, Some("mailer:p&ss")));
    let headers =
        ["from", "to", "subject", "message-id", "auto-submitted"].map(|name| taken.header(name).unwrap());
    assert_eq!(
        headers,
        [
            "\"Paper Boat\" <no-reply@shop.example>",
            "bo@example.org",
            "Confirm your new e-mail address",
            "<m-7@shop.example>",
            "auto-generated"
        ]
    );
    assert_eq!(taken.text().trim_end(), mail().text.trim_end());
    assert_eq!(taken.html().trim_end(), mail().html.trim_end());
    let in_clear: Vec<_> = sink.commands.all().into_iter().filter(|line| line.starts_with("clear")).collect();
    assert_eq!(in_clear, ["clear: EHLO shop.example", "clear: STARTTLS"]);
}

/// SEC-53: when somebody strips STARTTLS from the offer, neither password nor mail is sent.
#[tokio::test]
async fn without_starttls_nothing_is_said() {
    install_provider();
    let sink = SmtpSink::start(Offer { auth: true, ..Offer::default() }).await;

    let outcome = send(&sender(&sink, &Roots::System, |_| ())).await;

    assert_eq!(
        unreached(&outcome),
        "the mail server was not reached: STARTTLS is not supported on this server"
    );
    assert_eq!(sink.commands.all(), ["clear: EHLO shop.example"]);
}

/// SEC-53: bytes appended to the answer to STARTTLS are not taken for something said inside TLS.
#[tokio::test]
async fn a_reply_injected_before_tls_ends_the_attempt() {
    let certificate = Certificate::new();
    let roots = Roots::Only(certificate.pem.clone());
    let injected = "250-sink\r\n250 AUTH LOGIN\r\n";
    let sink = SmtpSink::start(Offer { tls: Some(certificate), auth: true, injected }).await;

    let outcome = send(&sender(&sink, &roots, |_| ())).await;

    assert!(unreached(&outcome).starts_with("the mail server was not reached:"), "{outcome:?}");
    assert_eq!(sink.commands.all(), ["clear: EHLO shop.example", "clear: STARTTLS"]);
    assert_eq!(sink.mails.all(), []);
}

/// SEC-53: a certificate nobody vouches for ends the attempt before the password.
#[tokio::test]
async fn an_untrusted_certificate_is_refused() {
    let (sink, _) = sink_with_tls().await;
    let other = Roots::Only(Certificate::new().pem);

    let outcome = send(&sender(&sink, &other, |_| ())).await;

    assert!(unreached(&outcome).contains("certificate"), "{outcome:?}");
    assert_eq!(sink.commands.all(), ["clear: EHLO shop.example", "clear: STARTTLS"]);
}

/// verification.md §6.1: a relay without TLS is used when configured so, and never told a password.
#[tokio::test]
async fn a_plain_relay_takes_mail_without_sign_in() {
    install_provider();
    let sink = SmtpSink::start(Offer { auth: true, ..Offer::default() }).await;
    let sender = sender(&sink, &Roots::System, |keys| {
        (keys.tls, keys.enable_authentication) = (Some(SmtpTls::None), Some(false));
    });

    let outcome = send(&sender).await;

    assert_eq!(outcome, Outcome::HandedOver { detail: "SMTP 250 queued as Q1".into() });
    let taken = sink.mails.wait_for(0).await;
    assert_eq!((taken.over_tls, taken.signed_in_as), (false, None));
}

/// REL-7: 4xx is tried again, 5xx is not; our own sign-in is the operator's to mend. No reply keeps the address.
#[tokio::test]
async fn replies_are_classified() {
    let (sink, roots) = sink_with_tls().await;
    let sender = sender(&sink, &roots, |_| ());
    let mut outcomes = Vec::new();

    for (verb, reply) in [
        ("RCPT", "450 4.2.1 <bo@example.org> is busy"),
        ("RCPT", "550 5.1.1 <bo@example.org> unknown"),
        ("MAIL", "421 closing"),
        (".", "554 5.7.1 looks like\tspam"),
        ("AUTH", "535 5.7.8 no"),
    ] {
        sink.refuse(verb, reply);
        outcomes.push(send(&sender).await);
        sink.relent();
    }

    let retry = |why: &str| Outcome::Retry { why: why.into(), after: None };
    let dead = |why: &str| Outcome::Dead { why: why.into() };
    assert_eq!(
        outcomes,
        [
            retry("SMTP 450 4.2.1 <•••> is busy"),
            dead("SMTP 550 5.1.1 <•••> unknown"),
            retry("SMTP 421 closing"),
            dead("SMTP 554 5.7.1 looks like\\tspam"),
            retry("the mail server refused our sign-in: SMTP 535 5.7.8 no"),
        ]
    );
    assert_eq!(sink.mails.all(), []);
}

/// REL-7: nobody listening is a reason to try again.
#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    install_provider();
    let sink = SmtpSink::start(Offer::default()).await;
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let sender = sender(&sink, &Roots::System, |keys| keys.port = Some(gone.port()));

    let outcome = send(&sender).await;

    assert!(
        unreached(&outcome).starts_with("the mail server was not reached: Connection refused"),
        "{outcome:?}"
    );
}

/// REL-7: a server that says nothing is given up after the time of one attempt, on the clock of the test.
#[tokio::test(start_paused = true)]
async fn a_silent_server_is_tried_again() {
    install_provider();
    let sink = SmtpSink::start(Offer::default()).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let sender = sender(&sink, &Roots::System, |keys| keys.port = Some(port));

    let outcome = send(&sender).await;

    assert!(matches!(outcome, Outcome::Unreached { .. }), "{outcome:?}");
}

/// A second mail uses the same connection; every mail has one recipient (SEC-49).
#[tokio::test]
async fn connections_are_used_again() {
    let (sink, roots) = sink_with_tls().await;
    let sender = sender(&sink, &roots, |_| ());

    for _ in 0..3 {
        assert!(matches!(send(&sender).await, Outcome::HandedOver { .. }));
    }

    let greetings = sink.commands.all().iter().filter(|line| line.starts_with("clear: EHLO")).count();
    assert_eq!(greetings, 1);
    assert_eq!(sink.mails.all().iter().map(|mail| mail.to.len()).collect::<Vec<_>>(), [1, 1, 1]);
}
