//! Threads of their own for slow hashes (PERFORMANCE §4): reads never wait behind them, and their memory stays with them.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::error::Failure;

/// How many may wait for a hash before the next one is turned away (REL-17).
const QUEUE_MAX: usize = 256;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads and a bounded queue. The threads end with the last handle.
#[derive(Clone)]
pub(super) struct Pool {
    jobs: SyncSender<Job>,
}

impl Pool {
    /// Starts the threads.
    pub(super) fn start(threads: usize) -> std::io::Result<Self> {
        let (jobs, waiting) = sync_channel(QUEUE_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        for index in 0..threads {
            let waiting = Arc::clone(&waiting);
            std::thread::Builder::new().name(format!("password-{index}")).spawn(move || work(&waiting))?;
        }
        Ok(Self { jobs })
    }

    /// Does `job` on one of the threads. Refuses at once when the queue is full.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        // Whoever asked may have gone away; then nobody takes the answer.
        let job: Job = Box::new(move || drop(reply.send(job())));
        self.jobs.try_send(job).map_err(|_| Failure::Overloaded)?;
        answer.await.map_err(|_| Failure::Crypto)
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A job that panics answers nobody, and the next one is served.
        drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REL-17: beyond its queue the pool refuses at once instead of piling up; a job that panics costs only its answer.
    #[tokio::test]
    async fn a_full_queue_refuses_and_a_panic_costs_one_answer() {
        let pool = Pool::start(1).unwrap();
        let (release, held) = std::sync::mpsc::channel::<()>();
        let holder = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(move || held.recv().is_ok()).await }
        });
        tokio::task::yield_now().await;
        let waiting: Vec<_> = (0..=QUEUE_MAX)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.run(|| ()).await })
            })
            .collect();

        while !waiting.iter().any(tokio::task::JoinHandle::is_finished) {
            tokio::task::yield_now().await;
        }
        release.send(()).unwrap();

        assert!(holder.await.unwrap().unwrap());
        let mut refused = 0;
        for job in waiting {
            refused += usize::from(job.await.unwrap().is_err());
        }
        assert!((1..=2).contains(&refused), "{refused} were refused");
        assert!(pool.run(|| panic!("on purpose")).await.is_err());
        assert_eq!(pool.run(|| 7).await.unwrap(), 7);
    }
}
