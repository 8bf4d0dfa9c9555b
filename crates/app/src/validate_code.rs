//! A code, or a link's token, is presented: through the API (`verification.md` §3.3, §4.2, §4.3), or on the page of a change.

mod compare;
mod guess;

use countersign_domain::change::{LinkToken, Pending, Presented, Scenario};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{ChangeId, Refusal, UserId};
use countersign_store::{ChangeQuery, UserView};

use crate::app::App;
use crate::error::Failure;
use crate::link::Errand;
use crate::mint::Context;
use compare::{Proof, Tried};
use guess::Guess;

/// Why a code was not accepted. What of this a caller may learn is the surface's business (SEC-14).
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// No live challenge has this secret: unknown, used, replaced, exhausted, somebody else's, taken by another account.
    #[error("the code is not valid")]
    Invalid,
    /// The challenge of this user is past its time.
    #[error("the code has expired")]
    Expired,
    /// The secret was right for a change that a newer one has replaced.
    #[error("a newer change exists")]
    Superseded,
    /// Privileged callers may not confirm mobile numbers here (`17007`).
    #[error("confirmation of mobile numbers by privileged users is not enabled")]
    PrivilegedDisabled,
    /// A budget is spent.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// What `introspect-code` tells about a code that belongs to somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Introspection {
    /// Whose.
    pub user: UserId,
    /// His name.
    pub user_name: String,
    /// What it was sent for.
    pub scenario: Scenario,
    /// Whether its time is over.
    pub expired: bool,
}

impl App {
    /// The owner presents a code: found by who he is, never by what it is (SEC-4).
    pub async fn validate_own_code(
        &self,
        cx: &Context,
        user: UserId,
        presented: &Presented,
    ) -> Result<(), CodeError> {
        self.validate_code_among(cx, user, &ClaimFamily::ALL, presented).await
    }

    /// As [`Self::validate_own_code`], where it is known which of the two it was sent for: a code typed on the page of one
    /// change uses up no attempt of another.
    pub async fn validate_own_code_for(
        &self,
        cx: &Context,
        user: UserId,
        family: ClaimFamily,
        presented: &Presented,
    ) -> Result<(), CodeError> {
        self.validate_code_among(cx, user, &[family], presented).await
    }

    async fn validate_code_among(
        &self,
        cx: &Context,
        user: UserId,
        families: &[ClaimFamily],
        presented: &Presented,
    ) -> Result<(), CodeError> {
        match self.try_secret(cx, user, families, Proof::alone(presented), Guess::Fresh).await? {
            Tried::Landed => Ok(()),
            Tried::Expired => Err(CodeError::Expired),
            Tried::Wrong | Tried::Nothing if self.is_superseded(cx, user, presented).await? => {
                Err(CodeError::Superseded)
            }
            Tried::Wrong | Tried::Nothing | Tried::Taken => Err(CodeError::Invalid),
        }
    }

    /// Whoever has the link types the code that came with it (SEC-23): compared with that link's challenge alone.
    pub(crate) async fn validate_code_beside_link(
        &self,
        cx: &Context,
        user: UserId,
        token: &LinkToken,
        code: &Presented,
    ) -> Result<(), CodeError> {
        let proof = Proof::beside(code, token);
        match self.try_secret(cx, user, &ClaimFamily::ALL, proof, Guess::Fresh).await? {
            Tried::Landed => Ok(()),
            Tried::Expired => Err(CodeError::Expired),
            Tried::Wrong | Tried::Nothing | Tried::Taken => Err(CodeError::Invalid),
        }
    }

    /// A privileged caller presents a code: found by its keyed digest, and only if exactly one fits (SEC-5). The guess is
    /// counted before anything is looked up, so that over budget right and wrong codes get the same answer.
    pub async fn validate_code(&self, cx: &Context, presented: &Presented) -> Result<UserView, CodeError> {
        self.count_guess(cx).await?;
        let (user, family) = self.holder_of_secret(cx, presented).await?.ok_or(CodeError::Invalid)?;
        let seen = self.snapshot(cx, user).await?.ok_or(CodeError::Invalid)?;
        if !self.settings(&seen.overrides).of(family).privileged_validation {
            return Err(CodeError::PrivilegedDisabled);
        }
        match self.try_secret(cx, user, &[family], Proof::alone(presented), Guess::Counted).await? {
            Tried::Landed => self.view(cx, user).await?.ok_or(CodeError::Invalid),
            Tried::Wrong | Tried::Expired | Tried::Nothing | Tried::Taken => Err(CodeError::Invalid),
        }
    }

