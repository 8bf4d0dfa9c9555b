//! The audit trail as it is read.

use countersign_domain::TenantId;
use countersign_domain::audit::Event;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use super::{SqliteStore, statement};
use crate::audit::{Lead, Reading};
use crate::{AuditPage, AuditQuery, AuditRow, StoreError};

impl SqliteStore {
    pub(crate) async fn audit(&self, tenant: &TenantId, query: AuditQuery) -> Result<AuditPage, StoreError> {
        let tenant = tenant.clone();
        self.readers.scan(move |db| page(db, &tenant, &query)).await
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
