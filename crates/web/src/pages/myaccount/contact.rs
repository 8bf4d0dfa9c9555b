//! A person's addresses, or his numbers: rows, what each is, what can be done with it (pages §3.1).

use countersign_app::{ContactProof, ProofState};
use countersign_domain::claim::ClaimFamily;

use crate::pages::component::{Badge, Clock, Menu, MenuItem};
use crate::pages::contact::act::{Act, Asked};
use crate::pages::contact::form::{EditForm, Forms};
use crate::pages::contact::pending::Pending;
use crate::pages::contact::row;

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

/// What rows are made with.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) clock: Clock,
    pub(super) forms: Forms<'a>,
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
        let words = self.forms.place.words;
        let mine: Vec<_> = values.iter().filter(|proof| proof.family == family).collect();
        let rows: Vec<_> = mine.iter().map(|proof| self.row(proof, mine.len(), pending.is_some())).collect();
        let is_first = !mine.iter().any(|proof| proof.in_force);
        let asked = self.asked.filter(|asked| asked.family == family);
        let adds = |asked: &&Asked| asked.act == Act::Add || (is_first && asked.act == Act::Set);
        let place = self.forms.place;
        let href = if is_first { place.editing(family) } else { place.opening(Act::Add, family) };
        let waits = pending.is_some();
        Group {
            id: family.as_str(),
            heading: words.of(family, "heading"),
            lead: words.of(family, "lead"),
            none: rows.is_empty().then(|| words.of(family, "none")),
            rows,
            add: (is_first || self.forms.settings.lists).then(|| (href, words.of(family, "add"))),
            adding: asked.filter(adds).map(|asked| self.forms.opened(asked, waits)),
            pending,
        }
    }

    fn row(self, proof: &'a ContactProof, of: usize, waits: bool) -> Row<'a> {
        let (words, family) = (self.forms.place.words, proof.family);
        let value = proof.value.as_str();
        let asked = self.asked.filter(|asked| asked.family == family);
        let is_here = |asked: &&Asked| match asked.act {
            Act::Set => proof.in_force,
            Act::Add => false,
            _ => asked.value == value,
        };
        let href = self.forms.place.editing(family);
        Row {
            value,
            badges: row::badges(self.clock, proof, of > 1),
            uses: proof.in_force.then(|| words.of(family, "uses")),
            change: proof.in_force.then(|| (href, words.filled(family, "change-named", &[("value", value)]))),
            menu: self.menu(proof),
            form: asked.filter(is_here).map(|asked| self.forms.opened(asked, waits)),
        }
    }

    /// What can be done with a value as it stands; nothing that would only be refused.
    fn menu(self, proof: &'a ContactProof) -> Menu<'a> {
        let (t, family, value) = (self.clock.texts, proof.family, proof.value.as_str());
        let mut items = Vec::new();
        let post = |act: Act, label: &'static str| MenuItem::Post {
            action: self.forms.place.action(act, family).into(),
            label: label.into(),
            fields: vec![("value", value.into())],
            is_destructive: act == Act::Remove,
        };
        if proof.state == ProofState::Unverified && self.forms.settings.of(family).enabled {
            items.push(post(Act::Verify, t.say("menu-verify")));
        }
        if !proof.in_force && self.forms.settings.lists {
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
        Menu { label, csrf: self.forms.csrf, items }
    }
}
