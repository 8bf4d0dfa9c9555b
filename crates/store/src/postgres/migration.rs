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
