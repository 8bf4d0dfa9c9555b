//! Permissions: scopes come only from grants (DESIGN §5).

use countersign_domain::actor::Subject;
use countersign_domain::audit::{Event, Rule};
use countersign_store::{AdminWrite, Commit};

use crate::app::App;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};

/// Every scope there is (`verification.md` §4.1, §5.2, §8.3; `bulk_verify`: SEC-43). Everybody has `internal_login` on himself.
pub const SCOPES: [&str; 20] = [
    "internal_login",
    "internal_user_mgt_list",
    "internal_user_mgt_view",
    "internal_user_mgt_create",
    "internal_user_mgt_update",
    "internal_user_mgt_delete",
    "internal_user_code_mgt_view",
    "internal_user_code_mgt_create",
    "internal_idp_view",
    "internal_idp_update",
    "internal_config_mgt_view",
    "internal_config_mgt_add",
    "internal_config_mgt_update",
    "internal_config_mgt_delete",
    "internal_group_mgt_list",
    "internal_group_mgt_view",
    "internal_group_mgt_create",
    "internal_group_mgt_update",
    "internal_group_mgt_delete",
    "bulk_verify",
];

impl App {
    /// Grants scopes to a user or client, or takes them away. Granting what is granted changes nothing.
    pub async fn set_grants(
        &self,
        cx: &Context,
        subject: Subject,
        scopes: &[String],
        granted: bool,
    ) -> Result<(), Failure> {
        let (given, taken): (&[_], &[_]) = if granted { (scopes, &[]) } else { (&[], scopes) };
        self.grant_and_take(cx, subject, given, taken).await
    }

    /// The first of these scopes that the caller does not hold now, whatever his session or token began with (SEC-37). The
    /// server does on its own machine what it is told to, and everybody has `internal_login` on himself (DESIGN §5).
    pub(crate) async fn beyond(&self, cx: &Context, scopes: &[String]) -> Result<Option<String>, Failure> {
        let caller = cx.actor.requester.subject;
        if caller == Subject::Server || scopes.is_empty() {
            return Ok(None);
        }
        let held = self.grants(cx, caller).await?;
        let is_held = |scope: &&String| held.contains(scope) || *scope == "internal_login";
        Ok(scopes.iter().find(|scope| !is_held(scope)).cloned())
    }

    /// Both in one commit.
    pub(crate) async fn grant_and_take(
        &self,
        cx: &Context,
        subject: Subject,
        given: &[String],
        taken: &[String],
    ) -> Result<(), Failure> {
        let now = self.store.now().await?;
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        let both = given.iter().map(|scope| (scope, true)).chain(taken.iter().map(|scope| (scope, false)));
        for (scope, granted) in both {
            let mut row = entry(Event::GrantChanged, Rule::Request, subject.user(), &cx.actor);
            row.detail = Some(format!("{scope} {}", if granted { "granted" } else { "taken" }));
            commit.audit.push(audit_row(self, now, row));
            commit.admin.push(AdminWrite::Grant { subject, scope: scope.clone(), granted });
        }
        self.commit_admin(commit).await
    }
}
