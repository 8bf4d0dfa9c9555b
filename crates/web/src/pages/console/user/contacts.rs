//! The groups *Email* and *Mobile*: the value in force with its field, and each value with its proof (pages §5).

use countersign_app::{ContactProof, ContactProofs, PendingProof, Proof, ProofState, ProvenBy};
use countersign_domain::claim::ClaimFamily;

use super::profile::May;
use crate::pages::component::{Badge, Clock, Menu, MenuItem, Moment};
use crate::pages::contact::act::{Act, Asked};
use crate::pages::contact::form::{EditForm, Forms};
use crate::pages::contact::pending::Pending;
use crate::pages::contact::row;

/// One family.
pub(super) struct Group<'a> {
    pub(super) id: &'static str,
    pub(super) heading: &'static str,
    pub(super) lead: &'static str,
    /// The field for the value in force, always there for who may change it.
    pub(super) update: Option<EditForm<'a>>,
    /// What waits, in a line.
    pub(super) waits: Option<Pending>,
    /// *Email Addresses*, *Mobile Numbers*: where users have several.
    pub(super) list: Option<&'static str>,
    /// What *Verify* does, where it is offered.
    pub(super) hint: Option<&'static str>,
    pub(super) rows: Vec<Row<'a>>,
    pub(super) none: Option<&'static str>,
    /// Where another one is added.
    pub(super) add: Option<(String, &'static str)>,
    pub(super) adding: Option<EditForm<'a>>,
    /// Changes with what is shown, while something waits.
    pub(super) live: Option<String>,
}

/// One value.
pub(super) struct Row<'a> {
    pub(super) value: &'a str,
    pub(super) badges: Vec<Badge<'static>>,
    pub(super) proof: Option<ProofLine>,
    /// Where its proof is asked for, and what the button is called by those who hear it.
    pub(super) verify: Option<(String, String)>,
    pub(super) menu: Option<Menu<'a>>,
    /// The form that is open in the row.
    pub(super) form: Option<EditForm<'a>>,
}

/// How we know that a value is the user's.
pub(super) struct ProofLine {
    pub(super) text: String,
    pub(super) at: Option<Moment>,
    pub(super) reason: Option<String>,
}

/// What groups are made of.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) clock: Clock,
    pub(super) forms: Forms<'a>,
    pub(super) proofs: &'a ContactProofs,
    pub(super) may: May,
    /// The form that was opened or sent.
    pub(super) asked: Option<&'a Asked>,
}

impl<'a> Shown<'a> {
    /// The group of a family. `usual` is its field where nobody has sent it.
    pub(super) fn group(self, family: ClaimFamily, usual: &'a Asked) -> Group<'a> {
        let (words, lists) = (self.forms.place.words, self.forms.settings.lists);
        let asked = self.asked_of(family);
        let mine: Vec<_> = self.proofs.values.iter().filter(|proof| proof.family == family).collect();
        let waiting = self.waiting(family);
        let rows: Vec<_> = mine.iter().map(|proof| self.row(proof, mine.len())).collect();
        let update = self.may.edit.then(|| {
            let asked = asked.filter(|asked| asked.act == Act::Set).unwrap_or(usual);
            let held = mine.iter().find(|proof| proof.in_force).map(|proof| proof.value.as_str());
            self.forms.always_open(asked, held, waiting.map(|waiting| waiting.change.id.to_string()))
        });
        let adds = |asked: &&Asked| asked.act == Act::Add && self.may.edit;
        let href = self.forms.place.opening(Act::Add, family);
        Group {
            id: family.as_str(),
            heading: words.of(family, "heading"),
            lead: words.of(family, "lead"),
            update,
            waits: waiting
                .map(|waiting| Pending::of(waiting, self.forms.settings, self.forms.place, self.clock)),
            list: lists.then(|| words.of(family, "list")),
            hint: rows.iter().any(|row| row.verify.is_some()).then(|| words.of(family, "list-hint")),
            none: rows.is_empty().then(|| words.of(family, "none")),
            rows,
            add: (lists && self.may.edit).then(|| (href, words.of(family, "add"))),
            adding: asked.filter(adds).map(|asked| self.forms.opened(asked, waiting.is_some())),
            live: waiting.map(|waiting| live(waiting, &mine)),
        }
    }

    /// What waits in a family.
    pub(super) fn waiting(self, family: ClaimFamily) -> Option<&'a PendingProof> {
        self.proofs.pending.iter().find(|pending| pending.value.family() == family)
    }

