//! Messages owed: written with the change, leased by one worker at a time, settled once (DESIGN §2.2).

use countersign_domain::change::ChallengeState;
use countersign_domain::claim::Channel;
use countersign_domain::{ChangeId, MessageId, SignedDuration, TenantId, Timestamp, UserId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::flight::{Step, told};
use super::row::{
    address, as_document, as_word, cell, count, document, family_of, micros, stored_count, text, time,
    time_if, word,
};
use super::{PostgresStore, statement};
use crate::{
    AttemptOutcome, Commit, Leased, MessageKind, NewMessage, OutboxDepth, Settlement, StoreError,
    TimelineWord,
};

impl PostgresStore {
    /// Leases of other nodes are theirs; those of a node that died run out.
    #[expect(clippy::unused_async, reason = "the contract's other half has something to do here")]
    pub(crate) async fn begin_delivery(&self) -> Result<(), StoreError> {
        Ok(())
    }

    pub(crate) async fn lease(
        &self,
        channel: Channel,
        limit: usize,
        lease_for: SignedDuration,
    ) -> Result<Vec<Leased>, StoreError> {
        let now = self.now().await?;
        let until = now.saturating_add(lease_for).unwrap_or(now);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (now_micros, until) = (micros(now), micros(until));
        let mut rows =
            self.rows(statement::OUTBOX_LEASE, &[&channel.as_str(), &now_micros, &limit, &until]).await?;
        rows.sort_by_cached_key(|row| order(row).ok());
        rows.iter().map(|row| read_leased(row, channel, now)).collect()
    }

    pub(crate) async fn settle(
        &self,
        tenant: &TenantId,
        message: MessageId,
        lease: u64,
        settlement: Settlement,
        word: Option<TimelineWord>,
    ) -> Result<bool, StoreError> {
        let Ending { state, reason, counts, due_at, outcome } = ending(settlement);
        let word = word.as_ref().map(as_word).transpose()?;
        let (tenant, message, lease) = (tenant.as_str(), message.uuid(), stored_count(lease));
        let (now, due_at) = (self.clock.manual_micros(), due_at.map(micros));
        let row = self
            .one(
                statement::OUTBOX_SETTLE,
                &[
                    &tenant,
                    &message,
                    &lease,
                    &state,
                    &text(&reason),
                    &counts,
                    &due_at,
                    &now,
                    &word,
                    &outcome.as_str(),
                ],
            )
            .await?;
        let settled = cell::<i64>(&row, "settled")? == 1;
        if settled {
            self.woken().notify_one();
        }
        Ok(settled)
    }

    pub(crate) async fn next_due(&self, channel: Channel) -> Result<Option<Timestamp>, StoreError> {
        let now = self.now().await?;
        time_if(&self.one(statement::OUTBOX_NEXT, &[&channel.as_str(), &micros(now)]).await?, "due")
    }

    pub(crate) async fn outbox_depth(&self) -> Result<OutboxDepth, StoreError> {
        let mut depth = OutboxDepth::default();
        for row in self.rows(statement::OUTBOX_DEPTH, &[]).await? {
            let messages = count(&row, "messages")?;
            match cell(&row, "state")? {
                "queued" => depth.queued = messages,
                "delivered" => depth.delivered = messages,
                "dropped" => depth.dropped = messages,
                _ => depth.dead = messages,
            }
        }
        Ok(depth)
    }
}

pub(super) fn steps(commit: &Commit) -> Result<Vec<Step>, StoreError> {
    commit.outbox.iter().map(|message| insert(commit, message)).collect()
}

fn insert(commit: &Commit, message: &NewMessage) -> Result<Step, StoreError> {
    Ok(Step::new(
        statement::OUTBOX_INSERT,
        told![
            commit.tenant.as_str().to_owned(),
            message.id.uuid(),
            message.user.uuid(),
            message.change.map(ChangeId::uuid),
            message.challenge.map(countersign_domain::ChallengeId::uuid),
            message.channel.as_str(),
            as_word(&message.kind)?,
            text(&message.template),
            message.locale.as_deref().map(text),
            text(message.to.as_str()),
            as_document(&message.values)?,
            message.sealed.clone(),
            micros(commit.at),
        ],
    ))
}

/// Of a user who is deleted.
pub(super) fn drop_unsent(tenant: &str, user: UserId) -> Step {
    Step::new(statement::OUTBOX_DROP_OF_USER, told![tenant.to_owned(), user.uuid()])
}

/// What a settlement makes of the row.
struct Ending {
    state: &'static str,
    reason: String,
    counts: i64,
    due_at: Option<Timestamp>,
    outcome: AttemptOutcome,
}

fn ending(settlement: Settlement) -> Ending {
    use AttemptOutcome::{Dead, Dropped, HandedOver, Parked, Retry};
    let (state, reason, counts, due_at, outcome) = match settlement {
        Settlement::Delivered { detail } => ("delivered", detail, 1, None, HandedOver),
        Settlement::Retry { due_at, detail } => ("queued", detail, 1, Some(due_at), Retry),
        Settlement::Parked { due_at, detail } => ("queued", detail, 0, Some(due_at), Parked),
        Settlement::Dropped { reason } => ("dropped", reason, 0, None, Dropped),
        Settlement::Dead { reason } => ("dead", reason, 1, None, Dead),
    };
    Ending { state, reason, counts, due_at, outcome }
}

/// RETURNING keeps no order: secrets before notices, then by age.
fn order(row: &Row) -> Result<(MessageKind, i64, i64), StoreError> {
    Ok((word(row, "kind")?, cell(row, "due_at")?, cell(row, "seq")?))
}

fn read_leased(row: &Row, channel: Channel, now: Timestamp) -> Result<Leased, StoreError> {
    let expires_at = time_if(row, "expires_at")?;
    Ok(Leased {
        id: MessageId::new(cell(row, "id")?),
        tenant: TenantId::new(cell::<String>(row, "tenant")?),
        user: UserId::new(cell(row, "user_id")?),
        change: cell::<Option<Uuid>>(row, "change_id")?.map(ChangeId::new),
        channel,
        kind: word(row, "kind")?,
        template: cell(row, "template")?,
        locale: cell(row, "locale")?,
        to: address(family_of(channel), cell(row, "recipient")?)?,
        values: document(row, "values")?,
        sealed: cell(row, "sealed")?,
        attempts: count(row, "attempts")?,
        created_at: time(row, "created_at")?,
        stale: stale(row, expires_at, now)?,
        expires_at,
        now,
        lease: count(row, "lease")?,
    })
}

/// Why the secret a message carries proves nothing any more (I8).
fn stale(
    row: &Row,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    if cell::<Option<Uuid>>(row, "challenge_id")?.is_none() {
        return Ok(None);
    }
    let state = match cell::<Option<&str>>(row, "challenge_state")? {
        Some(_) => Some(word::<ChallengeState>(row, "challenge_state")?),
        None => None,
    };
    Ok(match state {
        Some(ChallengeState::Live) if expires_at.is_some_and(|at| now < at) => None,
        Some(ChallengeState::Live) => Some("expired"),
        Some(state) => Some(state.as_str()),
        None => Some("deleted"),
    })
}
