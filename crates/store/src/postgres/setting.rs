//! Settings changed at runtime, granted scopes, and the keys the database belongs to.

use std::collections::BTreeMap;

use countersign_domain::TenantId;
use countersign_domain::actor::Subject;
use countersign_domain::change::SecretDigest;
use uuid::Uuid;

use super::flight::{Step, told};
use super::row::{cell, text};
use super::{PostgresStore, statement};
use crate::{KeyMismatch, StoreError};

impl PostgresStore {
    pub(crate) async fn overrides(&self, tenant: &TenantId) -> Result<BTreeMap<String, String>, StoreError> {
        let rows = self.rows(statement::SETTINGS, &[&tenant.as_str()]).await?;
        rows.iter().map(|row| Ok((cell(row, "name")?, cell(row, "value")?))).collect()
    }

    pub(crate) async fn scopes_of(
        &self,
        tenant: &TenantId,
        subject: Subject,
    ) -> Result<Vec<String>, StoreError> {
        let (kind, id) = stored(subject);
        let rows = self.rows(statement::SCOPES, &[&tenant.as_str(), &kind, &id]).await?;
        rows.iter().map(|row| cell(row, "scope")).collect()
    }

    pub(crate) async fn claim_key(&self, kind: &str, fingerprint: SecretDigest) -> Result<(), KeyMismatch> {
        let kind = text(kind);
        self.rows(statement::KEY_CLAIM, &[&kind, &fingerprint.as_bytes().as_slice()]).await?;
        let stands = self.one(statement::KEY, &[&kind]).await?;
        if cell::<&[u8]>(&stands, "fingerprint")? == fingerprint.as_bytes() {
            Ok(())
        } else {
            Err(KeyMismatch::OtherKey)
        }
    }
}

pub(super) fn write(tenant: String, name: &str, value: Option<&str>) -> Step {
    match value {
        Some(value) => Step::new(statement::SETTING_WRITE, told![tenant, text(name), text(value)]),
        None => Step::new(statement::SETTING_REMOVE, told![tenant, text(name)]),
    }
}

pub(super) fn grant(tenant: String, subject: Subject, scope: &str, granted: bool) -> Step {
    let (kind, id) = stored(subject);
    let sql = if granted { statement::SCOPE_GRANT } else { statement::SCOPE_TAKE };
    Step::new(sql, told![tenant, kind, id, text(scope)])
}

/// The two key columns of a subject; the server has no id.
const fn stored(subject: Subject) -> (&'static str, Uuid) {
    match subject {
        Subject::User(id) => ("user", id.uuid()),
        Subject::Client(id) => ("client", id.uuid()),
        Subject::Server => ("server", Uuid::nil()),
    }
}
