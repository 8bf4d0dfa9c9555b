//! Shared budgets as they are looked at; they are taken from in `commit.rs`.

use countersign_domain::change::SharedBudget;
use countersign_domain::{TenantId, Timestamp};
use rusqlite::{OptionalExtension as _, params};

use super::row::{micros, time};
use super::{SqliteStore, statement};
use crate::{Spent, StoreError};

impl SqliteStore {
    pub(crate) fn spent(
        &self,
        tenant: &TenantId,
        budgets: &[SharedBudget],
        at: Timestamp,
    ) -> Result<Vec<Option<Spent>>, StoreError> {
        self.readers.point(|db| {
            let mut statement = db.prepare_cached(statement::SPENT)?;
            let mut spent = Vec::with_capacity(budgets.len());
            for budget in budgets {
                let row: Option<(u32, i64)> = statement
                    .query_row(params![tenant.as_str(), budget.key(), micros(at)], |row| {
                        Ok((row.get(0)?, row.get(1)?))
                    })
                    .optional()?;
                spent.push(match row {
                    Some((taken, ends_at)) => Some(Spent { taken, ends_at: time(ends_at)? }),
                    None => None,
                });
            }
            Ok(spent)
        })
    }
}
