//! A code, or a link's token, is presented through the API (`verification.md` §3.3, §4.2, §4.3).

use countersign_domain::actor::Persona;
use countersign_domain::change::{
    Cancelled, ChallengeState, LinkToken, MacKeys, Pending, Presented, Redemption, Scenario, Spend, WrongCode,
};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::{Plan, Settings, cancel, land, wrong_code};
use countersign_domain::{Refusal, UserId};
use countersign_store::{ChangeQuery, Commit, CommitError, UserView};

use crate::app::{App, source_net};
use crate::attempt::Tries;
use crate::error::Failure;
use crate::link::Errand;
use crate::mint::{Context, Mint};
use crate::profile_update::{exhausted, subject_key};
use crate::spending;

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

/// What one comparison on one snapshot led to.
enum Tried {
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

/// A presented secret; for a code typed on the page of a link, with the link it has to stand beside (SEC-23).
#[derive(Clone, Copy)]
struct Proof<'a> {
    presented: &'a Presented,
    beside: Option<&'a LinkToken>,
}

impl<'a> Proof<'a> {
    const fn alone(presented: &'a Presented) -> Self {
        Self { presented, beside: None }
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
        let mut met = (issued && its_link && stands).then(|| pending.clone())?;
        if by_code {
            met.challenge = met.challenge.by_code_alone();
        }
        Some(met)
    }
}

/// How a presented secret meets the budgets of its source and, for privileged callers, of the actor.
#[derive(Clone, Copy)]
enum Guess {
    /// Taken in the commit of the comparison itself: a wrong one takes, a right one demands that one is left.
    Fresh,
    /// Taken before the look-up: a right one is given back.
    Counted,
}

impl Guess {
    fn spends(self, cx: &Context, settings: &Settings, right: bool) -> Vec<Spend> {
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
        let proof = Proof { presented: code, beside: Some(token) };
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

    /// Compares on a snapshot, commits what the comparison led to, and only then answers (I4). A comparison whose commit
    /// conflicts is made again on fresh state and gives no answer.
    async fn try_secret(
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

    /// Counts a guess before anything is looked up, or because nothing was found.
    pub(crate) async fn count_guess(&self, cx: &Context) -> Result<(), CodeError> {
        self.settle_guess(cx, Guess::Fresh, false).await
    }

    /// A guess without a change of its own to be committed with.
    async fn settle_guess(&self, cx: &Context, guess: Guess, right: bool) -> Result<(), CodeError> {
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
