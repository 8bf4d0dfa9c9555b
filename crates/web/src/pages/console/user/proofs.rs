//! The group *Contact proofs*: what waits with its timeline, and what an administrator can do about it (pages §5).

use countersign_app::{PendingProof, ProofState};
use countersign_domain::claim::ClaimFamily;

use super::contacts::Shown;
use crate::pages::component::Timeline;
use crate::pages::console::messages;
use crate::pages::contact::act::{Act, Asked};
use crate::pages::contact::form::EditForm;
use crate::pages::contact::pending::Pending;

/// The group.
pub(super) struct Proofs<'a> {
    pub(super) families: Vec<FamilyProofs<'a>>,
    /// Changes with what is shown, while something waits.
    pub(super) live: Option<String>,
    /// Where all messages of the user are, for those who may see them.
    pub(super) messages: Option<String>,
}

/// One family.
pub(super) struct FamilyProofs<'a> {
    pub(super) heading: &'static str,
    pub(super) waiting: Option<Waiting>,
    /// Where marking, or asking anew, begins: address and words.
    pub(super) act: Option<(String, String)>,
    pub(super) form: Option<EditForm<'a>>,
}

/// A change that waits.
pub(super) struct Waiting {
    pub(super) pending: Pending,
    /// Who asked, how many tries are left, what happened: for those who may see changes.
    pub(super) told: Option<Told>,
    /// Whether it can be sent again and called off by this visitor.
    pub(super) can_act: bool,
    pub(super) can_enter: bool,
}

/// What is told of a change.
pub(super) struct Told {
    pub(super) attempts: Option<String>,
    pub(super) timeline: Timeline,
}

impl<'a> Shown<'a> {
    /// The group.
    pub(super) fn contact_proofs(self, user_name: &str) -> Proofs<'a> {
        let families = ClaimFamily::ALL.map(|family| self.family_proofs(family));
        let key = |pending: &PendingProof| format!("{}-{}", pending.change.id, pending.change.timeline.len());
        let keys: Vec<_> = self.proofs.pending.iter().map(key).collect();
        Proofs {
            families: families.into_iter().flatten().collect(),
            live: (!keys.is_empty()).then(|| keys.join(" ")),
            messages: self.may.see_messages.then(|| messages::path_of_user(user_name)),
        }
    }

    /// Nothing where there is nothing to prove.
    fn family_proofs(self, family: ClaimFamily) -> Option<FamilyProofs<'a>> {
        let words = self.forms.place.words;
        let waiting = self.waiting(family);
        let held = self.proofs.values.iter().find(|proof| proof.family == family && proof.in_force);
        if held.is_none() && waiting.is_none() {
            return None;
        }
        let goes_straight = self.forms.settings.writes_straight(family, words.persona()).is_some();
        let act = held.filter(|_| self.may.edit).and_then(|held| {
            let (act, name) = match held.state {
                ProofState::Verified if goes_straight => return None,
                ProofState::Verified => (Act::Renew, "ask-named"),
                ProofState::Waiting | ProofState::Unverified => (Act::Mark, "mark-named"),
            };
            Some((
                self.forms.place.opening(act, family),
                words.t.fill(name, &[("value", held.value.as_str())]),
            ))
        });
        let is_here = |asked: &&Asked| self.may.edit && matches!(asked.act, Act::Mark | Act::Renew);
        let asked = self.asked_of(family).filter(is_here);
        Some(FamilyProofs {
            heading: words.of(family, "heading"),
            waiting: waiting.map(|waiting| self.told(waiting)),
            act: act.filter(|_| asked.is_none()),
            form: asked.map(|asked| self.forms.opened(asked, waiting.is_some())),
        })
    }

    fn told(self, waiting: &PendingProof) -> Waiting {
        let (change, family) = (&waiting.change, waiting.value.family());
        let pending = Pending::of(waiting, self.forms.settings, self.forms.place, self.clock);
        let can_enter =
            self.may.act_on_changes && pending.has_code && !pending.is_expired && !pending.is_exhausted;
        let left = (pending.has_code && change.attempts_left > 0).then(|| change.attempts_left.to_string());
        Waiting {
            told: self.may.see_changes.then(|| Told {
                attempts: left.map(|left| self.clock.texts.fill("attempts-left", &[("count", &left)])),
                timeline: messages::timeline(self.clock, &change.timeline),
            }),
            can_act: self.may.act_on_changes,
            can_enter: can_enter && self.forms.settings.of(family).privileged_validation,
            pending,
        }
    }
}
