//! The form in which something is asked of an address or number: what is typed, and what will happen.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;
use countersign_domain::audit::Rule;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::Settings;

use super::Place;
use super::act::{Act, Ask, Asked, attribute};
use super::number;
use crate::pages::component::{ErrorSummary, Field};
use crate::pages::language::Texts;

/// `templates/contact/edit_form.html`.
#[derive(Template)]
#[template(path = "contact/edit_form.html")]
pub(crate) struct EditForm<'a> {
    action: String,
    csrf: &'a str,
    /// Nothing where the form is always open.
    legend: Option<String>,
    /// Before it is done: what stays in force, what ends, and who is told.
    consequence: String,
    field: Option<Field<'a>>,
    hidden: Vec<(&'static str, Cow<'a, str>)>,
    /// What was probably meant, and the button that says it was not.
    meant: Option<(String, &'static str)>,
    password: Option<Field<'a>>,
    reason: Option<Field<'a>>,
    submit: &'static str,
    is_destructive: bool,
    cancel: Option<(&'a str, &'static str)>,
}

impl HtmlSafe for EditForm<'_> {}

/// What forms are made with.
#[derive(Clone, Copy)]
pub(crate) struct Forms<'a> {
    pub(crate) place: &'a Place,
    pub(crate) csrf: &'a str,
    pub(crate) settings: &'a Settings,
}

impl<'a> Forms<'a> {
    /// A form that is opened, and closed again. `waits`: whether something of the family waits for proof.
    pub(crate) fn opened(self, asked: &'a Asked, waits: bool) -> EditForm<'a> {
        let (t, words, family) = (self.place.words.t, self.place.words, asked.family);
        let legend =
            words.filled(family, &format!("{}-legend", asked.act.word()), &[("value", &asked.value)]);
        let row = [("value", asked.value.as_str().into()), ("confirmed", "true".into())];
        EditForm {
            legend: Some(legend),
            hidden: if asked.act.is_typed() { Vec::new() } else { row.into() },
            cancel: Some((&self.place.home, t.say("cancel"))),
            ..self.form(asked, waits, true)
        }
    }

    /// The form that is always open, for the value in force. `shown` is what it shows of the family beside: what waits.
    pub(crate) fn always_open(
        self,
        asked: &'a Asked,
        held: Option<&'a str>,
        pending: Option<String>,
    ) -> EditForm<'a> {
        let (words, waits) = (self.place.words, pending.is_some());
        let hidden = vec![
            ("shown.held", held.unwrap_or_default().into()),
            ("shown.pending", pending.unwrap_or_default().into()),
        ];
        EditForm { hidden, submit: words.t.say("update"), ..self.form(asked, waits, false) }
    }

