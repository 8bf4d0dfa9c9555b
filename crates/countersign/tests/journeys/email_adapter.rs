//! `deployment.toml` as seed E writes it: the mail server, its password, the switch and the link's validity.

use std::process::{Command, Output};

use countersign_domain::SignedDuration;

use crate::email_resource::{NEW, bob_asks_for};
use crate::email_visitor::Visitor;
use crate::sinks::http::Answer as HttpAnswer;
use crate::test_app::{BOB, Given, given, on_both_databases};

/// The page's two fragments, in its spelling.
const FRAGMENTS: &str = r#"
[output_adapter.email]
from_address= "accounts@paperboat.example"
username= "accounts@paperboat.example"
password= "<![CDATA[b<o&a>t]]>"
hostname= "localhost"
signature= "Paper Boat"

[identity_mgt.user_claim_update.email]
enable_verification = true
verification_email_validity = "1440"
"#;

/// SEED-27, SEED-28, SEC-53: the mail is handed over inside TLS, signed in with what stands inside the CDATA wrapper; the
/// link works for the 1440 minutes, and not a second longer.
#[tokio::test(flavor = "multi_thread")]
async fn the_documents_fragment_sends_mail_and_sets_the_validity() {
    given(FRAGMENTS)
        .on_both_databases(async |app| {
            let link = bob_asks_for(app, NEW).await;
            let mail = app.smtp.mails.wait_for(0).await;
            app.later(SignedDuration::from_mins(1440) - SignedDuration::from_secs(1));
            let in_time = Visitor::default().open(app, &link).await;
            app.later(SignedDuration::from_secs(1));
            let too_late = Visitor::default().open(app, &link).await;

            assert_eq!(
                (mail.from.as_str(), mail.to.as_slice()),
                ("accounts@paperboat.example", &[NEW.to_owned()][..])
            );
            let signed_in_as = Some("accounts@paperboat.example:b<o&a>t");
            assert_eq!((mail.over_tls, mail.signed_in_as.as_deref()), (true, signed_in_as));
            let headers = ["from", "to", "auto-submitted"].map(|name| mail.header(name).unwrap());
            assert_eq!(headers, ["\"Paper Boat\" <accounts@paperboat.example>", NEW, "auto-generated"]);
            assert!(mail.text().contains("The link works once, for 24 hours."), "{}", mail.text());
            let clear: Vec<String> =
                app.smtp.commands.all().into_iter().filter(|line| line.starts_with("clear")).collect();
            assert_eq!(clear, ["clear: EHLO paperboat.example", "clear: STARTTLS"]);
            assert_eq!(in_time.outcome(), (200, "Confirm your new e-mail address".to_owned()));
            assert_eq!(too_late.outcome(), (410, "This link can’t be used any more".to_owned()));
        })
        .await;
}

/// SEED-28: a shorter validity is the one that holds, in the mail and at the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_validity_is_kept() {
    let begin = given("[identity_mgt.user_claim_update.email]\nverification_email_validity = \"15m\"");
    begin
        .on_both_databases(async |app| {
            let link = bob_asks_for(app, NEW).await;
            let mail = app.smtp.mails.wait_for(0).await;
            app.later(SignedDuration::from_mins(15));

            let page = Visitor::default().open(app, &link).await;

            assert!(mail.text().contains("The link works once, for 15 minutes."), "{}", mail.text());
            assert_eq!(page.answer.status, 410);
        })
        .await;
}

/// SEED-28: the switch off means no proof: the address is written at once.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_switch_off_an_address_is_written() {
    let begin: Given = given("[identity_mgt.user_claim_update.email]\nenable_verification = false");
    begin
        .on_both_databases(async |app| {
            let body = crate::email_resource::replace_verified(NEW);

            let answer = app.patch("/scim2/Me").of(BOB).json(body).await;

            assert_eq!((answer.status, &answer.json()["emails"]), (200, &serde_json::json!([NEW])));
            assert!(!app.deliver_all().await.mails_to().contains(&NEW.to_owned()));
        })
        .await;
}

/// SEED-26, SEED-4: the block with its header lost, as the page shows it, is refused with the place and the header that is
/// meant; read leniently it is taken for the mail server's, and said so.
#[tokio::test(flavor = "multi_thread")]
async fn a_block_without_its_header_is_refused_or_read_as_meant() {
    on_both_databases(async |app| {
        let path = app.home().deployment_toml();
        let text = "[]\nfrom_address= \"accounts@paperboat.example\"\nusername= \"accounts@paperboat.example\"\n\
                    password= \"xxxx\"\nhostname= \"mail.paperboat.example\"\nport= 587\n";
        let before = std::fs::read(&path).unwrap();
        std::fs::write(&path, text).unwrap();
        let check = |arguments: &[&str]| -> Output {
            let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
            command.arg("--home").arg(app.home().root()).args(arguments);
            command.args(["config", "check"]).output().unwrap()
        };

        let (strict, lenient) = (check(&[]), check(&["--lenient-config"]));

        std::fs::write(&path, before).unwrap();
        let (refused, read) = (String::from_utf8_lossy(&strict.stderr), String::from_utf8_lossy(&lenient.stderr));
        assert_eq!(strict.status.code(), Some(2), "{refused}");
        assert!(refused.contains("deployment.toml:1:1") && refused.contains("[output_adapter.email]"), "{refused}");
        assert_eq!(lenient.status.code(), Some(0), "{read}");
        assert!(read.contains("warning") && read.contains("[output_adapter.email]"), "{read}");
    })
    .await;
}

/// verification.md §6.1, SEC-53, SEC-59: with `auth_type = "CLIENT_CREDENTIAL"` a token is fetched and signs in inside TLS;
/// while the provider gives none the mail waits, and then it goes out.
#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_signs_in_at_the_mail_server() {
    on_both_databases(async |app| {
        let path = app.home().deployment_toml();
        let mut settings: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let client = format!(
            "auth_type = \"CLIENT_CREDENTIAL\"\nclient_id = \"paperboat\"\nclient_secret = \"c4nary-secret\"\n\
             token_endpoint = \"{}\"\nscopes = \"mail.send\"\nusername = \"accounts@paperboat.example\"",
            app.gateway.url("/oauth2/token")
        );
        let adapter = settings["output_adapter"]["email"].as_table_mut().unwrap();
        adapter.remove("password");
        adapter.extend(client.parse::<toml::Table>().unwrap());
        std::fs::write(&path, settings.to_string()).unwrap();
        app.restart().await;
        let token = r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}"#;
        app.patch("/scim2/Me").of(BOB).json(crate::email_resource::replace_verified(NEW)).await.expect(200);
        let without = app.deliver_all().await.mails_to();
        let changes = app.get("/api/identity/user/v1.0/me/changes").of(BOB).await.text;
        app.gateway.then(HttpAnswer::Says(200, "", token.to_owned()));
        app.later(SignedDuration::from_mins(5));
        let with = app.deliver_all().await.mails_to();
        let mail = app.smtp.mails.wait_for(0).await;

        assert_eq!(without, [""; 0], "the provider gave no token");
        assert!(!changes.contains("c4nary"), "{changes}");
        assert!(with.contains(&NEW.to_owned()), "{with:?}");
        let signed_in_as = Some("accounts@paperboat.example:t0ken");
        assert_eq!((mail.over_tls, mail.signed_in_as.as_deref()), (true, signed_in_as));
    })
    .await;
}
