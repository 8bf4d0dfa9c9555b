//! Messages as an administrator sees them, and what he does to one.

use countersign_domain::claim::Channel;
use countersign_domain::message::{Confidential, MessageState};
use countersign_domain::{ChallengeId, ChangeId, MessageId, TenantId, Timestamp, UserId};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Row, ToSql, params};

use super::row::{
    address, at, count, family_of, id, id_if, kind_word, micros, stored_count, time, word, word_at,
};
use super::{SqliteStore, statement};
use crate::message::{ATTEMPTS_READ_MAX, Walked, Walks};
use crate::{
    AttemptOutcome, CommitError, DatabaseInfo, MESSAGES_LOOKED_AT_MAX, MessageAttempt, MessageKind,
    MessagePage, MessageQuery, MessageRecord, OutboxLoad, StoreError, TracedMessage,
};

impl SqliteStore {
    pub(crate) async fn messages(
        &self,
        tenant: &TenantId,
        query: MessageQuery,
    ) -> Result<MessagePage, StoreError> {
        let tenant = tenant.clone();
        self.readers.scan(move |db| page(db, &tenant, &query)).await
    }

    pub(crate) fn message(
        &self,
        tenant: &TenantId,
        message: MessageId,
    ) -> Result<Option<TracedMessage>, StoreError> {
        let key = (tenant.as_str(), message.uuid().into_bytes());
        self.readers.point(|db| {
            let mut one = db.prepare_cached(statement::MESSAGE)?;
            let found = one.query_row(params![key.0, key.1], |row| Ok(record(row))).optional()?;
            let Some(message) = found.transpose()? else { return Ok(None) };
            Ok(Some(TracedMessage { message, attempts: attempts(db, key)? }))
        })
    }

    pub(crate) async fn outbox_load(&self) -> Result<OutboxLoad, StoreError> {
        let now = micros(self.now());
        self.readers
            .scan(move |db| {
                let mut load = OutboxLoad::default();
                let mut depth = db.prepare_cached(statement::OUTBOX_LOAD)?;
                let mut rows = depth.query([])?;
                while let Some(row) = rows.next()? {
                    load.depth.push((word_at(row, 0)?, word_at(row, 1)?, count(row.get(2)?)));
                }
                let mut due = db.prepare_cached(statement::OUTBOX_DUE_SINCE)?;
                for channel in Channel::ALL {
                    for kind in [MessageKind::Secret, MessageKind::Notice] {
                        let told = params![channel.as_str(), kind_word(kind), now];
                        let since: Option<i64> = due.query_row(told, |row| row.get(0))?;
                        let since = since.map(time).transpose()?;
                        load.due_since = load.due_since.into_iter().chain(since).min();
                    }
                }
                load.depth.sort();
                Ok(load)
            })
            .await
    }

    pub(crate) fn database(&self) -> Result<DatabaseInfo, StoreError> {
        self.readers.row(|db| {
            let version = db.prepare_cached(statement::VERSION)?.query_row([], |row| row.get(0))?;
            Ok(DatabaseInfo { kind: "SQLite", version })
        })
    }
}

fn page(db: &Connection, tenant: &TenantId, query: &MessageQuery) -> Result<MessagePage, StoreError> {
    let (state, channel) = (query.state.map(MessageState::as_str), query.channel.map(Channel::as_str));
    let walks = match query.walks() {
        Walks::All => vec![walk(db, tenant, query, [statement::MESSAGES, statement::MESSAGES_END], &[])?],
        Walks::OfUser(user) => {
            let sql = [statement::MESSAGES_OF_USER, statement::MESSAGES_OF_USER_END];
            vec![walk(db, tenant, query, sql, &[&user.uuid().into_bytes(), &state, &channel])?]
        }
        Walks::Listed(pairs) => {
            let sql = [statement::MESSAGES_LISTED, statement::MESSAGES_LISTED_END];
            let one = |(state, channel): (MessageState, Channel)| {
                walk(db, tenant, query, sql, &[&state.as_str(), &channel.as_str()])
            };
            pairs.into_iter().map(one).collect::<Result<_, _>>()?
        }
    };
    Ok(query.page(walks))
}

/// One walk down an index: at most so many rows are looked at, and its end is asked for only where that was not enough.
fn walk(
    db: &Connection,
    tenant: &TenantId,
    query: &MessageQuery,
    [found, end]: [&'static str; 2],
    rest: &[&dyn ToSql],
) -> Result<Walked, StoreError> {
    // Before the first page stands an id above every other.
    let before = query.before.map_or([0xff; 16], |id| id.uuid().into_bytes());
    let (text, limit) = (query.folded_text(), stored_count(query.read_limit()));
    let looked_at = if text.is_some() { stored_count(MESSAGES_LOOKED_AT_MAX) } else { limit };
    let tenant = tenant.as_str();
    let mut statement = db.prepare_cached(found)?;
    bind(&mut statement, &[&tenant, &before, &looked_at, &text, &limit], rest)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(record(row)?);
    }
    if text.is_none() || found.len() as u64 > query.limit {
        return Ok(Walked { found, cut_off: None });
    }
    let mut statement = db.prepare_cached(end)?;
    bind(&mut statement, &[&tenant, &before, &(looked_at - 1)], rest)?;
    let mut rows = statement.raw_query();
    let cut_off = rows.next()?.map(|row| id(row, 0)).transpose()?.map(MessageId::new);
    Ok(Walked { found, cut_off })
}

