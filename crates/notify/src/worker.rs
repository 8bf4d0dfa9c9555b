//! The outbox worker: lease, render, send, record (DESIGN §2.2, STYLE §2).
//!
//! ```text
//! store ── lease, 30 s ──▶ Lane (one per channel) ──▶ Gate (≤ 5 per host) ──▶ Desk: open · write · send
//!   ▲                        ▲                                                      │
//!   │                        └─ bell: a commit, a settlement; else a look each 500 ms
//!   └──────────── settle: settlement and timeline word (verdict) ◀──────────────────┘
//! ```
//!
//! What it promises: at least once, with the same Message-ID and `Idempotency-Key` on every try (REL-6); a secret only
//! while its challenge is live (I8); every row ends as delivered, dropped or dead (I9); no channel waits for another
//! (REL-9); a message that cannot be opened is dead, never sent garbled (SEC-55). No transaction and no lock is held
//! while somebody else is asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_domain::claim::Channel;
use countersign_domain::{Entropy, SignedDuration, TenantId};
use countersign_store::{SealKeys, Store, StoreError};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::email::SmtpSender;
use crate::inbox::Inbox;
use crate::outbound::Outbound;
use crate::publisher::{Folder, Publishers};
use crate::render::Templates;

mod delivery;
mod gate;
mod lane;
mod roster;
mod sender;
mod verdict;

pub use sender::{SenderState, SenderStates};

use delivery::{Desk, Fate};
use lane::Lane;
use roster::Roster;
use sender::Standing;

/// How often the folder of publishers is looked at (DESIGN §5, "Publishers").
const LOOK_EVERY: Duration = Duration::from_secs(1);
const PURGE_EVERY: Duration = Duration::from_hours(1);
/// The first purge leaves the start alone.
const PURGE_FIRST: Duration = Duration::from_mins(1);
/// What ended is kept this long (DESIGN §2.1, SEC-63).
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What a worker is put together from.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Whose rows are purged. Messages of every tenant are delivered.
    pub tenant: TenantId,
    /// The keys the outbox is sealed with.
    pub seal: SealKeys,
    /// For the jitter of the schedule.
    pub entropy: Box<dyn Entropy + Send>,
    /// The wording.
    pub templates: Templates,
    /// The mail server, if `[output_adapter.email]` names one.
    pub email: Option<SmtpSender>,
    /// The door for outgoing HTTP.
    pub outbound: Outbound,
    /// The publishers' folder.
    pub publishers: Folder,
    /// The dev inbox, if the surroundings permit one (DESIGN §5). Used for channels without a sender at start.
    pub inbox: Option<Inbox>,
}

/// Delivers what the outbox owes, and keeps house.
pub struct Worker {
    desk: Arc<Desk>,
    tenant: TenantId,
    email: Lane,
    sms: Lane,
    roster: Arc<Mutex<Roster>>,
}

/// What became of the messages of one [`Worker::deliver_due`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deliveries {
    /// Taken by the next hop, or shown in the dev inbox.
    pub handed_over: usize,
    /// To be tried again.
    pub retried: usize,
    /// Waiting for a sender.
    pub parked: usize,
    /// Not worth sending any more.
    pub dropped: usize,
    /// Refused, or beyond repair.
    pub dead: usize,
}

impl Worker {
    /// Puts a worker together and reads the publishers' folder once. Sends nothing yet.
    pub fn new(parts: Parts) -> Self {
        let Parts { store, tenant, seal, entropy, templates, email, outbound, publishers, inbox } = parts;
        let email = Standing::of_email(email, inbox.as_ref());
        let roster = Roster::new(publishers, email, inbox);
        let desk = Arc::new(Desk { store, seal, templates, outbound, entropy: Mutex::new(entropy) });
        let lane = |channel| Lane::new(Arc::clone(&desk), channel, roster.senders());
        let (email, sms) = (lane(Channel::Email), lane(Channel::Sms));
        Self { desk, tenant, email, sms, roster: Arc::new(Mutex::new(roster)) }
    }

    /// What stands behind each channel, now and whenever it changes.
    pub fn states(&self) -> watch::Receiver<SenderStates> {
        self.roster.lock().unwrap_or_else(PoisonError::into_inner).states()
    }

    /// The publishers in force and the reports about their files, for the Console.
    pub fn publishers(&self) -> watch::Receiver<Arc<Publishers>> {
        self.roster.lock().unwrap_or_else(PoisonError::into_inner).publishers()
    }

    /// Runs until `stop` says true or its sender is gone. Then nothing more is leased, and what is on its way has ten
    /// seconds to finish (REL-12).
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        if let Err(error) = self.desk.store.begin_delivery().await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(event = "outbox_unavailable", error); // leases of a process that died run out by themselves
        }
        tokio::join!(
            self.email.run(stopped(stop.clone())),
            self.sms.run(stopped(stop.clone())),
            unless_stopped(stop.clone(), self.ring()),
            unless_stopped(stop.clone(), self.watch_publishers()),
            unless_stopped(stop, self.purge_hourly()),
        );
    }

    /// Delivers everything that is due now and returns when it is settled: the worker driven by hand. Messages that
    /// are to be tried again wait for their time.
    pub async fn deliver_due(&self) -> Result<Deliveries, StoreError> {
        let (email, sms) = tokio::try_join!(self.email.deliver_due(), self.sms.deliver_due())?;
        Ok(email.into_iter().chain(sms).fold(Deliveries::default(), Deliveries::with))
    }

    /// Looks at the publishers' folder once. A new file is used after the second look that finds it unchanged.
    pub async fn look_at_publishers(&self) {
        let roster = Arc::clone(&self.roster);
        let looking =
            tokio::task::spawn_blocking(move || roster.lock().unwrap_or_else(PoisonError::into_inner).look());
        if looking.await.is_err() {
            tracing::error!(event = "publishers_not_read", "the folder of publishers could not be looked at");
        }
    }

    /// Removes what is too old to keep (SEC-63).
    pub async fn purge(&self) {
        let store = &self.desk.store;
        let purging = async {
            let before = store.now().await?.saturating_sub(KEPT).unwrap_or_default();
            store.purge(&self.tenant, before).await
        };
        match purging.await {
            Ok(purged) => tracing::info!(event = "purged", ?purged),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(event = "not_purged", error);
            }
        }
    }

    /// The store wakes one; both lanes want to know.
    async fn ring(&self) {
        loop {
            self.desk.store.woken().notified().await;
            self.email.bell.notify_one();
            self.sms.bell.notify_one();
        }
    }

    async fn watch_publishers(&self) {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.look_at_publishers().await;
        }
    }

    async fn purge_hourly(&self) {
        tokio::time::sleep(PURGE_FIRST).await;
        let mut tick = tokio::time::interval(PURGE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.purge().await;
        }
    }
}

impl Deliveries {
    /// How many messages were settled.
    pub fn count(&self) -> usize {
        self.handed_over + self.retried + self.parked + self.dropped + self.dead
    }

    fn with(mut self, fate: Fate) -> Self {
        match fate {
            Fate::HandedOver => self.handed_over += 1,
            Fate::Retry => self.retried += 1,
            Fate::Parked => self.parked += 1,
            Fate::Dropped => self.dropped += 1,
            Fate::Dead => self.dead += 1,
            Fate::Unrecorded => {}
        }
        self
    }
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // a sender that is gone can say nothing any more: that is a stop too
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn unless_stopped(stop: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = stopped(stop) => {}
        () = work => {}
    }
}
