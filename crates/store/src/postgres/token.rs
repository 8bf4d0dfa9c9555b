//! OAuth clients and their access tokens.

use countersign_domain::{ClientId, TenantId, Timestamp};
use tokio_postgres::Row;

use super::flight::{Step, told};
use super::row::{as_document, cell, document, hash, micros, text};
use super::{PostgresStore, statement};
use crate::{ClientRecord, StoreError, TokenRecord};

impl PostgresStore {
    pub(crate) async fn client(
        &self,
        tenant: &TenantId,
        client: ClientId,
    ) -> Result<Option<ClientRecord>, StoreError> {
        let row = self.row(statement::CLIENT, &[&tenant.as_str(), &client.uuid()]).await?;
        row.as_ref().map(record).transpose()
    }

    pub(crate) async fn clients(&self, tenant: &TenantId) -> Result<Vec<ClientRecord>, StoreError> {
        let rows = self.rows(statement::CLIENTS, &[&tenant.as_str()]).await?;
        rows.iter().map(record).collect()
    }

    pub(crate) async fn token(&self, hash: [u8; 32]) -> Result<Option<(TenantId, TokenRecord)>, StoreError> {
        let now = self.clock.manual_micros();
        let row = self.row(statement::TOKEN, &[&hash.as_slice(), &now]).await?;
        row.as_ref().map(issued).transpose()
    }
}

fn issued(row: &Row) -> Result<(TenantId, TokenRecord), StoreError> {
    let granted: Vec<String> = cell(row, "granted")?;
    let mut scopes: Vec<String> = document(row, "scopes")?;
    scopes.retain(|scope| granted.contains(scope));
    let token = TokenRecord {
        client: ClientId::new(cell(row, "client_id")?),
        client_name: cell(row, "name")?,
        scopes,
    };
    Ok((TenantId::new(cell::<String>(row, "tenant")?), token))
}

fn record(row: &Row) -> Result<ClientRecord, StoreError> {
    Ok(ClientRecord {
        id: ClientId::new(cell(row, "id")?),
        name: cell(row, "name")?,
        secret_hash: hash(cell(row, "secret_hash")?)?,
        grants: document(row, "grants")?,
        scopes: cell(row, "scopes")?,
    })
}

pub(super) fn add_client(
    tenant: String,
    client: ClientId,
    name: &str,
    secret_hash: &[u8; 32],
    grants: &[String],
) -> Result<Step, StoreError> {
    let grants = as_document(&grants)?;
    Ok(Step::new(
        statement::CLIENT_ADD,
        told![tenant, client.uuid(), text(name), secret_hash.to_vec(), grants],
    ))
}

/// With another secret its tokens end: they may be of whoever has the old one.
pub(super) fn change_client(
    tenant: &str,
    client: ClientId,
    name: Option<&str>,
    secret_hash: Option<&[u8; 32]>,
) -> Vec<Step> {
    let (tenant, id) = (tenant.to_owned(), client.uuid());
    let hash = secret_hash.map(|hash| hash.to_vec());
    let change = told![tenant.clone(), id, name.map(text), hash];
    let mut steps = vec![Step::new(statement::CLIENT_CHANGE, change)];
    if secret_hash.is_some() {
        steps.push(Step::new(statement::TOKENS_REMOVE, told![tenant, id]));
    }
    steps
}

/// Its tokens go with it.
pub(super) fn remove_client(tenant: &str, client: ClientId) -> [Step; 2] {
    [
        Step::new(statement::CLIENT_REMOVE, told![tenant.to_owned(), client.uuid()]),
        Step::new(statement::SCOPES_REMOVE, told![tenant.to_owned(), "client", client.uuid()]),
    ]
}

/// A token of a client that is gone conflicts.
pub(super) fn add(
    tenant: String,
    hash: &[u8; 32],
    client: ClientId,
    scopes: &[String],
    expires_at: Timestamp,
) -> Result<Step, StoreError> {
    let scopes = as_document(&scopes)?;
    Ok(Step::new(
        statement::TOKEN_ADD,
        told![hash.to_vec(), tenant, client.uuid(), scopes, micros(expires_at)],
    ))
}
