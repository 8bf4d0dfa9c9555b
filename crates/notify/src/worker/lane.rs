//! One channel's loop. The channels share nothing but the store, so that a dead mail server never delays an SMS (REL-9).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_domain::claim::Channel;
use countersign_domain::{SignedDuration, Timestamp};
use countersign_store::StoreError;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::delivery::{Desk, Fate, Parcel};
use super::gate::Gate;
use super::sender::{Sender, Senders, Standing};

/// For how long a message is ours alone (REL-6).
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// Rows of other nodes are found by looking this often (DESIGN §2.2).
const POLL: Duration = Duration::from_millis(500);
/// The shortest wait when something seems to be due and cannot be had.
const BREATH: Duration = Duration::from_millis(20);
/// How long messages on their way may take when the server stops (REL-12).
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// Messages put aside at once while there is nobody to send them.
const PARKED_AT_ONCE: usize = 50;

/// The way of a channel's messages out of the store.
pub(super) struct Lane {
    desk: Arc<Desk>,
    channel: Channel,
    senders: watch::Receiver<Arc<Senders>>,
    gate: Mutex<Arc<Gate>>,
    /// Rung when there may be something new.
    pub(super) bell: Notify,
}

impl Lane {
    pub(super) fn new(desk: Arc<Desk>, channel: Channel, senders: watch::Receiver<Arc<Senders>>) -> Self {
        let gate = Mutex::new(Gate::wide(String::new(), PARKED_AT_ONCE));
        Self { desk, channel, senders, gate, bell: Notify::new() }
    }

    /// Delivers until told to stop, then finishes what is on its way. What does not finish keeps its lease and goes out
    /// again after it.
    pub(super) async fn run(&self, stopped: impl Future<Output = ()>) {
        let mut on_their_way = JoinSet::new();
        let mut senders = self.senders.clone();
        tokio::pin!(stopped);
        loop {
            let pause = self.dispatch(&mut on_their_way).await;
            tokio::select! {
                biased;
                () = &mut stopped => break,
                Some(_) = on_their_way.join_next() => {}
                () = self.bell.notified() => {}
                Ok(()) = senders.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        let finishing = async { while on_their_way.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH_WITHIN, finishing).await.is_err() {
            tracing::warn!(
                event = "messages_left_behind",
                channel = self.channel.as_str(),
                left = on_their_way.len()
            );
            on_their_way.shutdown().await;
        }
    }

    /// Delivers what is due until nothing more is, by hand.
    pub(super) async fn deliver_due(&self) -> Result<Vec<Fate>, StoreError> {
        let mut fates = Vec::new();
        loop {
            let (parcels, _) = self.take().await?;
            if parcels.is_empty() {
                return Ok(fates);
            }
            let delivering = parcels.into_iter().map(|parcel| self.desk.deliver(parcel));
            fates.extend(futures_util::future::join_all(delivering).await);
        }
    }

    /// Sends off what may go now; tells after what time to look again if nothing happens before.
    async fn dispatch(&self, on_their_way: &mut JoinSet<Fate>) -> Duration {
        match self.take().await {
            Ok((parcels, room)) => {
                let wait = !parcels.is_empty() || room == 0;
                for parcel in parcels {
                    let desk = Arc::clone(&self.desk);
                    on_their_way.spawn(async move { desk.deliver(parcel).await });
                }
                // whoever comes back rings, and makes room
                if wait { POLL } else { self.idle().await }
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(event = "outbox_unavailable", channel = self.channel.as_str(), error);
                POLL
            }
        }
    }

    /// Leases no more than can go at once: a leased message never waits for its turn (I8).
    async fn take(&self) -> Result<(Vec<Parcel>, usize), StoreError> {
        let standing = self.senders.borrow().of(self.channel).clone();
        let gate = self.gate(&standing);
        let store = &self.desk.store;
        let room = gate.room(store.now().await?);
        if room == 0 {
            return Ok((Vec::new(), 0));
        }
        let leased = store.lease(self.channel, room, LEASE).await?;
        let parcels = leased.into_iter().map(|leased| {
            let (standing, pass) = (standing.clone(), gate.pass());
            Parcel { leased, standing, pass }
        });
        Ok((parcels.collect(), room))
    }

    /// The gate before the sender's destination; a new one when that changed.
    fn gate(&self, standing: &Standing) -> Arc<Gate> {
        let destination = standing.sender.as_ref().map(Sender::destination).unwrap_or_default();
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if !gate.leads_to(&destination) {
            *gate = match &standing.sender {
                Some(_) => Gate::to(destination),
                None => Gate::wide(destination, PARKED_AT_ONCE),
            };
        }
        Arc::clone(&gate)
    }

    /// How long nothing will be due, as far as the store knows.
    async fn idle(&self) -> Duration {
        let store = &self.desk.store;
        let (Ok(Some(due)), Ok(now)) = (store.next_due(self.channel).await, store.now().await) else {
            return POLL;
        };
        until(now, due).clamp(BREATH, POLL)
    }
}

fn until(now: Timestamp, due: Timestamp) -> Duration {
    Duration::try_from(now.duration_until(due)).unwrap_or_default()
}
