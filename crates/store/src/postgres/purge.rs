//! What is too old to keep (SEC-63), removed in small transactions so that nobody waits long behind one.

use countersign_domain::actor::{Origin, Persona, Requester, Subject};
use countersign_domain::audit::{Entry, Event, Rule};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{ChangeId, TenantId, Timestamp, UserId};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::commit::{is_conflict, trail};
use super::fault::fault;
use super::flight::{self, Landing, Step, told};
use super::row::{address, cell, micros, word};
use super::{PostgresStore, statement};
use crate::audit::purged_id;
use crate::{AuditRow, Purged, StoreError};

/// Changes looked at in one go.
const PORTION: i64 = 200;

const FAILED: &str = "the PostgreSQL database could not be purged";

impl PostgresStore {
    pub(crate) async fn purge(&self, tenant: &TenantId, before: Timestamp) -> Result<Purged, StoreError> {
        let mut changes = 0;
        loop {
            let (looked_at, removed) = self.purge_portion(tenant, before).await?;
            changes += removed;
            if looked_at < PORTION {
                break;
            }
        }
        let (house, now, before) = (tenant.as_str(), micros(self.now().await?), micros(before));
        let messages = self.removed(statement::PURGE_MESSAGES, &[&house, &before]).await?;
        let wiped = self.removed(statement::PURGE_VALUES, &[&house]).await?;
        self.removed(statement::PURGE_OPERATIONS, &[&house, &before]).await?;
        Ok(Purged {
            changes,
            messages: messages + wiped,
            tokens: self.removed(statement::PURGE_TOKENS, &[&house, &now]).await?,
            sessions: self.removed(statement::PURGE_SESSIONS, &[&house, &now]).await?,
            spends: self.removed(statement::PURGE_SPENDS, &[&house, &now]).await?,
        })
    }

    /// Changes whose last challenge expired before `before`: how many were found, how many are gone.
    async fn purge_portion(&self, tenant: &TenantId, before: Timestamp) -> Result<(i64, u64), StoreError> {
        let house = tenant.as_str();
        let found = self
            .rows(statement::PURGE_CHANGES, &[&house, &first_id_of(before), &micros(before), &PORTION])
            .await?;
        let old: Vec<Old> = found.iter().map(read_old).collect::<Result<_, _>>()?;
        let ended: Vec<Uuid> =
            old.iter().filter(|change| !change.is_pending).map(|change| change.id.uuid()).collect();
        let mut removed = self.removed(statement::PURGE_ENDED, &[&house, &ended]).await?;
        for change in old.iter().filter(|change| change.is_pending) {
            removed += u64::from(self.call_off(tenant, change, before).await?);
        }
        Ok((i64::try_from(found.len()).unwrap_or(PORTION), removed))
    }

    /// Ends and removes a change that still waits; `false` if it came to life meanwhile.
    async fn call_off(&self, tenant: &TenantId, change: &Old, before: Timestamp) -> Result<bool, StoreError> {
        let now = self.now().await?;
        let house = || tenant.as_str().to_owned();
        let steps = [
            Step::new(statement::USER_PURGED, told![house(), change.user.uuid(), micros(now)]),
            Step::new(statement::CHANGE_IS_PENDING, told![house(), change.id.uuid()]),
            Step::new(statement::CHANGE_IS_OLD, told![house(), change.id.uuid(), micros(before)]),
            trail(house(), &[change.audit_row(now)])?,
            Step::new(statement::PURGE_CHANGE, told![house(), change.id.uuid()]),
        ];
        match self.send(flight::WRITE, &steps).await? {
            Landing::Landed(_) => Ok(true),
            Landing::Refused(error) if is_conflict(&error) => Ok(false),
            // Whatever became of it: what is left over is found again by the next purge.
            Landing::Refused(error) | Landing::NotSent(error) | Landing::Unknown(error) => {
                Err(fault(FAILED, error))
            }
        }
    }

    async fn removed(&self, sql: &str, told: &[&(dyn ToSql + Sync)]) -> Result<u64, StoreError> {
        let connection = self.connection().await?;
        let statement = connection.prepare_cached(sql).await.map_err(|error| fault(FAILED, error))?;
        connection.execute(&statement, told).await.map_err(|error| fault(FAILED, error))
    }
}

/// Ids are time-ordered and a change is older than its last expiry: younger ones need no look.
fn first_id_of(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

struct Old {
    id: ChangeId,
    user: UserId,
    family: ClaimFamily,
    masked: String,
    is_pending: bool,
}

fn read_old(row: &Row) -> Result<Old, StoreError> {
    let family = word(row, "family")?;
    Ok(Old {
        id: ChangeId::new(cell(row, "id")?),
        user: UserId::new(cell(row, "user_id")?),
        family,
        masked: address(family, cell(row, "value")?)?.masked(),
        is_pending: cell::<&str>(row, "state")? == "pending",
    })
}

impl Old {
    /// The end of a change that still waited has its row in the trail (I6). It needs no randomness: a change is purged
    /// once, so its own id tells the row from others.
    fn audit_row(&self, now: Timestamp) -> AuditRow {
        let by = Requester {
            persona: Persona::Application,
            subject: Subject::Server,
            display: "purge".to_owned(),
        };
        AuditRow {
            id: purged_id(self.id, now),
            at: now,
            entry: Entry {
                about: None,
                event: Event::ChangeCancelled,
                rule: Rule::Purge,
                user: Some(self.user),
                group: None,
                family: Some(self.family),
                change: Some(self.id),
                by,
                origin: Origin::default(),
                value: Some(self.masked.clone()),
                means: None,
                detail: None,
            },
            value_digest: None,
        }
    }
}
