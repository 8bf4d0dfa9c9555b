//! Feeds the check of security §3 with the rows of this database, all read at one moment.

use countersign_domain::{ChangeId, GroupId, MemberId, SessionId, TenantId, UserId};
use tokio_postgres::Row;

use super::audit::audit_row;
use super::fault::fault;
use super::flight::{self, Landing, Step, told};
use super::row::{address, cell, count, document, time, word};
use super::{PostgresStore, statement};
use crate::invariant::{Check, CheckedChallenge, CheckedChange, CheckedSession};
use crate::{InvariantReport, StoreError};

const FAILED: &str = "the PostgreSQL database could not be checked";

impl PostgresStore {
    pub(crate) async fn invariants(&self, tenant: &TenantId) -> Result<InvariantReport, StoreError> {
        let read = |sql| Step::new(sql, told![tenant.as_str().to_owned()]);
        let tables = [
            read(statement::CHECK_USERS),
            read(statement::CHECK_HELD),
            read(statement::CHECK_CHANGES),
            read(statement::CHECK_CHALLENGES),
            read(statement::CHECK_GROUPS),
            read(statement::CHECK_MEMBERS),
            read(statement::CHECK_SESSIONS),
            read(statement::CHECK_AUDIT),
        ];
        let mut check = Check::default();
        let take = [user, held, change, challenge, group, member, session, audit];
        match self.send(flight::READ, &tables).await? {
            Landing::Landed(answers) => {
                for (rows, take) in answers.iter().zip(take) {
                    rows.iter().try_for_each(|row| take(row, &mut check))?;
                }
                Ok(check.finish())
            }
            Landing::Refused(error) | Landing::NotSent(error) | Landing::Unknown(error) => {
                Err(fault(FAILED, error))
            }
        }
    }
}

fn user(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    check.user(UserId::new(cell(row, "id")?), document(row, "profile")?);
    Ok(())
}

fn held(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    check.held(word(row, "claim")?, cell(row, "value_key")?, UserId::new(cell(row, "user_id")?));
    Ok(())
}

fn change(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    check.change(CheckedChange {
        id: ChangeId::new(cell(row, "id")?),
        user: UserId::new(cell(row, "user_id")?),
        value: address(word(row, "family")?, cell(row, "value")?)?,
        state: cell(row, "state")?,
    });
    Ok(())
}

fn challenge(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    check.challenge(CheckedChallenge {
        change: ChangeId::new(cell(row, "change_id")?),
        state: word(row, "state")?,
        issued_at: time(row, "issued_at")?,
        attempts: count(row, "attempts")?,
        attempts_max: count(row, "attempts_max")?,
    });
    Ok(())
}

fn group(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    check.group(GroupId::new(cell(row, "id")?));
    Ok(())
}

fn member(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    let group = GroupId::new(cell(row, "group_id")?);
    check.member(group, MemberId::new(cell(row, "member_id")?), cell(row, "is_group")?);
    Ok(())
}

fn session(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    check.session(CheckedSession {
        id: SessionId::new(cell(row, "id")?),
        opened_on: count(row, "opened_on")?,
        stands: count(row, "stands")?,
        created_at: time(row, "created_at")?,
        authenticated_at: time(row, "authenticated_at")?,
    });
    Ok(())
}

fn audit(row: &Row, check: &mut Check) -> Result<(), StoreError> {
    check.audit(audit_row(row)?);
    Ok(())
}
