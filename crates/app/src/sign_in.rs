//! Credentials are checked: Basic and bearer (SEC-33, SEC-34, I13).

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

impl App {
    /// Who `user_name` with this password is. An unknown name costs and answers what a wrong password does.
    ///
    /// The account's row is read on every call: a remembered success counts only for the credential version stored now.
    pub async fn sign_in(
        &self,
        tenant: &TenantId,
        user_name: &str,
        password: &str,
        source: Option<IpAddr>,
    ) -> Result<Account, BasicRefusal> {
        let name = bare_name(user_name).to_ascii_lowercase();
        let found =
            self.store.sign_in(tenant, SignInKey::UserName(name.clone())).await.map_err(Failure::from)?;
        let now = self.store.now().await.map_err(Failure::from)?;
        let digest = found.as_ref().and_then(|found| self.cache.digest(found, password));
        if let Some(known) = self.remembered(found.as_ref(), digest.as_ref(), now) {
            return Ok(known);
        }
        // One flight per credential: ten parallel requests of a new client cost one hash. Also for a name nobody has: it
        // must take as long.
        let _flight = self.sign_in_turns.of(self.cache.turn(&name, password)).await;
        if let Some(known) = self.remembered(found.as_ref(), digest.as_ref(), now) {
            return Ok(known);
        }
        let (by_account, by_source) = self.login_spends(&name, source);
        let demanded = by_source.clone().map(Spend::demanded);
        self.spend_login(tenant, by_account.iter().cloned().chain(demanded)).await?;
        let hash = found.as_ref().and_then(|found| found.password_hash.as_deref());
        let right = self.passwords.verify(password, hash).await?;
        let Some(found) = found.filter(|found| right && found.may_act) else {
            self.spend_login(tenant, by_source).await?;
            return Err(BasicRefusal::Invalid);
        };
        self.spend_login(tenant, by_account.map(Spend::refunded)).await?;
        if let Some(digest) = digest {
            self.cache.remember(digest, found.user, now);
        }
        Ok(account(&found))
    }

    /// Whose access token this is; `None` for an unknown, expired or revoked one.
    pub async fn bearer(&self, token: &str) -> Result<Option<(TenantId, Account)>, Failure> {
        let found = self.store.token(sha256(token)).await?;
        Ok(found.map(|(tenant, token)| {
            (tenant, Account::Client { id: token.client, name: token.client_name, scopes: token.scopes })
        }))
    }

    /// The account, if this very credential was right within the last minute and the account may still act.
    fn remembered(
        &self,
        found: Option<&SignIn>,
        digest: Option<&[u8; 32]>,
        now: Timestamp,
    ) -> Option<Account> {
        let found = found.filter(|found| found.may_act)?;
        self.cache.knows(digest?, now).then(|| account(found))
    }

    /// An attempt takes from the account's budget *before* the hash, so that guesses in parallel are counted too, and a
    /// right one gives it back. The source's is taken by failures only: many people share one, and all of them may sign
    /// in at the same moment.
    fn login_spends(&self, name: &str, source: Option<IpAddr>) -> (Option<Spend>, Option<Spend>) {
        let limits = &self.file.base.limits;
        let by_account = spending::login_account(name, limits, &self.keys.mac);
        (by_account, spending::login_source(&source_net(source), limits))
    }

    async fn spend_login(
        &self,
        tenant: &TenantId,
        spends: impl IntoIterator<Item = Spend>,
    ) -> Result<(), BasicRefusal> {
        let spends: Vec<Spend> = spends.into_iter().collect();
        if spends.is_empty() {
            return Ok(());
        }
        let now = self.store.now().await.map_err(Failure::from)?;
        let mut commit = Commit::new(self.operation(now), tenant.clone(), now);
        commit.spends = spends;
        match self.store.commit(commit).await {
            Ok(()) => Ok(()),
            Err(CommitError::Exhausted(budget)) => Err(throttled(&budget)),
            Err(CommitError::Fault(fault)) => Err(Failure::Store(fault).into()),
            Err(CommitError::Conflict | CommitError::Taken(_)) => Err(Failure::Busy.into()),
        }
    }
}

fn throttled(budget: &SharedBudget) -> BasicRefusal {
    match exhausted(budget) {
        Refusal::TooManyRequests { retry_after } => BasicRefusal::Throttled(retry_after),
        _ => BasicRefusal::Invalid,
    }
}

fn account(found: &SignIn) -> Account {
    Account::User {
        id: found.user,
        user_name: found.user_name.clone(),
        scopes: found.scopes.clone(),
        weak: found.weak,
    }
}

/// `PRIMARY/bob` names the only user store there is.
fn bare_name(user_name: &str) -> &str {
    match user_name.split_once('/') {
        Some((store, name)) if store.eq_ignore_ascii_case("PRIMARY") => name,
        _ => user_name,
    }
}
