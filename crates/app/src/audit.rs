//! The audit trail as an administrator reads it: a page, or all of it in portions for an export.

use std::collections::BTreeMap;

use countersign_domain::actor::{Origin, Requester};
use countersign_domain::audit::{Event, Means, Rule};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::{AuditId, ChangeId, GroupId, Timestamp, UserId};
use countersign_store::{AuditQuery, AuditRow};

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;

/// Which rows are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the filters of the page, named as they are there")]
pub struct AuditFilter {
    pub user: Option<UserId>,
    pub group: Option<GroupId>,
    pub change: Option<ChangeId>,
    pub events: Vec<Event>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Stands, whatever its case, in who did it, from where, the masked value or the detail.
    pub text: Option<String>,
}

/// A row as it is read.
#[derive(Clone, PartialEq, Debug)]
pub struct AuditEntry {
    /// Its id; ids are time-ordered.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// The rule that decided.
    pub rule: Rule,
    /// Who did it.
    pub by: Requester,
    /// From where.
    pub origin: Origin,
    /// Whose profile.
    pub user: Option<UserId>,
    /// What he is called, as long as he is there.
    pub user_name: Option<String>,
    /// Which group.
    pub group: Option<GroupId>,
    /// Which family.
    pub family: Option<ClaimFamily>,
    /// Which change.
    pub change: Option<ChangeId>,
    /// The value, masked (SEC-63).
    pub value: Option<String>,
    /// How a value was proven.
    pub means: Option<Means>,
    /// A reason given, a setting's name.
    pub detail: Option<String>,
}

/// A page of the trail. A page may be short, or empty, and still name where to go on: what is asked is then rare, and each
/// page looks at a bounded part of the trail.
#[derive(Clone, PartialEq, Debug)]
pub struct AuditView {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// The `before` of the next page.
    pub next: Option<AuditId>,
}

/// The longest page.
const PAGE_MAX: u64 = 200;

impl App {
    /// A page of the audit trail, newest first, behind `before`.
    pub async fn audit(
        &self,
        cx: &Context,
        filter: &AuditFilter,
        before: Option<AuditId>,
        limit: u64,
    ) -> Result<AuditView, Failure> {
        let AuditFilter { user, group, change, events, since, until, text } = filter.clone();
        let limit = limit.clamp(1, PAGE_MAX);
        let query = AuditQuery { user, group, change, events, since, until, text, before, limit };
        let page = self.store.audit(&cx.tenant, query).await?;
        let mut names: BTreeMap<UserId, Option<String>> = BTreeMap::new();
        let mut entries = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            let user_name = match row.entry.user {
                Some(user) => self.name_of(cx, user, &mut names).await?,
                None => None,
            };
            entries.push(entry(row, user_name));
        }
        Ok(AuditView { entries, next: page.next })
    }

    /// What somebody is called now; asked once a page.
    async fn name_of(
        &self,
        cx: &Context,
        user: UserId,
        known: &mut BTreeMap<UserId, Option<String>>,
    ) -> Result<Option<String>, Failure> {
        if let Some(name) = known.get(&user) {
            return Ok(name.clone());
        }
        let found = self.store.sign_in(&cx.tenant, countersign_store::SignInKey::Id(user)).await?;
        let name = found.map(|found| found.user_name);
        known.insert(user, name.clone());
        Ok(name)
    }

    /// A portion of an export: like [`Self::audit`], as many rows as one question may bring. The surface writes them out
    /// and asks on from `next` until there is none; nothing is held meanwhile.
    pub async fn audit_portion(
        &self,
        cx: &Context,
        filter: &AuditFilter,
        before: Option<AuditId>,
    ) -> Result<AuditView, Failure> {
        self.audit(cx, filter, before, PAGE_MAX).await
    }
}

fn entry(row: AuditRow, user_name: Option<String>) -> AuditEntry {
    let AuditRow { id, at, entry, .. } = row;
    AuditEntry {
        id,
        at,
        event: entry.event,
        rule: entry.rule,
        by: entry.by,
        origin: entry.origin,
        user: entry.user,
        user_name,
        group: entry.group,
        family: entry.family,
        change: entry.change,
        value: entry.value,
        means: entry.means,
        detail: entry.detail,
    }
}

#[cfg(test)]
mod tests;
