use axum::http::HeaderMap;
use countersign_domain::{ChangeId, Timestamp};
use uuid::Uuid;

use super::*;
use crate::pages::Look;
use crate::pages::confirm::look::{Doors, LinkPage};
use crate::pages::frame::Frame;
use crate::pages::language::Language;

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
    samples_in(Language::English)
}

fn samples_in(language: Language) -> Vec<(&'static str, Words)> {
    let t = language.texts();
    let clock = Clock { now: noon(), texts: t };
    let number = LinkView { family: ClaimFamily::Mobile, target: "+94***01".to_owned(), ..view() };
    let coded = |numeric, attempts_left| {
        let length = if numeric { 8 } else { 6 };
        LinkView { code: Some(LinkCode { numeric, length, attempts_left }), ..view() }
    };
    let over = LinkView { expires_at: noon() - SignedDuration::from_mins(20), ended_at: None, ..view() };
    let confirm = |pressed, outcome| of(Errand::Confirm, pressed, &outcome, clock);
    let stop = |pressed, outcome| of(Errand::Cancel, pressed, &outcome, clock);
    vec![
        ("ask-to-confirm", confirm(None, LinkOutcome::Open(view()))),
        ("ask-for-code", confirm(None, LinkOutcome::Open(coded(false, 5)))),
        ("ask-for-digits", confirm(None, LinkOutcome::Open(coded(true, 5)))),
        ("code-missing", confirm(Some(Button::Confirm), LinkOutcome::CodeMissing(coded(false, 5)))),
        ("code-wrong", confirm(Some(Button::Confirm), LinkOutcome::CodeWrong(coded(false, 4)))),
        ("code-wrong-last-try", confirm(Some(Button::Confirm), LinkOutcome::CodeWrong(coded(true, 1)))),
        ("sign-in-first", confirm(None, LinkOutcome::SignInFirst(view()))),
        ("sign-in-first-pressed", confirm(Some(Button::Confirm), LinkOutcome::SignInFirst(view()))),
        ("somebody-else", confirm(None, LinkOutcome::SomebodyElse(view()))),
        ("somebody-else-pressed", confirm(Some(Button::Confirm), LinkOutcome::SomebodyElse(view()))),
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
        ("unknown", unknown(t)),
        ("foreign", foreign(t)),
        ("too-many", confirm(None, LinkOutcome::TooMany(SignedDuration::from_mins(40)))),
        ("failed", failed(t, StatusCode::SERVICE_UNAVAILABLE, "0199aa")),
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
            ("sign-in-first", 200),
            ("sign-in-first-pressed", 403),
            ("somebody-else", 200),
            ("somebody-else-pressed", 403),
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
        let html = page("Ex<i>ample", &words);

        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        let out = usize::from(matches!(words.way, Some(Way::SignOut(_))));
        assert_eq!(html.matches("<button").count(), words.buttons.len() + out, "{name}");
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

/// pages §0: a page is in one language to its end, whatever the outcome: no sentence of the other, no name of a message.
#[test]
fn every_page_is_written_in_german_too() {
    for ((name, english), (_, german)) in samples().into_iter().zip(samples_in(Language::German)) {
        assert_ne!(english.heading, german.heading, "{name}");
        for (said, other) in english.lead.iter().zip(&german.lead) {
            assert_ne!(said, other, "{name}");
        }
        for words in [english, german] {
            let said = format!("{words:?}");
            assert!(!said.contains("link-"), "{name}: {said}");
        }
    }
}

/// pages §3.4, §6, WCAG 3.3.1: one real field with its label, not masked, offered to the keyboard's one-time codes; what was
/// wrong stands beside it and is tied to it; "This wasn't me" asks for no code.
#[test]
fn a_code_field_is_real_and_says_what_was_wrong() {
    let html = |name: &str| {
        let (_, words) = samples().into_iter().find(|(sample, _)| *sample == name).unwrap();
        page("Example", &words)
    };
    let input = |html: &str| {
        let rest = html.split_once("<input class=\"code\"").unwrap().1;
        rest.split_once('>').unwrap().0.to_owned()
    };

    let (letters, digits, wrong) = (html("ask-for-code"), html("ask-for-digits"), html("code-wrong"));

    assert_eq!(
        input(&letters),
        r#" data-length="6" id="code" name="code" type="text" value="" inputmode="text" autocomplete="one-time-code" autocapitalize="off" autocorrect="off" spellcheck="false" required aria-describedby="code-hint""#
    );
    assert!(input(&digits).contains(" inputmode=\"numeric\""), "{digits}");
    assert!(digits.contains("8 digits, in the e-mail"), "{digits}");
    assert!(letters.contains("<label for=\"code\">Code from the e-mail</label>"), "{letters}");
    assert!(letters.contains("value=\"decline\" class=\"secondary\" formnovalidate>"), "{letters}");
    assert!(
        input(&wrong).ends_with(" autofocus aria-invalid=\"true\" aria-describedby=\"code-hint code-error\""),
        "{wrong}"
    );
    assert!(wrong.contains("id=\"code-error\">That is not the code. 4 tries are left."));
    assert!(wrong.contains("<a href=\"#code\">That is not the code. 4 tries are left."), "{wrong}");
    assert!(wrong.contains("<title>Error: Confirm"), "{wrong}");
    assert!(html("code-wrong-last-try").contains("1 try is left."));
    assert!(!html("ask-to-confirm").contains("name=\"code\""));
}

/// A link that wrong codes used up is not said to have worked until a time still to come.
#[test]
fn a_link_used_up_early_names_no_time() {
    let words = of(
        Errand::Confirm,
        None,
        &LinkOutcome::Expired(view()),
        Clock { now: noon(), texts: Language::English.texts() },
    );

    assert_eq!(words.facts, []);
}

#[test]
fn a_button_is_found_by_its_name() {
    for button in [Button::Confirm, Button::Decline, Button::Resend, Button::Stop] {
        assert_eq!(Button::named(button.name()), Some(button));
    }
    assert_eq!(Button::named(""), None);
}

/// SEC-23: signing in is offered, and comes back to the clean address; "This wasn't me" asks for nobody.
#[test]
fn a_page_that_waits_for_its_owner_leads_to_signing_in() {
    let (_, words) = samples().into_iter().find(|(name, _)| *name == "sign-in-first").unwrap();

    let html = page("Example", &words);

    assert!(html.contains("<a class=\"button primary\" href=\"/login?back=x\">Sign in</a>"), "{html}");
    assert!(html.contains("value=\"decline\" class=\"secondary\">This wasn’t me"), "{html}");
    assert!(!html.contains("value=\"confirm\""), "{html}");
}

fn page(organization: &str, words: &Words) -> String {
    let doors = Doors {
        action: "/accountrecoveryendpoint/confirmregistration.do?s=x".to_owned(),
        nonce: "n0nce".to_owned(),
        sign_in: "/login?back=x".to_owned(),
        csrf: "t0ken".to_owned(),
    };
    let doors = if words.buttons.is_empty() { Doors::default() } else { doors };
    LinkPage::new(frame(organization), words, &doors).to_string()
}

/// What stands around a page, for somebody who reads English.
fn frame(organization: &str) -> Frame<'_> {
    Frame::of_anybody(Look::of(&HeaderMap::new()), organization).without_script()
}
