//! A person's addresses, or his numbers: rows, what each is, what can be done with it (pages §3.1).

use askama::Template;
use askama::filters::HtmlSafe;
use countersign_app::{ContactProof, ProofState};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::Settings;

use super::act::{Act, Ask, Asked, attribute};
use super::pending::Pending;
use super::words::{fill, say};
use crate::pages::component::{Badge, Clock, Field, Menu, MenuItem, Tone};

/// One family.
pub(super) struct Group<'a> {
    pub(super) id: &'static str,
    pub(super) heading: &'static str,
    pub(super) lead: &'static str,
    pub(super) rows: Vec<Row<'a>>,
    /// What is said where there is none yet.
    pub(super) none: Option<&'static str>,
    /// Where the first one, or another one, is asked for.
    pub(super) add: Option<(String, &'static str)>,
    /// The form at the end of the list.
    pub(super) adding: Option<EditForm<'a>>,
    pub(super) pending: Option<Pending>,
}

/// One value.
pub(super) struct Row<'a> {
    pub(super) value: &'a str,
    pub(super) badges: Vec<Badge<'a>>,
    pub(super) uses: Option<&'static str>,
    /// The pencil: where the value in force is changed.
    pub(super) change: Option<(String, String)>,
    pub(super) menu: Menu<'a>,
    /// The form that is open in the row.
    pub(super) form: Option<EditForm<'a>>,
}

/// `templates/myaccount/edit_form.html`: what is asked for, and what will happen.
#[derive(Template)]
#[template(path = "myaccount/edit_form.html")]
pub(super) struct EditForm<'a> {
    action: String,
    csrf: &'a str,
    legend: String,
    /// Before saving: which value stays in force, and who is told.
    consequence: String,
    field: Option<Field<'a>>,
    /// The value of the row, where nothing is typed.
    value: Option<&'a str>,
    /// What was probably meant, and the button that says it was not.
    meant: Option<(String, &'static str)>,
    password: Option<Field<'a>>,
    submit: &'static str,
    is_destructive: bool,
    cancel: &'static str,
}

impl HtmlSafe for EditForm<'_> {}

/// What rows are made with.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) clock: Clock,
    pub(super) csrf: &'a str,
    pub(super) settings: &'a Settings,
    pub(super) asked: Option<&'a Asked>,
}

