//! What only the embedded database promises: it is one file, and it survives.

use std::path::Path;

use countersign_domain::claim::Channel;
use countersign_domain::{SignedDuration, Timestamp};
use countersign_store::{Clock, Settlement, Store};
use futures_util::FutureExt as _;
use rusqlite::Connection;

use crate::builder::{email, profile};
use crate::database::{House, clock};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A look at the file from outside, as an operator would take it.
fn outside<T: rusqlite::types::FromSql>(path: &Path, sql: &str) -> T {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// I7, REL-11: what was answered is there after a stop without a goodbye.
#[tokio::test(flavor = "multi_thread")]
async fn everything_answered_is_there_after_the_process_is_gone() {
    let folder = folder();
    let path = folder.path().join("countersign.db");
    let house = House::sqlite(&path);
    let user = house.user(profile("bob")).await;
    let (begun, mut commit) = house.beginning(user, &email("new@example.com"));
    commit.outbox.push(house.secret_message(&begun));
    house.commit(commit).await.unwrap();
    let before = house.snapshot(user).await;

    // The copy is what a crash leaves: a file and a log nobody has closed.
    let copy = folder.path().join("after.db");
    for ending in ["", "-wal"] {
        let from = format!("{}{ending}", path.display());
        std::fs::copy(from, format!("{}{ending}", copy.display())).unwrap();
    }
    let after = House::sqlite(&copy);

    assert_eq!(after.snapshot(user).await, before);
    assert_eq!(after.store.lease(Channel::Email, 9, LEASE).await.unwrap().len(), 1);
    assert_eq!(after.store.invariants(&after.tenant).await.unwrap().violations, []);
}

/// REL-2: after a clean stop the one file is the whole database, while readers still have it open.
#[tokio::test(flavor = "multi_thread")]
async fn a_clean_stop_leaves_one_whole_file() {
    let folder = folder();
    let path = folder.path().join("countersign.db");
    let house = House::sqlite(&path);
    let user = house.user(profile("bob")).await;
    let before = house.snapshot(user).await;

    house.store.close().await;

    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    assert_eq!(House::sqlite(&copy).snapshot(user).await, before);
    let log = std::fs::metadata(folder.path().join("countersign.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0);
}

/// REL-11: the handle may go while the store is in use; another one finds everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_opens_again_after_it_was_dropped_without_being_closed() {
    let folder = folder();
    let path = folder.path().join("countersign.db");
    for round in 0..5 {
        let house = House::sqlite(&path);
        house.clock.advance(SignedDuration::from_secs(round));
        let known = house.store.user_id_by_name(&house.tenant, &format!("user{}", round - 1)).await.unwrap();
        assert_eq!(known.is_some(), round > 0);
        let (_, commit) = house.creating(profile(&format!("user{round}")));
        let store = house.store.clone();
        drop(house);
        store.commit(commit).await.unwrap();
    }
}

/// REL-13: the mark outlives the process.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_with_an_earlier_clock_goes_on_from_the_mark() {
    let folder = folder();
    let path = folder.path().join("countersign.db");
    let house = House::sqlite(&path);
    house.clock.advance(SignedDuration::from_hours(5));
    house.user(profile("bob")).await;
    let last = house.now();
    drop(house);

    let house = House::sqlite(&path);

    assert!(house.now() < last);
    assert_eq!(house.store.now().await.unwrap(), last);
}

/// I16: what another process has seen is the past here as well.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_the_file_and_the_mark() {
    let folder = folder();
    let path = folder.path().join("countersign.db");
    let (server, command) = (House::sqlite(&path), House::sqlite(&path));
    command.clock.advance(SignedDuration::from_mins(1));

    let (bob, creating) = command.creating(profile("bob"));
    command.commit(creating).await.unwrap();
    assert_eq!(server.snapshot(bob).await.user.profile, profile("bob"));
    // Written by the server, refused by what the command did before.
    let (_, again) = server.creating(profile("BOB"));
    assert!(server.commit(again).await.is_err());
    server.commit(server.nothing()).await.unwrap();

    assert_eq!(server.store.now().await.unwrap(), command.now());
}

