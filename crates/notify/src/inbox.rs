//! The dev inbox (DESIGN §5): what a newcomer without mail server or SMS gateway reads.
//!
//! Whether the surroundings permit one is decided once at start by the wiring; the worker uses it for a channel that had
//! no sender at start, until one turns up. A message goes to whoever keeps it for the Console, and as one line to
//! stdout, never through the logger: it holds the full address and the code.

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_domain::claim::Channel;

use crate::placeholder::shown;

/// A message as the inbox shows it. Its `Debug` tells the channel only.
#[derive(Clone, PartialEq, Eq)]
pub struct InboxMessage {
    /// How it would have travelled.
    pub channel: Channel,
    /// The full address.
    pub to: String,
    /// Of an e-mail.
    pub subject: Option<String>,
    /// What it says.
    pub text: String,
    /// The page of an e-mail.
    pub html: Option<String>,
    /// When it arrived.
    pub at: Timestamp,
}

/// The inbox: who keeps the messages, and whether they are printed.
#[derive(Clone)]
pub struct Inbox {
    keep: Arc<dyn Fn(InboxMessage) + Send + Sync>,
    prints: bool,
}

impl Inbox {
    /// Gives every message to `keep`, which should not take long; with `prints` also a line to stdout.
    pub fn new(keep: impl Fn(InboxMessage) + Send + Sync + 'static, prints: bool) -> Self {
        Self { keep: Arc::new(keep), prints }
    }

    /// Takes a message.
    pub(crate) fn take(&self, message: InboxMessage) {
        if self.prints {
            let channel = match message.channel {
                Channel::Email => "E-MAIL",
                Channel::Sms => "SMS",
            };
            let line = line(channel, &message.to, &message.text);
            // a closed terminal takes nothing from the page
            let _ = writeln!(std::io::stdout(), "{line}");
        }
        (self.keep)(message);
    }
}

impl fmt::Debug for InboxMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxMessage").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("prints", &self.prints).finish_non_exhaustive()
    }
}

/// The line for one message, without its line end: channel, full address, then everything the message says. Line
/// breaks become ` ⏎ `; other control characters are shown escaped, so that a message can neither add a line nor
/// steer the terminal.
pub fn line(channel: &str, to: &str, text: &str) -> String {
    format!("[dev inbox] {} to {}: {}", on_one_line(channel), on_one_line(to), on_one_line(text.trim()))
}

fn on_one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let joined = lines.collect::<Vec<_>>().join(" ⏎ ");
    shown(&joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DESIGN §5, dev inbox: one line per message with channel, full address and text.
    #[test]
    fn a_message_is_one_line_whatever_it_holds() {
        let printed =
            line("E-MAIL", "bo@example.org", "Confirm\r\n\r\nhttps://localhost:9443/c?x=1\n\u{1b}[2Jbye\n");

        assert_eq!(
            printed,
            "[dev inbox] E-MAIL to bo@example.org: Confirm ⏎ https://localhost:9443/c?x=1 ⏎ \\u{1b}[2Jbye"
        );
    }
}
