//! What an address or number is, in a word or two.

use countersign_app::{ContactProof, ProofState};

use crate::pages::component::{Badge, Clock, Tone};

/// Its badges; `is_one_of_many` where it has to be told which of them is the primary one.
pub(crate) fn badges(clock: Clock, proof: &ContactProof, is_one_of_many: bool) -> Vec<Badge<'static>> {
    let t = clock.texts;
    let mut badges = Vec::new();
    if proof.in_force && is_one_of_many {
        badges.push(Badge::new(Tone::Neutral, t.say("badge-primary")));
    }
    badges.push(match proof.state {
        ProofState::Verified => {
            let day = proof.proof.as_ref().and_then(|proof| proof.at).map(|at| clock.day(at));
            let text = day.map(|day| t.fill("badge-verified-on", &[("day", &day)]));
            Badge::new(Tone::Good, text.unwrap_or_else(|| t.say("badge-verified").to_owned()))
        }
        ProofState::Waiting => Badge::new(Tone::Waiting, t.say("badge-waiting")),
        ProofState::Unverified => Badge::new(Tone::Neutral, t.say("badge-unverified")),
    });
    badges
}
