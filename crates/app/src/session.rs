//! Sessions of browsers (SEC-28): opened by a sign-in, renewed by the password, ended by their user or by whatever ends
//! his credential.
//!
//! ```text
//! sign-in ─▶ alive ─┬─ used ─▶ alive, idle from now on
//!                   ├─ password shown again ─▶ another id, recent once more; the absolute limit stays
//!                   └─ signed out, idle, too old, password changed, locked, disabled, deleted ─▶ gone
//! ```
//!
//! The token is 256 random bits; the database knows its SHA-256 and finds it by that. What a session may do is read with
//! every request, so what ends it ends it on all nodes at once (I13, REL-16).

mod ending;
mod renewal;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::actor::Origin;
use countersign_domain::{Entropy as _, SessionId, SignedDuration, TenantId, Timestamp, UserId};
use countersign_store::{
    AdminWrite, Commit, CommitError, EndedSessions, NewSession, SessionRecord, SignInKey,
};
use zeroize::Zeroizing;

use crate::app::App;
use crate::attempt::Tries;
use crate::clients::sha256;
use crate::credential::{Account, BasicRefusal};
use crate::error::Failure;

pub use ending::SessionView;
pub use renewal::PasswordError;

/// SEC-28: a session nobody uses ends.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_mins(30);
/// SEC-28: a session ends, however busy it is.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// SEC-24: how long a password that was shown counts as recent.
pub const RECENT: SignedDuration = SignedDuration::from_mins(5);

/// How often the use of a session is written down: a session may so become idle this much early, never late.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// The length of a token in characters: anything else is none.
const TOKEN_LENGTH: usize = 43;

/// A session just opened.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// What the browser presents: the only time it is seen.
    pub token: Zeroizing<String>,
    /// What lists show.
    pub id: SessionId,
}

/// Who a session belongs to, as he stands now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// Which house.
    pub tenant: TenantId,
    /// The person, with the scopes granted now.
    pub account: Account,
    /// Whose.
    pub user: UserId,
    /// Which session.
    pub session: SessionId,
    /// When he signed in.
    pub opened_at: Timestamp,
    /// When he last showed his password.
    pub authenticated_at: Timestamp,
    /// When he has to sign in again, however busy he is.
    pub expires_at: Timestamp,
    /// The time of the request.
    pub now: Timestamp,
}

impl SignedIn {
    /// Whether the password was shown so lately that it need not be asked for (SEC-24).
    pub fn is_recent(&self) -> bool {
        self.now.duration_since(self.authenticated_at) < RECENT
    }
}

/// What a session takes the place of.
#[derive(Clone, Copy)]
enum Before<'a> {
    Nothing,
    /// Whatever the browser presented: it ends, whoever's it is (fixation).
    Presented(&'a str),
    /// A session that goes on under another id.
    Same {
        token: &'a str,
        signed_in: &'a SignedIn,
    },
}

impl App {
    /// Opens a session for the account that has just signed in. The session the browser presented, if any, ends in the
    /// same commit.
    ///
    /// `Invalid` if a lock, a disabling or another password has landed since the sign-in (I13).
    pub async fn open_session(
        &self,
        tenant: &TenantId,
        account: &Account,
        origin: &Origin,
        replaces: Option<&str>,
    ) -> Result<OpenSession, BasicRefusal> {
        let opened =
            self.start_session(tenant, account, origin, replaces.map_or(Before::Nothing, Before::Presented));
        let opened = opened.await?;
        tracing::info!(event = "session_opened", session = %opened.id);
        Ok(opened)
    }

    /// Whose session the token is; `None` if it is unknown or has ended. Using it keeps it from becoming idle.
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>, Failure> {
        let Some((hash, record)) = self.session_alive(token).await? else { return Ok(None) };
        if record.now.duration_since(record.seen_at) >= SEEN_EVERY {
            self.touch(&record, hash).await;
        }
        Ok(Some(signed_in(record)))
    }

    /// The same for a request nobody made, a page that looks by itself whether something has changed: it does not keep the
    /// session from becoming idle.
    pub async fn session_unattended(&self, token: &str) -> Result<Option<SignedIn>, Failure> {
        Ok(self.session_alive(token).await?.map(|(_, record)| signed_in(record)))
    }

