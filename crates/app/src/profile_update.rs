//! A profile is updated: by SCIM, a form, whatever describes what it wants as a function of the profile.

use countersign_domain::actor::Subject;
use countersign_domain::change::SharedBudget;
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::{Plan, Settings, Wanted, decide};
use countersign_domain::{Refusal, UserId};
use countersign_store::{AdminWrite, CommitError, PasswordWrite, TakenClaim, UserStep, UserView};

use crate::allowance::{Allowance, UNLIMITED, verifications};
use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, Mint};
use crate::password::{NewPassword, WeakPassword};
use crate::spending;

/// What the caller made of the profile.
#[derive(Clone)]
pub struct Edit {
    /// What it wants.
    pub wanted: Wanted,
    /// A new password in clear, if one comes with it.
    pub password: Option<NewPassword>,
}

/// Why a profile was not updated.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError<E> {
    /// No such user.
    #[error("no such user")]
    NoSuchUser,
    /// The edit itself could not be made on this profile.
    #[error("the edit does not fit the profile")]
    Edit(E),
    /// `If-Match` named another version.
    #[error("the resource has changed since it was read")]
    StaleVersion,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The new password is refused.
    #[error(transparent)]
    Password(#[from] WeakPassword),
    /// A unique value belongs to another user.
    #[error("the value belongs to another user")]
    Taken(TakenClaim),
    /// It would start more verifications than the request may.
    #[error("the request has started as many verifications as it may")]
    NoMoreVerifications,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// Updates the user `id` to what `edit` makes of him. `expected` are the versions `If-Match` allows.
    ///
    /// Decides on a snapshot and commits if it still holds; decides again otherwise. Values that need proof begin to
    /// wait and their messages are queued in the same commit.
    pub async fn update_profile<E>(
        &self,
        cx: &Context,
        id: UserId,
        expected: Option<&[u64]>,
        edit: impl Fn(&Snapshot) -> Result<Edit, E>,
    ) -> Result<UserView, UpdateError<E>> {
        self.update_profile_within(cx, id, expected, &UNLIMITED, edit).await
    }

    /// [`Self::update_profile`], which takes the verifications it starts from `allowance`.
    pub async fn update_profile_within<E>(
        &self,
        cx: &Context,
        id: UserId,
        expected: Option<&[u64]>,
        allowance: &Allowance,
        edit: impl Fn(&Snapshot) -> Result<Edit, E>,
    ) -> Result<UserView, UpdateError<E>> {
        self.update_profile_with(cx, id, expected, allowance, edit, &[]).await
    }

    /// [`Self::update_profile_within`], with what else has to land in the same commit.
    pub(crate) async fn update_profile_with<E>(
        &self,
        cx: &Context,
        id: UserId,
        expected: Option<&[u64]>,
        allowance: &Allowance,
        edit: impl Fn(&Snapshot) -> Result<Edit, E>,
        also: &[AdminWrite],
    ) -> Result<UserView, UpdateError<E>> {
        let _turn = self.turns.of(id).await;
        let mut tries = Tries::new(&self.entropy);
        let mut hashed: Option<PasswordWrite> = None;
        loop {
            let seen = self.snapshot(cx, id).await?.ok_or(UpdateError::NoSuchUser)?;
            if expected.is_some_and(|versions| !versions.contains(&seen.user.version)) {
                return Err(UpdateError::StaleVersion);
            }
            let Edit { wanted, password } = edit(&seen).map_err(UpdateError::Edit)?;
            if password.is_some() {
                self.check_password_is_no_way_up(cx, id).await?;
            }
            let settings = self.settings(&seen.overrides);
            let plan = decide(&seen, &wanted, &cx.actor, &settings)?;
            self.check_untold_uniqueness(cx, &seen, &plan, &settings).await?;
            if plan.is_empty() && password.is_none() {
                return self.view(cx, id).await?.ok_or(UpdateError::NoSuchUser);
            }
            if let (Some(password), None) = (&password, &hashed) {
                hashed = Some(self.passwords.hash_new(password).await?);
                continue;
            }
            let starts = verifications(&plan.steps);
            if !allowance.take(starts) {
                return Err(UpdateError::NoMoreVerifications);
            }
            let mut commit = self.update_commit(cx, &seen, &settings, plan, hashed.clone());
            commit.admin.extend_from_slice(also);
            let outcome = self.commit_sends(&settings, commit).await;
            if outcome.is_err() {
                allowance.give_back(starts);
            }
            match outcome {
                Ok(()) => return self.view(cx, id).await?.ok_or(UpdateError::NoSuchUser),
                Err(CommitError::Conflict) if expected.is_some() => return Err(UpdateError::StaleVersion),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Conflict | CommitError::Member(_)) => return Err(Failure::Busy.into()),
                Err(CommitError::Taken(claim)) => return Err(UpdateError::Taken(claim)),
                Err(CommitError::Exhausted(budget)) => return Err(exhausted(&budget).into()),
                Err(CommitError::Fault(fault)) => return Err(Failure::Store(fault).into()),
            }
        }
    }

    fn update_commit(
        &self,
        cx: &Context,
        seen: &Snapshot,
        settings: &Settings,
        plan: Plan,
        password: Option<PasswordWrite>,
    ) -> countersign_store::Commit {
        let mut commit = Mint::new(self, seen, &cx.actor, settings).plan(seen, plan);
        if let UserStep::Update(update) = &mut commit.user {
            update.password = password;
        }
        let writer = cx.actor.requester.subject;
        commit.spends.extend(spending::write(writer, &settings.limits));
        commit
    }

    /// Whoever sets a password can sign in with it: a privileged caller sets it for those only who may nothing that he may not,
    /// or he could take by their account what he was not given (SEC-37).
    async fn check_password_is_no_way_up<E>(&self, cx: &Context, id: UserId) -> Result<(), UpdateError<E>> {
        let caller = cx.actor.requester.subject;
        if !cx.actor.persona().is_privileged() || [Subject::Server, Subject::User(id)].contains(&caller) {
            return Ok(());
        }
        let his = self.grants(cx, Subject::User(id)).await?;
        let is_more = self.beyond(cx, &his).await?.is_some();
        if is_more { Err(Refusal::Mutability("password".to_owned()).into()) } else { Ok(()) }
    }

    /// DESIGN §5, "Taken value at request": whoever may list users is told at once; everybody else learns at confirm.
    async fn check_untold_uniqueness<E>(
        &self,
        cx: &Context,
        seen: &Snapshot,
        plan: &Plan,
        settings: &Settings,
    ) -> Result<(), UpdateError<E>> {
        use countersign_domain::user_claim_update::Step;
        if !settings.unique || !cx.actor.may_list {
            return Ok(());
        }
        for step in &plan.steps {
            let Step::Begin(begin) = step else { continue };
            let family = begin.value.family();
            let holder =
                self.store.holder_of(&cx.tenant, family, begin.value.key()).await.map_err(Failure::from)?;
            if holder.is_some_and(|holder| holder != seen.user.id) {
                return Err(Refusal::Taken(family).into());
            }
        }
        Ok(())
    }

    pub(crate) async fn snapshot(&self, cx: &Context, id: UserId) -> Result<Option<Snapshot>, Failure> {
        Ok(self.store.snapshot_of(&cx.tenant, id).await?)
    }

    pub(crate) async fn view(&self, cx: &Context, id: UserId) -> Result<Option<UserView>, Failure> {
        Ok(self.store.user_view(&cx.tenant, id).await?)
    }
}

/// What a spent shared budget means to the caller: the same answer whoever's it was (security §8).
pub(crate) const fn exhausted(budget: &SharedBudget) -> Refusal {
    Refusal::TooManyRequests { retry_after: spending::window(budget) }
}

/// A subject in the keys of budgets.
pub(crate) fn subject_key(subject: countersign_domain::actor::Subject) -> String {
    use countersign_domain::actor::Subject;
    match subject {
        Subject::User(id) => format!("user:{id}"),
        Subject::Client(id) => format!("client:{id}"),
        Subject::Server => "server".to_owned(),
    }
}
