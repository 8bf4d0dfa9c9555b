//! Settings changed at runtime, granted scopes, and the keys the database belongs to.

use std::collections::BTreeMap;

use countersign_domain::TenantId;
use countersign_domain::actor::Subject;
use countersign_domain::change::SecretDigest;
use rusqlite::{Connection, params};

use super::{SqliteStore, statement};
use crate::{CommitError, KeyMismatch, StoreError};

impl SqliteStore {
    pub(crate) fn overrides(&self, tenant: &TenantId) -> Result<BTreeMap<String, String>, StoreError> {
        self.readers.row(|db| overrides(db, tenant))
    }

    pub(crate) fn scopes_of(&self, tenant: &TenantId, subject: Subject) -> Result<Vec<String>, StoreError> {
        self.readers.row(|db| scopes(db, tenant, subject))
    }

    pub(crate) async fn claim_key(&self, kind: &str, fingerprint: SecretDigest) -> Result<(), KeyMismatch> {
        let kind = kind.to_owned();
        let claimed = self.writer.write(move |db| {
            db.prepare_cached(statement::KEY_CLAIM)?.execute(params![kind, fingerprint.as_bytes()])?;
            let stands: [u8; 32] = db.prepare_cached(statement::KEY)?.query_row([&kind], |row| row.get(0))?;
            Ok(stands == *fingerprint.as_bytes())
        });
        match claimed.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(KeyMismatch::OtherKey),
            Err(error) => Err(KeyMismatch::Fault(super::not_refused(error))),
        }
    }
}

pub(super) fn overrides(db: &Connection, tenant: &TenantId) -> Result<BTreeMap<String, String>, StoreError> {
    let mut statement = db.prepare_cached(statement::SETTINGS)?;
    let rows = statement.query_map([tenant.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn scopes(
    db: &Connection,
    tenant: &TenantId,
    subject: Subject,
) -> Result<Vec<String>, StoreError> {
    let (kind, id) = stored(subject);
    let mut statement = db.prepare_cached(statement::SCOPES)?;
    let rows = statement.query_map(params![tenant.as_str(), kind, id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn write(
    db: &Connection,
    tenant: &TenantId,
    name: &str,
    value: Option<&str>,
) -> Result<(), CommitError> {
    let tenant = tenant.as_str();
    match value {
        Some(value) => db.prepare_cached(statement::SETTING_WRITE)?.execute(params![tenant, name, value])?,
        None => db.prepare_cached(statement::SETTING_REMOVE)?.execute(params![tenant, name])?,
    };
    Ok(())
}

pub(super) fn grant(
    db: &Connection,
    tenant: &TenantId,
    subject: Subject,
    scope: &str,
    granted: bool,
) -> Result<(), CommitError> {
    let (kind, id) = stored(subject);
    let sql = if granted { statement::SCOPE_GRANT } else { statement::SCOPE_TAKE };
    db.prepare_cached(sql)?.execute(params![tenant.as_str(), kind, id, scope])?;
    Ok(())
}

/// The two key columns of a subject; the server has no id.
const fn stored(subject: Subject) -> (&'static str, [u8; 16]) {
    match subject {
        Subject::User(id) => ("user", id.uuid().into_bytes()),
        Subject::Client(id) => ("client", id.uuid().into_bytes()),
        Subject::Server => ("server", [0; 16]),
    }
}
