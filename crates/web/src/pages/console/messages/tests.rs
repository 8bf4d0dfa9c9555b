use axum::http::Method;
use countersign_app::MessageQuery;
use countersign_domain::claim::{Address, Channel, ClaimFamily};
use countersign_domain::{MessageId, SignedDuration};
use serde_json::json;

use super::path_of;
use crate::pages::console::sample::Browser;
use crate::sample::{Person, TestServer};

const NEW: &str = "rob.new@example.org";

/// Rob asks for another address: a mail with a link waits, and a notice to the old one.
async fn with_rob(server: &TestServer) {
    server.person("rob", Person { email: Some("rob@example.org"), ..Person::default() }).await;
    let value = json!({"emails": [{"primary": true, "value": NEW}]});
    let body = json!({"schemas": [], "Operations": [{"op": "replace", "value": value}]});
    let answer = server.ask("rob", Method::PATCH, "/scim2/Me", Some(body)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
}

/// The ids of all messages, newest first.
async fn ids(server: &TestServer) -> Vec<(MessageId, String)> {
    let query = MessageQuery { limit: 50, ..MessageQuery::default() };
    let list = server.web.app.messages(&server.operator(), query).await.unwrap();
    list.messages.into_iter().map(|message| (message.id, message.template)).collect()
}

async fn id_of(server: &TestServer, template: &str) -> MessageId {
    ids(server).await.into_iter().find(|(_, one)| one == template).unwrap().0
}

/// pages §5: by state, channel and person; states in words; an empty answer says so.
#[tokio::test]
async fn messages_are_found_by_state_channel_and_person() {
    let server = TestServer::start();
    with_rob(&server).await;
    let mut admin = Browser::admin(&server).await;

    let all = admin.open("/console/messages").await.text;
    let waiting = admin.open("/console/messages?state=queued&channel=EMAIL&q=rob").await.text;
    let by_sms = admin.open("/console/messages?channel=SMS").await.text;
    let by_address = admin.open("/console/messages?q=rob.new").await.text;

    assert!(all.contains("Confirm a new e-mail address") && all.contains("Notice: a change was asked for"));
    assert!(
        waiting.contains("Waiting") && waiting.contains("<option value=\"queued\" selected>Waiting</option>")
    );
    assert!(waiting.contains(NEW) && waiting.contains("value=\"rob\""), "{waiting}");
    assert!(by_sms.contains("No message fits") && by_sms.contains("Show all messages"));
    assert!(by_address.contains("Confirm a new") && !by_address.contains("Notice:"), "{by_address}");
}

/// SEC-59: a recipient in full only for who may see people; others neither read it nor find it by guessing.
#[tokio::test]
async fn recipients_are_masked_unless_permitted() {
    let server = TestServer::start();
    with_rob(&server).await;
    let mut otto = Browser::of(&server, "otto", &["internal_config_mgt_view"]).await;
    let mail = path_of(id_of(&server, "verifyEmailOnUpdate").await);

    let (list, one) = (otto.open("/console/messages").await.text, otto.open(&mail).await.text);
    let guessed = otto.open("/console/messages?q=rob.new").await.text;
    let by_name = otto.open("/console/messages?q=ROB").await.text;

    assert!(list.contains("r***@example.org") && !list.contains(NEW), "{list}");
    assert!(one.contains("r***@example.org") && !one.contains(NEW), "{one}");
    assert!(!one.contains("The change it belongs to") && !one.contains("/drop"), "{one}");
    assert!(guessed.contains("No message fits") && !by_name.contains("No message fits"));
}

/// pages §1: long lists go on by cursor, with what was searched for.
#[tokio::test]
async fn long_lists_go_on_by_cursor() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let mut by = server.operator();
    let id = server.web.app.user_named(&by, "admin").await.unwrap().unwrap();
    by.actor.requester.subject = countersign_domain::actor::Subject::User(id);
    for number in 0..30 {
        let to = Address::parse(ClaimFamily::Email, &format!("ops{number}@example.org")).unwrap();
        server.web.app.send_test(&by, Channel::Email, to).await.unwrap();
    }

    let first = admin.open("/console/messages?state=queued").await.text;
    let next =
        first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = admin.open(&next).await.text;

    let rows = |page: &str| page.matches("<th scope=\"row\">").count();
    assert_eq!((rows(&first), rows(&second)), (25, 5));
    assert!(next.starts_with("/console/messages?state=queued&before="), "{next}");
    assert!(second.contains("rel=\"prev\" href=\"/console/messages?state=queued\""), "{second}");
    assert!(!second.contains("rel=\"next\""));
}