impl<'a> Shown<'a> {
    /// The group of a family.
    pub(super) fn group(
        self,
        family: ClaimFamily,
        values: &'a [ContactProof],
        pending: Option<Pending>,
    ) -> Group<'a> {
        let t = self.clock.texts;
        let mine: Vec<_> = values.iter().filter(|proof| proof.family == family).collect();
        let rows: Vec<_> = mine.iter().map(|proof| self.row(proof, mine.len())).collect();
        let is_first = !mine.iter().any(|proof| proof.in_force);
        let asked = self.asked.filter(|asked| asked.family == family);
        let adds = |asked: &&Asked| asked.act == Act::Add || (is_first && asked.act == Act::Set);
        let act = if is_first { "edit" } else { "add" };
        let href = format!("/myaccount/?{act}={}", family.as_str());
        Group {
            id: family.as_str(),
            heading: say(t, family, "heading"),
            lead: say(t, family, "lead"),
            none: rows.is_empty().then(|| say(t, family, "none")),
            rows,
            add: (is_first || self.settings.lists).then(|| (href, say(t, family, "add"))),
            adding: asked.filter(adds).map(|asked| self.form(asked)),
            pending,
        }
    }

    fn row(self, proof: &'a ContactProof, of: usize) -> Row<'a> {
        let (t, family) = (self.clock.texts, proof.family);
        let value = proof.value.as_str();
        let asked = self.asked.filter(|asked| asked.family == family);
        let is_here = |asked: &&Asked| match asked.act {
            Act::Set => proof.in_force,
            Act::Add => false,
            _ => asked.value == value,
        };
        let href = format!("/myaccount/?edit={}", family.as_str());
        Row {
            value,
            badges: self.badges(proof, of),
            uses: proof.in_force.then(|| say(t, family, "uses")),
            change: proof.in_force.then(|| (href, fill(t, family, "change-named", &[("value", value)]))),
            menu: self.menu(proof),
            form: asked.filter(is_here).map(|asked| self.form(asked)),
        }
    }

    fn badges(self, proof: &ContactProof, of: usize) -> Vec<Badge<'a>> {
        let t = self.clock.texts;
        let mut badges = Vec::new();
        if proof.in_force && of > 1 {
            badges.push(Badge::new(Tone::Neutral, t.say("badge-primary")));
        }
        badges.push(match proof.state {
            ProofState::Verified => {
                let day = proof.proof.as_ref().and_then(|proof| proof.at).map(|at| self.clock.day(at));
                let text = day.map(|day| t.fill("badge-verified-on", &[("day", &day)]));
                Badge::new(Tone::Good, text.unwrap_or_else(|| t.say("badge-verified").to_owned()))
            }
            ProofState::Waiting => Badge::new(Tone::Waiting, t.say("badge-waiting")),
            ProofState::Unverified => Badge::new(Tone::Neutral, t.say("badge-unverified")),
        });
        badges
    }

    /// What can be done with a value as it stands; nothing that would only be refused.
    fn menu(self, proof: &'a ContactProof) -> Menu<'a> {
        let (t, family, value) = (self.clock.texts, proof.family, proof.value.as_str());
        let mut items = Vec::new();
        let post = |act: Act, label: &'static str| MenuItem::Post {
            action: act.action(family).into(),
            label: label.into(),
            fields: vec![("value", value.into())],
            is_destructive: act == Act::Remove,
        };
        if proof.state == ProofState::Unverified && self.settings.of(family).enabled {
            items.push(post(Act::Verify, t.say("menu-verify")));
        }
        if !proof.in_force && self.settings.lists {
            items.push(match proof.state {
                ProofState::Verified => post(Act::Primary, t.say("menu-primary")),
                _ => MenuItem::Refused {
                    label: t.say("menu-primary").into(),
                    why: t.say("menu-primary-unverified").into(),
                },
            });
        }
        items.push(post(Act::Remove, t.say("menu-remove")));
        let label = t.fill("actions-for", &[("name", value)]).into();
        Menu { label, csrf: self.csrf, items }
    }

    fn form(self, asked: &'a Asked) -> EditForm<'a> {
        let (t, family) = (self.clock.texts, asked.family);
        let word = asked.act.word();
        let field = asked.act.is_typed().then(|| {
            let label = say(t, family, "new-label");
            let field = match family {
                ClaimFamily::Email => Field::email(attribute(family), label),
                ClaimFamily::Mobile => Field::tel(attribute(family), label).hint(say(t, family, "new-hint")),
            };
            let field = field.value(&asked.value).error(asked.error.as_deref()).required().length_max(254);
            if asked.password == Ask::No && asked.meant.is_none() { field.focused() } else { field }
        });
        let password = match &asked.password {
            Ask::No => None,
            ask => {
                let wrong = if let Ask::Again(wrong) = ask { Some(wrong.as_str()) } else { None };
                let field = Field::password("password", t.say("password"), "current-password");
                Some(field.hint(t.say("password-why")).error(wrong).required().focused())
            }
        };
        EditForm {
            action: asked.act.action(family),
            csrf: self.csrf,
            legend: fill(t, family, &format!("{word}-legend"), &[("value", &asked.value)]),
            consequence: self.consequence(asked),
            field,
            value: (!asked.act.is_typed()).then_some(asked.value.as_str()),
            meant: asked
                .meant
                .as_ref()
                .map(|meant| (t.fill("did-you-mean", &[("value", meant)]), t.say("use-as-typed"))),
            password,
            submit: if asked.act == Act::Remove { t.say("menu-remove") } else { t.say("save") },
            is_destructive: asked.act == Act::Remove,
            cancel: t.say("cancel"),
        }
    }

    fn consequence(self, asked: &Asked) -> String {
        let (t, family) = (self.clock.texts, asked.family);
        let id = match (asked.act, self.settings.of(family).enabled) {
            (Act::Remove, _) => "removes",
            (Act::Primary, _) => "makes-primary",
            (_, true) => "stays-until-proven",
            (_, false) => "takes-effect",
        };
        say(t, family, id).to_owned()
    }
}
