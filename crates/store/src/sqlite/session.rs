//! Sessions of browsers (SEC-28).

use countersign_domain::actor::Origin;
use countersign_domain::{SessionId, SignedDuration, TenantId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::row::{at, count, id, micros, stored_count};
use super::{SqliteStore, statement, user};
use crate::{CommitError, EndedSessions, NewSession, SESSIONS_MAX, SessionRecord, StoreError};

impl SqliteStore {
    pub(crate) fn session(
        &self,
        hash: [u8; 32],
        idle: SignedDuration,
    ) -> Result<Option<SessionRecord>, StoreError> {
        let now = self.now();
        self.readers.row(|db| {
            let mut statement = db.prepare_cached(statement::SESSION)?;
            let with = params![micros(now), seen_after(now, idle), hash];
            statement.query_row(with, |row| Ok(from_row(row, now))).optional()?.transpose()
        })
    }

    pub(crate) fn sessions_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        idle: SignedDuration,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let (now, user) = (self.now(), user.uuid().into_bytes());
        self.readers.row(|db| {
            let mut statement = db.prepare_cached(statement::SESSIONS_OF_USER)?;
            let with = params![micros(now), seen_after(now, idle), tenant.as_str(), user, SESSIONS_MAX];
            let mut rows = statement.query(with)?;
            let mut sessions = Vec::new();
            while let Some(row) = rows.next()? {
                sessions.push(from_row(row, now)?);
            }
            Ok(sessions)
        })
    }
}

/// One that was not seen later than this is idle.
fn seen_after(now: Timestamp, idle: SignedDuration) -> i64 {
    micros(now.saturating_sub(idle).unwrap_or(Timestamp::MIN))
}

fn from_row(row: &Row<'_>, now: Timestamp) -> Result<SessionRecord, StoreError> {
    let address: Option<String> = row.get(11)?;
    Ok(SessionRecord {
        tenant: TenantId::new(row.get::<_, String>(0)?),
        id: SessionId::new(id(row, 1)?),
        user: UserId::new(id(row, 2)?),
        user_name: row.get(3)?,
        weak: row.get(4)?,
        credential_version: count(row.get(5)?),
        scopes: user::scopes(row, 6)?,
        created_at: at(row, 7)?,
        authenticated_at: at(row, 8)?,
        seen_at: at(row, 9)?,
        expires_at: at(row, 10)?,
        origin: Origin { address: address.and_then(|text| text.parse().ok()), client: row.get(12)? },
        now,
    })
}

/// A session on a credential that is no more, or of somebody who may not act, conflicts.
pub(super) fn open(
    db: &Connection,
    tenant: &TenantId,
    new: &NewSession,
    at: Timestamp,
) -> Result<(), CommitError> {
    let user = new.user.uuid().into_bytes();
    let opened = db.prepare_cached(statement::SESSION_OPEN)?.execute(params![
        new.hash,
        tenant.as_str(),
        new.id.uuid().into_bytes(),
        user,
        stored_count(new.credential_version),
        micros(new.created_at),
        micros(at),
        micros(new.expires_at),
        new.origin.address.map(|address| address.to_string()),
        new.origin.client,
    ])?;
    if opened != 1 {
        return Err(CommitError::Conflict);
    }
    db.prepare_cached(statement::SESSIONS_TRIM)?.execute(params![tenant.as_str(), user, SESSIONS_MAX])?;
    Ok(())
}

pub(super) fn end(db: &Connection, tenant: &TenantId, ended: &EndedSessions) -> Result<(), CommitError> {
    let tenant = tenant.as_str();
    let of_token =
        |hash: &[u8; 32]| db.prepare_cached(statement::SESSION_END)?.execute(params![hash, tenant]);
    let is_known = match ended {
        EndedSessions::OfToken(hash) => of_token(hash).map(|_| true),
        EndedSessions::Standing(hash) => of_token(hash).map(|rows| rows == 1),
        EndedSessions::One { user, id } => {
            let (user, id) = (user.uuid().into_bytes(), id.uuid().into_bytes());
            let mut one = db.prepare_cached(statement::SESSION_END_ONE)?;
            one.execute(params![tenant, user, id]).map(|rows| rows == 1)
        }
        EndedSessions::AllOf { user, except } => {
            let (user, except) = (user.uuid().into_bytes(), except.map(|id| id.uuid().into_bytes()));
            let mut all = db.prepare_cached(statement::SESSIONS_END_OF_USER)?;
            all.execute(params![tenant, user, except]).map(|_| true)
        }
    };
    if is_known? { Ok(()) } else { Err(CommitError::Conflict) }
}

pub(super) fn touch(
    db: &Connection,
    tenant: &TenantId,
    hash: &[u8; 32],
    seen_at: Timestamp,
) -> Result<(), CommitError> {
    let mut touch = db.prepare_cached(statement::SESSION_TOUCH)?;
    touch.execute(params![hash, tenant.as_str(), micros(seen_at)])?;
    Ok(())
}
