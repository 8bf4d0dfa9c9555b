//! Shared budgets: "take one if fewer than *max* are taken in this window" (DESIGN §2.1).

use countersign_domain::change::{SharedBudget, Spend, Take};
use countersign_domain::{TenantId, Timestamp};

use super::flight::{Step, told};
use super::row::{cell, instant, micros, text};
use super::{PostgresStore, statement};
use crate::{Commit, Spent, StoreError};

impl PostgresStore {
    pub(crate) async fn spent(
        &self,
        tenant: &TenantId,
        budgets: &[SharedBudget],
        at: Timestamp,
    ) -> Result<Vec<Option<Spent>>, StoreError> {
        let keys: Vec<String> = budgets.iter().map(|budget| text(&budget.key())).collect();
        let rows = self.rows(statement::SPENT, &[&tenant.as_str(), &keys, &micros(at)]).await?;
        let mut spent = vec![None; keys.len()];
        for row in &rows {
            let budget: String = cell(row, "budget")?;
            let taken: i64 = cell(row, "taken")?;
            let taken = u32::try_from(taken).unwrap_or(u32::MAX);
            let ends_at = instant(cell(row, "window_ends_at")?)?;
            for (_, place) in keys.iter().zip(&mut spent).filter(|(key, _)| **key == budget) {
                *place = Some(Spent { taken, ends_at });
            }
        }
        Ok(spent)
    }
}

/// Sorted by key, so that two commits that share several budgets cannot wait for each other.
pub(super) fn steps(commit: &Commit) -> Vec<Step> {
    let mut spends: Vec<(String, &Spend)> =
        commit.spends.iter().map(|spend| (spend.budget.key(), spend)).collect();
    spends.sort_by(|a, b| a.0.cmp(&b.0));
    spends.into_iter().map(|(key, spend)| step(commit, &key, spend)).collect()
}

fn step(commit: &Commit, key: &str, spend: &Spend) -> Step {
    let (tenant, now, max) = (commit.tenant.as_str().to_owned(), micros(commit.at), i64::from(spend.max));
    match spend.take {
        Take::Demand => Step::new(statement::SPEND_DEMAND, told![tenant, text(key), now, max]),
        Take::One => {
            let ends_at = micros(commit.at.saturating_add(spend.window).unwrap_or(commit.at));
            Step::new(statement::SPEND_TAKE, told![tenant, text(key), now, 1_i64, ends_at, max])
        }
        Take::GiveBack => Step::new(statement::SPEND_GIVE_BACK, told![tenant, text(key)]),
    }
}
