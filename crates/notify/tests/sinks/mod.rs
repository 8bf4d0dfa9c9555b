//! A mail server and an SMS gateway on loopback that take what is sent and tell the test about it.
//!
//! Other crates' journeys include this folder by path; it needs `tokio`, `tokio-rustls`, `rustls`, `rcgen` and
//! `base64` only. Both servers are scripted: what they refuse, and how, is said when they start.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test binary uses its own part; a sink that cannot start is a failed test"
)]

pub mod http;
pub mod mail;
pub mod smtp;
pub mod tls;

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// A list that tests can wait on.
#[derive(Debug)]
pub struct Taken<T> {
    items: Mutex<Vec<T>>,
    more: Notify,
}

impl<T> Default for Taken<T> {
    fn default() -> Self {
        Self { items: Mutex::default(), more: Notify::new() }
    }
}

impl<T: Clone> Taken<T> {
    pub fn push(&self, item: T) {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).push(item);
        self.more.notify_waiters();
    }

    /// Everything so far.
    pub fn all(&self) -> Vec<T> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The item number `index`, as soon as it is there.
    pub async fn wait_for(&self, index: usize) -> T {
        loop {
            let more = self.more.notified();
            tokio::pin!(more);
            more.as_mut().enable();
            if let Some(item) = self.all().get(index) {
                return item.clone();
            }
            more.await;
        }
    }
}
