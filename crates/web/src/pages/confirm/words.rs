//! What a link's page says, for each outcome: which sentences of the catalogue (`texts/*/link.ftl`), and in which order.

use axum::http::StatusCode;
use countersign_app::{LinkCode, LinkOutcome, LinkView};
use countersign_domain::SignedDuration;
use countersign_domain::actor::Persona;
use countersign_domain::claim::ClaimFamily;

use super::Errand;
use crate::pages::component::{Clock, Moment, Tone};
use crate::pages::language::Texts;

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
    /// Where somebody has to be signed in first: what leads there, before the buttons.
    pub(super) way: Option<Way>,
    /// The first one is the primary one, unless there is a way.
    pub(super) buttons: Vec<(Button, String)>,
    /// Beneath the buttons.
    pub(super) note: Option<String>,
}

/// One line of what is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fact {
    Text(String, String),
    Time(String, Moment),
}

/// The field for the code that came with the link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct CodeField {
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) is_numeric: bool,
    pub(super) length: u32,
    /// What was wrong with the code typed before; the code itself is not shown again.
    pub(super) error: Option<String>,
}

/// What has to be done elsewhere before the link confirms anything, and what it is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Way {
    SignIn(String),
    SignOut(String),
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
pub(super) fn of(errand: Errand, pressed: Option<Button>, outcome: &LinkOutcome, clock: Clock) -> Words {
    let say = Speaker { clock, t: clock.texts };
    match (outcome, errand) {
        (LinkOutcome::Open(view), Errand::Confirm) => say.ask_to_confirm(view),
        (LinkOutcome::CodeMissing(view), _) => {
            say.ask_for_code_again(view, say.t.say("link-code-missing").to_owned())
        }
        (LinkOutcome::CodeWrong(view), _) => say.ask_for_code_again(view, say.code_wrong(view)),
        (LinkOutcome::SignInFirst(view), _) => say.ask_to_sign_in(view, pressed),
        (LinkOutcome::SomebodyElse(view), _) => say.ask_to_sign_out(view, pressed),
        (LinkOutcome::Open(view) | LinkOutcome::Expired(view), Errand::Cancel) => say.ask_to_stop(view),
        (LinkOutcome::Done(view), _) if pressed == Some(Button::Confirm) => say.confirmed(view),
        (LinkOutcome::Done(view), _) => say.stopped(view, pressed),
        (LinkOutcome::AlreadyDone(view), Errand::Confirm) => say.confirmed_before(view),
        (LinkOutcome::AlreadyDone(view), Errand::Cancel) => say.too_late_to_stop(view),
        (LinkOutcome::Replaced(view), _) => say.replaced(view),
        (LinkOutcome::Cancelled(view), _) => say.called_off(view),
        (LinkOutcome::Expired(view), Errand::Confirm) => say.expired(view),
        (LinkOutcome::SentAgain(view), _) => say.sent_again(view),
        (LinkOutcome::Taken(view), _) => say.taken(view),
        (LinkOutcome::Unknown, _) => unknown(clock.texts),
        (LinkOutcome::TooMany(wait), _) => say.too_many(*wait),
    }
}

/// The same for every token that is none of ours, and for a page without its cookie.
pub(super) fn unknown(t: &Texts) -> Words {
    Words {
        lead: both(t.say("link-unknown-lead"), t.say("link-unknown-remedy")),
        ..said(StatusCode::BAD_REQUEST, Tone::Problem, t.say("link-unknown"))
    }
}

/// A form that was not sent by our own page.
pub(super) fn foreign(t: &Texts) -> Words {
    Words {
        lead: both(t.say("link-foreign-lead"), t.say("link-foreign-remedy")),
        ..said(StatusCode::FORBIDDEN, Tone::Problem, t.say("link-foreign"))
    }
}

/// Ours: the trace id finds the line in the log.
pub(super) fn failed(t: &Texts, status: StatusCode, trace_id: &str) -> Words {
    Words {
        lead: vec![t.say("link-failed-lead").to_owned()],
        facts: vec![Fact::Text(t.say("link-failed-report").to_owned(), trace_id.to_owned())],
        ..said(status, Tone::Problem, t.say("link-failed"))
    }
}

/// Says things in one language at one moment.
#[derive(Clone, Copy)]
struct Speaker {
    clock: Clock,
    t: &'static Texts,
}

