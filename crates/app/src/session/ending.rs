//! Sessions are listed and ended, one's own or, by somebody with permission, another one's.

use countersign_domain::actor::Origin;
use countersign_domain::audit::{Event, Rule};
use countersign_domain::{SessionId, Timestamp, UserId};
use countersign_store::{AdminWrite, AuditRow, Commit, CommitError, EndedSessions, SessionRecord};

use super::SESSION_IDLE;
use crate::app::App;
use crate::clients::sha256;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};

/// A session as lists show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionView {
    /// Which.
    pub id: SessionId,
    /// When he signed in.
    pub opened_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// From where it was opened.
    pub origin: Origin,
}

impl App {
    /// Signs out. A token of no session is none any more, either.
    pub async fn end_session(&self, cx: &Context, token: &str) -> Result<(), Failure> {
        let mut commit = self.ending(cx).await?;
        commit.admin.push(AdminWrite::EndSessions(EndedSessions::OfToken(sha256(token))));
        self.commit_admin(commit).await?;
        tracing::info!(event = "signed_out");
        Ok(())
    }

    /// A user's sessions that are alive, the newest first.
    pub async fn sessions(&self, cx: &Context, user: UserId) -> Result<Vec<SessionView>, Failure> {
        let records = self.store.sessions_of(&cx.tenant, user, SESSION_IDLE).await?;
        Ok(records.into_iter().map(view).collect())
    }

    /// Ends one session of a user's; `false` if he has no such session.
    pub async fn end_session_of(&self, cx: &Context, user: UserId, id: SessionId) -> Result<bool, Failure> {
        if !self.sessions(cx, user).await?.iter().any(|session| session.id == id) {
            return Ok(false);
        }
        let mut commit = self.ending(cx).await?;
        commit.audit.push(self.ended_row(cx, &commit, user, 1));
        commit.admin.push(AdminWrite::EndSessions(EndedSessions::One { user, id }));
        match self.store.commit(commit).await {
            Ok(()) => {
                tracing::info!(event = "session_ended", session = %id);
                Ok(true)
            }
            Err(CommitError::Conflict) => Ok(false), // somebody else has ended it meanwhile
            Err(CommitError::Fault(fault)) => Err(fault.into()),
            Err(_) => Err(Failure::Busy),
        }
    }

    /// Ends all sessions of a user, or all but one; how many were alive.
    pub async fn end_sessions(
        &self,
        cx: &Context,
        user: UserId,
        except: Option<SessionId>,
    ) -> Result<u64, Failure> {
        let sessions = self.sessions(cx, user).await?;
        let ended = sessions.iter().filter(|session| Some(session.id) != except).count() as u64;
        let mut commit = self.ending(cx).await?;
        commit.audit.push(self.ended_row(cx, &commit, user, ended));
        commit.admin.push(AdminWrite::EndSessions(EndedSessions::AllOf { user, except }));
        self.commit_admin(commit).await?;
        tracing::info!(event = "sessions_ended", sessions = ended);
        Ok(ended)
    }

    async fn ending(&self, cx: &Context) -> Result<Commit, Failure> {
        let now = self.store.now().await?;
        Ok(Commit::new(self.operation(now), cx.tenant.clone(), now))
    }

    fn ended_row(&self, cx: &Context, commit: &Commit, user: UserId, sessions: u64) -> AuditRow {
        let mut row = entry(Event::SessionsEnded, Rule::Request, Some(user), &cx.actor);
        row.detail = Some(sessions.to_string());
        audit_row(self, commit.at, row)
    }
}

fn view(record: SessionRecord) -> SessionView {
    SessionView {
        id: record.id,
        opened_at: record.created_at,
        seen_at: record.seen_at,
        expires_at: record.expires_at,
        origin: record.origin,
    }
}