    async fn session_alive(&self, token: &str) -> Result<Option<([u8; 32], SessionRecord)>, Failure> {
        if token.len() != TOKEN_LENGTH {
            return Ok(None);
        }
        let hash = sha256(token);
        Ok(self.store.session(hash, SESSION_IDLE).await?.map(|record| (hash, record)))
    }

    /// Opens a session in place of another, guarded by the credential that was shown.
    async fn start_session(
        &self,
        tenant: &TenantId,
        account: &Account,
        origin: &Origin,
        before: Before<'_>,
    ) -> Result<OpenSession, BasicRefusal> {
        let Account::User { id: user, credential_version, .. } = account else {
            return Err(BasicRefusal::Invalid);
        };
        let mut tries = Tries::new(&self.entropy);
        loop {
            let now = self.now().await?;
            let (opened, new) = self.mint_session(*user, *credential_version, origin, now, before);
            let mut commit = Commit::new(self.operation(now), tenant.clone(), now);
            commit.admin.extend(before.ended().map(AdminWrite::EndSessions));
            commit.admin.push(AdminWrite::OpenSession(Box::new(new)));
            match self.store.commit(commit).await {
                Ok(()) => return Ok(opened),
                Err(CommitError::Fault(fault)) => return Err(Failure::Store(fault).into()),
                Err(_) if !self.still_stands(tenant, *user, *credential_version, before).await? => {
                    return Err(BasicRefusal::Invalid);
                }
                Err(_) if tries.again().await => {}
                Err(_) => return Err(Failure::Busy.into()),
            }
        }
    }

    fn mint_session(
        &self,
        user: UserId,
        credential_version: u64,
        origin: &Origin,
        now: Timestamp,
        before: Before<'_>,
    ) -> (OpenSession, NewSession) {
        let mut entropy = self.entropy.clone();
        let token = Zeroizing::new(URL_SAFE_NO_PAD.encode(entropy.secret()));
        let id = SessionId::new(entropy.id(now));
        let (created_at, expires_at) = match before {
            Before::Same { signed_in, .. } => (signed_in.opened_at, signed_in.expires_at),
            Before::Nothing | Before::Presented(_) => {
                (now, now.saturating_add(SESSION_LIFETIME).unwrap_or(now))
            }
        };
        let hash = sha256(&token);
        let origin = origin.clone();
        let new = NewSession { id, hash, user, credential_version, created_at, expires_at, origin };
        (OpenSession { token, id }, new)
    }

    /// Whether a commit that conflicted may be tried again: the credential is the one that was shown, and the session
    /// that is to go on has not ended.
    async fn still_stands(
        &self,
        tenant: &TenantId,
        user: UserId,
        credential_version: u64,
        before: Before<'_>,
    ) -> Result<bool, Failure> {
        if let Before::Same { token, .. } = before
            && self.store.session(sha256(token), SESSION_IDLE).await?.is_none()
        {
            return Ok(false);
        }
        let row = self.store.sign_in(tenant, SignInKey::Id(user)).await?;
        Ok(row.is_some_and(|row| row.may_act && row.credential_version == credential_version))
    }

    /// A use that cannot be written down is no reason to refuse the request.
    async fn touch(&self, record: &SessionRecord, hash: [u8; 32]) {
        let mut commit = Commit::new(self.operation(record.now), record.tenant.clone(), record.now);
        commit.admin.push(AdminWrite::TouchSession { hash, seen_at: record.now });
        if let Err(error) = self.store.commit(commit).await {
            tracing::warn!(event = "session_not_touched", error = %error);
        }
    }
}

impl Before<'_> {
    fn ended(self) -> Option<EndedSessions> {
        match self {
            Self::Nothing => None,
            Self::Presented(token) => Some(EndedSessions::OfToken(sha256(token))),
            Self::Same { token, .. } => Some(EndedSessions::Standing(sha256(token))),
        }
    }
}

fn signed_in(record: SessionRecord) -> SignedIn {
    let account = Account::User {
        id: record.user,
        user_name: record.user_name,
        scopes: record.scopes,
        weak: record.weak,
        credential_version: record.credential_version,
    };
    SignedIn {
        tenant: record.tenant,
        account,
        user: record.user,
        session: record.id,
        opened_at: record.created_at,
        authenticated_at: record.authenticated_at,
        expires_at: record.expires_at,
        now: record.now,
    }
}

#[cfg(test)]
mod tests;
