//! A new secret for a value that waits (`verification.md` §3.4, §4.4, §4.5).

use countersign_domain::change::{Pending, Scenario};
use countersign_domain::user_claim_update::resend;
use countersign_domain::{Refusal, UserId};
use countersign_store::CommitError;

use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, Mint};
use crate::profile_update::{exhausted, subject_key};
use crate::spending;

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// Nothing waits for proof under this scenario; also for users who do not exist.
    #[error("nothing waits for proof in this scenario")]
    NothingPending,
    /// A budget is spent.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// Sends a new secret for the change of `user` that runs under `scenario`.
    pub async fn resend_code(
        &self,
        cx: &Context,
        user: UserId,
        scenario: Scenario,
    ) -> Result<(), ResendError> {
        self.resend_where(cx, user, |pending| pending.scenario() == scenario).await
    }

    /// The same for a user named by a privileged caller. An unknown name is answered like a user with nothing pending.
    pub async fn resend_code_for(
        &self,
        cx: &Context,
        user_name: &str,
        scenario: Scenario,
    ) -> Result<(), ResendError> {
        let key = user_name.to_ascii_lowercase();
        match self.store.user_id_by_name(&cx.tenant, &key).await.map_err(Failure::from)? {
            Some(user) => self.resend_code(cx, user, scenario).await,
            None => Err(ResendError::NothingPending),
        }
    }

    /// Sends a new secret for the change that `which` picks; the old one is dead in the same commit (SEC-12).
    pub(crate) async fn resend_where(
        &self,
        cx: &Context,
        user: UserId,
        which: impl Fn(&Pending) -> bool,
    ) -> Result<(), ResendError> {
        let _turn = self.turns.of(user).await;
        let mut tries = Tries::new(&self.entropy);
        loop {
            let seen = self.snapshot(cx, user).await?.ok_or(ResendError::NothingPending)?;
            let settings = self.settings(&seen.overrides);
            let changes = [&seen.pending.email, &seen.pending.mobile];
            let pending = changes.into_iter().flatten().find(|pending| which(pending));
            let pending = pending.ok_or(ResendError::NothingPending)?;
            let plan = resend(&seen, pending, &cx.actor, &settings)?;
            let mut commit = Mint::new(self, &seen, &cx.actor, &settings).plan(&seen, plan);
            if cx.actor.persona().is_privileged() {
                let actor = subject_key(cx.actor.requester.subject);
                commit.spends.extend(spending::privileged_resend(&actor, &settings.limits));
            }
            match self.commit_sends(&settings, commit).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Conflict | CommitError::Taken(_) | CommitError::Member(_)) => {
                    return Err(Failure::Busy.into());
                }
                Err(CommitError::Exhausted(budget)) => return Err(exhausted(&budget).into()),
                Err(CommitError::Fault(fault)) => return Err(Failure::Store(fault).into()),
            }
        }
    }
}
