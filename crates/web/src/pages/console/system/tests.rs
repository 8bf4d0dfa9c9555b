use countersign_app::{SenderState, Senders, Surroundings};
use countersign_domain::SignedDuration;
use countersign_domain::claim::{Address, Channel, ClaimFamily};

use crate::pages::console::sample::Browser;
use crate::sample::TestServer;

/// pages §5: version, database, health, senders, and what was warned of at the start.
#[tokio::test]
async fn the_server_says_what_it_is() {
    let server = TestServer::start();
    server.senders.send_replace(Senders {
        email: SenderState::Ready("smtp.example.org".to_owned()),
        sms: SenderState::Broken("line 6 of sms.xml is not JSON".to_owned()),
    });
    server.surroundings.send_replace(Surroundings {
        version: "0.9.1".to_owned(),
        is_ready: true,
        is_self_signed: Some(true),
        warnings: vec!["The password of admin is a well-known one.".to_owned()],
        started_at: None,
    });
    let mut admin = Browser::admin(&server).await;

    let page = admin.open("/console/system").await.text;

    for said in [
        "0.9.1",
        "SQLite",
        "Ready",
        "Self-signed by this server",
        "Sent by smtp.example.org",
        "line 6 of sms.xml is not JSON",
        "The password of admin is a well-known one.",
        "No message is due.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

/// REL-10: a message that waits longer than 30 seconds is a warning, with a way to it.
#[tokio::test]
async fn a_queue_older_than_thirty_seconds_is_a_warning() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let mut by = server.operator();
    let admin_id = server.web.app.user_named(&by, "admin").await.unwrap().unwrap();
    by.actor.requester.subject = countersign_domain::actor::Subject::User(admin_id);
    let to = Address::parse(ClaimFamily::Mobile, "0123456789").unwrap();
    server.web.app.send_test(&by, Channel::Sms, to).await.unwrap();

    server.clock.advance(SignedDuration::from_secs(30));
    let in_time = admin.open("/console/system").await.text;
    server.clock.advance(SignedDuration::from_secs(1));
    let late = admin.open("/console/system").await.text;

    assert!(in_time.contains("The oldest due message has waited for 30 seconds."), "{in_time}");
    assert!(late.contains("waited for 31 seconds; it should be less than 30 seconds."), "{late}");
    assert!(late.contains("href=\"/console/messages?state=queued&#38;channel=SMS\">1</a>"), "{late}");
}
