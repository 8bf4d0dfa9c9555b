//! The schema: brought forward at start, by one node at a time, never back (REL-18).

use tokio_postgres::Client;

use super::fault::fault;
use crate::StoreError;

mod embedded {
    #![allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, reason = "written by the macro")]
    refinery::embed_migrations!("migrations/postgres");
}

/// Any number will do that no other program uses on the same database.
const LOCK: i64 = 0x0063_6f75_6e74_6572;

/// Applies what is missing, each migration in its own transaction, so that a kill leaves the schema between two of them.
///
/// Refuses a schema that this binary does not know: a newer one has been here, and what it wrote may mean something else.
pub(super) async fn bring_forward(mut client: Client) -> Result<(), StoreError> {
    // Held until this connection closes, whatever happens; a long migration of another node is waited for.
    client
        .batch_execute(&format!("SET lock_timeout = 0; SELECT pg_advisory_lock({LOCK})"))
        .await
        .map_err(|error| fault("waiting for another node's migration failed", error))?;
    match embedded::migrations::runner().run_async(&mut client).await {
        Ok(_) => super::reindex::bring_forward(&mut client).await,
        Err(error) => Err(match error.kind() {
            refinery::error::Kind::MissingVersion(_) | refinery::error::Kind::DivergentVersion(..) => {
                StoreError::lasting(
                    "the database was written by another version of Countersign; start that one, or a newer one",
                    error,
                )
            }
            _ => StoreError::lasting("the schema of the database could not be brought forward", error),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::scratch::on_empty;

    /// Rows of the trail from before it was found by what it is about are found too, unchanged, and final again.
    #[tokio::test]
    async fn rows_of_the_trail_from_before_its_index_are_found() {
        let body = r#"{"id":"0192f6a0-0000-7000-8000-000000000001","at":"2026-01-02T03:04:05Z","entry":{"event":"value_held","rule":"m11_held","user":"0192f6a0-0000-7000-8000-0000000000aa","change":"0192f6a0-0000-7000-8000-0000000000cc","by":{"persona":"owner","subject":{"user":"0192f6a0-0000-7000-8000-0000000000aa"},"display":"a\u0000b"},"origin":{}}}"#;
        on_empty(async |mut client, another| {
            let before = embedded::migrations::runner().set_target(refinery::Target::Version(7));
            before.run_async(&mut client).await.unwrap();
            let insert = "INSERT INTO audit (tenant, id, at, body) VALUES ('t', gen_random_uuid(), 1, $1)";
            client.execute(insert, &[&body.as_bytes()]).await.unwrap();

            bring_forward(client).await.unwrap();

            let select = "SELECT event, user_id::text, group_id::text, change_id::text, body FROM audit";
            let row = another.query_one(select, &[]).await.unwrap();
            let id = |last: &str| Some(format!("0192f6a0-0000-7000-8000-0000000000{last}"));
            assert_eq!(row.get::<_, &str>(0), "value_held");
            assert_eq!(row.get::<_, Option<String>>(1), id("aa"));
            assert_eq!(row.get::<_, Option<String>>(2), None);
            assert_eq!(row.get::<_, Option<String>>(3), id("cc"));
            assert_eq!(row.get::<_, &[u8]>(4), body.as_bytes());
            assert!(another.execute("UPDATE audit SET event = 'x'", &[]).await.is_err());
            assert!(another.execute("DELETE FROM audit", &[]).await.is_err());
        })
        .await;
    }
}
