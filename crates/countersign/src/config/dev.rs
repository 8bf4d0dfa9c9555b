//! `[countersign.dev]`.

use super::kind::words;
use super::table::table;

words! {
    /// Whether messages without a sender can be read on this machine.
    Inbox {
        /// Yes, where nobody else can reach the server.
        Auto = "auto",
        /// Never.
        Off = "off"
    }
}

table! {
    /// Help for trying the server out.
    ["countersign.dev"] Dev {
        /// `"auto"` shows messages of a channel without a sender in the terminal and on a page of the Console, as long
        /// as the server listens on this machine only, is called `localhost`, and has no `trusted_proxies`. `"off"`
        /// lets them wait until there is a sender.
        inbox: Inbox = Inbox::Auto;
    }
}
