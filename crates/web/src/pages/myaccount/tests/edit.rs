//! Addresses and numbers: asked for, added, removed, made primary.

use super::*;

/// pages §3.2, §3.3: what is typed waits, the value in force stays, and the next page says both.
#[tokio::test]
async fn a_new_value_waits_and_the_next_page_says_so() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;

    let email = browser.post("/myaccount/email", &[("emails", NEW_EMAIL)]).await;
    let page = browser.open("/myaccount/").await;
    let mobile = browser.post("/myaccount/mobile", &[("phoneNumbers", NEW_MOBILE)]).await;
    let code = browser.open(mobile.header("location")).await;
    let again = browser.open("/myaccount/").await;

    assert_eq!(led(&email), (303, "/myaccount/#email"));
    says(
        &page,
        "We’ve written to the new address. The old one stays in force until you confirm the new one.",
    );
    says(&page, "Waiting for proof: new@example.org");
    says(&page, "Open the e-mail we sent to new@example.org and follow its link.");
    let change = change_of(&server, bob, ClaimFamily::Mobile).await.unwrap();
    assert_eq!(led(&mobile), (303, format!("{change}/code").as_str()));
    says(&code, "We’ve sent a code to the new number. The old one stays in force until you enter it.");
    says(&code, "<h1>Confirm 0777777777</h1>");
    assert!(!again.text.contains("We’ve written to the new address"), "what is said is said once");
    assert_eq!(in_force(&server, bob, ClaimFamily::Email).await, EMAIL);
    assert_eq!(in_force(&server, bob, ClaimFamily::Mobile).await, MOBILE);
}

/// pages §1: what is no address is said in the summary and beside the field, what was typed is kept, nothing waits.
#[tokio::test]
async fn what_is_no_address_comes_back_with_the_reason() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    let domain = format!("bob@{}.example", "a".repeat(300));
    let cases = [
        ("email", "emails", "", "That is no e-mail address. It looks like name@example.org."),
        ("email", "emails", "bob", "That is no e-mail address. It looks like name@example.org."),
        (
            "email",
            "emails",
            "bob smith@example.org",
            "The part before the @ holds something we can’t write to.",
        ),
        ("email", "emails", "bob@localhost", "The part after the @ is no mail domain."),
        ("email", "emails", &domain, "That is too long for an e-mail address."),
        ("mobile", "phoneNumbers", "", "That is too short or too long for a mobile number."),
        ("mobile", "phoneNumbers", "12", "That is too short or too long for a mobile number."),
        (
            "mobile",
            "phoneNumbers",
            "0777 call me",
            "A mobile number has digits, and perhaps a + at the front.",
        ),
    ];

    for (family, field, typed, sentence) in cases {
        let page = browser.post(&format!("/myaccount/{family}"), &[(field, typed)]).await;
        refuses(&page, 422, field, sentence);
        says(&page, &format!("name=\"{field}\" type=\"{}\" value=\"{typed}\"", kind(family)));
    }
    assert!(is_untouched(&server, bob).await);
}

fn kind(family: &str) -> &'static str {
    if family == "email" { "text" } else { "tel" }
}

/// M-rows, D-6: the value in force typed again changes nothing; while another one waits, it calls that off.
#[tokio::test]
async fn the_value_in_force_is_no_change() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;

    let same = browser.press("/myaccount/mobile", &[("phoneNumbers", MOBILE)]).await;
    waiting(&server, bob).await;
    let back = browser.press("/myaccount/mobile", &[("phoneNumbers", MOBILE)]).await;

    says(&same, "Nothing had to be changed.");
    says(&back, "The change is called off. Everything stays as it was.");
    assert!(is_untouched(&server, bob).await);
}

/// pages §3.2: a slip in a common domain is asked about, never refused.
#[tokio::test]
async fn a_probable_slip_is_asked_about_and_taken_if_it_is_none() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;

    let asked = browser.post("/myaccount/email", &[("emails", "bob@gmial.com")]).await;
    let untouched = is_untouched(&server, bob).await;
    let taken = browser.post("/myaccount/email", &[("emails", "bob@gmial.com"), ("asTyped", "true")]).await;

    assert_eq!(asked.status.as_u16(), 200);
    says(&asked, "Did you mean bob@gmail.com?");
    says(&asked, "value=\"bob@gmial.com\"");
    assert!(untouched);
    assert_eq!(led(&taken), (303, "/myaccount/#email"));
}

