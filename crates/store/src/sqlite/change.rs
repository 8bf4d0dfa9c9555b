//! Changes as they are read: pending ones for a decision, any for a page, and what a link or a code belongs to.

use countersign_domain::change::{Challenge, Pending, SecretDigest};
use countersign_domain::claim::{ClaimFamily, PerFamily};
use countersign_domain::{ChallengeId, ChangeId, TenantId, UserId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::row::{address, at, change_end, digest_if, document_at, id, micros, stored_count, word_at};
use super::{SqliteStore, statement};
use crate::{ChangeQuery, ChangeRecord, LinkPurpose, LinkRecord, StoreError, TimelineEvent};

impl SqliteStore {
    pub(crate) fn change(
        &self,
        tenant: &TenantId,
        change: ChangeId,
    ) -> Result<Option<ChangeRecord>, StoreError> {
        self.readers.point(|db| {
            let mut statement = db.prepare_cached(statement::CHANGE)?;
            let found = statement
                .query_row(params![tenant.as_str(), change.uuid().into_bytes()], |row| Ok(record(row)))
                .optional()?;
            found.transpose()?.map(|record| with_events(db, tenant, record)).transpose()
        })
    }

    pub(crate) async fn changes(
        &self,
        tenant: &TenantId,
        query: ChangeQuery,
    ) -> Result<Vec<ChangeRecord>, StoreError> {
        let tenant = tenant.clone();
        self.readers.scan(move |db| list(db, &tenant, &query)).await
    }

    pub(crate) fn link(&self, tenant: &TenantId, selector: &str) -> Result<Option<LinkRecord>, StoreError> {
        self.readers.point(|db| {
            for sql in [statement::CONFIRM_LINK, statement::CANCEL_LINK] {
                let mut statement = db.prepare_cached(sql)?;
                let found = statement.query_row(params![tenant.as_str(), selector], |row| {
                    Ok(record(row).and_then(|change| Ok((change, digest_if(row, 21)?, id(row, 22)?))))
                });
                let Some(found) = found.optional()? else { continue };
                let (change, cancel, newest) = found?;
                let purpose = match cancel.filter(|_| sql == statement::CANCEL_LINK) {
                    Some(digest) => LinkPurpose::Cancel(digest),
                    None => LinkPurpose::Confirm,
                };
                let change = with_events(db, tenant, change)?;
                return Ok(Some(LinkRecord { purpose, change, newest_challenge: ChallengeId::new(newest) }));
            }
            Ok(None)
        })
    }

    pub(crate) fn code_holders(
        &self,
        tenant: &TenantId,
        lookup: &[SecretDigest],
    ) -> Result<Vec<(UserId, ClaimFamily)>, StoreError> {
        let now = micros(self.now());
        self.readers.point(|db| {
            let mut holders = Vec::new();
            let mut statement = db.prepare_cached(statement::CODE_HOLDERS)?;
            for digest in lookup {
                let mut rows = statement.query(params![tenant.as_str(), digest.as_bytes(), now])?;
                while let Some(row) = rows.next()? {
                    holders.push((UserId::new(id(row, 0)?), word_at(row, 1)?));
                }
            }
            holders.sort();
            holders.dedup();
            holders.truncate(2);
            Ok(holders)
        })
    }
}

/// What waits for proof, for a decision about `user`.
pub(super) fn pending(
    db: &Connection,
    tenant: &TenantId,
    user: UserId,
) -> Result<PerFamily<Option<Pending>>, StoreError> {
    let mut pending = PerFamily::default();
    let mut statement = db.prepare_cached(statement::CHANGES_PENDING)?;
    let mut rows = statement.query(params![tenant.as_str(), user.uuid().into_bytes()])?;
    while let Some(row) = rows.next()? {
        let record = record(row)?;
        let family = record.value.family();
        *pending.of_mut(family) = record.into_pending();
    }
    Ok(pending)
}

fn list(db: &Connection, tenant: &TenantId, query: &ChangeQuery) -> Result<Vec<ChangeRecord>, StoreError> {
    // Before the first page stands an id above every other.
    let before = query.before.map_or([0xff; 16], |id| id.uuid().into_bytes());
    let (tenant_name, limit) = (tenant.as_str(), stored_count(query.limit));
    let mut statement;
    let mut rows = if let Some(user) = query.user {
        statement = db.prepare_cached(statement::CHANGES_OF_USER)?;
        statement.query(params![tenant_name, user.uuid().into_bytes(), before, query.state, limit])?
    } else {
        statement = db.prepare_cached(statement::CHANGES_OF_ALL)?;
        statement.query(params![tenant_name, before, query.state, limit])?
    };
    let mut page = Vec::new();
    while let Some(row) = rows.next()? {
        page.push(with_events(db, tenant, record(row)?)?);
    }
    Ok(page)
}

/// A change from the columns every statement that reads one names alike.
fn record(row: &Row<'_>) -> Result<ChangeRecord, StoreError> {
    let family = word_at(row, 3)?;
    let (state, cancelled_by): (String, Option<String>) = (row.get(9)?, row.get(10)?);
    Ok(ChangeRecord {
        id: ChangeId::new(id(row, 0)?),
        user: UserId::new(id(row, 1)?),
        user_name: row.get(2)?,
        purpose: word_at(row, 4)?,
        value: address(family, &row.get::<_, String>(5)?)?,
        entry: document_at(row, 6)?,
        requester: document_at(row, 7)?,
        requested_at: at(row, 8)?,
        ended: change_end(&state, cancelled_by.as_deref(), row.get(11)?)?,
        challenge: Challenge {
            id: ChallengeId::new(id(row, 12)?),
            form: word_at(row, 13)?,
            otp: digest_if(row, 14)?,
            link: digest_if(row, 15)?,
            issued_at: at(row, 16)?,
            expires_at: at(row, 17)?,
            attempts: row.get(18)?,
            attempts_max: row.get(19)?,
            state: word_at(row, 20)?,
        },
        events: Vec::new(),
    })
}

fn with_events(
    db: &Connection,
    tenant: &TenantId,
    mut record: ChangeRecord,
) -> Result<ChangeRecord, StoreError> {
    let mut statement = db.prepare_cached(statement::EVENTS)?;
    let mut rows = statement.query(params![tenant.as_str(), record.id.uuid().into_bytes()])?;
    while let Some(row) = rows.next()? {
        let (change, at) = (record.id, at(row, 0)?);
        record.events.push(TimelineEvent { change, at, event: word_at(row, 1)?, detail: row.get(2)? });
    }
    Ok(record)
}