impl Speaker {
    fn ask_to_confirm(self, view: &LinkView) -> Words {
        let until = match view.code {
            None => "link-confirm-until-button",
            Some(_) => "link-confirm-until-code",
        };
        Words {
            lead: both(&self.of_account("link-confirm-lead", view), self.t.say(until)),
            facts: self.open_facts(view),
            code: view.code.map(|code| self.code_field(code)),
            buttons: vec![
                (Button::Confirm, self.of_kind("link-confirm-button", view)),
                (Button::Decline, self.t.say("link-not-me").to_owned()),
            ],
            note: Some(self.t.say("link-not-me-note").to_owned()),
            ..about(view, StatusCode::OK, Tone::Waiting, self.of_kind("link-confirm", view))
        }
    }

    /// The form comes back with what was wrong beside the field.
    fn ask_for_code_again(self, view: &LinkView, error: String) -> Words {
        let asked = self.ask_to_confirm(view);
        let code = asked.code.map(|code| CodeField { error: Some(error), ..code });
        Words { status: StatusCode::BAD_REQUEST, code, ..asked }
    }

    /// SEC-23: the button comes after signing in; "This wasn't me" does not wait for it.
    fn ask_to_sign_in(self, view: &LinkView, pressed: Option<Button>) -> Words {
        Words {
            status: refused_if(pressed),
            heading: self.of_kind("link-sign-in", view),
            lead: both(&self.of_account("link-confirm-lead", view), self.t.say("link-sign-in-until")),
            way: Some(Way::SignIn(self.t.say("link-sign-in-button").to_owned())),
            buttons: vec![(Button::Decline, self.t.say("link-not-me").to_owned())],
            ..self.ask_to_confirm(view)
        }
    }

    /// Neither account is named beyond what the page of the link shows anyway.
    fn ask_to_sign_out(self, view: &LinkView, pressed: Option<Button>) -> Words {
        let until = self.t.fill("link-other-until", &[("account", &view.account)]);
        Words {
            status: refused_if(pressed),
            tone: Tone::Problem,
            heading: self.t.say("link-other").to_owned(),
            lead: both(&self.of_account("link-other-lead", view), &until),
            way: Some(Way::SignOut(self.t.say("link-other-button").to_owned())),
            buttons: vec![(Button::Decline, self.t.say("link-not-me").to_owned())],
            ..self.ask_to_confirm(view)
        }
    }

    fn code_field(self, code: LinkCode) -> CodeField {
        let length = [("length", &*code.length.to_string())];
        let hint = if code.numeric {
            self.t.fill("link-code-digits", &length)
        } else {
            self.t.fill("link-code-letters", &length)
        };
        CodeField {
            label: self.t.say("link-code").to_owned(),
            hint,
            is_numeric: code.numeric,
            length: u32::try_from(code.length).unwrap_or_default(),
            error: None,
        }
    }

    fn code_wrong(self, view: &LinkView) -> String {
        let left = view.code.map_or(0, |code| code.attempts_left);
        self.t.fill("link-code-wrong", &[("count", &left.to_string())])
    }

    fn ask_to_stop(self, view: &LinkView) -> Words {
        Words {
            lead: vec![self.of_account("link-stop-lead", view)],
            facts: vec![self.asked_by(view), self.asked_at(view)],
            buttons: vec![(Button::Stop, self.t.say("link-stop-button").to_owned())],
            note: Some(self.t.say("link-stop-note").to_owned()),
            ..about(view, StatusCode::OK, Tone::Waiting, self.t.say("link-stop"))
        }
    }

    fn confirmed(self, view: &LinkView) -> Words {
        Words {
            lead: vec![self.t.fill("link-confirmed-lead", &[("account", &view.account)])],
            ..about(view, StatusCode::OK, Tone::Good, self.of_kind("link-confirmed", view))
        }
    }

    fn stopped(self, view: &LinkView, pressed: Option<Button>) -> Words {
        let then = match pressed {
            Some(Button::Stop) => self.t.say("link-stopped-stolen"),
            _ => self.t.say("link-stopped-close"),
        };
        Words {
            lead: both(&self.of_account("link-stopped-lead", view), then),
            ..about(view, StatusCode::OK, Tone::Good, self.t.say("link-stopped"))
        }
    }

    fn confirmed_before(self, view: &LinkView) -> Words {
        Words {
            lead: vec![self.t.say("link-confirmed-before-lead").to_owned()],
            facts: self.ended(self.t.say("link-confirmed-at"), view),
            ..about(view, StatusCode::GONE, Tone::Neutral, self.of_kind("link-confirmed-before", view))
        }
    }

    fn too_late_to_stop(self, view: &LinkView) -> Words {
        Words {
            lead: vec![self.t.say("link-too-late-lead").to_owned()],
            facts: self.ended(self.t.say("link-in-force-since"), view),
            ..about(view, StatusCode::GONE, Tone::Problem, self.t.say("link-too-late"))
        }
    }

