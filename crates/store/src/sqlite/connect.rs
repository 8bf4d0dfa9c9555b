//! Connections: one that writes durably, some that read beside it.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::StoreError;

/// How long another process (a command beside the server) may hold the write lock before we give up (REL-2).
const PATIENCE: Duration = Duration::from_secs(5);

/// More than the statements there are, so that none is ever prepared twice.
const STATEMENTS: usize = 128;

/// Pages in the log before the writer itself checkpoints; the checkpointer normally comes long before (REL-2).
const LOG_PAGES: u32 = 10_000;

/// Opens the connection that writes, creating the file for its owner alone. Durability is set and read back: a database
/// that will not promise it is refused (REL-2).
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    create_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    prepare(&db, -64_000)?;
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    let level: i64 = db.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    let keys: bool = db.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") || level != 2 || !keys {
        return Err(StoreError::plain(
            "the SQLite database cannot be made durable here (write-ahead log, full synchronisation, foreign keys)",
        ));
    }
    Ok(db)
}

/// Opens a connection that reads and cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    prepare(&db, -8_000)?;
    db.pragma_update(None, "mmap_size", 1_i64 << 30)?;
    Ok(db)
}

/// What both have in common; `cache` in KiB is negative, as SQLite wants it.
fn prepare(db: &Connection, cache: i64) -> Result<(), StoreError> {
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // One plan whatever the parameters: otherwise a statement of several tables is prepared anew at every execution.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "cache_size", cache)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// The log and its index inherit the mode of the file (SEC-57's rule for keys holds for digests as well).
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| StoreError::lasting("the SQLite database file cannot be opened or created", error))
}
