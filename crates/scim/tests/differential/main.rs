//! The language of SCIM, written a second time and slowly: plain JSON in, plain JSON out, by the words of RFC 7644 and by
//! nothing of the engine's own. Thousands of random documents must mean the same to both.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed case should fail")]

mod filters;
mod patches;
mod reading;
mod reference;
mod table;
mod truth;

use std::cell::Cell;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The same cases in every run; one that fails is shrunk before it is shown.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

fn count(cases: &Cell<u32>) {
    cases.set(cases.get() + 1);
}