    fn replaced(self, view: &LinkView) -> Words {
        Words {
            lead: both(self.t.say("link-replaced-lead"), self.t.say("link-replaced-newest")),
            ..about(view, StatusCode::GONE, Tone::Neutral, self.t.say("link-replaced"))
        }
    }

    fn called_off(self, view: &LinkView) -> Words {
        Words {
            lead: vec![self.t.fill("link-called-off-lead", &[("account", &view.account)])],
            facts: self.ended(self.t.say("link-called-off-at"), view),
            ..about(view, StatusCode::GONE, Tone::Neutral, self.t.say("link-called-off"))
        }
    }

    fn expired(self, view: &LinkView) -> Words {
        // A link that wrong codes used up ends before its time.
        let ended = (view.expires_at <= self.clock.now).then(|| self.clock.tell(view.expires_at));
        let label = || self.t.say("link-worked-until").to_owned();
        Words {
            lead: vec![self.t.say("link-expired-lead").to_owned()],
            facts: ended.map(|ended| Fact::Time(label(), ended)).into_iter().collect(),
            buttons: vec![
                (Button::Resend, self.t.say("link-resend-button").to_owned()),
                (Button::Decline, self.t.say("link-not-me").to_owned()),
            ],
            ..about(view, StatusCode::GONE, Tone::Waiting, self.t.say("link-expired"))
        }
    }

    fn sent_again(self, view: &LinkView) -> Words {
        Words {
            lead: vec![self.t.say("link-sent-again-lead").to_owned()],
            ..about(view, StatusCode::OK, Tone::Good, self.t.say("link-sent-again"))
        }
    }

    fn taken(self, view: &LinkView) -> Words {
        Words {
            lead: both(&self.of_kind("link-taken-lead", view), &self.of_kind("link-taken-advice", view)),
            ..about(view, StatusCode::CONFLICT, Tone::Problem, self.of_kind("link-taken", view))
        }
    }

    fn too_many(self, wait: SignedDuration) -> Words {
        Words {
            lead: vec![self.t.fill("link-too-many-wait", &[("wait", &self.clock.span(wait))])],
            ..said(StatusCode::TOO_MANY_REQUESTS, Tone::Problem, self.t.say("link-too-many"))
        }
    }

    fn open_facts(self, view: &LinkView) -> Vec<Fact> {
        let until = self.t.say("link-works-until").to_owned();
        vec![self.asked_by(view), self.asked_at(view), Fact::Time(until, self.clock.tell(view.expires_at))]
    }

    fn asked_by(self, view: &LinkView) -> Fact {
        let who = match view.requested_by {
            Persona::Owner => self.t.say("link-by-owner"),
            Persona::Administrator => self.t.say("link-by-administrator"),
            Persona::Application => self.t.say("link-by-application"),
        };
        Fact::Text(self.t.say("link-requested-by").to_owned(), who.to_owned())
    }

    fn asked_at(self, view: &LinkView) -> Fact {
        Fact::Time(self.t.say("link-requested").to_owned(), self.clock.tell(view.requested_at))
    }

    fn ended(self, label: &str, view: &LinkView) -> Vec<Fact> {
        let at = view.ended_at.map(|at| self.clock.tell(at));
        at.map(|at| Fact::Time(label.to_owned(), at)).into_iter().collect()
    }

    /// A sentence about an address or a number.
    fn of_kind(self, id: &str, view: &LinkView) -> String {
        self.t.fill(id, &[("kind", kind(view))])
    }

    /// The same, of an account.
    fn of_account(self, id: &str, view: &LinkView) -> String {
        self.t.fill(id, &[("kind", kind(view)), ("account", &view.account)])
    }
}

/// A look is answered with what there is to do; a press that confirms nothing is refused.
const fn refused_if(pressed: Option<Button>) -> StatusCode {
    if pressed.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK }
}

fn about(view: &LinkView, status: StatusCode, tone: Tone, heading: impl Into<String>) -> Words {
    Words { target: Some(view.target.clone()), ..said(status, tone, heading) }
}

fn said(status: StatusCode, tone: Tone, heading: impl Into<String>) -> Words {
    Words {
        status,
        tone,
        heading: heading.into(),
        target: None,
        lead: Vec::new(),
        facts: Vec::new(),
        code: None,
        way: None,
        buttons: Vec::new(),
        note: None,
    }
}

fn both(first: &str, second: &str) -> Vec<String> {
    vec![first.to_owned(), second.to_owned()]
}

/// As the catalogue tells them apart.
const fn kind(view: &LinkView) -> &'static str {
    match view.family {
        ClaimFamily::Email => "email",
        ClaimFamily::Mobile => "mobile",
    }
}

#[cfg(test)]
pub(super) mod tests;
