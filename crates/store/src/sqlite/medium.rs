//! What the database lies on: which file systems will not do, whether the last stop was a clean one, and the clean stop
//! itself (REL-2).

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::connect;
use crate::StoreError;

/// The file, and whether whoever wrote it last was cut short.
#[derive(Clone, Debug)]
pub(super) struct Medium {
    path: PathBuf,
    was_cut_short: bool,
}

impl Medium {
    /// Looks at the place before anything is opened there. Refuses network file systems: their locks and their flushes are
    /// not what SQLite needs, and the loss shows later.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Ok(about) = rustix::fs::statfs(folder.unwrap_or(Path::new(".")))
            && is_remote(i128::from(about.f_type))
        {
            return Err(StoreError::plain(
                "the SQLite database lies on a network file system, which cannot be made durable; move the home folder \
                 to a local disk, or use PostgreSQL",
            ));
        }
        // A clean stop leaves no log behind.
        let log = std::fs::metadata(with_ending(path, "-wal"));
        Ok(Self { path: path.to_owned(), was_cut_short: log.is_ok_and(|log| log.len() > 0) })
    }

    /// After an unclean stop, checks the file on a thread of its own: minutes for a large one, while it is in use.
    pub(super) fn look_over(&self) {
        if !self.was_cut_short {
            return;
        }
        let path = self.path.clone();
        let spawned = std::thread::Builder::new().name("sqlite-check".to_owned()).spawn(move || check(&path));
        if let Err(error) = spawned {
            tracing::warn!(event = "database_unchecked", %error, "the database could not be looked over");
        }
    }

    /// Moves the log into the file. Waits for reads that are still under way, but not for ever.
    pub(super) async fn merge_log(&self) {
        let path = self.path.clone();
        let merged = tokio::task::spawn_blocking(move || {
            connect::writer(&path)?
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
                .map_err(StoreError::from)
        });
        match merged.await {
            Ok(Ok(0)) => {}
            Ok(Ok(_)) => tracing::info!(event = "log_kept", "the write-ahead log is in use and stays"),
            Ok(Err(error)) => {
                tracing::warn!(event = "log_kept", %error, "the write-ahead log could not be merged");
            }
            Err(error) => {
                tracing::warn!(event = "log_kept", %error, "the write-ahead log could not be merged");
            }
        }
    }
}

fn check(path: &Path) {
    let first = |db: Connection| db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match connect::reader(path).and_then(|db| first(db).map_err(StoreError::from)) {
        Ok(found) if found == "ok" => {
            tracing::info!(
                event = "database_checked",
                "the last stop was not a clean one; the database is sound"
            );
        }
        Ok(found) => tracing::error!(
            event = "database_damaged",
            found,
            "the database is damaged; stop the server and restore a backup"
        ),
        Err(error) => {
            tracing::error!(event = "database_unchecked", %error, "the database could not be looked over");
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// NFS, SMB, CIFS, SMB2, AFS, Ceph, Coda, GFS2, OCFS2, Lustre: statfs(2).
fn is_remote(kind: i128) -> bool {
    const REMOTE: [i128; 10] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x5346_414f,
        0x00c3_6400,
        0x7375_7245,
        0x0116_1970,
        0x7461_636f,
        0x0bd0_0bd0,
    ];
    // The field is signed on some machines.
    REMOTE.contains(&(kind & 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REL-2: kinds of file systems, as the kernel numbers them.
    #[test]
    fn network_file_systems_are_told_from_local_ones() {
        let (nfs, cifs_signed) = (0x6969, i128::from(0xff53_4d42_u32.cast_signed()));
        let (ext4, tmpfs, overlay) = (0xef53, 0x0102_1994, 0x794c_7630);

        assert_eq!([nfs, cifs_signed].map(is_remote), [true, true]);
        assert_eq!([ext4, tmpfs, overlay].map(is_remote), [false, false, false]);
    }

    /// REL-2: a log that was left behind means that somebody was cut short.
    #[test]
    fn a_log_left_behind_tells_of_an_unclean_stop() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countersign.db");
        assert!(!Medium::of(&path).unwrap().was_cut_short);

        std::fs::write(with_ending(&path, "-wal"), b"").unwrap();
        assert!(!Medium::of(&path).unwrap().was_cut_short);
        std::fs::write(with_ending(&path, "-wal"), b"frames").unwrap();
        assert!(Medium::of(&path).unwrap().was_cut_short);
    }
}
