//! Feeds the check of security §3 with the rows of this database.

use countersign_domain::{ChangeId, GroupId, MemberId, SessionId, TenantId, UserId};
use rusqlite::{Connection, Row};

use super::audit::audit_row;
use super::row::{address, at, count, document_at, id, word_at};
use super::{SqliteStore, statement};
use crate::invariant::{Check, CheckedChallenge, CheckedChange, CheckedSession};
use crate::{InvariantReport, StoreError};

impl SqliteStore {
    pub(crate) async fn invariants(&self, tenant: &TenantId) -> Result<InvariantReport, StoreError> {
        let tenant = tenant.clone();
        self.readers.scan(move |db| check(db, &tenant)).await
    }
}

fn check(db: &Connection, tenant: &TenantId) -> Result<InvariantReport, StoreError> {
    let mut check = Check::default();
    each(db, tenant, statement::CHECK_USERS, |row| {
        check.user(UserId::new(id(row, 0)?), document_at(row, 1)?);
        Ok(())
    })?;
    each(db, tenant, statement::CHECK_HELD, |row| {
        check.held(word_at(row, 0)?, row.get(1)?, UserId::new(id(row, 2)?));
        Ok(())
    })?;
    each(db, tenant, statement::CHECK_CHANGES, |row| {
        let value = address(word_at(row, 2)?, &row.get::<_, String>(3)?)?;
        let (id, user) = (ChangeId::new(id(row, 0)?), UserId::new(id(row, 1)?));
        check.change(CheckedChange { id, user, value, state: row.get(4)? });
        Ok(())
    })?;
    each(db, tenant, statement::CHECK_CHALLENGES, |row| {
        check.challenge(CheckedChallenge {
            change: ChangeId::new(id(row, 0)?),
            state: word_at(row, 1)?,
            issued_at: at(row, 2)?,
            attempts: row.get(3)?,
            attempts_max: row.get(4)?,
        });
        Ok(())
    })?;
    each(db, tenant, statement::CHECK_GROUPS, |row| {
        check.group(GroupId::new(id(row, 0)?));
        Ok(())
    })?;
    each(db, tenant, statement::CHECK_MEMBERS, |row| {
        check.member(GroupId::new(id(row, 0)?), MemberId::new(id(row, 1)?), row.get(2)?);
        Ok(())
    })?;
    each(db, tenant, statement::CHECK_SESSIONS, |row| {
        check.session(CheckedSession {
            id: SessionId::new(id(row, 0)?),
            opened_on: count(row.get(1)?),
            stands: count(row.get(2)?),
            created_at: at(row, 3)?,
            authenticated_at: at(row, 4)?,
        });
        Ok(())
    })?;
    each(db, tenant, statement::CHECK_AUDIT, |row| {
        check.audit(audit_row(row)?);
        Ok(())
    })?;
    Ok(check.finish())
}

fn each(
    db: &Connection,
    tenant: &TenantId,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([tenant.as_str()])?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}
