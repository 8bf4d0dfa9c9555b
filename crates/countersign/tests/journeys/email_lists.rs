//! The lists of seed C: several verified addresses, kept by a provisioning client.

use std::process::Command;

use countersign_domain::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::email_resource::{
    Emails, confirmation_link, kim, replace_list, replace_primary, scim_error, whole,
};
use crate::email_visitor::Visitor;
use crate::test_app::{ADMIN, BOB, KIM, KIM_MAIL, SYSTEM, TestApp, given, on_both_databases, replacing};

const SECOND: &str = "kim.second@example.org";
const SCOPES: &str = "internal_user_mgt_view internal_user_mgt_update internal_user_code_mgt_create";

/// A client added beside the running server by `countersign client add`, and a token it fetched.
async fn token_of_new_client(app: &TestApp) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.arg("--home").arg(app.home().root());
    command.args(["client", "add", "--name", "provisioning", "--grant", "client_credentials"]);
    let output = command.args(["--scope", SCOPES, "--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let client: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (id, secret) = (client["client_id"].as_str().unwrap(), client["client_secret"].as_str().unwrap());
    // The command has the machine's time, and a token from before its client would not count.
    app.later(SignedDuration::from_hours(40 * 365 * 24));
    let form = [("grant_type", "client_credentials"), ("scope", SCOPES)];
    let answer = app.post("/oauth2/token").basic(id, secret).form(&form).await.expect(200).json();
    assert_eq!((&answer["token_type"], &answer["scope"]), (&json!("Bearer"), &json!(SCOPES)));
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Kim, with these addresses.
async fn shown(app: &TestApp, created: Timestamp, emails: Emails<'_>) -> Value {
    kim(app, created, &app.id_of("kim").await, emails)
}

/// SEED-37, SEED-38, SEED-39: one new member, in a comma-joined string or in an array, waits with the list as it was;
/// proven, it is in both lists, and the primary address has not moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_joins_the_list_when_it_is_proven() {
    on_both_databases(async |app| {
        let began = app.now();
        let token = token_of_new_client(app).await;
        let path = format!("/scim2/Users/{}", app.id_of("kim").await);
        let spellings = [json!(format!("{KIM_MAIL}, {SECOND}")), json!([KIM_MAIL, SECOND])];
        let mut links = Vec::new();

        for members in spellings {
            app.later(SignedDuration::from_mins(1)); // so that no spelling meets the limit on messages
            let answer = app.patch(&path).bearer(&token).json(replace_list(&members)).await;

            assert_eq!(whole(&answer), (200, shown(app, began, Emails::KIM.with_pending(SECOND)).await));
            links.push(confirmation_link(app, SECOND).await);
        }
        let mut visitor = Visitor::default();
        let page = visitor.open(app, links.last().unwrap()).await;
        let done = visitor.press(app, &page, "confirm").await;

        assert_eq!(done.outcome(), (200, "Your e-mail address is confirmed".to_owned()));
        let both = [KIM_MAIL, SECOND];
        let emails = Emails { all: &both, proven: &both, ..Emails::KIM };
        assert_eq!(whole(&app.get(&path).bearer(&token).await), (200, shown(app, began, emails).await));
        assert_eq!(app.deliver_all().await.mails_to(), [KIM_MAIL]);
    })
    .await;
}

/// SEED-40: two new members at once are refused whole; nothing is stored and nobody is told.
#[tokio::test(flavor = "multi_thread")]
async fn two_new_members_at_once_are_refused() {
    on_both_databases(async |app| {
        let began = app.now();
        let members = format!("{KIM_MAIL},{SECOND},kim.third@example.org");

        let answer = app.patch("/scim2/Me").of(KIM).json(replace_list(&json!(members))).await;

        let detail = "Only one new address or number can be verified at a time; send them one by one.";
        assert_eq!(whole(&answer), scim_error("invalidValue", detail));
        assert_eq!(whole(&app.get("/scim2/Me").of(KIM).await), (200, shown(app, began, Emails::KIM).await));
        assert_eq!(app.deliver_all().await.mails_to(), [""; 0]);
    })
    .await;
}

/// SEED-41, SEED-24: a resend names what waits: 201 for the scenario of the change, 400 for the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_resend_fits_the_scenario_that_waits() {
    on_both_databases(async |app| {
        let token = app.demo_token.clone();
        let kim = format!("/scim2/Users/{}", app.id_of("kim").await);
        app.patch(&kim).bearer(&token).json(replace_list(&json!([KIM_MAIL, SECOND]))).await.expect(200);
        let first = confirmation_link(app, SECOND).await;
        app.patch("/scim2/Me").of(BOB).json(replace_primary("robert@example.org")).await.expect(200);
        confirmation_link(app, "robert@example.org").await;
        let mut answers = Vec::new();

        for (name, scenario) in [
            ("kim", "EMAIL_VERIFICATION_ON_VERIFIED_LIST_UPDATE"),
            ("kim", "EMAIL_VERIFICATION_ON_UPDATE"),
            ("bob", "EMAIL_VERIFICATION_ON_VERIFIED_LIST_UPDATE"),
            ("bob", "EMAIL_VERIFICATION_ON_UPDATE"),
        ] {
            let body = json!({
                "user": {"username": name, "realm": "PRIMARY"},
                "properties": [{"key": "RecoveryScenario", "value": scenario}],
            });
            let answer = app.post("/api/identity/user/v1.0/resend-code").bearer(&token).json(body).await;
            answers.push((answer.status, if answer.text.is_empty() { String::new() } else { answer.code() }));
        }

        let sent = (201, String::new());
        let nothing = (400, "18005".to_owned());
        assert_eq!(answers, [sent.clone(), nothing.clone(), nothing, sent]);
        let messages = app.deliver_all().await;
        assert_eq!(messages.mails_to(), [SECOND, "robert@example.org"]);
        assert_eq!(messages.mail_to(SECOND).header("subject").unwrap(), "Here is your new confirmation link");
        let old = Visitor::default().open(app, &first).await;
        assert_eq!(old.outcome(), (410, "There is a newer link".to_owned()));
    })
    .await;
}

