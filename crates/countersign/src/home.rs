//! The home folder (DESIGN §3.3): where everything of one server lives.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A home folder.
#[derive(Clone, Debug)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// Names a folder; it need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The one configuration file.
    pub fn deployment_toml(&self) -> PathBuf {
        self.root.join("repository/conf/deployment.toml")
    }

    /// SCIM schemas an administrator declares.
    pub fn scim_schemas(&self) -> PathBuf {
        self.root.join("repository/conf/scim-schemas.json")
    }

    /// The last good version of them.
    pub(crate) fn scim_schemas_accepted(&self) -> PathBuf {
        self.root.join("repository/database/scim-schemas.json")
    }

    /// Why the file as it is was refused.
    pub(crate) fn scim_schemas_refused(&self) -> PathBuf {
        self.root.join("repository/database/scim-schemas.refused")
    }

    /// Publisher files.
    pub fn event_publishers(&self) -> PathBuf {
        self.root.join("repository/deployment/server/eventpublishers")
    }

    /// Message templates that override the built-in ones.
    pub fn resources(&self) -> PathBuf {
        self.root.join("repository/resources")
    }

    /// Keys and certificates.
    pub fn security(&self) -> PathBuf {
        self.root.join("repository/resources/security")
    }

    /// The SQLite database.
    pub fn database(&self) -> PathBuf {
        self.root.join("repository/database/countersign.db")
    }

    /// Creates the folders that are missing; keys are for the owner's eyes only.
    pub fn create(&self) -> anyhow::Result<()> {
        let folders = [
            self.root.join("repository/conf"),
            self.event_publishers(),
            self.resources().join("email"),
            self.resources().join("sms"),
            self.security(),
            self.root.join("repository/database"),
        ];
        for folder in folders {
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        for private in [self.security(), self.root.join("repository/database")] {
            restrict(&private, 0o700)?;
        }
        Ok(())
    }

    /// Takes the folder for one server: a second `serve` on it is refused. The lock ends with the returned file.
    pub fn lock(&self) -> anyhow::Result<fs::File> {
        let path = self.root.join("repository/database/.lock");
        let file = fs::File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        file.try_lock().map_err(|_| {
            anyhow::anyhow!(
                "another server is running on {}; stop it first, or choose another --home",
                self.root.display()
            )
        })?;
        Ok(file)
    }
}

/// Writes a file that only its owner may read, all or nothing.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let unfinished = path.with_extension("new");
    let mut file = open_private(&unfinished).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(unix)]
fn open_private(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open_private(path: &Path) -> std::io::Result<fs::File> {
    fs::File::create(path)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot restrict {}", path.display()))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> anyhow::Result<()> {
    Ok(())
}

/// Reads a key file, refusing one that others can read (SEC-57).
pub(crate) fn read_private(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => {
            check_private(path)?;
            Ok(Some(bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(unix)]
fn check_private(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)?.permissions().mode();
    anyhow::ensure!(
        mode.trailing_zeros() >= 6,
        "{} can be read by others (mode {:o}); run: chmod 600 {}",
        path.display(),
        mode & 0o777,
        path.display()
    );
    Ok(())
}

#[cfg(not(unix))]
fn check_private(_path: &Path) -> anyhow::Result<()> {
    Ok(())
}
