//! The commit: everything of it in one savepoint, in a fixed order, guards first.

use countersign_domain::change::{Spend, Take};
use countersign_domain::{TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::audit::event_name;
use super::row::{event_word, micros};
use super::{SqliteStore, group, message, outbox, session, setting, statement, step, token, user};
use crate::{AdminWrite, AuditRow, Commit, CommitError, StoreError, TimelineEvent};

impl SqliteStore {
    /// The outcome is always known here, because the thread that answers is the one that committed: no operation is
    /// written down (REL-4 concerns a database on the other side of a network).
    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let owes_messages = commit.owes_messages();
        self.writer.write(move |db| apply(db, &commit)).await?;
        if owes_messages {
            self.woken.notify_one();
        }
        Ok(())
    }
}

fn apply(db: &Connection, commit: &Commit) -> Result<(), CommitError> {
    let tenant = &commit.tenant;
    spend(db, commit)?;
    user::write(db, tenant, &commit.user, commit.at)?;
    group::write(db, tenant, &commit.group, commit.at)?;
    for change in &commit.steps {
        step::write(db, tenant, change, commit.at)?;
    }
    for event in &commit.events {
        record(db, tenant, event)?;
    }
    for row in &commit.audit {
        trail(db, tenant, row)?;
    }
    for message in &commit.outbox {
        outbox::insert(db, tenant, message, commit.at)?;
    }
    commit.admin.iter().try_for_each(|write| administer(db, tenant, write, commit.at))
}

/// Takes from the shared budgets, in the order of their keys as PostgreSQL must.
fn spend(db: &Connection, commit: &Commit) -> Result<(), CommitError> {
    let mut spends: Vec<(String, &Spend)> =
        commit.spends.iter().map(|spend| (spend.budget.key(), spend)).collect();
    spends.sort_by(|(one, _), (other, _)| one.cmp(other));
    let at = micros(commit.at);
    for (key, spend) in spends {
        let tenant = commit.tenant.as_str();
        let left = match spend.take {
            Take::Demand => {
                let mut exhausted = db.prepare_cached(statement::SPEND_EXHAUSTED)?;
                exhausted.query_row(params![tenant, key, at, spend.max], |_| Ok(())).optional()?.is_none()
            }
            Take::One => {
                let ends = at.saturating_add(i64::try_from(spend.window.as_micros()).unwrap_or(i64::MAX));
                let mut take = db.prepare_cached(statement::SPEND_TAKE)?;
                take.execute(params![tenant, key, 1, at, ends, spend.max])? == 1
            }
            Take::GiveBack => {
                db.prepare_cached(statement::SPEND_GIVE_BACK)?.execute(params![tenant, key])?;
                true
            }
        };
        if !left {
            return Err(CommitError::Exhausted(spend.budget.clone()));
        }
    }
    Ok(())
}

/// A row of a change's timeline; a change that is not there has none.
fn record(db: &Connection, tenant: &TenantId, event: &TimelineEvent) -> Result<(), CommitError> {
    let mut insert = db.prepare_cached(statement::EVENT)?;
    let (change, at) = (event.change.uuid().into_bytes(), micros(event.at));
    insert.execute(params![tenant.as_str(), change, at, event_word(event.event), event.detail])?;
    Ok(())
}

/// A row of the audit trail, as canonical bytes.
pub(super) fn trail(db: &Connection, tenant: &TenantId, row: &AuditRow) -> Result<(), CommitError> {
    let body =
        serde_json::to_vec(row).map_err(|_| StoreError::plain("an audit row cannot be written as JSON"))?;
    let entry = &row.entry;
    db.prepare_cached(statement::AUDIT)?.execute(params![
        tenant.as_str(),
        row.id.uuid().into_bytes(),
        micros(row.at),
        body,
        entry.user.map(|id| id.uuid().into_bytes()),
        entry.group.map(|id| id.uuid().into_bytes()),
        entry.change.map(|id| id.uuid().into_bytes()),
        event_name(entry.event)?,
    ])?;
    Ok(())
}

fn administer(
    db: &Connection,
    tenant: &TenantId,
    write: &AdminWrite,
    at: Timestamp,
) -> Result<(), CommitError> {
    match write {
        AdminWrite::Setting { name, value } => setting::write(db, tenant, name, value.as_deref()),
        AdminWrite::Grant { subject, scope, granted } => {
            setting::grant(db, tenant, *subject, scope, *granted)
        }
        AdminWrite::AddClient { id, name, secret_hash, grants } => {
            token::add_client(db, tenant, *id, name, secret_hash, grants)
        }
        AdminWrite::ChangeClient { id, name, secret_hash } => {
            token::change_client(db, tenant, *id, name.as_deref(), secret_hash.as_ref())
        }
        AdminWrite::RemoveClient(id) => token::remove_client(db, tenant, *id),
        AdminWrite::AddToken { hash, client, scopes, expires_at } => {
            token::add(db, tenant, hash, *client, scopes, *expires_at)
        }
        AdminWrite::OpenSession(new) => session::open(db, tenant, new, at),
        AdminWrite::EndSessions(ended) => session::end(db, tenant, ended),
        AdminWrite::TouchSession { hash, seen_at } => session::touch(db, tenant, hash, *seen_at),
        AdminWrite::RequeueMessage { id, by } => message::requeue(db, tenant, *id, by, at),
        AdminWrite::DropMessage { id, by } => message::drop_queued(db, tenant, *id, by, at),
    }
}
