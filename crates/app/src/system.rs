//! How the server is, for the Console's *System*.

use countersign_domain::claim::Channel;
use countersign_domain::message::MessageState;
use countersign_domain::{SignedDuration, Timestamp};
use countersign_store::DatabaseInfo;

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;
use crate::senders::Senders;

/// A message may be due this long before somebody should look (REL-10).
pub const QUEUE_AGE_MAX: SignedDuration = SignedDuration::from_secs(30);

/// What the process knows of itself; told by whoever started it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Surroundings {
    /// The program's version.
    pub version: String,
    /// Since when it runs, by the store's clock.
    pub started_at: Option<Timestamp>,
    /// Whether it answers requests: what `/readyz` says.
    pub is_ready: bool,
    /// Whether its certificate is its own; `None`: not known here.
    pub is_self_signed: Option<bool>,
    /// What its configuration was warned of when it started: file, line, caret and remedy as the terminal shows them, for
    /// a monospaced font; without secrets (SEC-58).
    pub warnings: Vec<String>,
}

/// How the server is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SystemView {
    /// What the process knows of itself.
    pub surroundings: Surroundings,
    /// The database, by name and version. That this was read means that it answers.
    pub database: DatabaseInfo,
    /// The time, by the store's clock.
    pub now: Timestamp,
    /// How many messages there are of each state and channel; those without any are left out.
    pub depth: Vec<(MessageState, Channel, u64)>,
    /// Since when the oldest due message has been due; `None`: nothing is due.
    pub due_since: Option<Timestamp>,
    /// What stands behind each channel.
    pub senders: Senders,
}

impl SystemView {
    /// How many messages are in a state on a channel.
    pub fn count(&self, state: MessageState, channel: Channel) -> u64 {
        let found = self.depth.iter().find(|(one, other, _)| (*one, *other) == (state, channel));
        found.map_or(0, |(.., messages)| *messages)
    }

    /// For how long the oldest due message has been due.
    pub fn queue_age(&self) -> SignedDuration {
        self.due_since.map_or(SignedDuration::ZERO, |since| self.now.duration_since(since))
    }

    /// Whether that is longer than it should be (REL-10): the page warns.
    pub fn is_queue_late(&self) -> bool {
        self.queue_age() > QUEUE_AGE_MAX
    }
}

impl App {
    /// How the server is. Counts the whole outbox: for a page, not for a probe. Needs `internal_config_mgt_view`.
    pub async fn system(&self, _cx: &Context) -> Result<SystemView, Failure> {
        let surroundings = self.surroundings.borrow().clone();
        let load = self.store.outbox_load().await?;
        Ok(SystemView {
            surroundings,
            database: self.store.database().await?,
            now: self.store.now().await?,
            depth: load.depth,
            due_since: load.due_since,
            senders: self.senders(),
        })
    }
}