/// SEC-21, pages §3.2: somebody else's address is asked for like any other: the answer does not tell.
#[tokio::test]
async fn a_taken_address_is_answered_like_a_free_one() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;
    server.person("kim", Person { email: Some("kim@example.org"), ..Person::default() }).await;

    let taken = browser.post("/myaccount/email", &[("emails", "kim@example.org")]).await;
    let page = browser.open("/myaccount/").await;
    let free = browser.post("/myaccount/email", &[("emails", "lee@example.org")]).await;
    let other = browser.open("/myaccount/").await;

    assert_eq!(led(&taken), led(&free));
    let strip = |page: &Reply, name: &str| {
        let (_, from) = page.text.split_once("<section class=\"group\" id=\"email\"").unwrap();
        let (section, _) = from.split_once("</section>").unwrap();
        let words = section.replace(name, "").replace(|c: char| !c.is_alphabetic(), " ");
        words.split(' ').filter(|word| word.len() > 8).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(strip(&page, "kim@"), strip(&other, "lee@"));
}

/// pages §3.1: with lists, another one is added at the end and waits; without, the page offers none and takes none.
#[tokio::test]
async fn another_address_is_added_where_there_are_lists() {
    for lists in [true, false] {
        let server = TestServer::start_with(|file| file.base.lists = lists);
        let (mut browser, bob) = bob(&server).await;

        let page = browser.open("/myaccount/").await;
        let answer = browser.post("/myaccount/email/add", &[("emails", NEW_EMAIL)]).await;

        assert_eq!(page.text.contains("/myaccount/?add=email"), lists);
        if lists {
            assert_eq!(led(&answer), (303, "/myaccount/#email"));
            assert!(change_of(&server, bob, ClaimFamily::Email).await.is_some());
        } else {
            refuses(&answer, 422, "emails", "Only one can be kept here.");
            assert!(is_untouched(&server, bob).await);
        }
    }
}

/// pages §3.1: removing says what is lost first, and does it then; what is nobody's any more is said.
#[tokio::test]
async fn removing_is_asked_about_and_done() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;

    let asked = browser.post("/myaccount/mobile/remove", &[("value", MOBILE)]).await;
    let untouched = is_untouched(&server, bob).await;
    let form = [("value", MOBILE), ("confirmed", "true")];
    let removed = browser.press("/myaccount/mobile/remove", &form).await;
    let again = browser.post("/myaccount/mobile/remove", &form).await;

    assert_eq!(asked.status.as_u16(), 200);
    says(&asked, "Remove 0111111111?");
    says(&asked, "We can’t send text messages to this number any more after that. The number is told.");
    assert!(untouched);
    says(&removed, "Your mobile numbers are saved.");
    says(&removed, "No mobile number yet.");
    assert_eq!(in_force(&server, bob, ClaimFamily::Mobile).await, "");
    assert_eq!(again.status.as_u16(), 422);
    says(&again, "That number is not one of yours any more.");
}

/// pages §3.1: only a verified address becomes the primary one; the menu offers no other, and the form takes none.
#[tokio::test]
async fn only_a_verified_address_becomes_primary() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    listed(&server, "second@example.org").await;

    let page = browser.open("/myaccount/").await;
    let refused = browser.post("/myaccount/email/primary", &[("value", "second@example.org")]).await;
    let before = in_force(&server, bob, ClaimFamily::Email).await;
    let asked = browser.post("/myaccount/email/verify", &[("value", "second@example.org")]).await;
    let token = crate::mailbox::link_token(&server).await;
    let body = serde_json::json!({"code": token, "properties": []});
    let proof =
        server.ask("bob", axum::http::Method::POST, "/api/identity/user/v1.0/me/validate-code", Some(body));
    assert_eq!(proof.await.status.as_u16(), 202);
    let primary = browser.press("/myaccount/email/primary", &[("value", "second@example.org")]).await;

    says(&page, "Only a verified one can be.");
    assert_eq!(refused.status.as_u16(), 422);
    says(&refused, "Only a confirmed address can be the primary one.");
    assert_eq!(before, EMAIL);
    assert_eq!(led(&asked), (303, "/myaccount/#email"));
    says(&primary, "Your e-mail addresses are saved.");
    assert_eq!(in_force(&server, bob, ClaimFamily::Email).await, "second@example.org");
}