    fn form(self, asked: &'a Asked, waits: bool, is_opened: bool) -> EditForm<'a> {
        let (t, act) = (self.place.words.t, asked.act);
        EditForm {
            action: self.place.action(act, asked.family),
            csrf: self.csrf,
            legend: None,
            consequence: self.consequence(act, asked.family, waits),
            field: act.is_typed().then(|| self.field(asked, is_opened)),
            hidden: Vec::new(),
            meant: asked
                .meant
                .as_ref()
                .map(|meant| (t.fill("did-you-mean", &[("value", meant)]), t.say("use-as-typed"))),
            password: password(t, asked),
            reason: self.reason(asked),
            submit: match act {
                Act::Remove => t.say("menu-remove"),
                Act::Mark => t.say("mark-verified"),
                Act::Renew => t.say("ask-new-proof"),
                _ => t.say("save"),
            },
            is_destructive: act == Act::Remove,
            cancel: None,
        }
    }

    fn field(self, asked: &'a Asked, is_opened: bool) -> Field<'a> {
        let (words, family) = (self.place.words, asked.family);
        let adds = asked.act == Act::Add && words.persona().is_privileged();
        let label = words.of(family, if adds { "add-label" } else { "new-label" });
        let field = match family {
            ClaimFamily::Email => Field::email(attribute(family), label),
            ClaimFamily::Mobile => Field::tel(attribute(family), label)
                .hint(words.of(family, "new-hint"))
                .previewed(number::PATH),
        };
        let field = field.id(self.place.field_id(asked.act, family));
        // A browser knows the addresses of who sits before it, not of whom he looks after.
        let field = if words.persona().is_privileged() { field.autocomplete("off") } else { field };
        let field = field.value(&asked.value).error(asked.error.as_deref()).required().length_max(254);
        let is_asked = is_opened && asked.password == Ask::No && asked.meant.is_none();
        if is_asked { field.focused() } else { field }
    }

    /// Marking needs a reason; a write without proof may have to state one (SEC-38).
    fn reason(self, asked: &'a Asked) -> Option<Field<'a>> {
        let words = self.place.words;
        let straight = self.settings.writes_straight(asked.family, words.persona());
        let skips = straight == Some(Rule::M1PrivilegedSkip);
        let is_needed = match asked.act {
            Act::Mark => true,
            Act::Renew => false,
            Act::Set | Act::Add if skips => self.settings.reason_required,
            _ => return None,
        };
        let label = words.t.say(if is_needed { "reason" } else { "reason-optional" });
        let field = Field::text("reason", label)
            .id(asked.act.reason_id(asked.family))
            .hint(words.t.say("reason-hint"))
            .value(&asked.reason)
            .error(asked.reason_error.as_deref())
            .length_max(500);
        let field = if is_needed { field.required() } else { field };
        Some(if asked.act.is_typed() { field } else { field.focused() })
    }

    /// What will happen, sentence by sentence.
    fn consequence(self, act: Act, family: ClaimFamily, waits: bool) -> String {
        let words = self.place.words;
        let is_straight = self.settings.writes_straight(family, words.persona()).is_some();
        let id = match (act, is_straight) {
            (Act::Remove, _) => "removes",
            (Act::Primary, _) => "makes-primary",
            (Act::Mark, _) => "marks",
            (Act::Renew, _) => "renews",
            (Act::Add, true) if words.persona().is_privileged() => "adds-at-once",
            (Act::Add, false) if words.persona().is_privileged() => "adds",
            (Act::Verify, _) if words.persona().is_privileged() => "verifies",
            (_, false) => "stays-until-proven",
            (_, true) => "takes-effect",
        };
        let mut said = vec![words.of(family, id)];
        if words.persona().is_privileged() {
            let is_told = self.settings.notify_old && !matches!(act, Act::Renew | Act::Verify);
            said.extend(waits.then(|| words.t.say("ends-waiting")));
            said.extend(is_told.then(|| words.t.say("user-is-told")));
        }
        said.join(" ")
    }
}

fn password<'a>(t: &'static Texts, asked: &'a Asked) -> Option<Field<'a>> {
    let wrong = match &asked.password {
        Ask::No => return None,
        Ask::Yes => None,
        Ask::Again(wrong) => Some(wrong.as_str()),
    };
    let field = Field::password("password", t.say("password"), "current-password");
    Some(field.hint(t.say("password-why")).error(wrong).required().focused())
}

/// What was wrong with a form, for the top of its page.
pub(crate) fn summary<'a>(place: &Place, asked: Option<&'a Asked>) -> Option<ErrorSummary<'a>> {
    let asked = asked?;
    let mut errors: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
    if let Some(error) = &asked.error {
        let id = if asked.act.is_typed() { place.field_id(asked.act, asked.family) } else { "" };
        errors.push((id.into(), error.as_str().into()));
    }
    if let Some(error) = &asked.reason_error {
        errors.push((asked.act.reason_id(asked.family).into(), error.as_str().into()));
    }
    if let Ask::Again(error) = &asked.password {
        errors.push(("password".into(), error.as_str().into()));
    }
    let heading = place.words.t.say("something-to-mend").into();
    (!errors.is_empty()).then_some(ErrorSummary { heading, errors })
}
