//! Credentials are checked: Basic and bearer (SEC-33, SEC-34, I13).

mod places;

use std::net::IpAddr;

use countersign_domain::change::{SharedBudget, Spend};
use countersign_domain::{Refusal, TenantId, Timestamp};
use countersign_store::{Commit, CommitError, SignIn, SignInKey};

use crate::app::{App, source_net};
use crate::clients::sha256;
use crate::credential::{Account, BasicRefusal};
use crate::error::Failure;
use crate::profile_update::exhausted;
use crate::spending;
use places::Budget;

pub(crate) use places::Places;

impl App {
    /// Who `user_name` with this password is. An unknown name costs and answers what a wrong password does.
    ///
    /// The account's row is read on every call: a remembered success counts only for the credential version stored now,
    /// and a password that was right is worth nothing once a lock has landed while it was being checked (I13).
    pub async fn sign_in(
        &self,
        tenant: &TenantId,
        user_name: &str,
        password: &str,
        source: Option<IpAddr>,
    ) -> Result<Account, BasicRefusal> {
        self.sign_in_as(tenant, &bare_name(user_name).to_ascii_lowercase(), password, source).await
    }

    /// [`Self::sign_in`] by the key of a `userName`.
    pub(crate) async fn sign_in_as(
        &self,
        tenant: &TenantId,
        name: &str,
        password: &str,
        source: Option<IpAddr>,
    ) -> Result<Account, BasicRefusal> {
        let seen = self.look_up(tenant, name, password).await?;
        if let Some(account) = seen.remembered {
            return Ok(account);
        }
        // Before anything is awaited: whoever hangs up has guessed all the same.
        if let Some(row) = seen.row {
            self.cache.forget(row.user);
        }
        // One flight per credential: ten parallel requests of a new client cost one hash. Also for a name nobody has: it
        // must take as long.
        let _flight = self.sign_in_turns.of(self.cache.turn(name, password)).await;
        // The turn may have been long: what counts is how the account stands now.
        let seen = self.look_up(tenant, name, password).await?;
        if let Some(account) = seen.remembered {
            return Ok(account);
        }
        let source = source_net(source);
        let mut place = self.sign_in_places.enter(&source).ok_or(Failure::Overloaded)?;
        let spends = self.login_spends(name, &source);
        place.ask(|| self.take_login(tenant, &spends)).await?;
        let hash = seen.row.as_ref().and_then(|row| row.password_hash.as_deref());
        if !self.passwords.verify(password, hash).await? {
            return Err(BasicRefusal::Invalid);
        }
        let judged = seen.digest;
        let seen = self.look_up(tenant, name, password).await?;
        let (Some(row), true) = (seen.row.filter(|row| row.may_act), judged == seen.digest) else {
            return Err(BasicRefusal::Invalid);
        };
        self.spend_login(tenant, spends.into_iter().map(Spend::refunded).collect()).await?;
        if let Some(digest) = judged {
            self.cache.remember(digest, row.user, seen.now);
        }
        Ok(account(row))
    }

    /// Whose access token this is; `None` for an unknown, expired or revoked one.
    pub async fn bearer(&self, token: &str) -> Result<Option<(TenantId, Account)>, Failure> {
        let found = self.store.token(sha256(token)).await?;
        Ok(found.map(|(tenant, token)| {
            (tenant, Account::Client { id: token.client, name: token.client_name, scopes: token.scopes })
        }))
    }

    /// The account as it stands now, and whether this very credential was right for it within the last minute.
    async fn look_up(&self, tenant: &TenantId, name: &str, password: &str) -> Result<Seen, Failure> {
        let row = self.store.sign_in(tenant, SignInKey::UserName(name.to_owned())).await?;
        let now = self.store.now().await?;
        let digest = row.as_ref().and_then(|row| self.cache.digest(row, password));
        let is_known =
            row.as_ref().zip(digest).is_some_and(|(row, digest)| self.cache.knows(row.user, &digest, now));
        let (remembered, row) = match row {
            Some(row) if row.may_act && is_known => (Some(account(row)), None),
            row => (None, row),
        };
        Ok(Seen { row, now, digest, remembered })
    }

    /// What an attempt takes *before* the hash, so that guesses in parallel are counted too, and a right one gives back.
    fn login_spends(&self, name: &str, source: &str) -> Vec<Spend> {
        let limits = &self.file.base.limits;
        let by_account = spending::login_account(name, limits, &self.keys.mac);
        by_account.into_iter().chain(spending::login_source(source, limits)).collect()
    }

    /// Takes them. Many people share a source, and all of them may sign in at the same moment: that its budget is empty
    /// for now is no refusal yet (see [`Places`]).
    async fn take_login(&self, tenant: &TenantId, spends: &[Spend]) -> Budget<Result<(), BasicRefusal>> {
        match self.commit_spends(tenant, spends.to_vec()).await {
            Err(CommitError::Exhausted(budget @ SharedBudget::LoginSource(_))) => {
                Budget::Empty(Err(throttled(&budget)))
            }
            outcome => Budget::Answered(spent(outcome)),
        }
    }

    async fn spend_login(&self, tenant: &TenantId, spends: Vec<Spend>) -> Result<(), BasicRefusal> {
        spent(self.commit_spends(tenant, spends).await)
    }

    async fn commit_spends(&self, tenant: &TenantId, spends: Vec<Spend>) -> Result<(), CommitError> {
        if spends.is_empty() {
            return Ok(());
        }
        let now = self.store.now().await?;
        let mut commit = Commit::new(self.operation(now), tenant.clone(), now);
        commit.spends = spends;
        self.store.commit(commit).await
    }
}

/// An account as it was read, beside a password.
struct Seen {
    /// As it has to be judged; gone into the account where that is remembered.
    row: Option<SignIn>,
    now: Timestamp,
    /// What this password is remembered under while the row stays as it is.
    digest: Option<[u8; 32]>,
    remembered: Option<Account>,
}

fn spent(outcome: Result<(), CommitError>) -> Result<(), BasicRefusal> {
    match outcome {
        Ok(()) => Ok(()),
        Err(CommitError::Exhausted(budget)) => Err(throttled(&budget)),
        Err(CommitError::Fault(fault)) => Err(Failure::Store(fault).into()),
        Err(CommitError::Conflict | CommitError::Taken(_) | CommitError::Member(_)) => {
            Err(Failure::Busy.into())
        }
    }
}

fn throttled(budget: &SharedBudget) -> BasicRefusal {
    match exhausted(budget) {
        Refusal::TooManyRequests { retry_after } => BasicRefusal::Throttled(retry_after),
        _ => BasicRefusal::Invalid,
    }
}

fn account(found: SignIn) -> Account {
    Account::User {
        id: found.user,
        user_name: found.user_name,
        scopes: found.scopes,
        weak: found.weak,
        credential_version: found.credential_version,
    }
}

/// `PRIMARY/bob` names the only user store there is.
fn bare_name(user_name: &str) -> &str {
    match user_name.split_once('/') {
        Some((store, name)) if store.eq_ignore_ascii_case("PRIMARY") => name,
        _ => user_name,
    }
}
