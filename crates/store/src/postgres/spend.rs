//! Shared budgets: "take one if fewer than *max* are taken in this window" (DESIGN §2.1).

use countersign_domain::change::{Spend, Take};

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
    match spend.take {
        Take::Demand => Step::new(statement::SPEND_DEMAND, told![tenant, text(key), now, max]),
        Take::One => {
            let ends_at = micros(commit.at.saturating_add(spend.window).unwrap_or(commit.at));
            Step::new(statement::SPEND_TAKE, told![tenant, text(key), now, 1_i64, ends_at, max])
        }
        Take::GiveBack => Step::new(statement::SPEND_GIVE_BACK, told![tenant, text(key)]),
    }
}