    /// A privileged caller types the code a person read to him, on the page of that person's change: compared with this change
    /// alone, never found by what it is (SEC-4). It needs the setting and takes from the budgets that a guess of his in the
    /// API does (SEC-5), in the commit of the comparison.
    pub async fn validate_code_of(
        &self,
        cx: &Context,
        user: UserId,
        change: ChangeId,
        code: &Presented,
    ) -> Result<(), CodeError> {
        let seen = self.snapshot(cx, user).await?.ok_or(CodeError::Invalid)?;
        let waits = |family: &ClaimFamily| seen.pending(*family).is_some_and(|pending| pending.id == change);
        let family = ClaimFamily::ALL.into_iter().find(waits).ok_or(CodeError::Invalid)?;
        if !self.settings(&seen.overrides).of(family).privileged_validation {
            return Err(CodeError::PrivilegedDisabled);
        }
        let proof = Proof::of(code, change);
        match self.try_secret(cx, user, &[family], proof, Guess::Fresh).await? {
            Tried::Landed => Ok(()),
            Tried::Expired => Err(CodeError::Expired),
            Tried::Wrong | Tried::Nothing | Tried::Taken => Err(CodeError::Invalid),
        }
    }

    /// Whose live secret this is, without using it (`introspect-code`). Guesses are counted like those of a confirmation.
    pub async fn introspect_code(
        &self,
        cx: &Context,
        presented: &Presented,
    ) -> Result<Introspection, CodeError> {
        self.count_guess(cx).await?;
        let (user, family) = self.holder_of_secret(cx, presented).await?.ok_or(CodeError::Invalid)?;
        let seen = self.snapshot(cx, user).await?.ok_or(CodeError::Invalid)?;
        let pending = seen.pending(family).filter(|pending| self.fits(pending, presented));
        let pending = pending.ok_or(CodeError::Invalid)?;
        self.settle_guess(cx, Guess::Counted, true).await?;
        let (scenario, expired) = (pending.scenario(), seen.now >= pending.challenge.expires_at);
        Ok(Introspection { user, user_name: seen.user.profile.user_name, scenario, expired })
    }

    /// Whether what was presented is the secret of this change.
    pub(crate) fn fits(&self, pending: &Pending, presented: &Presented) -> bool {
        let candidates = self.keys.mac.candidates(&pending.binding(), presented.secret());
        pending.challenge.matches(&candidates)
    }

    async fn holder_of_secret(
        &self,
        cx: &Context,
        presented: &Presented,
    ) -> Result<Option<(UserId, ClaimFamily)>, Failure> {
        match presented {
            Presented::Link(token) => {
                let link = self.link_of(&cx.tenant, token, Errand::Confirm).await?;
                Ok(link.map(|link| (link.change.user, link.change.value.family())))
            }
            Presented::Code(code) => {
                let digests = self.keys.mac.lookup_candidates(&cx.tenant, code.as_str());
                let holders = self.store.code_holders(&cx.tenant, &digests).await?;
                Ok(match holders.as_slice() {
                    [only] => Some(*only),
                    _ => None,
                })
            }
        }
    }

    /// D-11: the owner is told when his code was right for a change that is not the newest any more.
    async fn is_superseded(
        &self,
        cx: &Context,
        user: UserId,
        presented: &Presented,
    ) -> Result<bool, Failure> {
        let query = ChangeQuery { user: Some(user), state: Some("superseded"), before: None, limit: 4 };
        let records = self.store.changes(&cx.tenant, query).await?;
        Ok(records.into_iter().any(|record| {
            let mac = &self.keys.mac;
            let candidates = mac.candidates(&record.binding(), presented.secret());
            record.challenge.matches(&candidates)
        }))
    }
}

#[cfg(test)]
mod tests;