    /// The form that was opened or sent about a family.
    pub(super) fn asked_of(self, family: ClaimFamily) -> Option<&'a Asked> {
        self.asked.filter(|asked| asked.family == family)
    }

    fn row(self, proof: &'a ContactProof, of: usize) -> Row<'a> {
        let (words, family) = (self.forms.place.words, proof.family);
        let value = proof.value.as_str();
        let goes_straight = self.forms.settings.writes_straight(family, words.persona()).is_some();
        let can_verify = self.may.edit && proof.state == ProofState::Unverified && !goes_straight;
        let name = words.t.fill("verify-named", &[("value", value)]);
        let is_here = |asked: &&Asked| {
            asked.value == value && matches!(asked.act, Act::Remove | Act::Primary | Act::Verify)
        };
        Row {
            value,
            badges: row::badges(self.clock, proof, of > 1),
            proof: proof.proof.as_ref().map(|proof| told(self.clock, proof)),
            verify: can_verify.then(|| (self.forms.place.action(Act::Verify, family), name)),
            menu: self.may.edit.then(|| self.menu(proof)),
            form: self.asked_of(family).filter(is_here).map(|asked| {
                let ends = self.waiting(family).is_some_and(|waiting| {
                    proof.in_force || asked.act != Act::Remove || waiting.value.same_as(&proof.value)
                });
                self.forms.opened(asked, ends)
            }),
        }
    }

    /// What can be done with a value as it stands; nothing that would only be refused.
    fn menu(self, proof: &'a ContactProof) -> Menu<'a> {
        let (t, value) = (self.clock.texts, proof.value.as_str());
        let mut items = Vec::new();
        let post = |act: Act, label: &'static str| MenuItem::Post {
            action: self.forms.place.action(act, proof.family).into(),
            label: label.into(),
            fields: vec![("value", value.into())],
            is_destructive: act == Act::Remove,
        };
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

/// What a group looks like: its change and its values.
fn live(waiting: &PendingProof, mine: &[&ContactProof]) -> String {
    let change = &waiting.change;
    format!("{}-{}-{}-{}", change.id, change.timeline.len(), change.expired, mine.len())
}

/// A proof in words: how, by whom, when, and why.
fn told(clock: Clock, proof: &Proof) -> ProofLine {
    let t = clock.texts;
    let (id, reason) = match &proof.how {
        ProvenBy::Code => ("proof-code", None),
        ProvenBy::Link => ("proof-link", None),
        ProvenBy::CodeOrLink => ("proof-code-or-link", None),
        ProvenBy::Assertion { at_creation: true, reason } => ("proof-creation", reason.as_deref()),
        ProvenBy::Assertion { at_creation: false, reason } => ("proof-assertion", reason.as_deref()),
        ProvenBy::Unknown => ("proof-unknown", None),
    };
    let by = proof.by.as_ref().map_or(t.say("somebody"), |by| by.display.as_str());
    let text = match proof.how {
        ProvenBy::Unknown => t.say(id).to_owned(),
        _ => t.fill(id, &[("name", by)]),
    };
    ProofLine {
        text,
        at: proof.at.map(|at| clock.tell(at)),
        reason: reason.map(|reason| t.fill("proof-reason", &[("reason", reason)])),
    }
}
