//! Group commit under failure. Tables of our own: the writer does not know what it writes.

use countersign_domain::Timestamp;
use rusqlite::ffi;

use super::super::{connect, migration};
use super::*;
use crate::Clock;

struct Room {
    db: Connection,
    clock: Marked,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

fn epoch() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn room() -> Room {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let mut db = connect::writer(&path).unwrap();
    migration::bring_forward(&mut db).unwrap();
    db.execute_batch("CREATE TABLE note (text TEXT UNIQUE)").unwrap();
    let clock = Marked::open(Clock::Wall(epoch), &db).unwrap();
    Room { db, clock, path, _folder: folder }
}

type Answer = oneshot::Receiver<Result<(), CommitError>>;

fn job(work: impl Fn(&Connection) -> Result<(), CommitError> + Send + 'static) -> (Box<dyn Job>, Answer) {
    let (reply, answer) = oneshot::channel();
    (Box::new(Task { work, outcome: None, reply }), answer)
}

fn noting(text: &'static str) -> (Box<dyn Job>, Answer) {
    job(move |db| {
        db.execute("INSERT INTO note (text) VALUES (?1)", [text])?;
        Ok(())
    })
}

/// Applies the jobs as one batch and answers them as the thread would.
fn batch(room: &Room, jobs: Vec<(Box<dyn Job>, Answer)>) -> Vec<Result<(), CommitError>> {
    let (mut work, answers): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
    let lost = apply(&room.db, &room.clock, &mut work).err().map(Arc::new);
    for job in work {
        job.answer(lost.as_ref().map(share));
    }
    answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect()
}

/// What another connection sees: what is committed.
fn notes(room: &Room) -> Vec<String> {
    let db = connect::reader(&room.path).unwrap();
    let mut read = db.prepare("SELECT text FROM note ORDER BY text").unwrap();
    let rows = read.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// DESIGN §2.1.
#[test]
fn a_refused_job_is_undone_alone() {
    let room = room();
    let half = job(|db| {
        db.execute("INSERT INTO note (text) VALUES ('half')", [])?;
        Err(CommitError::Conflict)
    });

    let answers = batch(&room, vec![noting("a"), half, noting("a"), noting("b")]);

    assert!(matches!(&answers[..], [Ok(()), Err(CommitError::Conflict), Err(CommitError::Fault(_)), Ok(())]));
    assert_eq!(notes(&room), ["a", "b"]);
}

/// DESIGN §2.1: alone, too; and what comes after it finds an orderly connection.
#[test]
fn a_refused_job_that_is_alone_leaves_nothing() {
    let room = room();
    let half = job(|db| {
        db.execute("INSERT INTO note (text) VALUES ('half')", [])?;
        Err(CommitError::Conflict)
    });

    assert!(matches!(&batch(&room, vec![half])[..], [Err(CommitError::Conflict)]));
    assert!(matches!(&batch(&room, vec![noting("a")])[..], [Ok(())]));
    assert_eq!(notes(&room), ["a"]);
}

/// DESIGN §2.1: a job that ran twice counts once, and its answer is that of the run that stands.
#[test]
fn a_job_that_runs_again_lands_once() {
    let room = room();
    let refused = job(|_| Err(CommitError::Conflict));

    let answers = batch(&room, vec![noting("a"), noting("b"), refused]);

    assert!(matches!(&answers[..], [Ok(()), Ok(()), Err(CommitError::Conflict)]));
    assert_eq!(notes(&room), ["a", "b"]);
}

/// DESIGN §2.1: a panic in one job fails that job.
#[test]
fn a_panicking_job_is_undone_alone() {
    let room = room();
    let panicking = job(|db| {
        db.execute("INSERT INTO note (text) VALUES ('half')", [])?;
        panic!("a bug of ours")
    });

    let answers = batch(&room, vec![noting("a"), panicking, noting("b")]);

    assert!(matches!(&answers[..], [Ok(()), Err(CommitError::Fault(_)), Ok(())]));
    assert_eq!(notes(&room), ["a", "b"]);
}

/// REL-14: SQLite may end the whole transaction under us; then nobody of the batch was committed, and nobody is told so.
#[test]
fn a_transaction_that_ended_takes_the_whole_batch_along() {
    let room = room();
    let ending = job(|db| {
        // What SQLite itself does on a full disk.
        db.execute_batch("ROLLBACK")?;
        Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None).into())
    });

    let answers = batch(&room, vec![noting("a"), ending, noting("b")]);

    assert_eq!(answers.len(), 3);
    for answer in answers {
        assert!(matches!(answer, Err(CommitError::Fault(fault)) if fault.passing));
    }
    assert_eq!(notes(&room), Vec::<String>::new());
    assert!(room.db.is_autocommit());
    assert!(matches!(&batch(&room, vec![noting("c")])[..], [Ok(())]));
}

/// REL-14: while there is no room nothing is acknowledged; as soon as there is, everything goes on.
#[test]
fn a_full_database_refuses_for_the_time_being_and_recovers() {
    let room = room();
    let pages: i64 = room.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    room.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    let large = || {
        job(|db| {
            db.execute("INSERT INTO note (text) VALUES (hex(randomblob(100000)))", [])?;
            Ok(())
        })
    };

    let answers = batch(&room, vec![large(), large()]);
    for answer in answers {
        assert!(matches!(answer, Err(CommitError::Fault(fault)) if fault.passing));
    }
    assert_eq!(notes(&room), Vec::<String>::new());

    room.db.pragma_update_and_check(None, "max_page_count", pages * 100, |_| Ok(())).unwrap();
    assert!(matches!(&batch(&room, vec![large()])[..], [Ok(())]));
    assert_eq!(notes(&room).len(), 1);
}

/// Another process may hold the write lock; nobody is left without an answer.
#[test]
fn a_batch_that_cannot_begin_is_a_fault_for_everybody() {
    let room = room();
    room.db.busy_timeout(std::time::Duration::ZERO).unwrap();
    let other = connect::writer(&room.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let answers = batch(&room, vec![noting("a"), noting("b")]);

    for answer in answers {
        assert!(matches!(answer, Err(CommitError::Fault(fault)) if fault.passing));
    }
    other.execute_batch("ROLLBACK").unwrap();
    assert!(matches!(&batch(&room, vec![noting("c")])[..], [Ok(())]));
}

/// REL-13.
#[test]
fn the_mark_is_written_with_every_batch() {
    let room = room();
    let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    let clock = crate::ManualClock::new(now);
    let room = Room { clock: Marked::open(Clock::Manual(clock), &room.db).unwrap(), ..room };
    assert_eq!(room.clock.now(), now);

    batch(&room, vec![noting("a")]);

    let written: i64 = room.db.query_row(statement::CLOCK_MARK, [], |row| row.get(0)).unwrap();
    assert_eq!(written, now.as_microsecond());
}
