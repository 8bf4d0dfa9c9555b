//! What SMS cost: a person is told before a budget is spent and when codes do not come back (security §8).
//!
//! Everything is counted by spends of the commit that sends or proves. Here the counts are read once the commit stands,
//! and one more commit, which only the first of all nodes gets through, makes each alarm sound once.

use countersign_domain::change::{Cohort, SharedBudget, Spend};
use countersign_domain::user_claim_update::Settings;
use countersign_domain::{SignedDuration, TenantId, Timestamp};
use countersign_store::{Commit, CommitError, Spent, StoreError};

use crate::app::App;

/// Longer than any window that is told about: each has a name of its own.
const TOLD_FOR: SignedDuration = SignedDuration::from_hours(49);

/// What a commit that sends an SMS takes from.
struct Sent {
    tenant: TenantId,
    at: Timestamp,
    cohort: Cohort,
    /// The budgets of the day with their limits.
    budgets: Vec<(SharedBudget, u32)>,
}

impl App {
    /// Commits what may send messages. Where sending stops on a low share of proven codes, the commit is refused as over
    /// any other budget; the share it is measured by is never newer than the commit.
    pub(crate) async fn commit_sends(
        &self,
        settings: &Settings,
        mut commit: Commit,
    ) -> Result<(), CommitError> {
        let Some(sent) = Sent::by(&commit) else { return self.store.commit(commit).await };
        if settings.stop_on_low_conversion {
            let most = Cohort::sent_max(self.proved(&sent).await?);
            let counted = |spend: &&mut Spend| matches!(spend.budget, SharedBudget::SmsSent(_));
            commit.spends.iter_mut().filter(counted).for_each(|spend| spend.max = most);
        }
        self.store.commit(commit).await?;
        if let Err(error) = self.watch(&sent).await {
            // The message is on its way; the next one looks again.
            tracing::error!(event = "sms_watch_failed", cause = %error);
        }
        Ok(())
    }

    async fn proved(&self, sent: &Sent) -> Result<u32, StoreError> {
        let proved = [sent.cohort.proved().budget];
        let counts = self.store.spent(&sent.tenant, &proved, sent.at).await?;
        Ok(taken(counts.first().copied().flatten()))
    }

    /// Looks at the counts after a message was committed.
    async fn watch(&self, sent: &Sent) -> Result<(), CommitError> {
        let country = sent.cohort.country();
        let counted = [sent.cohort.sent().budget, sent.cohort.proved().budget];
        let budgets: Vec<SharedBudget> =
            counted.into_iter().chain(sent.budgets.iter().map(|(budget, _)| budget.clone())).collect();
        let counts = self.store.spent(&sent.tenant, &budgets, sent.at).await?;
        let (Some([messages, proved]), Some(days)) = (counts.first_chunk(), counts.get(2..)) else {
            return Ok(());
        };
        let (messages, proved) = (taken(*messages), taken(*proved));
        if Cohort::is_low(messages, proved) && self.is_first(sent, &format!("low:{}", sent.cohort)).await? {
            tracing::warn!(event = "sms_conversion_low", country, sent = messages, proved);
        }
        for ((budget, limit), spent) in sent.budgets.iter().zip(days) {
            let Some(spent) = spent.filter(|spent| is_nearly_spent(spent.taken, *limit)) else { continue };
            if !self.is_first(sent, &format!("{}@{}", budget.key(), spent.ends_at.as_second())).await? {
                continue;
            }
            let taken = spent.taken;
            if matches!(budget, SharedBudget::SmsDay) {
                tracing::warn!(event = "sms_budget_alert", budget = "server", taken, limit);
            } else {
                tracing::warn!(event = "sms_budget_alert", budget = "country", country, taken, limit);
            }
        }
        Ok(())
    }

    /// Whether nobody has been told of `what` yet, on any node, before or after any restart.
    async fn is_first(&self, sent: &Sent, what: &str) -> Result<bool, CommitError> {
        let mut commit = Commit::new(self.operation(sent.at), sent.tenant.clone(), sent.at);
        commit.spends.extend(Spend::one(SharedBudget::Told(what.to_owned()), 1, TOLD_FOR));
        match self.store.commit(commit).await {
            Ok(()) => Ok(true),
            Err(CommitError::Exhausted(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Sent {
    /// What `commit` sends by SMS, if it does.
    fn by(commit: &Commit) -> Option<Self> {
        let cohort = commit.spends.iter().find_map(|spend| match &spend.budget {
            SharedBudget::SmsSent(cohort) => Some(cohort.clone()),
            _ => None,
        })?;
        let of_a_day =
            |budget: &SharedBudget| matches!(budget, SharedBudget::SmsDay | SharedBudget::SmsCountryDay(_));
        let budgets = commit.spends.iter().filter(|spend| of_a_day(&spend.budget));
        let budgets = budgets.map(|spend| (spend.budget.clone(), spend.max)).collect();
        Some(Self { tenant: commit.tenant.clone(), at: commit.at, cohort, budgets })
    }
}

fn taken(spent: Option<Spent>) -> u32 {
    spent.map_or(0, |spent| spent.taken)
}

/// Whether 80 % of a budget are taken.
fn is_nearly_spent(taken: u32, limit: u32) -> bool {
    u64::from(taken) * 5 >= u64::from(limit) * 4
}
