//! The audit trail as it is read.

use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::{ChangeId, MessageId, TenantId, UserId};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::row::{address, as_word, cell, stored_count, time, word};
use super::{PostgresStore, statement};
use crate::audit::{Lead, PORTION, Reading};
use crate::{AuditPage, AuditQuery, AuditRow, NoticeRecord, StoreError};

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

    pub(crate) async fn notices_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        before: Option<MessageId>,
        limit: u64,
    ) -> Result<Vec<NoticeRecord>, StoreError> {
        let before = before.map_or(Uuid::max(), MessageId::uuid);
        let told: [&(dyn ToSql + Sync); 4] =
            [&tenant.as_str(), &user.uuid(), &before, &stored_count(limit)];
        self.rows(statement::NOTICES_OF_USER, &told).await?.iter().map(notice).collect()
    }

    pub(crate) async fn users_pending(
        &self,
        tenant: &TenantId,
        after: Option<UserId>,
        limit: u64,
    ) -> Result<Vec<UserId>, StoreError> {
        // Before the first page stands an id below every other.
        let after = after.map_or(Uuid::nil(), UserId::uuid);
        let rows =
            self.rows(statement::USERS_PENDING, &[&tenant.as_str(), &after, &stored_count(limit)]).await?;
        rows.iter().map(|row| Ok(UserId::new(cell(row, "user_id")?))).collect()
    }
}

fn notice(row: &Row) -> Result<NoticeRecord, StoreError> {
    let (channel, recipient): (Channel, &str) = (word(row, "channel")?, cell(row, "recipient")?);
    let family = match channel {
        Channel::Email => ClaimFamily::Email,
        Channel::Sms => ClaimFamily::Mobile,
    };
    Ok(NoticeRecord {
        id: MessageId::new(cell(row, "id")?),
        at: time(row, "created_at")?,
        template: cell(row, "template")?,
        change: cell::<Option<Uuid>>(row, "change_id")?.map(ChangeId::new),
        to: if recipient.is_empty() { None } else { Some(address(family, recipient)?) },
        state: word(row, "state")?,
    })
}

/// A row of the trail, from its canonical bytes.
pub(super) fn audit_row(row: &Row) -> Result<AuditRow, StoreError> {
    let body: &[u8] = cell(row, "body")?;
    serde_json::from_slice(body).map_err(|_| StoreError::plain("an audit row cannot be read"))
}
