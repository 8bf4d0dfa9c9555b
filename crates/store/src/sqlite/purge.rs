//! What is too old to keep (SEC-63), removed in small transactions so that nobody waits long behind one.

use countersign_domain::actor::{Origin, Persona, Requester, Subject};
use countersign_domain::audit::{Entry, Event, Rule};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{ChangeId, TenantId, Timestamp, UserId};
use rusqlite::{Connection, Row, params};

use super::row::{address, id, micros, word_at};
use super::{SqliteStore, commit, not_refused, statement};
use crate::audit::purged_id;
use crate::{AuditRow, CommitError, Purged, StoreError};

/// Changes in one transaction.
const PORTION: u32 = 200;

impl SqliteStore {
    pub(crate) async fn purge(&self, tenant: &TenantId, before: Timestamp) -> Result<Purged, StoreError> {
        let mut purged = Purged::default();
        loop {
            let (house, now) = (tenant.clone(), self.now());
            let portion =
                self.writer.write(move |db| changes(db, &house, before, now)).await.map_err(not_refused)?;
            purged.changes += u64::from(portion);
            if portion < PORTION {
                break;
            }
        }
        let (house, now) = (tenant.clone(), self.now());
        let rest = self.writer.write(move |db| rest(db, &house, before, now)).await.map_err(not_refused)?;
        Ok(Purged { changes: purged.changes, ..rest })
    }
}

/// A portion of changes whose last challenge expired before `before`.
fn changes(
    db: &Connection,
    tenant: &TenantId,
    before: Timestamp,
    now: Timestamp,
) -> Result<u32, CommitError> {
    let mut old = Vec::new();
    let mut find = db.prepare_cached(statement::PURGE_CHANGES)?;
    let mut rows = find.query(params![tenant.as_str(), first_id_of(before), micros(before), PORTION])?;
    while let Some(row) = rows.next()? {
        old.push(found(row)?);
    }
    for change in &old {
        if change.is_pending {
            let user = change.user.uuid().into_bytes();
            db.prepare_cached(statement::USER_PURGED)?.execute(params![
                tenant.as_str(),
                user,
                micros(now)
            ])?;
            commit::trail(db, tenant, &change.audit_row(now))?;
        }
        let mut delete = db.prepare_cached(statement::PURGE_CHANGE)?;
        delete.execute(params![tenant.as_str(), change.id.uuid().into_bytes()])?;
    }
    Ok(u32::try_from(old.len()).unwrap_or(PORTION))
}

/// Everything that is not a change.
fn rest(
    db: &Connection,
    tenant: &TenantId,
    before: Timestamp,
    now: Timestamp,
) -> Result<Purged, CommitError> {
    let tenant = tenant.as_str();
    let removed = |sql: &str, at: Timestamp| -> Result<u64, CommitError> {
        let rows = db.prepare_cached(sql)?.execute(params![tenant, micros(at)])?;
        Ok(u64::try_from(rows).unwrap_or(u64::MAX))
    };
    let messages = removed(statement::PURGE_MESSAGES, before)?;
    let wiped = db.prepare_cached(statement::PURGE_VALUES)?.execute([tenant])?;
    Ok(Purged {
        changes: 0,
        messages: messages + u64::try_from(wiped).unwrap_or(u64::MAX),
        tokens: removed(statement::PURGE_TOKENS, now)?,
        sessions: removed(statement::PURGE_SESSIONS, now)?,
        spends: removed(statement::PURGE_SPENDS, now)?,
    })
}

/// Ids are time-ordered and a change is older than its last expiry: younger ones need no look.
fn first_id_of(at: Timestamp) -> [u8; 16] {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid().into_bytes()
}

struct Old {
    id: ChangeId,
    user: UserId,
    family: ClaimFamily,
    masked: String,
    is_pending: bool,
}

fn found(row: &Row<'_>) -> Result<Old, StoreError> {
    let family = word_at(row, 2)?;
    Ok(Old {
        id: ChangeId::new(id(row, 0)?),
        user: UserId::new(id(row, 1)?),
        family,
        masked: address(family, &row.get::<_, String>(3)?)?.masked(),
        is_pending: row.get::<_, String>(4)? == "pending",
    })
}

impl Old {
    /// The end of a change that still waited has its row in the trail (I6). It needs no randomness: a change is purged
    /// once, so its own id tells the row from others.
    fn audit_row(&self, now: Timestamp) -> AuditRow {
        let by = Requester {
            persona: Persona::Application,
            subject: Subject::Server,
            display: "purge".to_owned(),
        };
        AuditRow {
            id: purged_id(self.id, now),
            at: now,
            entry: Entry {
                about: None,
                event: Event::ChangeCancelled,
                rule: Rule::Purge,
                user: Some(self.user),
                group: None,
                family: Some(self.family),
                change: Some(self.id),
                by,
                origin: Origin::default(),
                value: Some(self.masked.clone()),
                means: None,
                detail: None,
            },
            value_digest: None,
        }
    }
}
