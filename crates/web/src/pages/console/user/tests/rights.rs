use super::*;
use crate::mailbox::{ask_for, sms_code};

const VIEW: &str = "internal_user_mgt_view";
const UPDATE: &str = "internal_user_mgt_update";
const CHANGES: &str = "internal_user_code_mgt_view";
const CODES: &str = "internal_user_code_mgt_create";

async fn with_bob_waiting(server: &TestServer) -> (UserId, String) {
    let bob = with_bob(server).await;
    ask_for(server, bob, ClaimFamily::Mobile, NUMBER).await;
    (bob, sms_code(server).await)
}

/// SEC-37: what a viewer may not do is not shown, and refused when it is posted.
#[tokio::test]
async fn what_a_viewer_may_not_do_is_neither_shown_nor_done() {
    let server = TestServer::start_with(|file| file.connector.mobile_by_privileged = true);
    let (bob, code) = with_bob_waiting(&server).await;
    let mut admin = Browser::admin(&server).await;
    let change = change_path(&admin.open(&path_of(bob)).await);
    let mut otto = Browser::of(&server, "otto", &[VIEW]).await;
    let home = path_of(bob);

    let page = otto.open(&home).await;

    assert!(page.text.contains(OLD) && page.text.contains(&format!("Waiting for proof: {NUMBER}")));
    let main = page.text.split("<main").nth(1).unwrap();
    assert!(!main.contains("<form") && !main.contains("?edit") && !main.contains("?mark"), "{main}");
    assert!(!main.contains("Asked for by") && !main.contains("Message queued"), "{main}");
    for (form, fields) in [
        (format!("{home}/profile"), [("displayName", "Bob"), ("x", "")]),
        (format!("{home}/contacts/email"), [("emails", NEW), ("shown.held", OLD)]),
        (format!("{home}/contacts/email/add"), [("emails", NEW), ("x", "")]),
        (format!("{home}/contacts/email/remove"), [("value", OLD), ("confirmed", "true")]),
        (format!("{home}/contacts/email/primary"), [("value", OLD), ("confirmed", "true")]),
        (format!("{home}/contacts/email/verify"), [("value", OLD), ("x", "")]),
        (format!("{home}/contacts/email/mark"), [("value", OLD), ("reason", "seen")]),
        (format!("{home}/contacts/email/renew"), [("value", OLD), ("confirmed", "true")]),
        (format!("{change}/code"), [("code", &code), ("x", "")]),
        (format!("{change}/resend"), [("x", ""), ("y", "")]),
        (format!("{change}/cancel"), [("x", ""), ("y", "")]),
    ] {
        assert_eq!(otto.post(&form, &fields).await.status.as_u16(), 403, "{form}");
    }
    assert_eq!(otto.open(&format!("{change}/code")).await.status.as_u16(), 403);
    assert!(!otto.open(&format!("{home}?mark=email")).await.text.contains("id=\"reason\""));
}

/// SEC-37: each permission opens what it opens in the API of the same thing, and nothing beside it.
#[tokio::test]
async fn each_permission_opens_its_own_part() {
    let server = TestServer::start();
    let (bob, _) = with_bob_waiting(&server).await;
    let home = path_of(bob);
    let mut editor = Browser::of(&server, "editor", &[VIEW, UPDATE]).await;
    let mut watcher = Browser::of(&server, "watcher", &[VIEW, CHANGES]).await;
    let mut helper = Browser::of(&server, "helper", &[VIEW, CODES]).await;
    let mut stranger = Browser::of(&server, "stranger", &[UPDATE, CHANGES, CODES]).await;

    let (edits, watches) = (editor.open(&home).await.text, watcher.open(&home).await.text);
    let helps = helper.open(&home).await.text;

    assert!(
        edits.contains("name=\"emails\"")
            && !edits.contains("/resend\"")
            && !edits.contains("Message queued")
    );
    assert!(
        watches.contains("Message queued")
            && !watches.contains("/resend\"")
            && !watches.contains("name=\"emails\"")
    );
    assert!(
        helps.contains("/resend\"")
            && !helps.contains("Message queued")
            && !helps.contains("name=\"emails\"")
    );
    assert_eq!(stranger.open(&home).await.status.as_u16(), 403);
    assert_eq!(
        stranger.post(&format!("{home}/contacts/email"), &[("emails", NEW)]).await.status.as_u16(),
        403
    );
}

/// Addresses of forms that are looked at lead to the page; what names nothing of ours is not found.
#[tokio::test]
async fn addresses_of_forms_lead_to_the_page() {
    let server = TestServer::start();
    let bob = with_bob(&server).await;
    let mut admin = Browser::admin(&server).await;
    let home = path_of(bob);

    for (path, leads) in [
        ("/profile", "?edit=profile"),
        ("/contacts/email", "#email"),
        ("/contacts/mobile/add", "?add=mobile"),
        ("/contacts/email/mark", "?mark=email"),
        ("/contacts/email/remove", ""),
    ] {
        let answer = admin.open(&format!("{home}{path}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, &*format!("{home}{leads}")));
    }
    for path in ["/contacts/fax", "/contacts/email/shout", "/changes/nonsense/code"] {
        assert_eq!(admin.open(&format!("{home}{path}")).await.status.as_u16(), 404, "{path}");
    }
    assert_eq!(admin.open(&format!("{home}/changes/x/cancel")).await.status.as_u16(), 405);
}
