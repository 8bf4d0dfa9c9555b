//! Messages as an administrator sees them, and what he does to one.

use countersign_domain::claim::Channel;
use countersign_domain::message::{Confidential, MessageState};
use countersign_domain::{ChallengeId, ChangeId, MessageId, TenantId, UserId};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::flight::{Step, told};
use super::row::{address, cell, count, family_of, micros, stored_count, text, time, time_if, word};
use super::{PostgresStore, statement};
use crate::message::{ATTEMPTS_READ_MAX, Walked, Walks};
use crate::{
    Commit, DatabaseInfo, MESSAGES_LOOKED_AT_MAX, MessageAttempt, MessagePage, MessageQuery, MessageRecord,
    OutboxLoad, StoreError, TracedMessage,
};

impl PostgresStore {
    pub(crate) async fn messages(
        &self,
        tenant: &TenantId,
        query: MessageQuery,
    ) -> Result<MessagePage, StoreError> {
        let (state, channel) = (query.state.map(MessageState::as_str), query.channel.map(Channel::as_str));
        let mut walks = Vec::new();
        match query.walks() {
            Walks::All => {
                let sql = [statement::MESSAGES, statement::MESSAGES_END];
                walks.push(self.walk(tenant, &query, sql, &[]).await?);
            }
            Walks::OfUser(user) => {
                let sql = [statement::MESSAGES_OF_USER, statement::MESSAGES_OF_USER_END];
                walks.push(self.walk(tenant, &query, sql, &[&user.uuid(), &state, &channel]).await?);
            }
            Walks::Listed(pairs) => {
                let sql = [statement::MESSAGES_LISTED, statement::MESSAGES_LISTED_END];
                for (state, channel) in pairs {
                    let rest: [&(dyn ToSql + Sync); 2] = [&state.as_str(), &channel.as_str()];
                    walks.push(self.walk(tenant, &query, sql, &rest).await?);
                }
            }
        }
        Ok(query.page(walks))
    }

    /// One walk down an index: at most so many rows are looked at, and its end is asked for only where that was not
    /// enough.
    async fn walk(
        &self,
        tenant: &TenantId,
        query: &MessageQuery,
        [found, end]: [&'static str; 2],
        rest: &[&(dyn ToSql + Sync)],
    ) -> Result<Walked, StoreError> {
        // Before the first page stands an id above every other.
        let before = query.before.map_or(Uuid::max(), MessageId::uuid);
        let (looked_for, limit) =
            (query.folded_text().as_deref().map(text), stored_count(query.read_limit()));
        let looked_at = if looked_for.is_some() { stored_count(MESSAGES_LOOKED_AT_MAX) } else { limit };
        let tenant = tenant.as_str();
        let first: [&(dyn ToSql + Sync); 5] = [&tenant, &before, &looked_at, &looked_for, &limit];
        let rows = self.rows(found, &[&first, rest].concat()).await?;
        let found: Vec<MessageRecord> = rows.iter().map(record).collect::<Result<_, _>>()?;
        if looked_for.is_none() || found.len() as u64 > query.limit {
            return Ok(Walked { found, cut_off: None });
        }
        let offset = looked_at - 1;
        let first: [&(dyn ToSql + Sync); 3] = [&tenant, &before, &offset];
        let end = self.row(end, &[&first, rest].concat()).await?;
        let cut_off = end.map(|row| cell(&row, "id")).transpose()?.map(MessageId::new);
        Ok(Walked { found, cut_off })
    }

    pub(crate) async fn message(
        &self,
        tenant: &TenantId,
        message: MessageId,
    ) -> Result<Option<TracedMessage>, StoreError> {
        let (tenant, id) = (tenant.as_str(), message.uuid());
        let Some(row) = self.row(statement::MESSAGE, &[&tenant, &id]).await? else { return Ok(None) };
        let rows = self.rows(statement::ATTEMPTS, &[&tenant, &id, &ATTEMPTS_READ_MAX]).await?;
        let attempts = rows.iter().rev().map(attempt).collect::<Result<_, _>>()?;
        Ok(Some(TracedMessage { message: record(&row)?, attempts }))
    }

    pub(crate) async fn outbox_load(&self) -> Result<OutboxLoad, StoreError> {
        let mut load = OutboxLoad::default();
        for row in self.rows(statement::OUTBOX_LOAD, &[]).await? {
            load.depth.push((word(&row, "state")?, word(&row, "channel")?, count(&row, "messages")?));
        }
        load.depth.sort();
        let now = micros(self.now().await?);
        load.due_since = time_if(&self.one(statement::OUTBOX_DUE_SINCE, &[&now]).await?, "due")?;
        Ok(load)
    }

    pub(crate) async fn database(&self) -> Result<DatabaseInfo, StoreError> {
        let row = self.one(statement::SERVER_VERSION, &[]).await?;
        Ok(DatabaseInfo { kind: "PostgreSQL", version: cell(&row, "version")? })
    }
}

/// A message from the columns every statement that reads one names alike.
fn record(row: &Row) -> Result<MessageRecord, StoreError> {
    let channel = word(row, "channel")?;
    let challenge: Option<Uuid> = cell(row, "challenge_id")?;
    let recipient: &str = cell(row, "recipient")?;
    let to = (!recipient.is_empty()).then(|| address(family_of(channel), recipient)).transpose()?;
    let change = cell::<Option<Uuid>>(row, "change_id")?.map(ChangeId::new);
    Ok(MessageRecord {
        id: MessageId::new(cell(row, "id")?),
        user: UserId::new(cell(row, "user_id")?),
        user_name: cell(row, "user_name")?,
        change,
        channel,
        kind: word(row, "kind")?,
        template: cell(row, "template")?,
        to,
        state: word(row, "state")?,
        reason: cell(row, "reason")?,
        attempts: count(row, "attempts")?,
        created_at: time(row, "created_at")?,
        due_at: time(row, "due_at")?,
        leased_until: time_if(row, "leased_until")?,
        challenge: challenge.map(ChallengeId::new),
        confidential: match challenge {
            Some(_) => Confidential::Secret { newest: challenge == cell(row, "newest_id")? },
            None if cell(row, "confidential")? => Confidential::Link,
            None => Confidential::Nothing,
        },
        change_waits: change
            .map(|_| Ok::<_, StoreError>(cell::<Option<&str>>(row, "change_state")? == Some("pending")))
            .transpose()?,
    })
}

fn attempt(row: &Row) -> Result<MessageAttempt, StoreError> {
    Ok(MessageAttempt {
        number: count(row, "number")?,
        at: time(row, "at")?,
        outcome: word(row, "outcome")?,
        detail: cell(row, "detail")?,
    })
}

/// Queues a message anew, if it still is as that was decided on; with a row in its trace.
pub(super) fn requeue(commit: &Commit, id: MessageId, by: &str) -> Step {
    stepped(commit, statement::OUTBOX_REQUEUE, id, &format!("queued again by {by}"))
}

/// Takes a message out, if it is queued and nobody has it; with a row in its trace.
pub(super) fn drop_queued(commit: &Commit, id: MessageId, by: &str) -> Step {
    stepped(commit, statement::OUTBOX_DROP, id, &format!("dropped by {by}"))
}

fn stepped(commit: &Commit, sql: &'static str, id: MessageId, detail: &str) -> Step {
    Step::new(sql, told![commit.tenant.as_str().to_owned(), id.uuid(), text(detail), micros(commit.at)])
}
