//! In which language a person is written to.

use serde_json::json;

use crate::email_resource::{NEW, replace_primary};
use crate::email_visitor::Visitor;
use crate::test_app::{ADMIN, BOB, BOB_MAIL, BOB_PATH, link_in, new_mobile, on_both_databases, replacing};

/// verification.md §6.2: the locale of the person decides; mails and text messages are then German throughout, the
/// words for who asked, how long and what among them, and their link and code work as ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_german_locale_is_written_to_in_german() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(replacing(&json!({"locale": "de_AT"}))).await.expect(200);
        app.patch(BOB_PATH).of(BOB).json(replace_primary(NEW)).await.expect(200);
        let messages = app.deliver_all().await;
        let (asked, told) = (messages.mail_to(NEW), messages.mail_to(BOB_MAIL));

        let mut receiver = Visitor::default();
        let page = receiver.open(app, &link_in(asked, "confirmregistration.do")).await;
        receiver.press(app, &page, "confirm").await;
        let changed = app.deliver_all().await;
        app.patch(BOB_PATH).of(ADMIN).json(new_mobile("0777777777")).await.expect(200);
        let texts = app.deliver_all().await;

        assert!(asked.header("subject").unwrap().ends_with("Sie Ihre neue E-Mail-Adresse"));
        assert!(asked.text().contains("\nAngefordert von:  dem Inhaber des Kontos\n"), "{}", asked.text());
        assert!(asked.text().contains("\nDer Link gilt einmal und 24 Stunden lang. "), "{}", asked.text());
        assert!(asked.html().contains("<html lang=\"de\">"));
        assert!(told.header("subject").unwrap().starts_with("Ihre E-Mail-Adresse soll "));
        let changed = changed.sms[0].json()["text"].as_str().unwrap().to_owned();
        assert!(
            changed.starts_with("Example: Ihre E-Mail-Adresse ist jetzt r***@example.org ("),
            "{changed}"
        );
        let notices: Vec<_> =
            texts.mails.iter().map(|mail| mail.text().contains("  einem Administrator\n")).collect();
        assert_eq!(notices, vec![true; texts.mails.len()]);
        assert!(texts.sms.iter().all(|sms| sms.json()["text"].as_str().unwrap().contains("Mobilnummer")));
    })
    .await;
}
