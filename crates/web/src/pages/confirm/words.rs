//! What a link's page says, for each outcome: every sentence people read there is in this file.

use axum::http::StatusCode;
use countersign_app::{LinkCode, LinkOutcome, LinkView};
use countersign_domain::actor::Persona;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{SignedDuration, Timestamp};

use super::Errand;
use super::look::{Moment, distance};

/// The mood of a page; said in words as well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tone {
    Waiting,
    Good,
    Neutral,
    Problem,
}

/// What a page says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Words {
    pub(super) status: StatusCode,
    pub(super) tone: Tone,
    pub(super) heading: String,
    /// The address it is about, masked.
    pub(super) target: Option<String>,
    pub(super) lead: Vec<String>,
    pub(super) facts: Vec<Fact>,
    /// Above the buttons.
    pub(super) code: Option<CodeField>,
    /// The first one is the primary one.
    pub(super) buttons: Vec<(Button, String)>,
    /// Beneath the buttons.
    pub(super) note: Option<&'static str>,
}

/// One line of what is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fact {
    Text(&'static str, String),
    Time(&'static str, Moment),
}

/// The field for the code that came with the link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct CodeField {
    pub(super) hint: String,
    /// Which keyboard a phone shows.
    pub(super) inputmode: &'static str,
    /// What was wrong with the code typed before; the code itself is not shown again.
    pub(super) error: Option<String>,
}

/// A button of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Button {
    Confirm,
    Decline,
    Resend,
    Stop,
}

impl Button {
    /// How the form names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Decline => "decline",
            Self::Resend => "resend",
            Self::Stop => "stop",
        }
    }

    /// The button of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Confirm, Self::Decline, Self::Resend, Self::Stop]
            .into_iter()
            .find(|button| button.name() == name)
    }
}

/// The page of an outcome, after this button or after none.
pub(super) fn of(errand: Errand, pressed: Option<Button>, outcome: &LinkOutcome, now: Timestamp) -> Words {
    match (outcome, errand) {
        (LinkOutcome::Open(view), Errand::Confirm) => ask_to_confirm(view, now),
        (LinkOutcome::CodeMissing(view), _) => ask_for_code_again(view, code_missing(), now),
        (LinkOutcome::CodeWrong(view), _) => ask_for_code_again(view, code_wrong(view), now),
        (LinkOutcome::Open(view) | LinkOutcome::Expired(view), Errand::Cancel) => ask_to_stop(view, now),
        (LinkOutcome::Done(view), _) if pressed == Some(Button::Confirm) => confirmed(view),
        (LinkOutcome::Done(view), _) => stopped(view, pressed),
        (LinkOutcome::AlreadyDone(view), Errand::Confirm) => confirmed_before(view, now),
        (LinkOutcome::AlreadyDone(view), Errand::Cancel) => too_late_to_stop(view, now),
        (LinkOutcome::Replaced(view), _) => replaced(view),
        (LinkOutcome::Cancelled(view), _) => called_off(view, now),
        (LinkOutcome::Expired(view), Errand::Confirm) => expired(view, now),
        (LinkOutcome::SentAgain(view), _) => sent_again(view),
        (LinkOutcome::Taken(view), _) => taken(view),
        (LinkOutcome::Unknown, _) => unknown(),
        (LinkOutcome::TooMany(wait), _) => too_many(*wait),
    }
}

fn ask_to_confirm(view: &LinkView, now: Timestamp) -> Words {
    let noun = noun(view);
    let lead = format!("Somebody asked to use this {noun} for the account {}.", view.account);
    let until = match view.code {
        None => "Nothing changes until you press the button.",
        Some(_) => "Nothing changes until you type the code and press the button.",
    };
    Words {
        target: Some(view.target.clone()),
        lead: vec![lead, until.to_owned()],
        facts: vec![
            asked_by(view),
            asked_at(view, now),
            Fact::Time("Link works until", Moment::new(view.expires_at, now)),
        ],
        code: view.code.map(code_field),
        buttons: vec![
            (Button::Confirm, format!("Confirm {}", short(view))),
            (Button::Decline, "This wasn’t me".to_owned()),
        ],
        note: Some("“This wasn’t me” stops the change and leaves the account as it is."),
        ..said(StatusCode::OK, Tone::Waiting, format!("Confirm your new {noun}"))
    }
}

