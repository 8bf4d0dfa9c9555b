//! Telling people: everything between "a message is due" and "it was handed over".
//!
//! The crate is the only one that speaks SMTP and acts as an HTTP client. Its parts, in the order a message meets
//! them:
//!
//! 1. [`render`]: a template (built in, or overridden in the home folder) and values become a text;
//! 2. [`email`] hands a mail to the configured server, [`publisher`] posts an SMS to the operator's gateway as an
//!    event publisher file says, through [`outbound`], which decides where a request may go at all;
//! 3. [`outcome`] says what came of it, [`schedule`] when to try again;
//! 4. [`inbox`] stands in for all senders while somebody develops;
//! 5. [`worker`] takes the messages that are due from the store, has them sent and records what came of it.
//!
//! [`placeholder`] is the one `{{name}}` scanner and filler they share. Nothing here reads a clock or draws
//! randomness: `now` and entropy are arguments. Messages, addresses and codes never appear in `Debug` or in logs.

pub mod email;
pub mod inbox;
pub mod outbound;
pub mod outcome;
pub mod placeholder;
pub mod publisher;
pub mod render;
pub mod schedule;
pub mod segment;
mod templates;
pub mod trust;
pub mod worker;
