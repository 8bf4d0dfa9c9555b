//! The audit trail as it is read.

use countersign_domain::audit::Event;
use countersign_domain::{ChangeId, MessageId, TenantId, UserId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use super::row::{address, at, family_of, id, id_if, stored_count, word_at};
use super::{SqliteStore, statement};
use crate::audit::{Lead, Reading};
use crate::{AuditPage, AuditQuery, AuditRow, NoticeRecord, StoreError};

impl SqliteStore {
    pub(crate) async fn audit(&self, tenant: &TenantId, query: AuditQuery) -> Result<AuditPage, StoreError> {
        let tenant = tenant.clone();
        self.readers.scan(move |db| page(db, &tenant, &query)).await
    }

    pub(crate) async fn notices_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        before: Option<MessageId>,
        limit: u64,
    ) -> Result<Vec<NoticeRecord>, StoreError> {
        let tenant = tenant.clone();
        let (user, before) = (user.uuid().into_bytes(), before.map_or([0xff; 16], |id| id.uuid().into_bytes()));
        self.readers
            .scan(move |db| {
                let mut statement = db.prepare_cached(statement::NOTICES_OF_USER)?;
                let mut rows = statement.query(params![tenant.as_str(), user, before, stored_count(limit)])?;
                let mut notices = Vec::new();
                while let Some(row) = rows.next()? {
                    notices.push(notice(row)?);
                }
                Ok(notices)
            })
            .await
    }

    pub(crate) async fn users_pending(
        &self,
        tenant: &TenantId,
        after: Option<UserId>,
        limit: u64,
    ) -> Result<Vec<UserId>, StoreError> {
        let tenant = tenant.clone();
        // Before the first page stands an id below every other.
        let after = after.map_or([0; 16], |id| id.uuid().into_bytes());
        self.readers
            .scan(move |db| {
                let mut statement = db.prepare_cached(statement::USERS_PENDING)?;
                let mut rows = statement.query(params![tenant.as_str(), after, stored_count(limit)])?;
                let mut users = Vec::new();
                while let Some(row) = rows.next()? {
                    users.push(UserId::new(id(row, 0)?));
                }
                Ok(users)
            })
            .await
    }
}

fn page(db: &Connection, tenant: &TenantId, query: &AuditQuery) -> Result<AuditPage, StoreError> {
    let blob = |id: uuid::Uuid| Some(Value::Blob(id.into_bytes().to_vec()));
    let (sql, key) = match query.lead() {
        Lead::Change(change) => (statement::AUDIT_OF_CHANGE, blob(change.uuid())),
        Lead::Group(group) => (statement::AUDIT_OF_GROUP, blob(group.uuid())),
        Lead::User(user) => (statement::AUDIT_OF_USER, blob(user.uuid())),
        Lead::Event(event) => (statement::AUDIT_OF_EVENT, Some(Value::Text(event_name(event)?))),
        Lead::All => (statement::AUDIT_OF_ALL, None),
    };
    let (first, end) = query.ids();
    let (first, end) = (first.into_bytes(), end.into_bytes());
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = match key {
        Some(key) => statement.query(params![tenant.as_str(), first, end, key])?,
        None => statement.query(params![tenant.as_str(), first, end])?,
    };
    let mut reading = Reading::new(query);
    while let Some(row) = rows.next()? {
        if !reading.meets(audit_row(row)?) {
            break;
        }
    }
    Ok(reading.page())
}

fn notice(row: &Row<'_>) -> Result<NoticeRecord, StoreError> {
    let (channel, recipient): (_, String) = (word_at(row, 4)?, row.get(5)?);
    Ok(NoticeRecord {
        id: MessageId::new(id(row, 0)?),
        at: at(row, 1)?,
        template: row.get(2)?,
        change: id_if(row, 3)?.map(ChangeId::new),
        to: if recipient.is_empty() { None } else { Some(address(family_of(channel), &recipient)?) },
        state: word_at(row, 6)?,
    })
}

/// A row of the trail, from its canonical bytes.
pub(super) fn audit_row(row: &Row<'_>) -> Result<AuditRow, StoreError> {
    let body = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    serde_json::from_slice(body).map_err(|_| StoreError::plain("an audit row cannot be read"))
}

/// The word of an event, as its row spells it.
pub(super) fn event_name(event: Event) -> Result<String, StoreError> {
    match serde_json::to_value(event) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::plain("an event has no word")),
    }
}
