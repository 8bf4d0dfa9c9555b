//! A presented secret is compared with what waits, and what that came to is committed before anybody is answered (I4).

use countersign_domain::actor::Persona;
use countersign_domain::change::{
    Cancelled, ChallengeState, LinkToken, MacKeys, Pending, Presented, Redemption, WrongCode,
};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::{Plan, Settings, cancel, land, wrong_code};
use countersign_domain::{ChangeId, Refusal, UserId};
use countersign_store::{Commit, CommitError};

use super::CodeError;
use super::guess::Guess;
use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, Mint};
use crate::profile_update::exhausted;

/// What one comparison on one snapshot led to.
pub(super) enum Tried {
    Landed,
    /// Wrong; the attempts are committed.
    Wrong,
    /// There is something to prove, but its time is over.
    Expired,
    /// Nothing to compare with.
    Nothing,
    /// The value was proven by another account first; the change is cancelled.
    Taken,
}

/// A presented secret, and what else has to be true of the change it is to prove.
#[derive(Clone, Copy)]
pub(super) struct Proof<'a> {
    presented: &'a Presented,
    beside: Option<&'a LinkToken>,
    of: Option<ChangeId>,
}

impl<'a> Proof<'a> {
    pub(super) const fn alone(presented: &'a Presented) -> Self {
        Self { presented, beside: None, of: None }
    }

    /// A code typed on the page of a link, which has to be of the same challenge (SEC-23).
    pub(super) const fn beside(presented: &'a Presented, link: &'a LinkToken) -> Self {
        Self { presented, beside: Some(link), of: None }
    }

    /// A code typed on the page of a change, which has to be of this change.
    pub(super) const fn of(presented: &'a Presented, change: ChangeId) -> Self {
        Self { presented, beside: None, of: Some(change) }
    }

    /// The pending change as this proof meets it: `None` if its newest challenge issued no such kind of secret, since a
    /// mistyped SMS code must not use up the attempts of a link. Where links need a code, or their owner, the link proves
    /// nothing alone, or for nobody else, also when its secret is typed as if it were the code.
    fn meets(
        self,
        pending: &Pending,
        presenter: Persona,
        mac: &MacKeys,
        settings: &Settings,
    ) -> Option<Pending> {
        let form = pending.challenge.form;
        let by_code = form.has_link() && !settings.link_confirmation.takes_link_of(presenter);
        let issued = match self.presented {
            Presented::Code(_) => form.has_otp(),
            Presented::Link(_) => form.has_link() && !by_code,
        };
        let its_link = self.beside.is_none_or(|token| {
            pending.challenge.matches_link(&mac.candidates(&pending.binding(), token.secret.as_bytes()))
        });
        let stands = matches!(pending.challenge.state, ChallengeState::Live | ChallengeState::Exhausted);
        let its_change = self.of.is_none_or(|change| pending.id == change);
        let mut met = (issued && its_link && its_change && stands).then(|| pending.clone())?;
        if by_code {
            met.challenge = met.challenge.by_code_alone();
        }
        Some(met)
    }
}

impl App {
    /// Compares on a snapshot, commits what the comparison led to, and only then answers (I4). A comparison whose commit
    /// conflicts is made again on fresh state and gives no answer.
    pub(super) async fn try_secret(
        &self,
        cx: &Context,
        user: UserId,
        families: &[ClaimFamily],
        proof: Proof<'_>,
        guess: Guess,
    ) -> Result<Tried, CodeError> {
        let _turn = self.turns.of(user).await;
        let mut tries = Tries::new(&self.entropy);
        loop {
            let seen = self.snapshot(cx, user).await?.ok_or(CodeError::Invalid)?;
            let settings = self.settings(&seen.overrides);
            let (plan, tried) = self.compare(cx, &seen, families, proof, &settings)?;
            let right = matches!(tried, Tried::Landed);
            let mut commit = match plan {
                Some(plan) => Mint::new(self, &seen, &cx.actor, &settings).plan(&seen, plan),
                None => Commit::new(self.operation(seen.now), cx.tenant.clone(), seen.now),
            };
            commit.spends.extend(guess.spends(cx, &settings, right));
            match self.store.commit(commit).await {
                Ok(()) => return Ok(tried),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Conflict | CommitError::Member(_)) => return Err(Failure::Busy.into()),
                Err(CommitError::Taken(_)) => {
                    self.cancel_as_taken(cx, user, families, proof.presented).await?;
                    return Ok(Tried::Taken);
                }
                Err(CommitError::Exhausted(budget)) => return Err(exhausted(&budget).into()),
                Err(CommitError::Fault(fault)) => return Err(Failure::Store(fault).into()),
            }
        }
    }

    /// The pure middle: which plan a presented secret leads to.
    fn compare(
        &self,
        cx: &Context,
        seen: &Snapshot,
        families: &[ClaimFamily],
        proof: Proof<'_>,
        settings: &Settings,
    ) -> Result<(Option<Plan>, Tried), Refusal> {
        let mac = &self.keys.mac;
        let mut wrong: Vec<(Pending, WrongCode)> = Vec::new();
        let mut expired = false;
        for family in families {
            let presenter = cx.actor.persona();
            let pending =
                seen.pending(*family).and_then(|pending| proof.meets(pending, presenter, mac, settings));
            let Some(pending) = pending else { continue };
            seen.budget.of(*family).check_guess(&settings.limits, seen.now)?;
            let candidates = mac.candidates(&pending.binding(), proof.presented.secret());
            match pending.clone().redeem(&candidates, seen.now) {
                Redemption::Proven(proven) => {
                    return Ok((Some(land(seen, &proven, &cx.actor, settings)), Tried::Landed));
                }
                Redemption::Wrong(attempt) => wrong.push((pending, attempt)),
                Redemption::Expired => expired = true,
                Redemption::Dead => {}
            }
        }
        let plans =
            wrong.into_iter().map(|(pending, attempt)| wrong_code(seen, &pending, attempt, &cx.actor));
        let plan = plans.reduce(|mut all, next| {
            all.budget.mobile = next.budget.mobile;
            all.steps.extend(next.steps);
            all.audit.extend(next.audit);
            all
        });
        let tried = match (&plan, expired) {
            (Some(_), _) => Tried::Wrong,
            (None, true) => Tried::Expired,
            (None, false) => Tried::Nothing,
        };
        Ok((plan, tried))
    }

    /// SEC-21: the loser of a race for a value learns it as any other failure, and his change is called off.
    async fn cancel_as_taken(
        &self,
        cx: &Context,
        user: UserId,
        families: &[ClaimFamily],
        presented: &Presented,
    ) -> Result<(), CodeError> {
        let Some(seen) = self.snapshot(cx, user).await? else { return Ok(()) };
        let settings = self.settings(&seen.overrides);
        let lost = families.iter().filter_map(|family| seen.pending(*family));
        let Some(pending) = lost.into_iter().find(|pending| self.fits(pending, presented)) else {
            return Ok(());
        };
        let plan = cancel(&seen, pending, Cancelled::Taken, &cx.actor);
        let commit = Mint::new(self, &seen, &cx.actor, &settings).plan(&seen, plan);
        match self.store.commit(commit).await {
            Ok(()) | Err(CommitError::Conflict) => Ok(()),
            Err(CommitError::Fault(fault)) => Err(Failure::Store(fault).into()),
            Err(CommitError::Taken(_) | CommitError::Exhausted(_) | CommitError::Member(_)) => {
                Err(Failure::Busy.into())
            }
        }
    }
}
