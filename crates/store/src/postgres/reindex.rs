//! Users written before the index was what it is now are indexed at start, portion by portion.

use countersign_domain::profile::Profile;
use tokio_postgres::{Client, Error};

use super::fault::fault;
use super::row::{cell, document, text};
use super::statement;
use crate::StoreError;
use crate::index::{GENERATION, found_values};

/// Users indexed in one transaction.
const PORTION: i64 = 1_000;

/// Brings `user_value` to the program's generation, under the lock of the migrations. A kill loses the portion it was
/// at; the next start goes on there.
pub(super) async fn bring_forward(client: &mut Client) -> Result<(), StoreError> {
    let failed = |error: Error| fault("the users of the database could not be indexed", error);
    loop {
        let transaction = client.transaction().await.map_err(failed)?;
        let state = transaction.query_opt(statement::FOUND_STATE, &[]).await.map_err(failed)?;
        let generation: Option<i64> = state.as_ref().map(|state| cell(state, "generation")).transpose()?;
        let (mut tenant, mut from) = (String::new(), 0_i64);
        if let Some(state) = state.as_ref().filter(|_| generation == Some(GENERATION)) {
            let Some(done_to) = cell(state, "done_to")? else { return Ok(()) };
            (tenant, from) = (cell::<Option<String>>(state, "done_tenant")?.unwrap_or_default(), done_to);
        } else {
            tracing::info!(generation = GENERATION, "indexing all users");
            transaction.batch_execute(statement::FOUND_REMOVE_ALL).await.map_err(failed)?;
        }
        let users =
            transaction.query(statement::FOUND_NEXT, &[&tenant, &from, &PORTION]).await.map_err(failed)?;
        let (mut tenants, mut names, mut keys, mut numbers) = (vec![], vec![], vec![], vec![]);
        for user in &users {
            let profile: Profile = document(user, "profile")?;
            for value in found_values(&profile) {
                tenants.push(cell::<String>(user, "tenant")?);
                names.push(value.name);
                keys.push(text(&value.key));
                numbers.push(cell::<i64>(user, "seq")?);
            }
        }
        transaction
            .execute(statement::FOUND_FILL, &[&tenants, &names, &keys, &numbers])
            .await
            .map_err(failed)?;
        let done_tenant: Option<String> = users.last().map(|user| cell(user, "tenant")).transpose()?;
        let done_to: Option<i64> = users.last().map(|user| cell(user, "seq")).transpose()?;
        transaction
            .execute(statement::FOUND_STATE_WRITE, &[&GENERATION, &done_tenant, &done_to])
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
    }
}