/// An address in bob's list that nobody has proven, put there by an administrator.
async fn listed(server: &TestServer, address: &str) {
    server.admin().await;
    let bob = server.ask("bob", axum::http::Method::GET, "/scim2/Me", None).await.json();
    let path = format!("/scim2/Users/{}", bob["id"].as_str().unwrap());
    let list = serde_json::json!({"urn:scim:wso2:schema": {"emailAddresses": [EMAIL, address]}});
    let body = serde_json::json!({"Operations": [{"op": "replace", "value": list}]});
    let answer = server.ask("admin", axum::http::Method::PATCH, &path, Some(body)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
}

/// pages §3.1: where nothing is verified, the form that asks for it says so.
#[tokio::test]
async fn nothing_is_verified_where_that_is_switched_off() {
    let server = TestServer::start_with(|file| file.connector.email_enable_verification = false);
    let (mut browser, bob) = bob(&server).await;

    let refused = browser.post("/myaccount/email/verify", &[("value", EMAIL)]).await;
    let saved = browser.press("/myaccount/email", &[("emails", NEW_EMAIL)]).await;

    assert_eq!(refused.status.as_u16(), 422);
    says(&refused, "Nothing is verified here; whoever administers this server can switch it on.");
    says(&saved, "Your e-mail addresses are saved.");
    assert_eq!(in_force(&server, bob, ClaimFamily::Email).await, NEW_EMAIL);
}

/// Security §8: too many changes are 429 with the wait, what was typed is kept, and nothing of it has begun.
#[tokio::test]
async fn too_many_changes_have_to_wait() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    for number in ["0777777771", "0777777772", "0777777773"] {
        browser.post("/myaccount/mobile", &[("phoneNumbers", number)]).await;
    }
    let before = change_of(&server, bob, ClaimFamily::Mobile).await;

    let page = browser.post("/myaccount/mobile", &[("phoneNumbers", NEW_MOBILE)]).await;

    refuses(&page, 429, "phoneNumbers", "Too many changes for now. Try again in ");
    says(&page, &format!("value=\"{NEW_MOBILE}\""));
    waits(&page);
    assert_eq!(change_of(&server, bob, ClaimFamily::Mobile).await, before);
}

/// pages §3: forms have addresses of their own, which lead back to the page they stand in; others are not there.
#[tokio::test]
async fn a_forms_address_leads_to_the_page_it_stands_in() {
    let server = TestServer::start();
    let (mut browser, _) = bob(&server).await;

    for (path, to) in [
        ("/myaccount/email", "/myaccount/?edit=email"),
        ("/myaccount/email/add", "/myaccount/?add=email"),
        ("/myaccount/mobile/remove", "/myaccount/"),
        ("/myaccount/profile", "/myaccount/?edit=profile"),
        ("/myaccount/security/password", "/myaccount/security"),
    ] {
        assert_eq!(led(&browser.open(path).await), (303, to), "{path}");
    }
    for path in ["/myaccount/fax", "/myaccount/fax/add", "/myaccount/email/burn"] {
        assert_eq!(browser.open(path).await.status.as_u16(), 404, "{path}");
        assert_eq!(browser.post(path, &[]).await.status.as_u16(), 404, "{path}");
    }
}

/// pages §1, SEC-29: a form sent after the session has ended is not taken; what was typed is there after the sign-in, the
/// password is not.
#[tokio::test]
async fn what_was_typed_survives_the_end_of_the_session() {
    let server = TestServer::start();
    let (mut browser, bob) = bob(&server).await;
    server.clock.advance(countersign_app::SESSION_IDLE);

    let form = [("emails", NEW_EMAIL), ("password", PASSWORD)];
    let late = browser.post("/myaccount/email", &form).await;
    browser.sign_in("bob", PASSWORD).await;
    let page = browser.open("/myaccount/?edit=email").await;
    let again = browser.open("/myaccount/?edit=email").await;

    assert_eq!(led(&late), (303, "/login?back=/myaccount/&ended"));
    says(&page, &format!("name=\"emails\" type=\"text\" value=\"{NEW_EMAIL}\""));
    assert!(!page.text.contains(PASSWORD) && !again.text.contains(NEW_EMAIL));
    assert!(is_untouched(&server, bob).await);
}
