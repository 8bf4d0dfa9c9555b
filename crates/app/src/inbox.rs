//! The dev inbox: what would have been sent, kept in memory for the page that shows it (DESIGN §5, "Dev inbox").

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use countersign_domain::Timestamp;
use countersign_domain::claim::Channel;

/// A message as its receiver would see it. It holds a code and a full address: `Debug` tells the channel only.
#[derive(Clone, PartialEq, Eq)]
pub struct InboxMessage {
    /// When it was delivered here.
    pub at: Timestamp,
    /// How it would have travelled.
    pub channel: Channel,
    /// The full address.
    pub to: String,
    /// An e-mail's subject.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for InboxMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InboxMessage").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// How many are kept.
const KEPT: usize = 200;

/// The newest messages, newest first.
#[derive(Debug, Default)]
pub struct Inbox {
    messages: Mutex<VecDeque<InboxMessage>>,
}

impl Inbox {
    /// Puts a message on top; the oldest ones fall out.
    pub fn put(&self, message: InboxMessage) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push_front(message);
        messages.truncate(KEPT);
    }

    /// What is there, newest first.
    pub fn messages(&self) -> Vec<InboxMessage> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
