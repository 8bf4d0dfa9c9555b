//! One commit, one flight: what is sent, what its first error means, and how an unknown outcome is settled (REL-4).

use countersign_domain::claim::ClaimFamily;
use countersign_domain::groups::{MemberRefusal, RefusedMember};
use countersign_domain::{ChangeId, GroupId, UserId};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::PostgresStore;
use super::fault::fault;
use super::flight::{self, Landing, Loan, Step, told};
use super::row::{as_document, as_word, micros, text};
use super::statement;
use super::{group, message, outbox, session, setting, spend, step, token, user};
use crate::{AdminWrite, AuditRow, Commit, CommitError, StoreError, TakenClaim, TimelineEvent};

const FAILED: &str = "the PostgreSQL database could not commit";

/// Longer than the server lets a transaction whose client is gone stand idle.
const FENCE_PATIENCE: &str = "SET statement_timeout = '15s'";

impl PostgresStore {
    /// Applies a commit whole or not at all. Dropping the future closes the connection it was sent on.
    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let steps = steps(&commit)?;
        let outcome = match self.send(flight::WRITE, &steps).await? {
            Landing::Landed(_) => Ok(()),
            Landing::Refused(error) => {
                self.forget_if_demoted(&error);
                Err(refusal(error, &commit))
            }
            Landing::NotSent(error) => Err(fault(FAILED, error).into()),
            Landing::Unknown(error) => self.fence(&commit, error).await,
        };
        if outcome.is_ok() && commit.owes_messages() {
            self.woken().notify_one();
        }
        outcome
    }

    /// Sends a flight; once more on another connection if the first one could not take it.
    pub(super) async fn send(&self, begin: &'static str, steps: &[Step]) -> Result<Landing, StoreError> {
        let landing = flight::send(Loan::new(self.connection().await?), begin, steps).await;
        if !matches!(&landing, Landing::NotSent(error) if error.is_closed()) {
            return Ok(landing);
        }
        Ok(flight::send(Loan::new(self.connection().await?), begin, steps).await)
    }

    /// Settles a commit whose answer was lost: either its operation stands in the database, then it landed; or the row
    /// written here keeps it out for ever, then nothing of it did.
    async fn fence(&self, commit: &Commit, lost: Error) -> Result<(), CommitError> {
        tracing::warn!(event = "commit_unanswered", operation = %commit.operation, error = %lost, "the answer to a commit was lost; asking whether it landed");
        let unknown = |error| fault("a commit's outcome is unknown: the PostgreSQL database is away", error);
        let client = self.connector.open().await.map_err(unknown)?;
        client.batch_execute(FENCE_PATIENCE).await.map_err(unknown)?;
        let (tenant, at) = (commit.tenant.as_str(), micros(commit.at));
        let fenced = client
            .execute(statement::FENCE, &[&commit.operation.uuid(), &tenant, &at])
            .await
            .map_err(unknown)?;
        if fenced == 0 { Ok(()) } else { Err(StoreError::passing(FAILED, lost).into()) }
    }
}

/// Everything a commit says, in the order its guards are judged in.
fn steps(commit: &Commit) -> Result<Vec<Step>, StoreError> {
    let tenant = || commit.tenant.as_str().to_owned();
    let mut steps =
        vec![Step::new(statement::OPERATION, told![commit.operation.uuid(), tenant(), micros(commit.at)])];
    steps.extend(spend::steps(commit));
    steps.extend(user::steps(commit)?);
    steps.extend(group::steps(commit));
    steps.extend(step::steps(commit)?);
    if !commit.events.is_empty() {
        steps.push(timeline(tenant(), &commit.events)?);
    }
    if !commit.audit.is_empty() {
        steps.push(trail(tenant(), &commit.audit)?);
    }
    steps.extend(outbox::steps(commit)?);
    for write in &commit.admin {
        administer(commit, write, &mut steps)?;
    }
    steps.extend(user::total(commit));
    Ok(steps)
}

/// Rows of the changes' timelines.
fn timeline(tenant: String, events: &[TimelineEvent]) -> Result<Step, StoreError> {
    let words: Vec<String> = events.iter().map(|event| as_word(&event.event)).collect::<Result<_, _>>()?;
    Ok(Step::new(
        statement::EVENTS,
        told![
            tenant,
            events.iter().map(|event| event.change.uuid()).collect::<Vec<_>>(),
            events.iter().map(|event| micros(event.at)).collect::<Vec<_>>(),
            words,
            events.iter().map(|event| event.detail.as_deref().map(text)).collect::<Vec<_>>(),
        ],
    ))
}

