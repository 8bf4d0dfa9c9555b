//! The audit trail as it is read.

use countersign_domain::TenantId;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::row::{as_word, cell, stored_count};
use super::{PostgresStore, statement};
use crate::audit::{Lead, PORTION, Reading};
use crate::{AuditPage, AuditQuery, AuditRow, StoreError};

impl PostgresStore {
    pub(crate) async fn audit(&self, tenant: &TenantId, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let (house, limit) = (tenant.as_str(), stored_count(PORTION));
        let (sql, key): (_, Option<Box<dyn ToSql + Sync + Send>>) = match query.lead() {
            Lead::Change(change) => (statement::AUDIT_OF_CHANGE, Some(Box::new(change.uuid()))),
            Lead::Group(group) => (statement::AUDIT_OF_GROUP, Some(Box::new(group.uuid()))),
            Lead::User(user) => (statement::AUDIT_OF_USER, Some(Box::new(user.uuid()))),
            Lead::Event(event) => (statement::AUDIT_OF_EVENT, Some(Box::new(as_word(&event)?))),
            Lead::All => (statement::AUDIT_OF_ALL, None),
        };
        let (first, mut end) = query.ids();
        let mut reading = Reading::new(query);
        loop {
            let mut told: Vec<&(dyn ToSql + Sync)> = vec![&house, &first, &end, &limit];
            told.extend(key.iter().map(|key| &**key as &(dyn ToSql + Sync)));
            let rows = self.rows(sql, &told).await?;
            for row in &rows {
                if !reading.meets(audit_row(row)?) {
                    return Ok(reading.page());
                }
            }
            match reading.last() {
                Some(last) if rows.len() as u64 == PORTION => end = last.uuid(),
                _ => return Ok(reading.page()),
            }
        }
    }
}

/// A row of the trail, from its canonical bytes.
pub(super) fn audit_row(row: &Row) -> Result<AuditRow, StoreError> {
    let body: &[u8] = cell(row, "body")?;
    serde_json::from_slice(body).map_err(|_| StoreError::plain("an audit row cannot be read"))
}
