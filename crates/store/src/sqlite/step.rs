//! What a commit does to a change and its challenges: each step is a conditional write whose row count decides.

use countersign_domain::change::ChangeEnd;
use countersign_domain::{ChallengeId, ChangeId, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::row::{cancelled_word, document, form_word, micros, purpose_word};
use super::statement;
use crate::{ChangeStep, CommitError, NewChallenge, NewChange, StoreError};

pub(super) fn write(
    db: &Connection,
    tenant: &TenantId,
    step: &ChangeStep,
    now: Timestamp,
) -> Result<(), CommitError> {
    match step {
        ChangeStep::Begin { change, challenge } => {
            begin(db, tenant, change, now)?;
            issue(db, tenant, change.id, challenge, now)
        }
        ChangeStep::Reissue { change, replaces, challenge } => {
            still_newest(db, tenant, *change, *replaces)?;
            replace(db, tenant, *change)?;
            issue(db, tenant, *change, challenge, now)
        }
        ChangeStep::Attempt { challenge, attempts_before, exhausted } => {
            attempt(db, tenant, *challenge, *attempts_before, *exhausted)
        }
        ChangeStep::Prove { change, challenge } => {
            consume(db, tenant, *change, *challenge, now)?;
            end(db, tenant, *change, &ChangeEnd::Proven, now)
        }
        ChangeStep::End { end: ChangeEnd::Proven, .. } => {
            Err(StoreError::plain("a change is proven by consuming its challenge, not by ending it").into())
        }
        ChangeStep::End { change, end } => {
            self::end(db, tenant, *change, end, now)?;
            replace(db, tenant, *change)
        }
    }
}

/// One row written, or the state the decision was made on is no more.
fn guarded(written: usize) -> Result<(), CommitError> {
    if written == 1 { Ok(()) } else { Err(CommitError::Conflict) }
}

/// A second pending change of the family meets the unique index and writes nothing (I3).
fn begin(db: &Connection, tenant: &TenantId, change: &NewChange, now: Timestamp) -> Result<(), CommitError> {
    let cancel = change.cancel.as_ref();
    guarded(db.prepare_cached(statement::CHANGE_BEGIN)?.execute(params![
        tenant.as_str(),
        change.id.uuid().into_bytes(),
        change.user.uuid().into_bytes(),
        change.family().as_str(),
        purpose_word(change.purpose),
        change.value.stored(),
        document(&change.entry)?,
        document(&change.requester)?,
        micros(now),
        cancel.map(|link| link.selector.as_str()),
        cancel.map(|link| *link.digest.as_bytes()),
    ])?)
}

fn issue(
    db: &Connection,
    tenant: &TenantId,
    change: ChangeId,
    challenge: &NewChallenge,
    now: Timestamp,
) -> Result<(), CommitError> {
    let link = challenge.link.as_ref();
    guarded(db.prepare_cached(statement::CHALLENGE_ISSUE)?.execute(params![
        tenant.as_str(),
        change.uuid().into_bytes(),
        challenge.id.uuid().into_bytes(),
        form_word(challenge.form),
        challenge.otp.map(|digest| *digest.as_bytes()),
        challenge.lookup.map(|digest| *digest.as_bytes()),
        link.map(|link| link.selector.as_str()),
        link.map(|link| *link.digest.as_bytes()),
        micros(now),
        micros(challenge.expires_at),
        challenge.attempts_max,
    ])?)
}

/// A resend was decided on this challenge; another one since then makes it a conflict.
fn still_newest(
    db: &Connection,
    tenant: &TenantId,
    change: ChangeId,
    challenge: ChallengeId,
) -> Result<(), CommitError> {
    let mut newest = db.prepare_cached(statement::CHALLENGE_NEWEST)?;
    let id: Option<[u8; 16]> = newest
        .query_row(params![tenant.as_str(), change.uuid().into_bytes()], |row| row.get(0))
        .optional()?;
    guarded(usize::from(id == Some(challenge.uuid().into_bytes())))
}

/// The live challenge of a change, if there is one, proves nothing any more (SEC-12).
fn replace(db: &Connection, tenant: &TenantId, change: ChangeId) -> Result<(), CommitError> {
    let mut replace = db.prepare_cached(statement::CHALLENGE_REPLACE)?;
    replace.execute(params![tenant.as_str(), change.uuid().into_bytes()])?;
    Ok(())
}

/// Spends an attempt: of concurrent guesses one finds the count it was decided on (I4).
fn attempt(
    db: &Connection,
    tenant: &TenantId,
    challenge: ChallengeId,
    before: u32,
    exhausted: bool,
) -> Result<(), CommitError> {
    let mut spend = db.prepare_cached(statement::CHALLENGE_ATTEMPT)?;
    guarded(spend.execute(params![tenant.as_str(), challenge.uuid().into_bytes(), before, exhausted])?)
}

/// Single use is settled here (SEC-8).
fn consume(
    db: &Connection,
    tenant: &TenantId,
    change: ChangeId,
    challenge: ChallengeId,
    now: Timestamp,
) -> Result<(), CommitError> {
    let mut consume = db.prepare_cached(statement::CHALLENGE_CONSUME)?;
    let (challenge, change) = (challenge.uuid().into_bytes(), change.uuid().into_bytes());
    guarded(consume.execute(params![tenant.as_str(), challenge, change, micros(now)])?)
}

fn end(
    db: &Connection,
    tenant: &TenantId,
    change: ChangeId,
    end: &ChangeEnd,
    now: Timestamp,
) -> Result<(), CommitError> {
    let mut finish = db.prepare_cached(statement::CHANGE_END)?;
    let change = change.uuid().into_bytes();
    guarded(finish.execute(params![
        tenant.as_str(),
        change,
        end.as_str(),
        cancelled_word(end),
        micros(now)
    ])?)
}
