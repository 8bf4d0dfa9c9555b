//! Shared budgets: "take one if fewer than *max* are taken in this window" (DESIGN §2.1).

use countersign_domain::change::Spend;

use super::flight::{Step, told};
use super::row::{micros, text};
use super::statement;
use crate::Commit;

/// Sorted by key, so that two commits that share several budgets cannot wait for each other.
pub(super) fn steps(commit: &Commit) -> Vec<Step> {
    let mut spends: Vec<(String, &Spend)> =
        commit.spends.iter().map(|spend| (spend.budget.key(), spend)).collect();
    spends.sort_by(|a, b| a.0.cmp(&b.0));
    spends.into_iter().map(|(key, spend)| step(commit, &key, spend)).collect()
}

fn step(commit: &Commit, key: &str, spend: &Spend) -> Step {
    let (tenant, now, max) = (commit.tenant.as_str().to_owned(), micros(commit.at), i64::from(spend.max));
    if spend.take == 0 {
        return Step::new(statement::SPEND_DEMAND, told![tenant, text(key), now, max]);
    }
    let ends_at = micros(commit.at.saturating_add(spend.window).unwrap_or(commit.at));
    Step::new(statement::SPEND_TAKE, told![tenant, text(key), now, i64::from(spend.take), ends_at, max])
}
