//! OAuth clients and their access tokens.

use countersign_domain::actor::Subject;
use countersign_domain::{ClientId, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::row::{document, document_at, id, micros};
use super::{SqliteStore, setting, statement};
use crate::{ClientRecord, CommitError, StoreError, TakenClaim, TokenRecord};

impl SqliteStore {
    pub(crate) fn client(
        &self,
        tenant: &TenantId,
        client: ClientId,
    ) -> Result<Option<ClientRecord>, StoreError> {
        self.readers.point(|db| {
            let mut statement = db.prepare_cached(statement::CLIENT)?;
            let found = statement
                .query_row(params![tenant.as_str(), client.uuid().into_bytes()], |row| Ok(record(row)))
                .optional()?;
            found.transpose()?.map(|record| with_scopes(db, tenant, record)).transpose()
        })
    }

    pub(crate) async fn clients(&self, tenant: &TenantId) -> Result<Vec<ClientRecord>, StoreError> {
        let tenant = tenant.clone();
        self.readers
            .scan(move |db| {
                let mut statement = db.prepare_cached(statement::CLIENTS)?;
                let mut rows = statement.query([tenant.as_str()])?;
                let mut clients = Vec::new();
                while let Some(row) = rows.next()? {
                    clients.push(with_scopes(db, &tenant, record(row)?)?);
                }
                Ok(clients)
            })
            .await
    }

    pub(crate) fn token(&self, hash: [u8; 32]) -> Result<Option<(TenantId, TokenRecord)>, StoreError> {
        let now = micros(self.now());
        self.readers.point(|db| {
            let mut statement = db.prepare_cached(statement::TOKEN)?;
            let found = statement.query_row(params![hash, now], |row| Ok(issued(row))).optional()?;
            let Some((tenant, mut token)) = found.transpose()? else { return Ok(None) };
            let granted = setting::scopes(db, &tenant, Subject::Client(token.client))?;
            token.scopes.retain(|scope| granted.contains(scope));
            Ok(Some((tenant, token)))
        })
    }
}

fn issued(row: &Row<'_>) -> Result<(TenantId, TokenRecord), StoreError> {
    let token = TokenRecord {
        client: ClientId::new(id(row, 1)?),
        client_name: row.get(2)?,
        scopes: document_at(row, 3)?,
    };
    Ok((TenantId::new(row.get::<_, String>(0)?), token))
}

fn record(row: &Row<'_>) -> Result<ClientRecord, StoreError> {
    Ok(ClientRecord {
        id: ClientId::new(id(row, 0)?),
        name: row.get(1)?,
        secret_hash: row.get(2)?,
        grants: document_at(row, 3)?,
        scopes: Vec::new(),
    })
}

fn with_scopes(
    db: &Connection,
    tenant: &TenantId,
    mut client: ClientRecord,
) -> Result<ClientRecord, StoreError> {
    client.scopes = setting::scopes(db, tenant, Subject::Client(client.id))?;
    Ok(client)
}

pub(super) fn add_client(
    db: &Connection,
    tenant: &TenantId,
    client: ClientId,
    name: &str,
    secret_hash: &[u8; 32],
    grants: &[String],
) -> Result<(), CommitError> {
    let mut insert = db.prepare_cached(statement::CLIENT_ADD)?;
    let id = client.uuid().into_bytes();
    match insert.execute(params![tenant.as_str(), id, name, secret_hash, document(&grants)?])? {
        1 => Ok(()),
        _ => Err(CommitError::Taken(TakenClaim::Record)),
    }
}

/// With another secret its tokens end: they may be of whoever has the old one.
pub(super) fn change_client(
    db: &Connection,
    tenant: &TenantId,
    client: ClientId,
    name: Option<&str>,
    secret_hash: Option<&[u8; 32]>,
) -> Result<(), CommitError> {
    let id = client.uuid().into_bytes();
    let mut change = db.prepare_cached(statement::CLIENT_CHANGE)?;
    if change.execute(params![tenant.as_str(), id, name, secret_hash])? != 1 {
        return Err(CommitError::Conflict);
    }
    if secret_hash.is_some() {
        db.prepare_cached(statement::TOKENS_REMOVE)?.execute(params![tenant.as_str(), id])?;
    }
    Ok(())
}

/// Its tokens go with it.
pub(super) fn remove_client(db: &Connection, tenant: &TenantId, client: ClientId) -> Result<(), CommitError> {
    let id = client.uuid().into_bytes();
    db.prepare_cached(statement::CLIENT_REMOVE)?.execute(params![tenant.as_str(), id])?;
    db.prepare_cached(statement::SCOPES_REMOVE)?.execute(params![tenant.as_str(), "client", id])?;
    Ok(())
}

/// A token of a client that is gone conflicts.
pub(super) fn add(
    db: &Connection,
    tenant: &TenantId,
    hash: &[u8; 32],
    client: ClientId,
    scopes: &[String],
    expires_at: Timestamp,
) -> Result<(), CommitError> {
    let mut insert = db.prepare_cached(statement::TOKEN_ADD)?;
    let client = client.uuid().into_bytes();
    insert.execute(params![hash, tenant.as_str(), client, document(&scopes)?, micros(expires_at)])?;
    Ok(())
}