/// DESIGN §2.2: one process serves; leases of one that died are void when the next begins to deliver, and not before.
#[tokio::test(flavor = "multi_thread")]
async fn leases_of_a_dead_process_are_void_when_the_next_one_begins_to_deliver() {
    let folder = folder();
    let path = folder.path().join("countersign.db");
    let dead = House::sqlite(&path);
    let user = dead.user(profile("bob")).await;
    let mut commit = dead.nothing();
    commit.outbox.push(dead.notice(user, &email("a@example.com")));
    dead.commit(commit).await.unwrap();
    let lost = dead.store.lease(Channel::Email, 9, LEASE).await.unwrap().remove(0);

    let house = House::sqlite(&path);
    assert_eq!(house.store.lease(Channel::Email, 9, LEASE).await.unwrap(), []);
    house.store.begin_delivery().await.unwrap();
    let found = house.store.lease(Channel::Email, 9, LEASE).await.unwrap().remove(0);

    assert_eq!((found.id, found.lease), (lost.id, lost.lease + 1));
}

/// SEC-55: the sealed secret is erased at every ending, and the row says how it ended.
#[tokio::test(flavor = "multi_thread")]
async fn the_sealed_secret_is_erased_when_its_message_ends() {
    let endings = [
        Settlement::Delivered { detail: "250 ok".to_owned() },
        Settlement::Dropped { reason: "replaced".to_owned() },
        Settlement::Dead { reason: "550 no".to_owned() },
    ];
    for ending in endings {
        let folder = folder();
        let path = folder.path().join("countersign.db");
        let house = House::sqlite(&path);
        let user = house.user(profile("bob")).await;
        let (begun, mut commit) = house.beginning(user, &email("new@example.com"));
        commit.outbox.push(house.secret_message(&begun));
        house.commit(commit).await.unwrap();
        let leased = house.store.lease(Channel::Email, 1, LEASE).await.unwrap().remove(0);
        assert_eq!(outside::<i64>(&path, "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL"), 1);

        assert!(house.store.settle(&house.tenant, leased.id, leased.lease, ending, None).await.unwrap());

        assert_eq!(outside::<i64>(&path, "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL"), 0);
        assert_eq!(outside::<i64>(&path, "SELECT count(*) FROM outbox WHERE reason IS NOT NULL"), 1);
    }
}

/// The trail is append-only for everybody who does not drop its triggers first.
#[tokio::test(flavor = "multi_thread")]
async fn an_audit_row_can_be_neither_changed_nor_removed() {
    let folder = folder();
    let path = folder.path().join("countersign.db");
    House::sqlite(&path).user(profile("bob")).await;
    let db = Connection::open(&path).unwrap();

    assert!(db.execute("UPDATE audit SET body = x'00'", []).is_err());
    assert!(db.execute("DELETE FROM audit", []).is_err());
    assert_eq!(outside::<i64>(&path, "SELECT count(*) FROM audit"), 1);
}

/// A request that went away does not take its write along.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_caller_went_away_lands_all_the_same() {
    let folder = folder();
    let house = House::sqlite(&folder.path().join("countersign.db"));
    let (user, commit) = house.creating(profile("bob"));

    // Polled once, so that the job is in the queue, and dropped.
    let polled = house.store.commit(commit).now_or_never();
    house.commit(house.nothing()).await.unwrap();

    assert!(house.store.snapshot_of(&house.tenant, user).await.unwrap().is_some(), "{polled:?}");
}

/// SEC-57's care for keys holds for digests and addresses too.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let house = House::sqlite(&folder.path().join("countersign.db"));
    house.user(profile("bob")).await;

    for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_cannot_hold_a_database_is_refused_with_a_sentence() {
    let folder = folder();
    let missing = folder.path().join("no such folder").join("countersign.db");

    let error = Store::open_sqlite(&missing, Clock::Manual(clock())).unwrap_err();

    assert_eq!(error.to_string(), "the SQLite database file cannot be opened or created");
}

/// A wall clock gives nanoseconds; the store keeps microseconds, so that what is read is what was decided on.
#[tokio::test(flavor = "multi_thread")]
async fn a_wall_clock_is_cut_to_what_the_database_keeps() {
    fn precise() -> Timestamp {
        "2026-01-02T03:04:05.678901234Z".parse().unwrap()
    }
    let folder = folder();
    let store = Store::open_sqlite(&folder.path().join("countersign.db"), Clock::Wall(precise)).unwrap();

    assert_eq!(store.now().await.unwrap(), "2026-01-02T03:04:05.678901Z".parse().unwrap());
}
