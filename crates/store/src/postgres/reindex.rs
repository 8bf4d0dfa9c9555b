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
            tracing::info!(event = "index_anew", generation = GENERATION, "indexing all users");
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

#[cfg(test)]
mod tests {
    use super::super::scratch::on_scratch;
    use super::*;

    /// Users of a database that knew no index, more than one portion of them, in two houses.
    const BEFORE: &str = r#"
        INSERT INTO users (tenant, id, user_name, user_name_key, revision, version, created_at, modified_at, profile,
                           password_weak, credential_version, may_act, budget)
        SELECT 'house' || n % 2, gen_random_uuid(), 'user' || n, 'user' || n, 1, 1, 0, 0,
               '{"user_name":"user","active":true,"locked":false,"contacts":{"email":{"verified":false},"mobile":{"verified":false}},'
               || '"attributes":{"title":"T' || n || '"}}', false, 1, true, '{}'
        FROM generate_series(1, 2500) n"#;

    async fn titles(client: &Client) -> i64 {
        let sql = "SELECT count(DISTINCT user_seq) FROM user_value WHERE attribute = 'title' AND value_key LIKE '=t%'";
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// REL-11: users from before the index are indexed once, all of them, also after a stop in between.
    #[tokio::test]
    async fn users_from_before_the_index_are_indexed_once() {
        on_scratch(async |store| {
            let mut connection = store.connection().await.unwrap();
            let client: &mut Client = &mut connection;
            client.batch_execute(BEFORE).await.unwrap();

            bring_forward(client).await.unwrap();
            assert_eq!(titles(client).await, 0, "it was done when there was nobody");

            client.batch_execute("UPDATE user_value_state SET generation = 0").await.unwrap();
            bring_forward(client).await.unwrap();
            assert_eq!(titles(client).await, 2_500);

            let stopped = "DELETE FROM user_value USING users u WHERE user_seq = u.seq AND u.tenant = 'house1';
                           UPDATE user_value_state SET done_tenant = 'house0', done_to = (SELECT max(seq) FROM users)";
            client.batch_execute(stopped).await.unwrap();
            bring_forward(client).await.unwrap();
            assert_eq!(titles(client).await, 2_500);
        })
        .await;
    }
}