/// The form comes back with what was wrong beside the field.
fn ask_for_code_again(view: &LinkView, error: String, now: Timestamp) -> Words {
    let asked = ask_to_confirm(view, now);
    let code = asked.code.map(|code| CodeField { error: Some(error), ..code });
    Words { status: StatusCode::BAD_REQUEST, code, ..asked }
}

fn code_field(code: LinkCode) -> CodeField {
    let (hint, inputmode) = if code.numeric {
        (format!("{} digits, in the e-mail that brought you here.", code.length), "numeric")
    } else {
        let hint = format!(
            "{} characters, in the e-mail that brought you here. Capitals and small letters differ.",
            code.length
        );
        (hint, "text")
    };
    CodeField { hint, inputmode, error: None }
}

fn code_missing() -> String {
    "Type the code first.".to_owned()
}

fn code_wrong(view: &LinkView) -> String {
    let left = view.code.map_or(0, |code| code.attempts_left);
    let tries = if left == 1 { "1 try is" } else { &format!("{left} tries are") };
    format!("That is not the code. {tries} left.")
}

fn ask_to_stop(view: &LinkView, now: Timestamp) -> Words {
    let lead = format!("Somebody asked to change the {} of the account {} to:", noun(view), view.account);
    Words {
        target: Some(view.target.clone()),
        lead: vec![lead],
        facts: vec![asked_by(view), asked_at(view, now)],
        buttons: vec![(Button::Stop, "Stop the change".to_owned())],
        note: Some("If it was you, close this page. Nothing has been changed by opening it."),
        ..said(StatusCode::OK, Tone::Waiting, "Stop this change?")
    }
}

fn confirmed(view: &LinkView) -> Words {
    let lead = format!("It now belongs to the account {}. You can close this page.", view.account);
    Words {
        target: Some(view.target.clone()),
        lead: vec![lead],
        ..said(StatusCode::OK, Tone::Good, format!("Your {} is confirmed", noun(view)))
    }
}

fn stopped(view: &LinkView, pressed: Option<Button>) -> Words {
    let mut lead = vec![format!("This {} will not be used for the account {}.", noun(view), view.account)];
    lead.push(match pressed {
        Some(Button::Stop) => {
            "If you did not ask for the change, somebody else can sign in as you: choose a new password now."
                .to_owned()
        }
        _ => "There is nothing else for you to do. You can close this page.".to_owned(),
    });
    Words {
        target: Some(view.target.clone()),
        lead,
        ..said(StatusCode::OK, Tone::Good, "The change was stopped")
    }
}

fn confirmed_before(view: &LinkView, now: Timestamp) -> Words {
    Words {
        target: Some(view.target.clone()),
        lead: vec!["There is nothing left to do; a link works once.".to_owned()],
        facts: ended("Confirmed", view, now),
        ..said(StatusCode::GONE, Tone::Neutral, format!("This {} is confirmed already", noun(view)))
    }
}

fn too_late_to_stop(view: &LinkView, now: Timestamp) -> Words {
    let lead =
        "If that wasn’t you, choose a new password now and ask your administrator to take the change back.";
    Words {
        target: Some(view.target.clone()),
        lead: vec![lead.to_owned()],
        facts: ended("In force since", view, now),
        ..said(StatusCode::GONE, Tone::Problem, "The change has already taken effect")
    }
}

fn replaced(view: &LinkView) -> Words {
    let lead = "Something newer has taken the place of this link: another change, or another message for the same one.";
    Words {
        target: Some(view.target.clone()),
        lead: vec![lead.to_owned(), "Use the link in the newest message.".to_owned()],
        ..said(StatusCode::GONE, Tone::Neutral, "There is a newer link")
    }
}

fn called_off(view: &LinkView, now: Timestamp) -> Words {
    let lead = format!(
        "The account {} was left as it is. If the change is still wanted, ask for it again.",
        view.account
    );
    Words {
        target: Some(view.target.clone()),
        lead: vec![lead],
        facts: ended("Called off", view, now),
        ..said(StatusCode::GONE, Tone::Neutral, "This change was called off")
    }
}