/// Rows of the audit trail, as canonical bytes.
pub(super) fn trail(tenant: String, rows: &[AuditRow]) -> Result<Step, StoreError> {
    let bodies: Vec<Vec<u8>> =
        rows.iter().map(|row| as_document(row).map(String::into_bytes)).collect::<Result<_, _>>()?;
    let events: Vec<String> = rows.iter().map(|row| as_word(&row.entry.event)).collect::<Result<_, _>>()?;
    let entries = || rows.iter().map(|row| &row.entry);
    Ok(Step::new(
        statement::AUDIT,
        told![
            tenant,
            rows.iter().map(|row| row.id.uuid()).collect::<Vec<_>>(),
            rows.iter().map(|row| micros(row.at)).collect::<Vec<_>>(),
            bodies,
            entries().map(|entry| entry.user.map(UserId::uuid)).collect::<Vec<_>>(),
            entries().map(|entry| entry.group.map(GroupId::uuid)).collect::<Vec<_>>(),
            entries().map(|entry| entry.change.map(ChangeId::uuid)).collect::<Vec<_>>(),
            events,
        ],
    ))
}

fn administer(commit: &Commit, write: &AdminWrite, steps: &mut Vec<Step>) -> Result<(), StoreError> {
    let tenant = commit.tenant.as_str().to_owned();
    match write {
        AdminWrite::Setting { name, value } => steps.push(setting::write(tenant, name, value.as_deref())),
        AdminWrite::Grant { subject, scope, granted } => {
            steps.push(setting::grant(tenant, *subject, scope, *granted));
        }
        AdminWrite::AddClient { id, name, secret_hash, grants } => {
            steps.push(token::add_client(tenant, *id, name, secret_hash, grants)?);
        }
        AdminWrite::ChangeClient { id, name, secret_hash } => {
            steps.extend(token::change_client(&tenant, *id, name.as_deref(), secret_hash.as_ref()));
        }
        AdminWrite::RemoveClient(id) => steps.extend(token::remove_client(&tenant, *id)),
        AdminWrite::AddToken { hash, client, scopes, expires_at } => {
            steps.push(token::add(tenant, hash, *client, scopes, *expires_at)?);
        }
        AdminWrite::OpenSession(new) => steps.extend(session::open(&tenant, new, commit.at)),
        AdminWrite::EndSessions(ended) => steps.push(session::end(tenant, ended)),
        AdminWrite::TouchSession { hash, seen_at } => steps.push(session::touch(tenant, hash, *seen_at)),
        AdminWrite::RequeueMessage { id, by } => steps.push(message::requeue(commit, *id, by)),
        AdminWrite::DropMessage { id, by } => steps.push(message::drop_queued(commit, *id, by)),
    }
    Ok(())
}

/// What the first error of a flight means. The transaction is rolled back in any case.
fn refusal(error: Error, commit: &Commit) -> CommitError {
    let Some(cause) = error.as_db_error() else { return fault(FAILED, error).into() };
    match cause.code() {
        code if code.code() == "CS001" => match cause.message().split_once(':') {
            Some(("conflict", _)) => CommitError::Conflict,
            Some(("taken", "email")) => CommitError::Taken(TakenClaim::Address(ClaimFamily::Email)),
            Some(("taken", "mobile")) => CommitError::Taken(TakenClaim::Address(ClaimFamily::Mobile)),
            Some(("taken", "group")) => CommitError::Taken(TakenClaim::GroupName),
            Some(("unknown", place)) => refused(place, MemberRefusal::Unknown),
            Some(("loop", place)) => refused(place, MemberRefusal::Loop),
            Some(("exhausted", key)) => exhausted(key, commit).unwrap_or_else(|| fault(FAILED, error).into()),
            _ => fault(FAILED, error).into(),
        },
        code if *code == SqlState::UNIQUE_VIOLATION => match cause.constraint() {
            Some("users_user_name") => CommitError::Taken(TakenClaim::UserName),
            Some("user_group_claim") => CommitError::Taken(TakenClaim::GroupName),
            Some("client_pkey") => CommitError::Taken(TakenClaim::Record),
            // A second pending change, a challenge somebody else has replaced, an operation that was voided.
            _ => CommitError::Conflict,
        },
        // A row whose parent is gone was decided on a state that is no more.
        code if *code == SqlState::FOREIGN_KEY_VIOLATION => CommitError::Conflict,
        code if *code == SqlState::CHECK_VIOLATION && cause.constraint() == Some("group_member_is_one") => {
            CommitError::Conflict
        }
        code if *code == SqlState::T_R_DEADLOCK_DETECTED || *code == SqlState::T_R_SERIALIZATION_FAILURE => {
            CommitError::Conflict
        }
        _ => fault(FAILED, error).into(),
    }
}

/// A member's place in the commit, which the database counts from 1.
fn refused(place: &str, why: MemberRefusal) -> CommitError {
    let position = place.parse::<usize>().map_or(0, |place| place.saturating_sub(1));
    CommitError::Member(RefusedMember { position, why })
}

fn exhausted(key: &str, commit: &Commit) -> Option<CommitError> {
    let spend = commit.spends.iter().find(|spend| text(&spend.budget.key()) == key)?;
    Some(CommitError::Exhausted(spend.budget.clone()))
}

/// Whether somebody was faster, in a flight that can only conflict.
pub(super) fn is_conflict(error: &Error) -> bool {
    let Some(code) = error.code() else { return false };
    code.code() == "CS001"
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::T_R_SERIALIZATION_FAILURE
}
