//! The limit of writes: SQLite with the product's durability (write-ahead log, `synchronous=FULL`), one update and one
//! insert an operation, several operations a commit.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rusqlite::{Connection, params};

/// Rows to update.
const ROWS: i64 = 100_000;
/// Operations in one transaction; what concurrent requests share by group commit.
const PER_COMMIT: [i64; 3] = [1, 8, 64];
/// Coprime to `ROWS`: every row gets its turn, neighbours are far apart.
const STRIDE: i64 = 48_271;

/// Measures all three and prints `{"1": operations a second, "8": …, "64": …}`.
pub(crate) fn run(folder: &Path, seconds: f64) -> anyhow::Result<()> {
    let mut db = Connection::open(folder.join("bare.db")).context("cannot open the database")?;
    let body = "x".repeat(700);
    prepare(&mut db, &body)?;
    let mut rates = serde_json::Map::new();
    for per_commit in PER_COMMIT {
        let rate = measure(&mut db, per_commit, Duration::from_secs_f64(seconds), &body)?;
        rates.insert(per_commit.to_string(), rate.into());
    }
    println!("{}", serde_json::Value::Object(rates));
    Ok(())
}

fn prepare(db: &mut Connection, body: &str) -> rusqlite::Result<()> {
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "cache_size", -64_000)?;
    db.pragma_update(None, "wal_autocheckpoint", 10_000)?;
    db.execute_batch(
        "CREATE TABLE person (pk INTEGER PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);
         CREATE TABLE owed (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, body TEXT NOT NULL);",
    )?;
    let batch = db.transaction()?;
    {
        let mut insert = batch.prepare("INSERT INTO person VALUES (?1, 1, ?2)")?;
        for pk in 0..ROWS {
            insert.execute(params![pk, body])?;
        }
    }
    batch.commit()
}

#[expect(clippy::disallowed_methods, reason = "this program measures durations")]
fn measure(db: &mut Connection, per_commit: i64, length: Duration, body: &str) -> rusqlite::Result<f64> {
    let began = Instant::now();
    let mut done: i64 = 0;
    while began.elapsed() < length {
        let batch = db.transaction()?;
        {
            let mut update =
                batch.prepare_cached("UPDATE person SET version = version + 1, body = ?2 WHERE pk = ?1")?;
            let mut insert = batch.prepare_cached("INSERT INTO owed (person, body) VALUES (?1, ?2)")?;
            for _ in 0..per_commit {
                let pk = done.wrapping_mul(STRIDE) % ROWS;
                update.execute(params![pk, body])?;
                insert.execute(params![pk, body])?;
                done += 1;
            }
        }
        batch.commit()?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate with three digits that count")]
    Ok(done as f64 / began.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PERFORMANCE §1: the loop really updates and inserts what it counts, durably.
    #[test]
    fn what_is_counted_is_in_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = Connection::open(folder.path().join("bare.db")).unwrap();
        prepare(&mut db, "b").unwrap();

        let rate = measure(&mut db, 8, Duration::from_millis(20), "c").unwrap();

        let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let inserted = count("SELECT count(*) FROM owed");
        assert!(rate > 0.0 && inserted >= 8 && inserted % 8 == 0, "{rate} {inserted}");
        assert_eq!(count("SELECT sum(version - 1) FROM person"), inserted);
        assert_eq!(count("PRAGMA synchronous"), 2);
    }
}
