//! What every use case can run into besides its own refusals.

use countersign_store::StoreError;

/// Not the caller's doing: logged with its source chain, answered without detail (SEC-62).
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database failed us.
    #[error("the database could not answer")]
    Store(#[from] StoreError),
    /// Somebody else was faster eight times in a row: 503 with `Retry-After`.
    #[error("the record is being changed by too many at once")]
    Busy,
    /// The password hashing queue is full (REL-17): 503 with `Retry-After`.
    #[error("too many passwords are being checked at once")]
    Overloaded,
    /// A secret could not be sealed or a hash not be made.
    #[error("cryptography failed")]
    Crypto,
}
