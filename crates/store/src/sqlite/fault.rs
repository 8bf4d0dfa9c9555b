//! What a driver's error means to the caller. No message is parsed, and none of ours holds a value.

use rusqlite::{Error, ErrorCode};

use crate::{CommitError, StoreError};

/// The extended code of a foreign key that points nowhere.
const FOREIGN_KEY: std::ffi::c_int = rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        if is_passing(&error) {
            Self::passing("the SQLite database cannot be used just now", error)
        } else {
            Self::lasting("the SQLite database failed", error)
        }
    }
}

impl From<Error> for CommitError {
    /// A row whose parent is gone was decided on a state that is no more; everything else is a fault.
    fn from(error: Error) -> Self {
        match &error {
            Error::SqliteFailure(cause, _) if cause.extended_code == FOREIGN_KEY => Self::Conflict,
            _ => Self::Fault(error.into()),
        }
    }
}

/// Whether trying later may help: busy, full, out of memory or file handles, a disk that does not answer (REL-14).
fn is_passing(error: &Error) -> bool {
    use ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, FileLockingProtocolFailed, OperationInterrupted,
        OutOfMemory, ReadOnly, SystemIoFailure,
    };
    matches!(
        error.sqlite_error_code(),
        Some(
            CannotOpen
                | DatabaseBusy
                | DatabaseLocked
                | DiskFull
                | FileLockingProtocolFailed
                | OperationInterrupted
                | OutOfMemory
                | ReadOnly
                | SystemIoFailure
        )
    )
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn failure(code: std::ffi::c_int) -> Error {
        Error::SqliteFailure(ffi::Error::new(code), None)
    }

    /// REL-14.
    #[test]
    fn a_full_or_busy_disk_passes_and_a_corrupt_file_does_not() {
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_BUSY,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_NOMEM,
        ] {
            assert!(StoreError::from(failure(code)).passing, "{code}");
        }
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB, ffi::SQLITE_CONSTRAINT_CHECK] {
            assert!(!StoreError::from(failure(code)).passing, "{code}");
        }
    }

    #[test]
    fn a_parent_that_is_gone_is_a_conflict_and_any_other_constraint_a_fault() {
        assert!(matches!(CommitError::from(failure(FOREIGN_KEY)), CommitError::Conflict));
        assert!(matches!(CommitError::from(failure(ffi::SQLITE_CONSTRAINT_CHECK)), CommitError::Fault(_)));
    }
}
