//! What a commit does to a change and its challenges: every step is guarded by the state it was decided on.

use countersign_domain::change::ChangeEnd;
use countersign_domain::{ChallengeId, ChangeId};

use super::flight::{Step, told};
use super::row::{as_document, as_word, micros, text};
use super::statement;
use crate::{ChangeStep, Commit, NewChallenge, NewChange, StoreError};

/// In the order of the commit: a supersede stands before the insert it makes room for.
pub(super) fn steps(commit: &Commit) -> Result<Vec<Step>, StoreError> {
    let mut steps = Vec::new();
    for step in &commit.steps {
        match step {
            ChangeStep::Begin { change, challenge } => {
                steps.push(begin(commit, change)?);
                steps.push(issue(commit, change.id, challenge)?);
            }
            ChangeStep::Reissue { change, replaces, challenge } => {
                steps.push(on(commit, statement::CHANGE_IS_PENDING, *change));
                steps.push(require_newest(commit, *change, *replaces));
                steps.push(on(commit, statement::CHALLENGE_REPLACE, *change));
                steps.push(issue(commit, *change, challenge)?);
            }
            ChangeStep::Attempt { challenge, attempts_before, exhausted } => {
                steps.push(attempt(commit, *challenge, *attempts_before, *exhausted));
            }
            ChangeStep::Prove { change, challenge } => {
                steps.push(end(commit, *change, &ChangeEnd::Proven));
                steps.push(consume(commit, *change, *challenge));
            }
            ChangeStep::End { end: ChangeEnd::Proven, .. } => {
                return Err(StoreError::plain(
                    "a change is proven by consuming its challenge, not by ending it",
                ));
            }
            ChangeStep::End { change, end: how } => {
                steps.push(end(commit, *change, how));
                steps.push(on(commit, statement::CHALLENGE_REPLACE, *change));
            }
        }
    }
    Ok(steps)
}

fn on(commit: &Commit, sql: &'static str, change: ChangeId) -> Step {
    Step::new(sql, told![commit.tenant.as_str().to_owned(), change.uuid()])
}

fn begin(commit: &Commit, change: &NewChange) -> Result<Step, StoreError> {
    Ok(Step::new(
        statement::CHANGE_BEGIN,
        told![
            commit.tenant.as_str().to_owned(),
            change.id.uuid(),
            change.user.uuid(),
            change.family().as_str(),
            as_word(&change.purpose)?,
            text(&change.value.stored()),
            as_document(&change.entry)?,
            as_document(&change.requester)?,
            micros(commit.at),
            change.cancel.as_ref().map(|link| text(&link.selector)),
            change.cancel.as_ref().map(|link| link.digest.as_bytes().to_vec()),
        ],
    ))
}

fn issue(commit: &Commit, change: ChangeId, challenge: &NewChallenge) -> Result<Step, StoreError> {
    Ok(Step::new(
        statement::CHALLENGE_ISSUE,
        told![
            commit.tenant.as_str().to_owned(),
            change.uuid(),
            challenge.id.uuid(),
            as_word(&challenge.form)?,
            challenge.otp.map(|digest| digest.as_bytes().to_vec()),
            challenge.lookup.map(|digest| digest.as_bytes().to_vec()),
            challenge.link.as_ref().map(|link| text(&link.selector)),
            challenge.link.as_ref().map(|link| link.digest.as_bytes().to_vec()),
            micros(commit.at),
            micros(challenge.expires_at),
            i64::from(challenge.attempts_max),
        ],
    ))
}

fn require_newest(commit: &Commit, change: ChangeId, newest: ChallengeId) -> Step {
    Step::new(
        statement::CHALLENGE_IS_NEWEST,
        told![commit.tenant.as_str().to_owned(), change.uuid(), newest.uuid()],
    )
}

fn attempt(commit: &Commit, challenge: ChallengeId, before: u32, exhausted: bool) -> Step {
    let tenant = commit.tenant.as_str().to_owned();
    Step::new(statement::CHALLENGE_ATTEMPT, told![tenant, challenge.uuid(), i64::from(before), exhausted])
}

fn end(commit: &Commit, change: ChangeId, end: &ChangeEnd) -> Step {
    let by = match end {
        ChangeEnd::Cancelled { by } => Some(by.as_str()),
        ChangeEnd::Proven | ChangeEnd::Superseded => None,
    };
    let tenant = commit.tenant.as_str().to_owned();
    Step::new(statement::CHANGE_END, told![tenant, change.uuid(), end.as_str(), by, micros(commit.at)])
}

fn consume(commit: &Commit, change: ChangeId, challenge: ChallengeId) -> Step {
    let tenant = commit.tenant.as_str().to_owned();
    Step::new(statement::CHALLENGE_CONSUME, told![tenant, change.uuid(), challenge.uuid(), micros(commit.at)])
}
