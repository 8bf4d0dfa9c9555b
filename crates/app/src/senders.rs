//! Whether messages can leave, per channel: told by the worker, read by settings, pages and start-up.

use countersign_domain::claim::Channel;

/// What stands behind a channel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SenderState {
    /// Nothing: messages wait as "no sender configured".
    #[default]
    Missing,
    /// The dev inbox takes them.
    Inbox,
    /// A real sender, named.
    Ready(String),
    /// A sender that cannot work: the sentence says what to mend (D-19).
    Broken(String),
}

/// Both channels.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Senders {
    /// SMTP.
    pub email: SenderState,
    /// The SMS publisher.
    pub sms: SenderState,
}

impl Senders {
    /// One channel's.
    pub const fn of(&self, channel: Channel) -> &SenderState {
        match channel {
            Channel::Email => &self.email,
            Channel::Sms => &self.sms,
        }
    }
}
