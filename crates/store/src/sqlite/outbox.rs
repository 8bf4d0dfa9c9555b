//! The outbox: messages owed, leased by one worker at a time, settled once (DESIGN §2.2).

use std::collections::BTreeSet;

use countersign_domain::change::ChallengeState;
use countersign_domain::claim::Channel;
use countersign_domain::{ChangeId, MessageId, SignedDuration, TenantId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::row::{
    address, at, count, document, document_at, event_word, family_of, id, id_if, kind_word, micros,
    stored_count, time, word,
};
use super::{SqliteStore, message, not_refused, statement};
use crate::{
    AttemptOutcome, CommitError, Leased, MessageKind, NewMessage, OutboxDepth, Settlement, StoreError,
    TimelineWord,
};

/// Secrets go before notices (REL-9).
const KINDS: [MessageKind; 2] = [MessageKind::Secret, MessageKind::Notice];

impl SqliteStore {
    pub(crate) async fn begin_delivery(&self) -> Result<(), StoreError> {
        self.look_over();
        let voided =
            self.writer.write(|db| Ok(db.prepare_cached(statement::OUTBOX_VOID_LEASES)?.execute([])?));
        voided.await.map(drop).map_err(not_refused)
    }

    pub(crate) async fn lease(
        &self,
        channel: Channel,
        limit: usize,
        lease_for: SignedDuration,
    ) -> Result<Vec<Leased>, StoreError> {
        let now = self.now();
        // An idle worker must not make the disk work: looking costs no transaction, leasing does.
        if self.next_due(channel)?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        self.writer.write(move |db| lease(db, channel, limit, now, lease_for)).await.map_err(not_refused)
    }

    pub(crate) async fn settle(
        &self,
        tenant: &TenantId,
        message: MessageId,
        lease: u64,
        settlement: Settlement,
        word: Option<TimelineWord>,
    ) -> Result<bool, StoreError> {
        let (tenant, now) = (tenant.clone(), self.now());
        let settled =
            self.writer.write(move |db| settle(db, &tenant, message, lease, &settlement, word, now));
        let settled = settled.await.map_err(not_refused)?;
        // The next message of the same user may have waited for this one.
        self.woken.notify_one();
        Ok(settled)
    }

    /// Rows come in the order they are due, and none can be leased before it is due: the search stops at the first one
    /// that is due later than the best found.
    pub(crate) fn next_due(&self, channel: Channel) -> Result<Option<Timestamp>, StoreError> {
        let now = micros(self.now());
        self.readers.point(|db| {
            let mut best: Option<i64> = None;
            let mut statement = db.prepare_cached(statement::OUTBOX_NEXT)?;
            for kind in KINDS {
                let mut rows = statement.query(params![channel.as_str(), kind_word(kind), now])?;
                while let Some(row) = rows.next()? {
                    let (due, free): (i64, i64) = (row.get(0)?, row.get(1)?);
                    if best.is_some_and(|best| due >= best) {
                        break;
                    }
                    best = Some(best.map_or(free, |best| best.min(free)));
                }
            }
            best.map(time).transpose()
        })
    }

    pub(crate) async fn outbox_depth(&self) -> Result<OutboxDepth, StoreError> {
        self.readers
            .scan(|db| {
                let mut depth = OutboxDepth::default();
                let mut statement = db.prepare_cached(statement::OUTBOX_DEPTH)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let messages = count(row.get(1)?);
                    match row.get::<_, String>(0)?.as_str() {
                        "queued" => depth.queued = messages,
                        "delivered" => depth.delivered = messages,
                        "dropped" => depth.dropped = messages,
                        _ => depth.dead = messages,
                    }
                }
                Ok(depth)
            })
            .await
    }
}

/// Writes a message down; it is due at once.
pub(super) fn insert(
    db: &Connection,
    tenant: &TenantId,
    message: &NewMessage,
    now: Timestamp,
) -> Result<(), CommitError> {
    db.prepare_cached(statement::OUTBOX_INSERT)?.execute(params![
        tenant.as_str(),
        message.id.uuid().into_bytes(),
        message.user.uuid().into_bytes(),
        message.change.map(|id| id.uuid().into_bytes()),
        message.challenge.map(|id| id.uuid().into_bytes()),
        message.channel.as_str(),
        kind_word(message.kind),
        message.template,
        message.locale,
        message.to.as_str(),
        document(&message.values)?,
        message.sealed,
        micros(now),
    ])?;
    Ok(())
}

