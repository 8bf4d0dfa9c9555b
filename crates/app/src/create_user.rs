//! A user is created: by SCIM, the command line, or the first start.

use countersign_domain::audit::{Event, Rule};
use countersign_domain::claim::PerFamily;
use countersign_domain::profile::Profile;
use countersign_domain::snapshot::{Snapshot, User};
use countersign_domain::user_claim_update::{Creation, Settings, Step, Wanted, create};
use countersign_domain::{Entropy as _, Refusal, Timestamp, UserId};
use countersign_store::{Commit, CommitError, IndexDiff, NewUser, TakenClaim, UserStep, UserView};

use crate::allowance::{Allowance, UNLIMITED};
use crate::app::App;
use crate::error::Failure;
use crate::mint::{Context, Mint, address_entry, entry};
use crate::password::{NewPassword, WeakPassword};
use crate::profile_update::exhausted;
use crate::spending;

/// Why a user was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// A unique value belongs to another user.
    #[error("the value belongs to another user")]
    Taken(TakenClaim),
    /// It would start more verifications than the request may.
    #[error("the request has started as many verifications as it may")]
    NoMoreVerifications,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The password is refused.
    #[error(transparent)]
    Password(#[from] WeakPassword),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// Creates a user (DESIGN §5, "Values given at creation"). `id` is given by the demo only; otherwise it is minted.
    pub async fn create_user(
        &self,
        cx: &Context,
        id: Option<UserId>,
        wanted: &Wanted,
        password: Option<NewPassword>,
    ) -> Result<UserView, CreateError> {
        self.create_user_within(cx, id, wanted, password, &UNLIMITED).await
    }

    /// [`Self::create_user`], which takes the verifications it starts from `allowance`.
    pub async fn create_user_within(
        &self,
        cx: &Context,
        id: Option<UserId>,
        wanted: &Wanted,
        password: Option<NewPassword>,
        allowance: &Allowance,
    ) -> Result<UserView, CreateError> {
        let cx = &cx.stating(wanted.reason.as_deref());
        let overrides = self.store.overrides(&cx.tenant).await.map_err(Failure::from)?;
        let settings = self.settings(&overrides);
        let creation = create(wanted, &cx.actor, &settings)?;
        let password = match password {
            Some(password) => Some(self.passwords.hash_new(&password).await?),
            None => None,
        };
        let now = self.store.now().await.map_err(Failure::from)?;
        let id = id.unwrap_or_else(|| UserId::new(self.entropy.clone().id(now)));
        let mut commit = self.creation_commit(cx, id, now, &settings, &creation);
        let index = IndexDiff::between(None, Some(&creation.profile), settings.unique);
        let profile = creation.profile;
        commit.user = UserStep::Insert(Box::new(NewUser { id, profile, password, index }));
        let starts = u32::try_from(creation.begins.len()).unwrap_or(u32::MAX);
        if !allowance.take(starts) {
            return Err(CreateError::NoMoreVerifications);
        }
        let outcome = self.commit_sends(&settings, commit).await;
        if outcome.is_err() {
            allowance.give_back(starts);
        }
        match outcome {
            Ok(()) => Ok(self.view(cx, id).await?.ok_or(Failure::Busy)?),
            Err(CommitError::Taken(claim)) => Err(CreateError::Taken(claim)),
            Err(CommitError::Exhausted(budget)) => Err(exhausted(&budget).into()),
            Err(CommitError::Conflict | CommitError::Member(_)) => Err(Failure::Busy.into()),
            Err(CommitError::Fault(fault)) => Err(Failure::Store(fault).into()),
        }
    }

    /// What [`Self::create_user`] would say, with nothing written: the rules, the password policy, and who holds the
    /// values now. Somebody may still be faster.
    pub async fn would_create_user(
        &self,
        cx: &Context,
        wanted: &Wanted,
        password: Option<&NewPassword>,
    ) -> Result<Creation, CreateError> {
        let settings = self.settings(&self.store.overrides(&cx.tenant).await.map_err(Failure::from)?);
        let creation = create(wanted, &cx.actor, &settings)?;
        if let Some(password) = password {
            self.passwords.judged(password)?;
        }
        if self.user_named(cx, &wanted.user_name).await?.is_some() {
            return Err(CreateError::Taken(TakenClaim::UserName));
        }
        let claimed = IndexDiff::between(None, Some(&creation.profile), settings.unique).claimed;
        for (family, value) in claimed.iter().filter_map(|value| Some((value.family()?, value))) {
            let holder = self.store.holder_of(&cx.tenant, family, &value.key).await.map_err(Failure::from)?;
            if holder.is_some() {
                return Err(CreateError::Taken(TakenClaim::Address(family)));
            }
        }
        Ok(creation)
    }

    fn creation_commit(
        &self,
        cx: &Context,
        id: UserId,
        now: Timestamp,
        settings: &Settings,
        creation: &Creation,
    ) -> Commit {
        let seen = unborn(cx, id, now, creation.profile.clone());
        let mut mint = Mint::new(self, &seen, &cx.actor, settings);
        mint.audit(entry(Event::UserCreated, Rule::Created, Some(id), &cx.actor));
        for address in &creation.asserted {
            mint.audit(address_entry(Event::VerifiedAsserted, Rule::Assertion, id, &cx.actor, address));
        }
        for begin in &creation.begins {
            mint.step(Step::Begin(begin.clone()));
            mint.audit(address_entry(Event::ValueHeld, Rule::M11Held, id, &cx.actor, &begin.value));
        }
        let mut commit = mint.commit;
        commit.spends.extend(spending::write(cx.actor.requester.subject, &settings.limits));
        commit
    }
}

/// The snapshot of a user who is not there yet.
fn unborn(cx: &Context, id: UserId, now: Timestamp, profile: Profile) -> Snapshot {
    let user = User {
        tenant: cx.tenant.clone(),
        id,
        profile,
        revision: 0,
        version: 0,
        created: now,
        last_modified: now,
    };
    Snapshot {
        now,
        user,
        pending: PerFamily::default(),
        budget: PerFamily::default(),
        overrides: std::collections::BTreeMap::new(),
    }
}
