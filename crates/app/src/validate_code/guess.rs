//! What a guess costs: everybody who presents a secret takes from the budget of his source, right or wrong (DESIGN §2.1).

use countersign_domain::change::Spend;
use countersign_domain::user_claim_update::Settings;
use countersign_store::{Commit, CommitError};

use super::CodeError;
use crate::app::{App, source_net};
use crate::error::Failure;
use crate::mint::Context;
use crate::profile_update::{exhausted, subject_key};
use crate::spending;

/// How a presented secret meets the budgets of its source and, for privileged callers, of the actor.
#[derive(Clone, Copy)]
pub(super) enum Guess {
    /// Taken in the commit of the comparison itself: a wrong one takes, a right one demands that one is left.
    Fresh,
    /// Taken before the look-up: a right one is given back.
    Counted,
}

impl Guess {
    pub(super) fn spends(self, cx: &Context, settings: &Settings, right: bool) -> Vec<Spend> {
        let privileged = cx.actor.persona().is_privileged();
        let actor = subject_key(cx.actor.requester.subject);
        let by_actor = privileged.then(|| spending::privileged_guess(&actor, &settings.limits)).flatten();
        let by_source = spending::guess(&source_net(cx.actor.origin.address), &settings.limits);
        let spends = by_source.into_iter().chain(by_actor);
        match (self, right) {
            (Self::Fresh, false) => spends.collect(),
            (Self::Fresh, true) => spends.map(Spend::demanded).collect(),
            (Self::Counted, true) => spends.map(Spend::refunded).collect(),
            (Self::Counted, false) => Vec::new(),
        }
    }
}

impl App {
    /// Counts a guess before anything is looked up, or because nothing was found.
    pub(crate) async fn count_guess(&self, cx: &Context) -> Result<(), CodeError> {
        self.settle_guess(cx, Guess::Fresh, false).await
    }

    /// A guess without a change of its own to be committed with.
    pub(super) async fn settle_guess(
        &self,
        cx: &Context,
        guess: Guess,
        right: bool,
    ) -> Result<(), CodeError> {
        let settings = self.settings(&self.store.overrides(&cx.tenant).await.map_err(Failure::from)?);
        let now = self.store.now().await.map_err(Failure::from)?;
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        commit.spends = guess.spends(cx, &settings, right);
        match self.store.commit(commit).await {
            Ok(()) => Ok(()),
            Err(CommitError::Exhausted(budget)) => Err(exhausted(&budget).into()),
            Err(CommitError::Fault(fault)) => Err(Failure::Store(fault).into()),
            Err(CommitError::Conflict | CommitError::Taken(_) | CommitError::Member(_)) => {
                Err(Failure::Busy.into())
            }
        }
    }
}
