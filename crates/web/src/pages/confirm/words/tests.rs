use countersign_domain::ChangeId;
use uuid::Uuid;

use super::*;
use axum::http::HeaderMap;

use crate::pages::Look;
use crate::pages::confirm::look::LinkPage;
use crate::pages::frame::Frame;

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
        code: None,
    }
}

/// Every page there is, by a name for its picture.
pub(crate) fn samples() -> Vec<(&'static str, Words)> {
    let number = LinkView { family: ClaimFamily::Mobile, target: "+94***01".to_owned(), ..view() };
    let coded = |numeric, attempts_left| {
        let length = if numeric { 8 } else { 6 };
        LinkView { code: Some(LinkCode { numeric, length, attempts_left }), ..view() }
    };
    let over = LinkView { expires_at: noon() - SignedDuration::from_mins(20), ended_at: None, ..view() };
    let confirm = |pressed, outcome| of(Errand::Confirm, pressed, &outcome, noon());
    let stop = |pressed, outcome| of(Errand::Cancel, pressed, &outcome, noon());
    vec![
        ("ask-to-confirm", confirm(None, LinkOutcome::Open(view()))),
        ("ask-for-code", confirm(None, LinkOutcome::Open(coded(false, 5)))),
        ("ask-for-digits", confirm(None, LinkOutcome::Open(coded(true, 5)))),
        ("code-missing", confirm(Some(Button::Confirm), LinkOutcome::CodeMissing(coded(false, 5)))),
        ("code-wrong", confirm(Some(Button::Confirm), LinkOutcome::CodeWrong(coded(false, 4)))),
        ("code-wrong-last-try", confirm(Some(Button::Confirm), LinkOutcome::CodeWrong(coded(true, 1)))),
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
            ("ask-for-code", 200),
            ("ask-for-digits", 200),
            ("code-missing", 400),
            ("code-wrong", 400),
            ("code-wrong-last-try", 400),
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
        let html = LinkPage::new(frame("Ex<i>ample"), &words, action, "n0nce").to_string();

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

/// pages §3.4, §6, WCAG 3.3.1: one real field with its label, not masked, offered to the keyboard's one-time codes; what was
/// wrong stands beside it and is tied to it; "This wasn't me" asks for no code.
#[test]
fn a_code_field_is_real_and_says_what_was_wrong() {
    let html = |name: &str| {
        let (_, words) = samples().into_iter().find(|(sample, _)| *sample == name).unwrap();
        LinkPage::new(frame("Example"), &words, "/x", "n0nce").to_string()
    };
    let input = |html: &str| {
        let rest = html.split_once("<input class=\"code\"").unwrap().1;
        rest.split_once('>').unwrap().0.to_owned()
    };

    let (letters, digits, wrong) = (html("ask-for-code"), html("ask-for-digits"), html("code-wrong"));

    assert_eq!(
        input(&letters),
        r#" id="code" name="code" type="text" inputmode="text" autocomplete="one-time-code" autocapitalize="off" autocorrect="off" spellcheck="false" required aria-describedby="code-hint""#
    );
    assert!(input(&digits).contains(" inputmode=\"numeric\""), "{digits}");
    assert!(digits.contains("8 digits, in the e-mail"), "{digits}");
    assert!(letters.contains("<label for=\"code\">Code from the e-mail</label>"), "{letters}");
    assert!(letters.contains("value=\"decline\" class=\"secondary\" formnovalidate>"), "{letters}");
    assert!(
        input(&wrong).contains("aria-describedby=\"code-error code-hint\" aria-invalid=\"true\""),
        "{wrong}"
    );
    assert!(wrong.contains("id=\"code-error\" role=\"alert\">That is not the code. 4 tries are left."));
    assert!(wrong.contains("<title>Error: Confirm"), "{wrong}");
    assert!(html("code-wrong-last-try").contains("1 try is left."));
    assert!(!html("ask-to-confirm").contains("name=\"code\""));
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

/// What stands around a page, for somebody who reads English.
fn frame(organization: &str) -> Frame<'_> {
    Frame::of_anybody(Look::of(&HeaderMap::new()), organization).without_script()
}
