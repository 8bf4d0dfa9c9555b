//! Users as an administrator looks for them by the state of their contacts, and what a user was told.

use countersign_domain::{ChangeId, MessageId, TenantId, UserId};
use rusqlite::{Row, params};

use super::row::{address, at, family_of, id, id_if, stored_count, word_at};
use super::{SqliteStore, statement};
use crate::index::UNVERIFIED;
use crate::{NoticeRecord, StoreError};

impl SqliteStore {
    pub(crate) async fn notices_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        before: Option<MessageId>,
        limit: u64,
    ) -> Result<Vec<NoticeRecord>, StoreError> {
        let tenant = tenant.clone();
        let (user, before) =
            (user.uuid().into_bytes(), before.map_or([0xff; 16], |id| id.uuid().into_bytes()));
        self.readers
            .scan(move |db| {
                let mut statement = db.prepare_cached(statement::NOTICES_OF_USER)?;
                let mut rows =
                    statement.query(params![tenant.as_str(), user, before, stored_count(limit)])?;
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

    pub(crate) async fn users_unverified(
        &self,
        tenant: &TenantId,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<(i64, UserId)>, StoreError> {
        let tenant = tenant.clone();
        self.readers
            .scan(move |db| {
                let (name, key) = UNVERIFIED;
                let mut statement = db.prepare_cached(statement::USERS_UNVERIFIED)?;
                let after = after.unwrap_or(0);
                let mut rows =
                    statement.query(params![tenant.as_str(), name, key, after, stored_count(limit)])?;
                let mut users = Vec::new();
                while let Some(row) = rows.next()? {
                    users.push((row.get(0)?, UserId::new(id(row, 1)?)));
                }
                Ok(users)
            })
            .await
    }
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
