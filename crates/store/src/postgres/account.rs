//! Users as an administrator looks for them by the state of their contacts, and what a user was told.

use countersign_domain::{ChangeId, MessageId, TenantId, UserId};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::row::{address, cell, family_of, stored_count, time, word};
use super::{PostgresStore, statement};
use crate::index::UNVERIFIED;
use crate::{NoticeRecord, StoreError};

impl PostgresStore {
    pub(crate) async fn notices_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        before: Option<MessageId>,
        limit: u64,
    ) -> Result<Vec<NoticeRecord>, StoreError> {
        let before = before.map_or(Uuid::max(), MessageId::uuid);
        let told: [&(dyn ToSql + Sync); 4] = [&tenant.as_str(), &user.uuid(), &before, &stored_count(limit)];
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

    pub(crate) async fn users_unverified(
        &self,
        tenant: &TenantId,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<(i64, UserId)>, StoreError> {
        let (name, key) = UNVERIFIED;
        let told: [&(dyn ToSql + Sync); 5] =
            [&tenant.as_str(), &name, &key, &after.unwrap_or(0), &stored_count(limit)];
        let rows = self.rows(statement::USERS_UNVERIFIED, &told).await?;
        rows.iter().map(|row| Ok((cell(row, "seq")?, UserId::new(cell(row, "id")?)))).collect()
    }
}

fn notice(row: &Row) -> Result<NoticeRecord, StoreError> {
    let (family, recipient) = (family_of(word(row, "channel")?), cell::<&str>(row, "recipient")?);
    Ok(NoticeRecord {
        id: MessageId::new(cell(row, "id")?),
        at: time(row, "created_at")?,
        template: cell(row, "template")?,
        change: cell::<Option<Uuid>>(row, "change_id")?.map(ChangeId::new),
        to: if recipient.is_empty() { None } else { Some(address(family, recipient)?) },
        state: word(row, "state")?,
    })
}