/// pages §5: one message says where it is, what its change went through, and what cannot be done and why.
#[tokio::test]
async fn a_message_is_dropped_once_and_says_why_it_is_not_sent_again() {
    let server = TestServer::start();
    with_rob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let mail = path_of(id_of(&server, "verifyEmailOnUpdate").await);

    let page = admin.open(&mail).await.text;
    let dropped = admin.press(&format!("{mail}/drop"), &[]).await;
    let again = admin.press(&format!("{mail}/drop"), &[]).await;

    assert!(page.contains("Nobody has tried to send it yet.") && page.contains("Asked for"), "{page}");
    assert!(page.contains("It is still waiting and is tried by itself."), "{page}");
    assert!(dropped.text.contains("It was taken out and is not sent.") && dropped.text.contains("Taken out"));
    assert!(dropped.text.contains("dropped by admin") && dropped.text.contains("Send a new code or link"));
    assert_eq!(again.status.as_u16(), 409);
    assert!(again.text.contains("It has ended already; there is nothing to take out."), "{}", again.text);
}

/// REL-10, SEC-38: a secret is sent again as a new one, only by who may issue codes; a spent budget says how long.
#[tokio::test]
async fn a_secret_is_sent_again_as_a_new_one() {
    let server = TestServer::start();
    with_rob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let config = ["internal_config_mgt_view", "internal_config_mgt_update"];
    let mut otto = Browser::of(&server, "otto", &config).await;
    let mail = path_of(id_of(&server, "verifyEmailOnUpdate").await);
    admin.press(&format!("{mail}/drop"), &[]).await;
    server.clock.advance(SignedDuration::from_mins(1));

    let ottos = otto.open(&mail).await.text;
    let refused = otto.post(&format!("{mail}/replay"), &[]).await;
    let resent = admin.press(&format!("{mail}/replay"), &[]).await;
    let again = admin.press(&format!("{mail}/replay"), &[]).await;

    assert!(!ottos.contains("/replay"), "what he may not do is not offered");
    assert_eq!(refused.status.as_u16(), 403);
    assert!(resent.text.contains("A new code is on its way"), "{}", resent.text);
    assert_eq!(again.status.as_u16(), 409);
    assert!(again.text.contains("A newer message carries the code or link that counts"), "{}", again.text);
    assert!(ids(&server).await.iter().any(|(_, template)| template == "resendVerifyEmailOnUpdate"));
}

/// pages §5: *Send me a test* leads to the message's page; what is no address is said beside the field.
#[tokio::test]
async fn a_test_leads_to_its_trace() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    let sent =
        admin.press("/console/messages/test", &[("channel", "SMS"), ("phoneNumbers", "0123456789")]).await;
    let wrong =
        admin.press("/console/messages/test", &[("channel", "EMAIL"), ("emails", "no<address")]).await;
    let nonsense = admin.post("/console/messages/test", &[("channel", "FAX")]).await;

    assert!(sent.text.contains("The test is on its way.") && sent.text.contains("<h1>Test message</h1>"));
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.text.contains("id=\"emails-error\"") && wrong.text.contains("value=\"no&#60;address\""));
    assert_eq!(nonsense.status.as_u16(), 400);
}

/// What is not there is a page, and no hint.
#[tokio::test]
async fn an_unknown_message_is_404() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    for id in ["nonsense", "00000000-0000-7000-8000-000000000000"] {
        assert_eq!(admin.open(&format!("/console/messages/{id}")).await.status.as_u16(), 404);
        assert_eq!(admin.post(&format!("/console/messages/{id}/drop"), &[]).await.status.as_u16(), 404);
        assert_eq!(admin.post(&format!("/console/messages/{id}/replay"), &[]).await.status.as_u16(), 404);
    }
}
