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
    age: Mutex<AgeWatch>,
    /// Rung when there may be something new.
    pub(super) bell: Notify,
}

impl Lane {
    pub(super) fn new(desk: Arc<Desk>, channel: Channel, senders: watch::Receiver<Arc<Senders>>) -> Self {
        let gate = Mutex::new(Gate::wide(String::new(), PARKED_AT_ONCE));
        Self { desk, channel, senders, gate, age: Mutex::default(), bell: Notify::new() }
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
        let now = store.now().await?;
        self.watch_age(now).await?;
        let room = gate.room(now);
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

    /// Says when the oldest message that could go has waited too long (REL-10).
    async fn watch_age(&self, now: Timestamp) -> Result<(), StoreError> {
        if !self.age.lock().unwrap_or_else(PoisonError::into_inner).is_due(now) {
            return Ok(());
        }
        let due = self.desk.store.next_due(self.channel).await?;
        let waited = self.age.lock().unwrap_or_else(PoisonError::into_inner).look(now, due);
        if let Some(waited) = waited {
            tracing::warn!(event = "queue_age", channel = self.channel.as_str(), seconds = waited.as_secs());
        }
        Ok(())
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

/// When the age of the oldest message is looked at, and when it is told.
#[derive(Default)]
struct AgeWatch {
    next: Option<Timestamp>,
}

/// The age that is told (REL-10).
const AGE_MAX: SignedDuration = SignedDuration::from_secs(30);
/// How often it is looked at.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(5);
/// How often it is told at most.
const TELL_EVERY: SignedDuration = SignedDuration::from_mins(1);

impl AgeWatch {
    fn is_due(&self, now: Timestamp) -> bool {
        self.next.is_none_or(|next| now >= next)
    }

    /// How long the oldest message has waited, if that is to be told.
    fn look(&mut self, now: Timestamp, oldest_due: Option<Timestamp>) -> Option<SignedDuration> {
        let waited = oldest_due.map(|due| now.duration_since(due)).filter(|waited| *waited > AGE_MAX);
        let pause = if waited.is_some() { TELL_EVERY } else { LOOK_EVERY };
        self.next = now.checked_add(pause).ok();
        waited
    }
}

fn until(now: Timestamp, due: Timestamp) -> Duration {
    Duration::try_from(now.duration_until(due)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REL-10: a message that could go and has not for 30 s is told, once a minute while it lasts.
    #[test]
    fn a_queue_that_stands_still_is_told_once_a_minute() {
        let began = Timestamp::UNIX_EPOCH;
        let mut watch = AgeWatch::default();

        let told: Vec<(i64, i64)> = (0..200)
            .filter_map(|second| {
                let now = began + SignedDuration::from_secs(second);
                let waited = watch.is_due(now).then(|| watch.look(now, Some(began))).flatten()?;
                Some((second, waited.as_secs()))
            })
            .collect();

        assert_eq!(told, [(35, 35), (95, 95), (155, 155)]);
        assert_eq!(AgeWatch::default().look(began, None), None);
    }
}