/// D-4: `scim2.multi_valued_as_string` shows the lists as the documents print them: joined by commas.
#[tokio::test(flavor = "multi_thread")]
async fn lists_can_be_shown_as_the_documents_print_them() {
    let begin = given("[scim2]\nmulti_valued_as_string = true");
    begin
        .on_both_databases(async |app| {
            let began = app.now();
            let proof = json!({
                "schemas": [], "Operations": [{"op": "replace", "path": "emails", "value": ["kim.new@example.org"]}],
            });
            app.patch("/scim2/Me").of(KIM).json(proof).await.expect(200);
            let mut visitor = Visitor::default();
            let link = confirmation_link(app, "kim.new@example.org").await;
            let page = visitor.open(app, &link).await;
            visitor.press(app, &page, "confirm").await;

            let members = json!(format!("{KIM_MAIL},kim.new@example.org,{SECOND}"));
            let answer = app.patch("/scim2/Me").of(KIM).json(replace_list(&members)).await;

            let both = [KIM_MAIL, "kim.new@example.org"];
            let emails = Emails { in_force: both[1], verified: true, all: &both, proven: &both, pending: Some(SECOND) };
            let mut expected = shown(app, began, emails).await;
            for list in ["emailAddresses", "verifiedEmailAddresses"] {
                expected[SYSTEM][list] = json!(both.join(","));
            }
            assert_eq!(whole(&answer), (200, expected));
            app.deliver_all().await;
        })
        .await;
}

/// §2.4, M7: an address joins the plain list without proof; a proven one becomes primary at once, with no link; and what
/// leaves the plain list leaves the proven one.
#[tokio::test(flavor = "multi_thread")]
async fn a_proven_member_becomes_primary_at_once() {
    on_both_databases(async |app| {
        let began = app.now();
        let listed = json!({SYSTEM: {"emailAddresses": [KIM_MAIL, SECOND]}});
        let path = format!("/scim2/Users/{}", app.id_of("kim").await);
        let both = [KIM_MAIL, SECOND];

        let added = app.patch("/scim2/Me").of(KIM).json(replacing(&listed)).await;
        assert_eq!(whole(&added), (200, shown(app, began, Emails { all: &both, ..Emails::KIM }).await));
        assert_eq!(app.deliver_all().await.mails_to(), [""; 0]);

        app.patch("/scim2/Me").of(KIM).json(replace_list(&json!(both))).await.expect(200);
        let link = confirmation_link(app, SECOND).await;
        let mut visitor = Visitor::default();
        let page = visitor.open(app, &link).await;
        visitor.press(app, &page, "confirm").await;
        app.deliver_all().await;

        let moved = app.patch(&path).of(ADMIN).json(replace_primary(SECOND)).await;
        let emails = Emails { in_force: SECOND, verified: true, all: &both, proven: &both, pending: None };
        assert_eq!(whole(&moved), (200, shown(app, began, emails).await));
        let told = app.deliver_all().await;
        assert_eq!(told.mails_to(), [KIM_MAIL]);
        assert!(!told.mails[0].text().contains("confirmregistration.do"));

        let gone =
            app.patch(&path).of(ADMIN).json(replacing(&json!({SYSTEM: {"emailAddresses": [SECOND]}}))).await;
        let emails = Emails { all: &[SECOND], proven: &[SECOND], ..emails };
        assert_eq!(whole(&gone), (200, shown(app, began, emails).await));
        app.deliver_all().await;
    })
    .await;
}