/// At most one message of a user at once on a channel, so that the last one asked for is the last one received; those
/// not worth sending are handed out beside it, to be dropped.
fn lease(
    db: &Connection,
    channel: Channel,
    limit: usize,
    now: Timestamp,
    lease_for: SignedDuration,
) -> Result<Vec<Leased>, CommitError> {
    let until = micros(now.saturating_add(lease_for).unwrap_or(Timestamp::MAX));
    let mut served = BTreeSet::new();
    let mut chosen = Vec::new();
    for kind in KINDS {
        let mut due = db.prepare_cached(statement::OUTBOX_DUE)?;
        let mut rows = due.query(params![channel.as_str(), kind_word(kind), micros(now)])?;
        while chosen.len() < limit {
            let Some(row) = rows.next()? else { break };
            let message = leased(row, channel, kind, now)?;
            if message.stale.is_some() || served.insert((message.tenant.clone(), message.user)) {
                chosen.push((row.get::<_, i64>(0)?, message));
            }
        }
    }
    let mut take = db.prepare_cached(statement::OUTBOX_LEASE)?;
    let named = chosen.into_iter().map(|(seq, mut message)| {
        message.lease = count(take.query_row(params![seq, until], |row| row.get(0))?);
        Ok(message)
    });
    named.collect()
}

fn leased(row: &Row<'_>, channel: Channel, kind: MessageKind, now: Timestamp) -> Result<Leased, StoreError> {
    let expires_at = row.get::<_, Option<i64>>(15)?.map(time).transpose()?;
    Ok(Leased {
        id: MessageId::new(id(row, 1)?),
        tenant: TenantId::new(row.get::<_, String>(2)?),
        user: UserId::new(id(row, 3)?),
        change: id_if(row, 4)?.map(ChangeId::new),
        channel,
        kind,
        template: row.get(6)?,
        locale: row.get(7)?,
        to: address(family_of(channel), &row.get::<_, String>(8)?)?,
        values: document_at(row, 9)?,
        sealed: row.get(10)?,
        attempts: row.get(11)?,
        created_at: at(row, 12)?,
        stale: if id_if(row, 13)?.is_some() { stale(row, expires_at, now)? } else { None },
        expires_at,
        now,
        lease: 0,
    })
}

/// Why the secret of a challenge is not worth sending any more (I8).
fn stale(
    row: &Row<'_>,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    let state: Option<String> = row.get(14)?;
    let Some(state) = state else { return Ok(Some("deleted")) };
    Ok(match word(&state)? {
        ChallengeState::Live if expires_at.is_some_and(|at| now < at) => None,
        ChallengeState::Live => Some("expired"),
        over => Some(over.as_str()),
    })
}

fn settle(
    db: &Connection,
    tenant: &TenantId,
    settled: MessageId,
    lease: u64,
    settlement: &Settlement,
    word: Option<TimelineWord>,
    now: Timestamp,
) -> Result<bool, CommitError> {
    let (state, due_at, tried, detail, outcome) = match settlement {
        Settlement::Delivered { detail } => ("delivered", None, 1, detail, AttemptOutcome::HandedOver),
        Settlement::Retry { due_at, detail } => {
            ("queued", Some(micros(*due_at)), 1, detail, AttemptOutcome::Retry)
        }
        Settlement::Parked { due_at, detail } => {
            ("queued", Some(micros(*due_at)), 0, detail, AttemptOutcome::Parked)
        }
        Settlement::Dropped { reason } => ("dropped", None, 0, reason, AttemptOutcome::Dropped),
        Settlement::Dead { reason } => ("dead", None, 1, reason, AttemptOutcome::Dead),
    };
    let id = settled.uuid().into_bytes();
    let settled: Option<Option<[u8; 16]>> = db
        .prepare_cached(statement::OUTBOX_SETTLE)?
        .query_row(params![tenant.as_str(), id, stored_count(lease), state, detail, tried, due_at], |row| {
            row.get(0)
        })
        .optional()?;
    let Some(change) = settled else { return Ok(false) };
    message::attempt(db, tenant, id, outcome, detail, now)?;
    if let (Some(change), Some(word)) = (change, word) {
        let mut event = db.prepare_cached(statement::EVENT)?;
        event.execute(params![tenant.as_str(), change, micros(now), event_word(word), detail])?;
    }
    Ok(true)
}
