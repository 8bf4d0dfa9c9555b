//! `repository/conf/scim-schemas.json`: SCIM schemas an administrator declares, picked up while the server runs
//! (SCIM-92).
//!
//! Like publisher files: read once size and modification time have stood still for one poll. What cannot be used changes
//! nothing: the last good version stays in force, also over a restart, since a copy of it is kept beside the database.
//! The log says why, and so does `countersign config check`.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use countersign_app::App;
use countersign_scim::schema::Schemas;
use countersign_scim::schema::custom::{BYTES_MAX, Definitions, Library, Problem};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::first_start::server_context;
use crate::home::{self, Home};

/// How often the file is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Size and modification time: what a change of the file moves. `None`: there is no file.
type Stamp = Option<(u64, Option<SystemTime>)>;

/// The declared schemas of a running server.
pub struct ScimSchemas {
    home: Home,
    app: Arc<App>,
    in_force: watch::Sender<Schemas>,
    state: Mutex<State>,
}

struct State {
    library: Library,
    accepted: Definitions,
    seen: Stamp,
    /// The stamp that was judged last; nothing was yet.
    judged: Option<Stamp>,
}

impl ScimSchemas {
    /// The last good version, then the file as it is now.
    pub(crate) async fn open(home: &Home, app: Arc<App>) -> anyhow::Result<Self> {
        let mut library = Library::default();
        let accepted = match read(&home.scim_schemas_accepted()) {
            Ok(Some(text)) => Definitions::parse(&text).unwrap_or_else(|problem| {
                tracing::error!(event = "scim_schemas_copy", %problem, "the copy of the last good version is unusable");
                Definitions::default()
            }),
            Ok(None) => Definitions::default(),
            Err(error) => return Err(error.into()),
        };
        let (in_force, _) = watch::channel(library.schemas(&accepted));
        let state = State { library, accepted, seen: None, judged: None };
        let schemas = Self { home: home.clone(), app, in_force, state: Mutex::new(state) };
        // Twice: at the start nobody is writing.
        schemas.look().await;
        schemas.look().await;
        Ok(schemas)
    }

    /// What is in force, now and later.
    pub(crate) fn watch(&self) -> watch::Receiver<Schemas> {
        self.in_force.subscribe()
    }

    /// Looks every second until the task is aborted.
    pub(crate) fn run(self: &Arc<Self>) -> JoinHandle<()> {
        let own = Arc::clone(self);
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(LOOK_EVERY);
            loop {
                tick.tick().await;
                own.look().await;
            }
        })
    }

    /// Looks at the file once.
    pub async fn look(&self) {
        let mut state = self.state.lock().await;
        let path = self.home.scim_schemas();
        let Ok(stamp) = tokio::task::spawn_blocking(move || stamp(&path)).await else { return };
        let stamp = match stamp {
            Ok(stamp) => stamp,
            Err(error) => return refused(&format!("the file cannot be looked at: {error}")),
        };
        let stands_still = state.seen == stamp;
        state.seen = stamp;
        // Absent from the start on is no news.
        let is_news = state.judged != Some(stamp) && (stamp.is_some() || state.judged.is_some());
        if is_news && stands_still {
            state.judged = Some(stamp);
            self.judge(&mut state).await;
        } else if stamp.is_none() && state.judged.is_none() && state.accepted != Definitions::default() {
            // It was removed while no server ran.
            state.judged = Some(stamp);
            self.judge(&mut state).await;
        }
    }

    async fn judge(&self, state: &mut State) {
        let (definitions, text) = match load(&self.home) {
            Ok(loaded) => loaded,
            Err(why) => return self.refuse(&why),
        };
        if definitions == state.accepted {
            return self.accept(&text);
        }
        // The tables of what turns out to be refused stay in the library: the file may be tried again.
        let schemas = state.library.schemas(&definitions);
        if !definitions.only_add_to(&state.accepted) {
            let misfit = |attributes: &_| schemas.misfit(attributes);
            match self.app.stored_misfit(&server_context(), misfit).await {
                Ok(None) => {}
                Ok(Some(why)) => {
                    return self.refuse(&format!("stored data would become invalid: {why} Clear it first."));
                }
                Err(failure) => {
                    state.judged = None; // looked at again with the next poll
                    return refused(&format!("stored data could not be looked at: {failure}"));
                }
            }
        }
        state.accepted = definitions;
        self.in_force.send_replace(schemas);
        tracing::info!(event = "scim_schemas_in_force", "the declared SCIM schemas are in force");
        self.accept(&text);
    }

    fn accept(&self, text: &str) {
        drop(fs::remove_file(self.home.scim_schemas_refused()));
        if let Err(error) = home::write_private(&self.home.scim_schemas_accepted(), text.as_bytes()) {
            tracing::warn!(
                event = "scim_schemas_copy",
                "the copy for the next start was not written: {error:#}"
            );
        }
    }

    fn refuse(&self, why: &str) {
        refused(why);
        drop(home::write_private(&self.home.scim_schemas_refused(), why.as_bytes()));
    }
}

fn refused(why: &str) {
    tracing::error!(
        event = "scim_schemas_refused",
        file = "repository/conf/scim-schemas.json",
        "{why} (the last good version stays in force)"
    );
}

/// Why the file as it is now is not in force, for `config check`; `None` if all is well. What stored data forbids is
/// known once a running server has looked.
pub(crate) fn complaint(home: &Home) -> Option<String> {
    let why = match load(home) {
        Err(why) => why,
        Ok(_) => fs::read_to_string(home.scim_schemas_refused()).ok()?,
    };
    Some(format!("{}: {why}", home.scim_schemas().display()))
}

/// What the file declares, and its text; nothing where there is none.
fn load(home: &Home) -> Result<(Definitions, String), String> {
    let text = read(&home.scim_schemas()).map_err(|error| format!("the file cannot be read: {error}"))?;
    let Some(text) = text else { return Ok((Definitions::default(), "[]".to_owned())) };
    let definitions = Definitions::parse(&text).map_err(|problem: Problem| problem.to_string())?;
    Ok((definitions, text))
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() > BYTES_MAX as u64 => {
            Err(io::Error::other(format!("it is longer than {BYTES_MAX} bytes")))
        }
        Ok(_) => fs::read_to_string(path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some((metadata.len(), metadata.modified().ok()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
