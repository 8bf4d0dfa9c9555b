//! The schema: brought forward at start, never back (REL-18).

use refinery::error::Kind;
use rusqlite::Connection;

use crate::StoreError;

mod embedded {
    #![allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, reason = "written by the macro")]
    refinery::embed_migrations!("migrations/sqlite");
}

/// Applies what is missing, all of it in one transaction: a kill leaves the schema as it was.
///
/// Refuses a schema that this binary does not know: a newer one has been here, and what it wrote may mean something else.
pub(super) fn bring_forward(db: &mut Connection) -> Result<(), StoreError> {
    let runner = || embedded::migrations::runner().set_grouped(true);
    // Another process may bring the same database forward at this moment; it wins, and the second look finds it done.
    let outcome = runner().run(db).or_else(|error| match error.kind() {
        Kind::Connection(..) => runner().run(db),
        _ => Err(error),
    });
    match outcome {
        // The planner's figures came with the schema; this connection has not read them yet.
        Ok(report) if !report.applied_migrations().is_empty() => {
            Ok(db.execute_batch("ANALYZE sqlite_schema")?)
        }
        Ok(_) => Ok(()),
        Err(error) => Err(match error.kind() {
            Kind::MissingVersion(_) | Kind::DivergentVersion(..) => StoreError::lasting(
                "the database was written by another version of Countersign; start that one, or a newer one",
                error,
            ),
            _ => StoreError::lasting("the schema of the database could not be brought forward", error),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REL-18.
    #[test]
    fn a_schema_from_a_newer_version_is_refused() {
        let mut db = Connection::open_in_memory().unwrap();
        bring_forward(&mut db).unwrap();
        db.execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
             SELECT version + 1000, 'later', applied_on, checksum FROM refinery_schema_history WHERE version = 1",
            [],
        )
        .unwrap();

        let error = bring_forward(&mut db).unwrap_err();

        assert!(!error.passing);
        assert_eq!(
            error.to_string(),
            "the database was written by another version of Countersign; start that one, or a newer one"
        );
    }

    /// Rows of the trail from before it was found by what it is about are found too, unchanged, and final again.
    #[test]
    fn rows_of_the_trail_from_before_its_index_are_found() {
        let body = r#"{"id":"0192f6a0-0000-7000-8000-000000000001","at":"2026-01-02T03:04:05Z","entry":{"event":"value_held","rule":"m11_held","user":"0192f6a0-0000-7000-8000-0000000000aa","change":"0192f6a0-0000-7000-8000-0000000000cc","by":{"persona":"owner","subject":{"user":"0192f6a0-0000-7000-8000-0000000000aa"},"display":"bob"},"origin":{}}}"#;
        let mut db = Connection::open_in_memory().unwrap();
        let before = embedded::migrations::runner().set_target(refinery::Target::Version(7));
        before.run(&mut db).unwrap();
        db.execute(
            "INSERT INTO audit (tenant, id, at, body) VALUES ('t', zeroblob(16), 1, ?1)",
            [body.as_bytes()],
        )
        .unwrap();

        bring_forward(&mut db).unwrap();

        let found: (String, String, Option<Vec<u8>>, String, Vec<u8>) = db
            .query_row("SELECT event, hex(user_id), group_id, hex(change_id), body FROM audit", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .unwrap();
        let hex = |last: &str| format!("0192F6A00000700080000000000000{last}");
        let expected = ("value_held".to_owned(), hex("AA"), None, hex("CC"), body.as_bytes().to_vec());
        assert_eq!(found, expected);
        assert!(db.execute("UPDATE audit SET event = 'x'", []).is_err());
        assert!(db.execute("DELETE FROM audit", []).is_err());
    }

    #[test]
    fn a_second_start_finds_nothing_to_do() {
        let mut db = Connection::open_in_memory().unwrap();
        bring_forward(&mut db).unwrap();

        bring_forward(&mut db).unwrap();

        let applied: i64 =
            db.query_row("SELECT count(*) FROM refinery_schema_history", [], |row| row.get(0)).unwrap();
        let known = embedded::migrations::runner().get_migrations().len();
        assert_eq!(usize::try_from(applied).unwrap(), known);
    }
}
