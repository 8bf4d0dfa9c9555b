//! The wiring: configuration, command line, keys, TLS, and the one place that asks the machine for time, randomness,
//! files and environment. A library so that the journeys can start the very server the binary starts.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

pub mod cli;
mod config;
pub mod delivery;
pub mod demo;
pub mod first_start;
pub mod home;
mod keys;
mod log;
pub mod scim_schemas;
pub mod server;
mod tls;
mod translate;
pub mod wire;
