use countersign_domain::ChangeId;
use uuid::Uuid;

use super::*;
use crate::pages::confirm::look::LinkPage;

fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn view() -> LinkView {
    LinkView {
        change: ChangeId::new(Uuid::from_u128(7)),
        family: ClaimFamily::Email,
        target: "n***@example.org".to_owned(),
        account: "b***".to_owned(),
        expires_at: noon() + SignedDuration::from_hours(24),
        requested_by: Persona::Owner,
        requested_at: noon() - SignedDuration::from_mins(3),
        ended_at: Some(noon() - SignedDuration::from_hours(5)),
    }
}

/// Every page there is, by a name for its picture.
pub(crate) fn samples() -> Vec<(&'static str, Words)> {
    let number = LinkView { family: ClaimFamily::Mobile, target: "+94***01".to_owned(), ..view() };
    let over = LinkView { expires_at: noon() - SignedDuration::from_mins(20), ended_at: None, ..view() };
    let confirm = |pressed, outcome| of(Errand::Confirm, pressed, &outcome, noon());
    let stop = |pressed, outcome| of(Errand::Cancel, pressed, &outcome, noon());
    vec![
        ("ask-to-confirm", confirm(None, LinkOutcome::Open(view()))),
        ("confirmed", confirm(Some(Button::Confirm), LinkOutcome::Done(view()))),
        ("declined", confirm(Some(Button::Decline), LinkOutcome::Done(view()))),
        ("confirmed-before", confirm(None, LinkOutcome::AlreadyDone(view()))),
        ("replaced", confirm(None, LinkOutcome::Replaced(view()))),
        ("called-off", confirm(None, LinkOutcome::Cancelled(view()))),
        ("expired", confirm(None, LinkOutcome::Expired(over))),
        ("sent-again", confirm(Some(Button::Resend), LinkOutcome::SentAgain(view()))),
        ("taken", confirm(Some(Button::Confirm), LinkOutcome::Taken(view()))),
        ("ask-to-stop", stop(None, LinkOutcome::Open(number.clone()))),
        ("stopped", stop(Some(Button::Stop), LinkOutcome::Done(number))),
        ("too-late-to-stop", stop(None, LinkOutcome::AlreadyDone(view()))),
        ("unknown", unknown()),
        ("foreign", foreign()),
        ("too-many", confirm(None, LinkOutcome::TooMany(SignedDuration::from_mins(40)))),
        ("failed", failed(StatusCode::SERVICE_UNAVAILABLE, "0199aa")),
    ]
}

/// DESIGN §5 "Link pages", SEC-23.
#[test]
fn every_outcome_has_its_status() {
    let statuses: Vec<_> = samples().into_iter().map(|(name, words)| (name, words.status.as_u16())).collect();

    assert_eq!(
        statuses,
        [
            ("ask-to-confirm", 200),
            ("confirmed", 200),
            ("declined", 200),
            ("confirmed-before", 410),
            ("replaced", 410),
            ("called-off", 410),
            ("expired", 410),
            ("sent-again", 200),
            ("taken", 409),
            ("ask-to-stop", 200),
            ("stopped", 200),
            ("too-late-to-stop", 410),
            ("unknown", 400),
            ("foreign", 403),
            ("too-many", 429),
            ("failed", 503),
        ]
    );
}

/// Pages §6, SEC-25, SEC-31: every page renders, with one heading, nothing from elsewhere, no script; what comes from
/// data is escaped. With `COUNTERSIGN_PAGES` set, the pages are left in that folder to be looked at.
#[test]
fn every_page_renders_without_script_or_foreign_resource() {
    let folder = std::env::var_os("COUNTERSIGN_PAGES");
    for (name, words) in samples() {
        let action =
            if words.buttons.is_empty() { "" } else { "/accountrecoveryendpoint/confirmregistration.do?s=x" };
        let html = LinkPage::new("Ex<i>ample", &words, action, "n0nce").to_string();

        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<button").count(), words.buttons.len(), "{name}");
        assert!(html.contains("Ex&#60;i&#62;ample"), "{name}");
        for foreign in ["<script", "<style", "style=", "http:", "https:", "onclick"] {
            assert!(!html.contains(foreign), "{name} has {foreign}");
        }
        if let Some(folder) = &folder {
            let html = html.replace("Ex&#60;i&#62;ample", "Example");
            std::fs::write(std::path::Path::new(folder).join(format!("{name}.html")), html).unwrap();
        }
    }
}

/// A link that wrong codes used up is not said to have worked until a time still to come.
#[test]
fn a_link_used_up_early_names_no_time() {
    let words = of(Errand::Confirm, None, &LinkOutcome::Expired(view()), noon());

    assert_eq!(words.facts, []);
}

#[test]
fn a_button_is_found_by_its_name() {
    for button in [Button::Confirm, Button::Decline, Button::Resend, Button::Stop] {
        assert_eq!(Button::named(button.name()), Some(button));
    }
    assert_eq!(Button::named(""), None);
}
