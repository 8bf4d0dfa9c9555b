//! The storage contract, once, run against both databases. Each case gets an empty database of its own.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed case should fail")]

mod administration;
mod atomic;
mod audit;
mod builder;
mod change;
mod check;
mod database;
mod group;
mod message;
mod outbox;
mod postgres;
mod purge;
mod race;
mod search;
mod session;
mod spend;
mod sqlite;
mod time;
mod unique;
