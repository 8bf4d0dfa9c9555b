//! What a driver's error means to the caller.

use tokio_postgres::Error;
use tokio_postgres::error::Severity;

use crate::StoreError;

/// A fault, passing when trying later may help: the connection is gone, the server is stopping, starting or read-only,
/// out of space, memory or connections.
pub(super) fn fault(what: &'static str, error: Error) -> StoreError {
    if is_passing(&error) { StoreError::passing(what, error) } else { StoreError::lasting(what, error) }
}

/// The same for what the pool says: only an address nobody can use lasts.
pub(super) fn pool_fault(error: deadpool_postgres::PoolError) -> StoreError {
    const WHAT: &str = "no connection to the PostgreSQL database";
    match error {
        deadpool_postgres::PoolError::Backend(error) => fault(WHAT, error),
        error => StoreError::passing(WHAT, error),
    }
}

/// Whether the server ended the connection, or it broke: nothing is known of what was sent on it.
pub(super) fn is_lost(error: &Error) -> bool {
    error
        .as_db_error()
        .is_none_or(|db| matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic)))
}

/// Whether this node cannot be written to any more (REL-15): a demoted primary says 25006.
pub(super) fn is_demoted(error: &Error) -> bool {
    error.code().is_some_and(|code| code.code() == "25006")
}

fn is_passing(error: &Error) -> bool {
    // Connection, a lock that was not to be had, resources, operator's intervention, system; and what no code of the
    // server's speaks of.
    const CLASSES: [&str; 5] = ["08", "55P03", "53", "57", "58"];
    match error.code() {
        None => true,
        Some(code) => is_demoted(error) || CLASSES.iter().any(|class| code.code().starts_with(class)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REL-15: an unreachable server is no reason for a person to look.
    #[tokio::test]
    async fn a_server_that_is_away_is_a_passing_fault() {
        let nowhere =
            super::super::connect::Connector::parse("postgresql://nobody@%2Fnonexistent/none").unwrap();

        let error = nowhere.open().await.err().unwrap();

        assert!(is_lost(&error));
        assert!(fault("away", error).passing);
    }
}
