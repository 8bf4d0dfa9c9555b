//! Changes as they are read: with their newest challenge, or the one a link belongs to, and their timeline.

use countersign_domain::change::SecretDigest;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{ChallengeId, ChangeId, TenantId, UserId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::PostgresStore;
use super::row::{
    address, cell, challenge, change_end, digest_if, document, instant, read_document, stored_count, text,
    time, word,
};
use super::statement;
use crate::{ChangeQuery, ChangeRecord, LinkPurpose, LinkRecord, StoreError, TimelineEvent, TimelineWord};

impl PostgresStore {
    pub(crate) async fn code_holders(
        &self,
        tenant: &TenantId,
        lookup: &[SecretDigest],
    ) -> Result<Vec<(UserId, ClaimFamily)>, StoreError> {
        let digests: Vec<&[u8]> = lookup.iter().map(|digest| digest.as_bytes().as_slice()).collect();
        let now = self.clock.manual_micros();
        let rows = self.rows(statement::CODE_HOLDERS, &[&tenant.as_str(), &digests, &now]).await?;
        rows.iter().map(|row| Ok((UserId::new(cell(row, "user_id")?), word(row, "family")?))).collect()
    }

    pub(crate) async fn link(
        &self,
        tenant: &TenantId,
        selector: &str,
    ) -> Result<Option<LinkRecord>, StoreError> {
        let Some(row) = self.row(statement::LINK, &[&tenant.as_str(), &text(selector)]).await? else {
            return Ok(None);
        };
        let purpose = match (cell(&row, "cancels")?, digest_if(&row, "cancel_digest")?) {
            (true, Some(digest)) => LinkPurpose::Cancel(digest),
            (false, _) => LinkPurpose::Confirm,
            (true, None) => return Err(StoreError::plain("a stored cancel link has no digest")),
        };
        let newest_challenge = ChallengeId::new(cell(&row, "newest_id")?);
        Ok(Some(LinkRecord { purpose, change: read_record(&row)?, newest_challenge }))
    }

    pub(crate) async fn change(
        &self,
        tenant: &TenantId,
        change: ChangeId,
    ) -> Result<Option<ChangeRecord>, StoreError> {
        let row = self.row(statement::CHANGE, &[&tenant.as_str(), &change.uuid()]).await?;
        row.as_ref().map(read_record).transpose()
    }

    pub(crate) async fn changes(
        &self,
        tenant: &TenantId,
        query: ChangeQuery,
    ) -> Result<Vec<ChangeRecord>, StoreError> {
        let (tenant, limit, before) =
            (tenant.as_str(), stored_count(query.limit), query.before.map(ChangeId::uuid));
        let rows = match query.user {
            None => self.rows(statement::CHANGES_OF_ALL, &[&tenant, &query.state, &before, &limit]).await?,
            Some(user) => {
                self.rows(statement::CHANGES_OF_USER, &[&tenant, &query.state, &before, &limit, &user.uuid()])
                    .await?
            }
        };
        rows.iter().map(read_record).collect()
    }
}

fn read_record(row: &Row) -> Result<ChangeRecord, StoreError> {
    let id = ChangeId::new(cell::<Uuid>(row, "change_id")?);
    Ok(ChangeRecord {
        id,
        user: UserId::new(cell(row, "user_id")?),
        user_name: cell(row, "user_name")?,
        purpose: word(row, "purpose")?,
        value: address(word(row, "family")?, cell(row, "value")?)?,
        entry: document(row, "entry")?,
        requester: document(row, "requester")?,
        requested_at: time(row, "requested_at")?,
        ended: change_end(row)?,
        challenge: challenge(row)?,
        events: read_events(id, cell(row, "events")?)?,
    })
}

fn read_events(change: ChangeId, text: &str) -> Result<Vec<TimelineEvent>, StoreError> {
    let rows: Vec<(i64, TimelineWord, Option<String>)> = read_document(text)?;
    rows.into_iter()
        .map(|(at, event, detail)| Ok(TimelineEvent { change, at: instant(at)?, event, detail }))
        .collect()
}