fn expired(view: &LinkView, now: Timestamp) -> Words {
    // A link that wrong codes used up ends before its time.
    let ended = (view.expires_at <= now).then(|| Moment::new(view.expires_at, now));
    let worked_until = ended.map(|ended| Fact::Time("Worked until", ended)).into_iter().collect();
    Words {
        target: Some(view.target.clone()),
        lead: vec![
            "We can send a new one to the same address. The account stays as it is until then.".to_owned(),
        ],
        facts: worked_until,
        buttons: vec![
            (Button::Resend, "Send a new link".to_owned()),
            (Button::Decline, "This wasn’t me".to_owned()),
        ],
        ..said(StatusCode::GONE, Tone::Waiting, "This link can’t be used any more")
    }
}

fn sent_again(view: &LinkView) -> Words {
    Words {
        target: Some(view.target.clone()),
        lead: vec!["Open the newest message; earlier links have stopped working.".to_owned()],
        ..said(StatusCode::OK, Tone::Good, "A new link is on its way")
    }
}

fn taken(view: &LinkView) -> Words {
    let lead = format!("Another account confirmed this {} first, so the change was called off.", noun(view));
    let advice = format!("If the {} is yours, ask your administrator for help.", noun(view));
    Words {
        target: Some(view.target.clone()),
        lead: vec![lead, advice],
        ..said(StatusCode::CONFLICT, Tone::Problem, format!("This {} is in use", noun(view)))
    }
}

/// The same for every token that is none of ours, and for a page without its cookie.
pub(super) fn unknown() -> Words {
    let lead = "It may be cut off, or older than we remember, or this page was open for too long.";
    Words {
        lead: vec![
            lead.to_owned(),
            "Open the link in the newest message once more, or ask for the change again.".to_owned(),
        ],
        ..said(StatusCode::BAD_REQUEST, Tone::Problem, "This link doesn’t work")
    }
}

/// A form that was not sent by our own page.
pub(super) fn foreign() -> Words {
    let lead = "For your safety this page answers only to its own buttons. Nothing was changed.";
    Words {
        lead: vec![lead.to_owned(), "Open the link in the message once more.".to_owned()],
        ..said(StatusCode::FORBIDDEN, Tone::Problem, "Please open the link again")
    }
}

fn too_many(wait: SignedDuration) -> Words {
    let wait = distance(wait).unwrap_or_else(|| "a minute".to_owned());
    Words {
        lead: vec![format!("Wait {wait}, then open the link in the message again.")],
        ..said(StatusCode::TOO_MANY_REQUESTS, Tone::Problem, "Too many tries")
    }
}

/// Ours: the trace id finds the line in the log.
pub(super) fn failed(status: StatusCode, trace_id: &str) -> Words {
    Words {
        lead: vec!["Open the link again in a minute; it shows where the change stands.".to_owned()],
        facts: vec![Fact::Text("If it stays, report", trace_id.to_owned())],
        ..said(status, Tone::Problem, "Something went wrong on our side")
    }
}

fn said(status: StatusCode, tone: Tone, heading: impl Into<String>) -> Words {
    let heading = heading.into();
    Words {
        status,
        tone,
        heading,
        target: None,
        lead: Vec::new(),
        facts: Vec::new(),
        code: None,
        buttons: Vec::new(),
        note: None,
    }
}

const fn noun(view: &LinkView) -> &'static str {
    match view.family {
        ClaimFamily::Email => "e-mail address",
        ClaimFamily::Mobile => "mobile number",
    }
}

const fn short(view: &LinkView) -> &'static str {
    match view.family {
        ClaimFamily::Email => "address",
        ClaimFamily::Mobile => "number",
    }
}

fn asked_by(view: &LinkView) -> Fact {
    let who = match view.requested_by {
        Persona::Owner => "the account’s owner",
        Persona::Administrator => "an administrator",
        Persona::Application => "an application",
    };
    Fact::Text("Requested by", who.to_owned())
}

fn asked_at(view: &LinkView, now: Timestamp) -> Fact {
    Fact::Time("Requested", Moment::new(view.requested_at, now))
}

fn ended(label: &'static str, view: &LinkView, now: Timestamp) -> Vec<Fact> {
    view.ended_at.map(|at| Fact::Time(label, Moment::new(at, now))).into_iter().collect()
}

#[cfg(test)]
pub(super) mod tests;
