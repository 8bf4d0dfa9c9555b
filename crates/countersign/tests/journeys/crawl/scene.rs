//! A house with something of everything: people, what waits for them, what went wrong, and names that would be markup.

use serde_json::json;

use super::person::{MARKUP, Secrets};
use crate::email_resource::{NEW, replace_primary};
use crate::email_visitor::Visitor;
use crate::governance;
use crate::sinks::http::Answer as Gateway;
use crate::sinks::mail::Mail;
use crate::test_app::{
    ADMIN, BOB, BOB_MAIL, BOB_PATH, Given, KIM, SYSTEM, TestApp, given, link_in, new_mobile, replacing,
};

/// May do everything, and has a password that is in no page by chance, as `admin` would be.
pub(super) const ADA: (&str, &str) = ("ada", "quiet-otter-lamp");

/// Where the messages led.
pub(super) struct Links {
    pub(super) confirm: String,
    pub(super) cancel: String,
    /// To confirm kim's.
    pub(super) other: String,
}

/// Nothing is refused for having been asked for too often: a form would not be, either, and that is not what is tried.
pub(super) fn usual() -> Given {
    given(
        "[identity_mgt.user_claim_update.mobile]\nenable_verification_by_privileged_user = true\n\
         [countersign.limits]\nprivileged_wrong_codes = 0\nsends_burst = 0\nsends_per_hour = 0\nsends_per_day = 0\nlanding_per_selector_hour = 0\n\
         sends_per_destination_hour = 0\nsends_per_destination_day = 0\npending_values_per_day = 0\n\
         login_failures_per_source = 0\nlogin_delay_after = 0",
    )
}

/// Fills the house.
pub(super) async fn furnished(app: &mut TestApp) -> (Links, Secrets) {
    app.leaves_messages();
    people(app).await;
    governance::set(app, "OTP.OTPLength", json!("7")).await.expect(200);
    let group = json!({"displayName": MARKUP, "members": [{"value": app.id_of("eve").await}]});
    app.post("/scim2/Groups").of(ADMIN).json(group).await.expect(201);

    // One SMS its gateway refuses, one that nobody has sent yet.
    app.gateway.then(Gateway::status(400));
    app.patch("/scim2/Me").of(KIM).json(new_mobile("0123456700")).await.expect(200);
    app.deliver_all().await;
    app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
    app.patch("/scim2/Me").of(BOB).json(replace_primary(NEW)).await.expect(200);
    app.patch("/scim2/Me").of(KIM).json(replace_primary("kim.other@example.org")).await.expect(200);
    let messages = app.deliver_all().await;
    app.patch("/scim2/Me").basic("eve", ADA.1).json(new_mobile("0123456701")).await.expect(200);

    let links = Links {
        confirm: link_in(messages.mail_to(NEW), "confirmregistration.do"),
        cancel: link_in(messages.mail_to(BOB_MAIL), "cancel.do"),
        other: link_in(messages.mail_to("kim.other@example.org"), "confirmregistration.do"),
    };
    let mut secrets: Secrets = vec![
        ("a code".to_owned(), messages.only_code()),
        ("a bearer token".to_owned(), app.demo_token.clone()),
    ];
    secrets.extend(messages.mails.iter().flat_map(link_secrets).map(|secret| ("a link".to_owned(), secret)));
    // The last is what forms are filled with.
    let passwords = [BOB.1, ADA.1, "not a secret", "brass-heron-comet"];
    secrets.extend(passwords.map(|password| ("a password".to_owned(), password.to_owned())));
    secrets.push(("a digest of a password".to_owned(), "$argon2".to_owned()));
    (links, secrets)
}

async fn people(app: &TestApp) {
    for (name, active) in [(ADA.0, true), ("eve", true), ("gone", false)] {
        let user = json!({
            "userName": name, "password": ADA.1, "active": active, "displayName": MARKUP, "nickName": MARKUP,
            "name": {"givenName": MARKUP, "familyName": MARKUP},
            "emails": [{"primary": true, "value": format!("{name}@example.org")}],
        });
        app.post("/scim2/Users").of(ADMIN).json(user).await.expect(201);
    }
    let scopes: Vec<String> = countersign_app::SCOPES.iter().map(|&scope| scope.to_owned()).collect();
    let ada = app.id_of(ADA.0).await.parse().unwrap();
    let subject = countersign_domain::actor::Subject::User(ada);
    app.use_cases().set_grants(&app.by_admin().await, subject, &scopes, true).await.unwrap();
    app.use_cases()
        .add_client(&app.by_admin().await, MARKUP, vec!["client_credentials".to_owned()], &scopes[..2])
        .await
        .unwrap();
    let gone = app.id_of("gone").await.parse().unwrap();
    app.use_cases().set_locked(&app.by_admin().await, gone, true).await.unwrap();
    let more = json!({SYSTEM: {"emailAddresses": [BOB_MAIL, "bob.second@example.org"]}, "nickName": MARKUP});
    app.patch(BOB_PATH).of(ADMIN).json(replacing(&more)).await.expect(200);
}

/// The secret halves of a mail's links.
fn link_secrets(mail: &Mail) -> Vec<String> {
    let text = mail.text();
    let tokens = text.split("confirmation=").skip(1).filter_map(|rest| rest.split(['&', '\n', ' ']).next());
    tokens.filter_map(|token| Some(token.split_once('.')?.1.trim().to_owned())).collect()
}

/// Somebody's browsers: the one that looks round, another one, and one whose session has ended.
pub(super) struct Browsers {
    pub(super) own: Visitor,
    pub(super) other_token: String,
    pub(super) ended: (Visitor, String),
}

impl Browsers {
    /// All three signed in, the last one signed out again.
    pub(super) async fn of(app: &TestApp, who: (&str, &str)) -> Self {
        let (own, other) = (Visitor::sign_in(app, who).await, Visitor::sign_in(app, who).await);
        let ended = Visitor::sign_in(app, who).await;
        let ended_token = token_of(app, &ended, "/logout").await;
        let form = [("csrf", ended_token.as_str())];
        ended.request(app, "POST", "/logout").form(&form).await.expect(303);
        Self { own, other_token: token_of(app, &other, "/logout").await, ended: (ended, ended_token) }
    }
}

/// What the first form of a page carries in this browser.
pub(super) async fn token_of(app: &TestApp, browser: &Visitor, address: &str) -> String {
    let page = super::page::read(&browser.clone().look(app, address).await.text);
    page.forms.iter().find_map(|form| form.token()).expect("a form").value.clone()
}
