//! Users written before the index was what it is now are indexed at start, portion by portion.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::row::read_document;
use super::statement;
use crate::StoreError;
use crate::index::{GENERATION, found_values};

/// Users indexed in one transaction.
const PORTION: i64 = 1_000;

/// Brings `user_value` to the program's generation. A kill loses the portion it was at; the next start goes on there.
pub(super) fn bring_forward(db: &Connection) -> Result<(), StoreError> {
    while let Some(from) = begin(db)? {
        let outcome = portion(db, from).and_then(|()| Ok(db.execute_batch(statement::COMMIT)?));
        if outcome.is_err() && !db.is_autocommit() {
            drop(db.execute_batch(statement::ROLLBACK));
        }
        outcome?;
    }
    Ok(())
}

/// Opens a transaction where there is something to do: the last user who is done.
fn begin(db: &Connection) -> Result<Option<i64>, StoreError> {
    let state = |db: &Connection| {
        db.query_row(statement::FOUND_STATE, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    };
    let is_done = |state: &Option<(i64, Option<i64>)>| matches!(state, Some((GENERATION, None)));
    if is_done(&state(db)?) {
        return Ok(None);
    }
    db.execute_batch(statement::BEGIN)?;
    // Another process may have been faster.
    match state(db)? {
        Some((GENERATION, None)) => {
            db.execute_batch(statement::ROLLBACK)?;
            Ok(None)
        }
        Some((GENERATION, Some(done_to))) => Ok(Some(done_to)),
        _ => {
            tracing::info!(event = "index_anew", generation = GENERATION, "indexing all users");
            db.execute(statement::FOUND_REMOVE_ALL, [])?;
            Ok(Some(0))
        }
    }
}

fn portion(db: &Connection, from: i64) -> Result<(), StoreError> {
    let mut done_to = None;
    let mut users = db.prepare_cached(statement::FOUND_NEXT)?;
    let mut add = db.prepare_cached(statement::FOUND_ADD)?;
    let mut rows = users.query(params![from, PORTION])?;
    while let Some(row) = rows.next()? {
        let (number, tenant): (i64, String) = (row.get(0)?, row.get(1)?);
        for value in found_values(&read_document(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)?) {
            add.execute(params![tenant, value.name, value.key, number])?;
        }
        done_to = Some(number);
    }
    db.execute(statement::FOUND_STATE_WRITE, params![GENERATION, done_to])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use countersign_domain::claim::PerFamily;
    use countersign_domain::profile::Profile;
    use serde_json::json;

    use super::*;

    /// Users of a database that knew no index, more than one portion of them.
    fn before(users: usize) -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::migration::bring_forward(&mut db).unwrap();
        for number in 0..users {
            let profile = Profile {
                user_name: format!("user{number}"),
                active: Some(number % 2 == 0),
                locked: None,
                contacts: PerFamily::default(),
                attributes: serde_json::from_value(json!({"title": format!("T{number}")})).unwrap(),
            };
            db.execute(
                "INSERT INTO users (tenant, id, user_name, user_name_key, revision, version, created_at, modified_at,
                                    profile, may_act, budget)
                 VALUES ('carbon.super', ?1, ?2, ?2, 1, 1, 0, 0, ?3, 1, '{}')",
                params![
                    (number as u128).to_be_bytes(),
                    profile.user_name,
                    serde_json::to_string(&profile).unwrap()
                ],
            )
            .unwrap();
        }
        db
    }

    fn number(db: &Connection, sql: &str) -> i64 {
        db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    const TITLES: &str =
        "SELECT count(DISTINCT user_pk) FROM user_value WHERE attribute = 'title' AND value_key LIKE '=t%'";

    #[test]
    fn users_from_before_the_index_are_indexed_at_the_next_start_and_only_then() {
        let db = before(2_500);

        bring_forward(&db).unwrap();

        assert_eq!(number(&db, TITLES), 2_500);
        let inactive = "SELECT count(*) FROM user_value WHERE attribute = 'active'";
        assert_eq!(number(&db, inactive), 1_250);
        db.execute("DELETE FROM user_value", []).unwrap();
        bring_forward(&db).unwrap();
        assert_eq!(number(&db, TITLES), 0);
    }

    /// REL-11: a kill between two portions loses nothing.
    #[test]
    fn indexing_goes_on_where_it_was_stopped() {
        let db = before(2_500);
        let from = begin(&db).unwrap().unwrap();
        portion(&db, from).unwrap();
        db.execute_batch("COMMIT").unwrap();
        assert_eq!(number(&db, TITLES), 1_000);
        db.execute("DELETE FROM user_value WHERE user_pk = 1", []).unwrap();

        bring_forward(&db).unwrap();

        assert_eq!(number(&db, TITLES), 2_499);
    }

    #[test]
    fn another_generation_is_indexed_anew() {
        let db = before(10);
        bring_forward(&db).unwrap();
        db.execute("UPDATE user_value_state SET generation = generation - 1", []).unwrap();
        db.execute("UPDATE user_value SET value_key = '=told otherwise'", []).unwrap();

        bring_forward(&db).unwrap();

        assert_eq!(number(&db, TITLES), 10);
        assert_eq!(number(&db, "SELECT count(*) FROM user_value WHERE value_key = '=told otherwise'"), 0);
    }
}
