//! Sessions of browsers (SEC-28).

use countersign_domain::actor::Origin;
use countersign_domain::{SessionId, SignedDuration, TenantId, Timestamp, UserId};
use tokio_postgres::Row;

use super::flight::{Step, told};
use super::row::{cell, count, micros, stored_count, text, time};
use super::{PostgresStore, statement};
use crate::{EndedSessions, NewSession, SESSIONS_MAX, SessionRecord, StoreError};

impl PostgresStore {
    pub(crate) async fn session(
        &self,
        hash: [u8; 32],
        idle: SignedDuration,
    ) -> Result<Option<SessionRecord>, StoreError> {
        let (now, idle) = (self.clock.manual_micros(), length(idle));
        let row = self.row(statement::SESSION, &[&now, &idle, &hash.as_slice()]).await?;
        row.map(|row| self.read(&row)).transpose()
    }

    pub(crate) async fn sessions_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        idle: SignedDuration,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let (now, idle, limit) = (self.clock.manual_micros(), length(idle), i64::from(SESSIONS_MAX));
        let with: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&now, &idle, &tenant.as_str(), &user.uuid(), &limit];
        let rows = self.rows(statement::SESSIONS_OF_USER, &with).await?;
        rows.iter().map(|row| self.read(row)).collect()
    }

    fn read(&self, row: &Row) -> Result<SessionRecord, StoreError> {
        let address: Option<&str> = cell(row, "address")?;
        Ok(SessionRecord {
            tenant: TenantId::new(cell::<String>(row, "tenant")?),
            id: SessionId::new(cell(row, "id")?),
            user: UserId::new(cell(row, "user_id")?),
            user_name: cell(row, "user_name")?,
            weak: cell(row, "password_weak")?,
            credential_version: count(row, "credential_version")?,
            scopes: cell(row, "scopes")?,
            created_at: time(row, "created_at")?,
            authenticated_at: time(row, "authenticated_at")?,
            seen_at: time(row, "seen_at")?,
            expires_at: time(row, "expires_at")?,
            origin: Origin {
                address: address.and_then(|text| text.parse().ok()),
                client: cell(row, "client")?,
            },
            now: self.clock.hold(time(row, "now")?),
        })
    }
}

/// In microseconds.
fn length(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// A session on a credential that is no more, or of somebody who may not act, conflicts.
pub(super) fn open(tenant: &str, new: &NewSession, at: Timestamp) -> [Step; 2] {
    let open = told![
        new.hash.to_vec(),
        tenant.to_owned(),
        new.id.uuid(),
        new.user.uuid(),
        stored_count(new.credential_version),
        micros(new.created_at),
        micros(at),
        micros(new.expires_at),
        new.origin.address.map(|address| address.to_string()),
        new.origin.client.as_deref().map(text),
    ];
    let trim = told![tenant.to_owned(), new.user.uuid(), i64::from(SESSIONS_MAX)];
    [Step::new(statement::SESSION_OPEN, open), Step::new(statement::SESSIONS_TRIM, trim)]
}

pub(super) fn end(tenant: String, ended: &EndedSessions) -> Step {
    match ended {
        EndedSessions::OfToken(hash) => Step::new(statement::SESSION_END, told![hash.to_vec(), tenant]),
        EndedSessions::Standing(hash) => {
            Step::new(statement::SESSION_END_STANDING, told![hash.to_vec(), tenant])
        }
        EndedSessions::One { user, id } => {
            Step::new(statement::SESSION_END_ONE, told![tenant, user.uuid(), id.uuid()])
        }
        EndedSessions::AllOf { user, except } => {
            let except = except.map(SessionId::uuid);
            Step::new(statement::SESSIONS_END_OF_USER, told![tenant, user.uuid(), except])
        }
    }
}

pub(super) fn touch(tenant: String, hash: &[u8; 32], seen_at: Timestamp) -> Step {
    Step::new(statement::SESSION_TOUCH, told![hash.to_vec(), tenant, micros(seen_at)])
}
