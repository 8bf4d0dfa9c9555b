//! The worker on a real database, with real conversations, driven by hand on a clock that stands still.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside test functions")]

#[path = "../sinks/mod.rs"]
mod sinks;

mod house;
mod lanes;
mod once;
mod schedule;
mod secrets;
mod senders;