fn bind(
    statement: &mut CachedStatement<'_>,
    first: &[&dyn ToSql],
    rest: &[&dyn ToSql],
) -> Result<(), StoreError> {
    for (place, value) in first.iter().chain(rest).enumerate() {
        statement.raw_bind_parameter(place + 1, value)?;
    }
    Ok(())
}

/// A message from the columns every statement that reads one names alike.
fn record(row: &Row<'_>) -> Result<MessageRecord, StoreError> {
    let (challenge, newest) = (id_if(row, 15)?, id_if(row, 16)?);
    let (channel, is_link): (_, bool) = (word_at(row, 4)?, row.get(14)?);
    let recipient: String = row.get(7)?;
    let to = (!recipient.is_empty()).then(|| address(family_of(channel), &recipient)).transpose()?;
    let change = id_if(row, 3)?.map(ChangeId::new);
    let state: Option<String> = row.get(17)?;
    Ok(MessageRecord {
        id: MessageId::new(id(row, 0)?),
        user: UserId::new(id(row, 1)?),
        user_name: row.get(2)?,
        change,
        channel,
        kind: word_at(row, 5)?,
        template: row.get(6)?,
        to,
        state: word_at(row, 8)?,
        reason: row.get(9)?,
        attempts: row.get(10)?,
        created_at: at(row, 11)?,
        due_at: at(row, 12)?,
        leased_until: row.get::<_, Option<i64>>(13)?.map(time).transpose()?,
        challenge: challenge.map(ChallengeId::new),
        confidential: match challenge {
            Some(_) => Confidential::Secret { newest: challenge == newest },
            None if is_link => Confidential::Link,
            None => Confidential::Nothing,
        },
        change_waits: change.map(|_| state.as_deref() == Some("pending")),
    })
}

fn attempts(db: &Connection, key: (&str, [u8; 16])) -> Result<Vec<MessageAttempt>, StoreError> {
    let mut read = db.prepare_cached(statement::ATTEMPTS)?;
    let mut rows = read.query(params![key.0, key.1, ATTEMPTS_READ_MAX])?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        attempts.push(MessageAttempt {
            number: count(row.get(0)?),
            at: at(row, 1)?,
            outcome: word_at(row, 2)?,
            detail: row.get(3)?,
        });
    }
    attempts.reverse();
    Ok(attempts)
}

/// A row in the trace of a message. That it waits for a sender is said once, however often that is looked at.
pub(super) fn attempt(
    db: &Connection,
    tenant: &TenantId,
    message: [u8; 16],
    outcome: AttemptOutcome,
    detail: &str,
    now: Timestamp,
) -> Result<(), CommitError> {
    let tenant = tenant.as_str();
    if outcome == AttemptOutcome::Parked {
        let mut last = db.prepare_cached(statement::ATTEMPT_LAST)?;
        let last: Option<(String, String)> =
            last.query_row(params![tenant, message], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((word_then, detail_then)) = last
            && word::<AttemptOutcome>(&word_then)? == outcome
            && detail_then == detail
        {
            return Ok(());
        }
    }
    let mut insert = db.prepare_cached(statement::ATTEMPT)?;
    insert.execute(params![tenant, message, micros(now), outcome.as_str(), detail])?;
    Ok(())
}

/// Queues a message anew, if it still is as that was decided on.
pub(super) fn requeue(
    db: &Connection,
    tenant: &TenantId,
    id: MessageId,
    by: &str,
    now: Timestamp,
) -> Result<(), CommitError> {
    let (id, detail) = (id.uuid().into_bytes(), format!("queued again by {by}"));
    let mut requeue = db.prepare_cached(statement::OUTBOX_REQUEUE)?;
    if requeue.execute(params![tenant.as_str(), id, detail, micros(now)])? != 1 {
        return Err(CommitError::Conflict);
    }
    attempt(db, tenant, id, AttemptOutcome::Replayed, &detail, now)
}

/// Takes a message out, if it is queued and nobody has it.
pub(super) fn drop_queued(
    db: &Connection,
    tenant: &TenantId,
    id: MessageId,
    by: &str,
    now: Timestamp,
) -> Result<(), CommitError> {
    let (id, detail) = (id.uuid().into_bytes(), format!("dropped by {by}"));
    let mut drop = db.prepare_cached(statement::OUTBOX_DROP)?;
    if drop.execute(params![tenant.as_str(), id, detail, micros(now)])? != 1 {
        return Err(CommitError::Conflict);
    }
    attempt(db, tenant, id, AttemptOutcome::Dropped, &detail, now)
}
