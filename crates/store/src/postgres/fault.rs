//! What a driver's error means to the caller.

use tokio_postgres::Error;
use tokio_postgres::error::Severity;

use crate::StoreError;

/// A fault, passing when trying later may help: the connection is gone, the server is stopping, starting or read-only,
/// out of space, memory or connections.
pub(super) fn fault(what: &'static str, error: Error) -> StoreError {
    let passing = is_passing(&error);
    let cause: Box<dyn std::error::Error + Send + Sync> = match error.as_db_error() {
        Some(db) => Box::new(ServerSaid::of(db.code().code(), db.message())),
        None => Box::new(error),
    };
    if passing { StoreError::passing(what, cause) } else { StoreError::lasting(what, cause) }
}

/// What the server said, without what it quotes: its DETAIL repeats whole rows, addresses and digests included (SEC-59).
#[derive(Debug, thiserror::Error)]
#[error("PostgreSQL {code}: {message}")]
struct ServerSaid {
    code: String,
    message: String,
}

impl ServerSaid {
    fn of(code: &str, message: &str) -> Self {
        // Class 22 quotes the value it cannot use.
        let message = if code.starts_with("22") { "a value it cannot use" } else { message };
        Self { code: code.to_owned(), message: message.to_owned() }
    }
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

    /// SEC-59: what is logged of a server's error holds no row.
    #[test]
    fn a_value_the_server_quotes_is_not_repeated() {
        let odd = ServerSaid::of("22P02", "invalid input syntax for type uuid: \"bob@example.org\"");
        let full = ServerSaid::of("53100", "could not extend file: No space left on device");

        assert_eq!(odd.to_string(), "PostgreSQL 22P02: a value it cannot use");
        assert_eq!(full.to_string(), "PostgreSQL 53100: could not extend file: No space left on device");
    }
}
