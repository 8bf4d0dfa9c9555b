//! How many sign-ins of one source are being judged at this moment (SEC-34).
//!
//! Each takes one of the source's failures before its password is looked at, and gives it back when it was right. Many
//! people may share a source and sign in at the same moment: whoever finds the budget empty while others are being
//! judged here waits for one of them to end, and is refused only when nobody is left who could give anything back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// How many of one source may wait before the next one is turned away (REL-17).
const WAITING_MAX: usize = 256;

/// All sources with somebody in them.
#[derive(Default)]
pub(crate) struct Places {
    sources: Arc<Mutex<Sources>>,
}

type Sources = HashMap<String, watch::Sender<State>>;

#[derive(Clone, Copy, Default)]
struct State {
    /// Who came and has not gone.
    present: usize,
    /// Who of them has taken, or is trying to take, from the budget.
    judged: usize,
    /// How many have been judged so far.
    ended: u64,
}

/// Somebody's place among those of his source; leaving it lets the next one try.
pub(crate) struct Place {
    sources: Arc<Mutex<Sources>>,
    source: String,
    state: watch::Receiver<State>,
    is_judged: bool,
}

/// How a source's budget looked to somebody who asked it for one.
pub(crate) enum Budget<T> {
    /// It gave one, or something else decides.
    Answered(T),
    /// It is empty; what to say if nobody gives anything back.
    Empty(T),
}

impl Places {
    /// A place for one more of `source`; `None` when too many wait already.
    pub(crate) fn enter(&self, source: &str) -> Option<Place> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = sources.entry(source.to_owned()).or_default();
        if sender.borrow().present >= WAITING_MAX {
            return None;
        }
        sender.send_modify(|state| state.present += 1);
        let state = sender.subscribe();
        Some(Place { sources: Arc::clone(&self.sources), source: source.to_owned(), state, is_judged: false })
    }
}

impl Place {
    /// Asks the budget, and again whenever somebody has been judged meanwhile, until it gives or nobody is left who
    /// could give back.
    pub(crate) async fn ask<T, F>(&mut self, mut ask: impl FnMut() -> F) -> T
    where
        F: Future<Output = Budget<T>>,
    {
        loop {
            let ended = self.state.borrow_and_update().ended;
            self.set_judged(true);
            let refused = match ask().await {
                Budget::Answered(answer) => return answer,
                Budget::Empty(refused) => refused,
            };
            self.set_judged(false);
            loop {
                let now = *self.state.borrow_and_update();
                if now.ended != ended {
                    break;
                }
                if now.judged == 0 || self.state.changed().await.is_err() {
                    return refused;
                }
            }
        }
    }

    fn set_judged(&mut self, judged: bool) {
        self.is_judged = judged;
        self.change(|state| if judged { state.judged += 1 } else { state.judged -= 1 });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = sources.get(&self.source) {
            sender.send_modify(change);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = sources.get(&self.source) else { return };
        sender.send_modify(|state| {
            state.present -= 1;
            if self.is_judged {
                state.judged -= 1;
                state.ended += 1;
            }
        });
        if sender.borrow().present == 0 {
            sources.remove(&self.source);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// A budget as the store keeps it.
    struct Failures(AtomicU32);

    impl Failures {
        fn take(&self) -> Budget<bool> {
            let take = |left: u32| left.checked_sub(1);
            match self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take) {
                Ok(_) => Budget::Answered(true),
                Err(_) => Budget::Empty(false),
            }
        }
    }

    /// `right` people and `wrong` guesses of one source at the same moment; how many of each were let in.
    async fn crowd(failures: u32, right: usize, wrong: usize) -> (usize, usize) {
        let (places, failures) = (Places::default(), Failures(AtomicU32::new(failures)));
        let hashes = Semaphore::new(1);
        let sign_in = async |is_right: bool| {
            let mut place = places.enter("203.0.113.7").unwrap();
            let let_in = place
                .ask(|| async {
                    tokio::task::yield_now().await;
                    failures.take()
                })
                .await;
            if let_in {
                let _hash = hashes.acquire().await.unwrap();
                tokio::task::yield_now().await;
                if is_right {
                    failures.0.fetch_add(1, Ordering::SeqCst);
                }
            }
            let_in
        };
        let of = |count: usize, is_right: bool| join_all((0..count).map(move |_| is_right).map(&sign_in));
        let (right, wrong) = tokio::join!(of(right, true), of(wrong, false));
        assert!(places.sources.lock().unwrap().is_empty());
        let count = |let_in: Vec<bool>| let_in.into_iter().filter(|in_| *in_).count();
        (count(right), count(wrong))
    }

    /// SEC-34: everybody of one address may sign in at once.
    #[tokio::test]
    async fn right_sign_ins_wait_and_are_never_refused() {
        assert_eq!(crowd(5, 200, 0).await, (200, 0));
    }

    /// SEC-34: guesses in parallel get no more than the budget has.
    #[tokio::test]
    async fn wrong_guesses_never_exceed_the_budget() {
        assert_eq!(crowd(5, 0, 200).await, (0, 5));
    }

    /// SEC-34: nor when people sign in between them.
    #[tokio::test]
    async fn a_crowd_of_both_is_bounded_all_the_same() {
        let (_, wrong) = crowd(5, 100, 100).await;

        assert!(wrong <= 5, "{wrong}");
    }

    /// REL-17: who waits is counted too.
    #[tokio::test]
    async fn too_many_at_once_are_turned_away() {
        let places = Places::default();

        let inside: Vec<_> = (0..WAITING_MAX).map(|_| places.enter("a")).collect();

        assert!(inside.iter().all(Option::is_some));
        assert!(places.enter("a").is_none());
        assert!(places.enter("b").is_some());
    }
}
